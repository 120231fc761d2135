//! Moments that bound a period: `2026-11-01`, `2026-11-01 12:00`, `2026-11-01T00:00:00+03:00`, `30d` ago.

use crate::program::Zone;
use crate::simulator::length;
use crate::time::Wall;
use anyhow::{Result, bail};
use jiff::Timestamp;
use jiff::civil::{Date, Time};

/// A moment. A day, with or without a time of day, is one of somebody's clock; a day without a time is its beginning.
pub(super) fn from_when(text: &str, now: Wall, zone: Option<&Zone>) -> Result<Wall> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(Wall(moment.as_millisecond()));
    }
    if let Some(length) = length(text) {
        return Ok(Wall(now.0.saturating_sub_unsigned(length.0)));
    }
    let (day, time) = match text.split_once([' ', 'T']) {
        Some((day, time)) => (day, time.trim().parse::<Time>().ok()),
        None => (text, Some(Time::midnight())),
    };
    let Some((day, time)) = day.parse::<Date>().ok().zip(time) else {
        bail!(
            "`{text}` is no moment; write `2026-11-01`, `2026-11-01 12:00`, `2026-11-01T12:00:00+03:00`, or `30d` for so long ago"
        )
    };
    let Some(zone) = zone else {
        bail!("`{text}` is a moment of somebody's clock; say whose: --zone Europe/Moscow")
    };
    match zone.moment(day.to_datetime(time)) {
        Some(moment) => Ok(moment),
        None => bail!("`{text}` is outside the calendar"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Wall = Wall(1_795_159_800_000); // 2026-11-20T07:30:00Z.

    fn read(text: &str, zone: &str) -> String {
        let zone = Zone::new(zone).ok();
        match from_when(text, NOW, zone.as_ref()) {
            Ok(at) => Timestamp::from_millisecond(at.0).expect("a moment").to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_zone_s_clock() {
        assert_eq!(read("2026-11-01", "Europe/Moscow"), "2026-10-31T21:00:00Z");
        assert_eq!(read("2026-03-29 02:30", "Europe/Berlin"), "2026-03-29T01:00:00Z");
        assert_eq!(read("2026-11-01T00:00:00+03:00", ""), "2026-10-31T21:00:00Z");
        assert_eq!(read("2d", ""), "2026-11-18T07:30:00Z");
    }

    #[test]
    fn a_day_of_nobody_s_clock_and_what_is_no_moment_are_refused() {
        assert!(read("2026-11-01", "").contains("--zone"));
        assert!(read("november", "").contains("is no moment"));
    }
}
