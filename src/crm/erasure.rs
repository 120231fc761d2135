//! What becomes of a person who wants to be forgotten: everything that says who it was goes, and what happened stays.
//!
//! Ids, times, topics, outcomes, states and marks stay, so that reports count as before. Names, numbers, addresses,
//! attributes, objects and whatever people wrote goes. There is no way back.

use super::act::Act;
use super::{Case, Change, Customer, Interaction};
use crate::program::{Caller, Entry};

/// What stands where something was written.
pub const ERASED: &str = "erased";

impl Customer {
    /// Only the id is left.
    pub fn erase(&mut self) {
        let merged_into = self.merged_into.take();
        *self = Customer { merged_into, ..Customer::new(&self.id, ERASED) };
    }

    /// Whether this one was erased.
    pub fn is_erased(&self) -> bool {
        *self == Customer { merged_into: self.merged_into.clone(), ..Customer::new(&self.id, ERASED) }
    }
}

impl Interaction {
    /// Nobody knows any more who it was and what was said.
    pub fn erase(&mut self) {
        self.beginning.from = Caller::Missing;
        self.trail = None;
        self.entries.iter_mut().for_each(|written| erase_entry(&mut written.entry));
    }
}

/// Nobody knows any more what was said, but for topics, outcomes and ids.
pub fn erase_entry(entry: &mut Entry) {
    match entry {
        Entry::Outcome { .. } | Entry::Identity { .. } | Entry::Override { .. } => {}
        Entry::Case { about, .. } => *about = None,
        Entry::Note { .. } | Entry::Keep { .. } | Entry::Count { .. } | Entry::Tell { .. } => {
            *entry = Entry::Note { text: ERASED.into() };
        }
        Entry::Callback { .. } | Entry::Sms { .. } | Entry::Email { .. } | Entry::Task { .. } => {
            *entry = Entry::Note { text: ERASED.into() };
        }
    }
}

impl Case {
    /// Nobody knows any more what it was about but for its topic.
    pub fn erase(&mut self) {
        self.about = None;
        self.history.iter_mut().for_each(|event| event.change.erase());
    }
}

impl Change {
    /// Nobody knows any more what was written.
    pub fn erase(&mut self) {
        match self {
            Change::Contact { about } => *about = None,
            Change::Note { text } => *text = ERASED.into(),
            Change::ByHand { act, .. } => act.erase(),
            Change::Outcome { .. } | Change::Customer { .. } | Change::Closed | Change::Reopened => {}
        }
    }
}

impl Act {
    fn erase(&mut self) {
        match self {
            Act::Close { because } | Act::Reopen { because } | Act::Wait { because } => {
                *because = ERASED.into();
            }
            Act::Mark { because, .. } | Act::Unmark { because } | Act::Belong { because, .. } => {
                *because = ERASED.into();
            }
            Act::Note { text, .. } => *text = ERASED.into(),
            Act::Promise { what, .. } => *what = ERASED.into(),
            Act::Resume | Act::Assign { .. } | Act::Rank { .. } | Act::Keep { .. } => {}
        }
    }
}
