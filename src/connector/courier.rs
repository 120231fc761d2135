//! When dispatches are taken up for a target, and how many: the machine between the durable rows and the service.
//!
//! It holds a count and a breaker, never a dispatch: however many wait, it is as large as before.

use super::breaker::{Breaker, BreakerPolicy, Event as BreakerEvent, State};
use super::reply::Failure;
use crate::crm::outbox::{Event, Jitter};
use crate::time::Wall;

/// A target's courier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Courier {
    breaker: Breaker,
    under_way: usize,
    most: usize,
}

impl Courier {
    /// One that has at most so many dispatches under way.
    pub fn new(policy: BreakerPolicy, most: usize) -> Courier {
        Courier { breaker: Breaker::new(policy), under_way: 0, most: most.max(1) }
    }

    /// How many dispatches may be taken up now: one where the service is probed, none while it is left alone.
    #[must_use]
    pub fn room(&self, now: Wall) -> usize {
        match self.breaker.state() {
            State::Closed { .. } => self.most.saturating_sub(self.under_way),
            State::Open { .. } | State::HalfOpen { .. } => match self.breaker.opens_at(now) {
                Some(_) => 0,
                None => 1,
            },
        }
    }

    /// So many were taken up; a probe, where the service was left alone until now.
    pub fn took(&mut self, now: Wall, count: usize) {
        if count > 0 {
            let _ = self.breaker.admit(now);
        }
        self.under_way += count;
    }

    /// One has come to an end: what its row is told.
    #[must_use]
    pub fn ended(&mut self, now: Wall, done: Result<(), Failure>, jitter: Jitter) -> Event {
        self.under_way = self.under_way.saturating_sub(1);
        match done {
            Ok(()) => {
                self.breaker.step(now, BreakerEvent::Success);
                Event::Delivered
            }
            Err(failure) => {
                let outage = failure.is_outage();
                self.breaker.step(now, if outage { BreakerEvent::Failure } else { BreakerEvent::Success });
                failure.event(jitter)
            }
        }
    }

    /// A question of a caller has come to an end; it tells of the service as much as a dispatch does.
    pub fn heard(&mut self, now: Wall, works: bool) {
        self.breaker.step(now, if works { BreakerEvent::Success } else { BreakerEvent::Failure });
    }

    /// Whether a caller's question may go out.
    #[must_use]
    pub fn admit(&mut self, now: Wall) -> bool {
        self.breaker.admit(now)
    }

    /// The breaker, for whoever watches.
    pub fn breaker(&self) -> &Breaker {
        &self.breaker
    }
}

#[cfg(test)]
#[path = "courier_tests.rs"]
mod tests;
