//! A recording or a tone, ready to be sent: encoded once per codec and shared by all calls.

use super::codec::{Codec, Encoder};
use super::wav::{self, WavError};
use super::{SAMPLE_HZ, SAMPLES_PER_MS, g722, resample};
use std::sync::{Arc, OnceLock};

/// Something that a leg can play, at 8 kHz and in every codec. Cheap to clone.
#[derive(Clone)]
pub struct Clip {
    samples: Arc<[i16]>,
    pcmu: Arc<[u8]>,
    pcma: Arc<[u8]>,
    wide: Arc<Wide>,
}

/// The clip for a codec of 16 kHz. Few calls want it, so it is encoded when the first one does.
#[derive(Default)]
struct Wide {
    /// At 16 kHz, two for each sample of 8 kHz; none where the recording has no more than that.
    samples: Vec<i16>,
    g722: OnceLock<Vec<u8>>,
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
        let pcm = |samples: &[f32]| -> Vec<i16> {
            samples.iter().map(|sample| (sample * 32_768.0).round() as i16).collect()
        };
        let clip = Clip::from_samples(&pcm(&resampled));
        if recording.rate_hz < 2 * SAMPLE_HZ {
            return Ok(clip);
        }
        let mut wide = pcm(&resample::to_16k(&recording.samples, recording.rate_hz));
        wide.resize(2 * resampled.len(), 0);
        Ok(Clip { wide: Arc::new(Wide { samples: wide, g722: OnceLock::new() }), ..clip })
    }

    /// Makes a clip of samples at 8 kHz.
    pub fn from_samples(samples: &[i16]) -> Clip {
        let encoded = |codec: Codec| encode(codec, samples).into();
        let (pcmu, pcma) = (encoded(Codec::Pcmu), encoded(Codec::Pcma));
        Clip { samples: samples.into(), pcmu, pcma, wide: Arc::default() }
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
            Codec::G722 => self.wide.g722.get_or_init(|| self.encode_wide()),
        }
    }

    fn encode_wide(&self) -> Vec<u8> {
        let mut encoder = g722::Encoder::default();
        match self.wide.samples.as_chunks::<2>().0 {
            [] => encode(Codec::G722, &self.samples),
            pairs => pairs.iter().map(|pair| encoder.wide(*pair)).collect(),
        }
    }

    /// How much room it takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        let wide = 2 * self.wide.samples.len() + self.wide.g722.get().map_or(0, Vec::len);
        2 * self.samples.len() + self.pcmu.len() + self.pcma.len() + wide
    }

    /// Length in whole milliseconds, rounded up.
    pub fn duration_ms(&self) -> u64 {
        self.samples.len().div_ceil(SAMPLES_PER_MS) as u64
    }
}

fn encode(codec: Codec, samples: &[i16]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(samples.len());
    Encoder::default().encode(codec, samples, &mut octets);
    octets
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
    use crate::media::codec::Decoder;
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
            assert_eq!(clip.encoded(codec).len(), 3);
        }
        for codec in [Codec::Pcmu, Codec::Pcma] {
            let mut decoder = Decoder::default();
            let decoded: Vec<i16> =
                clip.encoded(codec).iter().map(|octet| decoder.decode(codec, *octet)).collect();
            assert!(decoded.iter().zip(clip.samples()).all(|(a, b)| (a - b).abs() < 40), "{decoded:?}");
        }
    }

    #[test]
    fn a_recording_of_16_khz_keeps_what_is_above_a_telephones_band() {
        let tone = |n: usize| ((n as f32 * std::f32::consts::TAU * 6000.0 / 16_000.0).sin() * 8000.0) as i16;
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 16_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        (0..3200).for_each(|n| writer.write_sample(tone(n)).unwrap());
        writer.finalize().unwrap();
        let clip = Clip::from_wav(bytes.get_ref()).unwrap();
        let mut decoder = g722::Decoder::default();
        let heard: Vec<i16> =
            clip.encoded(Codec::G722).iter().flat_map(|octet| decoder.wide(*octet)).collect();
        let peak = |samples: &[i16]| samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
        assert_eq!((heard.len(), clip.samples().len()), (3200, 1600));
        assert!(peak(&heard[800..2400]) > 5000 && peak(&clip.samples()[400..1200]) < 100);
    }
}
