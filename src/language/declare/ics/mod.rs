//! `calendar … from "….ics"`: the events of an iCalendar file (RFC 5545), whole days and times of day.
//!
//! Understood are `DTSTART`, `DTEND`, `DURATION`, `RRULE`, `RDATE`, `EXDATE`, `RECURRENCE-ID`, `STATUS` and zones by their
//! IANA names. Whatever else would move an event is refused rather than passed over.

mod event;
mod line;
mod occurrences;
mod value;

use self::event::{Event, Wrong, events};
use self::line::properties;
use self::occurrences::occurrences;
use self::value::{Frame, Stamp, utc};
use crate::language::ast::Spanned;
use crate::language::load::Loaded;
use crate::program::{Calendar, DayRule, Observed, Recurring, Text, Timed, YearDay, Zone};
use crate::source::{Code, Diagnostic, Span};
use crate::time::Wall;
use jiff::civil::DateTime;

/// The longest event that is taken: a holiday, not a mistyped year.
const LONGEST_S: i64 = 366 * 86_400;

/// An event by whatever clock hangs where it is read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Floating {
    from: DateTime,
    until: DateTime,
    name: Text,
}

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    pub calendar: Calendar,
    /// Events that belong to no zone until a schedule has one for them.
    pub floating: Vec<Floating>,
    /// Whether nothing is known of it: the file is missing or broken.
    pub is_lost: bool,
}

impl Floating {
    /// The event by the clock of a zone.
    pub fn timed(&self, zone: &Zone) -> Option<Timed> {
        let (from, until) = (zone.moment(self.from)?, zone.moment(self.until)?);
        Some(Timed { from, until, name: self.name.clone() })
    }
}

/// Reads the file's text; what cannot be read is reported at its line.
pub(super) fn read(text: &str, path: &Spanned<Text>, name: &Text, loaded: &mut Loaded<'_>) -> Read {
    match read_events(text) {
        Ok(read) => Read { calendar: Calendar { name: name.clone(), ..read.calendar }, ..read },
        Err((at, reason)) => {
            let source = loaded.sources.add(path.value.clone(), text);
            let span = Span { source, start: at.start as u32, end: at.end as u32 };
            let finding = Diagnostic::new(Code::FileContent, span, reason);
            let finding = finding.related(path.span, "the calendar is read for this");
            loaded.diagnostics.push(
                finding.hint("mend the file, or write the days here: `calendar days { 2027-01-01; jan 1 }`"),
            );
            Read {
                calendar: Calendar { name: name.clone(), ..Calendar::default() },
                is_lost: true,
                ..Read::default()
            }
        }
    }
}

fn read_events(text: &str) -> Result<Read, Wrong> {
    let events = events(&properties(text))?;
    let mut read = Read::default();
    let mut timed = Vec::new();
    for event in &events {
        let length_s = event.length_s()?;
        if length_s > LONGEST_S {
            return Err((event.at.clone(), "an event of more than a year".to_owned()));
        }
        if event.is_cancelled {
            continue;
        }
        if let Some(rule) = every_year(event)? {
            read.calendar.rules.push(rule);
            read.calendar.rule_names.push(event.name.as_str().into());
            continue;
        }
        for begin in occurrences(event, &replaced(event, &events))? {
            let frame = event.begins()?.frame.clone();
            add(&mut read, &mut timed, Stamp { frame, local: begin }, length_s, event.name.as_str().into());
        }
    }
    read.calendar.set_timed(timed);
    Ok(read)
}

/// The beginnings of an event that others of its UID replace; one that replaces is not replaced.
fn replaced<'e>(event: &Event, all: &'e [Event]) -> Vec<&'e Stamp> {
    if event.replaces.is_some() || event.uid.is_empty() {
        return Vec::new();
    }
    all.iter().filter(|other| other.uid == event.uid).filter_map(|other| other.replaces.as_ref()).collect()
}

