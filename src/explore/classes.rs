//! Classes of moments: in which of them is what open, and who is on? Shifts that are never on together are not taken to
//! be. Hours are: whoever may can open and close each of them by hand at any moment.
//!
//! The schedules that the program's conditions name are swept over the year that follows. Every combination that comes
//! about is a class, with a moment at which it holds; what a way wants beside that is set by hand.

use super::atom::{Atom, Atoms, Claim};
use super::known::Known;
use super::state::AtomId;
use crate::program::{Program, ScheduleId, ShiftId};
use crate::time::{DurationMs, Wall};

/// How far the schedules are swept.
const DAYS: u64 = 366;
/// More schedules than these are not told apart.
const MOST: usize = 12;

/// The moments of a program, by what holds at them.
#[derive(Clone, Debug, Default)]
pub(super) struct Classes {
    schedules: Vec<ScheduleId>,
    /// What each schedule says, and a moment at which they say that.
    classes: Vec<(Vec<Option<ShiftId>>, Wall)>,
}

impl Classes {
    /// The classes of the year that begins at a moment.
    pub fn of(program: &Program, atoms: &Atoms, from: Wall) -> Classes {
        let mut schedules: Vec<ScheduleId> = atoms.all.iter().filter_map(schedule_of).collect();
        schedules.sort();
        schedules.dedup();
        schedules.retain(|id| !program.schedules[id.0 as usize].any_zone);
        schedules.truncate(MOST);
        let until = from.after(DurationMs(DAYS * DurationMs::DAY.0));
        let mut moments = vec![from];
        for id in &schedules {
            let schedule = &program.schedules[id.0 as usize];
            moments.extend(schedule.changes(&schedule.zone, from, until).iter().map(|change| change.at));
        }
        moments.retain(|moment| *moment >= from);
        moments.sort();
        moments.dedup();
        let mut classes: Vec<(Vec<Option<ShiftId>>, Wall)> = Vec::new();
        for moment in moments {
            let says = |id: &ScheduleId| program.schedules[id.0 as usize].shift(moment);
            let class: Vec<Option<ShiftId>> = schedules.iter().map(says).collect();
            if !classes.iter().any(|(known, _)| *known == class) {
                classes.push((class, moment));
            }
        }
        Classes { schedules, classes }
    }

    /// What an atom must be, given what else is settled; `None` where it can be both, or has nothing to do with hours.
    pub fn forced(
        &self,
        program: &Program,
        atoms: &Atoms,
        facts: &[(AtomId, bool)],
        id: AtomId,
    ) -> Option<bool> {
        let Claim::Shift(schedule) = atoms.get(id).claim else { return None };
        if !self.schedules.contains(&schedule) {
            return None;
        }
        let mut possible = [false, false];
        for (class, _) in self.fitting(program, atoms, facts) {
            let holds = self.holds(program, atoms.get(id), class)?;
            possible[usize::from(holds)] = true;
        }
        match possible {
            [true, false] => Some(false),
            [false, true] => Some(true),
            [true, true] | [false, false] => None,
        }
    }

    /// A moment at which these facts hold, with the hours that somebody has set by hand for that: as few as will do.
    pub fn moment(
        &self,
        program: &Program,
        atoms: &Atoms,
        facts: &[(AtomId, bool)],
    ) -> Option<(Wall, Vec<(ScheduleId, bool)>)> {
        let by_hand = |class: &[Option<ShiftId>]| -> Vec<(ScheduleId, bool)> {
            let wanted = facts.iter().filter_map(|(id, held)| match atoms.get(*id).claim {
                Claim::Open(schedule) => Some((schedule, *id, *held)),
                _ => None,
            });
            let otherwise = wanted.filter(|(_, id, held)| {
                self.holds(program, atoms.get(*id), class).is_some_and(|holds| holds != *held)
            });
            otherwise.map(|(schedule, _, held)| (schedule, held)).collect()
        };
        let fitting = self.fitting(program, atoms, facts).map(|(class, moment)| (*moment, by_hand(class)));
        fitting.min_by_key(|(_, by_hand)| by_hand.len())
    }

    /// The classes in which the shifts are as these facts say.
    fn fitting<'c>(
        &'c self,
        program: &'c Program,
        atoms: &'c Atoms,
        facts: &'c [(AtomId, bool)],
    ) -> impl Iterator<Item = &'c (Vec<Option<ShiftId>>, Wall)> {
        self.classes.iter().filter(move |(class, _)| {
            let agrees = |(id, held): &(AtomId, bool)| {
                let atom = atoms.get(*id);
                matches!(atom.claim, Claim::Open(_))
                    || self.holds(program, atom, class).is_none_or(|holds| holds == *held)
            };
            facts.iter().all(agrees)
        })
    }

    /// Whether an atom holds in a class; `None` where the class says nothing of it.
    fn holds(&self, program: &Program, atom: &Atom, class: &[Option<ShiftId>]) -> Option<bool> {
        let id = schedule_of(atom)?;
        let at = self.schedules.iter().position(|known| *known == id)?;
        let shift = class[at];
        match atom.claim {
            Claim::Open(_) => Some(shift.is_some()),
            Claim::Shift(_) => match &atom.equals {
                Some((_, Known::Text(name))) => {
                    Some(program.schedules[id.0 as usize].shift_name(shift) == &**name)
                }
                Some(_) | None => None,
            },
            Claim::Other | Claim::Numberless | Claim::Kind(_) | Claim::Numbered => None,
        }
    }
}

fn schedule_of(atom: &Atom) -> Option<ScheduleId> {
    match atom.claim {
        Claim::Open(schedule) | Claim::Shift(schedule) => Some(schedule),
        Claim::Other | Claim::Numberless | Claim::Kind(_) | Claim::Numbered => None,
    }
}
