//! What a driver reports to a session.

use super::action::{ActionId, LegId};
use crate::program::{Key, Record, Text};
use crate::time::Wall;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Something that happened to a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Nothing but time: a deadline may be due.
    Tick,
    /// The caller's leg is up.
    Answered {
        /// The answer to this action.
        id: ActionId,
    },
    /// What was played has been heard to its end, or could not be played at all.
    Played {
        /// The answer to this action.
        id: ActionId,
    },
    /// The caller pressed a key.
    Key {
        /// Which; hidden in a journal.
        key: Key,
    },
    /// The CRM has looked somebody or something up.
    Found {
        /// The answer to this action.
        id: ActionId,
        /// What it found.
        result: Lookup,
    },
    /// The CRM has verified a secret.
    Judged {
        /// The answer to this action.
        id: ActionId,
        /// What it says.
        verdict: Verdict,
    },
    /// A backend has replied.
    Replied {
        /// The answer to this action.
        id: ActionId,
        /// What it says.
        reply: Reply,
    },
    /// There is news of a leg that is being called.
    Dialled {
        /// The answer to this action.
        id: ActionId,
        /// The news.
        progress: DialProgress,
    },
    /// The other side of a bridge has hung up.
    LegEnded {
        /// Which leg.
        leg: LegId,
    },
    /// The caller has left, or the leg was lost.
    HungUp {
        /// Why, for people: `caller`, `no media`, `restart`.
        cause: Text,
    },
    /// An entry is durable.
    Written {
        /// The answer to this action.
        id: ActionId,
    },
}

/// What a look-up found. One, several, none, and no answer are four different things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lookup {
    /// Exactly one.
    One(Arc<Record>),
    /// So many, more than one.
    Many(u32),
    /// None.
    None,
    /// It could not be asked.
    Failed,
}

/// What the CRM says of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is right.
    Right,
    /// It is wrong; the attempt is counted.
    Wrong,
    /// It was not looked at: the customer is locked out.
    Locked {
        /// Until then.
        until: Wall,
    },
    /// It could not be verified.
    Failed,
}

/// What a backend replied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// A good reply, with the declared fields.
    Ok(Arc<Record>),
    /// One of the declared statuses.
    Status(Text),
    /// No reply, or one that makes no sense.
    Failed,
}

/// News of a leg that is being called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DialProgress {
    /// It rings.
    Ringing,
    /// Somebody answered.
    Answered,
    /// It is busy (486, 600).
    Busy,
    /// Nobody answered (408, 480 after ringing).
    NoAnswer,
    /// It cannot be reached (404, 410, 480, 503).
    Unavailable,
    /// It was declined (403, 603).
    Refused,
    /// It was sent elsewhere (3xx).
    Redirected,
    /// The call could not be made.
    Failed,
}

impl Event {
    /// The event as a journal keeps it: a key's digit is hidden.
    pub fn masked(&self) -> Event {
        match self {
            Event::Key { .. } => Event::Key { key: Key::HIDDEN },
            other => other.clone(),
        }
    }
}

/// One line of a transcript. A digit is hidden: its value shows when a question takes it.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Tick => f.write_str("time"),
            Event::Answered { id } => write!(f, "answered {id}"),
            Event::Played { id } => write!(f, "played {id}"),
            Event::Key { .. } => f.write_str("key \u{2022}"),
            Event::Found { id, result: Lookup::One(record) } => {
                write!(f, "found {id} one {} {}", record.kind, record.id)
            }
            Event::Found { id, result: Lookup::Many(count) } => write!(f, "found {id} many ({count})"),
            Event::Found { id, result: Lookup::None } => write!(f, "found {id} none"),
            Event::Found { id, result: Lookup::Failed } => write!(f, "found {id} failed"),
            Event::Judged { id, verdict } => write!(f, "judged {id} {verdict}"),
            Event::Replied { id, reply: Reply::Ok(record) } => {
                write!(f, "replied {id} ok")?;
                record.fields.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
            }
            Event::Replied { id, reply: Reply::Status(status) } => write!(f, "replied {id} {status}"),
            Event::Replied { id, reply: Reply::Failed } => write!(f, "replied {id} failed"),
            Event::Dialled { id, progress } => write!(f, "dialled {id} {progress}"),
            Event::LegEnded { leg } => write!(f, "{leg} ended"),
            Event::HungUp { cause } => write!(f, "hung up ({})", cause.escape_debug()),
            Event::Written { id } => write!(f, "written {id}"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Right => "right",
            Verdict::Wrong => "wrong",
            Verdict::Locked { .. } => "locked",
            Verdict::Failed => "failed",
        })
    }
}

impl fmt::Display for DialProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DialProgress::Ringing => "ringing",
            DialProgress::Answered => "answered",
            DialProgress::Busy => "busy",
            DialProgress::NoAnswer => "no_answer",
            DialProgress::Unavailable => "unavailable",
            DialProgress::Refused => "refused",
            DialProgress::Redirected => "redirected",
            DialProgress::Failed => "failed",
        })
    }
}
