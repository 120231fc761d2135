//! What a leg needs to begin: what was agreed, and what the driver decides.

use super::InBandKeys;
use crate::media::FRAME_MS;
use crate::media::SAMPLE_HZ;
use crate::media::codec::Codec;
use crate::media::latch::FarEnd;
use crate::media::opus::{CLOCK_HZ, OpusTerms};
use crate::media::statistics::Clock;
use crate::media::telephone_event::KeyTiming;
use std::net::SocketAddr;

/// What the session description agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formats {
    /// The codec to send. PCMU, PCMA and G.722 are understood by their static payload types whichever it is.
    pub codec: Codec,
    /// The payload type to send it with.
    pub payload_type: u8,
    /// The payload types of RFC 4733 events, if agreed.
    pub telephone_event: Option<EventTypes>,
    /// What goes over the wire in place of `codec`, which is G.722 then. In a build without Opus such a leg sends nothing.
    pub opus: Option<OpusTerms>,
}

impl Formats {
    /// A codec under its static payload type, without events.
    pub const fn of(codec: Codec) -> Formats {
        Formats { codec, payload_type: codec.payload_type(), telephone_event: None, opus: None }
    }

    /// Opus, sent with this payload type, without events.
    pub const fn opus(payload_type: u8, terms: OpusTerms) -> Formats {
        Formats { codec: Codec::G722, payload_type, telephone_event: None, opus: Some(terms) }
    }

    /// The clock of the timestamps.
    pub(super) fn clock(&self) -> Clock {
        match self.opus {
            Some(_) => Clock(CLOCK_HZ / SAMPLE_HZ),
            None => Clock::NARROW,
        }
    }
}

/// The payload types of keys, which the two ends may number differently (RFC 3264 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTypes {
    /// The far end's number: what is sent carries it. What arrives may carry it too: not every telephone takes our number.
    pub send: u8,
    /// Our number: what arrives carries it.
    pub receive: u8,
    /// The clock in which their length is counted, in hertz: that of the codec (RFC 4733 §2.1), or 8000 of a far end that has no other.
    pub clock_hz: u32,
}

impl EventTypes {
    /// One number for both ways, at 8 kHz.
    pub const fn both(number: u8) -> EventTypes {
        EventTypes { send: number, receive: number, clock_hz: SAMPLE_HZ }
    }

    /// Units of its length in one frame.
    pub(super) fn units_per_frame(self) -> u16 {
        u16::try_from(self.clock_hz as u64 * FRAME_MS / 1000).unwrap_or(u16::MAX)
    }

    pub(super) fn has(self, number: u8) -> bool {
        self.send == number || self.receive == number
    }
}

/// Where reports (RTCP) go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportsTo {
    /// To the port behind that of RTP (RFC 3550 §11).
    #[default]
    Beside,
    /// To where the far end says (RFC 3605). What of that is believed: [`Latch::may_name`](crate::media::latch::Latch::may_name).
    Named(SocketAddr),
    /// To the port of RTP, from the port of RTP (RFC 5761).
    Muxed,
}

/// What a leg needs to begin. The driver draws the three random numbers.
#[derive(Clone, Debug)]
pub struct LegConfig {
    /// What was agreed.
    pub formats: Formats,
    /// The far end's address in its session description.
    pub remote: SocketAddr,
    /// Where its reports go.
    pub reports_to: ReportsTo,
    /// Who it is.
    pub far_end: FarEnd,
    /// Our synchronization source.
    pub ssrc: u32,
    /// Our first sequence number.
    pub first_sequence: u16,
    /// Our first timestamp.
    pub first_timestamp: u32,
    /// What to send when there is nothing to send.
    pub idle: Idle,
    /// How keys are sent.
    pub key_timing: KeyTiming,
    /// Whether keys are looked for in the sound.
    pub in_band_keys: InBandKeys,
    /// Randomness that spreads our reports (RFC 3550 §6.3.1) and names us in them.
    pub chance: u64,
}

/// What an idle leg sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Idle {
    /// Frames of silence.
    #[default]
    Silence,
    /// No packets.
    Nothing,
}

/// Which way media flows, as `a=sendrecv` and its relatives say, seen from this side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// `sendrecv`.
    #[default]
    Both,
    /// `sendonly`.
    SendOnly,
    /// `recvonly`.
    ReceiveOnly,
    /// `inactive`.
    Inactive,
}

impl Direction {
    pub(super) fn sends(self) -> bool {
        matches!(self, Direction::Both | Direction::SendOnly)
    }

    pub(super) fn receives(self) -> bool {
        matches!(self, Direction::Both | Direction::ReceiveOnly)
    }
}
