//! Sets of phone numbers: exact ones and prefixes.

use super::phone::Phone;
use super::value::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A set of numbers of a program, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NumbersId(pub u32);

/// A named set of phone numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NumberSet {
    /// The name a script uses.
    pub name: Text,
    /// Numbers in normal form.
    pub exact: BTreeSet<Phone>,
    /// Beginnings of numbers in normal form: `+7843`.
    pub prefixes: BTreeSet<Text>,
}

impl NumberSet {
    /// Whether the set has this number. The cost grows with the number's length, not with the set's size.
    pub fn contains(&self, number: &Phone) -> bool {
        let text = number.as_str();
        self.exact.contains(number)
            || (!self.prefixes.is_empty()
                && (1..=text.len())
                    .any(|end| text.get(..end).is_some_and(|head| self.prefixes.contains(head))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_covers_every_number_behind_it_and_no_other() {
        let kazan = NumberSet { prefixes: ["+7843".into()].into(), ..NumberSet::default() };
        let inside = Phone::from_e164("+78432035737").map(|n| kazan.contains(&n));
        let outside = Phone::from_e164("+74952035737").map(|n| kazan.contains(&n));
        assert_eq!((inside, outside), (Some(true), Some(false)));
    }
}
