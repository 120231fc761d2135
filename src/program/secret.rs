//! Digits and words that nobody may see: a PIN, a card, a passphrase.

use super::passphrase::LONGEST;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Digits, or words, that print, log and serialize as hidden. The only way to their value is [`Secret::expose`], which a search
/// of the sources finds.
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    /// Takes the digits, or the words, in.
    pub fn new(digits: impl Into<String>) -> Secret {
        Secret(digits.into())
    }

    /// The value itself: for the one who verifies it, nobody else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// How many characters there are. The count is no secret: a journal holds it.
    pub fn count(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hidden")
    }
}

/// Equal in a time that does not tell how many digits agree.
impl PartialEq for Secret {
    fn eq(&self, other: &Secret) -> bool {
        let (a, b) = (self.0.as_bytes(), other.0.as_bytes());
        a.len() == b.len() && a.iter().zip(b).fold(0, |seen, (x, y)| seen | (x ^ y)) == 0
    }
}

impl Eq for Secret {}

/// Only the number of digits is written.
impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.count() as u64)
    }
}

/// What comes back from a file has the length of the secret and nothing of its value.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        let count = u64::deserialize(deserializer)?;
        Ok(Secret("\u{2022}".repeat(count.min(u64::from(LONGEST)) as usize)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_the_digits() {
        let pin = Secret::new("4711");
        let printed = format!("{pin} {pin:?} {}", serde_json::to_string(&pin).unwrap_or_default());
        assert!(!printed.contains("4711"), "{printed}");
    }

    #[test]
    fn two_secrets_are_equal_only_digit_by_digit() {
        assert_eq!(Secret::new("4711"), Secret::new("4711"));
        assert_ne!(Secret::new("4711"), Secret::new("4712"));
        assert_ne!(Secret::new("4711"), Secret::new("47110"));
    }
}
