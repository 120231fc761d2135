//! Moments as people at a desk say them: `2d`, `fri`, `fri 12:00`, `2026-11-27`, `2026-11-27 12:00`.

use crate::program::Zone;
use crate::simulator::length;
use crate::time::Wall;
use anyhow::{Result, bail};
use jiff::civil::{Date, Time, Weekday};

/// Until when: so long from now, a day, or a day and a time. A day without a time is over at its end; a weekday is the
/// next one, never today.
pub(super) fn deadline(text: &str, now: Wall, zone: &Zone) -> Result<Wall> {
    let text = text.trim();
    if let Some(length) = length(text) {
        return Ok(now.after(length));
    }
    let (day, time) = match text.split_once([' ', 'T']) {
        Some((day, time)) => (day, time.trim().parse::<Time>().ok()),
        None => (text, Some(Time::MAX)),
    };
    let found = day_of(day, zone.local(now).date()).zip(time);
    let at = found.and_then(|(day, time)| zone.moment(day.to_datetime(time)));
    match at {
        Some(at) if at > now => Ok(at),
        Some(_) => bail!("`{text}` is over"),
        None => bail!("`{text}` is no moment; write `2d`, `4h`, `fri`, `fri 12:00` or `2026-11-27 12:00`"),
    }
}

fn day_of(text: &str, today: Date) -> Option<Date> {
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let word = text.to_lowercase();
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let index = days.iter().position(|day| word.starts_with(day))?;
    let weekday = Weekday::from_monday_zero_offset(i8::try_from(index).ok()?).ok()?;
    today.nth_weekday(1, weekday).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let zone = Zone::new("Europe/Moscow").expect("a zone");
        let friday = Wall(1_795_159_800_000); // 2026-11-20 10:30 in Moscow.
        deadline(text, friday, &zone).map_or_else(|error| error.to_string(), |at| zone.local(at).to_string())
    }

    #[test]
    fn a_deadline_is_a_length_a_day_or_a_day_and_a_time() {
        assert_eq!(read("2h"), "2026-11-20T12:30:00");
        assert_eq!(read("mon 12:00"), "2026-11-23T12:00:00");
        assert_eq!(read("Friday").split('T').next(), Some("2026-11-27"));
        assert_eq!(read("2026-11-20T18:00"), "2026-11-20T18:00:00");
    }

    #[test]
    fn what_is_over_or_makes_no_sense_is_refused() {
        assert_eq!(read("2026-11-20 09:00"), "`2026-11-20 09:00` is over");
        assert!(read("soon").contains("no moment"));
    }
}
