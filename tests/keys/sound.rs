//! Sound out of a seed: chance, levels, noise, a line's codec.

use callwright::media::g711;
use std::f32::consts::TAU;

/// Samples of a second.
pub const HZ: f32 = 8000.0;

/// The amplitude of a sine of 0 dBm0, which a codec can carry 3.14 dB louder (ITU-T G.711).
const ZERO_DBM0: f32 = 22_826.0;

/// The amplitude of a level in dBm0.
pub fn amplitude(dbm0: f32) -> f32 {
    ZERO_DBM0 * 10f32.powf(dbm0 / 20.0)
}

/// Numbers that look like chance and are the same every time.
pub struct Chance(u64);

impl Chance {
    /// The seed is what a failing test prints.
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Evenly between two bounds.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + (high - low) * ((self.0 >> 40) as f32 / (1u64 << 24) as f32)
    }

    /// A whole number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.between(0.0, bound as f32) as usize).min(bound - 1)
    }

    /// One of normal distribution, near enough: the sum of twelve.
    pub fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.between(-0.5, 0.5)).sum()
    }
}

/// A sine at a sample.
pub fn sine(hz: f32, n: usize) -> f32 {
    (TAU * (hz * n as f32 / HZ).fract()).sin()
}

/// What a line's codec leaves of the sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    Ulaw,
    Alaw,
    Linear,
}

impl Line {
    pub fn carry(self, sound: &[f32]) -> Vec<i16> {
        let sample = |value: &f32| value.round().clamp(-32_768.0, 32_767.0) as i16;
        let coded = |sample: i16| match self {
            Line::Ulaw => g711::ulaw_decode(g711::ulaw_encode(sample)),
            Line::Alaw => g711::alaw_decode(g711::alaw_encode(sample)),
            Line::Linear => sample,
        };
        sound.iter().map(sample).map(coded).collect()
    }
}

/// Brings what is not silent to a level.
pub fn levelled(sound: Vec<f32>, dbm0: f32) -> Vec<f32> {
    let peak = sound.iter().fold(0f32, |peak, value| peak.max(value.abs()));
    let active: Vec<f32> = sound.iter().copied().filter(|value| value.abs() > peak * 0.02).collect();
    let power = active.iter().map(|value| value * value).sum::<f32>() / active.len().max(1) as f32;
    let gain = amplitude(dbm0) / 2f32.sqrt() / power.sqrt().max(1e-9);
    sound.into_iter().map(|value| value * gain).collect()
}

/// Something like speech: pulses of a gliding pitch through three gliding resonances, and hisses between.
///
/// `pitch` is the voice's, in hertz.
pub fn speech(chance: &mut Chance, seconds: f32, pitch: f32) -> Vec<f32> {
    let mut sound = Vec::new();
    while (sound.len() as f32) < seconds * HZ {
        match chance.below(6) {
            0 => sound.extend(std::iter::repeat_n(0.0, chance.below(2400))),
            1 => sound.extend((0..400 + chance.below(800)).map(|_| chance.normal() * 0.05)),
            _ => syllable(chance, pitch, &mut sound),
        }
    }
    sound
}

fn syllable(chance: &mut Chance, pitch: f32, sound: &mut Vec<f32>) {
    let length = 600 + chance.below(3000);
    let mut glide = |low: f32, high: f32, slide: f32| {
        let from = chance.between(low, high);
        (from, from * chance.between(1.0 - slide, 1.0 + slide))
    };
    let voice = glide(pitch * 0.8, pitch * 1.3, 0.15);
    let formants = [glide(250.0, 850.0, 0.2), glide(850.0, 2400.0, 0.3), glide(2300.0, 3300.0, 0.1)];
    let mut memory = [[0f32; 2]; 3];
    let mut phase = 0.0;
    for n in 0..length {
        let at = n as f32 / length as f32;
        let now = |(from, to): (f32, f32)| from + (to - from) * at;
        phase += now(voice) / HZ;
        let mut value = if phase >= 1.0 { 1.0 } else { 0.0 };
        phase = phase.fract();
        for (formant, [one, two]) in formants.into_iter().zip(&mut memory) {
            let radius = 0.97;
            let turn = 2.0 * radius * (TAU * now(formant) / HZ).cos();
            let out = value * (1.0 - radius) + turn * *one - radius * radius * *two;
            (*two, *one) = (*one, out);
            value = out;
        }
        sound.push(value * 20.0 * (at * 20.0).min((1.0 - at) * 8.0).min(1.0));
    }
}
