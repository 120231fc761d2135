//! What others are told, kept until they have heard it: the store's side of connectors and webhooks.

use super::StoreError;
use super::database::Database;
use super::tables::{deliveries, dispatches};
use crate::crm::outbox::{Event, State};
use crate::crm::{Dispatch, Report, Subscriber};
use crate::program::Text;
use crate::time::{DurationMs, Wall};
use std::collections::BTreeMap;

/// What contacts said and did not arrive yet, in the CRM and outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxStanding {
    /// Entries that wait.
    pub pending: u64,
    /// Entries that were given up.
    pub dead: u64,
    /// When the oldest that waits was said.
    pub oldest: Option<Wall>,
}

/// How many dispatches there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DispatchCounts {
    /// That wait.
    pub pending: u64,
    /// That were given up.
    pub dead: u64,
}

/// Dispatches, and what was learned while they were delivered.
pub trait Outgoing: Send + Sync {
    /// Who is told from now on; nobody else. What others have not heard yet stays.
    fn subscribe(&self, subscribers: &[Subscriber]) -> Result<(), StoreError>;
    /// Up to `limit` dispatches to a target that are due, the oldest first, one of each lane. Nobody else gets them before
    /// `lease` is over; [`Outgoing::settle_dispatch`] says what became of them.
    fn claim(
        &self,
        target: &str,
        now: Wall,
        lease: DurationMs,
        limit: usize,
    ) -> Result<Vec<Dispatch>, StoreError>;
    /// What became of a dispatch; `false` where there is none of this number.
    fn settle_dispatch(&self, id: u64, event: Event, now: Wall) -> Result<bool, StoreError>;
    /// Keeps what a target has made, by our names for it.
    fn learn(&self, target: &str, news: &[(Text, Text)]) -> Result<(), StoreError>;
    /// What is known of these names.
    fn learned(&self, target: &str, names: &[Text]) -> Result<BTreeMap<Text, Text>, StoreError>;
    /// A contact with its cases, in one snapshot.
    fn report(&self, contact: &str) -> Result<Option<Report>, StoreError>;
    /// Dispatches in a state, oldest first, at most `limit`.
    fn dispatches(&self, state: State, limit: usize) -> Result<Vec<Dispatch>, StoreError>;
    /// How many wait and how many were given up.
    fn dispatch_counts(&self) -> Result<DispatchCounts, StoreError>;
    /// How many entries are on their way, and since when.
    fn outbox_standing(&self) -> Result<OutboxStanding, StoreError>;
    /// A dispatch.
    fn dispatch(&self, id: u64) -> Result<Option<Dispatch>, StoreError>;
}

impl<D: Database> Outgoing for D {
    fn subscribe(&self, subscribers: &[Subscriber]) -> Result<(), StoreError> {
        let subscribers = subscribers.to_vec();
        self.write(move |tx| dispatches::subscribe(tx, &subscribers))
    }

    fn claim(
        &self,
        target: &str,
        now: Wall,
        lease: DurationMs,
        limit: usize,
    ) -> Result<Vec<Dispatch>, StoreError> {
        let due = target.to_owned();
        let due = self.read(move |tx| dispatches::due(tx, &due, now, limit))?;
        if due.is_empty() {
            return Ok(due);
        }
        // Between the question and the change another node may have claimed some.
        self.write(move |tx| dispatches::claim(tx, &due, now.after(lease)))
    }

    fn settle_dispatch(&self, id: u64, event: Event, now: Wall) -> Result<bool, StoreError> {
        let policy = self.policy();
        self.write(move |tx| dispatches::settle(tx, id, &event, now, &policy))
    }

    fn learn(&self, target: &str, news: &[(Text, Text)]) -> Result<(), StoreError> {
        let (target, news) = (target.to_owned(), news.to_vec());
        self.write(move |tx| dispatches::learn(tx, &target, &news))
    }

    fn learned(&self, target: &str, names: &[Text]) -> Result<BTreeMap<Text, Text>, StoreError> {
        let (target, names) = (target.to_owned(), names.to_vec());
        self.read(move |tx| dispatches::learned(tx, &target, &names))
    }

    fn report(&self, contact: &str) -> Result<Option<Report>, StoreError> {
        let contact = contact.to_owned();
        self.read(move |tx| dispatches::report(tx, &contact))
    }

    fn dispatches(&self, state: State, limit: usize) -> Result<Vec<Dispatch>, StoreError> {
        self.read(move |tx| dispatches::list(tx, state, limit))
    }

    fn dispatch_counts(&self) -> Result<DispatchCounts, StoreError> {
        self.read(dispatches::counts)
    }

    fn outbox_standing(&self) -> Result<OutboxStanding, StoreError> {
        self.read(deliveries::standing)
    }

    fn dispatch(&self, id: u64) -> Result<Option<Dispatch>, StoreError> {
        self.read(move |tx| dispatches::dispatch(tx, id))
    }
}
