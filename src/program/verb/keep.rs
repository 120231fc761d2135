//! `set` and `count` of kept values: what outlives the contact.

use super::{VerbSpec, exit, setting};
use crate::program::{ChannelSet, Expr, Slot};
use crate::time::DurationMs;

/// Reads a kept value; what this contact has set itself is seen at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Recall {
    /// The variable that takes it.
    pub slot: Slot,
    /// Which, by its position in the program.
    pub keep: u16,
}

/// Gives a kept value another value.
#[derive(Clone, Debug, PartialEq)]
pub struct SetKept {
    /// Which.
    pub keep: u16,
    /// The value.
    pub value: Expr,
}

/// Adds to a kept number.
#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    /// Which.
    pub keep: u16,
    /// How much is added.
    pub by: Expr,
}

impl Recall {
    /// How long the store may take.
    pub const WITHIN: DurationMs = DurationMs::from_secs(2);
}

pub(super) const RECALL: VerbSpec = VerbSpec {
    word: "keep",
    summary: "A kept value stands in expressions by its name, and `set` gives it another value.",
    settings: &[
        setting(
            "NAME: TYPE = VALUE",
            "the declaration, and what it is before it is set; an optional one needs no value",
            "",
        ),
        setting("per caller", "whose it is; also `per customer` and `per program`", ""),
        setting(
            "for DURATION",
            "how long it is kept after the `set`, or the first `count`, without it for good; also `until TIME in \"ZONE\"`",
            "",
        ),
    ],
    exits: &[exit("failed", "the store could not say what is kept")],
    channels: ChannelSet::EVERYWHERE,
    example: "if calls > 3 { say thanks }",
};

pub(super) const SET: VerbSpec = VerbSpec {
    word: "set",
    summary: "Gives a variable or a kept value another value.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "set last_topic = \"balance\"",
};

pub(super) const COUNT: VerbSpec = VerbSpec {
    word: "count",
    summary: "Adds one, or as much as `by` says, to a kept number; two contacts at once are both counted.",
    settings: &[setting("by NUMBER", "how much is added", "1")],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "count calls",
};
