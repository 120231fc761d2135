//! What is proved of a schedule before it is used, over the coming ten years and by the changes of its state, not by its
//! minutes: that its lines do not contradict each other, that shifts follow each other without a gap, that it opens
//! and closes at all.

use super::claim::{Claim, Window};
use super::plan::{HolidayDays, Layer, LineRef, ShiftId};
use super::timeline::{sweep, winning};
use super::{Schedule, ScheduleKind};
use crate::time::Wall;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// How far the proof reaches.
pub const HORIZON_YEARS: i64 = 10;
/// The same in days.
const HORIZON_DAYS: i64 = HORIZON_YEARS * 365 + 3;
/// A week and a day: what repeats every week has shown itself by then.
const WEEK_DAYS: usize = 8;

/// What is wrong with a schedule, with the first moment that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Two lines of one layer speak about the same moment.
    Contradiction {
        /// The line that stands first.
        first: LineRef,
        /// The other.
        second: LineRef,
        /// When.
        at: Wall,
    },
    /// No shift is on.
    Gap {
        /// From then.
        at: Wall,
        /// Until then; the end of the ten years where it does not end.
        until: Wall,
    },
    /// It is never open.
    NeverOpen,
    /// It is never closed.
    NeverClosed,
    /// A shift never is on.
    NeverOn {
        /// Which.
        shift: ShiftId,
    },
    /// A line of days that come back, and there is no such day.
    NoSuchDay {
        /// Which.
        line: LineRef,
    },
}

impl Schedule {
    /// What ten years from a day on show of it.
    pub fn faults(&self, today: Date) -> Vec<Fault> {
        let window = Window::new(&self.zone, today, HORIZON_DAYS);
        let mut faults = self.contradictions(&window);
        // Lines that contradict each other leave open what holds: whatever else is found may be their fault.
        if faults.is_empty() {
            faults = self.course(&window);
        }
        faults
    }

    /// Two lines of one layer that disagree on a moment, each pair once; where the season outranks both, too.
    fn contradictions(&self, window: &Window<'_>) -> Vec<Fault> {
        let mut found: BTreeMap<(LineRef, LineRef), i64> = BTreeMap::new();
        for layer in [Layer::Week, Layer::Season, Layer::Holiday, Layer::Dated] {
            let days = if layer == Layer::Week { WEEK_DAYS } else { usize::MAX };
            if self.lines_in(layer) > 0 {
                self.contradictions_in(layer, days, window, &mut found);
            }
        }
        let fault = |((first, second), at): ((LineRef, LineRef), i64)| Fault::Contradiction {
            first,
            second,
            at: Wall(at.saturating_mul(1000)),
        };
        let mut faults: Vec<Fault> = found.into_iter().map(fault).collect();
        faults.sort();
        faults
    }

    fn lines_in(&self, layer: Layer) -> usize {
        match layer {
            Layer::Week => self.lines.week.len(),
            Layer::Season => self.lines.seasons.len(),
            Layer::Holiday => self.lines.holidays.len(),
            Layer::Dated => self.lines.dated.len(),
        }
    }

    fn contradictions_in(
        &self,
        layer: Layer,
        days: usize,
        window: &Window<'_>,
        found: &mut BTreeMap<(LineRef, LineRef), i64>,
    ) {
        let (mut lines, mut claims) = (Vec::new(), Vec::new());
        let first_s = midnight(window).0.div_euclid(1000);
        // What began the day before may still hold in the first night; what was then is past.
        let eve = Window::new(window.zone, window.first.yesterday().unwrap_or(window.first), 1);
        for (date, midnight_s) in eve.dates().filter(|(date, _)| *date < window.first) {
            self.lines.in_layer(layer, date, &mut lines);
            lines.iter().for_each(|line| self.claim(*line, midnight_s, &eve, &mut claims));
        }
        claims.retain(|claim| claim.until_s > first_s);
        claims.iter_mut().for_each(|claim| claim.from_s = claim.from_s.max(first_s));
        let mut dated = Vec::new();
        for (date, midnight_s) in window.dates().take(days) {
            lines.clear();
            self.lines.in_layer(layer, date, &mut lines);
            // What two holiday lines dispute on a day, a dated line settles.
            if layer == Layer::Holiday && lines.len() > 1 {
                self.lines.in_layer(Layer::Dated, date, &mut dated);
                if !dated.is_empty() {
                    dated.clear();
                    continue;
                }
            }
            self.disagreements(layer, &lines, midnight_s, window, found);
            for line in &lines {
                self.claim(*line, midnight_s, window, &mut claims);
            }
        }
        if layer == Layer::Holiday {
            self.claim_events(window, &mut claims);
            self.opened_on_closed_days(&claims, window, found);
        }
        self.overlaps(&mut claims, found);
    }

