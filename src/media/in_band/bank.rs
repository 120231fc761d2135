//! The last 25 ms of sound, and what eight mixers, one for each frequency of the key pad, make of it.
//!
//! A mixer turns a tone of its own frequency into a constant, and one beside it into a slow turn, once a millisecond.
//! Sums over the two halves of the window are kept as it moves, so that looking which tones may be there costs
//! little; most sound needs no more than that look.
//!
//! A window in which no millisecond is as loud as a key has to be is not mixed at all: who listens to a prompt is silent. The
//! first loud millisecond has the whole window mixed, which costs as much as 25 of them, and at most once in 25. A window of
//! nothing but zeros stays as it is while more of them come.

use super::complex::Complex;
use super::{QUIETEST, TONES, TONES_HZ, WINDOW_MS};
use crate::media::{SAMPLE_HZ, SAMPLES_PER_MS};
use std::f32::consts::TAU;
use std::ops::Add;
use std::sync::LazyLock;

/// Milliseconds of the newer half. A tone 1.8 % beside its frequency turns so far in the whole window that it would
/// hide from a single sum.
const NEWER: usize = WINDOW_MS / 2;
/// A millisecond of less energy is quiet: a window of nothing else is not loud enough for a key.
const QUIET: f32 = QUIETEST * QUIETEST * SAMPLES_PER_MS as f32;

/// The window and its sums.
#[derive(Clone, Debug)]
pub(super) struct Bank {
    /// A mixer's turn within a millisecond: the cosines of all, then their negative sines.
    waves: [[f32; 2 * TONES]; SAMPLES_PER_MS],
    /// A mixer's turn in a whole one.
    steps: [Complex; TONES],
    /// Where the mixers stand at the beginning of the next.
    phases: [Complex; TONES],
    slots: [Slot; WINDOW_MS],
    /// The slot of the oldest millisecond, which the next one takes.
    oldest: usize,
    /// Of the older and of the newer half. Double precision: what was added is taken away again, for hours.
    sums: [[[f64; 2]; 2]; TONES],
    energy: f64,
    /// Quiet milliseconds in a row, the last ones.
    quiet_ms: usize,
    /// Milliseconds of zeros in a row, the last ones.
    zero_ms: usize,
    /// Whether the mixers run: the slots have their tones, and the sums are theirs.
    is_mixing: bool,
}

/// One millisecond.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slot {
    pub samples: [f32; SAMPLES_PER_MS],
    pub energy: f32,
    /// Its correlation with each mixer.
    pub tones: [Complex; TONES],
}

/// The turns of the mixers: within a millisecond, and in a whole one.
type Turns = ([[f32; 2 * TONES]; SAMPLES_PER_MS], [Complex; TONES]);

/// They are every leg's, and computed once.
static TURNS: LazyLock<Turns> = LazyLock::new(|| {
    let angles = TONES_HZ.map(|hz| TAU * hz / SAMPLE_HZ as f32);
    let mut waves = [[0.0; 2 * TONES]; SAMPLES_PER_MS];
    for (row, n) in waves.iter_mut().zip(0u8..) {
        for (tone, angle) in angles.iter().enumerate() {
            let turn = Complex::turn(-angle * f32::from(n));
            (row[tone], row[TONES + tone]) = (turn.re, turn.im);
        }
    }
    (waves, angles.map(|angle| Complex::turn(-angle * SAMPLES_PER_MS as f32)))
});

impl Bank {
    pub fn new() -> Bank {
        let (waves, steps) = *TURNS;
        Bank {
            waves,
            steps,
            phases: [Complex::ONE; TONES],
            slots: [Slot::default(); WINDOW_MS],
            oldest: 0,
            sums: [[[0.0; 2]; 2]; TONES],
            energy: 0.0,
            quiet_ms: WINDOW_MS,
            zero_ms: WINDOW_MS,
            is_mixing: false,
        }
    }

