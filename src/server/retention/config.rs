//! How long what is kept, as a deployment decides it.

use crate::time::DurationMs;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long each kind is kept; for ever where nothing is said.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionConfig {
    /// Who it was and what was said in contacts that are over.
    #[serde(alias = "interactions")]
    pub contacts: Option<Length>,
    /// The same of cases that are closed.
    pub cases: Option<Length>,
    /// The audit of PINs, and who looked.
    pub audit: Option<Length>,
    /// Sealed segments of journals, by their last line.
    pub journals: Option<Length>,
    /// Recordings, by the moment when they were finished.
    pub recordings: Option<Length>,
}

/// A length of days or hours: `90d`, `36h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length(pub DurationMs);

impl Length {
    /// Reads one; at least an hour, at most a hundred years.
    pub fn parse(text: &str) -> Option<Length> {
        let (count, hours) = match text.strip_suffix('d') {
            Some(days) => (days, 24),
            None => (text.strip_suffix('h')?, 1),
        };
        let hours = count.parse::<u64>().ok()?.checked_mul(hours)?;
        (1..=876_000).contains(&hours).then(|| Length(DurationMs(hours * 3_600_000)))
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = self.0.0 / 3_600_000;
        if hours.is_multiple_of(24) { write!(f, "{}d", hours / 24) } else { write!(f, "{hours}h") }
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Length, D::Error> {
        let text = String::deserialize(deserializer)?;
        Length::parse(&text)
            .ok_or_else(|| de::Error::custom(format!("`{text}` is no length; `90d` and `36h` are")))
    }
}

impl Serialize for Length {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_of_days_or_of_hours() {
        assert_eq!(Length::parse("90d").map(|length| length.to_string()).as_deref(), Some("90d"));
        assert_eq!(Length::parse("36h").map(|length| length.to_string()).as_deref(), Some("36h"));
        for text in ["", "d", "0d", "90", "-1d", "1.5d", "9999999999999999999d", "90 d"] {
            assert_eq!(Length::parse(text), None, "{text}");
        }
    }
}
