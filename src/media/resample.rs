//! Any sampling rate to 8 kHz by a windowed sinc, for recordings at load. Not for live streams.
//!
//! The filter is a sinc of 48 zero crossings a side under a Blackman window, cut off at 0.46 of the lower rate. For
//! everything that comes down to 8 kHz it is flat to the 3.4 kHz of the telephone band, half at 3.7 kHz, and more than
//! 60 dB down at 4 kHz, so that nothing folds back.

use super::SAMPLE_HZ;
use std::f64::consts::PI;

const ZERO_CROSSINGS: f64 = 48.0;
const CUTOFF: f64 = 0.46;

/// One filter for each position of an output sample between two input samples.
struct Phase {
    first: i64,
    taps: Vec<f32>,
}

/// Returns the samples at 8 kHz; as they are, when they already have that rate.
pub(crate) fn to_8k(samples: &[f32], rate_hz: u32) -> Vec<f32> {
    to(samples, rate_hz, SAMPLE_HZ)
}

/// The same at 16 kHz, for codecs that have so much.
pub(crate) fn to_16k(samples: &[f32], rate_hz: u32) -> Vec<f32> {
    to(samples, rate_hz, 2 * SAMPLE_HZ)
}

fn to(samples: &[f32], rate_hz: u32, wanted_hz: u32) -> Vec<f32> {
    if rate_hz == wanted_hz {
        return samples.to_vec();
    }
    let divisor = gcd(rate_hz, wanted_hz);
    let (inputs, outputs) = (u64::from(rate_hz / divisor), u64::from(wanted_hz / divisor));
    let count = samples.len() as u64 * outputs / inputs;
    // A phase repeats every `outputs` samples; a short recording does not need them all.
    let phases: Vec<Phase> = (0..outputs.min(count)).map(|n| phase(n, inputs, outputs)).collect();
    let output = |n: u64| {
        let phase = &phases[(n % outputs) as usize];
        convolve(samples, phase, (n / outputs * inputs) as i64)
    };
    (0..count).map(output).collect()
}

fn phase(n: u64, inputs: u64, outputs: u64) -> Phase {
    let ratio = inputs as f64 / outputs as f64;
    let centre = n as f64 * ratio;
    let cutoff = CUTOFF / ratio.max(1.0);
    let half_width = ZERO_CROSSINGS / (2.0 * cutoff);
    let first = (centre - half_width).ceil() as i64;
    let last = (centre + half_width).floor() as i64;
    let taps: Vec<f64> =
        (first..=last).map(|at| kernel((at as f64 - centre) / half_width, cutoff, half_width)).collect();
    // Every phase passes a constant unchanged.
    let sum: f64 = taps.iter().sum();
    Phase { first, taps: taps.iter().map(|tap| (tap / sum) as f32).collect() }
}

/// `x` runs from -1 to 1 over the filter's width.
fn kernel(x: f64, cutoff: f64, half_width: f64) -> f64 {
    let turn = 2.0 * PI * cutoff * x * half_width;
    let sinc = if turn == 0.0 { 1.0 } else { turn.sin() / turn };
    let window = 0.42 + 0.5 * (PI * x).cos() + 0.08 * (2.0 * PI * x).cos();
    sinc * window
}

fn convolve(samples: &[f32], phase: &Phase, offset: i64) -> f32 {
    let start = phase.first + offset;
    let skipped = usize::try_from(-start).unwrap_or(0).min(phase.taps.len());
    let from = usize::try_from(start).unwrap_or(0).min(samples.len());
    dot(&samples[from..], &phase.taps[skipped..])
}

/// Eight sums side by side, which the compiler turns into vector instructions.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let count = a.len().min(b.len());
    let (a, b) = (a[..count].chunks_exact(8), b[..count].chunks_exact(8));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(x, y)| x * y).sum();
    let mut sums = [0.0f32; 8];
    for (a, b) in a.zip(b) {
        for (sum, (x, y)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += x * y;
        }
    }
    rest + sums.iter().sum::<f32>()
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f64, rate_hz: u32) -> Vec<f32> {
        let sample = |n: u32| (2.0 * PI * hz * f64::from(n) / f64::from(rate_hz)).sin() as f32;
        (0..rate_hz).map(sample).collect()
    }

    #[test]
    fn a_tone_in_the_band_stays_itself() {
        for rate_hz in [4000, 6000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 47_999] {
            let resampled = to_8k(&tone(1000.0, rate_hz), rate_hz);
            let expected = tone(1000.0, 8000);
            assert_eq!(resampled.len(), 8000, "{rate_hz} Hz");
            let worst = (100..7900).map(|n| (resampled[n] - expected[n]).abs()).fold(0.0, f32::max);
            assert!(worst < 0.002, "{rate_hz} Hz: {worst}");
        }
    }

    /// The loudest sample of a tone behind the filter, in dB of what went in.
    fn level_db(hz: f64, rate_hz: u32) -> f32 {
        let resampled = to_8k(&tone(hz, rate_hz), rate_hz);
        let peak = resampled[200..7800].iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        20.0 * peak.max(1e-9).log10()
    }

    #[test]
    fn what_would_alias_is_sixty_decibels_down() {
        for rate_hz in [11_025, 16_000, 22_050, 44_100, 48_000] {
            let highest = f64::from(rate_hz) / 2.0;
            for hz in [4000.0, 4100.0, 4500.0, 5000.0, 7000.0, 7900.0, 11_900.0, 20_100.0] {
                let level = if hz < highest { level_db(hz, rate_hz) } else { -100.0 };
                assert!(level < -60.0, "{hz} Hz at {rate_hz} Hz leaves {level} dB");
            }
        }
    }

    #[test]
    fn the_telephone_band_passes_within_a_tenth_of_a_decibel() {
        for rate_hz in [16_000, 22_050, 44_100, 48_000] {
            for hz in [300.0, 1000.0, 2500.0, 3301.0] {
                let level = level_db(hz, rate_hz);
                assert!(level.abs() < 0.1, "{hz} Hz at {rate_hz} Hz comes out at {level} dB");
            }
        }
    }

    #[test]
    fn a_recording_shorter_than_the_filter_is_resampled() {
        assert_eq!(to_8k(&[1.0, 1.0, 1.0, 1.0], 16_000).len(), 2);
        assert!(to_8k(&[1.0], 48_000).is_empty());
    }
}