    /// Takes the next millisecond. `is_asked`: somebody wants to know its tones, however quiet it is.
    pub fn push(&mut self, samples: [f32; SAMPLES_PER_MS], is_asked: bool) {
        self.zero_ms = if samples == [0.0; SAMPLES_PER_MS] { self.zero_ms.saturating_add(1) } else { 0 };
        if self.zero_ms > WINDOW_MS && !is_asked && !self.is_mixing {
            return;
        }
        let energy: f32 = samples.iter().map(|sample| sample * sample).sum();
        self.quiet_ms = if energy < QUIET { self.quiet_ms.saturating_add(1) } else { 0 };
        let must_mix = is_asked || self.quiet_ms < WINDOW_MS;
        let tones = if self.is_mixing && must_mix { self.mix(&samples) } else { Default::default() };
        let new = Slot { samples, energy, tones };
        let aging = self.slots[(self.oldest + WINDOW_MS - NEWER) % WINDOW_MS].tones;
        let old = std::mem::replace(&mut self.slots[self.oldest], new);
        self.energy += f64::from(energy) - f64::from(old.energy);
        self.oldest = (self.oldest + 1) % WINDOW_MS;
        match (self.is_mixing, must_mix) {
            (true, true) => {
                for (tone, [older, newer]) in self.sums.iter_mut().enumerate() {
                    replace(older, aging[tone], old.tones[tone]);
                    replace(newer, new.tones[tone], aging[tone]);
                }
            }
            (false, true) => self.mix_all(),
            (true, false) => {
                self.is_mixing = false;
                self.sums = [[[0.0; 2]; 2]; TONES];
            }
            (false, false) => {}
        }
    }

    /// Whether it holds nothing but zeros, and more of them change nothing.
    pub fn is_empty(&self) -> bool {
        self.zero_ms > WINDOW_MS && !self.is_mixing
    }

    /// Whether nothing is loud enough to be looked at, and nothing was for a whole window.
    pub fn is_asleep(&self) -> bool {
        !self.is_mixing
    }

    /// Mixes the whole window, of which nothing was.
    fn mix_all(&mut self) {
        self.is_mixing = true;
        self.sums = [[[0.0; 2]; 2]; TONES];
        for n in 0..WINDOW_MS {
            let place = (self.oldest + n) % WINDOW_MS;
            let samples = self.slots[place].samples;
            let tones = self.mix(&samples);
            self.slots[place].tones = tones;
            let half = usize::from(n >= WINDOW_MS - NEWER);
            for (sums, tone) in self.sums.iter_mut().zip(tones) {
                replace(&mut sums[half], tone, Complex::default());
            }
        }
    }

    fn mix(&mut self, samples: &[f32; SAMPLES_PER_MS]) -> [Complex; TONES] {
        let mut mixed = [0.0; 2 * TONES];
        for (sample, row) in samples.iter().zip(&self.waves) {
            for (sum, wave) in mixed.iter_mut().zip(row) {
                *sum += sample * wave;
            }
        }
        let mut tones = [Complex::default(); TONES];
        for (tone, (phase, step)) in self.phases.iter_mut().zip(&self.steps).enumerate() {
            tones[tone] = Complex { re: mixed[tone], im: mixed[TONES + tone] } * *phase;
            *phase = (*phase * *step).onto_circle();
        }
        tones
    }

    /// The energy of the window: the sum of its squares.
    pub fn energy(&self) -> f32 {
        self.energy as f32
    }

    /// The energy of its oldest 2 ms.
    pub fn oldest_energy(&self) -> f32 {
        self.slots[self.oldest].energy + self.slots[(self.oldest + 1) % WINDOW_MS].energy
    }

    /// About the energy that each tone has in the window.
    pub fn strengths(&self) -> [f32; TONES] {
        // A tone of amplitude a sums to an/2 in n samples and has the energy a²n/2.
        const SCALE: f64 = 4.0 / (WINDOW_MS * SAMPLES_PER_MS) as f64;
        let power = |[re, im]: [f64; 2]| re * re + im * im;
        self.sums.map(|[older, newer]| ((power(older) + power(newer)) * SCALE) as f32)
    }

    /// The square of a tone's amplitude over the last `count` milliseconds.
    pub fn recent(&self, tone: usize, count: usize) -> f32 {
        let last =
            (WINDOW_MS - count..WINDOW_MS).map(|n| self.slots[(self.oldest + n) % WINDOW_MS].tones[tone]);
        let sum = last.fold(Complex::default(), Complex::add);
        sum.scaled(2.0 / (count * SAMPLES_PER_MS) as f32).square()
    }

    /// Where a tone's mixer stood at the window's first sample.
    pub fn first_phase(&self, tone: usize) -> Complex {
        let angle = TAU * TONES_HZ[tone] / SAMPLE_HZ as f32;
        self.phases[tone] * Complex::turn(angle * (WINDOW_MS * SAMPLES_PER_MS) as f32)
    }

    /// The window, the oldest millisecond first.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        let (new, old) = self.slots.split_at(self.oldest);
        old.iter().chain(new)
    }
}

fn replace(sum: &mut [f64; 2], new: Complex, old: Complex) {
    sum[0] += f64::from(new.re) - f64::from(old.re);
    sum[1] += f64::from(new.im) - f64::from(old.im);
}
