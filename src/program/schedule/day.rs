//! A day of a schedule, for those who show a year.

use super::plan::{HolidayDays, Layer, ShiftId};
use super::span::DaySpan;
use super::{DAY_S, Schedule, second_of_day};
use crate::time::Wall;
use jiff::civil::{Date, Time};

/// What a schedule does on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayView {
    /// The day.
    pub date: Date,
    /// The spans that begin on it, in order, and whose they are; what no span holds is closed, or the rest's.
    pub spans: Vec<(DaySpan, ShiftId)>,
    /// Whether a holiday or a date decides it.
    pub is_special: bool,
    /// What it is called.
    pub name: Option<String>,
    /// By how many seconds the clocks go forward on it, where they change.
    pub forward_s: Option<i64>,
}

impl Schedule {
    /// What it does on a day, by its own clock.
    pub fn day(&self, date: Date) -> DayView {
        let mut lines = Vec::new();
        self.lines.deciding(date, &mut lines);
        let event = self.event_on(date);
        let mut spans = match event {
            Some(_) => self.real_spans(date),
            None => {
                let plans = lines.iter().map(|line| self.lines.plan(*line));
                plans.flat_map(|plan| plan.spans.iter().map(|span| (*span, plan.shift))).collect()
            }
        };
        spans.sort();
        spans.dedup();
        let decided = lines.first().is_some_and(|line| line.layer() >= Layer::Holiday);
        DayView {
            date,
            spans,
            is_special: decided || event.is_some(),
            name: self.lines.day_name(date).or(event),
            forward_s: self.zone.clock_change(date),
        }
    }

    fn bounds(&self, date: Date) -> Option<(Wall, Wall)> {
        let midnight = |date: Date| self.zone.moment(date.to_datetime(Time::midnight()));
        midnight(date).zip(date.tomorrow().ok().and_then(midnight))
    }

    /// The name of the first event at a time of day that touches a day.
    fn event_on(&self, date: Date) -> Option<String> {
        let (from, until) = self.bounds(date)?;
        self.lines.holidays.iter().find_map(|holiday| {
            let HolidayDays::Calendar(calendar) = &holiday.days else { return None };
            calendar.events(from, until).next().map(|event| event.name.to_string())
        })
    }

    /// What really holds on a day on which events have a say.
    fn real_spans(&self, date: Date) -> Vec<(DaySpan, ShiftId)> {
        let Some((from, until)) = self.bounds(date) else { return Vec::new() };
        let changes = self.changes(&self.zone, from, until);
        let ends = changes.iter().skip(1).map(|change| change.at).chain([until]);
        let second = |at: Wall| {
            let local = self.zone.local(at);
            if local.date() > date { DAY_S } else { second_of_day(local.time()) }
        };
        let span = |(change, end): (&super::Change, Wall)| {
            let shift = change.shift.filter(|shift| Some(*shift) != self.rest())?;
            let (start_s, end_s) = (second(change.at), second(end));
            (start_s < end_s).then_some((DaySpan { start_s, end_s }, shift))
        };
        changes.iter().zip(ends).filter_map(span).collect()
    }
}
