//! RTCP of one leg: when a report is due, what it says, and what the far end's says of us (RFC 3550 §6).
//!
//! Two members, so the interval is the least: 5 s, half of that before the first, each between half and one and a half of it
//! (§6.3.1; as two never flood a network, nothing is reconsidered). Times in reports count from the driver's zero and not from 1900, as §6.4.1 allows whoever has no other clock.
//!
//! ```text
//!  us ── SR, NTP 10.0 s ──► far end           round trip = arrival - 10.0 s - 0.4 s
//!     ◄── RR, LSR 10.0 s, DLSR 0.4 s ──
//! ```

use super::rtcp::{self, ReportBlock, SenderInfo};
use super::rtp::HEADER_OCTETS;
use super::statistics::{Clock, Reception};
use crate::time::{DurationMs, Millis};

/// Between two reports, on average (§6.2).
const INTERVAL_MS: u64 = 5000;
/// Octets of our canonical name.
const NAME_OCTETS: usize = 16;
/// A round trip that is longer is no measurement.
const LONGEST_TRIP: DurationMs = DurationMs::from_secs(30);

/// What the far end's last report says of what we sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FarReport {
    /// Packets of ours that it misses, in all.
    pub lost: i32,
    /// The jitter with which they arrive, in 1/8000 s.
    pub jitter: u32,
    /// From us to it and back; missing before two reports have met.
    pub round_trip: Option<DurationMs>,
}

/// Writes and reads the reports of one leg.
#[derive(Clone, Debug)]
pub struct Reporter {
    ssrc: u32,
    name: [u8; NAME_OCTETS],
    chance: u64,
    due: Option<Millis>,
    packets: u32,
    octets: u32,
    /// The far end's last sender report: the middle of its time, and when it came.
    last_report: Option<(u32, Millis)>,
    /// What had been expected and received at our last report.
    expected_before: u64,
    received_before: u64,
    far: Option<FarReport>,
}

/// What a report of ours is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    /// The timestamp of what is sent now.
    pub timestamp: u32,
    /// Whose packets are received.
    pub source: Option<u32>,
    /// The clock of the timestamps: jitter is told in its units.
    pub clock: Clock,
}

impl Reporter {
    /// A reporter whose first report is due some seconds after its first packet. `chance` spreads reports and names us.
    pub fn new(ssrc: u32, chance: u64) -> Reporter {
        let mut name = *b"0000000000000000";
        for (sign, n) in name.iter_mut().zip(0..) {
            *sign = b"0123456789abcdef"[(chance >> (4 * n) & 0xf) as usize];
        }
        Reporter {
            ssrc,
            name,
            chance: chance | 1,
            due: None,
            packets: 0,
            octets: 0,
            last_report: None,
            expected_before: 0,
            received_before: 0,
            far: None,
        }
    }

    /// A packet was sent.
    pub(super) fn sent(&mut self, packet: &[u8]) {
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(packet.len().saturating_sub(HEADER_OCTETS) as u32);
    }

    /// Writes the report that is due into `out`; false when none is.
    pub(super) fn report(
        &mut self,
        now: Millis,
        sent: Sent,
        reception: &Reception,
        out: &mut Vec<u8>,
    ) -> bool {
        let Some(due) = self.due else {
            self.due = Some(now + DurationMs(self.interval().0 / 2));
            return false;
        };
        if now < due {
            return false;
        }
        self.due = Some(now + self.interval());
        let sender = SenderInfo {
            ntp: ntp(now),
            rtp_timestamp: sent.timestamp,
            packets: self.packets,
            octets: self.octets,
        };
        let block = sent.source.map(|source| self.block(now, source, reception));
        let block = block.map(|block| ReportBlock { jitter: sent.clock.units(block.jitter), ..block });
        let name = std::str::from_utf8(&self.name).unwrap_or_default();
        out.clear();
        rtcp::write_report(self.ssrc, name, (self.packets > 0).then_some(sender), block, out);
        true
    }

    fn block(&mut self, now: Millis, source: u32, reception: &Reception) -> ReportBlock {
        let received = reception.total();
        let expected = received.saturating_add_signed(reception.lost());
        let of = expected.saturating_sub(self.expected_before);
        let missing = of.saturating_sub(received.saturating_sub(self.received_before));
        (self.expected_before, self.received_before) = (expected, received);
        let last_report = self.last_report.map_or((0, 0), |(middle, at)| (middle, units(now.since(at))));
        ReportBlock {
            ssrc: source,
            fraction_lost: (missing * 256).checked_div(of).unwrap_or(0).min(255) as u8,
            lost: reception.lost().clamp(-0x80_0000, 0x7f_ffff) as i32,
            highest_sequence: reception.highest_sequence(),
            jitter: reception.jitter(),
            last_report,
        }
    }

