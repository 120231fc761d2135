//! What a driver reports to a session.

use super::action::{ActionId, LegId};
use crate::program::{Key, Record, Text, Value};
use crate::time::{DurationMs, Wall};
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
    /// The caller wrote a message; on a call, said something that was recognised.
    Text {
        /// What; hidden in a journal.
        text: Text,
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
    /// A code was sent, or could not be.
    CodeSent {
        /// The answer to this action.
        id: ActionId,
        /// Whether it is on its way.
        sent: bool,
    },
    /// Two secrets were compared.
    Compared {
        /// The answer to this action.
        id: ActionId,
        /// Whether they are the same.
        equal: bool,
    },
    /// A secret was tested.
    Examined {
        /// The answer to this action.
        id: ActionId,
        /// Whether it passes.
        fits: bool,
    },
    /// The store has looked up what is kept.
    Recalled {
        /// The answer to this action.
        id: ActionId,
        /// What it is.
        result: Recalled,
    },
    /// The CRM has changed a field, or not.
    Updated {
        /// The answer to this action.
        id: ActionId,
        /// What became of it.
        result: UpdateResult,
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
    /// The caller's media is open before the answer, or cannot be.
    MediaOpened {
        /// The answer to this action.
        id: ActionId,
    },
    /// A key of another leg, while it is up and not bridged. It takes a call and is no secret.
    LegKey {
        /// Which leg.
        leg: LegId,
        /// Which key.
        key: Key,
    },
    /// There is news of a room in which there may be a place.
    Room {
        /// The answer to this action.
        id: ActionId,
        /// The news.
        news: RoomNews,
    },
    /// The caller's side says whether it will call somebody else.
    HandedOver {
        /// The answer to this action.
        id: ActionId,
        /// What it says.
        result: HandOver,
    },
    /// The other side of a bridge has hung up, or of a leg that was about to be bridged.
    LegEnded {
        /// Which leg.
        leg: LegId,
    },
    /// The caller has left, or the leg was lost.
    HungUp {
        /// Why, for people: `caller`, `no media`, `restart`.
        cause: Text,
    },
    /// There is news of a queue that is waited in.
    Queued {
        /// The answer to this action.
        id: ActionId,
        /// The news.
        news: QueueNews,
    },
    /// A message has ended.
    Recorded {
        /// The answer to this action.
        id: ActionId,
        /// What was taken.
        taken: Taken,
    },
    /// The words of a recording are there, or never will be.
    Transcribed {
        /// The answer to this action.
        id: ActionId,
        /// The words.
        words: Words,
    },
    /// An entry is durable.
    Written {
        /// The answer to this action.
        id: ActionId,
    },
    /// The process that had the call has died, and another one goes on with it: what was played or was being keyed is lost. Only
    /// where [`Session::can_be_taken_up`](super::Session::can_be_taken_up).
    TakenUp,
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

/// What is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recalled {
    /// This.
    Kept(Value),
    /// Nothing, or nothing any more.
    Nothing,
    /// It could not be asked.
    Failed,
}

/// What became of a change in the CRM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateResult {
    /// It is done.
    Ok,
    /// The field is not what the flow has seen.
    Conflict,
    /// It could not be done.
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

/// News of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomNews {
    /// There is a place.
    Reserved {
        /// How many are in it without this caller.
        members: u32,
    },
    /// The caller and the others speak.
    Joined,
    /// The room has ended, or the caller was taken out of it after hanging up.
    Left {
        /// Whether nobody is left in it.
        #[serde(default)]
        last: bool,
    },
    /// The caller was sent out.
    Removed {
        /// Whether nobody is left in it.
        #[serde(default)]
        last: bool,
    },
    /// The room lets nobody in.
    Refused,
    /// There is no place.
    Full,
}

/// What the caller's side says when it is asked to call somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOver {
    /// It will.
    Accepted,
    /// It will not.
    Refused,
    /// It could not be asked.
    Failed,
}

/// News of a leg that is being called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DialProgress {
    /// It rings.
    Ringing,
    /// It was answered, and who it is is being found out.
    Listening,
    /// Somebody answered; a person, where that was to be found out.
    Answered,
    /// Somebody answered who says nothing.
    Unknown,
    /// A machine answered, and its greeting has ended.
    Machine,
    /// A fax answered.
    Fax,
    /// It is busy (486, 600).
    Busy,
    /// Nobody answered (408, 480 after ringing).
    NoAnswer,
    /// It cannot be reached (404, 410, 480, 503).
    Unavailable,
    /// It was declined (403, 603).
    Refused,
    /// It was sent elsewhere (3xx), to this address; empty where none was given.
    Redirected(Text),
    /// The call could not be made.
    Failed,
}

/// News of a queue that is waited in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueNews {
    /// Where the caller stands.
    Place {
        /// How many come before; missing where nobody knows.
        ahead: Option<u32>,
        /// How long it will still take; missing where nobody knows.
        expected: Option<DurationMs>,
    },
    /// Somebody has answered on the queue's leg.
    Connected {
        /// Who, as the deployment names them.
        who: Text,
    },
    /// As many wait as may.
    Full,
    /// Nobody is there.
    Closed,
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// So much was said, silence at both ends left out; nothing at all where it is zero.
    Sound {
        /// How much.
        length: DurationMs,
        /// The address under which it can be fetched; empty where there is none.
        #[serde(default)]
        link: Text,
    },
    /// It could not be recorded.
    Failed,
}

/// The words of a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// These.
    Ready(Text),
    /// Nobody could make them out.
    Failed,
}

