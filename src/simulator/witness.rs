//! Whether a call that was made up for a finding shows it: it is played, and what is claimed must be seen on that run.
//!
//! That a call takes the way of a finding is not enough: keys may have come too early to be heard, or hours may be other
//! than the way wants them.

use super::contact::{ContactRun, Departure};
use super::retell::Retold;
use super::scenario::ScenarioFile;
use super::test::test;
use crate::engine::{Action, Image, Note};
use crate::explore::{Breach, Finding, Kind, Symptom};
use crate::program::{Entry, Expr, Goal, Program, Promise, Text};
use crate::time::{DurationMs, Wall};
use std::sync::Arc;

/// Whether what was found is seen when the scenario is played.
pub fn shows(image: &Arc<Image>, retold: &Retold, finding: &Finding) -> bool {
    let file = ScenarioFile::read("retold", &format!("scenarios:\n{}", retold.yaml), image);
    let Some(scenario) = file.ok().and_then(|file| file.scenarios.into_iter().next()) else { return false };
    let run = test(image, &scenario);
    let Some(contact) = run.contacts.first() else { return false };
    match &finding.kind {
        Kind::Promise(at, breach) => {
            let promise = image.promises.get(*at);
            promise.is_some_and(|promise| is_broken(image, contact, promise, *breach))
        }
        Kind::Symptom(Symptom::NoOutcome) => outcomes(contact).next().is_none(),
        Kind::Symptom(Symptom::Twice(topic)) => {
            outcomes(contact).filter(|(_, about)| *about == topic.as_ref()).count() > 1
        }
        Kind::Symptom(Symptom::Fault(_) | Symptom::Unhandled(_)) => {
            actions(contact).any(|(_, action)| matches!(action, Action::Note(Note::Fault { .. })))
        }
        // The way itself shows where it goes round, or what is done with a secret.
        Kind::Symptom(Symptom::DeadEnd) | Kind::Loop | Kind::Endless | Kind::Secret(_) => true,
    }
}

/// Whether a promise is broken on a run, as far as one run can show that.
fn is_broken(program: &Program, contact: &ContactRun, promise: &Promise, breach: Breach) -> bool {
    let comes_about = moments(contact, program, &promise.goal);
    match breach {
        Breach::Happens => comes_about.iter().any(|at| counts_at(program, contact, promise, *at)),
        Breach::EndsWithout | Breach::NoWay | Breach::MoreKeys(_) => comes_about.is_empty(),
        Breach::Takes(_) => {
            let bound = promise.within.unwrap_or(DurationMs(u64::MAX));
            comes_about.iter().all(|at| *at > bound)
        }
        Breach::GoesOn => true,
    }
}

/// When what a promise is about comes about, from the arrival on.
fn moments(contact: &ContactRun, program: &Program, goal: &Goal) -> Vec<DurationMs> {
    let is_goal = |action: &Action| match goal {
        Goal::Human => matches!(action, Action::Enqueue { .. } | Action::Dial { .. }),
        Goal::Queue => matches!(action, Action::Enqueue { .. }),
        Goal::Transfer => {
            matches!(action, Action::Dial { .. } | Action::HandOver { .. } | Action::Redirect { .. })
        }
        Goal::Ends => false,
        Goal::Reaches(flow) => {
            matches!(action, Action::Note(Note::Entered { flow: entered }) if *entered == program.flow(*flow).name)
        }
        Goal::Outcome(word, topic) => match action {
            Action::Write { entry: Entry::Outcome { outcome, topic: about }, .. } => {
                outcome == word && about == topic
            }
            Action::Bridge { .. } => topic.is_none() && **word == *"handed_over",
            _ => false,
        },
    };
    let ends = contact.departure.as_ref().is_some_and(|departure| *departure != Departure::Caller);
    match goal {
        Goal::Ends => ends.then_some(contact.length).into_iter().collect(),
        _ => actions(contact).filter(|(_, action)| is_goal(action)).map(|(at, _)| at).collect(),
    }
}

fn actions(contact: &ContactRun) -> impl Iterator<Item = (DurationMs, &Action)> {
    let entries = contact.journal.entries.iter();
    entries.flat_map(|entry| entry.actions.iter().map(|action| (entry.at, action)))
}

fn outcomes(contact: &ContactRun) -> impl Iterator<Item = (&Text, Option<&Text>)> {
    contact.writes.iter().filter_map(|entry| match entry {
        Entry::Outcome { outcome, topic } => Some((outcome, topic.as_ref())),
        _ => None,
    })
}

/// Whether the condition of `never …` may hold at a moment: hours are looked up, everything else the way itself has settled.
fn counts_at(program: &Program, contact: &ContactRun, promise: &Promise, at: DurationMs) -> bool {
    let header = &contact.journal.header.contact;
    let now = header.arrived.after(at);
    let is_open = |name: &str, planned: bool| {
        let by_hand = header.overrides.get(name).and_then(|set| set.holds(now));
        by_hand.unwrap_or(planned)
    };
    promise.meanwhile.as_ref().and_then(|condition| holds(program, condition, now, &is_open)).unwrap_or(true)
}

/// What a condition on hours says at a moment; `None` where it asks for something else.
fn holds(
    program: &Program,
    condition: &Expr,
    now: Wall,
    is_open: &impl Fn(&str, bool) -> bool,
) -> Option<bool> {
    let part = |part: &Expr| holds(program, part, now, is_open);
    match condition {
        Expr::Open(schedule) => {
            let schedule = &program.schedules[schedule.0 as usize];
            Some(is_open(&schedule.name, schedule.is_open(now)))
        }
        Expr::Not(inner) => Some(!part(inner)?),
        Expr::And(a, b) => match (part(a), part(b)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Expr::Or(a, b) => match (part(a), part(b)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        _ => None,
    }
}
