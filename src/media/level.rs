//! Trimming and levelling, so that recordings join without a gap and without a jump in loudness. Samples of 8 kHz.

use super::SAMPLE_HZ;

/// Samples of one millisecond.
const MS: usize = SAMPLE_HZ as usize / 1000;
/// Silence that is kept at either end.
const KEPT_MS: usize = 15;
/// Silence at an end that is borne between two recordings.
const BORNE_MS: usize = 40;
/// The ends fade over this, so that no join clicks.
const FADE_MS: usize = 4;
/// What is quieter than this, against the loudest sample, is silence: -40 dB.
const SILENCE: f32 = 0.01;
/// Only what is louder than this, against the loudest sample, counts for the loudness: -26 dB.
const SPEECH: f32 = 0.05;
/// Loudness of speech: -20 dB below full scale, root mean square.
const LOUDNESS: f32 = 0.1;
/// No sample exceeds this: -2 dB below full scale.
const PEAK: f32 = 0.8;

/// Takes leading and trailing silence away but for 15 ms.
pub fn trimmed(samples: &[i16]) -> Vec<f32> {
    let samples: Vec<f32> = samples.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
    let threshold = peak(&samples) * SILENCE;
    let loud = |sample: &f32| sample.abs() > threshold;
    let (Some(first), Some(last)) = (samples.iter().position(loud), samples.iter().rposition(loud)) else {
        return samples;
    };
    let from = first.saturating_sub(KEPT_MS * MS);
    let to = (last + 1 + KEPT_MS * MS).min(samples.len());
    faded(samples[from..to].to_vec())
}

/// A recording that is heard between others: cut as [`trimmed`] does where it has more silence at an end than a join
/// bears, else as it is.
pub fn joined(samples: &[i16]) -> Option<Vec<i16>> {
    let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    let loud = |sample: &i16| f32::from(sample.unsigned_abs()) > f32::from(peak) * SILENCE;
    let before = samples.iter().position(loud)?;
    let after = samples.iter().rev().position(loud)?;
    let cut = before.max(after) > BORNE_MS * MS;
    let sample = |sample: f32| (sample * 32_768.0).round() as i16;
    cut.then(|| trimmed(samples).into_iter().map(sample).collect())
}

fn faded(mut samples: Vec<f32>) -> Vec<f32> {
    let length = (FADE_MS * MS).min(samples.len() / 2);
    let count = samples.len();
    for index in 0..length {
        let gain = index as f32 / length as f32;
        samples[index] *= gain;
        samples[count - 1 - index] *= gain;
    }
    samples
}

/// Brings speech to -20 dB below full scale, less where its peaks would exceed -2 dB.
pub fn levelled(samples: Vec<f32>) -> Vec<i16> {
    let peak = peak(&samples);
    let speech: Vec<f32> = samples.iter().copied().filter(|sample| sample.abs() > peak * SPEECH).collect();
    let power = speech.iter().map(|sample| sample * sample).sum::<f32>() / speech.len().max(1) as f32;
    let gain = if power > 0.0 { (LOUDNESS / power.sqrt()).min(PEAK / peak) } else { 1.0 };
    samples.iter().map(|sample| (sample * gain * 32_767.0).round() as i16).collect()
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(silence_ms: usize, amplitude: i16) -> Vec<i16> {
        let tone = (0..200 * MS).map(|n| ((n as f32 * 0.6).sin() * f32::from(amplitude)) as i16);
        let silence = || std::iter::repeat_n(0, silence_ms * MS);
        silence().chain(tone).chain(silence()).collect()
    }

    #[test]
    fn silence_is_cut_to_what_a_join_needs() {
        for silence_ms in [15, 100, 700] {
            let length = trimmed(&word(silence_ms, 9000)).len();
            assert!(length.abs_diff(230 * MS) < 2 * MS, "{length}");
        }
        assert_eq!(trimmed(&[0; 80]).len(), 80);
    }

    #[test]
    fn what_stands_between_others_loses_its_silence() {
        assert_eq!(joined(&word(30, 9000)), None);
        assert_eq!(joined(&[0; 80]), None);
        let length = joined(&word(300, 9000)).map_or(0, |samples| samples.len());
        assert!(length.abs_diff(230 * MS) < 2 * MS, "{length}");
    }

    #[test]
    fn a_whisper_and_a_shout_become_equally_loud() {
        let peaks = [300, 3_000, 30_000].map(|amplitude| {
            levelled(trimmed(&word(50, amplitude))).iter().map(|sample| sample.unsigned_abs()).max().unwrap()
        });
        assert!(peaks.iter().all(|peak| peak.abs_diff(peaks[2]) < 60), "{peaks:?}");
    }
}
