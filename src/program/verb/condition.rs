//! `if`: two ways to go on.

use super::VerbSpec;
use crate::program::{ChannelSet, Expr, Text};

/// Goes one way or the other.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// What decides.
    pub condition: Expr,
    /// The condition as a person reads it in the script: `if client.tier = "gold"`.
    pub said: Text,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "if",
    summary: "Goes one way if a condition holds, else the other.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "if office is open { say thanks } else { say closed }",
};
