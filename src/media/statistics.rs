//! How well a stream arrives: loss and jitter as RFC 3550 appendix A counts them.

use super::SAMPLES_PER_MS;
use super::rtp::RtpHeader;
use crate::time::Millis;

/// Appendix A.1: a gap this wide is still a gap and not a restart.
const MAX_DROPOUT: u16 = 3000;

/// Appendix A.1: a packet this late is still late and not a restart.
const MAX_MISORDER: u16 = 100;

/// The clock of a stream's timestamps: its units in 1/8000 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock(pub(crate) u32);

impl Clock {
    /// 8 kHz.
    pub(crate) const NARROW: Clock = Clock(1);

    /// Units of a stretch that is given in 1/8000 s.
    pub(crate) fn units(self, octets: u32) -> u32 {
        octets.wrapping_mul(self.0)
    }
}

/// What has arrived on a leg so far and what was made of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Packets of the latched source, duplicates and stragglers included.
    pub received: u64,
    /// Packets expected and not there; negative when duplicates outnumber losses.
    pub lost: i64,
    /// Interarrival jitter of audio in 1/8000 s, RFC 3550 §A.8.
    pub jitter: u32,
    /// Packets sent.
    pub sent: u64,
    /// Packets of other addresses or sources.
    pub ignored: u64,
    /// Datagrams that are not RTP, or not of a payload type in use.
    pub malformed: u64,
    /// RTCP datagrams on the RTP port.
    pub rtcp: u64,
    /// Extended highest sequence number, for a receiver report.
    pub highest_sequence: u32,
}

/// Follows the sequence numbers and arrival times of one source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reception {
    /// The sequence number of the first packet, once there was one.
    base: Option<u16>,
    highest: u16,
    cycles: u32,
    received: u64,
    /// Lost by this source's predecessors.
    lost_before: i64,
    received_before: u64,
    /// Sixteen times the jitter.
    jitter: u32,
    last_transit: Option<u32>,
    /// The packet that would prove a restart.
    restart: Option<u16>,
}

impl Reception {
    /// Begins to follow another source, keeping the totals.
    pub(crate) fn begin(&mut self) {
        *self = Reception {
            lost_before: self.lost(),
            received_before: self.total(),
            jitter: self.jitter,
            ..Reception::default()
        };
    }

    /// Counts a packet of the source.
    pub(crate) fn count(&mut self, sequence: u16) {
        if self.base.is_none() {
            self.base = Some(sequence);
            self.highest = sequence;
        }
        self.received += 1;
        let ahead = sequence.wrapping_sub(self.highest);
        if ahead < MAX_DROPOUT {
            if sequence < self.highest {
                self.cycles = self.cycles.wrapping_add(1);
            }
            self.highest = sequence;
            self.restart = None;
        } else if ahead <= 0u16.wrapping_sub(MAX_MISORDER) {
            self.jumped(sequence);
        }
    }

    /// A very large jump is a restart if the next packet follows on it.
    fn jumped(&mut self, sequence: u16) {
        if self.restart == Some(sequence) {
            // Both packets belong to the new count.
            self.received = self.received.saturating_sub(2);
            self.begin();
            self.count(sequence.wrapping_sub(1));
            self.count(sequence);
        } else {
            self.restart = Some(sequence.wrapping_add(1));
        }
    }

    /// Takes the arrival time of an audio packet into the jitter.
    pub(crate) fn arrived(&mut self, now: Millis, header: &RtpHeader, clock: Clock) {
        let arrival = now.0.wrapping_mul(SAMPLES_PER_MS as u64 * u64::from(clock.0)) as u32;
        let transit = arrival.wrapping_sub(header.timestamp);
        if let Some(last) = self.last_transit.replace(transit) {
            // A jump of a second or more is a new clock and no jitter.
            let difference = (transit.wrapping_sub(last) as i32).unsigned_abs() / clock.0;
            if difference < 8000 {
                self.jitter = self.jitter + difference - (self.jitter + 8) / 16;
            }
        }
    }

    pub(crate) fn total(&self) -> u64 {
        self.received_before + self.received
    }

    pub(crate) fn lost(&self) -> i64 {
        let Some(base) = self.base else { return self.lost_before };
        let expected = i64::from(self.highest_sequence()) - i64::from(base) + 1;
        self.lost_before + expected - self.received as i64
    }

    pub(crate) fn jitter(&self) -> u32 {
        self.jitter / 16
    }

    pub(crate) fn highest_sequence(&self) -> u32 {
        self.cycles << 16 | u32::from(self.highest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(sequences: impl IntoIterator<Item = u16>) -> i64 {
        let mut reception = Reception::default();
        sequences.into_iter().for_each(|sequence| reception.count(sequence));
        reception.lost()
    }

    #[test]
    fn losses_are_counted_across_a_wrap() {
        assert_eq!(lost([65_533, 65_534, 65_535, 0, 1]), 0);
        assert_eq!(lost([65_533, 65_535, 2]), 3);
    }

    #[test]
    fn stragglers_fill_their_gap_and_duplicates_count_against_losses() {
        assert_eq!(lost([1, 3, 2, 4]), 0);
        assert_eq!(lost([1, 1, 2, 2]), -2);
    }

    #[test]
    fn a_restart_is_no_loss() {
        assert_eq!(lost([1, 2, 3, 30_000, 30_001, 30_002]), 0);
    }

    #[test]
    fn jitter_follows_the_standards_filter_whatever_the_clock_is() {
        for clock in [Clock::NARROW, Clock(6)] {
            let mut reception = Reception::default();
            let header = RtpHeader { marker: false, payload_type: 0, sequence: 0, timestamp: 0, ssrc: 0 };
            for n in 0..1000u32 {
                // Every other packet is 10 ms late: the difference is always 80/8000 s.
                let late = if n % 2 == 0 { 0 } else { 10 };
                let header = RtpHeader { timestamp: n * clock.units(160), ..header };
                reception.arrived(Millis(u64::from(n) * 20 + late), &header, clock);
            }
            assert!((79..=80).contains(&reception.jitter()), "{}", reception.jitter());
        }
    }
}
