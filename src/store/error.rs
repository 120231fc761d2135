//! Why a store could not do what was asked, and what a person can do about it.

use crate::crm::{ActError, MergeError};
use std::path::PathBuf;
use thiserror::Error;

/// Why a store could not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The file cannot be made or opened.
    #[error(
        "cannot open the database `{}`: {reason}; check that its folder exists and may be written",
        path.display()
    )]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        reason: String,
    },
    /// The file or its folder may not be written.
    #[error("the database `{}` cannot be written; make the file and its folder writable", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("the disk with the database `{}` is full; nothing was changed, make room and try again", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The disk reported an error.
    #[error("the disk failed under the database `{}`: {reason}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        reason: String,
    },
    /// A file of the database was deleted or replaced while it was open. What is written from then on would be lost.
    #[error(
        "`{}` was deleted or replaced while the database was open, and nothing is written any more: put the file back, or end \
         the program and start it again",
        path.display()
    )]
    Gone {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("`{}` is no database of callwright; name another file or move this one away", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("the database `{}` is damaged: {reason}; restore it from a copy", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        reason: String,
    },
    /// A later version made the file.
    #[error(
        "the database `{}` has schema {found}, this program knows up to {known}; use the program that made it, or a later one",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The last schema that is known here.
        known: u32,
    },
    /// Another process kept the file locked.
    #[error("the database `{}` is held by another process; try again or end that process", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A mistake of the program's own: a statement that the database refused, a row that cannot be read.
    #[error("the database `{}` refused: {reason}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// The database's words.
        reason: String,
    },
    /// The database's server cannot be reached. The next operation tries again.
    #[error("cannot reach the database `{database}`: {reason}")]
    Unreachable {
        /// Where it is.
        database: String,
        /// Why, in the server's or the client's words.
        reason: String,
    },
    /// The connection was lost at the moment of a commit. What is put in under a key may be put in again.
    #[error(
        "the connection to the database `{database}` was lost in the middle of a change, which may or may not have been \
         made: {reason}"
    )]
    InDoubt {
        /// Where it is.
        database: String,
        /// Why.
        reason: String,
    },
    /// Somebody else keeps tables where ours should be.
    #[error(
        "in the database `{database}` somebody else keeps tables; create a database of its own for callwright, or a \
         schema, and name it in the address: ?options=-csearch_path%3Dcallwright"
    )]
    Occupied {
        /// Where it is.
        database: String,
    },
    /// The text is no address of a database. It may hold a password, so it is not repeated.
    #[error(
        "this is no address of a PostgreSQL database; write postgres://user:password@host:5432/name, with \
         percent-encoding for what is no letter or digit in the password"
    )]
    Address,
    /// The certificates by which servers are checked cannot be used.
    #[error("cannot use the certificates in `{}`: {reason}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A PIN could not be hashed.
    #[error("cannot hash a PIN: {reason}")]
    Hash {
        /// The hash function's words.
        reason: String,
    },
    /// Something sensitive is to be kept, and there is nothing to seal it with.
    #[error(
        "there is no data key to seal {names} with; name one by `data_key_from` in the server's settings"
    )]
    NoDataKey {
        /// The attributes.
        names: String,
    },
    /// What was sealed needs keys that are not there.
    #[error(
        "what is sealed in the database needs the data keys {names}, which are not among those that `data_key_from` names"
    )]
    LostKeys {
        /// Their names.
        names: String,
    },
    /// There is no such customer.
    #[error("there is no customer `{id}`")]
    NoSuchCustomer {
        /// The id.
        id: String,
    },
    /// There is no such case.
    #[error("there is no case `{id}`")]
    NoSuchCase {
        /// Its number.
        id: u64,
    },
    /// A case is not where that can be done to it.
    #[error(transparent)]
    Act(#[from] ActError),
    /// Two customers cannot be merged, or a merge not be taken back.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// The store has been shut down.
    #[error("the database is closed")]
    Closed,
}
