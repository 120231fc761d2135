//! The fact of a contact: when, from whom, through which program, and all that it told the CRM.

use super::Trail;
use crate::program::{Caller, Channel, Entry, ObjectRef, Phone, Text};
use crate::time::Wall;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One contact, as the CRM holds it. Its id is the contact's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// What was known when it began.
    pub beginning: Beginning,
    /// How it ended; missing while it lasts, and where the process died before it could say.
    pub ending: Option<Ending>,
    /// Who it turned out to be.
    pub customer: Option<Text>,
    /// Whether the customer proved it in this contact.
    pub verified: bool,
    /// Everything that it told the CRM, in the order in which it was said.
    pub entries: Vec<Written>,
    /// What it went through; missing while it lasts.
    #[serde(default)]
    pub trail: Option<Trail>,
}

/// How a contact began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// The contact's id.
    pub contact: Text,
    /// On which channel.
    pub channel: Channel,
    /// From whom, as far as the network says.
    pub from: Caller,
    /// For which number or address.
    pub to: Text,
    /// When it arrived.
    pub started: Wall,
    /// The program that took it.
    pub program: Text,
    /// That program's version, which a reload in the middle of the contact does not change.
    pub version: Text,
}

/// How a contact ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// When.
    pub at: Wall,
    /// By whom.
    pub by: EndedBy,
    /// Why, in the driver's words: `normal`, `486 busy`, `no media`.
    pub cause: Text,
}

/// Who ended a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The caller hung up.
    Caller,
    /// The program hung up or rejected.
    Program,
    /// Whoever the caller was put through to hung up.
    Callee,
    /// Something broke: the network, the media, this process.
    Fault,
}

/// One entry of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its number within the contact; larger is later.
    pub sequence: u64,
    /// When it was said.
    pub at: Wall,
    /// What was said.
    pub entry: Entry,
}

impl Beginning {
    /// Stands in until the contact's own beginning arrives: an entry came first, and it must not be lost.
    pub fn unknown(contact: &str, at: Wall) -> Beginning {
        Beginning {
            contact: contact.into(),
            channel: Channel::Call,
            from: Caller::Missing,
            to: "".into(),
            started: at,
            program: "".into(),
            version: "".into(),
        }
    }
}

impl EndedBy {
    /// All there are.
    pub const ALL: [EndedBy; 4] = [EndedBy::Caller, EndedBy::Program, EndedBy::Callee, EndedBy::Fault];

    /// The word that databases and people read.
    pub fn word(self) -> &'static str {
        match self {
            EndedBy::Caller => "caller",
            EndedBy::Program => "program",
            EndedBy::Callee => "callee",
            EndedBy::Fault => "fault",
        }
    }

    /// The one with this word.
    pub fn from_word(word: &str) -> Option<EndedBy> {
        EndedBy::ALL.into_iter().find(|by| by.word() == word)
    }
}

impl Interaction {
    /// A contact that has just begun.
    pub fn begin(beginning: Beginning) -> Interaction {
        Interaction {
            beginning,
            ending: None,
            customer: None,
            verified: false,
            entries: Vec::new(),
            trail: None,
        }
    }

    /// The contact's id.
    pub fn id(&self) -> &Text {
        &self.beginning.contact
    }

    /// Takes an entry in, at its place by sequence. `false` if there is one with this sequence already: the same
    /// entry, delivered again.
    pub fn write(&mut self, written: Written) -> bool {
        match self.entries.binary_search_by_key(&written.sequence, |known| known.sequence) {
            Ok(_) => false,
            Err(place) => {
                self.entries.insert(place, written);
                self.recognize();
                true
            }
        }
    }

