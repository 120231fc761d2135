//! `hours` and `shifts`: their lines in layers, and the calendars that they name.

use super::faults::Places;
use super::ics::{self, Floating, Read};
use super::{Declared, Table};
use crate::language::ast::{self, CalendarSource, Hours, HoursLine, LineDays, Name, Spanned};
use crate::language::load::Loaded;
use crate::language::offer;
use crate::program::{
    Calendar, Dated, DaySpan, HORIZON_YEARS, Holiday, HolidayDays, LineRef, Lines, Plan, Schedule,
    ScheduleKind, Season, ShiftId, Text, WeekLine, Zone,
};
use crate::source::{Code, Diagnostic};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Span};
use std::sync::Arc;

/// The calendars of a program.
#[derive(Default)]
struct Calendars {
    names: Table,
    read: Vec<(Arc<Calendar>, Vec<Floating>)>,
    /// Those of which nothing is known: their file is missing or broken.
    lost: Vec<Text>,
}

/// A schedule as it is being put together.
struct Builder<'b, 'l> {
    calendars: &'b Calendars,
    loaded: &'b mut Loaded<'l>,
    /// By whose clock it is; none where any.
    zone: Option<&'b Zone>,
    shifts: Vec<Text>,
    lines: Lines,
    places: Places,
    /// Whether something in it is missing, so that it proves nothing.
    broken: bool,
}

impl Declared {
    pub(super) fn schedules(
        &mut self,
        calendars: Vec<ast::Calendar>,
        hours: Vec<Hours>,
        loaded: &mut Loaded<'_>,
    ) {
        let mut known = Calendars::default();
        for item in calendars {
            known.names.add("calendar", &item.name, known.read.len(), loaded);
            let name = item.name.text.clone();
            let read = read(item, loaded);
            known.lost.extend(read.is_lost.then_some(name));
            known.read.push((Arc::new(read.calendar), read.floating));
        }
        for item in hours {
            self.schedule(&item, &known, loaded);
        }
    }

    fn schedule(&mut self, item: &Hours, calendars: &Calendars, loaded: &mut Loaded<'_>) {
        let zone = if item.any_zone { None } else { zone(item, loaded) };
        let mut builder = Builder {
            calendars,
            loaded,
            zone: zone.as_ref(),
            shifts: Vec::new(),
            lines: Lines::default(),
            places: Places::default(),
            broken: item.broken || (zone.is_none() && !item.any_zone),
        };
        let kind = builder.build(item);
        let Builder { lines, places, broken, .. } = builder;
        // The name is declared in any case: with a zone of its own, what follows is checked as usual.
        let Some(zone) = zone.or_else(|| Zone::new("UTC").ok()) else { return };
        let schedule = Schedule { name: item.name.text.clone(), zone, any_zone: item.any_zone, kind, lines };
        if !broken {
            super::faults::report(&schedule, item, &places, loaded);
        }
        self.schedule_names.add("schedule", &item.name, self.program.schedules.len(), loaded);
        self.program.schedules.push(schedule);
    }
}

/// The days of a calendar, from its lines or from its file.
fn read(item: ast::Calendar, loaded: &mut Loaded<'_>) -> Read {
    let mut calendar = Calendar { name: item.name.text.clone(), ..Calendar::default() };
    match item.source {
        CalendarSource::Days(days) => {
            for line in days {
                match line.days {
                    LineDays::Recurring(rule) => {
                        let ahead = Span::new().years(HORIZON_YEARS);
                        let end = loaded.today.checked_add(ahead).unwrap_or(loaded.today);
                        let days = loaded.today.series(Span::new().days(1));
                        let mut coming = days.take_while(|date| *date < end);
                        if !coming.any(|date| rule.rule.falls_on(date)) {
                            loaded.diagnostics.push(super::faults::no_such_day(rule, line.span));
                        }
                        calendar.rules.push(rule);
                        calendar.rule_names.push(line.called);
                    }
                    LineDays::Dates(first, last) => {
                        let dates = first.series(Span::new().days(1)).take_while(|date| *date <= last);
                        calendar.days.extend(dates.map(|date| (date, line.called.clone())));
                    }
                    // The grammar knows neither in a calendar.
                    LineDays::Week(_) | LineDays::Calendar { .. } => {}
                }
            }
        }
        CalendarSource::File(path) => {
            if let Some(text) = loaded.data(&path) {
                return ics::read(&text, &path, &item.name.text, loaded);
            }
            return Read { calendar, is_lost: true, ..Read::default() };
        }
    }
    Read { calendar, ..Read::default() }
}

