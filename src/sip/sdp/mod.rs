//! Session descriptions for audio: what we say, what we read, what both agree on (RFC 8866, RFC 3264).
//!
//! `sdp-types` reads and writes the text; offer and answer are here. One audio stream over RTP, plain or with keys beside it
//! (SDES, RFC 4568), with G.711, G.722, Opus (RFC 7587) and telephone-event (RFC 4733); every other section of an offer is answered with port 0 (RFC 3264 §6). A connection
//! address is a unicast IP literal or it is refused: a group or broadcast address would make us a weapon, and a name must have
//! been looked up before (`named`). DTLS, ICE and video are not done.

mod answer;
mod crypto;
mod named;
mod opus;
mod read;
mod write;

pub use crypto::{Agreed, CryptoSuite, Keying, Protection};
pub use named::{Named, names, with_addresses};
pub use opus::OpusParameters;
pub use read::Offer;

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use thiserror::Error;

use crate::sip::Status;

/// The payload type that our offers give telephone-event; the number most telephones use.
pub(crate) const TELEPHONE_EVENT_TYPE: u8 = 101;
/// The same on the clock of Opus (RFC 4733 §2.1); the number that browsers use.
const OPUS_EVENT_TYPE: u8 = 110;
/// The payload type that our offers give Opus, as browsers do.
const OPUS_TYPE: u8 = 111;
/// The clock of what comes from telephones, in hertz.
const NARROW_HZ: u32 = 8000;
/// The clock of Opus, in hertz.
const OPUS_HZ: u32 = 48_000;

/// A codec that we can send and receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// G.711 µ-law, payload type 0 (RFC 3551 §4.5.14).
    Pcmu,
    /// G.711 A-law, payload type 8.
    Pcma,
    /// G.722, payload type 9; its clock is written as 8000 (RFC 3551 §4.5.2).
    G722,
    /// Opus, whose payload type is agreed on (RFC 7587).
    Opus,
}

impl Codec {
    /// The payload type that RFC 3551 Table 4 gives it, or for Opus, our offers.
    pub fn payload_type(self) -> u8 {
        match self {
            Codec::Pcmu => 0,
            Codec::Pcma => 8,
            Codec::G722 => 9,
            Codec::Opus => OPUS_TYPE,
        }
    }

    /// Its name in `rtpmap`.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Pcmu => "PCMU",
            Codec::Pcma => "PCMA",
            Codec::G722 => "G722",
            Codec::Opus => "opus",
        }
    }

    /// Its clock, in hertz.
    pub fn clock_hz(self) -> u32 {
        match self {
            Codec::Pcmu | Codec::Pcma | Codec::G722 => NARROW_HZ,
            Codec::Opus => OPUS_HZ,
        }
    }

    /// What `rtpmap` says of it; Opus has two channels there whatever it sends (RFC 7587 §7).
    pub(super) fn encoding(self) -> String {
        let channels = if self == Codec::Opus { "/2" } else { "" };
        format!("{}/{}{channels}", self.name(), self.clock_hz())
    }
}

/// Which way the media flows, as the one who says it sees it (RFC 3264 §5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Both ways.
    #[default]
    SendRecv,
    /// From here to there: the far end is on hold.
    SendOnly,
    /// From there to here: we are on hold.
    RecvOnly,
    /// Neither way.
    Inactive,
}

impl Direction {
    /// Its name as an attribute.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::SendRecv => "sendrecv",
            Direction::SendOnly => "sendonly",
            Direction::RecvOnly => "recvonly",
            Direction::Inactive => "inactive",
        }
    }

    /// Whether the one who says it sends.
    pub fn sends(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::SendOnly)
    }

    /// Whether the one who says it receives.
    pub fn receives(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::RecvOnly)
    }

    fn of(sends: bool, receives: bool) -> Direction {
        match (sends, receives) {
            (true, true) => Direction::SendRecv,
            (true, false) => Direction::SendOnly,
            (false, true) => Direction::RecvOnly,
            (false, false) => Direction::Inactive,
        }
    }

    /// What we may do when the far end said `theirs` and we would like this.
    fn against(self, theirs: Direction) -> Direction {
        Direction::of(self.sends() && theirs.receives(), self.receives() && theirs.sends())
    }
}

