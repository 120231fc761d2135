//! What is to be done later: the store's side of timers and calls back.

use super::StoreError;
use super::database::Database;
use super::tables::jobs;
use crate::crm::{Job, JobEvent};
use crate::program::Text;
use crate::time::{DurationMs, Wall};
use serde::Serialize;

/// A job that is not done, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptJob {
    /// The contact that asked for it, and the number of what it said.
    pub key: Text,
    /// What it is.
    pub what: Text,
    /// When it is due.
    pub due: Wall,
    /// Why it was given up; missing while it waits.
    pub reason: Option<Text>,
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
    /// Jobs that were given up, and those that wait, each the earliest first, at most `limit` together.
    fn kept_jobs(&self, limit: usize) -> Result<Vec<KeptJob>, StoreError>;
    /// Whoever had taken jobs has gone: they are anybody's. Only for a database that no other node uses.
    fn release_jobs(&self) -> Result<(), StoreError>;
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

    fn kept_jobs(&self, limit: usize) -> Result<Vec<KeptJob>, StoreError> {
        self.read(move |tx| jobs::kept(tx, limit))
    }

    fn release_jobs(&self) -> Result<(), StoreError> {
        self.write(jobs::release)
    }
}
