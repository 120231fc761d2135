//! A scenario from its first contact to the verdict.

use super::caller::{Plan, Player};
use super::check::{says, where_digits_are};
use super::contact::{ContactRun, Endless, Mismatch};
use super::crowd::{self, Crowd};
use super::drive::Drive;
use super::scenario::{Scenario, ScriptedContact};
use super::step::Step;
use super::tasks;
use super::world::{Unasked, World};
use crate::engine::Image;
use crate::time::{Millis, Wall};
use std::sync::Arc;

/// A scenario that has been played.
#[derive(Clone, Debug, PartialEq)]
pub struct TestRun {
    /// Its name.
    pub name: String,
    /// Its contacts, in order; those behind one that failed are not played.
    pub contacts: Vec<ContactRun>,
    /// What was not as expected, with the number of the contact, counted from one.
    pub failures: Vec<(usize, Mismatch)>,
    /// Replies that the scenario gives for itself, and that none of its contacts asked for.
    pub unasked: Vec<Unasked>,
}

/// The shortest secret that is searched for in what a contact leaves behind: shorter ones are in every number.
const SEARCHABLE: usize = 4;

impl TestRun {
    /// Whether all was as expected.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Plays a scenario. Its contacts are called `sim-1`, `sim-2` and so on.
pub fn test(image: &Arc<Image>, scenario: &Scenario) -> TestRun {
    let mut world = World::default();
    scenario.given.iter().for_each(|given| world.take(given));
    let name = scenario.name.clone();
    let mut run = TestRun { name, contacts: Vec::new(), failures: Vec::new(), unasked: Vec::new() };
    for (index, contact) in scenario.contacts.iter().enumerate() {
        let until = scenario.contacts.get(index + 1).map(|next| next.arrival.at);
        let number = run.contacts.len() + 1;
        if let Some(crowd) = contact.crowd {
            world = play_crowd(image, world, (contact, crowd), until, &mut run);
            if !run.passed() {
                return run;
            }
            continue;
        }
        let (played, after) = play(image, world, contact, number, until);
        world = after;
        let failures = judge(image, &world, contact, &played);
        run.failures.extend(failures.into_iter().map(|failure| (number, failure)));
        run.contacts.push(played);
        if !run.passed() {
            return run;
        }
    }
    run.unasked = world.unasked();
    run
}

/// Plays a crowd, and judges each of it and all together.
fn play_crowd(
    image: &Arc<Image>,
    world: World,
    (contact, crowd): (&ScriptedContact, Crowd),
    until: Option<Wall>,
    run: &mut TestRun,
) -> World {
    let first = run.contacts.len() + 1;
    let (played, world) = crowd::play(image, world, (contact, crowd), first, until);
    for (index, one) in played.iter().enumerate() {
        let failures = judge(image, &world, contact, one);
        run.failures.extend(failures.into_iter().map(|failure| (first + index, failure)));
    }
    let together = contact.together.iter().flat_map(|together| together.check(&played));
    run.failures.extend(together.map(|failure| (first, failure)));
    run.contacts.extend(played);
    world
}

pub(super) fn play(
    image: &Arc<Image>,
    mut world: World,
    script: &ScriptedContact,
    number: usize,
    until: Option<Wall>,
) -> (ContactRun, World) {
    world.take(&script.given);
    let contact = script.arrival.contact(&format!("sim-{number}"), image.country.as_deref());
    let mut drive = Drive::start(image, world, contact.clone());
    let mut player = Player::new(&script.steps);
    let mismatch = follow(&mut drive, &mut player).or_else(|| player.at_the_end(&drive));
    let finished = drive.finish();
    let mut world = finished.world.clone();
    let mut run = ContactRun::of(finished, mismatch);
    tasks::keep(&mut world, &contact, &run);
    let behind = tasks::run(image, world, until);
    (run.afterwards, run.endless) = (behind.runs, behind.endless);
    (run, behind.world)
}

/// Lets caller and contact act, each at its moment, until the contact is over or the two part.
pub(super) fn follow(drive: &mut Drive, player: &mut Player) -> Option<Mismatch> {
    loop {
        let plan = player.plan(drive);
        if drive.is_over() {
            return match plan {
                Plan::Fail(mismatch) => Some(mismatch),
                Plan::Press(..) | Plan::Tell(..) | Plan::HangUp(_) | Plan::Wake(_) | Plan::Listen => None,
            };
        }
        match plan {
            Plan::Fail(mismatch) => return Some(mismatch),
            plan => turn(drive, player, plan),
        }
    }
}

/// Whoever acts for the caller hears that it has.
pub(super) trait Acts {
    /// The key of the plan was pressed.
    fn pressed(&mut self, at: Millis);
    /// The text of the plan was told.
    fn told(&mut self, at: Millis);
    /// The caller has hung up.
    fn has_hung_up(&mut self);
}

/// Lets the caller act as planned if that is the next thing; else whatever is.
pub(super) fn turn(drive: &mut Drive, caller: &mut impl Acts, plan: Plan) {
    match plan {
        Plan::Press(at, key) if is_turn_of_caller(drive, at) => {
            drive.press_troubled(at, key);
            caller.pressed(at);
        }
        Plan::Tell(at, text) if is_turn_of_caller(drive, at) => {
            drive.tell(at, text);
            caller.told(at);
        }
        Plan::HangUp(at) if is_turn_of_caller(drive, at) => {
            drive.hang_up(at);
            caller.has_hung_up();
        }
        Plan::Wake(at) if is_turn_of_caller(drive, at) => drive.pass(at),
        Plan::Press(..) | Plan::Tell(..) | Plan::HangUp(_) | Plan::Wake(_) | Plan::Listen | Plan::Fail(_) => {
            let _ = drive.advance(Millis(u64::MAX));
        }
    }
}

/// Within a moment, what is on its way comes first, then the caller, then the session's own timers: a timer that fires
/// in the same instant as a key loses to the key.
fn is_turn_of_caller(drive: &Drive, at: Millis) -> bool {
    drive.next_report().is_none_or(|report| at < report)
        && drive.next_deadline().is_none_or(|(deadline, _)| at <= deadline)
}

fn judge(image: &Arc<Image>, world: &World, script: &ScriptedContact, run: &ContactRun) -> Vec<Mismatch> {
    if let Some(mismatch) = &run.mismatch {
        return vec![mismatch.clone()];
    }
    let mut failures: Vec<Mismatch> = without_end(image, script, run).into_iter().collect();
    failures.extend(script.expect.check(run, world, image));
    failures.extend(script.expect.soundness(image, &script.steps, run));
    failures.extend(script.steps.iter().filter_map(|step| leak(image, run, step)));
    failures
}

/// Flows that run behind a contact come to an end.
fn without_end(image: &Image, script: &ScriptedContact, run: &ContactRun) -> Option<Mismatch> {
    let Endless { flow, times, of } = run.endless.as_ref()?;
    let but = format!(
        "{of} have run, `{flow}` {times} times, and it is to run again: count its attempts, and stop ordering it"
    );
    let expected = "the flows that run behind this contact to come to an end".into();
    let node = image.flow_named(flow).map(|flow| image.flow(flow).entry);
    Some(Mismatch { at: run.length, line: script.line, expected, but, node, diff: Vec::new() })
}

/// Whoever keys a secret expects it nowhere else.
fn leak(image: &Image, run: &ContactRun, step: &Step) -> Option<Mismatch> {
    step.deed.secrets().iter().find_map(|secret| leak_of(image, run, step, secret))
}

fn leak_of(image: &Image, run: &ContactRun, step: &Step, digits: &str) -> Option<Mismatch> {
    if digits.len() < SEARCHABLE {
        return None;
    }
    let found = where_digits_are(run, image, digits);
    let (at, but, node) = match (says(run, image, digits), found) {
        (Some(saying), found) => {
            let but = format!("prompt `{}` says it", saying.spoken.prompt);
            (found.map_or(run.length, |found| found.at), but, saying.node)
        }
        (None, Some(found)) => (found.at, found.to_string(), run.stood),
        (None, None) => return None,
    };
    let expected = format!("the digits of `{}` to be seen nowhere", step.text);
    Some(Mismatch { at, line: step.line, expected, but, node, diff: Vec::new() })
}