    /// Takes a well-formed compound of the far end, whose jitter is in units of this clock.
    pub(super) fn heard(&mut self, now: Millis, datagram: &[u8], clock: Clock) {
        for report in rtcp::reports(datagram) {
            if let Some(sender) = report.sender {
                self.last_report = Some(((sender.ntp >> 16) as u32, now));
            }
            let about_us = report.blocks().find(|block| block.ssrc == self.ssrc);
            if let Some(block) = about_us {
                let before = self.far.and_then(|far| far.round_trip);
                let round_trip = round_trip(now, block.last_report).or(before);
                let jitter = block.jitter / clock.0;
                self.far = Some(FarReport { lost: block.lost, jitter, round_trip });
            }
        }
    }

    /// What the far end said last.
    pub fn far(&self) -> Option<FarReport> {
        self.far
    }

    /// §6.3.1: between 0.5 and 1.5 times the interval.
    fn interval(&mut self) -> DurationMs {
        // Marsaglia's xorshift: these numbers spread reports and protect nothing.
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        DurationMs(INTERVAL_MS / 2 + self.chance % INTERVAL_MS)
    }
}

/// §6.4.1: half a round trip is what nobody's clock needs to know.
fn round_trip(now: Millis, (report, delay): (u32, u32)) -> Option<DurationMs> {
    if report == 0 {
        return None;
    }
    let trip = ((ntp(now) >> 16) as u32).wrapping_sub(report).wrapping_sub(delay);
    let length = DurationMs(u64::from(trip) * 1000 / 65_536);
    (length <= LONGEST_TRIP).then_some(length)
}

/// Seconds in the high half, beginning with one: zero would mean that there was no report.
fn ntp(now: Millis) -> u64 {
    ((now.0 + 1000) << 32) / 1000
}

/// In 1/65536 s.
fn units(length: DurationMs) -> u32 {
    u32::try_from(length.0 * 65_536 / 1000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Sent = Sent { timestamp: 1, source: Some(7), clock: Clock::NARROW };

    fn reports(reporter: &mut Reporter, until_ms: u64) -> Vec<u64> {
        let (mut out, reception) = (Vec::new(), Reception::default());
        let due = |ms: &u64| reporter.report(Millis(*ms), SENT, &reception, &mut out);
        (0..until_ms).step_by(20).filter(due).collect()
    }

    #[test]
    fn reports_come_every_five_seconds_on_average_and_never_in_step() {
        let mut reporter = Reporter::new(1, 0x1234_5678_9abc_def0);
        let times = reports(&mut reporter, 600_000);
        let gaps: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!((1240..=3780).contains(&times[0]), "{}", times[0]);
        assert!(gaps.iter().all(|gap| (2500..=7520).contains(gap)), "{gaps:?}");
        assert!((100..=145).contains(&times.len()), "{}", times.len());
    }

    #[test]
    fn a_report_tells_what_is_missing_since_the_last_one() {
        let mut reporter = Reporter::new(1, 3);
        let mut reception = Reception::default();
        (0..100).filter(|n| n % 4 != 0 || *n == 0).for_each(|n| reception.count(n));
        let block = reporter.block(Millis(0), 7, &reception);
        assert_eq!((block.lost, block.fraction_lost), (24, (24 * 256 / 100) as u8));
        (100..200).for_each(|n| reception.count(n));
        let block = reporter.block(Millis(0), 7, &reception);
        assert_eq!((block.lost, block.fraction_lost, block.highest_sequence), (24, 0, 199));
    }

    #[test]
    fn two_reports_that_meet_measure_the_way_and_back() {
        let (mut ours, mut theirs) = (Reporter::new(1, 3), Reporter::new(7, 5));
        let mut out = Vec::new();
        ours.sent(&[0; 172]);
        ours.due = Some(Millis(0));
        assert!(ours.report(Millis(10_000), SENT, &Reception::default(), &mut out));
        theirs.heard(Millis(500), &out, Clock::NARROW);
        theirs.due = Some(Millis(0));
        let back = Sent { source: Some(1), ..SENT };
        assert!(theirs.report(Millis(900), back, &Reception::default(), &mut out));
        ours.heard(Millis(10_480), &out, Clock::NARROW);
        let trip = ours.far().and_then(|far| far.round_trip).map(|trip| trip.0);
        assert!(trip.is_some_and(|ms| (79..=81).contains(&ms)), "{trip:?}");
    }

    #[test]
    fn a_report_about_somebody_else_or_from_another_time_is_none() {
        let mut ours = Reporter::new(1, 3);
        let block = ReportBlock {
            ssrc: 9,
            fraction_lost: 0,
            lost: 5,
            highest_sequence: 1,
            jitter: 2,
            last_report: (1, 0),
        };
        let mut out = Vec::new();
        rtcp::write_report(7, "x", None, Some(block), &mut out);
        ours.heard(Millis(1_000_000), &out, Clock::NARROW);
        assert_eq!(ours.far(), None);
        out.clear();
        rtcp::write_report(7, "x", None, Some(ReportBlock { ssrc: 1, ..block }), &mut out);
        ours.heard(Millis(1_000_000), &out, Clock::NARROW);
        assert_eq!(ours.far(), Some(FarReport { lost: 5, jitter: 2, round_trip: None }));
    }
}
