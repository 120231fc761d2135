//! The timer list: who must be woken when. Setting, moving and firing cost O(log n).

use super::LegId;
use super::table::TransactionId;
use crate::time::Millis;
use std::collections::BTreeSet;

/// Whoever has a timer. Each has at most one: its earliest deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sleeper {
    Transaction(TransactionId),
    Leg(LegId),
}

/// All timers of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Clock {
    alarms: BTreeSet<(Millis, Sleeper)>,
}

impl Clock {
    /// Moves a sleeper's timer from `armed` to `at`.
    pub(super) fn arm(&mut self, sleeper: Sleeper, armed: &mut Option<Millis>, at: Option<Millis>) {
        if *armed == at {
            return;
        }
        if let Some(old) = std::mem::replace(armed, at) {
            self.alarms.remove(&(old, sleeper));
        }
        if let Some(at) = at {
            self.alarms.insert((at, sleeper));
        }
    }

    /// Takes a timer away whose sleeper is gone.
    pub(super) fn disarm(&mut self, sleeper: Sleeper, armed: Option<Millis>) {
        if let Some(at) = armed {
            self.alarms.remove(&(at, sleeper));
        }
    }

    /// The earliest timer.
    pub(super) fn next(&self) -> Option<(Millis, Sleeper)> {
        self.alarms.first().copied()
    }
}
