//! G.722 at 64 kbit/s: 7 kHz of sound in one octet for each 1/8000 s.
//!
//! Two bands of 4 kHz, each with its adaptive quantizer (`band`): six bits of an octet for the low one, two for the high one.
//! Between 16 kHz and the two bands stands a quadrature mirror filter. Whoever has or wants 8 kHz leaves the filter out: the low band
//! alone is a telephone's sound, half as large.
//!
//! ```text
//!  16 kHz ─► filter ─► low ──► 6 bits ┐            ┌─ 6 bits ─► low ──► filter ─► 16 kHz
//!                 └──► high ─► 2 bits ┴─► octet ──►┴─ 2 bits ─► high ──┘
//!   8 kHz ───────────► low                            low ──────────────────────► 8 kHz
//! ```
//!
//! Modes 2 and 3 of the standard, which give one or two bits away to data, are not spoken on packet networks and left out.
//! In RTP its clock says 8000 though it samples at 16 kHz (RFC 3551 §4.5.2).

mod band;
mod seam;
mod tables;

pub(in crate::media) use seam::Seam;

use band::Band;
use tables::{FILTER, FILTER_TAPS};

/// Turns sound into octets. An encoder belongs to one stream: what it has heard decides what its octets mean.
#[derive(Clone, Debug)]
pub struct Encoder {
    low: Band,
    high: Band,
    line: [i32; FILTER_TAPS],
}

/// Turns octets into sound.
#[derive(Clone, Debug)]
pub struct Decoder {
    low: Band,
    high: Band,
    line: [i32; FILTER_TAPS],
}

impl Default for Encoder {
    fn default() -> Encoder {
        Encoder { low: Band::low(), high: Band::high(), line: [0; FILTER_TAPS] }
    }
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder { low: Band::low(), high: Band::high(), line: [0; FILTER_TAPS] }
    }
}

impl Encoder {
    /// The octet of two samples at 16 kHz.
    pub fn wide(&mut self, samples: [i16; 2]) -> u8 {
        let (odd, even) = split(&mut self.line, samples.map(i32::from));
        self.code((even + odd) >> 14, (even - odd) >> 14)
    }

    /// The octet of one sample at 8 kHz.
    pub fn narrow(&mut self, sample: i16) -> u8 {
        self.code(i32::from(sample) >> 1, 0)
    }

    fn code(&mut self, low: i32, high: i32) -> u8 {
        let low = self.low.encode_low(low);
        let high = self.high.encode_high(high);
        high << 6 | low
    }
}

impl Decoder {
    /// The two samples of an octet at 16 kHz.
    pub fn wide(&mut self, octet: u8) -> [i16; 2] {
        let low = self.low.decode_low(octet & 0x3f);
        let high = self.high.decode_high(octet >> 6);
        let (odd, even) = split(&mut self.line, [low + high, low - high]);
        [sample(even >> 11), sample(odd >> 11)]
    }

    /// The sample of an octet at 8 kHz.
    pub fn narrow(&mut self, octet: u8) -> i16 {
        let low = self.low.decode_low(octet & 0x3f);
        self.high.decode_high(octet >> 6);
        sample(low << 1)
    }
}

/// Moves two samples into the line, and sums both halves of the filter over it.
fn split(line: &mut [i32; FILTER_TAPS], fresh: [i32; 2]) -> (i32, i32) {
    line.copy_within(2.., 0);
    line[FILTER_TAPS - 2..].copy_from_slice(&fresh);
    let pairs = line.chunks_exact(2);
    let taps = FILTER.iter().zip(FILTER.iter().rev());
    pairs
        .zip(taps)
        .fold((0, 0), |(odd, even), (pair, (forth, back))| (odd + pair[0] * forth, even + pair[1] * back))
}

fn sample(value: i32) -> i16 {
    value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

#[cfg(test)]
mod tests;
