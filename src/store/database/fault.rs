//! Why a statement failed, in words that do not depend on the database.

use crate::store::StoreError;
use std::fmt;
use std::path::Path;

/// Why a statement failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Fault {
    pub kind: FaultKind,
    /// The database's words.
    pub reason: String,
}

/// What kind of failure it is.
#[cfg_attr(not(feature = "postgres"), allow(dead_code))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum FaultKind {
    /// A row that a constraint forbids.
    Constraint,
    /// A row that cannot be read as what it should be.
    Unreadable,
    /// The database cannot be opened.
    CannotOpen,
    /// It may not be written.
    ReadOnly,
    /// Its disk is full.
    Full,
    /// Its disk failed.
    Disk,
    /// It is something else.
    NotADatabase,
    /// It is damaged.
    Damaged,
    /// Another process kept it locked.
    Busy,
    /// Somebody else was in the way; begun again, it may succeed.
    Conflict,
    /// The connection was lost, or could not be made; nothing was changed.
    Lost,
    /// The connection was lost while a change was being committed.
    InDoubt,
    /// Anything else: a mistake of the program's own.
    Refused,
}

impl Fault {
    /// A column that cannot be read.
    pub fn unreadable(column: usize, reason: impl fmt::Display) -> Fault {
        Fault { kind: FaultKind::Unreadable, reason: format!("column {column}: {reason}") }
    }

    /// A connection that is not there.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub fn lost(reason: String) -> Fault {
        Fault { kind: FaultKind::Lost, reason }
    }

    /// Whether it is about a row, and not about the database as a whole.
    pub fn is_of_a_row(&self) -> bool {
        matches!(self.kind, FaultKind::Constraint | FaultKind::Unreadable)
    }

    /// What it means for a database, which is named by its file or by where it is.
    pub fn at(self, path: &Path) -> StoreError {
        let (path, reason) = (path.to_path_buf(), self.reason);
        match self.kind {
            FaultKind::CannotOpen => StoreError::CannotOpen { path, reason },
            FaultKind::ReadOnly => StoreError::ReadOnly { path },
            FaultKind::Full => StoreError::Full { path },
            FaultKind::Disk => StoreError::Disk { path, reason },
            FaultKind::NotADatabase => StoreError::NotADatabase { path },
            FaultKind::Damaged => StoreError::Damaged { path, reason },
            FaultKind::Busy | FaultKind::Conflict => StoreError::Busy { path },
            FaultKind::Lost => StoreError::Unreachable { database: path.display().to_string(), reason },
            FaultKind::InDoubt => StoreError::InDoubt { database: path.display().to_string(), reason },
            FaultKind::Constraint | FaultKind::Unreadable | FaultKind::Refused => {
                StoreError::Refused { path, reason }
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}
