//! Lists of days and of timed events: public holidays, days that were worked instead, maintenance nights.

use super::day_rule::DayRule;
use crate::program::Text;
use crate::time::Wall;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A calendar of a program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calendar {
    /// The name a script uses.
    pub name: Text,
    /// Single days, with what they are called; an empty text where nobody said.
    pub days: BTreeMap<Date, Text>,
    /// Days that come back every year.
    pub rules: Vec<DayRule>,
    /// What those are called, by their position.
    pub rule_names: Vec<Text>,
    /// Events at a time of day, by their beginning: see [`Calendar::set_timed`].
    pub timed: Vec<Timed>,
    /// The length of the longest of them, in milliseconds.
    pub longest_ms: i64,
}

/// An event with a beginning and an end.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed {
    /// Its first moment.
    pub from: Wall,
    /// The first moment behind it.
    pub until: Wall,
    /// What it is called; empty where nobody said.
    pub name: Text,
}

impl Calendar {
    /// Whether it names that day.
    pub fn contains(&self, date: Date) -> bool {
        self.day(date).is_some()
    }

    /// What it calls a day, an empty text where it names it without a name; `None` where it does not name it.
    pub fn day(&self, date: Date) -> Option<&Text> {
        if let Some(name) = self.days.get(&date) {
            return Some(name);
        }
        let at = self.rules.iter().position(|rule| rule.is_kept_on(date, &self.rules))?;
        self.rule_names.get(at)
    }

    /// Takes these events for its own, whatever their order; those without length are none.
    pub fn set_timed(&mut self, mut timed: Vec<Timed>) {
        timed.retain(|event| event.until > event.from);
        timed.sort_by_key(|event| event.from);
        self.longest_ms = timed.iter().map(|event| event.until.0 - event.from.0).max().unwrap_or(0);
        self.timed = timed;
    }

    /// The events that touch the time between two moments.
    pub fn events(&self, from: Wall, until: Wall) -> impl Iterator<Item = &Timed> {
        let first = from.0.saturating_sub(self.longest_ms);
        let start = self.timed.partition_point(|event| event.from.0 < first);
        let end = self.timed.partition_point(|event| event.from < until).max(start);
        self.timed[start..end].iter().filter(move |event| event.until > from)
    }

    /// The event that holds a moment.
    pub fn event_at(&self, at: Wall) -> Option<&Timed> {
        self.events(at, Wall(at.0.saturating_add(1))).next()
    }
}
