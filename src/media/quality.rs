//! How good a leg sounds, in one number: the E-model of ITU-T G.107, as far as a telephone system can know its inputs.
//!
//! ```text
//!  R = 93.2 - Id - Ie       93.2: all that cannot be measured here has G.107's default
//!  Id  delay                0.024 d, and 0.11 (d - 177.3) beyond 177.3 ms (d: one way, in ms)
//!  Ie  loss                 95 p / (p + B), p in percent; B = 25.1 where losses are concealed (G.113, G.711 with its Appendix I)
//!  MOS                      1 + 0.035 R + R (R - 60) (100 - R) 7e-6
//! ```
//!
//! The delay is half the round trip, and what this side adds: a packet's length and the jitter buffer. Without RTCP from the
//! far end there is no round trip, and the figure is that of a line without one. Losses are taken as spread evenly, echo as
//! cancelled, and G.722 is rated as G.711: what it gains is not in a scale for narrow bands.

use super::reporter::FarReport;
use super::statistics::Statistics;
use crate::time::DurationMs;

/// What a packet of 20 ms and the buffer behind it add, in milliseconds.
const OWN_DELAY_MS: f32 = 20.0 + 40.0;
/// R where nothing is wrong.
const BEST: f32 = 93.2;
/// Where a delay begins to disturb a conversation, in milliseconds.
const DISTURBING_MS: f32 = 177.3;
/// How well losses are borne: G.113, G.711 with concealment.
const ROBUSTNESS: f32 = 25.1;

/// The mean opinion score that a listener would give, 1.0 to 4.5.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Mos(pub f32);

/// How a leg has sounded so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Packets of the far end that came.
    pub received: u64,
    /// Packets of the far end that did not.
    pub lost: u64,
    /// The jitter of the far end's packets, in milliseconds.
    pub jitter_ms: u32,
    /// Packets that were sent.
    pub sent: u64,
    /// What the far end's last report says; nothing where none came.
    pub far: Option<FarReport>,
    /// How good it was for whoever listens here.
    pub mos: Mos,
}

impl Quality {
    /// By what arrived, and what the far end reported.
    pub fn of(statistics: &Statistics, far: Option<FarReport>) -> Quality {
        let lost = u64::try_from(statistics.lost).unwrap_or(0);
        let expected = statistics.received + lost;
        let share = if expected == 0 { 0.0 } else { lost as f32 / expected as f32 };
        Quality {
            received: statistics.received,
            lost,
            jitter_ms: statistics.jitter / 8,
            sent: statistics.sent,
            far,
            mos: Mos::estimate(share, far.and_then(|far| far.round_trip)),
        }
    }
}

impl Mos {
    /// By the share of packets that were lost, 0 to 1, and the round trip where one is known.
    pub fn estimate(lost: f32, round_trip: Option<DurationMs>) -> Mos {
        let delay = round_trip.map_or(0.0, |trip| trip.0 as f32 / 2.0) + OWN_DELAY_MS;
        let by_delay = 0.024 * delay + 0.11 * (delay - DISTURBING_MS).max(0.0);
        let percent = lost.clamp(0.0, 1.0) * 100.0;
        let by_loss = 95.0 * percent / (percent + ROBUSTNESS);
        Mos::of_rating((BEST - by_delay - by_loss).clamp(0.0, 100.0))
    }

    fn of_rating(r: f32) -> Mos {
        Mos((1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6).clamp(1.0, 4.5))
    }

    /// In hundredths: 441 for 4.41.
    pub fn hundredths(self) -> u16 {
        (self.0 * 100.0).round() as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_that_of_g_107_annex_b() {
        for (r, mos) in
            [(0.0, 1.0), (50.0, 2.58), (60.0, 3.1), (70.0, 3.6), (80.0, 4.03), (90.0, 4.34), (93.2, 4.41)]
        {
            assert!((Mos::of_rating(r).0 - mos).abs() < 0.02, "{r}: {:?}", Mos::of_rating(r));
        }
    }

    #[test]
    fn loss_and_delay_make_it_worse() {
        let mos = |lost, trip: Option<u64>| Mos::estimate(lost, trip.map(DurationMs)).hundredths();
        assert!((435..=441).contains(&mos(0.0, None)));
        assert!((390..=420).contains(&mos(0.02, Some(100))), "{}", mos(0.02, Some(100)));
        assert!(mos(0.05, None) < mos(0.01, None) && mos(0.0, Some(800)) < mos(0.0, Some(200)));
        assert_eq!(mos(1.0, Some(4000)), 100);
    }
}
