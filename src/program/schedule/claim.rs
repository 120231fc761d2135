//! The stretches of real time that the lines of a schedule claim.
//!
//! A line means local time; a claim is in seconds of UTC. Between two changes of the clocks the two differ by a constant,
//! so that a span is cut at every change and each piece is moved: what is skipped falls out, what comes twice is there
//! twice.

use super::plan::{HolidayDays, LineRef, ShiftId};
use super::{DAY_S, Layer, Schedule};
use crate::program::zone::{Period, Zone};
use crate::time::Wall;
use jiff::civil::{Date, DateTime, Time};

/// What a line says of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Claim {
    /// Its first second, since 1970-01-01T00:00:00Z.
    pub from_s: i64,
    /// The first second behind it.
    pub until_s: i64,
    /// The shift; nobody where an event closes.
    pub shift: Option<ShiftId>,
    /// Which line says so.
    pub line: LineRef,
}

impl Claim {
    pub(super) fn layer(&self) -> Layer {
        self.line.layer()
    }
}

/// The days of local time that are looked at, with the changes of the clocks in them.
pub(super) struct Window<'z> {
    pub zone: &'z Zone,
    pub first: Date,
    pub days: i64,
    periods: Vec<Period>,
}

impl<'z> Window<'z> {
    /// So many days from a day on.
    pub fn new(zone: &'z Zone, first: Date, days: i64) -> Window<'z> {
        let from_s = civil_s(first);
        // A day on both sides: no clock is further from UTC than that.
        let wall = |second: i64| Wall(second.saturating_mul(1000));
        let from = wall(from_s - i64::from(DAY_S));
        let until = wall(from_s + (days + 2) * i64::from(DAY_S));
        Window { zone, first, days, periods: zone.periods(from, until) }
    }

    /// The stretches of UTC at which the local clock shows a second between two.
    fn pieces(&self, from_s: i64, until_s: i64) -> impl Iterator<Item = (i64, i64)> {
        self.periods.iter().filter_map(move |period| {
            let from = (from_s - period.ahead_s).max(period.from_s);
            let until = (until_s - period.ahead_s).min(period.until_s);
            (from < until).then_some((from, until))
        })
    }

    /// The days, each with its midnight in seconds of local time.
    pub fn dates(&self) -> impl Iterator<Item = (Date, i64)> {
        let start = civil_s(self.first);
        let next = |date: &Date| date.tomorrow().ok();
        std::iter::successors(Some(self.first), next)
            .zip(0..self.days)
            .map(move |(date, day)| (date, start + day * i64::from(DAY_S)))
    }

    /// The end of its last day.
    pub fn end(&self) -> Wall {
        let last = civil_s(self.first) + self.days * i64::from(DAY_S);
        let period = self.periods.iter().rev().find(|period| period.from_s + period.ahead_s <= last);
        Wall((last - period.map_or(0, |period| period.ahead_s)).saturating_mul(1000))
    }
}

/// Seconds of local time from 1970-01-01T00:00 to the midnight that begins a day.
fn civil_s(date: Date) -> i64 {
    let zero = Date::constant(1970, 1, 1);
    (date - zero).get_days() as i64 * i64::from(DAY_S)
}

impl Schedule {
    /// What its lines claim of the days of a window, in order of the beginnings; lines that a higher layer outranks for a
    /// day are not asked.
    pub(super) fn claims(&self, window: &Window<'_>) -> Vec<Claim> {
        let mut claims = Vec::new();
        let mut lines = Vec::new();
        for (date, midnight_s) in window.dates() {
            lines.clear();
            self.lines.deciding(date, &mut lines);
            for line in &lines {
                self.claim(*line, midnight_s, window, &mut claims);
            }
        }
        self.claim_events(window, &mut claims);
        claims.sort_by_key(|claim| claim.from_s);
        claims
    }

    /// What one line claims of the spans that begin on a day.
    pub(super) fn claim(&self, line: LineRef, midnight_s: i64, window: &Window<'_>, claims: &mut Vec<Claim>) {
        let plan = self.lines.plan(line);
        for span in &plan.spans {
            let (from_s, until_s) =
                (midnight_s + i64::from(span.start_s), midnight_s + i64::from(span.end_s));
            claims.extend(window.pieces(from_s, until_s).map(|(from_s, until_s)| Claim {
                from_s,
                until_s,
                shift: Some(plan.shift),
                line,
            }));
        }
    }

    /// What events claim. On days with a dated line they open nothing.
    pub(super) fn claim_events(&self, window: &Window<'_>, claims: &mut Vec<Claim>) {
        let (from, until) = (Wall((civil_s(window.first) - i64::from(DAY_S)) * 1000), window.end());
        for (index, holiday) in self.lines.holidays.iter().enumerate() {
            let HolidayDays::Calendar(calendar) = &holiday.days else { continue };
            let (line, shift) = (LineRef::Holiday(index), holiday.says());
            for event in calendar.events(from, until) {
                let whole = (event.from.0.div_euclid(1000), event.until.0.div_euclid(1000));
                let pieces = match shift {
                    Some(_) => self.undated(window.zone, whole),
                    None => vec![whole],
                };
                claims.extend(pieces.into_iter().map(|(from_s, until_s)| Claim {
                    from_s,
                    until_s,
                    shift,
                    line,
                }));
            }
        }
    }

    /// The parts of a stretch that lie on days without a dated line.
    fn undated(&self, zone: &Zone, (from_s, until_s): (i64, i64)) -> Vec<(i64, i64)> {
        if self.lines.dated.is_empty() {
            return vec![(from_s, until_s)];
        }
        let midnight = |date: Date| zone.moment(DateTime::from_parts(date, Time::midnight()));
        let mut pieces = Vec::new();
        let mut date = zone.local(Wall(from_s * 1000)).date();
        let mut start_s = from_s;
        while start_s < until_s {
            let Ok(next) = date.tomorrow() else { break };
            let Some(end) = midnight(next) else { break };
            let end_s = (end.0.div_euclid(1000)).min(until_s);
            if !self.lines.has_date(date) && start_s < end_s {
                pieces.push((start_s, end_s));
            }
            (date, start_s) = (next, end_s.max(start_s));
        }
        pieces
    }
}
