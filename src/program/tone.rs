//! Tones that a program declares: frequencies and lengths, one part after another.

use super::value::Text;
use crate::time::DurationMs;

/// A tone by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tone {
    /// The name behind `tone`.
    pub name: Text,
    /// Its parts, in order; never empty.
    pub parts: Vec<TonePart>,
}

/// A part of a tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TonePart {
    /// What sounds together, in hertz; silence where there is nothing.
    pub frequencies_hz: Vec<u16>,
    /// How long.
    pub length: DurationMs,
}

impl Tone {
    /// The frequencies that a telephone line carries, in hertz.
    pub const CARRIED_HZ: std::ops::RangeInclusive<u16> = 100..=3400;
    /// The longest part: a tone of more is a sound, and is recorded.
    pub const LONGEST_PART: DurationMs = DurationMs::from_secs(60);

    /// How long it lasts once.
    pub fn length(&self) -> DurationMs {
        self.parts.iter().fold(DurationMs::ZERO, |sum, part| sum + part.length)
    }
}
