//! Why a store could not do what was asked, and what a person can do about it.

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
    /// A PIN could not be hashed.
    #[error("cannot hash a PIN: {reason}")]
    Hash {
        /// The hash function's words.
        reason: String,
    },
    /// There is no such customer.
    #[error("there is no customer `{id}`")]
    NoSuchCustomer {
        /// The id.
        id: String,
    },
    /// The store has been shut down.
    #[error("the database is closed")]
    Closed,
}
