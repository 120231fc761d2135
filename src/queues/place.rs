//! A place in a queue, and the rules of the queue.

use super::pace::Pace;
use crate::program::{Queue, Strategy, Text};
use crate::time::{DurationMs, Millis, Wall};
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// Names a place. Its driver counts them up and uses none twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// How a queue brings callers and operators together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Who is asked first.
    pub strategy: Strategy,
    /// How long it rings at one operator.
    pub ring: DurationMs,
    /// How long an operator is left alone after a call.
    pub wrap_up: DurationMs,
    /// So many callers may wait; any number where it is missing.
    pub at_most: Option<u32>,
}

impl From<&Queue> for Rules {
    fn from(queue: &Queue) -> Rules {
        Rules { strategy: queue.strategy, ring: queue.ring, wrap_up: queue.wrap_up, at_most: queue.at_most }
    }
}

/// A queue.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub rules: Rules,
    /// Whether its hours allow to call back.
    pub is_open: bool,
    /// Who was asked last, by position.
    pub last_asked: Option<usize>,
    /// How long its calls take.
    pub pace: Pace,
}

impl Line {
    /// One that nobody has called yet.
    pub fn new(rules: Rules) -> Line {
        Line { rules, is_open: true, last_asked: None, pace: Pace::default() }
    }
}

/// Somebody who waits, or speaks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub queue: Text,
    pub priority: Decimal,
    /// Since when, on the calendar: a place that a call back keeps is older than the process.
    pub since: Wall,
    pub kind: Kind,
    pub phase: Phase,
    /// How many came before when that was said last.
    pub told: Option<u32>,
}

/// Who has a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A caller, who is there.
    Caller,
    /// Somebody who was promised a call back, and is not.
    CallBack,
}

/// How far a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nobody has taken it; it may ring somewhere.
    Waiting,
    /// Somebody is kept for the call back, which is being made.
    Kept,
    /// Somebody speaks, since then.
    Connected { since: Millis },
}

impl Place {
    /// The order in which places are served: a higher priority, then who has waited longer.
    pub fn turn(&self, ticket: Ticket) -> (Reverse<Decimal>, Wall, Ticket) {
        (Reverse(self.priority), self.since, ticket)
    }

    pub fn waits(&self) -> bool {
        self.phase == Phase::Waiting
    }
}