/// A day that comes back every year and on which nothing more is said: a rule without end, not a list of days.
fn every_year(event: &Event) -> Result<Option<DayRule>, Wrong> {
    let start = event.begins()?;
    let plain = event.more.is_empty() && event.except.is_empty() && event.replaces.is_none();
    let is_yearly = event.rule.as_ref().is_some_and(|(_, rule)| rule.eq_ignore_ascii_case("FREQ=YEARLY"));
    let one_day = start.frame == Frame::Days && event.length_s()? == 86_400;
    let day = YearDay::of(start.local.date());
    let rule = DayRule { rule: Recurring::Fixed(day), observed: Observed::No };
    Ok((plain && is_yearly && one_day).then_some(rule))
}

fn add(read: &mut Read, timed: &mut Vec<Timed>, begin: Stamp, length_s: i64, name: Text) {
    let length = jiff::SignedDuration::from_secs(length_s);
    let later = |from: Wall| Wall(from.0.saturating_add(length_s.saturating_mul(1000)));
    match &begin.frame {
        Frame::Days => {
            let first = begin.local.date();
            let days = first.series(jiff::Span::new().days(1)).take((length_s / 86_400) as usize);
            read.calendar.days.extend(days.map(|day| (day, name.clone())));
        }
        Frame::Floating => {
            let until = begin.local.saturating_add(length);
            read.floating.push(Floating { from: begin.local, until, name });
        }
        Frame::Utc => timed.extend(utc(begin.local).map(|from| Timed { from, until: later(from), name })),
        Frame::In(zone) => {
            timed.extend(zone.moment(begin.local).map(|from| Timed { from, until: later(from), name }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;

    fn calendar(events: &[&str]) -> Result<Read, Wrong> {
        let event = |lines: &&str| {
            let lines = lines.split('|').collect::<Vec<_>>().join("\r\n");
            format!("BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n")
        };
        let events: String = events.iter().map(event).collect();
        read_events(&format!("BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n"))
    }

    fn days(events: &[&str]) -> Vec<String> {
        let read = calendar(events).unwrap_or_else(|(_, reason)| panic!("{reason}"));
        read.calendar.days.keys().map(Date::to_string).collect()
    }

    /// The beginnings of timed events, in UTC.
    fn begins(events: &[&str]) -> Vec<String> {
        let read = calendar(events).unwrap_or_else(|(_, reason)| panic!("{reason}"));
        let shown = |event: &Timed| jiff::Timestamp::from_millisecond(event.from.0).map(|at| at.to_string());
        read.calendar.timed.iter().filter_map(|event| shown(event).ok()).collect()
    }

    #[test]
    fn an_event_of_two_days_is_two_days() {
        let read = days(&["DTSTART;VALUE=DATE:20270101|DTEND;VALUE=DATE:20270103|SUMMARY:New|  Year"]);
        assert_eq!(read, ["2027-01-01", "2027-01-02"]);
    }

    #[test]
    fn a_yearly_day_comes_back_without_end() {
        let read = calendar(&["DTSTART;VALUE=DATE:20260612|RRULE:FREQ=YEARLY"]).expect("a calendar");
        assert!(read.calendar.contains(Date::constant(2131, 6, 12)) && read.calendar.days.is_empty());
    }

    #[test]
    fn a_rule_is_followed_and_its_exceptions_are_left_out() {
        let monthly = days(&[
            "DTSTART;VALUE=DATE:20260105|RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=4|EXDATE;VALUE=DATE:20260302",
        ]);
        assert_eq!(monthly, ["2026-01-05", "2026-02-02", "2026-04-06"]);
        let more = days(&["DTSTART;VALUE=DATE:20260105|RDATE;VALUE=DATE:20260201,20260203"]);
        assert_eq!(more, ["2026-01-05", "2026-02-01", "2026-02-03"]);
    }

    #[test]
    fn a_number_before_a_day_counts_within_the_month() {
        let every = days(&["DTSTART;VALUE=DATE:20260102|RRULE:FREQ=MONTHLY;BYDAY=FR;UNTIL=20260116"]);
        assert_eq!(every, ["2026-01-02", "2026-01-09", "2026-01-16"], "the last day belongs to it");
        let first = days(&["DTSTART;VALUE=DATE:20260102|RRULE:FREQ=MONTHLY;BYDAY=1FR;COUNT=2"]);
        assert_eq!(first, ["2026-01-02", "2026-02-06"]);
    }

    #[test]
    fn a_beginning_that_does_not_follow_its_rule_is_counted() {
        // A Thursday, and then Mondays: three in all.
        let read = days(&["DTSTART;VALUE=DATE:20260101|RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3"]);
        assert_eq!(read, ["2026-01-01", "2026-01-05", "2026-01-12"]);
    }

    #[test]
    fn a_rule_follows_the_clock_on_the_wall_through_the_change() {
        let read =
            begins(&["DTSTART;TZID=Europe/Berlin:20260328T090000|DURATION:PT1H|RRULE:FREQ=DAILY;COUNT=3"]);
        assert_eq!(read, ["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"]);
    }

    #[test]
    fn a_beginning_in_the_gap_is_behind_it_and_one_that_comes_twice_is_the_first() {
        let gap =
            begins(&["DTSTART;TZID=Europe/Berlin:20260328T023000|DURATION:PT1H|RRULE:FREQ=DAILY;COUNT=2"]);
        assert_eq!(gap, ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z"]);
        let twice = begins(&["DTSTART;TZID=Europe/Berlin:20261025T023000|DURATION:PT1H"]);
        assert_eq!(twice, ["2026-10-25T00:30:00Z"]);
    }

    #[test]
    fn the_end_of_a_rule_in_utc_is_meant_on_the_events_clock() {
        // 09:00 in Berlin is 08:00 UTC: the rule ends with it, and not an hour early.
        let read = begins(&[
            "DTSTART;TZID=Europe/Berlin:20260105T090000|DTEND;TZID=Europe/Berlin:20260105T100000|RRULE:FREQ=DAILY;UNTIL=20260107T080000Z",
        ]);
        assert_eq!(read.len(), 3, "{read:?}");
    }

    #[test]
    fn a_moved_event_replaces_its_original() {
        let read = begins(&[
            "UID:1|DTSTART:20260105T090000Z|DTEND:20260105T100000Z|RRULE:FREQ=DAILY;COUNT=3",
            "UID:1|RECURRENCE-ID:20260106T090000Z|DTSTART:20260106T150000Z|DTEND:20260106T160000Z",
            "UID:1|RECURRENCE-ID:20260107T090000Z|DTSTART:20260107T090000Z|STATUS:CANCELLED",
        ]);
        assert_eq!(read, ["2026-01-05T09:00:00Z", "2026-01-06T15:00:00Z"]);
    }

    #[test]
    fn what_is_no_whole_calendar_is_refused() {
        let reason = |text: &str| read_events(text).expect_err("no calendar").1;
        let event = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nEND:VEVENT\r\n";
        assert!(reason("").starts_with("this is no calendar"));
        assert!(reason("<html><body>Please log in</body></html>\r\n").starts_with("this is no calendar"));
        assert_eq!(reason("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), "this calendar has no event");
        assert!(reason(&format!("BEGIN:VCALENDAR\r\n{event}")).starts_with("the calendar breaks off here"));
        assert!(
            reason(&format!("BEGIN:VCALENDAR\r\n{event}hello\r\nEND:VCALENDAR\r\n")).contains("`NAME:value`")
        );
        assert!(read_events(&format!("\u{feff}BEGIN:VCALENDAR\r\n{event}END:VCALENDAR\r\n")).is_ok());
    }

    #[test]
    fn an_alarm_inside_an_event_is_not_its_own() {
        let read = begins(&[
            "DTSTART:20260105T090000Z|BEGIN:VALARM|DURATION:PT15M|END:VALARM|DTEND:20260105T100000Z",
        ]);
        assert_eq!(read, ["2026-01-05T09:00:00Z"]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let reason = |lines: &str| calendar(&[lines]).map(|_| ()).expect_err("refused").1;
        assert!(reason("DTSTART;VALUE=DATE:20260612|RRULE:FREQ=SOMETIMES").contains("SOMETIMES"));
        assert!(reason("DTSTART;TZID=W. Europe Standard Time:20260612T090000").contains("IANA"));
        assert!(reason("SUMMARY:nothing").contains("no `DTSTART`"));
        assert!(reason("DTSTART:20260612T090000Z|RRULE:FREQ=SECONDLY").contains("more than 20000"));
        assert!(reason("DTSTART:2026-06-12").contains("no date like"));
    }
}