    /// What came of the contact, by topic; the contact as a whole under `None`. The latest for each.
    pub fn outcomes(&self) -> BTreeMap<Option<Text>, Text> {
        let stated = self.entries.iter().filter_map(|written| match &written.entry {
            Entry::Outcome { outcome, topic } => Some((topic.clone(), outcome.clone())),
            Entry::Case { .. }
            | Entry::Note { .. }
            | Entry::Identity { .. }
            | Entry::Keep { .. }
            | Entry::Count { .. }
            | Entry::Tell { .. } => None,
            Entry::Callback { .. } | Entry::Sms { .. } | Entry::Email { .. } => None,
            Entry::Task { .. } | Entry::Override { .. } => None,
        });
        stated.collect()
    }

    /// What came of one topic: its own outcome, else the contact's as a whole.
    pub fn outcome_for(&self, topic: &str) -> Option<Text> {
        let outcomes = self.outcomes();
        outcomes.get(&Some(topic.into())).or_else(|| outcomes.get(&None)).cloned()
    }

    /// The objects it was about, in the order in which they were named.
    pub fn about(&self) -> Vec<ObjectRef> {
        let mut objects = Vec::new();
        for written in &self.entries {
            if let Entry::Case { about: Some(object), .. } = &written.entry
                && !objects.contains(object)
            {
                objects.push(object.clone());
            }
        }
        objects
    }

    /// Whom we called, where we reached out to somebody; the last of several.
    pub fn reached(&self) -> Option<&str> {
        Some(&*self.trail.as_ref()?.reached.last()?.to)
    }

    /// Whether there was another side: a flow that runs by itself and calls nobody has none.
    pub fn is_with_somebody(&self) -> bool {
        self.beginning.channel != Channel::Task || self.reached().is_some()
    }

    /// The number of the other side, whoever called whom.
    pub fn number(&self) -> Option<Phone> {
        match self.reached() {
            Some(reached) => Phone::parse(reached, None),
            None => self.beginning.from.number().cloned(),
        }
    }

    /// The latest proven identity; where none was proven, the latest claimed one.
    fn recognize(&mut self) {
        (self.customer, self.verified) = (None, false);
        for written in &self.entries {
            if let Entry::Identity { customer, verified } = &written.entry
                && (*verified || !self.verified)
            {
                (self.customer, self.verified) = (Some(customer.clone()), *verified);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact_with(entries: impl IntoIterator<Item = Entry>) -> Interaction {
        let mut interaction = Interaction::begin(Beginning::unknown("call-1", Wall(0)));
        for (index, entry) in entries.into_iter().enumerate() {
            interaction.write(Written { sequence: index as u64 + 1, at: Wall(0), entry });
        }
        interaction
    }

    fn outcome(outcome: &str, topic: Option<&str>) -> Entry {
        Entry::Outcome { outcome: outcome.into(), topic: topic.map(Text::from) }
    }

    fn identity(customer: &str, verified: bool) -> Entry {
        Entry::Identity { customer: customer.into(), verified }
    }

    #[test]
    fn a_later_outcome_replaces_and_the_history_keeps_both() {
        let interaction =
            contact_with([outcome("resolved", Some("balance")), outcome("handed_over", Some("balance"))]);
        assert_eq!(interaction.outcome_for("balance").as_deref(), Some("handed_over"));
        assert_eq!(interaction.entries.len(), 2);
    }

    #[test]
    fn an_entry_that_arrives_late_stands_at_its_own_place() {
        let mut interaction = contact_with([]);
        interaction.write(Written { sequence: 2, at: Wall(20), entry: outcome("handed_over", None) });
        interaction.write(Written { sequence: 1, at: Wall(10), entry: outcome("resolved", None) });
        assert_eq!(interaction.outcome_for("balance").as_deref(), Some("handed_over"));
    }

    #[test]
    fn a_claim_does_not_replace_a_proven_identity() {
        let interaction = contact_with([identity("c1", false), identity("c2", true), identity("c1", false)]);
        assert_eq!((interaction.customer.as_deref(), interaction.verified), (Some("c2"), true));
    }
}