impl Builder<'_, '_> {
    /// `always open` is every week from its beginning to its end, `always closed` no line; neither has others beside it.
    fn always(&mut self, item: &Hours) {
        let Some(always) = item.always.first() else { return };
        let others =
            item.lines.iter().map(|line| line.span).chain(item.seasons.iter().map(|one| one.name.span));
        if let Some(other) = others.chain(item.always.iter().skip(1).map(|more| more.span)).next() {
            let word = if always.value { "open" } else { "closed" };
            let message = format!("`always {word}` leaves no day to another line");
            let finding = Diagnostic::new(Code::ScheduleContradiction, other, message);
            let finding = finding.related(always.span, "it is said here");
            self.loaded.diagnostics.push(finding.hint("keep one of the two"));
            self.broken = true;
        } else if always.value {
            let days = jiff::civil::Weekday::Monday.cycle_forward().take(7).collect();
            let spans = vec![Spanned { value: DaySpan::new(0, 86_400), span: always.span }];
            let days = LineDays::Week(days);
            self.line(&HoursLine { span: always.span, shift: None, days, called: "".into(), spans });
        }
    }

    fn build(&mut self, item: &Hours) -> ScheduleKind {
        self.always(item);
        for line in &item.lines {
            self.line(line);
        }
        for season in &item.seasons {
            self.season(season);
        }
        self.sort_dated();
        if !item.is_shifts {
            return ScheduleKind::Hours;
        }
        let otherwise = item.otherwise.first().map(|name| self.shift(Some(name)));
        if let [first, second, ..] = item.otherwise.as_slice() {
            let finding = Diagnostic::new(Code::DuplicateName, second.span, "there are two `otherwise`");
            let finding = finding.label("the second").related(first.span, "the first");
            self.loaded.diagnostics.push(finding.hint("one shift takes what the others leave"));
        }
        ScheduleKind::Shifts { names: std::mem::take(&mut self.shifts), otherwise }
    }

    fn line(&mut self, line: &HoursLine) {
        let plan = self.plan(line);
        let at = match &line.days {
            LineDays::Week(days) => {
                self.lines.week.push(WeekLine { days: days.clone(), plan });
                LineRef::Week(self.lines.week.len() - 1)
            }
            LineDays::Recurring(rule) => {
                let days = HolidayDays::Rule(self.lines.rules.len());
                self.lines.rules.push(*rule);
                self.lines.rule_names.push(line.called.clone());
                self.lines.holidays.push(Holiday { days, plan });
                LineRef::Holiday(self.lines.holidays.len() - 1)
            }
            LineDays::Dates(first, last) => {
                if first == last {
                    self.skipped(*first, line);
                }
                let name = line.called.clone();
                self.lines.dated.push(Dated { first: *first, last: *last, plan, name });
                LineRef::Dated(self.lines.dated.len() - 1)
            }
            LineDays::Calendar { name, open } => {
                let Some(calendar) = self.calendar(name) else { return };
                let whole_day = *open && plan.spans.is_empty();
                let spans = if whole_day { vec![DaySpan::WHOLE_DAY] } else { plan.spans };
                let plan = Plan { shift: plan.shift, spans };
                self.lines.holidays.push(Holiday { days: HolidayDays::Calendar(calendar), plan });
                LineRef::Holiday(self.lines.holidays.len() - 1)
            }
        };
        self.places.add(at, line);
    }

