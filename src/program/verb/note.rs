//! `note`: a sentence for whoever works on it next.

use super::VerbSpec;
use crate::program::{ChannelSet, Expr};

/// Leaves a sentence in the contact's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The sentence.
    pub text: Expr,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "note",
    summary: "Leaves a sentence in the contact's history.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "note \"asked for a branch\"",
};
