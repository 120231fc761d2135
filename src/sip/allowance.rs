//! How many answers strangers get: a few at once and so many a second for each neighbourhood of addresses.

use crate::sip::network::neighbourhood;
use crate::time::{DurationMs, Millis};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Between two answers to one neighbourhood, on the average: twenty a second.
const EVERY: DurationMs = DurationMs(50);
/// How far it may run ahead: sixty answers at once.
const AHEAD: DurationMs = DurationMs(3000);
/// Neighbourhoods that are remembered. Those beyond have one allowance together, so whoever invents addresses takes none away
/// from those who were there before.
const NEIGHBOURHOODS: usize = 8192;
/// For all of those beyond: five hundred a second.
const EVERY_OTHER: DurationMs = DurationMs(2);
/// The list is looked through for those who have been quiet at most this often.
const SWEEP: DurationMs = DurationMs(1000);

/// The allowances of all neighbourhoods.
#[derive(Debug, Default)]
pub(crate) struct Allowance {
    /// Until when what was answered is paid for.
    paid: BTreeMap<IpAddr, Millis>,
    others: Millis,
    swept: Millis,
}

impl Allowance {
    /// Takes one answer to somebody there; whether there was one left.
    pub(crate) fn take(&mut self, now: Millis, address: IpAddr) -> bool {
        let whose = neighbourhood(address);
        if self.paid.len() >= NEIGHBOURHOODS && !self.paid.contains_key(&whose) {
            self.sweep(now);
        }
        if self.paid.len() >= NEIGHBOURHOODS && !self.paid.contains_key(&whose) {
            return spend(&mut self.others, now, EVERY_OTHER);
        }
        spend(self.paid.entry(whose).or_default(), now, EVERY)
    }

    fn sweep(&mut self, now: Millis) {
        if self.swept + SWEEP <= now {
            self.swept = now;
            self.paid.retain(|_, until| *until > now);
        }
    }
}

fn spend(until: &mut Millis, now: Millis, every: DurationMs) -> bool {
    let next = (*until).max(now) + every;
    let is_left = next <= now + AHEAD;
    if is_left {
        *until = next;
    }
    is_left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(last: u8) -> IpAddr {
        IpAddr::from([203, 0, 113, last])
    }

    #[test]
    fn a_neighbourhood_has_sixty_answers_at_once_and_twenty_a_second() {
        let mut allowance = Allowance::default();
        let at = |allowance: &mut Allowance, now: u64| {
            (0..200).filter(|last| allowance.take(Millis(now), of(*last))).count()
        };
        assert_eq!(
            [at(&mut allowance, 9000), at(&mut allowance, 10_000), at(&mut allowance, 60_000)],
            [60, 20, 60]
        );
    }

    #[test]
    fn whoever_invents_addresses_takes_nothing_from_those_who_were_there() {
        let mut allowance = Allowance::default();
        assert!(allowance.take(Millis(9000), of(1)));
        let answered =
            (0..200_000_u32).filter(|n| allowance.take(Millis(9000), (n << 8).to_be_bytes().into())).count();
        assert!(answered < NEIGHBOURHOODS + 2000, "{answered}");
        assert_eq!(allowance.paid.len(), NEIGHBOURHOODS);
        assert!(allowance.take(Millis(9000), of(2)));
        assert!(allowance.take(Millis(13_000), [10, 0, 0, 1].into()), "the quiet ones are forgotten");
    }
}
