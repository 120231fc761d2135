//! Places in a clip that are found in a stream quickly: the signs of 256 samples behind a steep zero crossing.
//!
//! G.711 and a change of level keep the sign of every sample that matters, so a place is compared by counting
//! differing bits. Only stream positions at a crossing are compared at all, one in ten or twenty.

use super::library::{Frame, rms};

/// Samples in a window: 32 ms.
pub(super) const WINDOW: usize = 256;

/// Distance of anchors in the first second of a clip, and behind it.
const NEAR: usize = 480;
const FAR: usize = 2000;
const FIRST_SECOND: usize = 8000;

/// Differing bits that are still a likeness, in the first 64 and in all 256.
const FIRST_WORD: u32 = 20;
const ALL_WORDS: u32 = 64;

/// An anchor's window is this loud at least, as a share of the loudest one of the clip.
const LOUD_SHARE: f32 = 0.15;

/// The signs of a window, its first sample in the highest bit of the first word.
pub(super) type Signs = [u64; WINDOW / 64];

#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor {
    /// Index of the clip in its library.
    pub(super) clip: usize,
    /// First sample of the window in the clip.
    pub(super) position: usize,
    pub(super) signs: Signs,
}

impl Anchor {
    pub(super) fn is_like(&self, signs: &Signs) -> bool {
        if (self.signs[0] ^ signs[0]).count_ones() > FIRST_WORD {
            return false;
        }
        let differing: u32 = self.signs.iter().zip(signs).map(|(a, b)| (a ^ b).count_ones()).sum();
        differing <= ALL_WORDS
    }
}

/// Shifts the sign of the next sample in.
pub(super) fn shift(signs: &mut Signs, sample: i16) {
    let mut carry = u64::from(sample < 0);
    for word in signs.iter_mut().rev() {
        (*word, carry) = (*word << 1 | carry, *word >> 63);
    }
}

/// Chooses the anchors of a clip.
pub(super) fn choose(clip: usize, samples: &[i16], frames: &[Frame]) -> Vec<Anchor> {
    let Some(first) = frames.iter().find(|frame| frame.loud) else { return Vec::new() };
    let windows = samples.windows(WINDOW).skip(first.start).step_by(WINDOW / 2);
    let loud = LOUD_SHARE * windows.map(rms).fold(0.0, f32::max);
    let mut anchors = Vec::new();
    let mut start = first.start.max(1);
    while start + WINDOW <= samples.len() {
        let end = start + if start < FIRST_SECOND { NEAR } else { FAR };
        let last = end.min(samples.len() - WINDOW + 1);
        if let Some(position) = steep_crossing(samples, start..last, loud) {
            let mut signs = Signs::default();
            samples[position..position + WINDOW].iter().for_each(|sample| shift(&mut signs, *sample));
            anchors.push(Anchor { clip, position, signs });
        }
        start = end;
    }
    anchors
}

/// The first upward crossing that is at least half as steep as the steepest one before a loud window.
fn steep_crossing(samples: &[i16], range: std::ops::Range<usize>, loud: f32) -> Option<usize> {
    let slope = |at: usize| i32::from(samples[at]) - i32::from(samples[at - 1]);
    let is_fit =
        |at: &usize| is_crossing(samples[at - 1], samples[*at]) && rms(&samples[*at..at + WINDOW]) >= loud;
    let steepest = range.clone().filter(is_fit).map(slope).max()?;
    range.filter(is_fit).find(|at| slope(*at) * 2 >= steepest)
}

pub(super) fn is_crossing(before: i16, after: i16) -> bool {
    before < 0 && after >= 0
}
