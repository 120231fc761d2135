//! `again` and `repeat`: loops with a budget.

use super::{VerbSpec, exit};
use crate::program::ChannelSet;

/// Starts the flow over, a bounded number of times.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// How many times in this visit of the flow.
    pub at_most: u32,
}

/// Runs its block a bounded number of times.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    /// How many rounds.
    pub at_most: u32,
}

pub(super) const AGAIN: VerbSpec = VerbSpec {
    word: "again",
    summary: "Starts the flow over from its first line, with the arguments it was entered with.",
    settings: &[],
    exits: &[exit("else", "the budget is spent")],
    channels: ChannelSet::EVERYWHERE,
    example: "again at most 3 else -> operators(\"account\")",
};

pub(super) const REPEAT: VerbSpec = VerbSpec {
    word: "repeat",
    summary: "Runs a block over and over, at most so many times; then goes on behind it.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "repeat at most 3 { say thanks }",
};
