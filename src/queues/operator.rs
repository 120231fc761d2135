//! Somebody who takes calls.

use super::place::Ticket;
use crate::program::Text;
use crate::time::{DurationMs, Millis};

/// What is agreed with somebody who takes calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorTerms {
    /// The name that flows and people see.
    pub name: Text,
    /// The queues, the best first: of two that wait the operator gets whoever waits in the earlier one, and is asked before
    /// an operator who has the queue further behind.
    pub queues: Vec<Text>,
    /// So many calls missed in a row, and the operator is paused; never where it is zero.
    pub pause_after: u32,
}

/// Why an operator did not take a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// It rang for as long as it may.
    NoAnswer,
    /// Speaks with somebody else. It is not counted.
    Busy,
    /// Is busy with another node. It is not counted, and the turn is kept.
    Elsewhere,
    /// Declined it.
    Refused,
    /// Answered, and did not press the key, or hung up before the call was taken.
    NotTaken,
    /// The telephone cannot be reached.
    Unreachable,
}

/// Somebody who takes calls.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operator {
    pub terms: OperatorTerms,
    pub duty: Duty,
    /// Takes no calls until a person says otherwise.
    pub is_paused: bool,
    /// Since when without a call; whoever has been for longest is asked first.
    pub idle_since: Millis,
    /// Calls missed in a row.
    pub missed: u32,
    /// Calls taken.
    pub taken: u64,
}

/// What an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// Waits for a call.
    Free,
    /// The telephone rings, until then at the most.
    Ringing { ticket: Ticket, until: Millis },
    /// Has answered, and has not taken the call yet.
    Deciding { ticket: Ticket },
    /// Is kept for a call back that is being made.
    Kept { ticket: Ticket },
    /// Speaks.
    Speaking { ticket: Ticket },
    /// Is left alone until then.
    LeftAlone { until: Millis },
}

impl Operator {
    /// How long an operator who did not take a call is left alone; another is asked meanwhile.
    pub const AFTER_A_MISS: DurationMs = DurationMs::from_secs(5);
    /// How long one whom another node has is not asked for again.
    pub const ELSEWHERE: DurationMs = DurationMs::from_secs(1);
    /// A telephone that rang for nothing needs a moment before it can ring again.
    pub const AFTER_RINGING: DurationMs = DurationMs(300);

    pub fn new(terms: OperatorTerms, now: Millis) -> Operator {
        Operator { terms, duty: Duty::Free, is_paused: false, idle_since: now, missed: 0, taken: 0 }
    }

    /// How good the operator is for a queue: 0 is best; nothing for one that is not among the operator's.
    pub fn rank(&self, queue: &str) -> Option<usize> {
        self.terms.queues.iter().position(|known| **known == *queue)
    }

    pub fn is_free(&self) -> bool {
        self.duty == Duty::Free && !self.is_paused
    }

    /// Whether the telephone rings, or somebody at it has not decided yet, for a place.
    pub fn is_asked_for(&self, place: Ticket) -> bool {
        match self.duty {
            Duty::Ringing { ticket, .. } | Duty::Deciding { ticket } => ticket == place,
            Duty::Free | Duty::Kept { .. } | Duty::Speaking { .. } | Duty::LeftAlone { .. } => false,
        }
    }

    /// Whether the operator is there for a place in any way.
    pub fn is_with(&self, place: Ticket) -> bool {
        match self.duty {
            Duty::Kept { ticket } | Duty::Speaking { ticket } => ticket == place,
            Duty::Ringing { .. } | Duty::Deciding { .. } => self.is_asked_for(place),
            Duty::Free | Duty::LeftAlone { .. } => false,
        }
    }

    /// The moment at which something changes by itself.
    pub fn deadline(&self) -> Option<Millis> {
        match self.duty {
            Duty::Ringing { until, .. } | Duty::LeftAlone { until } => Some(until),
            Duty::Free | Duty::Deciding { .. } | Duty::Kept { .. } | Duty::Speaking { .. } => None,
        }
    }

    /// Did not take a call. Whether the operator is paused because of it.
    pub fn misses(&mut self, now: Millis, miss: Miss) -> bool {
        self.duty = Duty::LeftAlone { until: now + Operator::AFTER_A_MISS };
        match miss {
            Miss::Elsewhere => {
                self.duty = Duty::LeftAlone { until: now + Operator::ELSEWHERE };
                return false;
            }
            Miss::Busy => {
                self.idle_since = now;
                return false;
            }
            Miss::NoAnswer | Miss::Refused | Miss::NotTaken | Miss::Unreachable => self.missed += 1,
        }
        self.idle_since = now;
        let enough = self.terms.pause_after > 0 && self.missed >= self.terms.pause_after;
        let is_new = enough && !self.is_paused;
        self.is_paused |= enough;
        is_new
    }

    /// Need not take the call any more: it is nobody's fault, and the turn is kept.
    pub fn is_let_off(&mut self, now: Millis) {
        self.duty = Duty::LeftAlone { until: now + Operator::AFTER_RINGING };
    }

    /// Has spoken, and is left alone for a while.
    pub fn has_spoken(&mut self, now: Millis, wrap_up: DurationMs) {
        self.duty = match wrap_up {
            DurationMs::ZERO => Duty::Free,
            wrap_up => Duty::LeftAlone { until: now + wrap_up },
        };
        self.idle_since = now;
    }
}
