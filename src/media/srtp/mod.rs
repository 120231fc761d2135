//! SRTP and SRTCP with keys that the session description brings (RFC 3711, RFC 7714; the keys by RFC 4568).
//!
//! A packet is protected and opened where it stands: nothing is allocated, and a packet that is not authentic changes nothing, neither
//! a counter nor the window against replays.
//!
//! | file | job |
//! |---|---|
//! | `suite` | which ciphers there are, and the master keys that go with them |
//! | `derive` | session keys out of a master key |
//! | `cipher` | AES-CM with HMAC-SHA1, and AES-GCM, over one packet |
//! | `window` | which packets have been there |
//!
//! Left out: MKIs, other key derivation rates than none, unencrypted or unauthenticated variants, and a change of the key
//! within a stream (a new description brings a new context).

mod cipher;
mod derive;
mod suite;
mod window;

pub use suite::{MasterKey, Suite};

use cipher::{Cipher, Stream};
use window::Window;

/// Octets that a protected packet has at most beyond its plain ones: a tag of 16 and SRTCP's index.
pub const OVERHEAD: usize = 20;

/// Sources whose streams are followed with one key; a far end that changes its source more often begins anew with each.
const SOURCES: usize = 4;
/// The flag in front of SRTCP's index: it is encrypted.
const ENCRYPTED: u32 = 0x8000_0000;
const RTP_HEADER: usize = 12;
const RTCP_HEADER: usize = 8;

/// Protects what is sent.
#[derive(Clone)]
pub struct Protector {
    rtp: Cipher,
    rtcp: Cipher,
    rollover: u32,
    last_sequence: Option<u16>,
    /// How many reports were sent; SRTCP's index.
    reports: u32,
}

/// Opens what is received.
#[derive(Clone)]
pub struct Opener {
    rtp: Cipher,
    rtcp: Cipher,
    sources: [Option<Source>; SOURCES],
    /// The place for the next new source.
    next: usize,
}

/// What is known of one source.
#[derive(Clone, Debug)]
struct Source {
    ssrc: u32,
    rtp: Window,
    rtcp: Window,
}

impl Protector {
    /// With a master key, which a description of ours named.
    pub fn new(key: &MasterKey) -> Protector {
        let (rtp, rtcp) = (Cipher::new(key, Stream::Rtp), Cipher::new(key, Stream::Rtcp));
        Protector { rtp, rtcp, rollover: 0, last_sequence: None, reports: 0 }
    }

    /// Protects an RTP packet of ours, with its header of twelve octets. False if it is none, or if its key is used up.
    #[must_use]
    pub fn protect(&mut self, packet: &mut Vec<u8>) -> bool {
        let Some((ssrc, sequence)) = rtp_place(packet) else { return false };
        if self.last_sequence.is_some_and(|last| sequence < last) {
            // RFC 3711 §9.2: 2^48 packets are the end of a key.
            let Some(next) = self.rollover.checked_add(1) else { return false };
            self.rollover = next;
        }
        self.last_sequence = Some(sequence);
        let index = u64::from(self.rollover) << 16 | u64::from(sequence);
        self.rtp.seal(ssrc, index, RTP_HEADER, packet);
        true
    }

    /// Protects a compound of reports. False if it is none, or if its key is used up.
    #[must_use]
    pub fn protect_rtcp(&mut self, packet: &mut Vec<u8>) -> bool {
        let Some(ssrc) = rtcp_source(packet).filter(|_| self.reports < ENCRYPTED) else { return false };
        let index = self.reports;
        self.reports += 1;
        self.rtcp.seal_rtcp(ssrc, ENCRYPTED | index, RTCP_HEADER, packet);
        true
    }
}

impl Opener {
    /// With a master key, which the far end's description named.
    pub fn new(key: &MasterKey) -> Opener {
        let (rtp, rtcp) = (Cipher::new(key, Stream::Rtp), Cipher::new(key, Stream::Rtcp));
        Opener { rtp, rtcp, sources: [const { None }; SOURCES], next: 0 }
    }

    /// Opens an RTP packet where it stands; the length of the plain one. Nothing if it is not authentic, or was there before.
    pub fn open(&mut self, packet: &mut [u8]) -> Option<usize> {
        let (ssrc, sequence) = rtp_place(packet)?;
        let header = header_octets(packet)?;
        let window = self.source(ssrc).map(|source| source.rtp.clone()).unwrap_or_default();
        let index = window.index_of(sequence);
        if !window.is_new(index) {
            return None;
        }
        let length = self.rtp.open(ssrc, index, header, packet)?;
        self.known(ssrc).rtp.take(index);
        Some(length)
    }

    /// Opens a compound of reports where it stands; the length of the plain one.
    pub fn open_rtcp(&mut self, packet: &mut [u8]) -> Option<usize> {
        let ssrc = rtcp_source(packet)?;
        let word = self.rtcp.rtcp_index(packet)?;
        let index = u64::from(word & !ENCRYPTED);
        let window = self.source(ssrc).map(|source| source.rtcp.clone()).unwrap_or_default();
        if word & ENCRYPTED == 0 || !window.is_new(index) {
            return None;
        }
        let length = self.rtcp.open_rtcp(ssrc, word, RTCP_HEADER, packet)?;
        self.known(ssrc).rtcp.take(index);
        Some(length)
    }

    fn source(&self, ssrc: u32) -> Option<&Source> {
        self.sources.iter().flatten().find(|source| source.ssrc == ssrc)
    }

    /// The state of a source that has proved to have the key.
    fn known(&mut self, ssrc: u32) -> &mut Source {
        let place =
            self.sources.iter().position(|known| known.as_ref().is_some_and(|known| known.ssrc == ssrc));
        let place = place.unwrap_or_else(|| {
            let place = self.next;
            self.sources[place] = None;
            self.next = (place + 1) % SOURCES;
            place
        });
        let fresh = || Source { ssrc, rtp: Window::default(), rtcp: Window::default() };
        self.sources[place].get_or_insert_with(fresh)
    }
}

/// The source and the sequence number of an RTP packet.
fn rtp_place(packet: &[u8]) -> Option<(u32, u16)> {
    let [first, _, s0, s1, _, _, _, _, c0, c1, c2, c3] = *packet.first_chunk::<RTP_HEADER>()?;
    let is_rtp = first >> 6 == 2;
    is_rtp.then(|| (u32::from_be_bytes([c0, c1, c2, c3]), u16::from_be_bytes([s0, s1])))
}

/// The octets in front of an RTP packet's payload: they are authenticated and not encrypted.
fn header_octets(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    let fixed = RTP_HEADER + usize::from(first & 0x0f) * 4;
    if first & 0x10 == 0 {
        return Some(fixed);
    }
    let [_, _, high, low] = *packet.get(fixed..)?.first_chunk::<4>()?;
    Some(fixed + 4 + usize::from(u16::from_be_bytes([high, low])) * 4)
}

fn rtcp_source(packet: &[u8]) -> Option<u32> {
    let [first, _, _, _, c0, c1, c2, c3] = *packet.first_chunk::<RTCP_HEADER>()?;
    (first >> 6 == 2).then(|| u32::from_be_bytes([c0, c1, c2, c3]))
}

/// Prints nothing of a key.
impl std::fmt::Debug for Protector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Protector").field("rollover", &self.rollover).finish_non_exhaustive()
    }
}

/// Prints nothing of a key.
impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opener").field("sources", &self.sources).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
