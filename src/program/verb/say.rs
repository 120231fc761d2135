//! `say`: prompts.

use super::VerbSpec;
use crate::program::{ChannelSet, Utterance};

/// Says prompts, one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    /// What.
    pub utterances: Vec<Utterance>,
    /// Whether a key cuts it and belongs to the next question.
    pub barge_in: bool,
    /// Whether a prompt is left out that would say a value which nobody knows: the place in a queue.
    pub if_known: bool,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "say",
    summary: "Says prompts, each in the contact's language, or in another: `say choose_en in en, choose_ru in ru`. A key cuts them and belongs to the next question, unless it says `whole`.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::ALL,
    example: "say balance_is(12.50 RUB)",
};
