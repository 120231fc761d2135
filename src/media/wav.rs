//! WAV files, read with hound from bytes and written to any seekable sink.
//!
//! Reads PCM of 8, 16, 24 and 32 bits and 32-bit float, any number of channels (mixed to one) and any rate from 4 to
//! 192 kHz. G.711 inside WAV is not read. Writes 16-bit mono at 8 kHz.

use super::SAMPLE_HZ;
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use std::io::{Seek, Write};

/// Rates that are believed, in hertz.
const RATES_HZ: std::ops::RangeInclusive<u32> = 4000..=192_000;

/// The longest recording, in seconds.
const MAX_SECONDS: u32 = 3600;

/// A decoded recording: one channel, full scale is ±1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recording {
    pub(crate) rate_hz: u32,
    pub(crate) samples: Vec<f32>,
}

/// What is wrong with a WAV file.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// Not a WAV file, cut short, or of an encoding that hound does not know.
    #[error("not a readable wav file: {0}")]
    Format(#[from] hound::Error),
    /// A rate that no recording has.
    #[error("sampling rate is {found_hz} Hz, expected 4000 to 192000")]
    Rate {
        /// The rate in the file's header.
        found_hz: u32,
    },
    /// No samples at all.
    #[error("the recording is empty")]
    Empty,
    /// More than an hour.
    #[error("the recording is longer than {limit} s")]
    TooLong {
        /// The limit in seconds.
        limit: u32,
    },
}

/// What a file's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Samples a second and channel.
    pub rate_hz: u32,
    /// How many channels there are.
    pub channels: u16,
    /// How long it is, in whole seconds.
    pub seconds: u32,
}

/// Reads a file's header.
pub fn header(bytes: &[u8]) -> Result<Header, WavError> {
    let reader = WavReader::new(bytes)?;
    let spec = reader.spec();
    let seconds = reader.duration().checked_div(spec.sample_rate).unwrap_or(0);
    Ok(Header { rate_hz: spec.sample_rate, channels: spec.channels, seconds })
}

/// Reads a whole file.
pub(crate) fn read(bytes: &[u8]) -> Result<Recording, WavError> {
    let mut reader = WavReader::new(bytes)?;
    let spec = reader.spec();
    if !RATES_HZ.contains(&spec.sample_rate) {
        return Err(WavError::Rate { found_hz: spec.sample_rate });
    }
    if reader.duration() > spec.sample_rate.saturating_mul(MAX_SECONDS) {
        return Err(WavError::TooLong { limit: MAX_SECONDS });
    }
    let interleaved = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect::<Result<Vec<f32>, _>>()?,
        SampleFormat::Int => {
            let full_scale = 2f32.powi(i32::from(spec.bits_per_sample) - 1);
            let scaled = reader.samples::<i32>().map(|sample| sample.map(|value| value as f32 / full_scale));
            scaled.collect::<Result<Vec<f32>, _>>()?
        }
    };
    let samples = mix(&interleaved, usize::from(spec.channels.max(1)));
    match samples.is_empty() {
        true => Err(WavError::Empty),
        false => Ok(Recording { rate_hz: spec.sample_rate, samples }),
    }
}

/// Values that are not numbers become silence.
fn mix(interleaved: &[f32], channels: usize) -> Vec<f32> {
    let mean = |frame: &[f32]| frame.iter().sum::<f32>() / channels as f32;
    let clean = |value: f32| if value.is_finite() { value } else { 0.0 };
    interleaved.chunks_exact(channels).map(|frame| clean(mean(frame))).collect()
}

/// Writes samples of 8 kHz as a WAV file, 16-bit mono.
pub fn write<W: Write + Seek>(samples: &[i16], sink: W) -> Result<(), WavError> {
    let spec = WavSpec {
        channels: 1,
        sample_rate: SAMPLE_HZ,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::new(sink, spec)?;
    for sample in samples {
        writer.write_sample(*sample)?;
    }
    Ok(writer.finalize()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn file(spec: WavSpec, write: impl Fn(&mut WavWriter<&mut Cursor<Vec<u8>>>)) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
        write(&mut writer);
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    fn spec(channels: u16, bits_per_sample: u16, sample_format: SampleFormat) -> WavSpec {
        WavSpec { channels, sample_rate: 16_000, bits_per_sample, sample_format }
    }

    #[test]
    fn every_width_reads_as_the_same_samples() {
        for bits in [8, 16, 24, 32] {
            let bytes = file(spec(1, bits, SampleFormat::Int), |writer| {
                let half = 1i32 << (bits - 2);
                [0, half, -half].iter().for_each(|value| writer.write_sample(*value).unwrap());
            });
            let recording = Recording { rate_hz: 16_000, samples: vec![0.0, 0.5, -0.5] };
            assert_eq!(read(&bytes).unwrap(), recording, "{bits} bits");
        }
    }

    #[test]
    fn float_and_stereo_are_mixed_to_one_channel() {
        let bytes = file(spec(2, 32, SampleFormat::Float), |writer| {
            [0.25f32, 0.75, -1.0, 0.0, f32::NAN, 0.0].iter().for_each(|v| writer.write_sample(*v).unwrap());
        });
        assert_eq!(read(&bytes).unwrap().samples, [0.5, -0.5, 0.0]);
    }

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Cursor::new(Vec::new());
        write(&[0, 16_384, -32_768], &mut bytes).unwrap();
        let recording = Recording { rate_hz: 8000, samples: vec![0.0, 0.5, -1.0] };
        assert_eq!(read(&bytes.into_inner()).unwrap(), recording);
    }

    #[test]
    fn errors_say_what_is_wrong_with_the_file() {
        let empty = file(spec(1, 16, SampleFormat::Int), |_| ());
        assert_eq!(read(&empty).unwrap_err().to_string(), "the recording is empty");
        let slow = WavSpec { sample_rate: 100, ..spec(1, 16, SampleFormat::Int) };
        let slow = file(slow, |writer| writer.write_sample(1i16).unwrap());
        assert_eq!(read(&slow).unwrap_err().to_string(), "sampling rate is 100 Hz, expected 4000 to 192000");
        let text = read(b"this is no recording").unwrap_err().to_string();
        assert!(text.starts_with("not a readable wav file: "), "{text}");
    }

    #[test]
    fn a_file_cut_anywhere_is_an_error_or_shorter() {
        let whole = file(spec(1, 16, SampleFormat::Int), |writer| {
            (0..100i16).for_each(|value| writer.write_sample(value).unwrap());
        });
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "cut at {length}");
        }
    }
}
