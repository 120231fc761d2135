//! `outcome`: what came of the contact.

use super::VerbSpec;
use crate::program::{ChannelSet, Text};

/// Tells the CRM what came of the contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// A word of the vocabulary.
    pub outcome: Text,
    /// The topic; the contact as a whole where there is none.
    pub topic: Option<Text>,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "outcome",
    summary: "Tells the CRM what came of the contact, the moment it is known. Every path needs one.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "outcome resolved topic \"balance\"",
};
