//! `play`: music or a tone.

use super::VerbSpec;
use crate::program::{ChannelSet, Text};

/// Plays something that is not speech.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    /// What.
    pub sound: Sound,
    /// Whether it begins again at its end, until something else happens.
    pub looped: bool,
}

/// Something to hear that is not speech.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sound {
    /// A recording by its name, the same in every language.
    Recording(Text),
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "play",
    summary: "Plays a recording that is not speech, once, or over and over while something is waited for.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::CALL,
    example: "play chime",
};