impl Event {
    /// The event as a journal keeps it: a key's digit is hidden, and so is a message, until a question takes it.
    pub fn masked(&self) -> Event {
        match self {
            Event::Key { .. } => Event::Key { key: Key::HIDDEN },
            Event::Text { text } => {
                let hidden = Key::HIDDEN.sign().to_string().repeat(text.chars().count());
                Event::Text { text: hidden.into() }
            }
            other => other.clone(),
        }
    }
}

/// One line of a transcript. A digit is hidden: its value shows when a question takes it.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Tick => f.write_str("time"),
            Event::TakenUp => f.write_str("taken up"),
            Event::Answered { id } => write!(f, "answered {id}"),
            Event::Played { id } => write!(f, "played {id}"),
            Event::Key { .. } => f.write_str("key \u{2022}"),
            Event::Text { .. } => f.write_str("text \u{2022}"),
            Event::Found { id, result: Lookup::One(record) } => {
                write!(f, "found {id} one {} {}", record.kind, record.id)
            }
            Event::Found { id, result: Lookup::Many(count) } => write!(f, "found {id} many ({count})"),
            Event::Found { id, result: Lookup::None } => write!(f, "found {id} none"),
            Event::Found { id, result: Lookup::Failed } => write!(f, "found {id} failed"),
            Event::Judged { id, verdict } => write!(f, "judged {id} {verdict}"),
            Event::CodeSent { id, sent } => {
                write!(f, "code {id} {}", if *sent { "sent" } else { "not sent" })
            }
            Event::Compared { id, equal } => {
                write!(f, "compared {id} {}", if *equal { "equal" } else { "different" })
            }
            Event::Examined { id, fits } => {
                write!(f, "examined {id} {}", if *fits { "fits" } else { "unfit" })
            }
            Event::Recalled { id, result: Recalled::Kept(value) } => write!(f, "recalled {id} {value}"),
            Event::Recalled { id, result: Recalled::Nothing } => write!(f, "recalled {id} nothing"),
            Event::Recalled { id, result: Recalled::Failed } => write!(f, "recalled {id} failed"),
            Event::Updated { id, result } => write!(f, "updated {id} {result}"),
            Event::Replied { id, reply: Reply::Ok(record) } => {
                write!(f, "replied {id} ok")?;
                record.fields.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
            }
            Event::Replied { id, reply: Reply::Status(status) } => write!(f, "replied {id} {status}"),
            Event::Replied { id, reply: Reply::Failed } => write!(f, "replied {id} failed"),
            Event::Dialled { id, progress } => write!(f, "dialled {id} {progress}"),
            Event::MediaOpened { id } => write!(f, "media opened {id}"),
            Event::LegKey { leg, key } => write!(f, "{leg} key {}", key.sign()),
            Event::Room { id, news } => write!(f, "room {id} {news}"),
            Event::HandedOver { id, result } => write!(f, "handed over {id} {result}"),
            Event::LegEnded { leg } => write!(f, "{leg} ended"),
            Event::HungUp { cause } => write!(f, "hung up ({})", cause.escape_debug()),
            Event::Queued { id, news } => write!(f, "queued {id} {news}"),
            Event::Recorded { id, taken: Taken::Sound { length, .. } } => write!(f, "recorded {id} {length}"),
            Event::Recorded { id, taken: Taken::Failed } => write!(f, "recorded {id} failed"),
            Event::Transcribed { id, words: Words::Ready(words) } => {
                write!(f, "transcribed {id} \"{}\"", words.escape_debug())
            }
            Event::Transcribed { id, words: Words::Failed } => write!(f, "transcribed {id} failed"),
            Event::Written { id } => write!(f, "written {id}"),
        }
    }
}

impl fmt::Display for QueueNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            QueueNews::Place { ahead, expected } => {
                f.write_str("place")?;
                ahead.iter().try_for_each(|ahead| write!(f, " {ahead} ahead"))?;
                expected.iter().try_for_each(|expected| write!(f, " expected {expected}"))
            }
            QueueNews::Connected { who } => write!(f, "connected {}", who.escape_debug()),
            QueueNews::Full => f.write_str("full"),
            QueueNews::Closed => f.write_str("closed"),
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

impl fmt::Display for UpdateResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UpdateResult::Ok => "ok",
            UpdateResult::Conflict => "conflict",
            UpdateResult::Failed => "failed",
        })
    }
}

impl fmt::Display for RoomNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RoomNews::Reserved { members } => return write!(f, "reserved, {members} there"),
            RoomNews::Joined => "joined",
            RoomNews::Left { last: false } => "left",
            RoomNews::Left { last: true } => "left, the last",
            RoomNews::Removed { last: false } => "removed",
            RoomNews::Removed { last: true } => "removed, the last",
            RoomNews::Refused => "refused",
            RoomNews::Full => "full",
        })
    }
}

impl fmt::Display for HandOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HandOver::Accepted => "accepted",
            HandOver::Refused => "refused",
            HandOver::Failed => "failed",
        })
    }
}

impl fmt::Display for DialProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DialProgress::Ringing => "ringing",
            DialProgress::Listening => "listening",
            DialProgress::Answered => "answered",
            DialProgress::Unknown => "unknown",
            DialProgress::Machine => "machine",
            DialProgress::Fax => "fax",
            DialProgress::Busy => "busy",
            DialProgress::NoAnswer => "no_answer",
            DialProgress::Unavailable => "unavailable",
            DialProgress::Refused => "refused",
            DialProgress::Redirected(to) => return write!(f, "redirected to {}", to.escape_debug()),
            DialProgress::Failed => "failed",
        })
    }
}