    /// Events that open something on a day that another holiday line closes.
    fn opened_on_closed_days(
        &self,
        claims: &[Claim],
        window: &Window<'_>,
        found: &mut BTreeMap<(LineRef, LineRef), i64>,
    ) {
        let mut lines = Vec::new();
        for claim in claims.iter().filter(|claim| claim.shift.is_some()) {
            lines.clear();
            let date = window.zone.local(Wall(claim.from_s.saturating_mul(1000))).date();
            self.lines.in_layer(Layer::Holiday, date, &mut lines);
            for closed in lines.iter().filter(|line| self.lines.plan(**line).spans.is_empty()) {
                let pair = (claim.line.min(*closed), claim.line.max(*closed));
                let earliest = found.entry(pair).or_insert(claim.from_s);
                *earliest = claim.from_s.min(*earliest);
            }
        }
    }

    /// Lines of one day of which one closes what another opens.
    fn disagreements(
        &self,
        layer: Layer,
        lines: &[LineRef],
        midnight_s: i64,
        window: &Window<'_>,
        found: &mut BTreeMap<(LineRef, LineRef), i64>,
    ) {
        let adds_up = matches!(layer, Layer::Week | Layer::Season);
        for (at, first) in lines.iter().enumerate() {
            for second in &lines[at + 1..] {
                let (a, b) = (self.lines.plan(*first), self.lines.plan(*second));
                let differs = match self.kind {
                    ScheduleKind::Hours if adds_up => a.spans.is_empty() != b.spans.is_empty(),
                    ScheduleKind::Hours => a.spans != b.spans,
                    ScheduleKind::Shifts { .. } => false,
                };
                if differs && !found.contains_key(&(*first, *second)) {
                    let mut claims = Vec::new();
                    self.claim(*first, midnight_s, window, &mut claims);
                    self.claim(*second, midnight_s, window, &mut claims);
                    found.extend(first_difference(claims).map(|at| ((*first, *second), at)));
                }
            }
        }
    }

    /// Claims of one layer that hold at the same time and are not the same.
    fn overlaps(&self, claims: &mut [Claim], found: &mut BTreeMap<(LineRef, LineRef), i64>) {
        claims.sort_by_key(|claim| claim.from_s);
        sweep(claims, |at, active| {
            for (index, a) in active.iter().enumerate() {
                for b in &active[index + 1..] {
                    let (first, second) = (a.line.min(b.line), a.line.max(b.line));
                    if self.clash(a, b) {
                        let earliest = found.entry((first, second)).or_insert(at);
                        *earliest = at.min(*earliest);
                    }
                }
            }
        });
    }

    /// Whether two claims of one layer may not hold together. That the same hours are said twice of a day, by two
    /// calendars or dates, is no contradiction; in a week it is a slip, and so are hours of a date that run into others.
    fn clash(&self, a: &Claim, b: &Claim) -> bool {
        if a.line == b.line {
            return !self.lines.is_calendar(a.line);
        }
        let differs = (a.from_s, a.until_s) != (b.from_s, b.until_s);
        match a.layer() {
            Layer::Week | Layer::Season => true,
            Layer::Holiday => a.shift != b.shift,
            Layer::Dated => a.shift != b.shift || differs,
        }
    }

