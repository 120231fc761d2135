//! `play`: music or a tone.

use super::{Choice, VerbSpec, optional, setting};
use crate::program::{ChannelSet, Expr, Text};

/// Plays something that is not speech.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    /// What.
    pub sound: Sound,
    /// For how long.
    pub extent: Extent,
    /// Keys that are listened for meanwhile, each of a single key. Without any, a key cuts it.
    pub choices: Vec<Choice>,
}

/// For how long a sound is played.
#[derive(Clone, Debug, PartialEq)]
pub enum Extent {
    /// Once, to its end.
    Once,
    /// Over and over, while the flow goes on, until something else happens.
    Looped,
    /// Over and over, for a length of time.
    For(Expr),
    /// Over and over; the flow ends here.
    UntilHungUp,
}

/// Something to hear that is not speech.
#[derive(Clone, Debug, PartialEq)]
pub enum Sound {
    /// A recording by its name, the same in every language.
    Recording(Text),
    /// A tone that the program declares, by its name.
    Tone(Text),
    /// A message that was recorded.
    Message(Expr),
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "play",
    summary: "Plays a recording that is not speech, a `tone` or a message: once, `for 60s`, `until hung up`, or over and over while something is waited for. With keys in braces it listens for them.",
    settings: &[
        setting(
            "for DURATION",
            "plays over and over for so long, without it once; stands behind the name",
            "",
        ),
        setting("until hung up", "plays over and over, and the flow ends here; stands behind the name", ""),
        setting(
            "KEY \"label\" -> flow",
            "a key that is listened for; also a block instead of the arrow; without any a key cuts the sound",
            "",
        ),
    ],
    exits: &[optional("no_match", "a key that leads nowhere; leads back to the sound")],
    channels: ChannelSet::CALL,
    example: "play chime",
};
