//! Opening hours: a weekly plan in a zone, calendars of closed days, and dated lines that replace the weekly ones.
//!
//! Spans are half-open and belong to the day on which they start: `fri 22:00-06:00` is open on Saturday morning. They
//! are compared in local civil time, so that a span that ends in the hour which the clocks skip ends at the jump, and
//! in the hour that comes twice both passes count.

use super::value::Text;
use crate::time::Wall;
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// A schedule of a program, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScheduleId(pub u32);

/// When somebody is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The name a script uses.
    pub name: Text,
    /// The zone whose clock on the wall it means.
    pub zone: Zone,
    /// Whether whoever asks names the zone; then `zone` is any.
    pub any_zone: bool,
    /// The weekly plan.
    pub week: Vec<WeekLine>,
    /// Days on which the weekly plan does not hold and nobody is there.
    pub closed: Calendar,
    /// Days with spans of their own; an empty list is a closed day. They win over the calendar.
    pub dated: BTreeMap<Date, Vec<DaySpan>>,
}

/// Days without a year-round rule: holidays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calendar {
    /// Single days.
    pub days: BTreeSet<Date>,
    /// Days of every year, as (month, day).
    pub yearly: BTreeSet<(i8, i8)>,
}

/// One line of a weekly plan.
#[derive(Clone, Debug, PartialEq)]
pub struct WeekLine {
    /// The days on which its spans start.
    pub days: Vec<Weekday>,
    /// Its spans.
    pub spans: Vec<DaySpan>,
}

/// A stretch of a day, half-open, in seconds from local midnight; past 86,400 it reaches into the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaySpan {
    /// First second that belongs to it.
    pub start_s: u32,
    /// First second that no longer does.
    pub end_s: u32,
}

/// A time zone by its IANA name. Two zones are equal if their names are.
#[derive(Clone, Debug)]
pub struct Zone {
    name: Text,
    rules: TimeZone,
}

/// What is wrong with a schedule.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ScheduleError {
    /// The time-zone database has no such zone.
    #[error("there is no time zone `{name}`")]
    NoSuchZone {
        /// As it was written.
        name: String,
    },
}

/// Seconds of a day on which the clocks do not change.
const DAY_S: u32 = 86_400;
/// How far ahead the next change is looked for: a year and a leap day.
const HORIZON_DAYS: i32 = 366;

impl Zone {
    /// The zone of that name in the time-zone database that was built in.
    pub fn new(name: &str) -> Result<Zone, ScheduleError> {
        let no_zone = || ScheduleError::NoSuchZone { name: name.to_owned() };
        let rules = TimeZone::get(name).map_err(|_| no_zone())?;
        Ok(Zone { name: name.into(), rules })
    }

    /// The names of all zones there are, in the order of the database.
    pub fn names() -> Vec<String> {
        let database = jiff::tz::TimeZoneDatabase::bundled();
        database.available().map(|name| name.as_str().to_owned()).collect()
    }

    /// Its IANA name.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// The local date and time at a moment; the earliest or latest representable where it lies outside the calendar.
    pub fn local(&self, at: Wall) -> jiff::civil::DateTime {
        self.rules.to_datetime(instant(at))
    }

    /// The moment with the zone's clock, for writing down.
    pub(super) fn zoned(&self, at: Wall) -> jiff::Zoned {
        instant(at).to_zoned(self.rules.clone())
    }

    /// The next moment at which the local clock shows this time of day.
    pub fn next_time(&self, time: jiff::civil::Time, after: Wall) -> Option<Wall> {
        let today = self.local(after).date();
        let days = [Some(today), today.tomorrow().ok()];
        days.into_iter().flatten().filter_map(|day| self.moment(day.to_datetime(time))).find(|at| *at > after)
    }

    /// The first moment at which the local clock shows at least this.
    pub fn moment(&self, local: jiff::civil::DateTime) -> Option<Wall> {
        let zoned = self.rules.to_ambiguous_zoned(local).compatible().ok()?;
        Some(Wall(zoned.timestamp().as_millisecond()))
    }
}

impl Eq for Zone {}

/// By its name.
impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Zone, D::Error> {
        let name = String::deserialize(deserializer)?;
        Zone::new(&name).map_err(serde::de::Error::custom)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name == other.name
    }
}

impl Schedule {
    /// Whether somebody is there at that moment.
    pub fn is_open(&self, at: Wall) -> bool {
        self.is_open_in(&self.zone, at)
    }

    /// The same by the clocks of another zone.
    pub fn is_open_in(&self, zone: &Zone, at: Wall) -> bool {
        let local = zone.local(at);
        let second = second_of_day(local.time());
        let today = self.spans_on(local.date()).any(|span| span.holds(second));
        let reaches = |date: Date| self.spans_on(date).any(|span| span.holds(second + DAY_S));
        today || local.date().yesterday().is_ok_and(reaches)
    }

