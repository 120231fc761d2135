//! Something that a contact asked to be done later: a flow that runs without a caller, a call back.

use super::{Beginning, Posting};
use crate::program::{Due, Entry, Text};
use crate::time::Wall;

/// Something to be done later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What was said, by which contact, and when.
    pub posting: Posting,
    /// When it is due. It is not done before the contact that asked for it is over.
    pub due: Wall,
    /// How the contact that asked for it began.
    pub of: Beginning,
    /// The contact that does it, once that was about to begin.
    pub begun: Option<Text>,
}

/// What becomes of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEvent {
    /// Whoever has it keeps it until then.
    Held {
        /// Until when nobody else gets it.
        until: Wall,
    },
    /// A contact of this name is about to do it.
    Begins {
        /// The contact.
        contact: Text,
    },
    /// It is done.
    Done,
    /// It cannot be done.
    Dropped {
        /// Why, for people.
        reason: Text,
    },
}

impl Job {
    /// When something that a contact says is due; nothing for what is not to be done later.
    pub fn due(posting: &Posting) -> Option<Wall> {
        match &posting.entry {
            Entry::Task { due: Due::Afterwards, .. } => Some(posting.at),
            Entry::Task { due: Due::At(at), .. } => Some(*at),
            Entry::Callback { at, .. } => Some(at.unwrap_or(posting.at)),
            Entry::Outcome { .. }
            | Entry::Case { .. }
            | Entry::Note { .. }
            | Entry::Identity { .. }
            | Entry::Keep { .. }
            | Entry::Count { .. }
            | Entry::Tell { .. }
            | Entry::Sms { .. }
            | Entry::Email { .. }
            | Entry::Override { .. } => None,
        }
    }
}
