//! Dates, times and lengths as iCalendar writes them (RFC 5545 §3.3.4 to §3.3.6).

use super::line::Property;
use crate::program::Zone;
use crate::time::Wall;
use jiff::civil::{Date, DateTime, Time};

/// By which clock an event is meant.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Frame {
    /// By none: it is whole days.
    Days,
    /// By UTC.
    Utc,
    /// By the clock of a zone.
    In(Zone),
    /// By whatever clock hangs where it is read.
    Floating,
}

/// A date or a time with its clock.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stamp {
    pub frame: Frame,
    /// What that clock shows; midnight of whole days.
    pub local: DateTime,
}

impl Stamp {
    /// The moment; `None` for days, and for what floats.
    pub fn moment(&self) -> Option<Wall> {
        match &self.frame {
            Frame::Utc => utc(self.local),
            Frame::In(zone) => zone.moment(self.local),
            Frame::Days | Frame::Floating => None,
        }
    }

    /// What another clock shows then; its own time where one of the two is no clock.
    pub fn on(&self, frame: &Frame) -> DateTime {
        match (self.moment(), frame) {
            (Some(at), Frame::In(zone)) => zone.local(at),
            (Some(at), Frame::Utc) => utc_local(at).unwrap_or(self.local),
            (Some(_), Frame::Days | Frame::Floating) | (None, _) => self.local,
        }
    }
}

/// The moment at which UTC shows this.
pub(super) fn utc(local: DateTime) -> Option<Wall> {
    let zoned = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Wall(zoned.timestamp().as_millisecond()))
}

fn utc_local(at: Wall) -> Option<DateTime> {
    let timestamp = jiff::Timestamp::from_millisecond(at.0).ok()?;
    Some(jiff::tz::TimeZone::UTC.to_datetime(timestamp))
}

/// All values of a property that holds dates or times; the error is a sentence.
pub(super) fn stamps(property: &Property) -> Result<Vec<Stamp>, String> {
    if property.param("VALUE").is_some_and(|value| value.eq_ignore_ascii_case("PERIOD")) {
        return Err("periods are not understood: write one event for each".to_owned());
    }
    let zone = match property.param("TZID") {
        Some(name) => {
            let no_zone =
                |_| format!("there is no time zone `{name}`; a zone is an IANA name like `Europe/Moscow`");
            Some(Zone::new(name.trim_start_matches('/')).map_err(no_zone)?)
        }
        None => None,
    };
    property.value.split(',').map(|value| stamp(value.trim(), zone.as_ref())).collect()
}

fn stamp(value: &str, zone: Option<&Zone>) -> Result<Stamp, String> {
    let wrong = || format!("`{value}` is no date like `20270101`, nor a time like `20270101T090000`");
    if let Some(date) = date(value) {
        return Ok(Stamp { frame: Frame::Days, local: date.to_datetime(Time::midnight()) });
    }
    let (day, time) = value.split_once('T').ok_or_else(wrong)?;
    let (time, is_utc) = time.strip_suffix('Z').map_or((time, false), |time| (time, true));
    let local = date(day).zip(clock(time)).ok_or_else(wrong)?;
    let frame = match zone {
        _ if is_utc => Frame::Utc,
        Some(zone) => Frame::In(zone.clone()),
        None => Frame::Floating,
    };
    Ok(Stamp { frame, local: DateTime::from_parts(local.0, local.1) })
}

/// So many digits as a number.
fn digits(text: &str, range: std::ops::Range<usize>) -> Option<i16> {
    text.get(range).and_then(|part| part.parse().ok())
}

/// `20270101`.
pub(super) fn date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Date::new(digits(text, 0..4)?, digits(text, 4..6)? as i8, digits(text, 6..8)? as i8).ok()
}

/// `090000`; a leap second is the last of its minute.
fn clock(text: &str) -> Option<Time> {
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let second = digits(text, 4..6)?.min(59);
    Time::new(digits(text, 0..2)? as i8, digits(text, 2..4)? as i8, second as i8, 0).ok()
}

/// `P1D`, `PT2H30M`, `P2W` in seconds; a day has 86,400.
pub(super) fn duration_s(text: &str) -> Option<i64> {
    let mut rest = text.trim().strip_prefix('+').unwrap_or(text.trim()).strip_prefix('P')?;
    let (mut total, mut in_time) = (0_i64, false);
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T') {
            (rest, in_time) = (time, true);
            continue;
        }
        let end = rest.find(|sign: char| !sign.is_ascii_digit())?;
        let count: i64 = rest[..end].parse().ok()?;
        let size = match (rest.get(end..end + 1)?, in_time) {
            ("W", false) => 604_800,
            ("D", false) => 86_400,
            ("H", true) => 3_600,
            ("M", true) => 60,
            ("S", true) => 1,
            _ => return None,
        };
        total = total.checked_add(count.checked_mul(size)?)?;
        rest = &rest[end + 1..];
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read() {
        assert_eq!(duration_s("P1DT2H30M"), Some(95_400));
        assert_eq!(duration_s("P2W"), Some(1_209_600));
        assert_eq!(duration_s("P1M"), None);
        assert_eq!(duration_s("PT"), Some(0));
    }
}
