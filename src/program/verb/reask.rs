//! `-> again` and `-> listen` in the braces of a verb: back to the question.

use super::VerbSpec;
use crate::program::{ChannelSet, NodeId};

/// Goes back to the question in whose braces it stands, without spending a budget. Its only arm leads there.
#[derive(Clone, Debug, PartialEq)]
pub struct Reask {
    /// The question; it says what it says when it comes round again.
    pub question: NodeId,
    /// Whether it says nothing: what stands before the arrow was said in its place.
    pub silent: bool,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "-> again",
    summary: "Puts the question again in whose braces it stands, without spending a budget; `-> listen` does not say it.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "menu { say menu_long then menu_short; 1 -> back_and_leave; 9 -> again }",
};
