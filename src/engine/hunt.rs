//! A hunt: whom a `transfer` calls, and how far each leg is.
//!
//! ```text
//!              answered            whisper heard            key, or none asked for
//!   Ringing ────────────► Whispering ──────────► Deciding ─────────────────────────► Thanking
//!      │ busy, ring time …    │ hung up              │ no key in time                    │ heard
//!      ▼                      ▼                      ▼                                   ▼
//!    missed ◄── what `unaccepted` says, where the key did not come
//!      │
//!      └──► the next one, or the best of what became of all        Answering the caller, then as in `bridge`
//! ```

use super::action::{ActionId, LegId};
use super::session::Timer;
use crate::program::{Exit, Party, Text, Value};
use crate::time::{DurationMs, Millis};
use serde::{Deserialize, Serialize};

/// The legs of one `transfer`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Hunt {
    /// Whom it calls, in order.
    pub parties: Vec<Party>,
    /// How many of them have been called.
    pub called: usize,
    /// The legs that are left of them.
    pub legs: Vec<Outgoing>,
    /// The best of what became of the others.
    pub best: Option<Miss>,
    /// What is said to the caller before the next one is called.
    pub announcing: Option<ActionId>,
}

/// A leg that is called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Outgoing {
    pub leg: LegId,
    /// The action that called it.
    pub dialled: ActionId,
    pub party: Party,
    pub phase: LegPhase,
}

/// How far a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum LegPhase {
    /// It rings.
    Ringing { until: Millis },
    /// It is told what the call is about.
    Whispering { id: ActionId },
    /// Its key is waited for.
    Deciding { until: Millis },
    /// Its key did not come, and it is told so before it is let go.
    Parting { id: ActionId },
    /// It has taken the call and is told so.
    Thanking { id: ActionId },
    /// It has taken the call, and the caller is answered.
    Answering { id: ActionId },
}

/// What became of a party that did not take the call, the better the later: it says most of where somebody is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Miss {
    Failed,
    Unavailable,
    Refused,
    NoAnswer,
    Busy,
    Redirected(Text),
}

impl Hunt {
    /// A hunt that has called nobody yet.
    pub fn new(parties: Vec<Party>) -> Hunt {
        Hunt { parties, called: 0, legs: Vec::new(), best: None, announcing: None }
    }

    /// The position of the leg that an action called.
    pub fn dialled(&self, id: ActionId) -> Option<usize> {
        self.legs.iter().position(|leg| leg.dialled == id)
    }

    /// The position of a leg.
    pub fn position(&self, leg: LegId) -> Option<usize> {
        self.legs.iter().position(|known| known.leg == leg)
    }

    /// A party did not take the call.
    pub fn miss(&mut self, miss: Miss) {
        self.best = self.best.take().max(Some(miss));
    }

    /// Which way the transfer ends if nobody takes the call. Nobody to call is nobody who can be reached.
    pub fn outcome(&self) -> (Exit, Value) {
        match &self.best {
            Some(Miss::Redirected(to)) => (Exit::Redirected, Value::Text(to.clone())),
            Some(Miss::Busy) => (Exit::Busy, Value::None),
            Some(Miss::NoAnswer) => (Exit::NoAnswer, Value::None),
            Some(Miss::Refused) => (Exit::Refused, Value::None),
            Some(Miss::Failed) => (Exit::Failed, Value::None),
            Some(Miss::Unavailable) | None => (Exit::Unavailable, Value::None),
        }
    }

    /// The next moment at which a leg is given up.
    pub fn deadline(&self) -> Option<(Millis, Timer)> {
        self.legs.iter().filter_map(|leg| leg.phase.deadline()).min_by_key(|(due, _)| *due)
    }
}

impl LegPhase {
    /// Until when it waits, and what for.
    pub fn deadline(self) -> Option<(Millis, Timer)> {
        match self {
            LegPhase::Ringing { until } => Some((until, Timer::Ring)),
            LegPhase::Deciding { until } => Some((until, Timer::Accept)),
            LegPhase::Whispering { .. }
            | LegPhase::Parting { .. }
            | LegPhase::Thanking { .. }
            | LegPhase::Answering { .. } => None,
        }
    }

    /// How long its party rings when the leg is lost and another one is called in its place: for what is left of its time, or for
    /// all of it where the party had answered. Nothing where the party has had its time.
    pub fn rings_again(self, now: Millis, ring: DurationMs) -> Option<DurationMs> {
        match self {
            LegPhase::Ringing { until } => Some(until.since(now)).filter(|left| *left > DurationMs::ZERO),
            LegPhase::Whispering { .. }
            | LegPhase::Deciding { .. }
            | LegPhase::Thanking { .. }
            | LegPhase::Answering { .. } => Some(ring),
            LegPhase::Parting { .. } => None,
        }
    }

    /// The action whose answer it waits for.
    pub fn waits_for(self) -> Option<ActionId> {
        match self {
            LegPhase::Whispering { id }
            | LegPhase::Parting { id }
            | LegPhase::Thanking { id }
            | LegPhase::Answering { id } => Some(id),
            LegPhase::Ringing { .. } | LegPhase::Deciding { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_several_failures_is_the_end() {
        let mut hunt = Hunt::new(Vec::new());
        assert_eq!(hunt.outcome().0, Exit::Unavailable);
        for (miss, best) in [
            (Miss::Failed, Exit::Failed),
            (Miss::NoAnswer, Exit::NoAnswer),
            (Miss::Refused, Exit::NoAnswer),
            (Miss::Busy, Exit::Busy),
            (Miss::Redirected("sip:there".into()), Exit::Redirected),
            (Miss::Busy, Exit::Redirected),
        ] {
            hunt.miss(miss);
            assert_eq!(hunt.outcome().0, best);
        }
    }
}
