//! Those who take calls, where several nodes share a database: the store's side of who is busy with whom.
//!
//! ```text
//!   node A                     database                    node B
//!     | -- take(ann) ----------> | held by A                 |
//!     |                          | <---------- take(ann) --- |   refused: B waits, since 12:00
//!     | -- release(ann) -------> |                           |
//!     | -- take(ann) ----------> |                           |   refused: A's caller has waited since 12:01
//!     |                          | <---------- take(ann) --- |   held by B
//! ```

use super::StoreError;
use super::database::Database;
use super::tables::shifts;
use crate::program::Text;
use crate::time::{DurationMs, Wall};
use rust_decimal::Decimal;

/// An operator whom a node wants for somebody who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Who.
    pub operator: Text,
    /// The node; a name that no other has.
    pub node: Text,
    /// The place of the queue among those of the operator; 0 is best.
    pub rank: u32,
    /// A higher one is served first.
    pub priority: Decimal,
    /// Since when somebody waits.
    pub since: Wall,
}

impl Wanted {
    /// Whether this one is served before another, as on one node: by the operator's queues, by priority, by time. Where all is
    /// equal one of the two is.
    pub fn comes_before(&self, other: &Wanted) -> bool {
        let order = self.rank.cmp(&other.rank).then(other.priority.cmp(&self.priority));
        order.then(self.since.cmp(&other.since)).then(self.node.cmp(&other.node)).is_lt()
    }
}

/// Operators of several nodes: each is busy with one node at a time.
pub trait Shifts: Send + Sync {
    /// Whether an operator is this node's for `lease`, or for as long as [`Shifts::keep_operators`] is said in time. Else the
    /// operator is not, nor was before, and that somebody waits here is known to the other nodes for `wait`.
    fn take_operator(
        &self,
        wanted: &Wanted,
        now: Wall,
        lease: DurationMs,
        wait: DurationMs,
    ) -> Result<bool, StoreError>;
    /// A node keeps its operators for another `lease`.
    fn keep_operators(&self, node: &str, now: Wall, lease: DurationMs) -> Result<(), StoreError>;
    /// A node is done with an operator, or with all of them.
    fn release_operator(&self, operator: Option<&str>, node: &str) -> Result<(), StoreError>;
    /// An operator takes no calls at any node from now on, or takes them again. Said again, it changes nothing.
    fn pause_operator(&self, operator: &str, is_paused: bool, now: Wall) -> Result<(), StoreError>;
    /// Who takes no calls at any node, by name.
    fn paused_operators(&self) -> Result<Vec<Text>, StoreError>;
}

impl<D: Database> Shifts for D {
    fn take_operator(
        &self,
        wanted: &Wanted,
        now: Wall,
        lease: DurationMs,
        wait: DurationMs,
    ) -> Result<bool, StoreError> {
        let wanted = wanted.clone();
        self.write(move |tx| shifts::take(tx, &wanted, now, (now.after(lease), now.after(wait))))
    }

    fn keep_operators(&self, node: &str, now: Wall, lease: DurationMs) -> Result<(), StoreError> {
        let node = node.to_owned();
        self.write(move |tx| shifts::keep(tx, &node, now, now.after(lease)))
    }

    fn release_operator(&self, operator: Option<&str>, node: &str) -> Result<(), StoreError> {
        let (operator, node) = (operator.map(str::to_owned), node.to_owned());
        self.write(move |tx| match &operator {
            Some(operator) => shifts::release(tx, operator, &node),
            None => shifts::release_all(tx, &node),
        })
    }

    fn pause_operator(&self, operator: &str, is_paused: bool, now: Wall) -> Result<(), StoreError> {
        let operator = operator.to_owned();
        self.write(move |tx| match is_paused {
            true => shifts::pause(tx, &operator, now),
            false => shifts::resume(tx, &operator),
        })
    }

    fn paused_operators(&self) -> Result<Vec<Text>, StoreError> {
        self.read(shifts::paused)
    }
}
