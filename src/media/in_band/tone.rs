//! One tone in the window: how far beside its frequency, how loud, and where in its turn.
//!
//! The frequency is the turn of the phase between two overlapping parts of the window. They fade in and out (von Hann),
//! so that the other tone, the dial tone and the harmonics of speech hardly reach into it.

use super::bank::Bank;
use super::complex::Complex;
use super::{TONES_HZ, WINDOW_MS};
use crate::media::{SAMPLE_HZ, SAMPLES_PER_MS};
use std::f32::consts::TAU;

/// Milliseconds of each part.
const PART_MS: usize = 16;
/// How much later the second part begins: unambiguous within 55 Hz, thrice what is asked.
const LAG_MS: usize = WINDOW_MS - PART_MS;
/// The middle of the window, in milliseconds from its first sample. A slot's correlation is that of its own middle.
const MIDDLE_MS: f32 = (WINDOW_MS - 1) as f32 / 2.0 + 3.5 / SAMPLES_PER_MS as f32;

/// The weights of parts and whole, each with a sum of one.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    part: [f32; PART_MS],
    whole: [f32; WINDOW_MS],
}

/// A tone near one of the eight frequencies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tone {
    /// Which of the eight.
    pub tone: usize,
    /// How much faster it turns than its mixer, in radians a millisecond.
    turn: f32,
    /// Against the mixer, in the middle of the window.
    amplitude: Complex,
}

impl Weights {
    pub fn new() -> Weights {
        Weights { part: hann(), whole: hann() }
    }
}

fn hann<const N: usize>() -> [f32; N] {
    let raw: [f32; N] = std::array::from_fn(|n| 1.0 - (TAU * (n as f32 + 0.5) / N as f32).cos());
    let sum: f32 = raw.iter().sum();
    raw.map(|weight| weight / sum)
}

impl Tone {
    /// Measures the tone near one of the eight frequencies.
    pub fn measure(bank: &Bank, weights: &Weights, tone: usize) -> Tone {
        let part = |first: usize| {
            let slots = bank.slots().skip(first).zip(&weights.part);
            slots.fold(Complex::default(), |sum, (slot, weight)| sum + slot.tones[tone].scaled(*weight))
        };
        let turn = (part(LAG_MS) * part(0).conjugate()).angle() / LAG_MS as f32;
        let mut back = Complex::turn(turn * (WINDOW_MS - 1) as f32 / 2.0);
        let step = Complex::turn(-turn);
        let mut sum = Complex::default();
        for (slot, weight) in bank.slots().zip(&weights.whole) {
            sum = sum + (slot.tones[tone] * back).scaled(*weight);
            back = back * step;
        }
        Tone { tone, turn, amplitude: sum.scaled(2.0 / SAMPLES_PER_MS as f32) }
    }

    /// How far it is beside its frequency, as a part of that: 0.01 is 1 % above.
    pub fn deviation(&self) -> f32 {
        self.turn * 1000.0 / TAU / TONES_HZ[self.tone]
    }

    /// The square of its amplitude.
    pub fn power(&self) -> f32 {
        self.amplitude.square()
    }

    /// What its wave is the real part of: the value at the window's first sample, and the turn from each to the next.
    pub fn wave(&self, bank: &Bank) -> (Complex, Complex) {
        let carrier = bank.first_phase(self.tone).conjugate();
        let first = self.amplitude * carrier * Complex::turn(-self.turn * MIDDLE_MS);
        let angle = TAU * TONES_HZ[self.tone] / SAMPLE_HZ as f32 + self.turn / SAMPLES_PER_MS as f32;
        (first, Complex::turn(angle))
    }
}
