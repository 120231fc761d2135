//! What is not kept for ever: counted, and forgotten a little at a time.

use super::database::Database;
use super::tables::{dossier, looks};
use super::{Kept, Look, StoreError};
use crate::time::Wall;

/// Contacts and cases that are forgotten in one transaction: calls wait no longer for it than for a few of their own.
const AT_ONCE: usize = 50;
/// Rows of an audit that go in one transaction.
const ROWS_AT_ONCE: usize = 2000;

/// Forgetting, as commands and a running server do it.
pub trait Retention: Send + Sync {
    /// How many things of a kind are older than a moment and still say who it was.
    fn count_older(&self, kind: Kept, before: Wall) -> Result<u64, StoreError>;
    /// Says of some things of a kind that are older no more who it was, and lets rows of an audit go; how many, none once all
    /// are. Each is written down as `look` says, with what it was and whose.
    fn forget(&self, kind: Kept, before: Wall, look: &Look) -> Result<u64, StoreError>;
    /// Writes down that something went which is not in the database.
    fn note_removal(&self, look: &Look) -> Result<(), StoreError>;
}

impl<D: Database> Retention for D {
    fn count_older(&self, kind: Kept, before: Wall) -> Result<u64, StoreError> {
        self.read(move |tx| dossier::count_older(tx, kind, before))
    }

    fn forget(&self, kind: Kept, before: Wall, look: &Look) -> Result<u64, StoreError> {
        let (look, most) = (look.clone(), if kind == Kept::Audit { ROWS_AT_ONCE } else { AT_ONCE });
        let count = self.write(move |tx| dossier::forget_older(tx, kind, before, &look, most))?;
        if count < most as u64 {
            // That was the last of it.
            self.forget_overwritten();
        }
        Ok(count)
    }

    fn note_removal(&self, look: &Look) -> Result<(), StoreError> {
        let look = look.clone();
        self.append(move |tx| looks::note(tx, &look))
    }
}
