//! Whose packets count: symmetric RTP and one synchronization source.
//!
//! Anybody who knows the port can send to it (RTP bleed, injected keys). So a leg latches onto one address, and
//! within it onto one SSRC; everything else is counted and dropped, and never moves where we send.
//!
//! The address that SDP named wins at once. Behind a NAT it is wrong, so another source that sends three packets in
//! a row without the named one is taken instead. After that nothing but [`Latch::retarget`] changes it.

use crate::time::{DurationMs, Millis};
use std::net::SocketAddr;

/// Packets in a row from an address other than the expected one before it is believed.
const PROBATION: u8 = 3;

/// A new SSRC from the same address counts when the old one has been silent for five frames. An injected stream
/// runs beside the true one, whose packets never pause that long while it lives.
const SSRC_SILENCE: DurationMs = DurationMs(100);

/// Latches onto the address of the far end.
#[derive(Clone, Debug)]
pub struct Latch {
    /// As the session description has it.
    expected: SocketAddr,
    remote: SocketAddr,
    latched: bool,
    candidate: Option<(SocketAddr, u8)>,
    ignored: u64,
}

impl Latch {
    /// A latch that expects the address of the session description.
    pub fn new(expected: SocketAddr) -> Latch {
        Latch { expected, remote: expected, latched: false, candidate: None, ignored: 0 }
    }

    /// Whether a valid RTP packet from this address counts. Malformed packets must not be asked about.
    #[must_use]
    pub fn accept(&mut self, from: SocketAddr) -> bool {
        let accepted = match (self.latched, from == self.remote) {
            (_, true) => true,
            (true, false) => false,
            (false, false) => self.is_proven(from),
        };
        if accepted {
            self.remote = from;
            self.latched = true;
            self.candidate = None;
        } else {
            self.ignored += 1;
        }
        accepted
    }

    fn is_proven(&mut self, from: SocketAddr) -> bool {
        let seen = match self.candidate {
            Some((address, seen)) if address == from => seen + 1,
            Some(_) | None => 1,
        };
        self.candidate = Some((from, seen));
        seen >= PROBATION
    }

    /// Where to send: the latched address, or the expected one until then.
    pub fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// Whether a source has been found.
    pub fn is_latched(&self) -> bool {
        self.latched
    }

    /// Packets refused so far.
    pub fn ignored(&self) -> u64 {
        self.ignored
    }

    /// Takes the address of a new description, as after a re-INVITE; returns whether the latch is open again.
    ///
    /// The same description again, as a session refresh brings it, keeps what was learned.
    pub fn retarget(&mut self, expected: SocketAddr) -> bool {
        let is_new = expected != self.expected;
        if is_new {
            *self = Latch { ignored: self.ignored, ..Latch::new(expected) };
        }
        is_new
    }
}

/// Latches onto one SSRC of the latched address.
#[derive(Clone, Debug, Default)]
pub struct SourceLatch {
    current: Option<(u32, Millis)>,
    ignored: u64,
}

/// What a packet's SSRC means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The stream goes on.
    Same,
    /// A new stream begins, with sequence numbers and timestamps of its own.
    New,
    /// A stranger.
    Ignored,
}

impl SourceLatch {
    /// The source that is listened to; none before its first packet.
    pub fn current(&self) -> Option<u32> {
        self.current.map(|(ssrc, _)| ssrc)
    }

    /// Judges the SSRC of a packet from the latched address.
    pub fn judge(&mut self, now: Millis, ssrc: u32) -> Source {
        let source = match self.current {
            None => Source::New,
            Some((current, _)) if current == ssrc => Source::Same,
            Some((_, last_heard)) if now.since(last_heard) >= SSRC_SILENCE => Source::New,
            Some(_) => Source::Ignored,
        };
        match source {
            Source::Same | Source::New => self.current = Some((ssrc, now)),
            Source::Ignored => self.ignored += 1,
        }
        source
    }

    /// Takes the next packet for a new stream.
    pub fn reopen(&mut self) {
        self.current = None;
    }

    /// Packets of strangers so far.
    pub fn ignored(&self) -> u64 {
        self.ignored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    #[test]
    fn the_expected_address_is_latched_at_once_and_for_good() {
        let mut latch = Latch::new(at(4000));
        assert!(latch.accept(at(4000)));
        assert!((0..100).all(|_| !latch.accept(at(5000))));
        assert_eq!((latch.remote(), latch.ignored()), (at(4000), 100));
    }

    #[test]
    fn behind_a_nat_the_first_consistent_address_is_latched() {
        let mut latch = Latch::new(at(4000));
        assert_eq!([0; 4].map(|_| latch.accept(at(5000))), [false, false, true, true]);
        assert!(!latch.accept(at(4000)));
        assert_eq!(latch.remote(), at(5000));
    }

    #[test]
    fn scattered_strangers_never_become_the_remote() {
        let mut latch = Latch::new(at(4000));
        assert!((5000..6000).all(|port| !latch.accept(at(port))));
        assert_eq!((latch.remote(), latch.is_latched()), (at(4000), false));
    }

    #[test]
    fn a_new_description_opens_the_latch_and_the_same_one_does_not() {
        let mut latch = Latch::new(at(4000));
        assert_eq!([0; 3].map(|_| latch.accept(at(5000))), [false, false, true]);
        assert!(!latch.retarget(at(4000)));
        assert_eq!(latch.remote(), at(5000));
        assert!(latch.retarget(at(7000)));
        assert!(!latch.accept(at(5000)));
        assert!(latch.accept(at(7000)));
    }

    #[test]
    fn an_ssrc_beside_the_first_is_ignored_and_one_after_it_is_new() {
        let mut latch = SourceLatch::default();
        let judged = [(0, 1), (10, 2), (20, 1), (110, 2), (120, 2), (130, 1)]
            .map(|(now, ssrc)| latch.judge(Millis(now), ssrc));
        use Source::*;
        assert_eq!(judged, [New, Ignored, Same, Ignored, New, Ignored]);
        assert_eq!(latch.ignored(), 3);
    }
}
