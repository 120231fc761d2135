//! A number in one machine word, so that a hundred thousand of them are a sorted list of words.

use crate::program::phone::Phone;
use std::fmt;

/// The digits of a number in normal form.
///
/// From the top: one bit for `+`, four bits for how many digits there are, 50 bits for the digits as a number. Fifteen
/// digits, as many as E.164 allows, are less than 2^50.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumberKey(u64);

const DIGITS: u32 = 50;
const COUNT: u32 = 4;

impl NumberKey {
    /// The most digits that a number has.
    pub const MOST_DIGITS: usize = 15;

    /// The key of digits, with `+` before them or without; `None` where there are none, too many, or other signs.
    pub fn of(text: &str) -> Option<NumberKey> {
        let (international, digits) = match text.strip_prefix('+') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        if digits.is_empty() || digits.len() > NumberKey::MOST_DIGITS {
            return None;
        }
        let mut value = 0_u64;
        for byte in digits.bytes() {
            value = value * 10 + u64::from(byte.is_ascii_digit().then_some(byte - b'0')?);
        }
        Some(NumberKey::new(international, digits.len(), value))
    }

    fn new(international: bool, count: usize, value: u64) -> NumberKey {
        NumberKey(u64::from(international) << (DIGITS + COUNT) | (count as u64) << DIGITS | value)
    }

    /// Whether it begins with `+`.
    pub fn is_international(self) -> bool {
        self.0 >> (DIGITS + COUNT) != 0
    }

    /// How many digits it has, 1 to 15.
    pub fn count(self) -> usize {
        (self.0 >> DIGITS & ((1 << COUNT) - 1)) as usize
    }

    /// Its digits as a number; zeros in front do not show.
    pub fn value(self) -> u64 {
        self.0 & ((1 << DIGITS) - 1)
    }

    /// Its first digits; itself where it has no more.
    pub fn first(self, count: usize) -> NumberKey {
        let cut = self.count().saturating_sub(count);
        NumberKey::new(self.is_international(), self.count() - cut, self.value() / 10_u64.pow(cut as u32))
    }

    /// Its digits from the left, the rest zero.
    pub fn digits(self) -> [u8; NumberKey::MOST_DIGITS] {
        let mut digits = [0; NumberKey::MOST_DIGITS];
        let mut rest = self.value();
        for place in digits[..self.count()].iter_mut().rev() {
            *place = (rest % 10) as u8;
            rest /= 10;
        }
        digits
    }
}

impl fmt::Display for NumberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plus = if self.is_international() { "+" } else { "" };
        write!(f, "{plus}{:0count$}", self.value(), count = self.count())
    }
}

impl Phone {
    /// The number behind a key.
    pub fn of_key(key: NumberKey) -> Phone {
        Phone::unchecked(&key.to_string())
    }

    /// The number's key. Every number has 2 to 15 digits, so this loses nothing.
    pub fn key(&self) -> NumberKey {
        NumberKey::of(self.as_str()).unwrap_or(NumberKey(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_every_digit_and_the_plus() {
        for text in ["+78432035737", "112", "007", "+999999999999999", "0"] {
            let key = NumberKey::of(text).expect("a key");
            let digits: String = key.digits()[..key.count()].iter().map(ToString::to_string).collect();
            assert_eq!(key.to_string(), text);
            assert_eq!(digits, text.trim_start_matches('+'));
        }
        assert_eq!(NumberKey::of("+1234567890123456"), None);
        assert_eq!(NumberKey::of("12a"), None);
        assert_ne!(NumberKey::of("7"), NumberKey::of("07"));
    }

    #[test]
    fn the_first_digits_are_a_key() {
        let key = NumberKey::of("+78432035737").map(|key| key.first(4));
        assert_eq!(key, NumberKey::of("+7843"));
        assert_eq!(NumberKey::of("01").map(|key| key.first(1)), NumberKey::of("0"));
    }
}
