//! Contacts at once, in one world: whatever happens next happens to whomever it concerns, and the world goes along.

use super::line::Waiting;
use super::read::Crowd;
use crate::engine::{Contact, Image};
use crate::program::{Caller, Phone};
use crate::simulator::caller::{Plan, Player};
use crate::simulator::contact::{ContactRun, Mismatch};
use crate::simulator::drive::Drive;
use crate::simulator::scenario::ScriptedContact;
use crate::simulator::tasks;
use crate::simulator::test::turn;
use crate::simulator::world::World;
use crate::time::{Millis, Wall};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::mem;
use std::sync::Arc;

/// One of the crowd while it is there.
struct Present<'a> {
    drive: Drive,
    player: Player<'a>,
}

/// A crowd on its way.
struct Scene<'a> {
    image: &'a Arc<Image>,
    script: &'a ScriptedContact,
    contacts: Vec<Contact>,
    /// Whoever has arrived and is not over, by position.
    present: BTreeMap<usize, Present<'a>>,
    runs: BTreeMap<usize, ContactRun>,
    world: World,
    /// When something happens next, and to whom; a moment that has been overtaken happens to nobody.
    due: BinaryHeap<Reverse<(Wall, usize)>>,
}

/// Plays a crowd; its contacts are numbered on from `number`. What they run afterwards runs behind the last of them.
pub(in crate::simulator) fn play(
    image: &Arc<Image>,
    mut world: World,
    (script, crowd): (&ScriptedContact, Crowd),
    number: usize,
    until: Option<Wall>,
) -> (Vec<ContactRun>, World) {
    world.take(&script.given);
    world.is_crowd = true;
    let contacts = contacts(image, script, crowd, number);
    let due = contacts.iter().enumerate().map(|(index, contact)| Reverse((contact.arrived, index)));
    let due = due.collect();
    let (present, runs) = (BTreeMap::new(), BTreeMap::new());
    let mut scene = Scene { image, script, contacts, present, runs, world, due };
    while let Some(Reverse((at, index))) = scene.due.pop() {
        scene.happens(at, index);
        scene.serve(at);
    }
    let Scene { contacts, runs, mut world, .. } = scene;
    world.is_crowd = false;
    let mut runs: Vec<ContactRun> = runs.into_values().collect();
    contacts.iter().zip(&runs).for_each(|(contact, run)| tasks::keep(&mut world, contact, run));
    let behind = tasks::run(image, world, until);
    if let Some(last) = runs.last_mut() {
        (last.afterwards, last.endless) = (behind.runs, behind.endless);
    }
    (runs, behind.world)
}

/// All of them: each with a seed, and, where they call with a number, with one of its own.
fn contacts(image: &Image, script: &ScriptedContact, crowd: Crowd, number: usize) -> Vec<Contact> {
    let country = image.country.as_deref();
    let arrivals = crowd.arrivals(script.arrival.seed).into_iter().enumerate();
    let contact = |(index, after)| {
        let mut contact = script.arrival.contact(&format!("sim-{}", number + index), country);
        contact.arrived = contact.arrived.after(after);
        contact.seed = contact.seed.wrapping_add(index as u64);
        contact.from = counted(contact.from, index);
        contact
    };
    arrivals.map(contact).collect()
}

/// The number so many behind a caller's; the same where that is none.
fn counted(from: Caller, index: usize) -> Caller {
    let Caller::Number(phone) = &from else { return from };
    let digits = phone.as_str().trim_start_matches('+').parse::<u64>();
    let next = digits.ok().and_then(|digits| Phone::parse(&format!("+{}", digits + index as u64), None));
    next.map_or(from, Caller::Number)
}

impl<'a> Scene<'a> {
    /// Something happens to one of them: it arrives, or what comes next for it.
    fn happens(&mut self, at: Wall, index: usize) {
        if self.runs.contains_key(&index) {
            return;
        }
        match self.present.remove(&index) {
            None => {
                let (script, contact) = (self.script, self.contacts[index].clone());
                let mut drive = Drive::start(self.image, mem::take(&mut self.world), contact);
                self.world = mem::take(&mut drive.world);
                self.goes_on(index, Present { drive, player: Player::new(&script.steps) });
            }
            Some(mut one) => {
                let plan = one.player.plan(&mut one.drive);
                if self.next(index, &one.drive, &plan).is_some_and(|due| due > at) {
                    self.present.insert(index, one);
                    return;
                }
                match plan {
                    Plan::Fail(mismatch) => self.is_over(index, one, Some(mismatch)),
                    plan => {
                        mem::swap(&mut self.world, &mut one.drive.world);
                        turn(&mut one.drive, &mut one.player, plan);
                        mem::swap(&mut self.world, &mut one.drive.world);
                        self.goes_on(index, one);
                    }
                }
            }
        }
    }

    /// It is told when something happens to it next; or it is over.
    fn goes_on(&mut self, index: usize, mut one: Present<'a>) {
        let plan = one.player.plan(&mut one.drive);
        let next = self.next(index, &one.drive, &plan);
        match (plan, next) {
            (Plan::Fail(mismatch), _) => self.is_over(index, one, Some(mismatch)),
            (_, Some(due)) if !one.drive.is_over() => {
                self.due.push(Reverse((due, index)));
                self.present.insert(index, one);
            }
            (_, _) => {
                let mismatch = one.player.at_the_end(&one.drive);
                self.is_over(index, one, mismatch);
            }
        }
    }

    /// When something happens to it next.
    fn next(&self, index: usize, drive: &Drive, plan: &Plan) -> Option<Wall> {
        let planned = match plan {
            Plan::Press(at, _) | Plan::Tell(at, _) | Plan::HangUp(at) | Plan::Wake(at) => Some(*at),
            Plan::Listen | Plan::Fail(_) => None,
        };
        let deadline = drive.next_deadline().map(|(at, _)| at);
        let next = [planned, drive.next_report(), deadline].into_iter().flatten().min()?;
        Some(self.contacts[index].arrived.after(next.since(Millis::ZERO)))
    }

    fn is_over(&mut self, index: usize, mut one: Present<'a>, mismatch: Option<Mismatch>) {
        mem::swap(&mut self.world, &mut one.drive.world);
        let mut finished = one.drive.finish();
        self.world = mem::take(&mut finished.world);
        let contact = self.contacts[index].id.clone();
        self.world.lines.values_mut().for_each(|line| line.leave(&contact));
        self.runs.insert(index, ContactRun::of(finished, mismatch));
    }

    /// Whoever waits longest gets whoever is free.
    fn serve(&mut self, at: Wall) {
        let queues: Vec<_> = self.world.lines.keys().cloned().collect();
        for queue in queues {
            while let Some((waiting, number)) = self.world.next_served(&queue) {
                self.put_through(at, &queue, &waiting, number);
            }
        }
    }

    fn put_through(&mut self, at: Wall, queue: &str, waiting: &Waiting, number: u32) {
        let index = self.contacts.iter().position(|contact| contact.id == waiting.contact);
        let Some((index, one)) = index.and_then(|index| Some((index, self.present.get_mut(&index)?))) else {
            return;
        };
        let speaks = self.world.queues.get(queue).and_then(|queue| queue.staff).map(|staff| staff.speaks);
        let arrived = self.contacts[index].arrived;
        let now = Millis(u64::try_from(at.0.saturating_sub(arrived.0)).unwrap_or(0));
        one.drive.pass(now);
        one.drive.served((waiting.id, waiting.leg), queue, number, speaks.unwrap_or_default());
        self.due.push(Reverse((at, index)));
    }
}
