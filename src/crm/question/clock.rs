//! Quarters of an hour as hours, weekdays, days and months of a zone's clock.
//!
//! A database knows no zones, so it counts by the quarter of an hour since 1970: every clock of today changes at one. The
//! hour that comes twice in autumn is counted twice under its name, the one that is skipped in spring is empty.

use super::Period;
use crate::program::{Text, Zone};
use crate::time::Wall;
use jiff::civil::{Date, DateTime, Time};

/// The length of a quarter of an hour in milliseconds.
pub const QUARTER_MS: i64 = 900_000;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What is read from a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockPart {
    /// The hour of the day, `00` to `23`.
    Hour,
    /// The day of the week, `mon` to `sun`.
    Weekday,
    /// The day, `2026-11-20`.
    Day,
    /// The month, `2026-11`.
    Month,
}

impl ClockPart {
    /// What a zone's clock shows in a quarter of an hour, counted since 1970.
    pub fn name(self, quarter: i64, zone: &Zone) -> Text {
        self.name_of(zone.local(Wall(quarter.saturating_mul(QUARTER_MS))))
    }

    /// All names there are in a period, in their order: every hour of a day, every day of the week, every day and month that
    /// it touches.
    pub fn all(self, period: Period, zone: &Zone) -> Vec<Text> {
        match self {
            ClockPart::Hour => (0..24).map(|hour| format!("{hour:02}").into()).collect(),
            ClockPart::Weekday => WEEKDAYS.map(Text::from).to_vec(),
            ClockPart::Day | ClockPart::Month => self.dates(period, zone),
        }
    }

    fn name_of(self, local: DateTime) -> Text {
        let form = match self {
            ClockPart::Hour => "%H",
            ClockPart::Weekday => return weekday(local.date()),
            ClockPart::Day => "%Y-%m-%d",
            ClockPart::Month => "%Y-%m",
        };
        local.strftime(form).to_string().into()
    }

    fn dates(self, period: Period, zone: &Zone) -> Vec<Text> {
        let last = zone.local(Wall(period.to.0.saturating_sub(1))).date();
        let mut names: Vec<Text> = Vec::new();
        let mut next = Some(zone.local(period.from).date()).filter(|date| *date <= last);
        while let Some(date) = next {
            let name = self.name_of(date.to_datetime(Time::midnight()));
            if names.last() != Some(&name) {
                names.push(name);
            }
            next = date.tomorrow().ok().filter(|date| *date <= last);
        }
        names
    }
}

fn weekday(date: Date) -> Text {
    let index = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
    WEEKDAYS.get(index).copied().unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-29 in Berlin: at 02:00 the clocks go to 03:00, at 01:00 UTC.
    const SPRING: i64 = 1_774_746_000_000;

    #[test]
    fn an_hour_is_one_of_the_zone_s_clock_also_when_it_changes() {
        let berlin = Zone::new("Europe/Berlin").expect("a zone");
        let hour = |ms: i64| ClockPart::Hour.name((SPRING + ms).div_euclid(QUARTER_MS), &berlin);
        assert_eq!([hour(-900_000), hour(0)].map(|hour| hour.to_string()), ["01", "03"]);
    }

    #[test]
    fn a_period_touches_its_first_day_and_not_the_day_of_its_end() {
        let berlin = Zone::new("Europe/Berlin").expect("a zone");
        let midnight = SPRING - 7_200_000;
        // The day of the change is an hour shorter.
        let day = Period { from: Wall(midnight), to: Wall(midnight + 23 * 3_600_000) };
        assert_eq!(ClockPart::Day.all(day, &berlin), [Text::from("2026-03-29")]);
        let hundred_days = Period { to: Wall(midnight + 100 * 86_400_000), ..day };
        assert_eq!(ClockPart::Month.all(hundred_days, &berlin).len(), 5);
    }
}
