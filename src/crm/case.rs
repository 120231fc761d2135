//! A matter with a life of its own: opened by one contact, continued by others, closed when it is settled.
//!
//! Waiting for the customer and reopening by an operator will be further states; closing here follows from the
//! contacts' outcomes alone.

use crate::program::{ObjectRef, Record, Text, Value};
use crate::time::Wall;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its number: later cases have larger ones.
    pub id: u64,
    /// What it is about, a word of the vocabulary.
    pub topic: Text,
    /// Whose it is; a case may belong to nobody known.
    pub customer: Option<Text>,
    /// The account, card or order it was opened about.
    pub about: Option<ObjectRef>,
    /// Where it stands.
    pub state: CaseState,
    /// When it was opened.
    pub opened: Wall,
    /// When it was closed last; missing while it is open.
    pub closed: Option<Wall>,
    /// What happened, oldest first. The first is the contact that opened it.
    pub history: Vec<CaseEvent>,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Somebody has to do something.
    Open,
    /// Settled.
    Closed,
}

/// Something that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEvent {
    /// When.
    pub at: Wall,
    /// In which contact.
    pub contact: Text,
    /// What.
    pub change: Change,
}

/// What can happen to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A contact is about it; the first such contact opened it.
    Contact {
        /// What the caller keyed in this contact.
        about: Option<ObjectRef>,
    },
    /// What came of it in this contact.
    Outcome {
        /// A word of the vocabulary.
        outcome: Text,
    },
    /// A sentence for whoever works on it next.
    Note {
        /// The sentence.
        text: Text,
    },
    /// Whose case it is became known.
    Customer {
        /// The customer's id.
        customer: Text,
    },
    /// It was settled.
    Closed,
    /// The contact that had settled it took that back.
    Reopened,
}

impl CaseState {
    /// The word that databases and people read.
    pub fn word(self) -> &'static str {
        match self {
            CaseState::Open => "open",
            CaseState::Closed => "closed",
        }
    }

    /// The state with this word.
    pub fn from_word(word: &str) -> Option<CaseState> {
        [CaseState::Open, CaseState::Closed].into_iter().find(|state| state.word() == word)
    }
}

impl Case {
    /// A new case without a history.
    pub fn open(
        id: u64,
        topic: &str,
        customer: Option<Text>,
        about: Option<ObjectRef>,
        opened: Wall,
    ) -> Case {
        let state = CaseState::Open;
        Case { id, topic: topic.into(), customer, about, state, opened, closed: None, history: Vec::new() }
    }

    /// The case as a flow sees it: kind `case`, with `topic`, `state`, `opened` (the day in UTC), `contacts` (how many
    /// were about it), and `about_kind` and `about` where it is about an object.
    pub fn record(&self) -> Record {
        let mut record = Record::new("case", &self.id.to_string())
            .with("topic", Value::Text(self.topic.clone()))
            .with("state", Value::text(self.state.word()))
            .with("contacts", Value::Number(self.contacts().len().into()));
        if let Ok(moment) = jiff::Timestamp::from_millisecond(self.opened.0) {
            record = record.with("opened", Value::Date(moment.to_zoned(TimeZone::UTC).date()));
        }
        match &self.about {
            Some(object) => record
                .with("about_kind", Value::Text(object.kind.clone()))
                .with("about", Value::Text(object.id.clone())),
            None => record,
        }
    }

    /// The contacts that were about it, in order, each once.
    pub fn contacts(&self) -> Vec<&Text> {
        let mut contacts = Vec::new();
        for event in &self.history {
            if matches!(event.change, Change::Contact { .. }) && !contacts.contains(&&event.contact) {
                contacts.push(&event.contact);
            }
        }
        contacts
    }

    /// The contact that opened it.
    pub fn opened_by(&self) -> Option<&Text> {
        self.history.first().map(|event| &event.contact)
    }

    /// The contact that closed it; `None` while it is open.
    pub fn closed_by(&self) -> Option<&Text> {
        let closing = self.history.iter().rev().find(|event| event.change == Change::Closed);
        closing.filter(|_| self.state == CaseState::Closed).map(|event| &event.contact)
    }

    /// Adds to the history.
    pub fn note(&mut self, contact: &Text, at: Wall, change: Change) {
        self.history.push(CaseEvent { at, contact: contact.clone(), change });
    }

    /// Takes in what came of it in a contact: `settled` closes it; if the contact that closed it now says otherwise,
    /// it is open again.
    pub fn settle(&mut self, contact: &Text, at: Wall, settled: bool) {
        match (self.state, settled) {
            (CaseState::Open, true) => {
                (self.state, self.closed) = (CaseState::Closed, Some(at));
                self.note(contact, at, Change::Closed);
            }
            (CaseState::Closed, false) if self.closed_by() == Some(contact) => {
                (self.state, self.closed) = (CaseState::Open, None);
                self.note(contact, at, Change::Reopened);
            }
            (CaseState::Open, false) | (CaseState::Closed, true | false) => {}
        }
    }
}
