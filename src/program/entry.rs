//! What a session tells the CRM. Each entry is durable: it goes through the outbox and has its effect once.

use super::value::Text;
use serde::{Deserialize, Serialize};
use std::fmt;

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
            Entry::Identity { customer, verified: false } => write!(f, "identity {customer}"),
        }
    }
}

impl fmt::Display for CaseMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CaseMode::Auto => "auto",
            CaseMode::New => "new",
        })
    }
}
