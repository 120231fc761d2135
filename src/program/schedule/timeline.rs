//! When a schedule changes: a sweep over what its lines claim.

use super::Schedule;
use super::claim::{Claim, Window};
use super::plan::ShiftId;
use crate::program::Override;
use crate::program::zone::Zone;
use crate::time::Wall;

/// How far ahead a change is looked for, step by step: most are near.
const STEPS_DAYS: [i64; 4] = [3, 32, 370, 3_700];

/// From when on what holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// From then on.
    pub at: Wall,
    /// The shift that is on; of `hours` there is one while they are open.
    pub shift: Option<ShiftId>,
}

impl Schedule {
    /// The next moment at which it opens or closes, or at which the next shift begins; `None` if that does not happen
    /// within ten years.
    pub fn next_change(&self, at: Wall) -> Option<Wall> {
        self.next_change_in(&self.zone, at)
    }

    /// The same by the clocks of another zone.
    pub fn next_change_in(&self, zone: &Zone, at: Wall) -> Option<Wall> {
        let now = self.shift_in(zone, at);
        self.next_in(zone, at, |shift| shift != now)
    }

    /// The next moment at which it opens, `open`, or closes. What was set by hand holds until its end, and without one
    /// for ever.
    pub fn next_turn(&self, zone: &Zone, at: Wall, open: bool, by_hand: Option<Override>) -> Option<Wall> {
        let Some(set) = by_hand.filter(|set| set.holds(at).is_some()) else {
            return self.turn(zone, at, open);
        };
        let until = set.until?;
        let turns = set.open != open && self.is_open_in(zone, until) == open;
        if turns { Some(until) } else { self.turn(zone, until, open) }
    }

    /// The next moment at which the lines open it, or close it, after not having done so.
    fn turn(&self, zone: &Zone, at: Wall, open: bool) -> Option<Wall> {
        let from = match self.is_open_in(zone, at) == open {
            true => self.next_in(zone, at, |shift| shift.is_some() != open)?,
            false => at,
        };
        self.next_in(zone, from, |shift| shift.is_some() == open)
    }

    fn next_in(&self, zone: &Zone, at: Wall, wanted: impl Fn(Option<ShiftId>) -> bool) -> Option<Wall> {
        STEPS_DAYS.into_iter().find_map(|days| {
            let changes = self.changes_over(zone, at, days);
            changes.into_iter().skip(1).find(|change| wanted(change.shift)).map(|change| change.at)
        })
    }

    /// Everything that it does between two moments, the first of which is the first change.
    pub fn changes(&self, zone: &Zone, from: Wall, until: Wall) -> Vec<Change> {
        let days = until.0.saturating_sub(from.0).max(0) / 86_400_000 + 2;
        let mut changes = self.changes_over(zone, from, days);
        changes.retain(|change| change.at < until);
        changes
    }

    fn changes_over(&self, zone: &Zone, from: Wall, days: i64) -> Vec<Change> {
        let today = zone.local(from).date();
        let first = today.yesterday().unwrap_or(today);
        let window = Window::new(zone, first, days + 1);
        let end = window.end();
        let mut changes = vec![Change { at: from, shift: self.shift_in(zone, from) }];
        sweep(&self.claims(&window), |at, active| {
            let shift = winning(active).map_or(self.rest(), |claim| claim.shift);
            let at = Wall(at.saturating_mul(1000));
            if at > from && at < end && changes.last().is_none_or(|last| last.shift != shift) {
                changes.push(Change { at, shift });
            }
        });
        changes
    }
}

/// The claim of the highest layer.
pub(super) fn winning<'c>(active: &[&'c Claim]) -> Option<&'c Claim> {
    // Of one layer an event outranks a tail, as it does in `Schedule::winner`.
    active.iter().copied().max_by_key(|claim| (claim.layer(), claim.shift.is_none()))
}

/// Walks over claims in order of their beginnings; tells, wherever one begins or ends, which hold from there on.
pub(super) fn sweep<'c>(claims: &'c [Claim], mut tell: impl FnMut(i64, &[&'c Claim])) {
    let mut active: Vec<&Claim> = Vec::new();
    let mut waiting = claims.iter().peekable();
    loop {
        let ends = active.iter().map(|claim| claim.until_s).min();
        let begins = waiting.peek().map(|claim| claim.from_s);
        let Some(at) = [ends, begins].into_iter().flatten().min() else { return };
        active.retain(|claim| claim.until_s > at);
        while let Some(claim) = waiting.next_if(|claim| claim.from_s <= at) {
            if claim.until_s > at {
                active.push(claim);
            }
        }
        tell(at, &active);
    }
}
