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
mod belonging;
mod bridge;
mod builtin;
mod call_out;
mod choice;
mod compute;
mod conference;
mod contact;
mod data;
mod durable;
mod early;
mod entry;
mod evaluate;
mod event;
mod global;
mod hear;
mod hours;
mod hunt;
mod image;
mod journal;
mod leave;
mod lookup;
mod matter;
mod note;
mod play;
mod question;
mod queue;
mod record;
mod rounds;
mod run;
mod scope;
mod secrets;
mod segment;
mod session;
mod state;
mod taken_up;
mod transfer;
mod unfinished;
mod view;

pub use crate::program::Spoken;
pub use action::{Action, ActionId, Actions, Against, Audio, LegId, Note, RecordingChange};
pub use contact::{Contact, Task};
pub use event::{
    DialProgress, Event, HandOver, Lookup, QueueNews, Recalled, Reply, RoomNews, Taken, UpdateResult,
    Verdict, Words,
};
pub use image::Image;
pub use journal::{Journal, JournalEntry, JournalError, JournalHeader, line, restore_keys};
pub use segment::{Mark, SegmentLine};
pub use session::{Session, Timer};
pub use state::State;
pub use view::Standing;
