//! A queue with people who take one call after another: whoever waits longest is served as soon as one of them is free.

use crate::engine::{ActionId, LegId};
use crate::program::Text;
use crate::time::{DurationMs, Wall};
use std::collections::{BTreeMap, VecDeque};

/// Who takes a queue's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulator) struct Staff {
    /// How many.
    pub count: u32,
    /// How long each speaks with a caller.
    pub speaks: DurationMs,
}

/// A queue's line and its staff.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::simulator) struct Line {
    waiting: VecDeque<Waiting>,
    /// Who speaks with whom, by contact.
    busy: BTreeMap<Text, u32>,
}

/// Somebody who waits.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::simulator) struct Waiting {
    pub contact: Text,
    pub id: ActionId,
    pub leg: LegId,
    pub since: Wall,
}

impl Line {
    /// How many wait.
    pub fn waits(&self) -> u32 {
        self.waiting.len() as u32
    }

    /// Somebody begins to wait; how many were there before.
    pub fn join(&mut self, waiting: Waiting) -> u32 {
        let ahead = self.waiting.len() as u32;
        self.waiting.push_back(waiting);
        ahead
    }

    /// Somebody waits no longer, or speaks no longer.
    pub fn leave(&mut self, contact: &str) {
        self.waiting.retain(|waiting| *waiting.contact != *contact);
        self.busy.remove(contact);
    }

    /// The next one for whom somebody is free, with the number of that one.
    pub fn serve(&mut self, staff: Staff) -> Option<(Waiting, u32)> {
        let free = (1..=staff.count).find(|number| !self.busy.values().any(|busy| busy == number))?;
        let next = self.waiting.pop_front()?;
        self.busy.insert(next.contact.clone(), free);
        Some((next, free))
    }
}
