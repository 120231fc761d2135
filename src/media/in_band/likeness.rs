//! How much of the window is the sum of two tones.

use super::WINDOW_MS;
use super::bank::Bank;
use super::tone::Tone;
use crate::media::SAMPLES_PER_MS;

/// Samples at either end that are looked at by themselves: a tone of 23 ms leaves some of the window's 25 empty.
const EDGE: usize = 2 * SAMPLES_PER_MS;

/// The window against two tones that last from its first sample to its last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Likeness {
    /// The part of its energy that they explain; below one, and less than nothing where they have nothing to do with it.
    pub explained: f32,
    /// How much of the tones there is in the first and in the last 2 ms, whichever is less: one for all, none for silence.
    pub edge: f32,
}

/// Sums of products over some samples.
#[derive(Clone, Copy, Default)]
struct Sums {
    heard: f32,
    both: f32,
    tones: f32,
}

impl Sums {
    fn add(&mut self, heard: f32, tones: f32) {
        self.heard += heard * heard;
        self.both += heard * tones;
        self.tones += tones * tones;
    }
}

impl Likeness {
    pub fn measure(bank: &Bank, low: &Tone, high: &Tone) -> Likeness {
        let ((mut low, low_step), (mut high, high_step)) = (low.wave(bank), high.wave(bank));
        let [mut first, mut last, mut all] = [Sums::default(); 3];
        let samples = bank.slots().flat_map(|slot| slot.samples);
        for (n, heard) in samples.enumerate() {
            let tones = low.re + high.re;
            all.add(heard, tones);
            if n < EDGE {
                first.add(heard, tones);
            } else if n >= WINDOW_MS * SAMPLES_PER_MS - EDGE {
                last.add(heard, tones);
            }
            (low, high) = (low * low_step, high * high_step);
        }
        Likeness {
            explained: (2.0 * all.both - all.tones) / all.heard,
            edge: (first.both / first.tones).min(last.both / last.tones),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::in_band::tone::Weights;
    use std::f32::consts::TAU;

    /// The likeness of a window that holds 770 and 1336 Hz from a sample on.
    fn likeness(begins: usize) -> Likeness {
        let mut bank = Bank::new();
        for ms in 0..WINDOW_MS {
            let samples = std::array::from_fn(|n| {
                let t = (ms * SAMPLES_PER_MS + n) as f32 / 8000.0;
                let sound = (TAU * 775.0 * t).sin() + (TAU * 1330.0 * t + 1.0).sin();
                if ms * SAMPLES_PER_MS + n < begins { 0.0 } else { sound * 1000.0 }
            });
            bank.push(samples, false);
        }
        let weights = Weights::new();
        let [low, high] = [1, 5].map(|tone| Tone::measure(&bank, &weights, tone));
        assert!((low.deviation() - 5.0 / 770.0).abs() < 0.002, "{}", low.deviation());
        Likeness::measure(&bank, &low, &high)
    }

    #[test]
    fn two_tones_explain_themselves() {
        let whole = likeness(0);
        assert!(whole.explained > 0.99 && whole.edge > 0.95, "{whole:?}");
    }

    #[test]
    fn a_tone_that_begins_in_the_window_leaves_its_edge_empty() {
        let late = likeness(2 * SAMPLES_PER_MS);
        assert!(late.edge.abs() < 0.01, "{late:?}");
    }
}
