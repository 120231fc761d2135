//! A circuit breaker: after so many failures in a row a service is left alone for a while, then asked once.
//!
//! ```text
//!   closed ──failures in a row──► open ──pause over──► half-open ──success──► closed
//!                                  ▲                       │
//!                                  └───────failure─────────┘
//! ```

use crate::time::{DurationMs, Wall};

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// It opens after so many failures in a row; at least one.
    pub failures: u32,
    /// It stays open for so long before one probe is let through.
    pub pause: DurationMs,
}

/// A breaker for one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breaker {
    policy: BreakerPolicy,
    state: State,
}

/// Where a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Everything goes through; so many have failed in a row.
    Closed {
        /// Failures in a row.
        failures: u32,
    },
    /// Nothing goes through before this moment.
    Open {
        /// When a probe may go through.
        until: Wall,
    },
    /// One probe is under way.
    HalfOpen {
        /// A probe that has not answered by then is given up for another.
        until: Wall,
    },
}

/// What happens to a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The service has answered as one that works.
    Success,
    /// It has not answered, or as one that does not work.
    Failure,
}

impl BreakerPolicy {
    /// Five failures in a row, then half a minute.
    pub const DEFAULT: BreakerPolicy = BreakerPolicy { failures: 5, pause: DurationMs::from_secs(30) };
}

impl Breaker {
    /// A closed one.
    pub fn new(policy: BreakerPolicy) -> Breaker {
        Breaker { policy, state: State::Closed { failures: 0 } }
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether a request may go out now. An open breaker whose pause is over lets one through, and is half-open with it.
    #[must_use]
    pub fn admit(&mut self, now: Wall) -> bool {
        match self.state {
            State::Closed { .. } => true,
            State::Open { until } | State::HalfOpen { until } if now < until => false,
            State::Open { .. } | State::HalfOpen { .. } => {
                self.state = State::HalfOpen { until: now.after(self.policy.pause) };
                true
            }
        }
    }

    /// Takes in what became of a request.
    pub fn step(&mut self, now: Wall, event: Event) {
        let open = State::Open { until: now.after(self.policy.pause) };
        self.state = match self.state {
            State::Closed { failures } => match event {
                Event::Success => State::Closed { failures: 0 },
                Event::Failure if failures + 1 >= self.policy.failures => open,
                Event::Failure => State::Closed { failures: failures + 1 },
            },
            // A late answer to what went out before it opened.
            State::Open { until } => match event {
                Event::Success => State::Closed { failures: 0 },
                Event::Failure => State::Open { until },
            },
            State::HalfOpen { .. } => match event {
                Event::Success => State::Closed { failures: 0 },
                Event::Failure => open,
            },
        };
    }

    /// When a request may go out again; `None` where one may now.
    pub fn opens_at(&self, now: Wall) -> Option<Wall> {
        match self.state {
            State::Closed { .. } => None,
            State::Open { until } | State::HalfOpen { until } => Some(until).filter(|until| now < *until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: BreakerPolicy = BreakerPolicy { failures: 3, pause: DurationMs(1000) };

    fn after(events: &[Event]) -> Breaker {
        let mut breaker = Breaker::new(POLICY);
        events.iter().for_each(|event| breaker.step(Wall(0), *event));
        breaker
    }

    #[test]
    fn closed_opens_after_failures_in_a_row_only() {
        use Event::{Failure, Success};
        assert_eq!(after(&[Failure, Failure, Success, Failure]).state(), State::Closed { failures: 1 });
        assert_eq!(after(&[Failure, Failure, Failure]).state(), State::Open { until: Wall(1000) });
    }

    #[test]
    fn open_lets_nothing_through_and_then_one_probe() {
        let mut breaker = after(&[Event::Failure; 3]);
        let admitted = [999, 1000, 1001, 1999].map(|now| breaker.admit(Wall(now)));
        assert_eq!(admitted, [false, true, false, false]);
    }

    #[test]
    fn half_open_closes_by_a_success_and_opens_anew_by_a_failure() {
        let mut breaker = after(&[Event::Failure; 3]);
        assert!(breaker.admit(Wall(1000)));
        breaker.step(Wall(1200), Event::Failure);
        assert_eq!(breaker.state(), State::Open { until: Wall(2200) });
        assert!(breaker.admit(Wall(2200)));
        breaker.step(Wall(2300), Event::Success);
        assert_eq!(breaker.state(), State::Closed { failures: 0 });
    }

    #[test]
    fn half_open_gives_a_probe_up_that_never_answers() {
        let mut breaker = after(&[Event::Failure; 3]);
        assert!(breaker.admit(Wall(1000)) && !breaker.admit(Wall(1999)) && breaker.admit(Wall(2000)));
    }
}
