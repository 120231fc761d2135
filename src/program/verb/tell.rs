//! `tell`: something for a backend, durably.

use super::VerbSpec;
use crate::program::{ChannelSet, Expr, OperationId};

/// Tells a backend, through the outbox, until it has heard it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tell {
    /// What is told.
    pub operation: OperationId,
    /// With which values, one for each parameter.
    pub args: Vec<Expr>,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "tell",
    summary: "Tells a backend something without waiting for it: it is sent until it has arrived, and counts once.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "tell core_bank.seen(account.number)",
};
