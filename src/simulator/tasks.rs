//! Flows that run without a caller: as soon as a contact is over, or when their time has come.

use super::contact::ContactRun;
use super::drive::Drive;
use super::world::World;
use crate::engine::{Contact, Image, Task};
use crate::program::{Channel, Due, Entry};
use crate::time::{Millis, Wall};
use std::sync::Arc;

/// So many tasks run behind one contact at the most: a task may ask for another, without end.
const MOST: usize = 200;

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
        let Entry::Task { due, flow, args } = entry else { continue };
        let due = match due {
            Due::Afterwards => over,
            Due::At(at) => (*at).max(over),
        };
        world.asked += 1;
        let contact = Contact {
            id: format!("task-{}", world.asked).into(),
            channel: Channel::Task,
            arrived: due,
            task: Some(Task { flow: flow.clone(), args: args.clone() }),
            ..contact.clone()
        };
        world.pending.push(Pending { due, contact });
    }
    world.pending.sort_by_key(|pending| pending.due);
}

/// Runs what falls due until a moment; everything where there is none.
pub(super) fn run(image: &Arc<Image>, mut world: World, until: Option<Wall>) -> (Vec<ContactRun>, World) {
    let mut runs = Vec::new();
    while runs.len() < MOST
        && world.pending.first().is_some_and(|first| until.is_none_or(|until| first.due <= until))
    {
        let Pending { mut contact, .. } = world.pending.remove(0);
        contact.overrides.clone_from(&world.overrides);
        let mut drive = Drive::start(image, world, contact.clone());
        while !drive.is_over() && drive.advance(Millis(u64::MAX)) {}
        let finished = drive.finish();
        world = finished.world.clone();
        let run = ContactRun::of(finished, None);
        keep(&mut world, &contact, &run);
        runs.push(run);
    }
    (runs, world)
}
