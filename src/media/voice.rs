//! Whether somebody speaks: the energy of frames of 20 ms against the noise behind them.
//!
//! The noise is what has been quietest of late: it falls at once and rises slowly, so that a fan or a street ends up as
//! silence within a few seconds, and a sentence does not. Three loud frames of five are a voice; a click is not.
//!
//! Deliberately left out: telling speech from music or from a tone that goes on. Both are somebody's sound.

/// What is louder than any noise: -36 dBm0, root mean square.
const NOISE_AT_MOST: f32 = 365.0;
/// What is quieter than any voice: -50 dBm0.
const VOICE_AT_LEAST: f32 = 73.0;
/// A voice stands so far above the noise: 8 dB.
const ABOVE_NOISE: f32 = 2.5;
/// The noise rises by so much a frame: 2 dB a second.
const RISE: f32 = 1.0046;
/// Of the last five frames.
const WINDOW: u8 = 0b1_1111;
/// So many must be loud.
const LOUD_FRAMES: u32 = 3;

/// Follows the sound of one stream, in frames of 20 ms at 8 kHz.
#[derive(Clone, Debug)]
pub struct VoiceDetector {
    noise: f32,
    /// One bit a frame, the latest lowest.
    loud: u8,
}

impl Default for VoiceDetector {
    fn default() -> VoiceDetector {
        VoiceDetector { noise: VOICE_AT_LEAST / ABOVE_NOISE, loud: 0 }
    }
}

impl VoiceDetector {
    /// Takes the next frame; returns whether somebody speaks in it.
    pub fn hear(&mut self, frame: &[i16]) -> bool {
        let level = level(frame);
        let is_loud = level >= (self.noise * ABOVE_NOISE).max(VOICE_AT_LEAST);
        self.noise = match level < self.noise {
            true => level.max(1.0),
            false => (self.noise * RISE).min(NOISE_AT_MOST),
        };
        self.loud = (self.loud << 1 | u8::from(is_loud)) & WINDOW;
        self.loud.count_ones() >= LOUD_FRAMES
    }
}

/// Root mean square of samples; 0 for none.
pub fn level(samples: &[i16]) -> f32 {
    let energy: f32 = samples.iter().map(|sample| f32::from(*sample) * f32::from(*sample)).sum();
    (energy / samples.len().max(1) as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of a tone with this peak.
    fn frame(peak: f32) -> [i16; 160] {
        std::array::from_fn(|n| ((n as f32 * 0.7).sin() * peak) as i16)
    }

    /// `v` for each frame that is taken for a voice.
    fn heard(peaks: impl IntoIterator<Item = f32>) -> String {
        let mut voice = VoiceDetector::default();
        peaks.into_iter().map(|peak| if voice.hear(&frame(peak)) { 'v' } else { '.' }).collect()
    }

    #[test]
    fn three_loud_frames_are_a_voice_and_a_click_is_not() {
        assert_eq!(heard([0.0, 9000.0, 9000.0, 0.0, 0.0, 0.0]), "......");
        assert_eq!(heard([0.0, 9000.0, 9000.0, 9000.0, 0.0, 0.0, 0.0]), "...vvv.");
    }

    #[test]
    fn a_quiet_line_hears_a_quiet_voice_and_a_noisy_one_does_not_hear_its_noise() {
        assert!(heard([5.0; 50].into_iter().chain([150.0; 10])).ends_with("vvvvvvv"));
        let street = heard([300.0; 800]);
        assert!(street.ends_with(".................."), "{street}");
        assert!(heard([300.0; 800].into_iter().chain([3000.0; 10])).ends_with("vvvvvvv"));
    }

    #[test]
    fn a_long_sentence_stays_a_voice() {
        let pauses = (0..3000).map(|n| if n % 50 < 40 { 6000.0 } else { 20.0 });
        let heard = heard(pauses);
        assert!(heard.matches('v').count() > 2300, "{}", heard.matches('v').count());
    }
}
