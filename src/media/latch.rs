//! Whose packets count: symmetric RTP and one synchronization source.
//!
//! Anybody who knows the port can send to it (RTP bleed, injected keys). So a leg latches onto one address, and
//! within it onto one SSRC; everything else is counted and dropped, and never moves where we send.
//!
//! The address that SDP named wins at once. Behind a NAT it is wrong, so another source on the host that was named, or on
//! the one that signals, is taken instead once it has sent three packets in a row without the named one. Packets of others
//! count only where somebody known names an address that is reached from its own network alone. After that nothing but [`Latch::retarget`] changes it.

use crate::time::{DurationMs, Millis};
use std::net::{IpAddr, SocketAddr};

/// Packets in a row from an address other than the expected one before it is believed.
const PROBATION: u8 = 3;

/// A new SSRC from the same address counts when the old one has been silent for five frames. An injected stream
/// runs beside the true one, whose packets never pause that long while it lives.
const SSRC_SILENCE: DurationMs = DurationMs(100);

/// Who the far end is, by its signalling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FarEnd {
    /// Somebody known, as a trunk, whose media may be on another host than its signalling.
    Known(IpAddr),
    /// Anybody. Where its description names another host than it signals from, nothing is sent there until something has
    /// come: whoever it names may not know of it.
    Stranger(IpAddr),
}

impl FarEnd {
    fn host(self) -> IpAddr {
        match self {
            FarEnd::Known(host) | FarEnd::Stranger(host) => host.to_canonical(),
        }
    }
}

/// An address that is only reached from its own network (RFC 1918, RFC 6598, RFC 4193).
fn is_private(host: IpAddr) -> bool {
    match host {
        IpAddr::V4(host) => host.is_private() || matches!(host.octets(), [100, 64..=127, ..]),
        IpAddr::V6(host) => host.is_unique_local(),
    }
}

/// Latches onto the address of the far end.
///
/// Whoever signals from elsewhere and names the loopback means its own, and it would be ours: nothing is sent there until
/// something has come from there, as from a media relay beside us.
#[derive(Clone, Debug)]
pub struct Latch {
    far_end: FarEnd,
    /// As the session description has it.
    expected: SocketAddr,
    remote: SocketAddr,
    latched: bool,
    candidate: Option<(SocketAddr, u8)>,
    ignored: u64,
}

impl Latch {
    /// A latch that expects the address of the session description.
    pub fn new(expected: SocketAddr, far_end: FarEnd) -> Latch {
        Latch { far_end, expected, remote: expected, latched: false, candidate: None, ignored: 0 }
    }

