//! Hours, shifts and calendars.

use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{
    Calendar, CalendarDay, CalendarSource, Hours, HoursLine, LineDays, Season, Spanned,
};
use crate::program::{DaySpan, Text};
use crate::source::{Code, Diagnostic};
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn hours(&mut self, parts: Parts<'_>) -> Option<Hours> {
        self.schedule(parts, false)
    }

    pub(super) fn shifts(&mut self, parts: Parts<'_>) -> Option<Hours> {
        self.schedule(parts, true)
    }

    fn schedule(&mut self, mut parts: Parts<'_>, is_shifts: bool) -> Option<Hours> {
        let name = self.name(&parts.next()?);
        let any_zone = parts.has(Rule::any_zone);
        let zone = parts.eat(Rule::zone).and_then(|zone| Some(self.text(&Parts::of(zone).next()?)));
        let mut hours = Hours {
            name,
            zone,
            any_zone,
            is_shifts,
            lines: Vec::new(),
            seasons: Vec::new(),
            always: Vec::new(),
            otherwise: Vec::new(),
            broken: false,
        };
        for line in parts {
            let read = self.schedule_line(line, &mut hours);
            hours.broken |= read.is_none();
        }
        Some(hours)
    }

    fn schedule_line(&mut self, line: Pair<'_, Rule>, hours: &mut Hours) -> Option<()> {
        match line.as_rule() {
            Rule::hours_line | Rule::shift_line => hours.lines.push(self.hours_line(line)?),
            Rule::closed_on | Rule::open_on | Rule::shift_on => hours.lines.push(self.on_calendar(line)?),
            Rule::season | Rule::shift_season => {
                let (season, whole) = self.season(line)?;
                hours.broken |= !whole;
                hours.seasons.push(season);
            }
            Rule::always => {
                let span = self.span(&line);
                let open = !Parts::of(line).has(Rule::closed);
                hours.always.push(Spanned { value: open, span });
            }
            Rule::shift_rest => hours.otherwise.push(self.name(&Parts::of(line).next()?)),
            _ => {
                self.fault(&line);
                return None;
            }
        }
        Some(())
    }

    /// `mon-fri 09:00-18:00`, `2026-12-31 "short day" closed`, `day mon-fri 08:00-20:00`.
    fn hours_line(&mut self, pair: Pair<'_, Rule>) -> Option<HoursLine> {
        let span = self.span(&pair);
        let is_shift = matches!(pair.as_rule(), Rule::shift_line | Rule::shift_week);
        let mut parts = Parts::of(pair);
        let shift = if is_shift { Some(self.name(&parts.next()?)) } else { None };
        let days = self.line_days(parts.next()?);
        let called = self.called(&mut parts);
        let spans = if parts.has(Rule::closed) { Vec::new() } else { self.spans(parts.next()?)? };
        Some(HoursLine { span, shift, days: days?, called, spans })
    }

    /// `closed on holidays`, `open on extra 10:00-14:00`, `night on holidays`.
    fn on_calendar(&mut self, pair: Pair<'_, Rule>) -> Option<HoursLine> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        let shift = if rule == Rule::shift_on { Some(self.name(&parts.next()?)) } else { None };
        let name = self.name(&parts.next()?);
        let days = LineDays::Calendar { name, open: rule != Rule::closed_on };
        let spans = match parts.eat(Rule::spans) {
            Some(spans) => self.spans(spans)?,
            None => Vec::new(),
        };
        Some(HoursLine { span, shift, days, called: "".into(), spans })
    }

    /// The season, and whether all of its lines could be read.
    fn season(&mut self, pair: Pair<'_, Rule>) -> Option<(Season, bool)> {
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.next()?);
        let (first, last) = (self.year_day(parts.next()?), self.year_day(parts.next()?));
        let (mut lines, mut whole) = (Vec::new(), true);
        for line in parts {
            let read = match line.as_rule() {
                Rule::week_line | Rule::shift_week => self.hours_line(line),
                _ => {
                    self.fault(&line);
                    None
                }
            };
            whole &= read.is_some();
            lines.extend(read);
        }
        Some((Season { name, first: first?, last: last?, lines }, whole))
    }

    /// The name of a day in quotes; empty where there is none.
    fn called(&mut self, parts: &mut Parts<'_>) -> Text {
        let called = parts.eat(Rule::day_name).and_then(|called| Parts::of(called).next());
        called.map_or("".into(), |text| self.text(&text).value)
    }

    fn spans(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<Spanned<DaySpan>>> {
        let spans: Vec<Option<Spanned<DaySpan>>> = Parts::of(pair).map(|span| self.day_span(span)).collect();
        spans.into_iter().collect()
    }

    fn day_span(&mut self, pair: Pair<'_, Rule>) -> Option<Spanned<DaySpan>> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let (start, end) = (parts.next()?, parts.next()?);
        let (start_s, end_s) = (self.seconds(&start, false), self.seconds(&end, true));
        let (start_s, end_s) = (start_s?, end_s?);
        if start_s == end_s {
            let message = format!("`{}-{}` is no time at all", start.as_str(), end.as_str());
            let finding = Diagnostic::new(Code::NoSuchTime, span, message);
            self.diagnostics.push(finding.hint("a whole day is `00:00-24:00`"));
            return None;
        }
        Some(Spanned { value: DaySpan::new(start_s, end_s), span })
    }

    pub(super) fn calendar(&mut self, mut parts: Parts<'_>) -> Option<Calendar> {
        let name = self.name(&parts.next()?);
        let source = parts.next()?;
        if source.as_rule() == Rule::string {
            return Some(Calendar { name, source: CalendarSource::File(self.text(&source)) });
        }
        let mut days = Vec::new();
        for line in Parts::of(source) {
            match line.as_rule() {
                Rule::calendar_day => days.extend(self.calendar_day(line)),
                _ => self.fault(&line),
            }
        }
        Some(Calendar { name, source: CalendarSource::Days(days) })
    }

    fn calendar_day(&mut self, pair: Pair<'_, Rule>) -> Option<CalendarDay> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let days = self.line_days(parts.next()?);
        let called = self.called(&mut parts);
        Some(CalendarDay { span, days: days?, called })
    }
}
