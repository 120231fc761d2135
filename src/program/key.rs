//! A key of the telephone (RFC 4733 §3.2: events 0 to 15).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// One of the sixteen keys, or one of which nobody says which it was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(char);

impl Key {
    /// A digit whose value is not told: a secret's, in a journal.
    pub const HIDDEN: Key = Key('\u{2022}');
    /// `#`
    pub const POUND: Key = Key('#');
    /// `*`
    pub const STAR: Key = Key('*');

    /// The key with this sign: `0` to `9`, `*`, `#`, `A` to `D`, or the sign of [`Key::HIDDEN`].
    pub fn from_char(sign: char) -> Option<Key> {
        let sign = sign.to_ascii_uppercase();
        matches!(sign, '0'..='9' | '*' | '#' | 'A'..='D' | '\u{2022}').then_some(Key(sign))
    }

    /// Its sign.
    pub fn sign(self) -> char {
        self.0
    }

    /// Whether it is one of the ten digits, told or hidden.
    pub fn is_digit(self) -> bool {
        self.0.is_ascii_digit() || self == Key::HIDDEN
    }

    /// The same key, hidden if it is a digit.
    pub fn masked(self) -> Key {
        if self.is_digit() { Key::HIDDEN } else { self }
    }
}

/// A key may belong to a secret, so that it never prints by accident.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(self.0)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        let sign = char::deserialize(deserializer)?;
        Key::from_char(sign).ok_or_else(|| serde::de::Error::custom("a key is one of 0-9, *, #, A-D"))
    }
}
