//! `answer`: picks the call up.

use super::VerbSpec;
use crate::program::ChannelSet;

/// Picks the call up.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer;

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "answer",
    summary: "Picks the call up. Speech and keys need it; on a channel without ringing it does nothing.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::ALL,
    example: "answer",
};
