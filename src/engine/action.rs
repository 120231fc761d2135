//! What a session asks its driver to do.

use crate::program::verb::{Lock, RejectReason};
use crate::program::{Caller, Entry, Exit, NodeId, Phone, Secret, Text, Value};
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Names an action; counts from one within a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActionId(pub u32);

/// A leg of a contact: the caller's is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LegId(pub u8);

/// The actions of one step, in the order in which they are done.
pub type Actions = Vec<Action>;

/// Something that the driver must do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Picks the caller's leg up. Answered by [`super::Event::Answered`].
    Answer {
        /// Names the answer.
        id: ActionId,
    },
    /// Plays to the caller, after cutting whatever plays. Answered by [`super::Event::Played`], unless it loops.
    Play {
        /// Names the answer.
        id: ActionId,
        /// What.
        audio: Audio,
        /// Whether it begins again at its end.
        looped: bool,
    },
    /// Cuts what plays, if this still does. Not answered.
    Stop {
        /// What is cut.
        id: ActionId,
    },
    /// Looks the caller up in the CRM. Answered by [`super::Event::Found`].
    Identify {
        /// Names the answer.
        id: ActionId,
        /// Whom.
        caller: Caller,
    },
    /// Looks an object up in the CRM. Answered by [`super::Event::Found`].
    Find {
        /// Names the answer.
        id: ActionId,
        /// Its kind.
        object: Text,
        /// The field that is compared.
        field: Text,
        /// What it must equal.
        key: Text,
    },
    /// Has the CRM verify a secret, counting the attempt before it says so. Answered by [`super::Event::Judged`].
    Verify {
        /// Names the answer.
        id: ActionId,
        /// The customer's id in the CRM.
        customer: Text,
        /// What was keyed.
        secret: Secret,
        /// When the customer is locked out.
        lock: Lock,
    },
    /// Asks a backend. Answered by [`super::Event::Replied`]; an answer after `within` is stale.
    Request {
        /// Names the answer.
        id: ActionId,
        /// The backend's name.
        backend: Text,
        /// The operation's name.
        operation: Text,
        /// The arguments by the names of the parameters.
        args: Vec<(Text, Value)>,
        /// How long the flow waits.
        within: DurationMs,
    },
    /// Calls somebody. Answered by [`super::Event::Dialled`], perhaps several times.
    Dial {
        /// Names the answers.
        id: ActionId,
        /// The new leg.
        leg: LegId,
        /// Whom.
        to: Phone,
        /// How long it may ring; the session cancels then.
        ring: DurationMs,
    },
    /// Connects the caller with another leg.
    Bridge {
        /// The other leg.
        leg: LegId,
    },
    /// Ends a leg, or cancels it while it rings.
    HangUp {
        /// Which.
        leg: LegId,
    },
    /// Turns the caller away before the answer.
    Reject {
        /// What the caller's network is told.
        reason: RejectReason,
    },
    /// Tells the CRM, durably. Answered by [`super::Event::Written`], for which nobody waits. The idempotency key is
    /// the contact's id and this one.
    Write {
        /// Names the answer.
        id: ActionId,
        /// What.
        entry: Entry,
    },
    /// The session is over; nothing but notes follows.
    Ended,
    /// Nothing to do: what the session wants a journal and people to know.
    Note(Note),
}

/// Something to hear.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audio {
    /// Prompts, one after another.
    Speech(Vec<Spoken>),
    /// A recording that is not speech.
    Sound(Text),
    /// The tone of a telephone that rings far away.
    RingBack,
}

/// A prompt with its values, in a language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spoken {
    /// The prompt's name.
    pub prompt: Text,
    /// Its values, one for each parameter.
    pub args: Vec<Value>,
    /// The language by its two letters.
    pub language: Text,
}

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
    /// Keys that nobody asked for were thrown away.
    Dropped {
        /// How many.
        count: u32,
    },
    /// A key was not kept: too many are waiting, or the caller speaks with somebody.
    Ignored,
    /// An answer came that nobody waits for any more, or an event that means nothing now.
    Stale,
    /// The flow could not go on as written.
    Fault {
        /// Why.
        reason: Text,
    },
    /// An outcome of the hang-up handler was not written, because one was set before.
    OutcomeKept,
}

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "leg {}", self.0)
    }
}

/// One line of a transcript.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Answer { id } => write!(f, "answer {id}"),
            Action::Play { id, audio, looped: false } => write!(f, "play {id} {audio}"),
            Action::Play { id, audio, looped: true } => write!(f, "play {id} {audio} over and over"),
            Action::Stop { id } => write!(f, "stop {id}"),
            Action::Identify { id, caller } => write!(f, "identify {id} {caller}"),
            Action::Find { id, object, field, key } => write!(f, "find {id} {object} {field}={key}"),
            Action::Verify { id, customer, .. } => write!(f, "verify {id} secret of customer {customer}"),
            Action::Request { id, backend, operation, args, .. } => {
                write!(f, "ask {id} {backend}.{operation}")?;
                args.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
            }
            Action::Dial { id, leg, to, .. } => write!(f, "dial {id} {to} as {leg}"),
            Action::Bridge { leg } => write!(f, "bridge {leg}"),
            Action::HangUp { leg } => write!(f, "hang up {leg}"),
            Action::Reject { reason } => write!(f, "reject {reason}"),
            Action::Write { id, entry } => write!(f, "write {id} {entry}"),
            Action::Ended => f.write_str("ended"),
            Action::Note(note) => write!(f, "{note}"),
        }
    }
}

impl fmt::Display for Audio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Audio::Speech(spoken) => {
                let words: Vec<String> = spoken.iter().map(Spoken::to_string).collect();
                f.write_str(&words.join(", "))
            }
            Audio::Sound(name) => write!(f, "sound {name}"),
            Audio::RingBack => f.write_str("ring-back"),
        }
    }
}

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.prompt)?;
        if !self.args.is_empty() {
            let args: Vec<String> = self.args.iter().map(Value::to_string).collect();
            write!(f, "({})", args.join(", "))?;
        }
        write!(f, " [{}]", self.language)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Entered { flow } => write!(f, "flow {flow}"),
            Note::Left { node, exit } => write!(f, "node {} {exit}", node.0),
            Note::Took { keys } => write!(f, "took {keys}"),
            Note::TookSecret { shape } => write!(f, "took secret {shape}"),
            Note::Dropped { count } => write!(f, "dropped {count} keys"),
            Note::Ignored => f.write_str("ignored a key"),
            Note::Stale => f.write_str("stale"),
            Note::Fault { reason } => write!(f, "fault: {reason}"),
            Note::OutcomeKept => f.write_str("an earlier outcome stands"),
        }
    }
}
