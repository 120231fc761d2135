//! `hand over to`: the caller's own telephone is asked to call somebody else (REFER, RFC 3515).

use super::{VerbSpec, exit, optional};
use crate::program::{ChannelSet, Expr};
use crate::time::DurationMs;

/// Hands an answered call over and steps out of it.
#[derive(Clone, Debug, PartialEq)]
pub struct HandOver {
    /// To whom.
    pub to: Expr,
}

impl HandOver {
    /// How long the far end may take to say whether it will: a SIP transaction's time-out.
    pub const WITHIN: DurationMs = DurationMs::from_secs(32);
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "hand over",
    summary: "Asks the caller's side to call somebody else and steps out of the call (REFER).",
    settings: &[],
    exits: &[
        exit("refused", "the caller's side will not"),
        exit("failed", "it could not be asked, or said nothing"),
        optional(
            "accepted",
            "the caller's side will; without it the call ends, and the outcome is `handed_over`",
        ),
    ],
    channels: ChannelSet::CALL,
    example: "hand over to +7 843 203-57-00 { refused, failed -> leave }",
};
