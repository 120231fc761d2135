//! Sets of phone numbers.

use super::number::{NumberKey, NumberPattern, NumberTable};
use super::phone::Phone;
use super::value::Text;
use serde::{Deserialize, Serialize};

/// A set of numbers of a program, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NumbersId(pub u32);

/// A named set of phone numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NumberSet {
    /// The name a script uses.
    pub name: Text,
    /// The file that it was read from, by its path in the program's folder.
    pub file: Option<Text>,
    /// The CRM's segment whose customers' numbers it has. Then it has no patterns, and only a caller is looked for in it.
    pub segment: Option<Text>,
    /// Whatever belongs to it beside exact numbers, in written order.
    patterns: Vec<NumberPattern>,
    table: NumberTable<()>,
}

impl NumberSet {
    /// A set of these.
    pub fn new(
        name: Text,
        file: Option<Text>,
        patterns: impl IntoIterator<Item = NumberPattern>,
    ) -> NumberSet {
        let (mut exact, mut others) = (Vec::new(), Vec::new());
        for pattern in patterns {
            match pattern {
                NumberPattern::Exact(phone) => exact.push((phone.key(), ())),
                other => others.push(other),
            }
        }
        let table = NumberTable::with_exact(exact, others.iter().map(|pattern| (pattern, ())));
        NumberSet { name, file, segment: None, patterns: others, table }
    }

    /// The numbers of a segment's customers.
    pub fn of_segment(name: Text, segment: Text) -> NumberSet {
        NumberSet { segment: Some(segment), ..NumberSet::new(name, None, []) }
    }

    /// Its exact numbers, each once, in order.
    pub fn exact(&self) -> &[NumberKey] {
        self.table.exact()
    }

    /// Its beginnings, classes and ranges, in written order.
    pub fn patterns(&self) -> &[NumberPattern] {
        &self.patterns
    }

    /// Whether the set has this number. The cost grows with the number's length, and with how many ranges and classes
    /// there are, not with the set's size.
    pub fn contains(&self, number: &Phone) -> bool {
        self.has(number.key())
    }

    /// Whether the set has the number with this key.
    pub fn has(&self, key: NumberKey) -> bool {
        self.table.find(key).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_covers_every_number_behind_it_and_no_other() {
        let kazan = NumberSet::new("kazan".into(), None, [NumberPattern::Prefix("+7843".into())]);
        let inside = Phone::from_e164("+78432035737").map(|n| kazan.contains(&n));
        let outside = Phone::from_e164("+74952035737").map(|n| kazan.contains(&n));
        assert_eq!((inside, outside), (Some(true), Some(false)));
    }
}
