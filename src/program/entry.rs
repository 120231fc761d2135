//! What a session tells the CRM. Each entry is durable: it goes through the outbox and has its effect once.

use super::phone::Phone;
use super::prompt::Spoken;
use super::recording::Recording;
use super::value::{Text, Value};
use crate::time::Wall;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// One thing that a session tells the CRM of its contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// What came of the contact. A later one for the same topic replaces the earlier; the history keeps both.
    Outcome {
        /// A word of the vocabulary: `resolved`.
        outcome: Text,
        /// The topic it is about; the contact as a whole where there is none.
        topic: Option<Text>,
    },
    /// The contact becomes an entry in a case's history.
    Case {
        /// Which case.
        mode: CaseMode,
        /// What it is about.
        topic: Text,
        /// The customer's id in the CRM, where one is known.
        customer: Option<Text>,
        /// What the caller keyed: an account, a card, an order.
        about: Option<ObjectRef>,
    },
    /// A sentence for whoever works on it next.
    Note {
        /// The sentence.
        text: Text,
    },
    /// Who the contact turned out to be, and how far that may be believed.
    Identity {
        /// The customer's id in the CRM.
        customer: Text,
        /// Whether the customer proved it in this contact.
        verified: bool,
    },
    /// A value to keep beyond the contact.
    Keep {
        /// Its declared name.
        keep: Text,
        /// Whose: a number, a customer's id, nothing for the program's own.
        of: Text,
        /// What is kept.
        value: Value,
        /// When it ends.
        until: Option<Wall>,
    },
    /// A kept number that grows.
    Count {
        /// Its declared name.
        keep: Text,
        /// Whose.
        of: Text,
        /// What it is before the first count.
        at_first: Decimal,
        /// By how much; less than nothing makes it smaller.
        by: Decimal,
        /// When it ends, if this is its first count.
        until: Option<Wall>,
    },
    /// Something for a backend, which is told until it has heard it.
    Tell {
        /// The backend.
        backend: Text,
        /// What of it.
        operation: Text,
        /// The arguments by the names of the parameters.
        args: Vec<(Text, Value)>,
    },
    /// Somebody is to be called back.
    Callback {
        /// The number.
        to: Phone,
        /// The queue that does it; whoever calls back where it is missing.
        queue: Option<Text>,
        /// Since when the caller waits, where the place in the queue is kept.
        since: Option<Wall>,
        /// Not before this moment.
        at: Option<Wall>,
    },
    /// A text message is to be sent.
    Sms {
        /// To this number.
        to: Phone,
        /// What it says.
        message: Message,
    },
    /// An e-mail is to be sent.
    Email {
        /// To this address.
        to: Text,
        /// What it is about.
        subject: Option<Text>,
        /// What it says.
        message: Message,
        /// A message that goes with it.
        attach: Option<Arc<Recording>>,
    },
    /// A flow is to run without a caller.
    Task {
        /// When.
        due: Due,
        /// Its name.
        flow: Text,
        /// What it takes.
        args: Vec<Value>,
        /// The language in which the contact stood that asks for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Text>,
    },
    /// Somebody is there, or is not, whatever the schedule says.
    Override {
        /// The schedule's name.
        schedule: Text,
        /// What holds instead; the schedule itself where it is missing.
        set: Option<Override>,
    },
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// Prompts, written out in their language.
    Said(Vec<Spoken>),
    /// A text of the flow's own.
    Text(Text),
}

/// When a flow runs without a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// As soon as the contact is over.
    Afterwards,
    /// At a moment.
    At(Wall),
}

/// What holds instead of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Whether somebody is there.
    pub open: bool,
    /// Until then; until it is taken back where it is missing.
    pub until: Option<Wall>,
}

impl Override {
    /// Whether somebody is there at a moment; `None` once it is over.
    pub fn holds(self, at: Wall) -> Option<bool> {
        self.until.is_none_or(|until| at < until).then_some(self.open)
    }
}

/// Which case a contact belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseMode {
    /// The customer's open case on this topic, else a new one; closed when the contact's outcome is `resolved`.
    Auto,
    /// A new one, whatever is open.
    New,
}

/// An object of the CRM that a caller can key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// Its kind: `account`.
    pub kind: Text,
    /// Its key in the CRM.
    pub id: Text,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Outcome { outcome, topic: Some(topic) } => {
                write!(f, "outcome {outcome} topic \"{topic}\"")
            }
            Entry::Outcome { outcome, topic: None } => write!(f, "outcome {outcome}"),
            Entry::Case { mode, topic, customer, about } => {
                write!(f, "case {mode} topic \"{topic}\"")?;
                if let Some(customer) = customer {
                    write!(f, " customer {customer}")?;
                }
                about.iter().try_for_each(|object| write!(f, " about {} {}", object.kind, object.id))
            }
            Entry::Note { text } => write!(f, "note \"{}\"", text.escape_debug()),
            Entry::Identity { customer, verified: true } => write!(f, "identity {customer} verified"),
            Entry::Keep { keep, of, value, .. } => write!(f, "keep {keep}{} {value}", whose(of)),
            Entry::Count { keep, of, by, .. } => write!(f, "count {keep}{} by {by}", whose(of)),
            Entry::Tell { backend, operation, args } => {
                write!(f, "tell {backend}.{operation}")?;
                args.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
            }
            Entry::Identity { customer, verified: false } => write!(f, "identity {customer}"),
            Entry::Callback { to, queue, since, at } => {
                write!(f, "callback {to}")?;
                queue.iter().try_for_each(|queue| write!(f, " in {queue}"))?;
                since.iter().try_for_each(|since| write!(f, " since {}", moment(*since)))?;
                at.iter().try_for_each(|at| write!(f, " at {}", moment(*at)))
            }
            Entry::Sms { to, message } => write!(f, "sms to {to} {message}"),
            Entry::Email { to, subject, message, attach } => {
                write!(f, "email to {to}")?;
                subject
                    .iter()
                    .try_for_each(|subject| write!(f, " subject \"{}\"", subject.escape_debug()))?;
                write!(f, " {message}")?;
                attach.iter().try_for_each(|recording| write!(f, " with {recording}"))
            }
            Entry::Task { due, flow, args, .. } => {
                match due {
                    Due::Afterwards => f.write_str("afterwards")?,
                    Due::At(at) => write!(f, "at {}", moment(*at))?,
                }
                let args: Vec<String> = args.iter().map(Value::to_string).collect();
                write!(f, " do {flow}({})", args.join(", "))
            }
            Entry::Override { schedule, set: None } => write!(f, "override {schedule} off"),
            Entry::Override { schedule, set: Some(set) } => {
                write!(f, "override {schedule} {}", if set.open { "open" } else { "closed" })?;
                set.until.iter().try_for_each(|until| write!(f, " until {}", moment(*until)))
            }
        }
    }
}

/// A moment as people write it, in UTC: the entry does not know whose clock is meant.
fn moment(at: Wall) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or(at.0.to_string(), |at| at.to_string())
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Message::Said(spoken) => {
                let words: Vec<String> = spoken.iter().map(Spoken::to_string).collect();
                f.write_str(&words.join(", "))
            }
            Message::Text(text) => write!(f, "\"{}\"", text.escape_debug()),
        }
    }
}

fn whose(of: &str) -> String {
    if of.is_empty() { String::new() } else { format!(" of {of}") }
}

impl fmt::Display for CaseMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CaseMode::Auto => "auto",
            CaseMode::New => "new",
        })
    }
}
