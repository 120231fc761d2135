//! `hours`: schedules, and the calendars they are closed on.

use super::{Declared, Table, calendar};
use crate::language::ast::{self, CalendarSource, Hours, Spanned};
use crate::language::load::Loaded;
use crate::language::offer;
use crate::program::{Calendar, DaySpan, Schedule, WeekLine, Zone};
use crate::source::{Code, Diagnostic, Span};
use jiff::civil::{Date, Weekday};
use std::collections::BTreeMap;

/// Seconds of a day on which the clocks do not change.
const DAY_S: u32 = 86_400;

impl Declared {
    pub(super) fn schedules(
        &mut self,
        calendars: Vec<ast::Calendar>,
        hours: Vec<Hours>,
        loaded: &mut Loaded<'_>,
    ) {
        let mut names = Table::default();
        let mut read = Vec::new();
        for item in calendars {
            names.add("calendar", &item.name, read.len(), loaded);
            read.push(days(item.source, loaded));
        }
        for item in hours {
            let closed = closed_days(&item, &names, &read, loaded);
            contradictions(&item, loaded);
            let zone = if item.any_zone { None } else { zone(&item, loaded) };
            // The name is declared in any case: with a zone of its own, what follows is checked as usual.
            let Some(zone) = zone.or_else(|| Zone::new("UTC").ok()) else { continue };
            let schedule = Schedule {
                name: item.name.text.clone(),
                zone,
                any_zone: item.any_zone,
                week: item.weekly.iter().map(week_line).collect(),
                closed,
                dated: item.dated.iter().map(|line| (line.date, values(&line.spans))).collect(),
            };
            if never_open(&schedule) && !item.broken {
                let message = format!("`{}` is never open", item.name.text);
                let finding = Diagnostic::new(Code::NeverOpen, item.name.span, message);
                loaded.diagnostics.push(finding.hint("give it a line like `mon-fri 09:00-18:00`"));
            }
            self.schedule_names.add("schedule", &item.name, self.program.schedules.len(), loaded);
            self.program.schedules.push(schedule);
        }
    }
}

fn days(source: CalendarSource, loaded: &mut Loaded<'_>) -> Calendar {
    let path = match source {
        CalendarSource::Days { days, yearly } => {
            return Calendar { days: days.into_iter().collect(), yearly: yearly.into_iter().collect() };
        }
        CalendarSource::File(path) => path,
    };
    let Some(text) = loaded.data(&path) else { return Calendar::default() };
    calendar::read(&text).unwrap_or_else(|reason| {
        let message = format!("`{}` is no calendar of whole days: {reason}", path.value);
        let finding = Diagnostic::new(Code::FileContent, path.span, message);
        loaded.diagnostics.push(
            finding.hint("mend the file, or write the days here: `calendar days { 2027-01-01; jan 1 }`"),
        );
        Calendar::default()
    })
}

fn closed_days(item: &Hours, names: &Table, read: &[Calendar], loaded: &mut Loaded<'_>) -> Calendar {
    let mut closed = Calendar::default();
    for line in &item.closed {
        match names.get(&line.calendar.text).and_then(|index| read.get(index)) {
            Some(calendar) => {
                closed.days.extend(&calendar.days);
                closed.yearly.extend(&calendar.yearly);
            }
            None => loaded.unknown("calendar", &line.calendar, names.names()),
        }
    }
    closed
}

/// The zone that the hours mean; `None`, and reported, where they name none.
fn zone(item: &Hours, loaded: &mut Loaded<'_>) -> Option<Zone> {
    let finding = match &item.zone {
        Some(name) => match Zone::new(&name.value) {
            Ok(zone) => return Some(zone),
            Err(error) => {
                let finding = Diagnostic::new(Code::ScheduleZone, name.span, error.to_string());
                finding.hint(offer::zone(&name.value))
            }
        },
        None => {
            let message = format!("`{}` does not say in which time zone it holds", item.name.text);
            let hint = format!("write `hours {} in \"Europe/Moscow\" {{`", item.name.text);
            Diagnostic::new(Code::ScheduleZone, item.name.span, message).hint(hint)
        }
    };
    loaded.diagnostics.push(finding);
    None
}

/// Two spans of one layer that share a second, or two dated lines for one day.
fn contradictions(item: &Hours, loaded: &mut Loaded<'_>) {
    for line in &item.dated {
        overlaps(line.spans.iter().map(|span| (0, span)), loaded);
    }
    let mut first: BTreeMap<Date, Span> = BTreeMap::new();
    for line in &item.dated {
        if let Some(first) = first.insert(line.date, line.span) {
            let message = format!("{} has two lines", line.date);
            let finding = Diagnostic::new(Code::ScheduleContradiction, line.span, message);
            let finding = finding.label("the second").related(first, "the first");
            loaded.diagnostics.push(
                finding.hint("keep one of them; several spans stand on one line: `10:00-12:00, 13:00-15:00`"),
            );
        }
    }
    let day = |weekday: &Weekday| weekday.to_monday_zero_offset() as u32;
    let weekly = item.weekly.iter().flat_map(|line| {
        let spans = |weekday| line.spans.iter().map(move |span| (day(weekday) * DAY_S, span));
        line.days.iter().flat_map(spans)
    });
    overlaps(weekly, loaded);
}

/// Reports spans that share a second with an earlier one.
fn overlaps<'s>(spans: impl Iterator<Item = (u32, &'s Spanned<DaySpan>)>, loaded: &mut Loaded<'_>) {
    let shifted = |(offset, span): (u32, &Spanned<DaySpan>)| {
        (offset + span.value.start_s, offset + span.value.end_s, span.span)
    };
    let mut spans: Vec<(u32, u32, Span)> = spans.map(shifted).collect();
    spans.sort_by_key(|(start, end, _)| (*start, *end));
    let mut longest: Option<(u32, Span)> = None;
    for (start, end, span) in spans {
        if let Some((until, other)) = longest
            && start < until
        {
            let (first, second) = if other.start <= span.start { (other, span) } else { (span, other) };
            let message = "these hours overlap others of the same day";
            let finding = Diagnostic::new(Code::ScheduleContradiction, second, message);
            let finding = finding.related(first, "the others");
            loaded.diagnostics.push(
                finding.hint("give each day one line, with all its spans: `fri 09:00-13:00, 14:00-18:00`"),
            );
        }
        longest = longest.filter(|(until, _)| *until >= end).or(Some((end, span)));
    }
}

fn never_open(schedule: &Schedule) -> bool {
    schedule.week.iter().all(|line| line.spans.is_empty()) && schedule.dated.values().all(Vec::is_empty)
}

fn week_line(line: &ast::Weekly) -> WeekLine {
    WeekLine { days: line.days.clone(), spans: values(&line.spans) }
}

fn values(spans: &[Spanned<DaySpan>]) -> Vec<DaySpan> {
    spans.iter().map(|span| span.value).collect()
}
