//! The reports of a leg: where they come from and go to (RFC 3550 §6, §11, RFC 3605, RFC 5761).

use super::{Leg, ReportsTo};
use crate::media::quality::Quality;
use crate::media::reporter::Sent;
use crate::media::rtcp;
use crate::time::Millis;
use std::net::SocketAddr;

impl Leg {
    /// Takes a datagram that came to the RTCP port.
    pub fn receive_rtcp(&mut self, now: Millis, packet: &[u8], from: SocketAddr) {
        self.count_rtcp(now, packet, from);
    }

    /// A muted far end may tell of its life by RTCP alone. Reports of anybody else's host are nobody's.
    pub(super) fn count_rtcp(&mut self, now: Millis, packet: &[u8], from: SocketAddr) {
        match rtcp::check(packet) {
            Ok(_) => {
                self.counts.rtcp += 1;
                if self.may_report(from) {
                    self.silent_since = self.silent_since.map(|_| now);
                    self.reports_from = Some(from);
                    self.reporter.heard(now, packet, self.formats.clock());
                }
            }
            Err(_) => self.counts.malformed += 1,
        }
    }

    /// Whether reports may come from there: from where the far end says, or from the host that its sound comes from; there from the
    /// port of RTP, the one behind it, or the one that they came from first.
    fn may_report(&self, from: SocketAddr) -> bool {
        let remote = self.latch.remote();
        let is_usual = from.port() == remote.port() || Some(from.port()) == remote.port().checked_add(1);
        let is_first = self.reports_from.is_none_or(|known| known == from);
        self.named() == Some(from) || from.ip() == remote.ip() && (is_usual || is_first)
    }

    /// Where the far end says that its reports are, if that is believed.
    fn named(&self) -> Option<SocketAddr> {
        match self.reports_to {
            ReportsTo::Named(address) => Some(address).filter(|address| self.latch.may_name(*address)),
            ReportsTo::Beside | ReportsTo::Muxed => None,
        }
    }

    /// Whether reports go from the port of RTP.
    pub fn is_muxed(&self) -> bool {
        self.reports_to == ReportsTo::Muxed
    }

    /// Writes the report that is due into `out` and says where it goes; nothing when none is due.
    pub fn report(&mut self, now: Millis, out: &mut Vec<u8>) -> Option<SocketAddr> {
        let sent =
            Sent { timestamp: self.timestamp, source: self.source.current(), clock: self.formats.clock() };
        let is_due = self.reporter.report(now, sent, &self.reception, out);
        let remote = self.latch.target()?;
        if self.is_muxed() {
            return Some(remote).filter(|_| is_due);
        }
        // RFC 3550 §11: the port behind that of RTP, unless it is said or known from where the far end's come.
        let beside = remote.port().checked_add(1).map(|port| SocketAddr::new(remote.ip(), port));
        self.named().or(self.reports_from).or(beside).filter(|_| is_due)
    }

    /// How well the far end is heard, and what it says of us.
    pub fn quality(&self) -> Quality {
        Quality::of(&self.statistics(), self.reporter.far())
    }
}
