//! `ring` and `early media`: what a caller hears before the answer.

use super::VerbSpec;
use crate::program::ChannelSet;

/// Tells the caller's network that it rings.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring;

/// Opens the media before the answer, so that something can be said.
#[derive(Clone, Debug, PartialEq)]
pub struct EarlyMedia;

pub(super) const RING: VerbSpec = VerbSpec {
    word: "ring",
    summary: "Tells the caller's network that it rings (180), before the answer.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::CALL,
    example: "ring",
};

pub(super) const EARLY_MEDIA: VerbSpec = VerbSpec {
    word: "early media",
    summary: "Opens the media before the answer (183): `say` and `play` are heard, keys are not.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::CALL,
    example: "early media\nsay closed\nreject decline",
};
