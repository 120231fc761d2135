//! Generated audio: tones of one or two frequencies, and the key tones for a far end without RFC 4733.

use super::clip::Clip;
use super::telephone_event::Key;
use super::{SAMPLE_HZ, SAMPLES_PER_MS};
use std::f32::consts::TAU;

/// ITU-T Q.23: the frequencies of the key pad's four rows, then of its four columns.
pub(crate) const KEYS_HZ: [f32; 8] = [697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0];

/// Amplitude of each frequency of a key: about -11 dBm0.
const KEY_AMPLITUDE: f32 = 6000.0;

/// A tone of equally loud frequencies, followed by silence; played in a loop it has a cadence.
///
/// `amplitude` is the peak of each frequency, 0 to 32767; the sum is clipped.
pub fn cadence(frequencies_hz: &[f32], amplitude: i16, on_ms: u32, off_ms: u32) -> Clip {
    let (on, off) = (on_ms as usize * SAMPLES_PER_MS, off_ms as usize * SAMPLES_PER_MS);
    let sample = |n: usize| {
        let sum: f32 = frequencies_hz.iter().map(|hz| sine(*hz, n)).sum();
        (sum * f32::from(amplitude)) as i16
    };
    let samples: Vec<i16> = (0..on).map(sample).chain(std::iter::repeat_n(0, off)).collect();
    Clip::from_samples(&samples)
}

/// Writes the part of a key's tone that begins `first` samples after its start.
pub(crate) fn key(key: Key, first: usize, out: &mut [i16]) {
    let (row, column) = key.place();
    let (low, high) = (KEYS_HZ[row], KEYS_HZ[4 + column]);
    for (sample, n) in out.iter_mut().zip(first..) {
        *sample = (KEY_AMPLITUDE * (sine(low, n) + sine(high, n))) as i16;
    }
}

fn sine(hz: f32, n: usize) -> f32 {
    (TAU * (hz * n as f32 / SAMPLE_HZ as f32).fract()).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Power at a frequency by Goertzel's recurrence, relative to the square of the number of samples.
    fn power(samples: &[i16], hz: f32) -> f32 {
        let coefficient = 2.0 * (TAU * hz / SAMPLE_HZ as f32).cos();
        let step = |(a, b): (f32, f32), sample: &i16| (f32::from(*sample) + coefficient * a - b, a);
        let (a, b) = samples.iter().fold((0.0, 0.0), step);
        (a * a + b * b - coefficient * a * b) / (samples.len() as f32).powi(2)
    }

    #[test]
    fn a_key_sounds_as_its_row_and_column() {
        let mut samples = [0; 800];
        key(Key::from_char('#').unwrap(), 0, &mut samples);
        let loud: Vec<f32> = KEYS_HZ.into_iter().filter(|hz| power(&samples, *hz) > 1e6).collect();
        assert_eq!(loud, [941.0, 1477.0]);
    }

    #[test]
    fn a_cadence_is_sound_then_silence() {
        let clip = cadence(&[425.0], 5000, 1000, 4000);
        assert_eq!(clip.duration_ms(), 5000);
        assert!(power(&clip.samples()[..8000], 425.0) > 1e6);
        assert!(clip.samples()[8000..].iter().all(|sample| *sample == 0));
    }
}
