//! Values and counters that outlive a contact, and when they end.

use crate::program::Value;
use crate::time::Wall;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A kept value. One that has ended is as good as none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What is kept.
    pub value: Value,
    /// When it ends; never where nothing is said.
    pub until: Option<Wall>,
}

impl Kept {
    /// Whether it still holds.
    pub fn holds(&self, now: Wall) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// A counter after another count: one that holds keeps its end, so that its time runs from its first count.
    pub fn counted(
        known: Option<Kept>,
        at_first: Decimal,
        by: Decimal,
        until: Option<Wall>,
        now: Wall,
    ) -> Kept {
        let known = known.filter(|kept| kept.holds(now));
        match known {
            Some(Kept { value: Value::Number(count), until }) => {
                Kept { value: Value::Number(count.saturating_add(by)), until }
            }
            Some(_) | None => Kept { value: Value::Number(at_first.saturating_add(by)), until },
        }
    }
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Updated {
    /// It is done.
    Done,
    /// The field is not what was seen.
    Conflict,
    /// There is no such customer or object.
    NoSuch,
}

/// A field that is to change.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    /// `customer`, or an object's kind.
    pub kind: &'a str,
    /// Its key.
    pub of: &'a str,
    /// The field.
    pub field: &'a str,
    /// Its new value.
    pub value: &'a Value,
    /// What was seen: if it is something else by now, nothing is changed.
    pub seen: &'a Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_ends_by_its_first_count() {
        let (zero, one) = (Decimal::ZERO, Decimal::ONE);
        let first = Kept::counted(None, zero, one, Some(Wall(100)), Wall(0));
        let second = Kept::counted(Some(first), zero, one, Some(Wall(150)), Wall(50));
        assert_eq!(second, Kept { value: Value::Number(Decimal::TWO), until: Some(Wall(100)) });
        let anew = Kept::counted(Some(second), zero, one, Some(Wall(200)), Wall(100));
        assert_eq!(anew.value, Value::Number(one));
    }
}