    /// What the ten years show once no two lines contradict each other.
    fn course(&self, window: &Window<'_>) -> Vec<Fault> {
        // What began the day before still holds when the ten years begin.
        let before =
            Window::new(window.zone, window.first.yesterday().unwrap_or(window.first), window.days + 1);
        let claims = self.claims(&before);
        let (start, end) = (midnight(window), window.end());
        let mut gap: Option<Wall> = None;
        let mut faults = Vec::new();
        let mut seen: BTreeSet<Option<ShiftId>> = BTreeSet::new();
        // Before the first claim, and behind the last, no line holds.
        let mut tell = |at: Wall, until: Wall, shift: Option<ShiftId>| {
            if at >= until {
                return;
            }
            seen.insert(shift);
            match (shift, gap) {
                (None, None) => gap = Some(at),
                (Some(_), Some(begin)) => {
                    faults.push(Fault::Gap { at: begin, until: at });
                    gap = None;
                }
                (None, Some(_)) | (Some(_), None) => {}
            }
        };
        let mut last = (start, self.rest());
        sweep(&claims, |at_s, active| {
            let at = Wall(at_s.saturating_mul(1000)).clamp(start, end);
            let shift = winning(active).map_or(self.rest(), |claim| claim.shift);
            tell(last.0, at, last.1);
            last = (at, shift);
        });
        tell(last.0, end, last.1);
        if let Some(at) = gap {
            faults.push(Fault::Gap { at, until: end });
        }
        self.verdict(&seen, faults, window)
    }

    fn verdict(&self, seen: &BTreeSet<Option<ShiftId>>, gaps: Vec<Fault>, window: &Window<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        match &self.kind {
            ScheduleKind::Hours => {
                if !seen.contains(&Some(ShiftId::OPEN)) {
                    faults.push(Fault::NeverOpen);
                } else if !seen.contains(&None) {
                    faults.push(Fault::NeverClosed);
                }
            }
            ScheduleKind::Shifts { names, .. } => {
                faults.extend(gaps.into_iter().take(1));
                let shifts = (0..names.len()).map(|at| ShiftId(at as u16));
                faults.extend(
                    shifts
                        .filter(|shift| !seen.contains(&Some(*shift)))
                        .map(|shift| Fault::NeverOn { shift }),
                );
            }
        }
        faults.extend(self.days_that_never_come(window));
        faults
    }

    /// Lines of the schedule's own recurring days, and there is no such day in ten years.
    fn days_that_never_come(&self, window: &Window<'_>) -> Vec<Fault> {
        let mut waiting: Vec<(usize, usize)> = Vec::new();
        for (line, holiday) in self.lines.holidays.iter().enumerate() {
            if let HolidayDays::Rule(rule) = holiday.days {
                waiting.push((line, rule));
            }
        }
        for (date, _) in window.dates() {
            if waiting.is_empty() {
                break;
            }
            waiting.retain(|(_, rule)| !self.lines.rules[*rule].rule.falls_on(date));
        }
        waiting.into_iter().map(|(line, _)| Fault::NoSuchDay { line: LineRef::Holiday(line) }).collect()
    }
}

/// The moment at which a window begins.
fn midnight(window: &Window<'_>) -> Wall {
    let start = window.first.to_datetime(jiff::civil::Time::midnight());
    window.zone.moment(start).unwrap_or_default()
}

/// The first moment at which two lines do not both hold, or both not.
fn first_difference(mut claims: Vec<Claim>) -> Option<i64> {
    claims.sort_by_key(|claim| claim.from_s);
    let mut found = None;
    sweep(&claims, |at, active| {
        let lines: BTreeSet<LineRef> = active.iter().map(|claim| claim.line).collect();
        if lines.len() == 1 && found.is_none() {
            found = Some(at);
        }
    });
    found
}
