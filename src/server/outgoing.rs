//! How many calls a program may make by itself: a flow that goes astray, or whoever has found a way to have it call, costs
//! money only up to here.

use crate::time::{DurationMs, Millis};
use parking_lot::Mutex;
use serde::Deserialize;
use std::collections::VecDeque;
use std::sync::Arc;

const MINUTE: DurationMs = DurationMs::from_secs(60);

/// Bounds of the calls that programs make by themselves, by `call` and by calling back.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct OutgoingSettings {
    /// At a time.
    pub at_once: usize,
    /// Begun within a minute.
    pub a_minute: usize,
}

impl Default for OutgoingSettings {
    fn default() -> OutgoingSettings {
        OutgoingSettings { at_once: 30, a_minute: 60 }
    }
}

/// Counts the calls that programs make by themselves. Clones share it.
#[derive(Clone, Debug)]
pub struct Gate {
    settings: OutgoingSettings,
    counted: Arc<Mutex<Counted>>,
}

#[derive(Debug, Default)]
struct Counted {
    at_once: usize,
    /// When each of the last minute began.
    begun: VecDeque<Millis>,
}

/// A call that was let through; it is over when this is dropped.
#[derive(Debug)]
pub struct Passage {
    counted: Arc<Mutex<Counted>>,
}

impl Gate {
    /// A gate with these bounds.
    pub fn new(settings: OutgoingSettings) -> Gate {
        Gate { settings, counted: Arc::default() }
    }

    /// Lets a call through, or says which bound it would pass.
    pub fn pass(&self, now: Millis) -> Result<Passage, &'static str> {
        let mut counted = self.counted.lock();
        while counted.begun.front().is_some_and(|begun| now.since(*begun) >= MINUTE) {
            counted.begun.pop_front();
        }
        if counted.at_once >= self.settings.at_once {
            return Err("as many calls last as may, see `outgoing.at_once`");
        }
        if counted.begun.len() >= self.settings.a_minute {
            return Err("as many calls have begun within a minute as may, see `outgoing.a_minute`");
        }
        counted.at_once += 1;
        counted.begun.push_back(now);
        Ok(Passage { counted: self.counted.clone() })
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.counted.lock().at_once -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_calls_are_made_than_may_be() {
        let gate = Gate::new(OutgoingSettings { at_once: 2, a_minute: 3 });
        let (first, second) = (gate.pass(Millis(0)), gate.pass(Millis(1000)));
        assert!(first.is_ok() && second.is_ok());
        assert!(gate.pass(Millis(2000)).is_err(), "two at once");
        drop(first);
        let third = gate.pass(Millis(2000));
        assert!(third.is_ok());
        drop((second, third));
        assert!(gate.pass(Millis(59_999)).is_err(), "three within a minute");
        assert!(gate.pass(Millis(60_000)).is_ok(), "the first was a minute ago");
    }
}
