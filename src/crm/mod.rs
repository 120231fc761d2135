//! Customers, their objects, the contacts they make and the cases these are about: records and rules, no database.
//!
//! The rules are written once, in [`post`], over a [`Ledger`] that holds the records; the store's databases are
//! ledgers, and so is [`Memory`], the CRM of the simulator. Nobody is created or merged here by a contact, and
//! nobody takes the first of several matches: see [`Identity`].

mod act;
mod by_hand;
mod case;
mod customer;
mod dispatch;

mod erasure;
mod identity;
mod interaction;
mod job;
mod kept;
mod lockout;
mod memory;
#[cfg(test)]
mod memory_tests;
mod merge;
mod news;
mod object;
pub mod outbox;
mod posting;
mod promise;
pub mod question;
mod recent;
mod report;
mod tally;
mod trail;

pub use act::{Act, ActError};
pub use by_hand::ByHand;
pub use case::{Case, CaseEvent, CaseState, Change};
pub use customer::Customer;
pub use dispatch::{Dispatch, Subject, Subscriber};
pub use erasure::{ERASED, erase_entry};
pub use identity::Identity;
pub use interaction::{Beginning, EndedBy, Ending, Interaction, Written};
pub use job::{Job, JobEvent};
pub use kept::{Kept, Update, Updated};
pub use lockout::{Attempt, Lockout, Proof, Verdict};
pub use memory::Memory;
pub use merge::{Merge, MergeError, standing};
pub use news::ContactNews;
pub use object::{Object, lookup_key};
pub use posting::{Ledger, Posting, RESOLVED, post};
pub use promise::{Priority, Promise};
pub use recent::Recent;
pub use report::Report;
pub use tally::{CALLER, Tally, caller_key};
pub use trail::{Direction, Human, Keyed, Leg, Recorded, Sounded, Step, Trail};