    /// The next moment at which it opens or closes; `None` if that does not happen within a year.
    pub fn next_change(&self, at: Wall) -> Option<Wall> {
        let open = self.is_open(at);
        let first = self.zone.local(at).date().yesterday().ok()?;
        let mut edges: Vec<Wall> = Vec::new();
        let mut date = first;
        for _ in 0..HORIZON_DAYS {
            for span in self.spans_on(date) {
                edges.extend([span.start_s, span.end_s].into_iter().filter_map(|s| self.edge(date, s)));
            }
            edges.retain(|edge| *edge > at);
            edges.sort();
            if let Some(change) = edges.iter().find(|edge| self.is_open(**edge) != open) {
                return Some(*change);
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    /// The spans that start on a day: the dated ones, none on a closed day, else the weekly ones.
    pub fn spans_on(&self, date: Date) -> impl Iterator<Item = DaySpan> {
        let dated = self.dated.get(&date);
        let is_usual = dated.is_none() && !self.closed.contains(date);
        let week = if is_usual { &self.week[..] } else { &[] };
        let lines = week.iter().filter(move |line| line.days.contains(&date.weekday()));
        dated.into_iter().flatten().chain(lines.flat_map(|line| &line.spans)).copied()
    }

    fn edge(&self, date: Date, second: u32) -> Option<Wall> {
        let date = if second >= DAY_S { date.tomorrow().ok()? } else { date };
        let second = second % DAY_S;
        let (hour, minute) = ((second / 3600) as i8, (second / 60 % 60) as i8);
        self.zone.moment(date.at(hour, minute, (second % 60) as i8, 0))
    }
}

impl Calendar {
    /// Whether it names that day.
    pub fn contains(&self, date: Date) -> bool {
        self.days.contains(&date) || self.yearly.contains(&(date.month(), date.day()))
    }
}

impl DaySpan {
    /// From one second of the day to another; an end at or before the start lies on the next day.
    pub fn new(start_s: u32, end_s: u32) -> DaySpan {
        let end_s = if end_s <= start_s { end_s + DAY_S } else { end_s };
        DaySpan { start_s, end_s }
    }

    fn holds(self, second: u32) -> bool {
        (self.start_s..self.end_s).contains(&second)
    }

    /// Whether the two share a second.
    pub fn overlaps(self, other: DaySpan) -> bool {
        self.start_s < other.end_s && other.start_s < self.end_s
    }
}

/// The moment; the earliest or latest representable where it lies outside the calendar.
fn instant(at: Wall) -> Timestamp {
    let bound = if at.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(at.0).unwrap_or(bound)
}

fn second_of_day(time: jiff::civil::Time) -> u32 {
    time.hour() as u32 * 3600 + time.minute() as u32 * 60 + time.second() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(zone: &str, days: &[Weekday], start_h: u32, end_h: u32) -> Result<Schedule, ScheduleError> {
        let spans = vec![DaySpan::new(start_h * 3600, end_h * 3600)];
        let week = vec![WeekLine { days: days.to_vec(), spans }];
        let zone = Zone::new(zone)?;
        Ok(Schedule {
            name: "s".into(),
            zone,
            any_zone: false,
            week,
            closed: Calendar::default(),
            dated: BTreeMap::new(),
        })
    }

    fn wall(text: &str) -> Result<Wall, jiff::Error> {
        Ok(Wall(text.parse::<Timestamp>()?.as_millisecond()))
    }

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn the_end_of_a_span_is_closed() -> TestResult {
        let office = week("America/New_York", &[Weekday::Friday], 9, 17)?;
        assert!(office.is_open(wall("2026-03-06T16:59:59.999-05:00")?));
        assert!(!office.is_open(wall("2026-03-06T17:00:00-05:00")?));
        Ok(())
    }

    #[test]
    fn an_overnight_span_belongs_to_the_day_on_which_it_starts() -> TestResult {
        let night = week("America/New_York", &[Weekday::Friday], 22, 6)?;
        assert!(night.is_open(wall("2026-03-07T05:59:00-05:00")?));
        assert!(!night.is_open(wall("2026-03-06T05:59:00-05:00")?));
        Ok(())
    }

    #[test]
    fn the_night_on_which_the_clocks_change_has_its_own_length() -> TestResult {
        for (from, to, hours) in [
            ("2026-10-31T22:00:00-04:00", "2026-11-01T06:00:00-05:00", 9),
            ("2026-03-07T22:00:00-05:00", "2026-03-08T06:00:00-04:00", 7),
        ] {
            let night = week("America/New_York", &[Weekday::Saturday], 22, 6)?;
            let opens = wall(from)?;
            let closes = night.next_change(opens);
            assert_eq!(closes, Some(wall(to)?));
            assert_eq!(closes.map(|c| (c.0 - opens.0) / 3_600_000), Some(hours));
        }
        Ok(())
    }

    #[test]
    fn a_holiday_closes_a_day_and_a_dated_line_opens_it_again() -> TestResult {
        let mut office = week("Europe/Moscow", &[Weekday::Thursday], 9, 20)?;
        let day: Date = "2026-12-31".parse()?;
        office.closed.days.insert(day);
        assert!(!office.is_open(wall("2026-12-31T12:00:00+03:00")?));
        office.dated.insert(day, vec![DaySpan::new(10 * 3600, 14 * 3600)]);
        assert!(office.is_open(wall("2026-12-31T12:00:00+03:00")?));
        assert!(!office.is_open(wall("2026-12-31T14:00:00+03:00")?));
        Ok(())
    }

    #[test]
    fn the_next_time_of_day_is_today_or_tomorrow() -> TestResult {
        let zone = Zone::new("Europe/Moscow")?;
        let nine = jiff::civil::time(9, 0, 0, 0);
        let evening = wall("2026-11-20T19:30:00+03:00")?;
        assert_eq!(zone.next_time(nine, evening), Some(wall("2026-11-21T09:00:00+03:00")?));
        let night = wall("2026-11-20T08:59:59+03:00")?;
        assert_eq!(zone.next_time(nine, night), Some(wall("2026-11-20T09:00:00+03:00")?));
        Ok(())
    }

    #[test]
    fn a_zone_that_does_not_exist_is_an_error() {
        assert!(matches!(Zone::new("Mars/Olympus"), Err(ScheduleError::NoSuchZone { .. })));
    }
}
