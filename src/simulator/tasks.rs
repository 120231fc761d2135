//! Flows that run without a caller: as soon as a contact is over, or when their time has come.

use super::contact::{ContactRun, Endless};
use super::drive::Drive;
use super::world::World;
use crate::engine::{Contact, Image, Task};
use crate::program::{Channel, Due, Entry, Text};
use crate::time::{DurationMs, Millis, Wall};
use std::sync::Arc;

/// So many tasks run behind one contact at the most: a task may ask for another, without end.
const MOST: usize = 200;
/// A job that takes nothing may go on from day to day for good: behind the last contact it runs so often.
const ROUNDS_OF_A_JOB: usize = 2;
/// From one round of such a job to the next; a day on which the clocks change has 23 hours.
const A_DAY_OR_SO: DurationMs = DurationMs::from_secs(23 * 3600);

/// What has run behind a contact.
pub(super) struct Behind {
    pub runs: Vec<ContactRun>,
    pub world: World,
    pub endless: Option<Endless>,
}

/// A flow that is to run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pending {
    pub due: Wall,
    pub contact: Contact,
}

/// Keeps what a contact asked for.
pub(super) fn keep(world: &mut World, contact: &Contact, run: &ContactRun) {
    let over = contact.arrived.after(run.length);
    for entry in &run.writes {
        let Entry::Task { due, flow, args, language } = entry else { continue };
        let due = match due {
            Due::Afterwards => over,
            Due::At(at) => (*at).max(over),
        };
        world.asked += 1;
        let contact = Contact {
            id: format!("task-{}", world.asked).into(),
            channel: Channel::Task,
            arrived: due,
            language: language.clone(),
            task: Some(Task { flow: flow.clone(), args: args.clone() }),
            ..contact.clone()
        };
        world.pending.push(Pending { due, contact });
    }
    world.pending.sort_by_key(|pending| pending.due);
}

/// Runs what falls due until a moment; everything where there is none.
pub(super) fn run(image: &Arc<Image>, mut world: World, until: Option<Wall>) -> Behind {
    let mut runs = Vec::new();
    while let Some(next) = world.pending.first() {
        if until.is_some_and(|until| next.due > until) {
            break;
        }
        if runs.len() == MOST {
            let endless = Some(endless(&runs, &next.contact));
            return Behind { runs, world, endless };
        }
        let is_over =
            until.is_none() && is_daily(&runs, next) && ran(&runs, &next.contact) >= ROUNDS_OF_A_JOB;
        let contact = world.pending.remove(0).contact;
        if is_over {
            continue;
        }
        let (run, after) = run_one(image, world, contact);
        world = after;
        runs.push(run);
    }
    Behind { runs, world, endless: None }
}

fn run_one(image: &Arc<Image>, world: World, mut contact: Contact) -> (ContactRun, World) {
    contact.overrides.clone_from(&world.overrides);
    let mut drive = Drive::start(image, world, contact.clone());
    while !drive.is_over() && drive.advance(Millis(u64::MAX)) {}
    let finished = drive.finish();
    let mut world = finished.world.clone();
    let run = ContactRun::of(finished, None);
    keep(&mut world, &contact, &run);
    (run, world)
}

fn endless(runs: &[ContactRun], next: &Contact) -> Endless {
    Endless { flow: flow_of(next), times: ran(runs, next), of: runs.len() }
}

/// Whether this is a job of the program, which takes nothing and goes on from day to day.
fn is_daily(runs: &[ContactRun], next: &Pending) -> bool {
    let flow = flow_of(&next.contact);
    let of_flow = |run: &&ContactRun| flow_of(&run.journal.header.contact) == flow;
    let last = runs.iter().rev().find(of_flow).map(|run| run.journal.header.contact.arrived);
    let takes_nothing = next.contact.task.as_ref().is_some_and(|task| task.args.is_empty());
    takes_nothing && last.is_some_and(|last| last.after(A_DAY_OR_SO) <= next.due)
}

/// How often the flow of a contact has run.
fn ran(runs: &[ContactRun], next: &Contact) -> usize {
    let flow = flow_of(next);
    runs.iter().filter(|run| flow_of(&run.journal.header.contact) == flow).count()
}

fn flow_of(contact: &Contact) -> Text {
    contact.task.as_ref().map(|task| task.flow.clone()).unwrap_or_default()
}
