//! Values and counters that outlive the contact.

use super::value::{Text, Type, Value};
use super::zone::Zone;
use crate::time::{DurationMs, Wall};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The declared fields of a program's records, by their names.
type Records = BTreeMap<Text, Vec<(Text, Type)>>;

/// A declared kept value.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    /// The name a script and the store use.
    pub name: Text,
    /// What it holds.
    pub ty: Type,
    /// What it is until somebody gives it a value.
    pub at_first: Value,
    /// Whose it is.
    pub keeper: Keeper,
    /// How long it is kept; for good where nothing is said.
    pub lasts: Option<Lasts>,
}

/// Whose a kept value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeper {
    /// One for each number that calls; a caller without a number has none.
    Caller,
    /// One for each customer; a contact whose customer is not known has none.
    Customer,
    /// One for all contacts.
    Program,
}

/// How long a value is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Lasts {
    /// So long from when it was set; a counter, from its first count.
    For(DurationMs),
    /// Until a clock shows this the next time.
    Until(NextClock),
}

/// The next time that a zone's clock shows something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextClock {
    /// Seconds from local midnight.
    pub second: u32,
    /// Whose clock.
    pub zone: Zone,
}

impl Lasts {
    /// When what is set now ends.
    pub fn end(&self, now: Wall) -> Wall {
        match self {
            Lasts::For(length) => now.after(*length),
            Lasts::Until(clock) => clock.after(now),
        }
    }
}

impl NextClock {
    /// The first moment after `now` at which the clock shows it.
    pub fn after(&self, now: Wall) -> Wall {
        let today = self.zone.local(now).date();
        let (hour, minute) = ((self.second / 3600 % 24) as i8, (self.second / 60 % 60) as i8);
        let on = |date: jiff::civil::Date| self.zone.moment(date.at(hour, minute, 0, 0));
        let tomorrow = today.tomorrow().unwrap_or(today);
        let next = on(today).filter(|at| *at > now).or_else(|| on(tomorrow));
        next.unwrap_or_else(|| now.after(DurationMs::from_secs(86_400)))
    }
}

impl Keeper {
    /// The word a script writes.
    pub fn word(self) -> &'static str {
        match self {
            Keeper::Caller => "caller",
            Keeper::Customer => "customer",
            Keeper::Program => "program",
        }
    }
}

impl fmt::Display for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Keep {
    /// Whether a value that was kept is of its type, down to the fields of the program's `records`: an older program
    /// may have declared others.
    pub fn holds(&self, value: &Value, records: &Records) -> bool {
        is_whole(value, &self.ty, records)
    }
}

fn is_whole(value: &Value, ty: &Type, records: &Records) -> bool {
    match (value, ty) {
        (Value::None, Type::Optional(_)) => true,
        (value, Type::Optional(inner)) => is_whole(value, inner, records),
        (Value::List(items), Type::List(item)) => items.iter().all(|value| is_whole(value, item, records)),
        (Value::Record(record), Type::Record(name)) if record.kind == *name => {
            let mut fields = records.get(name).into_iter().flatten();
            fields.all(|(field, ty)| is_whole(record.field(field), ty, records))
        }
        (Value::Recording(_), Type::Recording) => true,
        (value, ty) => value.is_of(ty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Record;

    #[test]
    fn until_midnight_ends_at_the_next_midnight_there() {
        let zone = Zone::new("America/Los_Angeles").expect("a zone");
        let clock = NextClock { second: 0, zone };
        let wall = |text: &str| Wall(text.parse::<jiff::Timestamp>().expect("a time").as_millisecond());
        let midnight = wall("2026-03-11T07:00:00Z");
        assert_eq!(clock.after(wall("2026-03-10T17:00:00Z")), midnight);
        assert_eq!(clock.after(midnight), wall("2026-03-12T07:00:00Z"));
    }

    #[test]
    fn a_record_of_an_older_program_is_none_of_this_one() {
        let fields = vec![("code".into(), Type::Digits), ("note".into(), Type::Optional(Type::Text.into()))];
        let records = Records::from([("stop".into(), fields)]);
        let stop = Record::new("stop", "").with("code", Value::Digits("4010".into()));
        let older = Record::new("stop", "").with("code", Value::text("Main St"));
        let ty = Type::Record("stop".into());
        let holds = |record: Record| is_whole(&Value::Record(record.into()), &ty, &records);
        assert!(holds(stop) && !holds(older));
    }
}