    /// Reports a span of a day that the clocks skip as a whole.
    fn skipped(&mut self, day: Date, line: &HoursLine) {
        let Some(zone) = self.zone else { return };
        let local = |second: u32| {
            day.to_datetime(Time::midnight()).checked_add(SignedDuration::from_secs(second.into())).ok()
        };
        for span in &line.spans {
            let (Some(start), Some(end)) = (local(span.value.start_s), local(span.value.end_s)) else {
                continue;
            };
            let Some((from, to)) = zone.jump(start).filter(|(_, to)| end <= *to) else { continue };
            let message = format!("there is no `{}` on {day} in {}", span.value, zone.name());
            let finding = Diagnostic::new(Code::NoSuchTime, span.span, message);
            let (from, to) = (from.strftime("%H:%M"), to.strftime("%H:%M"));
            self.loaded.diagnostics.push(finding.hint(format!("the clocks jump from {from} to {to} there")));
        }
    }

    fn season(&mut self, tree: &ast::Season) {
        let at = self.lines.seasons.len();
        let mut week = Vec::new();
        for line in &tree.lines {
            let LineDays::Week(days) = &line.days else { continue };
            self.places.add(LineRef::Season(at, week.len()), line);
            week.push(WeekLine { days: days.clone(), plan: self.plan(line) });
        }
        let season = Season { name: tree.name.text.clone(), first: tree.first, last: tree.last, week };
        self.lines.seasons.push(season);
    }

    /// Dated lines in order of their first days.
    fn sort_dated(&mut self) {
        let mut order: Vec<usize> = (0..self.lines.dated.len()).collect();
        order.sort_by_key(|at| self.lines.dated[*at].first);
        self.places.reorder_dated(&order);
        self.lines.dated.sort_by_key(|line| line.first);
    }

    fn plan(&mut self, line: &HoursLine) -> Plan {
        let shift = self.shift(line.shift.as_ref());
        Plan { shift, spans: line.spans.iter().map(|span: &Spanned<DaySpan>| span.value).collect() }
    }

    /// The position of a shift's name; `hours` have only one.
    fn shift(&mut self, name: Option<&Name>) -> ShiftId {
        let Some(name) = name else { return ShiftId::OPEN };
        let known = self.shifts.iter().position(|known| *known == name.text);
        let at = known.unwrap_or_else(|| {
            self.shifts.push(name.text.clone());
            self.shifts.len() - 1
        });
        ShiftId(u16::try_from(at).unwrap_or(u16::MAX))
    }

    fn calendar(&mut self, name: &Name) -> Option<Arc<Calendar>> {
        let found = self.calendars.names.get(&name.text).and_then(|index| self.calendars.read.get(index));
        if found.is_none() {
            self.broken = true;
            self.loaded.unknown("calendar", name, self.calendars.names.names());
        }
        self.broken |= self.calendars.lost.contains(&name.text);
        let (calendar, floating) = found?;
        if floating.is_empty() {
            return Some(calendar.clone());
        }
        let Some(zone) = self.zone else {
            let message =
                format!("`{}` has times without a zone, and these hours have none either", name.text);
            let finding = Diagnostic::new(Code::ScheduleZone, name.span, message);
            self.loaded
                .diagnostics
                .push(finding.hint("give the events a zone: `DTSTART;TZID=Europe/Moscow:20270101T090000`"));
            self.broken = true;
            return None;
        };
        let mut with_zone = Calendar::clone(calendar);
        let mut timed = std::mem::take(&mut with_zone.timed);
        timed.extend(floating.iter().filter_map(|event| event.timed(zone)));
        with_zone.set_timed(timed);
        Some(Arc::new(with_zone))
    }
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
            let word = if item.is_shifts { "shifts" } else { "hours" };
            let hint = format!("write `{word} {} in \"Europe/Moscow\" {{`", item.name.text);
            Diagnostic::new(Code::ScheduleZone, item.name.span, message).hint(hint)
        }
    };
    loaded.diagnostics.push(finding);
    None
}
