//! `redirect to`: the caller's network is told to call somebody else.

use super::VerbSpec;
use crate::program::{ChannelSet, Expr};

/// Ends a call before the answer with somebody to call instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Redirect {
    /// Whom.
    pub to: Expr,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "redirect",
    summary: "Ends a call before the answer: the caller's network is told whom to call instead (302); the outcome is `handed_over`.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::CALL,
    example: "redirect to +7 843 203-57-00",
};
