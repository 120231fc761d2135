//! The CRM's words, typed, so that a misspelt one does not compile.

use super::value::{Text, Type};
use std::collections::{BTreeMap, BTreeSet};

/// What the `crm` block declares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    /// A customer's attributes beside the ones that every customer has.
    pub customer: BTreeMap<Text, Type>,
    /// Those of them that are kept encrypted, and that no flow reads.
    pub sensitive: BTreeSet<Text>,
    /// What a caller can key, by name.
    pub objects: BTreeMap<Text, ObjectType>,
    /// What a contact can be about.
    pub topics: Vec<Text>,
    /// What can come of it.
    pub outcomes: Vec<Text>,
}

/// An object of the CRM: its fields by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectType {
    /// Names and types of its fields.
    pub fields: BTreeMap<Text, Type>,
}

impl Vocabulary {
    /// Outcomes that the engine itself sets, known in every program.
    pub const BUILT_IN_OUTCOMES: [&'static str; 3] = ["abandoned", "handed_over", "rejected"];

    /// Whether an outcome is declared or built in.
    pub fn has_outcome(&self, word: &str) -> bool {
        Vocabulary::BUILT_IN_OUTCOMES.contains(&word) || self.outcomes.iter().any(|known| &**known == word)
    }

    /// Whether a topic is declared.
    pub fn has_topic(&self, topic: &str) -> bool {
        self.topics.iter().any(|known| &**known == topic)
    }
}
