//! `calendar … from "….ics"`: all-day events of an iCalendar file (RFC 5545).
//!
//! Read are `DTSTART` and `DTEND` as dates, and `RRULE:FREQ=YEARLY` alone. Anything else that would move a day, a time of
//! day or another rule, is refused rather than passed over.

use crate::language::ast::Spanned;
use crate::language::load::Loaded;
use crate::program::{Calendar, DayRule, Observed, Recurring, Text, YearDay};
use crate::source::{Code, Diagnostic};
use jiff::civil::Date;

/// The longest event that is taken: a holiday, not a mistyped year.
const LONGEST_DAYS: usize = 60;

/// One event as it is being read.
#[derive(Default)]
struct Event {
    start: Option<Date>,
    end: Option<Date>,
    yearly: bool,
    name: String,
}

/// Reads the file's text into a calendar; what cannot be read is reported at the declaration.
pub(super) fn read(text: &str, path: &Spanned<Text>, calendar: &mut Calendar, loaded: &mut Loaded<'_>) {
    if let Err(reason) = read_events(text, calendar) {
        let message = format!("`{}` is no calendar of whole days: {reason}", path.value);
        let finding = Diagnostic::new(Code::FileContent, path.span, message);
        loaded.diagnostics.push(
            finding.hint("mend the file, or write the days here: `calendar days { 2027-01-01; jan 1 }`"),
        );
    }
}

/// Reads the events; the error is a sentence with the line it is about.
fn read_events(text: &str, calendar: &mut Calendar) -> Result<(), String> {
    let mut event: Option<Event> = None;
    for (number, line) in unfolded(text) {
        let at = |reason: &str| format!("line {number}: {reason}");
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let property = name.split(';').next().unwrap_or("").to_ascii_uppercase();
        match (property.as_str(), &mut event) {
            ("BEGIN", _) if value.eq_ignore_ascii_case("VEVENT") => event = Some(Event::default()),
            ("END", Some(found)) if value.eq_ignore_ascii_case("VEVENT") => {
                add(calendar, found).map_err(|reason| at(&reason))?;
                event = None;
            }
            ("DTSTART", Some(event)) => event.start = Some(date(value).ok_or_else(|| at(NOT_A_DAY))?),
            ("SUMMARY", Some(event)) => event.name = value.to_owned(),
            ("DTEND", Some(event)) => event.end = Some(date(value).ok_or_else(|| at(NOT_A_DAY))?),
            ("RRULE", Some(event)) if value.eq_ignore_ascii_case("FREQ=YEARLY") => event.yearly = true,
            ("RRULE" | "RDATE" | "EXDATE" | "DURATION", Some(_)) => {
                return Err(at("of rules only `RRULE:FREQ=YEARLY` is understood"));
            }
            _ => {}
        }
    }
    Ok(())
}

const NOT_A_DAY: &str = "an event must be a whole day, as in `DTSTART;VALUE=DATE:20270101`";

/// Lines with their numbers, continued lines joined (RFC 5545 §3.1).
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}

fn date(value: &str) -> Option<Date> {
    let value = value.trim();
    let digits = value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit());
    let part = |range: std::ops::Range<usize>| value.get(range).and_then(|part| part.parse::<i16>().ok());
    if !digits {
        return None;
    }
    Date::new(part(0..4)?, part(4..6)? as i8, part(6..8)? as i8).ok()
}

/// Adds an event's days; its end is the first day after it (RFC 5545 §3.6.1).
fn add(calendar: &mut Calendar, event: &Event) -> Result<(), String> {
    let start = event.start.ok_or("an event without `DTSTART`")?;
    let next = start.tomorrow().map_err(|error| error.to_string())?;
    let end = event.end.unwrap_or(next).max(next);
    for (count, day) in start.series(jiff::Span::new().days(1)).take_while(|day| *day < end).enumerate() {
        if count >= LONGEST_DAYS {
            return Err(format!("an event of more than {LONGEST_DAYS} days"));
        }
        if event.yearly {
            let rule = Recurring::Fixed(YearDay::of(day));
            calendar.rules.push(DayRule { rule, observed: Observed::No });
            calendar.rule_names.push(event.name.as_str().into());
        } else {
            calendar.days.insert(day, event.name.as_str().into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(text: &str) -> Result<Calendar, String> {
        let mut calendar = Calendar::default();
        read_events(text, &mut calendar).map(|()| calendar)
    }

    fn event(lines: &str) -> String {
        format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n")
    }

    #[test]
    fn an_event_of_two_days_closes_two_days() -> Result<(), String> {
        let text =
            event("DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270103\r\nSUMMARY:New\r\n  Year\r\n");
        let calendar = events(&text)?;
        let days: Vec<String> = calendar.days.keys().map(Date::to_string).collect();
        assert_eq!(days, ["2027-01-01", "2027-01-02"]);
        Ok(())
    }

    #[test]
    fn a_yearly_event_is_a_day_of_every_year() -> Result<(), String> {
        let calendar = events(&event("DTSTART;VALUE=DATE:20260612\r\nRRULE:FREQ=YEARLY\r\n"))?;
        assert!(calendar.contains(Date::constant(2031, 6, 12)) && calendar.days.is_empty());
        Ok(())
    }

    #[test]
    fn a_rule_that_is_not_understood_is_refused() {
        let refused = events(&event("DTSTART;VALUE=DATE:20260612\r\nRRULE:FREQ=MONTHLY\r\n"));
        assert_eq!(refused, Err("line 4: of rules only `RRULE:FREQ=YEARLY` is understood".to_owned()));
    }

    #[test]
    fn an_event_at_a_time_of_day_is_refused() {
        assert!(events(&event("DTSTART:20260612T090000Z\r\n")).is_err());
    }
}
