//! What others are told: a contact that is over, a case that changed, each to everyone who wants to hear of it.

use super::outbox::Progress;
use crate::program::Text;
use crate::time::Wall;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something on its way to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// Its number.
    pub id: u64,
    /// To whom: a connector or a webhook, by name.
    pub target: Text,
    /// Whose it is, by the customer, else by the number: what has the same target and lane arrives in order.
    pub lane: Text,
    /// What of.
    pub subject: Subject,
    /// When it happened.
    pub at: Wall,
    /// How far it has come.
    pub progress: Progress,
}

/// What somebody is told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A contact that is over.
    Contact(Text),
    /// A case whose history has grown.
    Case {
        /// Its number.
        id: u64,
        /// The first new entry of its history; 0 opened it.
        from: usize,
        /// Behind the last new one.
        to: usize,
    },
}

/// Somebody who wants to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// The name.
    pub name: Text,
    /// Of contacts that are over.
    pub contacts: bool,
    /// Of cases that are opened or changed.
    pub cases: bool,
}

impl Dispatch {
    /// The key for people: `hubspot#17`.
    pub fn key(&self) -> String {
        format!("{}#{}", self.target, self.id)
    }

    /// The number in a key.
    pub fn parse_key(key: &str) -> Option<u64> {
        key.rsplit_once('#')?.1.parse().ok()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Contact(contact) => write!(f, "contact {contact}"),
            Subject::Case { id, from: 0, .. } => write!(f, "case {id} opened"),
            Subject::Case { id, .. } => write!(f, "case {id} changed"),
        }
    }
}
