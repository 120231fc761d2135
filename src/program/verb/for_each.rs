//! `for each`, `break` and `continue`: a loop over what a list holds.

use super::{VerbSpec, setting};
use crate::program::{ChannelSet, NodeId, Slot};

/// Runs its block for each item of a list, the first ones where it has more than may be.
#[derive(Clone, Debug, PartialEq)]
pub struct ForEach {
    /// The variable that holds the list.
    pub list: Slot,
    /// The variable that holds the item of this round.
    pub item: Slot,
    /// The most rounds.
    pub at_most: u32,
}

/// Ends a loop before its time. `continue` needs no verb: it leads to the loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Break {
    /// The loop, whose next visit begins anew.
    pub of: NodeId,
}

pub(super) const FOR_EACH: VerbSpec = VerbSpec {
    word: "for each",
    summary: "Runs a block for each item of a list; `at most` says how many, and may be left out for a list as written.",
    settings: &[setting("at most N", "the most rounds; needed for every list that is not written here", "")],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "for each line in [12.50 RUB, 99.00 RUB] { say balance_is(line) }",
};

pub(super) const BREAK: VerbSpec = VerbSpec {
    word: "break",
    summary: "Leaves the innermost `for each` or `repeat`; `continue` begins its next round.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "repeat at most 3 {\n    say thanks\n    if office is closed { break }\n}",
};
