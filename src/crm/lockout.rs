//! Wrong PINs and passphrases in a row, and the time for which a customer is locked out after too many.
//!
//! A count belongs to a customer, or to a caller, never to a call: hanging up and calling again does not start it anew;
//! see [`super::Tally`]. The moment of release is fixed when the lock falls, and further attempts do not push it out.

use crate::program::verb::Lock;
use crate::program::{Caller, Secret};
use crate::time::Wall;
use serde::{Deserialize, Serialize};

/// A customer's count of wrong attempts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockout {
    /// Wrong attempts since the last right one, or since the last lock ran out.
    pub wrong_in_a_row: u32,
    /// When the lock ends; a moment that has passed is no lock.
    pub locked_until: Option<Wall>,
    /// When wrong attempts are forgotten although no lock fell.
    #[serde(default)]
    pub forgotten_at: Option<Wall>,
}

/// What a secret must be.
#[derive(Clone, Copy, Debug)]
pub enum Proof<'a> {
    /// The customer's PIN.
    Pin,
    /// The customer's passphrase, in its one form.
    Passphrase,
    /// This attribute of the customer, in any form in which a person keys it.
    Field(&'a str),
    /// The code that the contact was sent; nothing is right where none was.
    Code(Option<&'a Secret>),
}

/// One attempt of a caller to prove who it is.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The customer that the caller claims to be.
    pub customer: &'a str,
    /// Where it is keyed from: wrong attempts are counted against it as well.
    pub caller: &'a Caller,
    /// What it must be.
    pub proof: Proof<'a>,
    /// What was keyed.
    pub secret: &'a Secret,
    /// When this leads to a lock.
    pub lock: Lock,
    /// The contact in which it was keyed, for the audit.
    pub contact: &'a str,
    /// When.
    pub now: Wall,
}

/// What the CRM says to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is what was asked for.
    Right,
    /// It is not; so many wrong ones are left before the lock, at least one.
    Wrong {
        /// How many.
        left: u32,
    },
    /// The customer is locked out, now or from before; a right one does not help.
    Locked {
        /// Until when.
        until: Wall,
    },
    /// The CRM could not say.
    Failed,
}

impl Lockout {
    /// Until when the customer is locked out at `now`; `None` where it is not.
    pub fn check(&self, now: Wall) -> Option<Wall> {
        self.locked_until.filter(|until| now < *until)
    }

    /// Counts a wrong attempt and says what the caller hears: [`Verdict::Wrong`] or [`Verdict::Locked`]. One that is
    /// made during a lock is not counted, nor one for which an earlier one stands.
    pub fn wrong(&mut self, now: Wall, lock: &Lock) -> Verdict {
        if let Some(until) = self.check(now) {
            return Verdict::Locked { until };
        }
        if self.locked_until.take().is_some() {
            self.wrong_in_a_row = 0;
        }
        if self.forgotten_at.is_some_and(|at| at <= now) {
            self.wrong_in_a_row = 0;
        }
        self.forgotten_at = lock.by_day.then(|| now.after(lock.length));
        if !lock.counted {
            self.wrong_in_a_row = self.wrong_in_a_row.saturating_add(1);
        }
        match lock.after.saturating_sub(self.wrong_in_a_row) {
            0 => {
                let until = now.after(lock.length);
                self.locked_until = Some(until);
                Verdict::Locked { until }
            }
            left => Verdict::Wrong { left },
        }
    }

    /// An attempt that was counted was right: it is taken back, with a lock that fell by it.
    pub fn take_back(&mut self, lock: &Lock) {
        if !lock.counted {
            self.wrong_in_a_row = self.wrong_in_a_row.saturating_sub(1);
        }
        if self.wrong_in_a_row < lock.after {
            self.locked_until = None;
        }
    }

    /// Forgets the wrong attempts: a right one was made, or a person released the lock.
    pub fn right(&mut self) {
        *self = Lockout::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DurationMs;

    const LOCK: Lock = Lock { after: 3, length: DurationMs(1000), by_day: false, counted: false };

    fn locked_at(now: Wall) -> Lockout {
        let mut lockout = Lockout::default();
        for _ in 0..3 {
            lockout.wrong(now, &LOCK);
        }
        lockout
    }

    #[test]
    fn the_last_wrong_attempt_locks() {
        let mut lockout = Lockout::default();
        let heard = [0, 10, 20].map(|ms| lockout.wrong(Wall(ms), &LOCK));
        let locked = Verdict::Locked { until: Wall(1020) };
        assert_eq!(heard, [Verdict::Wrong { left: 2 }, Verdict::Wrong { left: 1 }, locked]);
    }

    #[test]
    fn one_for_which_another_stands_counts_no_more() {
        let mut lockout = Lockout::default();
        lockout.wrong(Wall(0), &LOCK);
        let again = Lock { counted: true, ..LOCK };
        let heard = [10, 20].map(|ms| lockout.wrong(Wall(ms), &again));
        assert_eq!(heard, [Verdict::Wrong { left: 2 }; 2]);
    }

    #[test]
    fn an_attempt_during_the_lock_does_not_push_it_out() {
        let mut lockout = locked_at(Wall(0));
        assert_eq!(lockout.wrong(Wall(999), &LOCK), Verdict::Locked { until: Wall(1000) });
        assert_eq!(lockout.check(Wall(1000)), None);
    }

    #[test]
    fn after_the_lock_the_count_starts_anew() {
        let mut lockout = locked_at(Wall(0));
        assert_eq!(lockout.wrong(Wall(1000), &LOCK), Verdict::Wrong { left: 2 });
    }

    #[test]
    fn wrong_attempts_of_a_day_are_forgotten_with_it() {
        let midnight = 1000;
        let until = |now: i64| Lock {
            after: 3,
            length: DurationMs((midnight - now) as u64),
            by_day: true,
            counted: false,
        };
        let mut lockout = Lockout::default();
        lockout.wrong(Wall(10), &until(10));
        lockout.wrong(Wall(20), &until(20));
        let next = Lock { after: 3, length: DurationMs(1000), by_day: true, counted: false };
        assert_eq!(lockout.wrong(Wall(1000), &next), Verdict::Wrong { left: 2 });
    }

    #[test]
    fn a_right_attempt_forgets_the_wrong_ones() {
        let mut lockout = Lockout::default();
        lockout.wrong(Wall(0), &LOCK);
        lockout.right();
        assert_eq!(lockout, Lockout::default());
    }
}
