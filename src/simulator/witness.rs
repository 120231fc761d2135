//! Whether a call that was made up for a finding shows it: it is played, and what is claimed must be seen on that run.
//!
//! That a call takes the way of a finding is not enough: keys may have come too early to be heard, or hours may be other
//! than the way wants them.

use super::contact::{ContactRun, Departure};
use super::retell::Retold;
use super::scenario::ScenarioFile;
use super::test::{TestRun, test};
use crate::engine::{Action, Event, Image, Note};
use crate::explore::{Breach, Finding, Kind, Symptom};
use crate::program::{Entry, Exit, Expr, Goal, NodeId, Program, Promise, Text};
use crate::time::{DurationMs, Wall};
use std::sync::Arc;

/// Whether a scenario fails when it is played.
pub fn is_red(image: &Arc<Image>, retold: &Retold) -> bool {
    played(image, retold).is_some_and(|run| !run.passed())
}

fn played(image: &Arc<Image>, retold: &Retold) -> Option<TestRun> {
    let file = ScenarioFile::read("retold", &format!("scenarios:\n{}", retold.yaml), image);
    Some(test(image, file.ok()?.scenarios.first()?))
}

/// Whether what was found is seen when the scenario is played.
pub fn shows(image: &Arc<Image>, retold: &Retold, finding: &Finding) -> bool {
    let Some(run) = played(image, retold) else { return false };
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

/// What became of a promise on one call, as far as that can show it.
pub(super) enum Kept {
    Yes,
    /// What must not come about has, then and there.
    Happens(DurationMs, Option<NodeId>),
    /// What must come about has not.
    Never,
    /// It has, so late or with so many keys.
    After(DurationMs, Option<NodeId>, usize),
}

/// What became of a promise on a call of which it speaks.
pub(super) fn keeps(program: &Program, contact: &ContactRun, promise: &Promise) -> Kept {
    let comes_about = moments(contact, program, &promise.goal);
    let mut counting = comes_about.iter().filter(|(at, _)| counts_at(program, contact, promise, *at));
    if !promise.always {
        return counting.next().map_or(Kept::Yes, |(at, node)| Kept::Happens(*at, *node));
    }
    let within = promise.within.unwrap_or(DurationMs(u64::MAX));
    let most = promise.keys.map_or(usize::MAX, usize::from);
    let Some((at, node)) = comes_about.first() else { return Kept::Never };
    let keys = keys_before(contact, *at);
    if *at <= within && keys <= most { Kept::Yes } else { Kept::After(*at, *node, keys) }
}

/// The node at which a flow could not go on.
pub(super) fn stuck(program: &Program, contact: &ContactRun) -> Option<NodeId> {
    let is_fault = |action: &Action| matches!(action, Action::Note(Note::Fault { .. }));
    placed(contact, program).find(|(.., action)| is_fault(action)).and_then(|(_, node, _)| node)
}

/// Whether a promise is broken on a run, as far as one run can show that.
fn is_broken(program: &Program, contact: &ContactRun, promise: &Promise, breach: Breach) -> bool {
    match (breach, keeps(program, contact, promise)) {
        (Breach::GoesOn, _) => true,
        (Breach::Happens, kept) => matches!(kept, Kept::Happens(..)),
        (Breach::EndsWithout | Breach::NoWay, kept) => matches!(kept, Kept::Never),
        (Breach::MoreKeys(_) | Breach::Takes(_), kept) => matches!(kept, Kept::Never | Kept::After(..)),
    }
}

/// When a customer has proved who it is.
fn verified(contact: &ContactRun) -> Option<DurationMs> {
    let is_it = |action: &Action| matches!(action, Action::Note(Note::Left { exit: Exit::Verified, .. }));
    actions(contact).find(|(_, action)| is_it(action)).map(|(at, _)| at)
}

/// How many keys were pressed up to a moment.
fn keys_before(contact: &ContactRun, at: DurationMs) -> usize {
    let entries = contact.journal.entries.iter().filter(|entry| entry.at <= at);
    entries.filter(|entry| matches!(entry.event, Some(Event::Key { .. }))).count()
}

/// When, from the arrival on, and where what a promise is about comes about.
fn moments(contact: &ContactRun, program: &Program, goal: &Goal) -> Vec<(DurationMs, Option<NodeId>)> {
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
        Goal::Ends => ends.then_some((contact.length, contact.stood)).into_iter().collect(),
        _ => {
            let all = placed(contact, program).filter(|(.., action)| is_goal(action));
            all.map(|(at, node, _)| (at, node)).collect()
        }
    }
}

/// What a contact did, with the node that was about to be done.
fn placed<'c>(
    contact: &'c ContactRun,
    program: &'c Program,
) -> impl Iterator<Item = (DurationMs, Option<NodeId>, &'c Action)> {
    actions(contact).scan(None, move |stood, (at, action)| {
        match action {
            Action::Note(Note::Left { node, exit }) => {
                *stood = Some(program.node(*node).arm(exit).map_or(*node, |arm| arm.to));
            }
            Action::Note(Note::Entered { flow }) => {
                let entry = program.flow_named(flow).map(|flow| program.flow(flow).entry);
                *stood = entry.filter(|entry| (entry.0 as usize) < program.nodes.len()).or(*stood);
            }
            _ => {}
        }
        Some((at, *stood, action))
    })
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
    if promise.unverified && verified(contact).is_some_and(|verified| verified < at) {
        return false;
    }
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
