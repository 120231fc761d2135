//! Days as a schedule names them: of the week, of the year, with a date.

use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{LineDays, Name};
use crate::program::{DayRule, MONTHS, Observed, Recurring, WEEKDAYS, YearDay};
use crate::source::{Code, Diagnostic, closest};
use jiff::civil::{Date, Weekday};
use pest::iterators::Pair;

/// A year with a 29 February.
const LEAP_YEAR: i16 = 2000;
/// More days than this behind Easter, or before it, are counted from somewhere else.
const MOST_DAYS: u64 = 100;

impl Reader<'_> {
    pub(super) fn line_days(&mut self, pair: Pair<'_, Rule>) -> Option<LineDays> {
        match pair.as_rule() {
            Rule::days => self.days(pair).map(LineDays::Week),
            Rule::date_range => self.dates(pair),
            _ => self.day_rule(pair).map(LineDays::Recurring),
        }
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
        let found = WEEKDAYS.iter().position(|name| *name == &*word.text);
        if found.is_none() {
            let near = closest(&word.text, WEEKDAYS);
            let hint = match near {
                Some(day) => format!("did you mean `{day}`?"),
                None => "days are `mon`, `tue`, `wed`, `thu`, `fri`, `sat` and `sun`".to_owned(),
            };
            let message = format!("`{}` is no day of the week", word.text);
            self.diagnostics.push(Diagnostic::new(Code::NoSuchTime, word.span, message).hint(hint));
        }
        Weekday::from_monday_zero_offset(found? as i8).ok()
    }

    fn month(&mut self, word: &Name) -> Option<i8> {
        let found = MONTHS.iter().position(|name| *name == &*word.text);
        if found.is_none() {
            let hint = match closest(&word.text, MONTHS) {
                Some(month) => format!("did you mean `{month}`?"),
                None => format!("months are `{}`", MONTHS.join("`, `")),
            };
            let message = format!("`{}` is no month", word.text);
            self.diagnostics.push(Diagnostic::new(Code::NoSuchTime, word.span, message).hint(hint));
        }
        found.map(|index| index as i8 + 1)
    }

    /// `2026-12-24`, or `2026-12-24 to 2027-01-06`.
    fn dates(&mut self, pair: Pair<'_, Rule>) -> Option<LineDays> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let first = self.date(&parts.next()?);
        let last = parts.next().map(|last| self.date(&last));
        let (first, last) = (first?, last.unwrap_or(first)?);
        if last < first {
            let finding = Diagnostic::new(Code::NoSuchTime, span, format!("{last} is before {first}"));
            self.diagnostics.push(finding.hint("the earlier date stands first; both days are included"));
            return None;
        }
        Some(LineDays::Dates(first, last))
    }

    /// `jan 1`: a day of every year.
    pub(super) fn year_day(&mut self, pair: Pair<'_, Rule>) -> Option<YearDay> {
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
        date.map(YearDay::of)
    }

    fn day_rule(&mut self, pair: Pair<'_, Rule>) -> Option<DayRule> {
        let mut parts = Parts::of(pair);
        let rule = self.recurring(parts.next()?);
        let observed = parts.eat(Rule::observed).map_or(Observed::No, |observed| {
            let text = observed.as_str();
            match () {
                () if text.contains("weekday") => Observed::NextWeekday,
                () if text.contains("monday") => Observed::Monday,
                () => Observed::Nearest,
            }
        });
        let rule = rule?;
        Some(DayRule { rule, observed })
    }

    fn recurring(&mut self, pair: Pair<'_, Rule>) -> Option<Recurring> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        Some(match rule {
            Rule::year_range => {
                let first = self.year_day(parts.next()?);
                match parts.next().map(|last| self.year_day(last)) {
                    Some(last) => Recurring::Range(first?, last?),
                    None => Recurring::Fixed(first?),
                }
            }
            Rule::easter_day => {
                let orthodox = parts.has(Rule::orthodox);
                Recurring::Easter { orthodox, plus: self.plus_days(&mut parts) }
            }
            _ => {
                let nth = parts.eat(Rule::nth).and_then(|nth| nth.as_str().get(..1)?.parse::<i8>().ok());
                let (weekday, month) = (self.name(&parts.next()?), self.name(&parts.next()?));
                let (weekday, month) = (self.weekday(&weekday), self.month(&month));
                let (weekday, month, plus) = (weekday?, month?, self.plus_days(&mut parts));
                match nth {
                    Some(nth) => Recurring::Nth { nth, weekday, month, plus },
                    None => Recurring::Last { weekday, month, plus },
                }
            }
        })
    }

    /// `+ 1` or `- 2`; zero where it is not said.
    fn plus_days(&mut self, parts: &mut Parts<'_>) -> i16 {
        let Some(plus) = parts.eat(Rule::plus_days) else { return 0 };
        let mut parts = Parts::of(plus);
        let is_minus = parts.next().is_some_and(|sign| sign.as_str() == "-");
        let days =
            parts.next().map_or(0, |count| self.count_within(&count, "the number of days", 0, MOST_DAYS));
        if is_minus { -(days as i16) } else { days as i16 }
    }
}
