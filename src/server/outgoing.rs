//! How many calls a program may make by itself, and how many legs one caller may have it begin: a flow that goes astray, or
//! whoever has found a way to have it call, costs money only up to here.

use crate::time::{DurationMs, Millis};
use parking_lot::Mutex;
use serde::Deserialize;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

const MINUTE: DurationMs = DurationMs::from_secs(60);
const HOUR: DurationMs = DurationMs::from_secs(3600);
/// Callers whose number is not shown are many, and cannot be told apart.
const UNKNOWN_CALLERS: usize = 10;

/// Bounds of the calls that programs make by themselves, by `call` and by calling back.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct OutgoingSettings {
    /// At a time.
    pub at_once: usize,
    /// Begun within a minute.
    pub a_minute: usize,
    /// Legs by trunks that the calls of one number begin within an hour, transfers included. Those without a number have ten
    /// times as many together.
    pub a_caller_an_hour: usize,
}

impl Default for OutgoingSettings {
    fn default() -> OutgoingSettings {
        OutgoingSettings { at_once: 30, a_minute: 60, a_caller_an_hour: 120 }
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
    /// When each of the last hour was begun for a caller; nothing is the key of those without a number.
    by_caller: BTreeMap<String, VecDeque<Millis>>,
    /// When those who have been quiet were last forgotten.
    swept: Millis,
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

    /// Lets a leg by a trunk through that a call of this number wants, or says that it is one too many.
    pub fn pass_caller(&self, caller: Option<&str>, now: Millis) -> Result<(), &'static str> {
        let mut counted = self.counted.lock();
        counted.sweep(now);
        let most = self.settings.a_caller_an_hour * if caller.is_some() { 1 } else { UNKNOWN_CALLERS };
        let begun = counted.by_caller.entry(caller.unwrap_or_default().to_owned()).or_default();
        while begun.front().is_some_and(|begun| now.since(*begun) >= HOUR) {
            begun.pop_front();
        }
        if begun.len() >= most {
            return Err(
                "the caller has begun as many calls within an hour as may be, see `outgoing.a_caller_an_hour`",
            );
        }
        begun.push_back(now);
        Ok(())
    }
}

impl Counted {
    fn sweep(&mut self, now: Millis) {
        if now.since(self.swept) >= MINUTE {
            self.swept = now;
            let is_quiet =
                |begun: &VecDeque<Millis>| begun.back().is_none_or(|last| now.since(*last) >= HOUR);
            self.by_caller.retain(|_, begun| !is_quiet(begun));
        }
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
        let gate = Gate::new(OutgoingSettings { at_once: 2, a_minute: 3, ..OutgoingSettings::default() });
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

    #[test]
    fn a_caller_has_so_many_an_hour_whatever_others_do() {
        let gate = Gate::new(OutgoingSettings { a_caller_an_hour: 3, ..OutgoingSettings::default() });
        let passed =
            |caller, at: u64| (0..50).filter(|_| gate.pass_caller(caller, Millis(at)).is_ok()).count();
        assert_eq!([passed(Some("+78432035737"), 1000), passed(Some("+78432035738"), 1000)], [3, 3]);
        assert_eq!([passed(None, 1000), passed(Some("+78432035737"), 3_600_999)], [30, 0]);
        assert_eq!(passed(Some("+78432035737"), 3_700_000), 3);
        assert_eq!(gate.counted.lock().by_caller.len(), 1, "who is quiet is forgotten");
    }
}