/// Our side of the media, before the far end has had its say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// Where we receive RTP.
    pub rtp: SocketAddr,
    /// The codecs we take, the best first.
    pub codecs: Vec<Codec>,
    /// Whether keys may come as telephone-event.
    pub telephone_event: bool,
    /// Whether reports may share the port of RTP.
    pub rtcp_mux: bool,
    /// The length of the packets we want, in milliseconds.
    pub ptime_ms: u16,
    /// What we would like to do.
    pub direction: Direction,
    /// Whether the media is encrypted.
    pub protection: Protection,
    /// Our keys, one for each suite that we take, the best first; without them nothing is encrypted.
    pub keyings: Vec<Keying>,
}

impl Local {
    /// Audio both ways in 20 ms packets, A-law before µ-law, with telephone-event and reports on the same port, not encrypted.
    pub fn new(rtp: SocketAddr) -> Local {
        Local {
            rtp,
            codecs: vec![Codec::Pcma, Codec::Pcmu],
            telephone_event: true,
            rtcp_mux: true,
            ptime_ms: 20,
            direction: Direction::SendRecv,
            protection: Protection::Never,
            keyings: Vec::new(),
        }
    }
}

/// Where reports (RTCP) go, and come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rtcp {
    /// The port behind that of RTP (RFC 3550 §11).
    #[default]
    Beside,
    /// Where the far end says (`a=rtcp`, RFC 3605).
    At(SocketAddr),
    /// The port of RTP (`a=rtcp-mux`, RFC 5761).
    Muxed,
}

/// What both sides agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Where the far end receives RTP.
    pub remote: SocketAddr,
    /// Where it receives reports.
    pub rtcp: Rtcp,
    /// The codec in both directions.
    pub codec: Codec,
    /// Its payload type in what we send.
    pub payload_type: u8,
    /// Its payload type in what we receive.
    pub receive_type: u8,
    /// What the far end asks of us where the codec is Opus.
    pub opus: OpusParameters,
    /// The payload types of telephone-event; `None` if keys do not come that way.
    pub telephone_event: Option<TelephoneEvent>,
    /// The packet length the far end asked for, in milliseconds, 10 to 60; ours if it did not say.
    pub ptime_ms: u16,
    /// What we may do.
    pub direction: Direction,
    /// The keys of both sides, where it is encrypted.
    pub crypto: Option<Agreed>,
}

/// The payload types of telephone-event; the two ends may number it differently (RFC 3264 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TelephoneEvent {
    /// In what we send.
    pub send: u8,
    /// In what we receive.
    pub receive: u8,
    /// The clock in which lengths are counted, in hertz: the codec's, or 8000 where the far end has no other.
    pub clock_hz: u32,
}

/// Identity of our description within the `o=` line: the version grows with each change (RFC 3264 §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Chosen once a call.
    pub id: u64,
    /// Grows by one with each new description.
    pub version: u64,
}

/// Why a description cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SdpError {
    /// Larger than [`MAX_SDP_BYTES`](crate::sip::limits::MAX_SDP_BYTES), or with too many sections.
    #[error("session description is too large")]
    TooLarge,
    /// The text is no session description.
    #[error("session description is malformed")]
    Malformed,
    /// There is no audio in it that we may take: none over RTP, none encrypted where it must be, or none that is not.
    #[error("session description has no audio that may be taken")]
    NoAudio,
    /// The address of the audio is no unicast IP address.
    #[error("media address is no unicast address")]
    Address,
    /// There is no codec that both sides have.
    #[error("no common codec")]
    NoCommonCodec,
}

impl SdpError {
    /// How a request with such an offer is answered.
    pub fn status(self) -> Status {
        match self {
            SdpError::TooLarge | SdpError::Malformed => Status::BAD_REQUEST,
            SdpError::NoAudio | SdpError::Address | SdpError::NoCommonCodec => Status::NOT_ACCEPTABLE_HERE,
        }
    }

    /// What is told beside the status, as the value of Warning (RFC 3261 §20.43).
    pub(crate) fn warning(self) -> String {
        let code = match self {
            SdpError::Address => 301,
            SdpError::NoAudio => 304,
            SdpError::NoCommonCodec => 305,
            SdpError::TooLarge | SdpError::Malformed => 399,
        };
        format!("{code} callwright \"{self}\"")
    }
}

#[cfg(test)]
mod tests;
