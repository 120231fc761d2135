//! The two counts that an attempt to prove who one is adds to: the customer's, and the caller's.
//!
//! The customer's count stops whoever guesses the PIN of one account; the caller's stops whoever tries one PIN on many
//! accounts. A right attempt forgets what was counted against its customer. Against its caller it does not: with a PIN
//! of one's own one could clear one's name between guesses. A caller's wrong attempts are forgotten with time instead.

use super::lockout::{Lockout, Verdict};
use crate::program::verb::Lock;
use crate::program::{Address, Caller, Text};
use crate::time::Wall;

/// A caller may be wrong so many times as often as a customer before it is locked out: a family, or a small firm behind
/// one number, mistypes more often than one person.
pub const CALLERS_PATIENCE: u32 = 3;

/// What stands before the number or the address in the name under which a caller's attempts are counted. No customer's
/// id begins with it.
pub const CALLER: &str = "caller:";

/// What is counted against a customer and against a caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Against the customer.
    pub customer: Lockout,
    /// Against the caller; nothing of a caller that shows neither number nor address.
    pub caller: Option<Lockout>,
}

/// The name under which a caller's attempts are counted.
pub fn caller_key(caller: &Caller) -> Option<Text> {
    let shown = caller.number().map(|number| number.as_str().to_owned());
    let shown = shown.or_else(|| Address::of(caller).map(|address| address.to_string()));
    shown.map(|shown| format!("{CALLER}{shown}").into())
}

impl Tally {
    /// Until when nobody may try: the later of the two locks.
    pub fn check(&self, now: Wall) -> Option<Wall> {
        let caller = self.caller.and_then(|caller| caller.check(now));
        self.customer.check(now).max(caller)
    }

    /// Counts an attempt as wrong, before anybody knows whether it is, and says what the caller hears if it is: that it
    /// was wrong or that somebody is locked out. During a lock nothing is counted.
    pub fn count(&mut self, now: Wall, lock: &Lock) -> Verdict {
        if let Some(until) = self.check(now) {
            return Verdict::Locked { until };
        }
        let customer = self.customer.wrong(now, lock);
        match self.caller.as_mut().map(|caller| caller.wrong(now, &patient(lock))) {
            Some(caller) => worse(customer, caller),
            None => customer,
        }
    }

    /// The attempt was right: against the caller it is taken back, against the customer everything is. A right answer to
    /// a challenge takes back itself alone: who knows a field of the customer has not shown that the wrong PINs were the
    /// customer's own.
    pub fn right(&mut self, lock: &Lock, challenge: bool) {
        if let Some(caller) = &mut self.caller {
            caller.take_back(&patient(lock));
        }
        match challenge {
            true => self.customer.take_back(lock),
            false => self.customer.right(),
        }
    }
}

/// When a caller is locked out.
fn patient(lock: &Lock) -> Lock {
    Lock { after: lock.after.saturating_mul(CALLERS_PATIENCE), by_day: true, ..*lock }
}

fn worse(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::Locked { until: a }, Verdict::Locked { until: b }) => Verdict::Locked { until: a.max(b) },
        (Verdict::Locked { until }, _) | (_, Verdict::Locked { until }) => Verdict::Locked { until },
        (Verdict::Wrong { left: a }, Verdict::Wrong { left: b }) => Verdict::Wrong { left: a.min(b) },
        (Verdict::Right | Verdict::Failed, other) | (other, Verdict::Right | Verdict::Failed) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DurationMs;

    const LOCK: Lock = Lock { after: 2, length: DurationMs(1000), by_day: false, counted: false };

    fn caller() -> Tally {
        Tally { caller: Some(Lockout::default()), ..Tally::default() }
    }

    /// One caller tries one PIN on account after account: every customer's count is new.
    fn on_another_account(tally: &mut Tally, now: i64) -> Verdict {
        tally.customer = Lockout::default();
        tally.count(Wall(now), &LOCK)
    }

    #[test]
    fn one_pin_on_many_accounts_locks_the_caller() {
        let mut tally = caller();
        let heard: Vec<Verdict> = (0..6).map(|now| on_another_account(&mut tally, now)).collect();
        assert_eq!(heard[4], Verdict::Wrong { left: 1 });
        assert_eq!(heard[5], Verdict::Locked { until: Wall(1005) });
        assert_eq!(on_another_account(&mut tally, 1004), Verdict::Locked { until: Wall(1005) });
        assert_eq!(on_another_account(&mut tally, 1005), Verdict::Wrong { left: 1 });
    }

    #[test]
    fn a_pin_of_ones_own_does_not_clear_a_callers_name() {
        let mut tally = caller();
        for now in 0..5 {
            on_another_account(&mut tally, now);
        }
        let before = Tally { customer: Lockout::default(), ..tally };
        let mut own = before;
        own.count(Wall(5), &LOCK);
        own.right(&LOCK, false);
        assert_eq!(own.caller.map(|caller| caller.wrong_in_a_row), Some(5));
        assert_eq!(on_another_account(&mut own, 6), Verdict::Locked { until: Wall(1006) });
    }

    #[test]
    fn a_callers_wrong_attempts_are_forgotten_with_time() {
        let mut tally = caller();
        for now in 0..5 {
            on_another_account(&mut tally, now);
        }
        assert_eq!(on_another_account(&mut tally, 1004), Verdict::Wrong { left: 1 });
    }

    #[test]
    fn a_caller_without_a_number_is_counted_by_the_customer_alone() {
        assert_eq!(caller_key(&Caller::Withheld), None);
        let number = Caller::parse("+79656295719", None);
        assert_eq!(caller_key(&number).as_deref(), Some("caller:+79656295719"));
        let mut tally = Tally::default();
        let heard = [0, 1].map(|now| tally.count(Wall(now), &LOCK));
        assert_eq!(heard, [Verdict::Wrong { left: 1 }, Verdict::Locked { until: Wall(1001) }]);
    }
}
