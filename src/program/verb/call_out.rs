//! `call`: a flow without a caller calls somebody, who is the caller from then on.

use super::{VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Expr};
use crate::time::DurationMs;

/// Calls somebody from a flow that runs by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct CallOut {
    /// Whom.
    pub to: Expr,
    /// How long it rings.
    pub ring: DurationMs,
    /// The number that the other side is shown; the deployment's where it is missing.
    pub caller_id: Option<Expr>,
    /// Whether it is found out if a person, a machine or a fax has answered.
    pub detect: bool,
}

impl CallOut {
    /// Default ring time: as long as most networks let it ring.
    pub const RING: DurationMs = DurationMs::from_secs(60);
    /// Silence that ends the greeting of a machine.
    pub const END_OF_GREETING: DurationMs = DurationMs(1200);
    /// Silence from the answer on, after which nobody knows who answered: it is taken for a person.
    pub const SILENT_ANSWER: DurationMs = DurationMs::from_secs(5);
    /// The longest that may be listened for.
    pub const LISTENS: DurationMs = DurationMs::from_secs(30);
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "call",
    summary: "Calls somebody from a flow without a caller; whoever answers is the caller from then on.",
    settings: &[
        setting("ring DURATION", "how long it rings", "60s"),
        setting(
            "detect machine",
            "finds out whether a person, a machine or a fax has answered; without it everybody is taken for a person",
            "",
        ),
        setting(
            "caller_id PHONE",
            "the number that the other side is shown; without it the deployment's",
            "",
        ),
    ],
    exits: &[
        exit("answered", "somebody answered; with `detect machine`: a person, or nobody knows who"),
        exit("busy", "the other side is busy"),
        exit("no_answer", "nobody answered within the ring time"),
        exit("unavailable", "the number cannot be reached"),
        exit("refused", "the other side declined"),
        exit("failed", "the call could not be made"),
        optional("machine", "with `detect machine`, and then needed: a machine's greeting has ended"),
        optional("fax", "with `detect machine`, and then needed: a fax answered, and is hung up"),
    ],
    channels: ChannelSet::TASK,
    example: "call +7 843 203-57-00 {\n    ring 40s\n    detect machine\n    answered, machine -> leave\n    fax, busy, no_answer, unavailable, refused, failed -> leave\n}",
};
