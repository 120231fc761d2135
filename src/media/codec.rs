//! The audio codecs of a leg.
//!
//! All of them have one octet for each 1/8000 s, whether that octet holds one sample of 8 kHz (G.711) or two of 16 kHz (G.722):
//! so timestamps, packets of 20 ms and places in a clip are the same in all. Opus, which has not, stands before them (`opus`).

use super::{g711, g722};

/// An audio codec as SDP names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// G.711 µ-law, static payload type 0.
    Pcmu,
    /// G.711 A-law, static payload type 8.
    Pcma,
    /// G.722 at 64 kbit/s, static payload type 9.
    G722,
}

impl Codec {
    /// All of them.
    pub const ALL: [Codec; 3] = [Codec::Pcmu, Codec::Pcma, Codec::G722];

    /// The static payload type, RFC 3551 table 4.
    pub const fn payload_type(self) -> u8 {
        match self {
            Codec::Pcmu => 0,
            Codec::Pcma => 8,
            Codec::G722 => 9,
        }
    }

    /// The codec of a static payload type.
    pub const fn from_payload_type(payload_type: u8) -> Option<Codec> {
        match payload_type {
            0 => Some(Codec::Pcmu),
            8 => Some(Codec::Pcma),
            9 => Some(Codec::G722),
            _ => None,
        }
    }

    /// The encoding name of `a=rtpmap`.
    pub const fn name(self) -> &'static str {
        match self {
            Codec::Pcmu => "PCMU",
            Codec::Pcma => "PCMA",
            Codec::G722 => "G722",
        }
    }

    /// The octet that stands for 1/8000 s of silence.
    pub const fn silence(self) -> u8 {
        match self {
            Codec::Pcmu => g711::ULAW_SILENCE,
            Codec::Pcma => g711::ALAW_SILENCE,
            // The smallest values of both bands, with which the steps shrink.
            Codec::G722 => 0xfd,
        }
    }

    /// Whether an octet is the noise of a quiet line at most, whatever came before it; never where that depends on what did.
    pub(super) fn is_silent(self, octet: u8) -> bool {
        match self {
            Codec::Pcmu => g711::ulaw_decode(octet).unsigned_abs() <= SILENT.unsigned_abs(),
            Codec::Pcma => g711::alaw_decode(octet).unsigned_abs() <= SILENT.unsigned_abs(),
            Codec::G722 => false,
        }
    }
}

/// Samples up to this are the noise of a quiet line in G.711.
pub(super) const SILENT: i16 = 8;

/// Turns samples of 8 kHz into octets, for one stream.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    g722: Box<g722::Encoder>,
}

impl Encoder {
    /// Appends the samples to `out`, one octet each.
    pub fn encode(&mut self, codec: Codec, samples: &[i16], out: &mut Vec<u8>) {
        match codec {
            Codec::Pcmu => out.extend(samples.iter().map(|sample| g711::ulaw_encode(*sample))),
            Codec::Pcma => out.extend(samples.iter().map(|sample| g711::alaw_encode(*sample))),
            Codec::G722 => out.extend(samples.iter().map(|sample| self.g722.narrow(*sample))),
        }
    }
}

/// Turns octets into samples of 8 kHz, in the order of one stream.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    g722: Box<g722::Decoder>,
}

impl Decoder {
    /// The sample of the next octet.
    pub fn decode(&mut self, codec: Codec, octet: u8) -> i16 {
        match codec {
            Codec::Pcmu => g711::ulaw_decode(octet),
            Codec::Pcma => g711::alaw_decode(octet),
            Codec::G722 => self.g722.narrow(octet),
        }
    }
}
