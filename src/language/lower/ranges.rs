//! The values that the cases of a `match` have taken: thousands of them are as quick to ask as a few.

use crate::program::{Currency, Phone, Text, Value};
use crate::source::Span;
use crate::time::{DurationMs, Wall};
use jiff::civil::{Date, Time};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A literal by which cases are sorted; only those of one kind are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    None,
    Bool(bool),
    Number(Decimal),
    Money(Currency, Decimal),
    Duration(DurationMs),
    Date(Date),
    Time(Time),
    Moment(Wall),
    Phone(Phone),
    Text(Text),
    Digits(Text),
}

/// Stretches of values, each with the place of its case.
///
/// INVARIANT: none of them lies within another, so that the later one begins the later it ends.
#[derive(Default)]
pub(super) struct Ranges {
    by_first: BTreeMap<Key, (Key, Span)>,
}

impl Ranges {
    /// Takes the values from one to another; gives back the case that has taken all of them already.
    pub fn take(&mut self, first: &Value, last: &Value, span: Span) -> Option<Span> {
        let (first, last) = (key(first)?, key(last)?);
        let before = self.by_first.range(..=&first).next_back();
        if let Some((_, (_, before))) = before.filter(|(_, (end, _))| *end >= last) {
            return Some(*before);
        }
        let inner = self.by_first.range(&first..).take_while(|(_, (end, _))| *end <= last);
        let inner: Vec<Key> = inner.map(|(begin, _)| begin.clone()).collect();
        inner.iter().for_each(|begin| drop(self.by_first.remove(begin)));
        self.by_first.insert(first, (last, span));
        None
    }

    /// Whether a case begins with this value.
    pub fn has(&self, value: &Value) -> bool {
        key(value).is_some_and(|key| self.by_first.contains_key(&key))
    }
}

fn key(value: &Value) -> Option<Key> {
    Some(match value {
        Value::None => Key::None,
        Value::Bool(truth) => Key::Bool(*truth),
        Value::Number(number) => Key::Number(*number),
        Value::Money(money) => Key::Money(money.currency, money.amount),
        Value::Duration(length) => Key::Duration(*length),
        Value::Date(date) => Key::Date(*date),
        Value::Time(time) => Key::Time(*time),
        Value::Moment(moment) => Key::Moment(moment.at),
        Value::Phone(phone) => Key::Phone(phone.clone()),
        Value::Text(text) => Key::Text(text.clone()),
        Value::Digits(digits) => Key::Digits(digits.clone()),
        Value::Secret(_) | Value::Record(_) | Value::List(_) | Value::Recording(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn what_lies_within_an_earlier_stretch_is_taken() {
        let mut ranges = Ranges::default();
        let mut take = |first: u32, last: u32| {
            let at = Span { source: SourceId(0), start: first, end: last };
            let number = |number: u32| Value::Number(number.into());
            ranges.take(&number(first), &number(last), at).map(|span| (span.start, span.end))
        };
        assert_eq!([take(3, 3), take(1, 5), take(8, 9)], [None, None, None]);
        assert_eq!([take(3, 3), take(2, 5), take(8, 8)], [Some((1, 5)), Some((1, 5)), Some((8, 9))]);
        // Only a single case takes all of them.
        assert_eq!([take(4, 8), take(5, 8)], [None, Some((4, 8))]);
    }
}
