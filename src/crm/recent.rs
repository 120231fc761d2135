//! What a customer's last contact was about, for the flow that meets the customer again.

use super::Interaction;
use crate::program::{Entry, Text};
use crate::time::Wall;

/// The last contact of a customer that is over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// When it began.
    pub at: Option<Wall>,
    /// What it was about last; missing where it named no topic.
    pub topic: Option<Text>,
    /// What came of that, or of the contact as a whole.
    pub outcome: Option<Text>,
}

impl Recent {
    /// What a contact was about.
    pub fn of(contact: &Interaction) -> Recent {
        let topic = contact.entries.iter().rev().find_map(|written| match &written.entry {
            Entry::Outcome { topic, .. } => topic.clone(),
            Entry::Case { topic, .. } => Some(topic.clone()),
            Entry::Note { .. } | Entry::Identity { .. } | Entry::Keep { .. } | Entry::Count { .. } => None,
            Entry::Tell { .. } | Entry::Callback { .. } | Entry::Sms { .. } | Entry::Email { .. } => None,
            Entry::Task { .. } | Entry::Override { .. } => None,
        });
        let outcomes = contact.outcomes();
        let outcome = topic.as_ref().and_then(|topic| outcomes.get(&Some(topic.clone())));
        let outcome = outcome.or_else(|| outcomes.get(&None)).cloned();
        Recent { at: Some(contact.beginning.started), topic, outcome }
    }
}
