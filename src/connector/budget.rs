//! A service's rate limit as our own budget, so that it is kept and not found out: a bucket of requests that fills evenly.
//!
//! Whoever has a caller waiting may take the last request; deliveries leave a quarter of the bucket for them. What the
//! service itself says (429 with Retry-After, RFC 6585 §4) holds everything until then.

use crate::time::{DurationMs, Wall};

/// How many requests a service takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second in the long run; at least one.
    pub per_second: u32,
    /// Requests at once after a pause; at least one.
    pub burst: u32,
}

/// Who wants to send a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody waits on the line.
    Caller,
    /// The outbox.
    Delivery,
}

/// What is left of a rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    rate: Rate,
    /// In thousandths of a request.
    left: u64,
    counted_at: Wall,
    held_until: Option<Wall>,
}

/// A request, in what the bucket counts in.
const ONE: u64 = 1000;
/// The longest that a service's own word is obeyed: a mistaken date must not silence a connector for good.
const LONGEST_HOLD: DurationMs = DurationMs::from_secs(3600);

impl Rate {
    /// Ten a second, ten at once.
    pub const DEFAULT: Rate = Rate { per_second: 10, burst: 10 };
}

impl Budget {
    /// A full one.
    pub fn new(rate: Rate, now: Wall) -> Budget {
        let rate = Rate { per_second: rate.per_second.max(1), burst: rate.burst.max(1) };
        Budget { rate, left: u64::from(rate.burst) * ONE, counted_at: now, held_until: None }
    }

    /// Takes one request; else says when to ask again, later than `now`.
    pub fn take(&mut self, now: Wall, purpose: Purpose) -> Result<(), Wall> {
        if let Some(until) = self.held_until.filter(|until| now < *until) {
            return Err(until);
        }
        self.held_until = None;
        self.fill(now);
        let reserve = match purpose {
            Purpose::Caller => 0,
            Purpose::Delivery => u64::from(self.rate.burst) * ONE / 4,
        };
        let needed = ONE + if reserve + ONE <= u64::from(self.rate.burst) * ONE { reserve } else { 0 };
        if self.left >= needed {
            self.left -= ONE;
            return Ok(());
        }
        let wait = (needed - self.left).div_ceil(u64::from(self.rate.per_second)).max(1);
        Err(now.after(DurationMs(wait)))
    }

    /// The service wants nothing for so long; at most an hour of it is believed.
    pub fn hold(&mut self, now: Wall, wait: DurationMs) {
        let until = now.after(DurationMs(wait.0.min(LONGEST_HOLD.0)));
        self.held_until = self.held_until.max(Some(until));
    }

    /// What has come since: `per_second` thousandths a millisecond.
    fn fill(&mut self, now: Wall) {
        let passed = now.0.saturating_sub(self.counted_at.0).max(0).unsigned_abs();
        let come = passed.saturating_mul(u64::from(self.rate.per_second));
        self.left = self.left.saturating_add(come).min(u64::from(self.rate.burst) * ONE);
        self.counted_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 2, burst: 4 };

    #[test]
    fn a_full_bucket_gives_its_burst_and_then_one_at_a_time() {
        let mut budget = Budget::new(RATE, Wall(0));
        let taken: Vec<_> = (0..5).map(|_| budget.take(Wall(0), Purpose::Caller)).collect();
        assert_eq!(taken, [Ok(()), Ok(()), Ok(()), Ok(()), Err(Wall(500))]);
        assert_eq!(budget.take(Wall(500), Purpose::Caller), Ok(()));
    }

    #[test]
    fn deliveries_leave_a_quarter_for_callers() {
        let mut budget = Budget::new(RATE, Wall(0));
        let taken: Vec<_> = (0..4).map(|_| budget.take(Wall(0), Purpose::Delivery).is_ok()).collect();
        assert_eq!(taken, [true, true, true, false]);
        assert_eq!(budget.take(Wall(0), Purpose::Caller), Ok(()));
    }

    #[test]
    fn what_the_service_says_holds_everybody() {
        let mut budget = Budget::new(RATE, Wall(0));
        budget.hold(Wall(0), DurationMs(3000));
        budget.hold(Wall(0), DurationMs(1000));
        assert_eq!(budget.take(Wall(2999), Purpose::Caller), Err(Wall(3000)));
        assert_eq!(budget.take(Wall(3000), Purpose::Caller), Ok(()));
        budget.hold(Wall(3000), DurationMs(u64::MAX));
        assert_eq!(budget.take(Wall(3001), Purpose::Caller), Err(Wall(3_603_000)));
    }

    #[test]
    fn a_bucket_of_one_serves_deliveries_too() {
        let mut budget = Budget::new(Rate { per_second: 1, burst: 1 }, Wall(0));
        assert_eq!(budget.take(Wall(0), Purpose::Delivery), Ok(()));
        assert_eq!(budget.take(Wall(0), Purpose::Delivery), Err(Wall(1000)));
    }
}
