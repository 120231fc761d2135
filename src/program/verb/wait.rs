//! `wait`: silence for a while.

use super::VerbSpec;
use crate::program::{ChannelSet, Expr};

/// Lets time pass. Keys pressed meanwhile belong to the next question.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// How long.
    pub length: Expr,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "wait",
    summary: "Lets time pass. Keys pressed meanwhile belong to the next question.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "wait 2s",
};
