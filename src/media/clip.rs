//! A recording or a tone, ready to be sent: encoded once per codec and shared by all calls.

use super::codec::Codec;
use super::resample;
use super::wav::{self, WavError};
use super::{SAMPLE_HZ, SAMPLES_PER_MS};
use std::sync::Arc;

/// Something that a leg can play, at 8 kHz and in every codec. Cheap to clone.
#[derive(Clone)]
pub struct Clip {
    samples: Arc<[i16]>,
    pcmu: Arc<[u8]>,
    pcma: Arc<[u8]>,
}

/// Why a file is not a clip.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    /// The file could not be read.
    #[error(transparent)]
    Wav(#[from] WavError),
    /// Nothing is left at 8 kHz.
    #[error("the recording is shorter than one sample at {SAMPLE_HZ} Hz")]
    TooShort,
}

impl Clip {
    /// Decodes a WAV file and brings it to 8 kHz mono.
    ///
    /// The level is kept; what exceeds full scale is clipped.
    pub fn from_wav(bytes: &[u8]) -> Result<Clip, ClipError> {
        let recording = wav::read(bytes)?;
        let resampled = resample::to_8k(&recording.samples, recording.rate_hz);
        if resampled.is_empty() {
            return Err(ClipError::TooShort);
        }
        let samples: Vec<i16> = resampled.iter().map(|sample| (sample * 32_768.0).round() as i16).collect();
        Ok(Clip::from_samples(&samples))
    }

    /// Makes a clip of samples at 8 kHz.
    pub fn from_samples(samples: &[i16]) -> Clip {
        let encoded = |codec: Codec| {
            let mut octets = Vec::with_capacity(samples.len());
            codec.encode(samples, &mut octets);
            octets.into()
        };
        Clip { samples: samples.into(), pcmu: encoded(Codec::Pcmu), pcma: encoded(Codec::Pcma) }
    }

    /// The samples at 8 kHz.
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// The clip in a codec, one octet a sample.
    pub fn encoded(&self, codec: Codec) -> &[u8] {
        match codec {
            Codec::Pcmu => &self.pcmu,
            Codec::Pcma => &self.pcma,
        }
    }

    /// Length in whole milliseconds, rounded up.
    pub fn duration_ms(&self) -> u64 {
        self.samples.len().div_ceil(SAMPLES_PER_MS) as u64
    }
}

/// Prints its length and not its thousands of samples.
impl std::fmt::Debug for Clip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clip({} ms)", self.duration_ms())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn a_file_at_the_right_rate_is_kept_to_the_sample() {
        let samples: Vec<i16> = (-400..400).map(|n| n * 80).collect();
        let mut bytes = Cursor::new(Vec::new());
        wav::write(&samples, &mut bytes).unwrap();
        let clip = Clip::from_wav(bytes.get_ref()).unwrap();
        assert_eq!(clip.samples(), samples);
        assert_eq!(clip.duration_ms(), 100);
    }

    #[test]
    fn every_codec_holds_every_sample() {
        let clip = Clip::from_samples(&[0, 1000, -1000]);
        for codec in Codec::ALL {
            let decoded: Vec<i16> = clip.encoded(codec).iter().map(|octet| codec.decode(*octet)).collect();
            assert!(decoded.iter().zip(clip.samples()).all(|(a, b)| (a - b).abs() < 40), "{decoded:?}");
        }
    }
}
