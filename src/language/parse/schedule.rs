//! Hours and calendars.

use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{Calendar, CalendarSource, ClosedDays, Dated, Hours, Name, Spanned, Weekly};
use crate::program::DaySpan;
use crate::source::{Code, Diagnostic, closest};
use jiff::civil::{Date, Weekday};
use pest::iterators::Pair;

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A year with a 29 February.
const LEAP_YEAR: i16 = 2000;

impl Reader<'_> {
    pub(super) fn hours(&mut self, mut parts: Parts<'_>) -> Option<Hours> {
        let name = self.name(&parts.next()?);
        let any_zone = parts.has(Rule::any_zone);
        let zone = parts.eat(Rule::zone).and_then(|zone| Some(self.text(&Parts::of(zone).next()?)));
        let mut hours = Hours {
            name,
            zone,
            any_zone,
            weekly: Vec::new(),
            closed: Vec::new(),
            dated: Vec::new(),
            broken: false,
        };
        for line in parts {
            let read = match line.as_rule() {
                Rule::weekly => self.weekly(line).map(|line| hours.weekly.push(line)),
                Rule::dated => self.dated(line).map(|line| hours.dated.push(line)),
                Rule::closed_on => Parts::of(line)
                    .next()
                    .map(|word| hours.closed.push(ClosedDays { calendar: self.name(&word) })),
                _ => {
                    self.fault(&line);
                    None
                }
            };
            hours.broken |= read.is_none();
        }
        Some(hours)
    }

    fn weekly(&mut self, pair: Pair<'_, Rule>) -> Option<Weekly> {
        let mut parts = Parts::of(pair);
        let days = self.days(parts.next()?);
        let spans = self.spans(parts.next()?)?;
        Some(Weekly { days: days?, spans })
    }

    fn days(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<Weekday>> {
        let mut days = Vec::new();
        let mut known = true;
        for range in Parts::of(pair) {
            let words: Vec<Name> = Parts::of(range).map(|word| self.name(&word)).collect();
            let found: Vec<Option<Weekday>> = words.iter().map(|word| self.weekday(word)).collect();
            match found.as_slice() {
                [Some(day)] => days.push(*day),
                // `fri-mon` goes over the end of the week.
                [Some(first), Some(last)] => {
                    let length = first.until(*last) as usize + 1;
                    days.extend(first.cycle_forward().take(length));
                }
                _ => known = false,
            }
        }
        known.then_some(days)
    }

    fn weekday(&mut self, word: &Name) -> Option<Weekday> {
        let found = DAYS.iter().find(|(name, _)| *name == &*word.text);
        if found.is_none() {
            let near = closest(&word.text, DAYS.map(|(name, _)| name));
            let hint = match near {
                Some(day) => format!("did you mean `{day}`?"),
                None => "days are `mon`, `tue`, `wed`, `thu`, `fri`, `sat` and `sun`".to_owned(),
            };
            let message = format!("`{}` is no day of the week", word.text);
            self.diagnostics.push(Diagnostic::new(Code::NoSuchTime, word.span, message).hint(hint));
        }
        found.map(|(_, day)| *day)
    }

    fn dated(&mut self, pair: Pair<'_, Rule>) -> Option<Dated> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let date = parts.next()?;
        let date = self.date(&date);
        let spans = if parts.has(Rule::closed) { Vec::new() } else { self.spans(parts.next()?)? };
        Some(Dated { span, date: date?, spans })
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
        let (mut days, mut yearly) = (Vec::new(), Vec::new());
        for line in Parts::of(source) {
            match line.as_rule() {
                Rule::date => days.extend(self.date(&line)),
                Rule::yearly => yearly.extend(self.day_of_year(line)),
                _ => self.fault(&line),
            }
        }
        Some(Calendar { name, source: CalendarSource::Days { days, yearly } })
    }

    /// `jan 1`: a day of every year.
    fn day_of_year(&mut self, pair: Pair<'_, Rule>) -> Option<(i8, i8)> {
        let span = self.span(&pair);
        let written = pair.as_str().trim().to_owned();
        let mut parts = Parts::of(pair);
        let month = parts.next()?;
        let day = parts.next()?.as_str().parse::<i8>().unwrap_or(0);
        let month = MONTHS.iter().position(|name| *name == month.as_str()).map(|index| index as i8 + 1);
        let date = month.and_then(|month| Date::new(LEAP_YEAR, month, day).ok());
        if date.is_none() {
            let finding =
                Diagnostic::new(Code::NoSuchTime, span, format!("there is no `{written}` in the calendar"));
            self.diagnostics.push(finding.hint("a day of every year is written `jan 1`"));
        }
        date.map(|date| (date.month(), date.day()))
    }
}
