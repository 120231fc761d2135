//! `callback`: somebody is to be called back.

use super::{VerbSpec, When, setting};
use crate::program::{ChannelSet, Expr, QueueId};

/// Asks for a call back, durably.
#[derive(Clone, Debug, PartialEq)]
pub struct Callback {
    /// The number; the caller's own where it is missing.
    pub to: Option<Expr>,
    /// The queue that does it.
    pub queue: Option<QueueId>,
    /// Whether the caller's place in that queue is kept.
    pub keeping_place: bool,
    /// Not before this.
    pub when: Option<When>,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "callback",
    summary: "Asks for a call back: of the caller or another number, in the queue that is waited in or another. `keeping place` takes the place of the caller in it.",
    settings: &[
        setting("to PHONE", "whom, without it the caller; stands behind the verb, as all these do", ""),
        setting("keeping place", "takes the place of the caller in the queue", ""),
        setting("in QUEUE", "who calls back; without it the queue that is waited in", ""),
        setting("at TIME in \"ZONE\"", "when, also `at MOMENT`; without it as soon as somebody is free", ""),
    ],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "callback to +7 965 629-57-19 in support",
};
