//! Whether a frame is one steady tone, and which.

use crate::media::SAMPLE_HZ;
use std::f32::consts::TAU;

/// Quieter frames have no pitch: -45 dBm0.
const QUIETEST: f32 = 130.0;
/// The part of the energy that one tone leaves unexplained at most.
const REST: f32 = 0.01;

/// The pitch of a frame that is one tone, in hertz, and its level.
///
/// A sine obeys `x(n+1) + x(n-1) = 2 cos(w) x(n)` for all n; the best `w` is found by least squares, and what it leaves over
/// says whether there is one.
pub(super) fn pitch(frame: &[i16]) -> Option<(f32, f32)> {
    let level = crate::media::voice::level(frame);
    if level < QUIETEST {
        return None;
    }
    let triples = || frame.windows(3).map(|w| (f32::from(w[1]), f32::from(w[0]) + f32::from(w[2])));
    let energy: f32 = triples().map(|(middle, _)| middle * middle).sum();
    let product: f32 = triples().map(|(middle, sides)| middle * sides).sum();
    let twice_cosine = product / energy.max(1.0);
    let rest: f32 = triples().map(|(middle, sides)| (sides - twice_cosine * middle).powi(2)).sum();
    // Measured against the tone itself, so that low tones are not favoured.
    let scale = energy * (4.0 - twice_cosine * twice_cosine).max(0.02);
    let is_tone = rest <= REST * scale && twice_cosine.abs() < 2.0;
    is_tone.then(|| ((twice_cosine / 2.0).acos() * SAMPLE_HZ as f32 / TAU, level))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(tones: &[(f32, f32)]) -> Vec<i16> {
        let sample = |n: usize| -> f32 {
            tones.iter().map(|(hz, peak)| (TAU * hz * n as f32 / 8000.0).sin() * peak).sum()
        };
        (0..160).map(|n| sample(n) as i16).collect()
    }

    #[test]
    fn one_tone_has_its_pitch_and_two_have_none() {
        for hz in [440.0, 1000.0, 1400.0, 2100.0] {
            let (found, _) = pitch(&frame(&[(hz, 4000.0)])).expect("a tone");
            assert!((found - hz).abs() < 10.0, "{hz}: {found}");
        }
        assert_eq!(pitch(&frame(&[(440.0, 4000.0), (1300.0, 3000.0)])), None);
        assert_eq!(pitch(&frame(&[(440.0, 20.0)])), None);
        assert_eq!(pitch(&[0; 160]), None);
    }
}
