//! Opening hours and shifts: layers of lines in a zone, of which the highest that speaks about a day decides it.
//!
//! Spans are half-open and belong to the day on which they start: `fri 22:00-06:00` is open on Saturday morning. They
//! are meant in local time, so that a span that ends in the hour which the clocks skip ends at the jump, and in the
//! hour that comes twice both passes count. An event of a calendar at a time of day stands in the layer of the
//! holidays and begins and ends at its own moments; on a day with a dated line it opens nothing.

mod calendar;
mod claim;
mod day;
mod day_rule;
mod easter;
mod explain;
mod plan;
mod proof;
mod span;
mod timeline;

pub use calendar::{Calendar, Timed};
pub use day::DayView;
pub use day_rule::{DayRule, MONTHS, Observed, Recurring, WEEKDAYS, YearDay, weekday_word};
pub use explain::{Explanation, Verdict};
pub use plan::{Dated, Holiday, HolidayDays, Layer, LineRef, Lines, Plan, Season, ShiftId, WeekLine};
pub use proof::{Fault, HORIZON_YEARS};
pub use span::DaySpan;
pub use timeline::Change;

use super::value::Text;
use super::zone::Zone;
use crate::time::Wall;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

/// A schedule of a program, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScheduleId(pub u32);

/// When somebody is there, or who.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The name a script uses.
    pub name: Text,
    /// The zone whose clock on the wall it means.
    pub zone: Zone,
    /// Whether whoever asks names the zone; then `zone` is any.
    pub any_zone: bool,
    /// What it tells.
    pub kind: ScheduleKind,
    /// Its lines.
    pub lines: Lines,
}

/// What a schedule tells.
#[derive(Clone, Debug, PartialEq)]
pub enum ScheduleKind {
    /// Whether it is open.
    Hours,
    /// Which shift is on: exactly one at any moment.
    Shifts {
        /// Their names; [`ShiftId`] is the position.
        names: Vec<Text>,
        /// The one that holds where no line does.
        otherwise: Option<ShiftId>,
    },
}

/// Seconds of a day on which the clocks do not change.
const DAY_S: u32 = 86_400;

impl Schedule {
    /// Whether somebody is there at that moment.
    pub fn is_open(&self, at: Wall) -> bool {
        self.is_open_in(&self.zone, at)
    }

    /// The same by the clocks of another zone.
    pub fn is_open_in(&self, zone: &Zone, at: Wall) -> bool {
        self.shift_in(zone, at).is_some()
    }

    /// The shift that is on at a moment; of `hours` there is one while they are open.
    pub fn shift(&self, at: Wall) -> Option<ShiftId> {
        self.shift_in(&self.zone, at)
    }

    /// The same by the clocks of another zone.
    pub fn shift_in(&self, zone: &Zone, at: Wall) -> Option<ShiftId> {
        match self.winner(zone, at) {
            Some((_, shift)) => shift,
            None => self.rest(),
        }
    }

    /// A shift's name; of `hours` whether they are open.
    pub fn shift_name(&self, shift: Option<ShiftId>) -> &str {
        match (&self.kind, shift) {
            (ScheduleKind::Hours, Some(_)) => "open",
            (ScheduleKind::Hours, None) => "closed",
            (ScheduleKind::Shifts { names, .. }, Some(ShiftId(at))) => {
                names.get(usize::from(at)).map_or("nobody", |name| name)
            }
            (ScheduleKind::Shifts { .. }, None) => "nobody",
        }
    }

    /// The names of its shifts; none of `hours`.
    pub fn shifts(&self) -> &[Text] {
        match &self.kind {
            ScheduleKind::Hours => &[],
            ScheduleKind::Shifts { names, .. } => names,
        }
    }

    /// The shift that holds where no line does; none of `hours`.
    pub fn rest(&self) -> Option<ShiftId> {
        match self.kind {
            ScheduleKind::Hours => None,
            ScheduleKind::Shifts { otherwise, .. } => otherwise,
        }
    }

    /// The line that decides a moment, and what it says; `None` where no line reaches it.
    pub(super) fn winner(&self, zone: &Zone, at: Wall) -> Option<(LineRef, Option<ShiftId>)> {
        let local = zone.local(at);
        let (date, second) = (local.date(), second_of_day(local.time()));
        let mut best = self.span_at(date, second);
        if let Ok(yesterday) = date.yesterday() {
            let tail = self.span_at(yesterday, second + DAY_S);
            best = [best, tail].into_iter().flatten().max_by_key(|(line, _)| line.layer());
        }
        if best.is_some_and(|(line, _)| line.layer() > Layer::Holiday) {
            return best;
        }
        self.event_at(date, at).or(best)
    }

    /// The span that begins on a day and holds a second of it, or, past 86,400, of the next.
    fn span_at(&self, date: Date, second: u32) -> Option<(LineRef, Option<ShiftId>)> {
        let mut found = None;
        self.lines.each_deciding(date, |line| {
            let plan = self.lines.plan(line);
            if found.is_none() && plan.spans.iter().any(|span| span.holds(second)) {
                found = Some((line, Some(plan.shift)));
            }
        });
        found
    }

    /// What a calendar's event says at a moment.
    fn event_at(&self, date: Date, at: Wall) -> Option<(LineRef, Option<ShiftId>)> {
        self.lines.holidays.iter().enumerate().find_map(|(index, holiday)| {
            let HolidayDays::Calendar(calendar) = &holiday.days else { return None };
            calendar.event_at(at)?;
            let shift = holiday.says();
            let blocked = shift.is_some() && self.lines.has_date(date);
            (!blocked).then_some((LineRef::Holiday(index), shift))
        })
    }
}

impl Holiday {
    /// What an event of its calendar says: the shift that it opens, or that nobody is there.
    fn says(&self) -> Option<ShiftId> {
        (!self.plan.spans.is_empty()).then_some(self.plan.shift)
    }
}

fn second_of_day(time: Time) -> u32 {
    time.hour() as u32 * 3600 + time.minute() as u32 * 60 + time.second() as u32
}
