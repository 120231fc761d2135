//! A moment as a flow sees it: an instant with the zone in which it is read.

use super::value::{Text, Value};
use super::zone::Zone;
use crate::time::{DurationMs, Wall};
use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// An instant and a zone. Two moments are the same if both are; in order they stand by the instant alone.
#[derive(Clone, Debug)]
pub struct Moment {
    /// When.
    pub at: Wall,
    /// Where its clock hangs.
    pub zone: Zone,
    /// The day on which it is spoken of, by its own clock, where a prompt wants to know how far off it is.
    seen: Option<Date>,
}

impl Eq for Moment {}

/// From which day it is seen makes no difference.
impl PartialEq for Moment {
    fn eq(&self, other: &Moment) -> bool {
        self.at == other.at && self.zone == other.zone
    }
}

/// Before the day on which a moment is spoken of, where it is written with its zone: a suffix by RFC 9557.
const SEEN: &str = "[seen=";

impl Moment {
    /// An instant on the clock of a zone.
    pub fn new(at: Wall, zone: Zone) -> Moment {
        Moment { at, zone, seen: None }
    }

    /// The same moment as it is spoken of at another.
    pub fn seen_at(self, now: Wall) -> Moment {
        Moment { seen: Some(self.zone.local(now).date()), ..self }
    }

    /// How many days ahead it is of the day on which it is spoken of; `None` where nobody said which that is.
    pub fn days_ahead(&self) -> Option<i32> {
        Some((self.local().date() - self.seen?).get_days())
    }

    /// The first moment at which a zone's clock shows this; the first behind the gap where the clocks skip it.
    pub fn of(date: Date, time: Time, zone: &Zone) -> Option<Moment> {
        let at = zone.moment(DateTime::from_parts(date, time))?;
        Some(Moment::new(at, zone.clone()))
    }

    /// Reads what RFC 9557 writes, `2026-11-20T19:30:00+03:00[Europe/Moscow]`; without brackets it is read in
    /// `zone`, and what has no offset either is that zone's local time. Where there is no zone, its offset is its clock.
    pub fn parse(text: &str, zone: Option<&Zone>) -> Option<Moment> {
        let (text, seen) = match text.split_once(SEEN) {
            Some((text, seen)) => (text, seen.trim_end_matches(']').parse().ok()),
            None => (text, None),
        };
        if let Some(zoned) = Zone::parse_zoned(text) {
            let zone = Zone::new(zoned.time_zone().iana_name()?).ok()?;
            return Some(Moment { seen, ..Moment::new(Wall(zoned.timestamp().as_millisecond()), zone) });
        }
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            let zone = zone.cloned().or_else(|| zone_of_offset(text))?;
            return Some(Moment::new(Wall(at.as_millisecond()), zone));
        }
        let zone = zone?;
        let local = text.parse::<DateTime>().ok()?;
        Moment::of(local.date(), local.time(), zone)
    }

    /// What the clock on the wall shows there.
    pub fn local(&self) -> DateTime {
        self.zone.local(self.at)
    }

    /// The moment so much later.
    pub fn after(&self, length: DurationMs) -> Moment {
        Moment::new(self.at.after(length), self.zone.clone())
    }

    /// The moment so much earlier; the earliest there is where that is before it.
    pub fn before(&self, length: DurationMs) -> Moment {
        Moment::new(Wall(self.at.0.saturating_sub_unsigned(length.0)), self.zone.clone())
    }

    /// The length from an earlier moment to this one; nothing where the other is later.
    pub fn since(&self, earlier: &Moment) -> DurationMs {
        DurationMs(u64::try_from(self.at.0.saturating_sub(earlier.at.0)).unwrap_or(0))
    }

    /// A field by its name: `date`, `time`, `weekday`, `zone`.
    pub fn field(&self, name: &str) -> Value {
        match name {
            "date" => Value::Date(self.local().date()),
            "time" => Value::Time(self.local().time()),
            "weekday" => Value::Text(weekday(self.local().date())),
            "zone" => Value::Text(self.zone.name().clone()),
            _ => Value::None,
        }
    }
}

/// The zone whose clock stands as far from UTC as an offset in whole hours says; UTC for any other.
fn zone_of_offset(text: &str) -> Option<Zone> {
    let offset = jiff::fmt::temporal::Pieces::parse(text).ok()?.to_numeric_offset()?;
    let (hours, rest) = (offset.seconds() / 3_600, offset.seconds() % 3_600);
    let name = match (hours, rest) {
        (hours, 0) if hours != 0 => format!("Etc/GMT{:+}", -hours),
        _ => "Etc/UTC".to_owned(),
    };
    Zone::new(&name).ok()
}

/// The English name of a date's weekday, in small letters.
pub fn weekday(date: Date) -> Text {
    let word = match date.weekday() {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    };
    word.into()
}

/// As RFC 9557 writes it.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.zone.zoned(self.at))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.seen {
            Some(seen) => serializer.collect_str(&format_args!("{self}{SEEN}{seen}]")),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        let text = String::deserialize(deserializer)?;
        Moment::parse(&text, None).ok_or_else(|| serde::de::Error::custom("a moment as RFC 9557 writes it"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_and_read_back() {
        let text = "2026-11-20T19:30:00+03:00[Europe/Moscow]";
        let moment = Moment::parse(text, None).expect("a moment");
        assert_eq!(moment.to_string(), text);
        assert_eq!(moment.field("weekday"), Value::text("friday"));
    }

    #[test]
    fn a_local_time_in_the_gap_is_the_first_moment_behind_it() {
        let zone = Zone::new("America/New_York").expect("a zone");
        let moment = Moment::parse("2026-03-08T02:30:00", Some(&zone)).expect("a moment");
        assert_eq!(moment.local().time().to_string(), "03:00:00");
    }

    #[test]
    fn a_moment_that_is_spoken_of_knows_from_which_day() {
        let moment = Moment::parse("2026-11-23T09:00:00+03:00[Europe/Moscow]", None).expect("a moment");
        let saturday = Moment::parse("2026-11-21T23:30:00+03:00[Europe/Moscow]", None).expect("a moment");
        let seen = moment.clone().seen_at(saturday.at);
        assert_eq!((seen.days_ahead(), moment.days_ahead()), (Some(2), None));
        let json = serde_json::to_string(&seen).expect("text");
        assert_eq!(json, "\"2026-11-23T09:00:00+03:00[Europe/Moscow][seen=2026-11-21]\"");
        let read: Moment = serde_json::from_str(&json).expect("read back");
        assert_eq!((read.days_ahead(), read == moment), (Some(2), true));
    }
}
