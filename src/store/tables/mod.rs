//! Our tables: what is kept of customers, contacts, cases and the outbox, as statements that are written once.
//!
//! [`operations`] has the store's operations; the other files have a table each, or a few that go together.

mod cases;
mod customers;
pub(super) mod deliveries;
mod desk;
pub(super) mod dispatches;
pub(super) mod dossier;
mod errands;
pub(super) mod family;
mod hours;
mod interactions;
pub(super) mod jobs;
mod kept;
mod ledger;
pub(super) mod looks;
mod objects;
mod operations;
mod pins;
#[cfg(test)]
mod plans;
pub(super) mod reports;
mod retype;
pub(super) mod shifts;
mod traces;
pub(super) mod vault;
