//! Who has answered a call of ours: a person, a machine, a fax, or nobody who says anything.
//!
//! People say a word or two and wait; machines speak for seconds, then beep. So it is told by the cadence alone:
//!
//! ```text
//!  person   ····▒▒▒▒▒▒▒─────────►            words for less than 1.8 s, then 0.8 s of silence
//!  machine  ··▒▒▒▒▒▒▒·▒▒▒▒▒▒▒▒·▒▒▒▒▒·♪♪─►    words for more; it is told once it has beeped, or said nothing for 2 s
//!  fax      ····♪♪♪♪♪♪♪♪♪♪♪♪                 2100 Hz for half a second (ITU-T T.30)
//!  nobody   ····························►    nothing for 5 s
//! ```
//!
//! Frames of 20 ms at 8 kHz come in; there is neither a clock nor chance. Deliberately left out: what is said.

mod pitch;

use super::FRAME_MS;
use super::voice::VoiceDetector;
use pitch::pitch;

/// Nobody says anything for so long.
const NOBODY: u32 = frames(5000);
/// Who has spoken for less in all is a person.
const GREETING: u32 = frames(1800);
/// A pause that ends what a person says first.
const WAITS: u32 = frames(800);
/// A pause that ends what a machine says, where it does not beep.
const MACHINE_WAITS: u32 = frames(2000);
/// The shortest beep.
const BEEP: u32 = frames(140);
/// A tone that goes on for so long is a dial tone, music or an alarm, and no beep.
const LONGEST_BEEP: u32 = frames(3000);
/// The tone of a fax goes on for so long.
const FAX: u32 = frames(500);
const FAX_HZ: std::ops::RangeInclusive<f32> = 2070.0..=2130.0;
/// Pitches of beeps.
const BEEP_HZ: std::ops::RangeInclusive<f32> = 350.0..=2500.0;
/// A tone whose pitch moves by more from one frame to the next is none.
const STEADY_HZ: f32 = 20.0;
/// A tone whose level changes by more is a vowel.
const STEADY_LEVEL: std::ops::RangeInclusive<f32> = 0.87..=1.15;

const fn frames(ms: u64) -> u32 {
    (ms / FRAME_MS) as u32
}

/// Who has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answerer {
    /// Somebody who waits for an answer.
    Person,
    /// A machine, whose greeting has ended: what is said now is on its tape.
    Machine,
    /// A fax.
    Fax,
    /// Nobody has said anything.
    Nobody,
}

/// Listens to one leg from its answer on.
#[derive(Clone, Debug, Default)]
pub struct AnswererDetector {
    voice: VoiceDetector,
    heard: u32,
    /// Frames in which somebody spoke, and those since.
    spoken: u32,
    silent: u32,
    tone: Option<Tone>,
}

/// A tone that goes on.
#[derive(Clone, Copy, Debug)]
struct Tone {
    hz: f32,
    level: f32,
    frames: u32,
}

impl Tone {
    fn is_like(self, hz: f32, level: f32) -> bool {
        (self.hz - hz).abs() <= STEADY_HZ && STEADY_LEVEL.contains(&(level / self.level))
    }
}

impl AnswererDetector {
    /// Takes the next frame; who it is, once that is known. What comes behind that means nothing.
    pub fn hear(&mut self, frame: &[i16]) -> Option<Answerer> {
        self.heard += 1;
        let is_loud = self.voice.hear(frame);
        let ended = self.follow_tone(pitch(frame));
        if let Some(tone) = self.tone
            && tone.frames >= FAX
            && FAX_HZ.contains(&tone.hz)
        {
            return Some(Answerer::Fax);
        }
        let is_beep = ended
            .is_some_and(|tone| (BEEP..=LONGEST_BEEP).contains(&tone.frames) && BEEP_HZ.contains(&tone.hz));
        if is_beep && self.spoken > 0 {
            return Some(Answerer::Machine);
        }
        // A vowel looks like a tone for a moment.
        match is_loud && self.tone.is_none_or(|tone| tone.frames < BEEP) {
            true => (self.spoken, self.silent) = (self.spoken + 1, 0),
            false => self.silent += 1,
        }
        self.decide()
    }

    fn decide(&self) -> Option<Answerer> {
        match self.spoken {
            0 => (self.heard >= NOBODY).then_some(Answerer::Nobody),
            1..GREETING => (self.silent >= WAITS).then_some(Answerer::Person),
            GREETING.. => (self.silent >= MACHINE_WAITS).then_some(Answerer::Machine),
        }
    }

    /// Follows a tone; returns the one that has just ended.
    fn follow_tone(&mut self, pitch: Option<(f32, f32)>) -> Option<Tone> {
        let before = self.tone;
        self.tone = match (before, pitch) {
            (Some(tone), Some((hz, level))) if tone.is_like(hz, level) => {
                Some(Tone { hz, level, frames: tone.frames + 1 })
            }
            (_, Some((hz, level))) => Some(Tone { hz, level, frames: 1 }),
            (_, None) => None,
        };
        let goes_on = self.tone.is_some_and(|tone| tone.frames > 1);
        before.filter(|_| !goes_on)
    }
}

#[cfg(test)]
mod tests;
