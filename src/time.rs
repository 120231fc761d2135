//! The one time type of the pure modules: a moment and a length, both in whole milliseconds.
//!
//! A pure module never asks what time it is; its driver says so with every call. [`Millis`] is a point on the
//! driver's monotonic clock and has no calendar; [`Wall`] is a point on the calendar (Unix time) and is read only
//! to answer questions about days and hours. A session's wall clock is its contact's arrival plus the time
//! elapsed since, so that a replay gives the same answers.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign};

/// A moment on the driver's monotonic clock, in milliseconds since a zero of the driver's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DurationMs(pub u64);

/// A moment on the calendar: milliseconds since 1970-01-01T00:00:00Z, negative before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wall(pub i64);

impl Millis {
    /// The driver's zero.
    pub const ZERO: Millis = Millis(0);

    /// The length from `earlier` to this moment; zero if `earlier` is in fact later.
    pub fn since(self, earlier: Millis) -> DurationMs {
        DurationMs(self.0.saturating_sub(earlier.0))
    }
}

impl DurationMs {
    /// No time at all.
    pub const ZERO: DurationMs = DurationMs(0);
    /// 24 hours.
    pub const DAY: DurationMs = DurationMs(86_400_000);

    /// A length of whole seconds.
    pub const fn from_secs(seconds: u64) -> DurationMs {
        DurationMs(seconds * 1000)
    }

    /// The same length as the standard library's type.
    pub const fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.0)
    }
}

impl Wall {
    /// The moment `elapsed` after this one; stays at the last representable moment instead of overflowing.
    pub fn after(self, elapsed: DurationMs) -> Wall {
        Wall(self.0.saturating_add_unsigned(elapsed.0))
    }
}

impl Add<DurationMs> for Millis {
    type Output = Millis;
    fn add(self, length: DurationMs) -> Millis {
        Millis(self.0.saturating_add(length.0))
    }
}

impl AddAssign<DurationMs> for Millis {
    fn add_assign(&mut self, length: DurationMs) {
        *self = *self + length;
    }
}

impl Add for DurationMs {
    type Output = DurationMs;
    fn add(self, other: DurationMs) -> DurationMs {
        DurationMs(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Reads as a script writes it: `300ms`, `5s`, `15m`, `1h30m`.
impl fmt::Display for DurationMs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms")];
        let mut rest = self.0;
        for (size, name) in units {
            if rest >= size {
                write!(f, "{}{name}", rest / size)?;
                rest %= size;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_reads_as_a_script_writes_it() {
        let written = [0, 300, 5000, 900_000, 5_400_000, 90_061_001].map(|ms| DurationMs(ms).to_string());
        assert_eq!(written, ["0s", "300ms", "5s", "15m", "1h30m", "1d1h1m1s1ms"]);
    }

    #[test]
    fn a_moment_before_another_is_no_time_after_it() {
        assert_eq!(Millis(5).since(Millis(9)), DurationMs::ZERO);
    }
}
