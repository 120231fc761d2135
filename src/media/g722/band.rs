//! One band: an adaptive quantizer for the difference between what came and what was predicted (G.722 §3.5, §3.6, §4).
//!
//! Encoder and decoder keep the same state from the same bits: the low band adapts by the upper four of its six, so that
//! a network could take two away. The predictor has two poles and six zeros; each coefficient moves by the signs of
//! what was decoded, and leaks.

use super::tables::{
    HIGH_GROWTH, HIGH_LEVEL, HIGH_VALUES, LOW_GROWTH, LOW_LEVELS, LOW_VALUES_4, LOW_VALUES_6, STEPS,
};

/// The largest logarithm of a step, for the low and the high band.
const LARGEST: [i32; 2] = [18_432, 22_528];
/// How far a step is shifted down from its antilogarithm.
const SHIFT: [i32; 2] = [8, 10];

/// The state of a band.
#[derive(Clone, Debug)]
pub(super) struct Band {
    /// 0 for the low one, 1 for the high one.
    which: usize,
    /// The step, and its logarithm.
    step: i32,
    log_step: i32,
    /// What is predicted for the next sample, and the zeros' part of it.
    predicted: i32,
    by_zeros: i32,
    poles: [i32; 2],
    zeros: [i32; 6],
    /// The last differences, newest first.
    differences: [i32; 6],
    /// The last two samples as they were decoded, newest first.
    decoded: [i32; 2],
    /// The same without the poles' part.
    partial: [i32; 2],
}

impl Band {
    pub fn low() -> Band {
        Band::new(0, 32)
    }

    pub fn high() -> Band {
        Band::new(1, 8)
    }

    fn new(which: usize, step: i32) -> Band {
        Band {
            which,
            step,
            log_step: 0,
            predicted: 0,
            by_zeros: 0,
            poles: [0; 2],
            zeros: [0; 6],
            differences: [0; 6],
            decoded: [0; 2],
            partial: [0; 2],
        }
    }

    /// The six bits of a sample.
    pub fn encode_low(&mut self, sample: i32) -> u8 {
        let error = word(sample - self.predicted);
        let size = if error >= 0 { error } else { -(error + 1) };
        let level = LOW_LEVELS.iter().take_while(|level| size >= (**level * self.step) >> 12).count() as u8;
        // Codes run down from 61 for the smallest positive level; the negative ones follow their own order.
        let code = match (error < 0, level) {
            (false, level) => 61 - level,
            (true, level @ 0..=1) => 63 - level,
            (true, level) => 33 - level,
        };
        self.adapt_low(code);
        code
    }

    /// The two bits of a sample.
    pub fn encode_high(&mut self, sample: i32) -> u8 {
        let error = word(sample - self.predicted);
        let size = if error >= 0 { error } else { -(error + 1) };
        let is_large = size >= (HIGH_LEVEL * self.step) >> 12;
        let code = match (error < 0, is_large) {
            (true, false) => 1,
            (true, true) => 0,
            (false, false) => 3,
            (false, true) => 2,
        };
        self.adapt_high(code);
        code
    }

    /// The sample of six bits.
    pub fn decode_low(&mut self, code: u8) -> i32 {
        let difference = (self.step * LOW_VALUES_6[usize::from(code & 0x3f)]) >> 15;
        let sample = (self.predicted + difference).clamp(-16_384, 16_383);
        self.adapt_low(code);
        sample
    }

    /// The sample of two bits.
    pub fn decode_high(&mut self, code: u8) -> i32 {
        let difference = (self.step * HIGH_VALUES[usize::from(code & 3)]) >> 15;
        let sample = (self.predicted + difference).clamp(-16_384, 16_383);
        self.adapt_high(code);
        sample
    }

    fn adapt_low(&mut self, code: u8) {
        let upper = usize::from(code >> 2 & 0xf);
        let difference = (self.step * LOW_VALUES_4[upper]) >> 15;
        self.scale(LOW_GROWTH[upper]);
        self.predict(difference);
    }

    fn adapt_high(&mut self, code: u8) {
        let code = usize::from(code & 3);
        let difference = (self.step * HIGH_VALUES[code]) >> 15;
        self.scale(HIGH_GROWTH[code]);
        self.predict(difference);
    }

    /// Blocks 3L and 3H: the step leaks and grows.
    fn scale(&mut self, growth: i32) {
        self.log_step = (((self.log_step * 127) >> 7) + growth).clamp(0, LARGEST[self.which]);
        let antilogarithm = STEPS[(self.log_step >> 6 & 31) as usize];
        let shift = SHIFT[self.which] - (self.log_step >> 11);
        let step = if shift < 0 { antilogarithm << -shift } else { antilogarithm >> shift };
        self.step = step << 2;
    }

    /// Blocks 4L and 4H: what was decoded moves the coefficients, and they predict what comes next.
    fn predict(&mut self, difference: i32) {
        let decoded = word(self.predicted + difference);
        let partial = word(self.by_zeros + difference);
        let poles = self.moved_poles(partial);
        self.move_zeros(difference);
        self.poles = poles;
        self.differences.copy_within(..5, 1);
        self.differences[0] = difference;
        self.decoded = [decoded, self.decoded[0]];
        self.partial = [partial, self.partial[0]];
        let term = |coefficient: &i32, value: &i32| (coefficient * word(value * 2)) >> 15;
        let by_poles = word(self.poles.iter().zip(&self.decoded).map(|(a, r)| term(a, r)).sum());
        self.by_zeros = word(self.zeros.iter().zip(&self.differences).map(|(b, d)| term(b, d)).sum());
        self.predicted = word(by_poles + self.by_zeros);
    }

    fn moved_poles(&self, partial: i32) -> [i32; 2] {
        let is_same = |other: i32| (partial < 0) == (other < 0);
        let [first, second] = self.poles;
        let pull = word(first * 4);
        let pull = if is_same(self.partial[0]) { word(-pull) } else { pull };
        let push = if is_same(self.partial[1]) { 128 } else { -128 };
        let second = (push + (pull >> 7) + ((second * 32_512) >> 15)).clamp(-12_288, 12_288);
        let push = if is_same(self.partial[0]) { 192 } else { -192 };
        let bound = word(15_360 - second);
        let first = word(push + ((first * 32_640) >> 15)).clamp(-bound, bound);
        [first, second]
    }

    fn move_zeros(&mut self, difference: i32) {
        let size = if difference == 0 { 0 } else { 128 };
        for (zero, earlier) in self.zeros.iter_mut().zip(&self.differences) {
            let push = if (*earlier < 0) == (difference < 0) { size } else { -size };
            *zero = word(push + ((*zero * 32_640) >> 15));
        }
    }
}

/// Kept within 16 bits, as the standard's arithmetic does.
fn word(value: i32) -> i32 {
    value.clamp(i32::from(i16::MIN), i32::from(i16::MAX))
}
