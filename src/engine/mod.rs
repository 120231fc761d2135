//! The engine: one contact's trip through a program, as a pure machine.
//!
//! A driver tells a [`Session`] what happened and when; the session answers what has to be done. It reads no clock,
//! does no I/O, starts no thread, never blocks and never fails: a fault of a flow is an exit of the flow. Real calls
//! and simulated ones run the same code, and a journal of (time, event, actions) replays to the byte.
//!
//! The contract, in full:
//! 1. Deadlines earlier than `now` fire first, in order, inside [`Session::step`]: a late driver takes the same exits
//!    as a prompt one. In the same millisecond the event wins over the deadline.
//! 2. An action that will be answered carries an id, and the answer names it. A stale answer is ignored and noted.
//! 3. A session is a stack of scopes. An event for an outer scope unwinds the inner ones.
//! 4. The wall clock is the contact's arrival plus the time elapsed since.
//! 5. Everything is bounded; the bounds stand in [`crate::program::Limits`].
//!
//! Digits are journalled by count; their values only once a question that is not secret takes them.

mod action;
mod contact;
mod evaluate;
mod event;
mod hear;
mod image;
mod journal;
mod leave;
mod lookup;
mod run;
mod session;
mod state;
mod transfer;

pub use action::{Action, ActionId, Actions, Audio, LegId, Note, Spoken};
pub use contact::Contact;
pub use event::{DialProgress, Event, Lookup, Reply, Verdict};
pub use image::Image;
pub use journal::{Journal, JournalEntry, JournalError, JournalHeader, line, restore_keys};
pub use session::{Session, Timer};
pub use state::State;
