//! A stretch of a day.

use super::DAY_S;
use std::fmt;

/// A stretch of a day, half-open, in seconds from local midnight; past 86,400 it reaches into the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaySpan {
    /// First second that belongs to it.
    pub start_s: u32,
    /// First second that no longer does.
    pub end_s: u32,
}

impl DaySpan {
    /// From midnight to midnight.
    pub const WHOLE_DAY: DaySpan = DaySpan { start_s: 0, end_s: DAY_S };

    /// From one time of day to another; an end that is not later than the start is the next day's.
    pub const fn new(start_s: u32, end_s: u32) -> DaySpan {
        DaySpan { start_s, end_s: if end_s > start_s { end_s } else { end_s + DAY_S } }
    }

    /// Whether it holds a second of its day, or, past 86,400, of the next.
    pub(super) const fn holds(self, second: u32) -> bool {
        self.start_s <= second && second < self.end_s
    }
}

/// As a script writes it: `09:00-18:00`, `22:00-06:00`, `08:30:15-24:00`.
impl fmt::Display for DaySpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end_s = if self.end_s > DAY_S { self.end_s - DAY_S } else { self.end_s };
        write!(f, "{}-{}", clock(self.start_s), clock(end_s))
    }
}

/// A time of day as a script writes it, with seconds where there are any.
fn clock(second: u32) -> String {
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    match seconds {
        0 => format!("{hours:02}:{minutes:02}"),
        _ => format!("{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_as_a_script_writes_it() {
        let spans = [DaySpan::new(32_400, 64_800), DaySpan::new(79_200, 21_600), DaySpan::new(30_615, DAY_S)];
        assert_eq!(spans.map(|span| span.to_string()), ["09:00-18:00", "22:00-06:00", "08:30:15-24:00"]);
        assert_eq!(DaySpan::WHOLE_DAY.to_string(), "00:00-24:00");
    }
}