    /// Whether a valid RTP packet from this address counts. Malformed packets must not be asked about.
    #[must_use]
    pub fn accept(&mut self, from: SocketAddr) -> bool {
        let accepted = match (self.latched, from == self.remote) {
            (_, true) => true,
            (true, false) => false,
            (false, false) => self.may_be(from.ip()) && self.is_proven(from),
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

    /// Whether the far end may be on this host. Behind somebody known, as a proxy, a telephone may name an address of its own
    /// network, which says nothing.
    fn may_be(&self, host: IpAddr) -> bool {
        let (host, named) = (host.to_canonical(), self.expected.ip().to_canonical());
        let says_nothing = || match self.far_end {
            FarEnd::Known(_) => is_private(named) && !is_private(self.far_end.host()),
            FarEnd::Stranger(_) => false,
        };
        host == self.far_end.host() || host == named || says_nothing()
    }

    fn is_proven(&mut self, from: SocketAddr) -> bool {
        let seen = match self.candidate {
            Some((address, seen)) if address == from => seen + 1,
            Some(_) | None => 1,
        };
        self.candidate = Some((from, seen));
        seen >= PROBATION
    }

    /// The latched address, or the expected one until then.
    pub fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// Where to send; nowhere as long as that might be somebody who has nothing to do with it.
    pub fn target(&self) -> Option<SocketAddr> {
        (self.latched || self.is_believed(self.expected.ip().to_canonical())).then_some(self.remote)
    }

    /// Whether an address that the far end names beside that of its sound is believed. Nobody but somebody known may name another
    /// host than its own; and where the sound comes from elsewhere than it said, what else it says is as wrong.
    pub fn may_name(&self, address: SocketAddr) -> bool {
        let host = address.ip().to_canonical();
        let is_its_own =
            host == self.far_end.host() || self.latched && host == self.remote.ip().to_canonical();
        self.remote == self.expected && (is_its_own || self.is_believed(host))
    }

    /// Whether the far end may have us send to this host before anything came from there.
    fn is_believed(&self, host: IpAddr) -> bool {
        let signals = self.far_end.host();
        match self.far_end {
            FarEnd::Known(_) => signals.is_loopback() || !host.is_loopback(),
            FarEnd::Stranger(_) => signals == host,
        }
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
            *self = Latch { ignored: self.ignored, ..Latch::new(expected, self.far_end) };
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

    const FAR: FarEnd = FarEnd::Stranger(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));

    #[test]
    fn the_expected_address_is_latched_at_once_and_for_good() {
        let mut latch = Latch::new(at(4000), FAR);
        assert!(latch.accept(at(4000)));
        assert!((0..100).all(|_| !latch.accept(at(5000))));
        assert_eq!((latch.remote(), latch.ignored()), (at(4000), 100));
    }

    #[test]
    fn behind_a_nat_the_first_consistent_address_is_latched() {
        let mut latch = Latch::new(at(4000), FAR);
        assert_eq!([0; 4].map(|_| latch.accept(at(5000))), [false, false, true, true]);
        assert!(!latch.accept(at(4000)));
        assert_eq!(latch.remote(), at(5000));
    }

    #[test]
    fn scattered_strangers_never_become_the_remote() {
        let mut latch = Latch::new(at(4000), FAR);
        assert!((5000..6000).all(|port| !latch.accept(at(port))));
        assert_eq!((latch.remote(), latch.is_latched()), (at(4000), false));
    }

    #[test]
    fn whoever_is_on_another_host_never_becomes_the_remote() {
        let elsewhere = SocketAddr::from(([198, 51, 100, 7], 4000));
        for far_end in [FAR, FarEnd::Known(at(0).ip())] {
            let mut latch = Latch::new(at(4000), far_end);
            assert!((0..100).all(|_| !latch.accept(elsewhere)));
            assert!(latch.accept(at(4000)));
            assert_eq!(latch.remote(), at(4000));
        }
    }

    #[test]
    fn a_telephone_behind_a_known_proxy_may_name_its_own_network() {
        let named = SocketAddr::from(([10, 0, 0, 7], 4000));
        let there = SocketAddr::from(([198, 51, 100, 7], 6000));
        let taken = |far_end| {
            let mut latch = Latch::new(named, far_end);
            (0..3).filter(|_| latch.accept(there)).count()
        };
        assert_eq!(taken(FarEnd::Known(at(0).ip())), 1);
        assert_eq!(taken(FAR), 0);
        // In one network, all addresses are reached.
        assert_eq!(taken(FarEnd::Known(IpAddr::from([10, 0, 0, 8]))), 0);
    }

    #[test]
    fn a_host_that_a_stranger_names_gets_nothing_until_something_came_from_there() {
        let named = SocketAddr::from(([198, 51, 100, 7], 4000));
        let mut latch = Latch::new(named, FAR);
        assert_eq!(latch.target(), None);
        assert!(latch.accept(named));
        assert_eq!(latch.target(), Some(named));
        // Behind a NAT the name is wrong, and media comes from where the signalling came from.
        let mut latch = Latch::new(named, FAR);
        assert_eq!([0; 3].map(|_| latch.accept(at(6000))), [false, false, true]);
        assert_eq!(latch.target(), Some(at(6000)));
        assert_eq!(Latch::new(named, FarEnd::Known(at(0).ip())).target(), Some(named));
        assert_eq!(Latch::new(at(4000), FAR).target(), Some(at(4000)));
    }

    #[test]
    fn the_loopback_of_somebody_elsewhere_is_not_ours() {
        let (sound, reports) = ([4000, 5060].map(|port| SocketAddr::from(([127, 0, 0, 1], port)))).into();
        let known = FarEnd::Known(at(0).ip());
        let mut latch = Latch::new(sound, known);
        assert_eq!((latch.target(), latch.may_name(sound)), (None, false));
        assert!(!Latch::new(at(4000), known).may_name(reports));
        let mapped: SocketAddr = SocketAddr::from(([0, 0, 0, 0, 0, 0xffff, 0x7f00, 1], 4000));
        assert_eq!(Latch::new(mapped, known).target(), None);
        // A media relay beside us is where its packets come from; whoever signals over the loopback is here.
        assert!(latch.accept(sound) && latch.target() == Some(sound));
        assert_eq!(Latch::new(sound, FarEnd::Known(sound.ip())).target(), Some(sound));
    }

    #[test]
    fn only_somebody_known_names_another_host_and_nobody_whose_sound_comes_from_elsewhere_names_any() {
        let elsewhere = SocketAddr::from(([198, 51, 100, 7], 4001));
        let known = FarEnd::Known(at(0).ip());
        let believed = |latch: &Latch, address| latch.may_name(address);
        assert!(believed(&Latch::new(at(4000), FAR), at(4001)));
        assert!(!believed(&Latch::new(at(4000), FAR), elsewhere));
        assert!(believed(&Latch::new(at(4000), known), elsewhere));
        // A stranger's sound that is elsewhere: only once it has come from there.
        let mut latch = Latch::new(elsewhere, FAR);
        assert!(!believed(&latch, elsewhere) && latch.accept(elsewhere) && believed(&latch, elsewhere));
        let mut behind_nat = Latch::new(at(4000), known);
        assert_eq!([0; 3].map(|_| behind_nat.accept(at(6000))), [false, false, true]);
        assert!(!believed(&behind_nat, at(4001)));
    }

    #[test]
    fn a_new_description_opens_the_latch_and_the_same_one_does_not() {
        let mut latch = Latch::new(at(4000), FAR);
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
