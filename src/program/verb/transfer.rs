//! `transfer to`: a second leg, bridged with the caller.

use super::{VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Expr};
use crate::time::DurationMs;

/// Calls somebody and connects the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// The number.
    pub to: Expr,
    /// How long it rings.
    pub ring: DurationMs,
}

impl Transfer {
    /// Default ring time: five rings.
    pub const RING: DurationMs = DurationMs::from_secs(25);
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "transfer",
    summary: "Calls a number and connects the caller; once connected, the outcome is `handed_over`.",
    settings: &[
        setting("ring DURATION", "how long it rings", "25s"),
        setting(
            "while waiting play SOUND",
            "what is heard while it rings; also a block of statements",
            "ring-back",
        ),
    ],
    exits: &[
        exit("busy", "the other side is busy"),
        exit("no_answer", "nobody answered within the ring time"),
        exit("unavailable", "the number cannot be reached"),
        exit("refused", "the other side declined"),
        exit("redirected", "the other side sends the call elsewhere"),
        exit("failed", "the call could not be made"),
        optional(
            "completed",
            "the other side hung up first and the caller is still there; without it the call ends",
        ),
        optional("while waiting", "runs while it rings, and stops where it is at the answer"),
    ],
    channels: ChannelSet::CALL,
    example: "transfer to +7 843 203-57-00 {\n    ring 20s\n    busy, no_answer, unavailable, refused, redirected, failed -> leave\n}",
};
