//! What is to be done later: the store's side of timers and calls back.

use super::StoreError;
use super::database::Database;
use super::tables::jobs;
use crate::crm::{Job, JobEvent};
use crate::program::Text;
use crate::time::{DurationMs, Wall};

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedJob {
    /// The contact that asked for it, and the number of what it said.
    pub key: Text,
    /// What it was.
    pub what: Text,
    /// Why it was given up.
    pub reason: Text,
}

/// Jobs: durable, each taken by one node.
pub trait Later: Send + Sync {
    /// Up to `limit` jobs that are due and whose contacts are over, the earliest first. Nobody else gets them before `lease`
    /// is over; [`Later::settle_job`] says what became of them.
    fn claim_jobs(&self, now: Wall, lease: DurationMs, limit: usize) -> Result<Vec<Job>, StoreError>;
    /// What became of a job, by the contact that asked for it and the number of what it said. Nothing happens to one that
    /// there is not.
    fn settle_job(&self, key: (&str, u64), event: &JobEvent) -> Result<(), StoreError>;
    /// How many jobs wait.
    fn waiting_jobs(&self) -> Result<u64, StoreError>;
    /// Jobs that were given up, the latest first, at most `limit`.
    fn dropped_jobs(&self, limit: usize) -> Result<Vec<DroppedJob>, StoreError>;
}

impl<D: Database> Later for D {
    fn claim_jobs(&self, now: Wall, lease: DurationMs, limit: usize) -> Result<Vec<Job>, StoreError> {
        if !self.read(move |tx| jobs::any_due(tx, now))? {
            return Ok(Vec::new());
        }
        self.write(move |tx| jobs::claim(tx, now, now.after(lease), limit))
    }

    fn settle_job(&self, key: (&str, u64), event: &JobEvent) -> Result<(), StoreError> {
        let (contact, sequence, event) = (key.0.to_owned(), key.1, event.clone());
        self.write(move |tx| jobs::settle(tx, (&contact, sequence), &event))
    }

    fn waiting_jobs(&self) -> Result<u64, StoreError> {
        self.read(jobs::waiting)
    }

    fn dropped_jobs(&self, limit: usize) -> Result<Vec<DroppedJob>, StoreError> {
        self.read(move |tx| jobs::dropped(tx, limit))
    }
}
