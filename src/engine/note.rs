//! What a session wants a journal and people to know; a driver has nothing to do about it.

use crate::program::{Exit, NodeId, Text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the session wants known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// A flow was entered.
    Entered {
        /// Its name.
        flow: Text,
    },
    /// A node was left.
    Left {
        /// The node.
        node: NodeId,
        /// How it ended.
        exit: Exit,
    },
    /// A question took keys that are no secret.
    Took {
        /// The keys.
        keys: Text,
    },
    /// A question took a secret: digits are dots, the signs `*` and `#` are themselves.
    TookSecret {
        /// As many signs as there were keys.
        shape: Text,
    },
    /// A question took a message, or what was said, that is no secret.
    Heard {
        /// The message.
        text: Text,
    },
    /// A question took a message that is a secret.
    HeardSecret {
        /// Digits are dots, the signs `*` and `#` are themselves, anything else is `-`.
        shape: Text,
    },
    /// The message with which the contact arrived waits for the first question.
    Message,
    /// Keys that nobody asked for were thrown away.
    Dropped {
        /// How many.
        count: u32,
    },
    /// Messages that nobody asked for were thrown away.
    DroppedTexts {
        /// How many.
        count: u32,
    },
    /// A key, or a message, was not kept: too many are waiting, nobody listens, or the caller speaks with somebody.
    Ignored,
    /// An answer came that nobody waits for any more, or an event that means nothing now.
    Stale,
    /// The flow could not go on as written.
    Fault {
        /// Why.
        reason: Text,
    },
    /// Nothing was kept: nobody is known whose it would be.
    NotKept {
        /// The declared name.
        keep: Text,
    },
    /// An outcome of the hang-up handler was not written, because one was set before.
    OutcomeKept,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Entered { flow } => write!(f, "flow {flow}"),
            Note::Left { node, exit } => write!(f, "node {} {exit}", node.0),
            Note::Took { keys } => write!(f, "took {keys}"),
            Note::TookSecret { shape } => write!(f, "took secret {shape}"),
            Note::Heard { text } => write!(f, "heard \"{}\"", text.escape_debug()),
            Note::HeardSecret { shape } => write!(f, "heard secret {shape}"),
            Note::Message => f.write_str("a message waits"),
            Note::DroppedTexts { count } => write!(f, "dropped {count} messages"),
            Note::Dropped { count } => write!(f, "dropped {count} keys"),
            Note::Ignored => f.write_str("ignored"),
            Note::Stale => f.write_str("stale"),
            Note::Fault { reason } => write!(f, "fault: {reason}"),
            Note::NotKept { keep } => write!(f, "nobody to keep {keep} for"),
            Note::OutcomeKept => f.write_str("an earlier outcome stands"),
        }
    }
}
