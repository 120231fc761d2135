//! The audio codecs of a leg. G.722 and Opus will join here.

use super::g711;

/// An audio codec as SDP names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// G.711 µ-law, static payload type 0.
    Pcmu,
    /// G.711 A-law, static payload type 8.
    Pcma,
}

impl Codec {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Codec; 2] = [Codec::Pcmu, Codec::Pcma];

    /// The static payload type, RFC 3551 table 4.
    pub const fn payload_type(self) -> u8 {
        match self {
            Codec::Pcmu => 0,
            Codec::Pcma => 8,
        }
    }

    /// The codec of a static payload type.
    pub const fn from_payload_type(payload_type: u8) -> Option<Codec> {
        match payload_type {
            0 => Some(Codec::Pcmu),
            8 => Some(Codec::Pcma),
            _ => None,
        }
    }

    /// The encoding name of `a=rtpmap`.
    pub const fn name(self) -> &'static str {
        match self {
            Codec::Pcmu => "PCMU",
            Codec::Pcma => "PCMA",
        }
    }

    /// The octet that stands for one sample of silence.
    pub const fn silence(self) -> u8 {
        match self {
            Codec::Pcmu => g711::ULAW_SILENCE,
            Codec::Pcma => g711::ALAW_SILENCE,
        }
    }

    /// Appends the samples to `out`, one octet each.
    pub fn encode(self, samples: &[i16], out: &mut Vec<u8>) {
        match self {
            Codec::Pcmu => out.extend(samples.iter().map(|sample| g711::ulaw_encode(*sample))),
            Codec::Pcma => out.extend(samples.iter().map(|sample| g711::alaw_encode(*sample))),
        }
    }

    /// The sample of one octet.
    pub fn decode(self, octet: u8) -> i16 {
        match self {
            Codec::Pcmu => g711::ulaw_decode(octet),
            Codec::Pcma => g711::alaw_decode(octet),
        }
    }
}
