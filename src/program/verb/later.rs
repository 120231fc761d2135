//! `after call`, `afterwards`, `in` and `at`: flows that run later.

use super::VerbSpec;
use crate::program::{ChannelSet, Expr, FlowId, Zone};

/// Says which flow follows when the other side of a queue or transfer leaves first.
#[derive(Clone, Debug, PartialEq)]
pub struct AfterCall {
    /// Which.
    pub flow: FlowId,
    /// What it takes.
    pub args: Vec<Expr>,
}

/// Has a flow run without a caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Later {
    /// When.
    pub when: When,
    /// Which.
    pub flow: FlowId,
    /// What it takes.
    pub args: Vec<Expr>,
}

/// A moment to come.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// As soon as the contact is over.
    Afterwards,
    /// So long from now.
    In(Expr),
    /// At the next such time of day in a zone.
    At(Expr, Zone),
    /// At this moment; at once where it is over.
    Moment(Expr),
}

pub(super) const AFTER_CALL: VerbSpec = VerbSpec {
    word: "after call",
    summary: "Says which flow the caller enters when whoever answered in a queue or a transfer hangs up first; once, and only where no arm says otherwise.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::WAIT,
    example: "after call do leave()",
};

pub(super) const AFTERWARDS: VerbSpec = VerbSpec {
    word: "afterwards",
    summary: "Has a flow run without a caller as soon as the contact is over.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "afterwards do wrap_up(number)",
};

pub(super) const TIMER: VerbSpec = VerbSpec {
    word: "in",
    summary: "Has a flow run without a caller after a length of time, at the next such time of day, or at a moment: `at 09:00 in \"Europe/Moscow\" do f()`, `at now + 2h do f()`.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "in 10m do wrap_up(number)",
};
