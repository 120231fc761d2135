//! Keys found in the sound: a DTMF receiver for far ends that send neither RFC 4733 events nor INFO.
//!
//! It meets ITU-T Q.24 and ETSI ES 201 235-3 (`docs/keys.md` has the figures). Sound comes in sample by sample, so that
//! packets may have any length; once a millisecond the last 25 ms are asked:
//!
//! ```text
//!  loud enough, and mostly one low and one high tone?   `bank`      no in nearly all sound, and that costs little
//!  each within 2.1 % of its frequency?                  `tone`
//!  neither much louder than the other?
//!  how much of the sound are these two tones,           `likeness`
//!  and do they last from its beginning to its end?
//!     nearly all, and they do                           a key
//!     most of it                                        `doubt`     a key when they stay
//! ```
//!
//! A key is reported once, about 26 ms after it began; until it has ended (`sounding`) what is found is the same key.
//! Dial tone is taken out first (`notch`).
//!
//! Memory is fixed, and there is neither a clock nor chance: the same sound gives the same keys.

mod bank;
mod complex;
mod doubt;
mod likeness;
mod notch;
mod sounding;
mod tone;

use super::telephone_event::Key;
use super::{SAMPLES_PER_MS, tone::KEYS_HZ};
use bank::Bank;
use doubt::Doubt;
use likeness::Likeness;
use notch::Notches;
use sounding::Sounding;
use tone::{Tone, Weights};

/// Milliseconds that are looked at together. A tone of 23 ms must be refused (ITU-T Q.24), so this is longer.
const WINDOW_MS: usize = 25;
/// Frequencies of the key pad: four rows, then four columns.
const TONES: usize = 8;
const TONES_HZ: [f32; TONES] = KEYS_HZ;

/// The quieter tone has at least this amplitude: -47 dBm0. A tone of -55 dBm0 must be refused.
const QUIETEST: f32 = 100.0;
/// Samples up to this are silence where nothing has been loud for a while: 22 dB below [`QUIETEST`].
const SILENT: f32 = super::codec::SILENT as f32;
/// The part of the energy that two tones must have at first sight, where they may be spread by their deviation.
const AT_FIRST_SIGHT: f32 = 0.4;
/// The part of the energy that the oldest 2 ms of 25 have at least. Less is a tone that has not filled the window yet.
const AT_ITS_EDGE: f32 = 0.01;
/// A tone farther beside its frequency is none. What must be accepted is 1.5 % and 2 Hz, 1.8 % of the lowest; what must
/// be refused is 3.5 %.
const BESIDE: f32 = 0.021;
/// The high tone may have this much of the low tone's power: -9.5 to +5.5 dB. What must be accepted is -8 to +4 dB.
const TWIST: std::ops::RangeInclusive<f32> = 0.112..=3.55;
/// The part of the energy that two tones explain where there is no doubt.
const SURE: f32 = 0.9;
/// How full the window's edges are where there is no doubt.
const SURE_EDGE: f32 = 0.85;
/// The part of the energy that two tones explain at the very least: a third one as loud as each leaves them 0.67.
const LIKELY: f32 = 0.76;
/// How full the window's edges are at the very least.
const LIKELY_EDGE: f32 = 0.7;

/// Finds keys in the sound of one stream, 8 kHz.
#[derive(Clone, Debug)]
pub struct ToneReceiver {
    notches: Notches,
    weights: Weights,
    bank: Bank,
    /// The millisecond that is not yet full.
    fresh: [f32; SAMPLES_PER_MS],
    filled: usize,
    sounding: Option<Sounding>,
    doubt: Option<Doubt>,
}

impl Default for ToneReceiver {
    fn default() -> ToneReceiver {
        ToneReceiver {
            notches: Notches::new(),
            weights: Weights::new(),
            bank: Bank::new(),
            fresh: [0.0; SAMPLES_PER_MS],
            filled: 0,
            sounding: None,
            doubt: None,
        }
    }
}

impl ToneReceiver {
    /// Takes the next sample; returns the key that it completes. There is at most one a millisecond.
    pub fn hear(&mut self, sample: i16) -> Option<Key> {
        self.fresh[self.filled] = f32::from(sample);
        self.filled = (self.filled + 1) % SAMPLES_PER_MS;
        if self.filled > 0 {
            return None;
        }
        self.look()
    }

    /// Whether whole milliseconds of silence would change nothing: what came before them was silence for a whole window.
    pub fn is_asleep(&self) -> bool {
        self.filled == 0 && self.bank.is_empty() && self.sounding.is_none() && self.doubt.is_none()
    }

    /// Whether the key that was found last still sounds.
    pub fn is_sounding(&self) -> bool {
        self.sounding.is_some()
    }

    /// Looks at the window after another millisecond. Not inlined, so that what happens at every sample stays small.
    #[inline(never)]
    fn look(&mut self) -> Option<Key> {
        let mut samples = self.fresh;
        // Nobody speaks: what the notches still ring with is no key, and there is nothing to take out.
        if self.bank.is_asleep() && samples.iter().all(|sample| sample.abs() <= SILENT) {
            self.notches.rest();
            samples = [0.0; SAMPLES_PER_MS];
        } else {
            self.notches.pass(&mut samples);
        }
        self.bank.push(samples, self.sounding.is_some());
        let doubt = self.doubt.take();
        if self.sounding.as_mut().is_some_and(|sounding| !sounding.goes_on(&self.bank)) {
            self.sounding = None;
        }
        let tones = self.at_first_sight()?;
        if self.sounding.as_ref().is_some_and(|sounding| sounding.is(tones)) {
            return None;
        }
        let [low, high] = tones.map(|tone| Tone::measure(&self.bank, &self.weights, tone));
        if !is_a_pair(&low, &high) || !self.is_a_key(doubt, &low, &high) {
            return None;
        }
        self.sounding = Some(Sounding::new(tones, [low.power(), high.power()]));
        Key::at(low.tone, high.tone - TONES / 2)
    }

    /// The strongest low and the strongest high tone, where the window is loud enough, full, and mostly these two.
    fn at_first_sight(&self) -> Option<[usize; 2]> {
        let energy = self.bank.energy();
        let is_loud = energy >= QUIETEST * QUIETEST * (WINDOW_MS * SAMPLES_PER_MS) as f32;
        if !is_loud || self.bank.oldest_energy() < AT_ITS_EDGE * energy {
            return None;
        }
        let strengths = self.bank.strengths();
        let stronger = |a: &usize, b: &usize| strengths[*a].total_cmp(&strengths[*b]);
        let low = (0..TONES / 2).max_by(stronger)?;
        let high = (TONES / 2..TONES).max_by(stronger)?;
        (strengths[low] + strengths[high] >= AT_FIRST_SIGHT * energy).then_some([low, high])
    }

    fn is_a_key(&mut self, doubt: Option<Doubt>, low: &Tone, high: &Tone) -> bool {
        let Likeness { explained, edge } = Likeness::measure(&self.bank, low, high);
        if explained >= SURE && edge >= SURE_EDGE {
            return true;
        }
        if explained >= LIKELY && edge >= LIKELY_EDGE {
            self.doubt = Doubt::again(doubt, [low.tone, high.tone], [low.deviation(), high.deviation()]);
        }
        self.doubt.as_ref().is_some_and(Doubt::is_over)
    }
}

fn is_a_pair(low: &Tone, high: &Tone) -> bool {
    let is_near = |tone: &Tone| tone.deviation().abs() <= BESIDE && tone.power() >= QUIETEST * QUIETEST;
    is_near(low) && is_near(high) && TWIST.contains(&(high.power() / low.power()))
}
