//! Opus on the wire (RFC 6716, RFC 7587), and G.722 behind it.
//!
//! Everything else in this room thinks in octets of 1/8000 s, which Opus does not have. So a leg whose far end speaks Opus
//! works in G.722, whose octet holds two samples of 16 kHz, and changes over where packets come and go:
//!
//! ```text
//!  far end ── Opus ──► receiver ── G.722 ──► keys, recorder, rooms, other legs      a packet: 2.5 to 120 ms
//!  far end ◄── Opus ── sender  ◄── G.722 ─── prompts, rooms, other legs             a packet: 20 ms
//! ```
//!
//! What that costs is the band above 7 kHz and the noise of G.722. Both ways are mono at 16 kHz; of a stereo stream both
//! channels are heard as one.
//!
//! libopus does the coding and is only there with the feature `opus`; without it nothing here can be made, and [`IS_BUILT`]
//! says so. It is deterministic and knows neither clock nor files. Left out: redundancy by neural networks (DRED), and
//! passing packets on between two legs without decoding them.

#[cfg(feature = "opus")]
mod coder;
#[cfg(not(feature = "opus"))]
#[path = "missing.rs"]
mod coder;
mod receiver;
mod sender;
mod timeline;

pub use receiver::Gaps;
pub(super) use receiver::{Receiver, Unpacked};
pub(super) use sender::Sender;

/// Whether Opus is spoken by this build.
pub const IS_BUILT: bool = cfg!(feature = "opus");

/// The clock of its timestamps, whatever is sampled (RFC 7587 §4.1), in hertz.
pub const CLOCK_HZ: u32 = 48_000;

/// Units of its timestamp in 1/8000 s.
const UNITS_PER_OCTET: u32 = CLOCK_HZ / super::SAMPLE_HZ;

/// What we hear and say of it, in hertz.
const SAMPLING_HZ: u32 = 16_000;

/// Samples of the longest packet, 120 ms (RFC 6716 §3.2.5).
const LONGEST: usize = 120 * SAMPLING_HZ as usize / 1000;

/// What is agreed on about Opus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpusTerms {
    /// The payload type with which it comes; what is sent carries the one of the formats.
    pub receive: u8,
    /// Whether the far end makes use of redundancy for lost packets (`useinbandfec`).
    pub fec: bool,
    /// Whether the far end would rather get nothing than silence (`usedtx`).
    pub dtx: bool,
    /// Whether packets are to be of one size (`cbr`).
    pub cbr: bool,
    /// What the far end takes on average, in bits a second, 6000 to 510000 (`maxaveragebitrate`).
    pub max_bitrate: Option<u32>,
    /// What the far end can play, in hertz (`maxplaybackrate`).
    pub max_playback_hz: u32,
}

impl OpusTerms {
    /// What counts where a description says nothing (RFC 7587 §6.1).
    pub const fn usual(receive: u8) -> OpusTerms {
        OpusTerms {
            receive,
            fec: false,
            dtx: false,
            cbr: false,
            max_bitrate: None,
            max_playback_hz: CLOCK_HZ,
        }
    }
}

#[cfg(all(test, feature = "opus"))]
mod tests;
