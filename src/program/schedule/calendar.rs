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
    /// Events at a time of day, by their beginning.
    pub timed: Vec<Timed>,
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

    /// The events that touch the time between two moments.
    pub fn events(&self, from: Wall, until: Wall) -> impl Iterator<Item = &Timed> {
        // They are in order of their beginnings; how long the longest is, is not known.
        let end = self.timed.partition_point(|event| event.from < until);
        self.timed[..end].iter().filter(move |event| event.until > from)
    }

    /// The event that holds a moment.
    pub fn event_at(&self, at: Wall) -> Option<&Timed> {
        self.events(at, Wall(at.0.saturating_add(1))).next()
    }
}
