//! What schedules say, by hand and by their lines.

use super::run::Run;
use crate::program::{Moment, Override, Schedule, ScheduleId, Turn, Value, Zone};
use crate::time::Wall;
use rust_decimal::Decimal;

impl Run<'_> {
    /// Whether somebody is there: by hand in this contact, by hand before it, or by the schedule.
    pub(super) fn is_open(&self, schedule: ScheduleId) -> bool {
        let schedule = &self.image.schedules[schedule.0 as usize];
        let by_hand = self.by_hand(schedule).map(|set| set.open);
        by_hand.unwrap_or_else(|| schedule.is_open(self.state.wall()))
    }

    /// The same in a zone by its name: nobody is there in a zone that there is not.
    pub(super) fn is_open_in(&self, schedule: ScheduleId, zone: &str) -> bool {
        let schedule = &self.image.schedules[schedule.0 as usize];
        let Ok(zone) = Zone::new(zone) else { return false };
        let by_hand = self.by_hand(schedule).map(|set| set.open);
        by_hand.unwrap_or_else(|| schedule.is_open_in(&zone, self.state.wall()))
    }

    fn by_hand(&self, schedule: &Schedule) -> Option<Override> {
        let by_hand = match self.state.overrides.get(&schedule.name) {
            Some(own) => *own,
            None => self.state.contact.overrides.get(&schedule.name).copied(),
        };
        by_hand.filter(|set| set.holds(self.state.wall()).is_some())
    }

    /// The name of the shift that is on.
    pub(super) fn shift(&self, schedule: ScheduleId) -> Value {
        let schedule = &self.image.schedules[schedule.0 as usize];
        Value::text(schedule.shift_name(schedule.shift(self.state.wall())))
    }

    /// When a schedule turns next, in its own zone or in one by its name; missing where it does not, and where there is
    /// no such zone.
    pub(super) fn turn(&self, schedule: ScheduleId, turn: Turn, zone: Option<&str>) -> Value {
        let schedule = &self.image.schedules[schedule.0 as usize];
        let zone = match zone.map(Zone::new) {
            None => schedule.zone.clone(),
            Some(Ok(zone)) => zone,
            Some(Err(_)) => return Value::None,
        };
        let (now, by_hand) = (self.state.wall(), self.by_hand(schedule));
        let next = |open: bool| schedule.next_turn(&zone, now, open, by_hand);
        let at = match turn {
            Turn::Opens => next(true),
            Turn::Closes => next(false),
            Turn::Changes if schedule.shifts().is_empty() => {
                [next(true), next(false)].into_iter().flatten().min()
            }
            Turn::Changes => schedule.next_change_in(&zone, now),
        };
        at.map_or(Value::None, |at| Value::Moment(Moment::new(at, zone)))
    }

    /// How many days ahead a moment is, by its own clock.
    pub(super) fn days_ahead(&self, moment: &Moment) -> Value {
        days_ahead(moment, self.state.wall())
    }
}

/// How many days ahead a moment is at another.
pub(super) fn days_ahead(moment: &Moment, now: Wall) -> Value {
    let days = moment.clone().seen_at(now).days_ahead();
    days.map_or(Value::None, |days| Value::Number(Decimal::from(days)))
}
