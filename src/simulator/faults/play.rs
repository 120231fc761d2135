//! A scenario, played in a world that fails. Its caller follows the script as long as it can, then does what people do.

use super::check::{Broken, broken};
use super::inject::Troubles;
use super::plan::{FaultPlan, Source};
use crate::engine::Image;
use crate::program::{Key, draw_below};
use crate::simulator::caller::{Plan, Player};
use crate::simulator::contact::ContactRun;
use crate::simulator::drive::Drive;
use crate::simulator::scenario::{Scenario, ScriptedContact};
use crate::simulator::step::{Deed, Step};
use crate::simulator::tasks;
use crate::simulator::test::turn;
use crate::simulator::world::World;
use crate::time::{DurationMs, Millis, Wall};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// A scenario that has been played with faults.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultRun {
    /// Its contacts, in order, up to the first of which something does not hold.
    pub contacts: Vec<ContactRun>,
    /// What does not hold, with the number of the contact, counted from one.
    pub broken: Vec<(usize, Broken)>,
}

/// So many things happen in a contact at the most; one that goes on for longer has no end.
const MOST_TURNS: u32 = 300_000;
/// How long a caller waits, between one try and the next.
const PATIENCE: DurationMs = DurationMs::from_secs(7);

/// Plays a scenario with these faults.
pub fn test_with(image: &Arc<Image>, scenario: &Scenario, plan: &FaultPlan) -> FaultRun {
    play(image, scenario, plan).0
}

/// How many answers each source gives in a scenario in which nothing fails.
pub(super) fn points(image: &Arc<Image>, scenario: &Scenario) -> BTreeMap<Source, u32> {
    let (_, world) = play(image, scenario, &FaultPlan::default());
    world.faults.map(|faults| faults.counts().clone()).unwrap_or_default()
}

fn play(image: &Arc<Image>, scenario: &Scenario, plan: &FaultPlan) -> (FaultRun, World) {
    let mut world = World::default();
    world.faults = Some(Troubles::of(&plan.faults));
    scenario.given.iter().for_each(|given| world.take(given));
    let mut run = FaultRun { contacts: Vec::new(), broken: Vec::new() };
    for (index, contact) in scenario.contacts.iter().enumerate() {
        let number = index + 1;
        let until = scenario.contacts.get(number).map(|next| next.arrival.at);
        let played = one(image, world, contact, (number, until), plan.seed.wrapping_add(index as u64));
        world = played.world;
        let found = broken(image, &contact.steps, &played.run, played.is_over);
        run.broken.extend(found.into_iter().map(|broken| (number, broken)));
        run.contacts.push(played.run);
        if !run.broken.is_empty() {
            break;
        }
    }
    (run, world)
}

struct Played {
    run: ContactRun,
    world: World,
    is_over: bool,
}

fn one(
    image: &Arc<Image>,
    mut world: World,
    script: &ScriptedContact,
    (number, until): (usize, Option<Wall>),
    seed: u64,
) -> Played {
    world.take(&script.given);
    let contact = script.arrival.contact(&format!("sim-{number}"), image.country.as_deref());
    let mut drive = Drive::start(image, world, contact.clone());
    let is_over = endure(&mut drive, &script.steps, seed);
    let finished = drive.finish();
    let mut world = finished.world.clone();
    let mut run = ContactRun::of(finished, None);
    tasks::keep(&mut world, &contact, &run);
    let behind = tasks::run(image, world, until);
    (run.afterwards, run.endless) = (behind.runs, behind.endless);
    Played { run, world: behind.world, is_over }
}

/// Lets caller and contact act until the contact is over; false where it has no end.
fn endure(drive: &mut Drive, steps: &[Step], seed: u64) -> bool {
    let mut player = Player::new(steps);
    let mut lost: Option<Lost> = None;
    for _ in 0..MOST_TURNS {
        if drive.is_over() {
            return true;
        }
        let plan = match &mut lost {
            Some(lost) => lost.plan(drive),
            None => player.plan(drive),
        };
        if matches!(plan, Plan::Fail(_)) {
            lost = Some(Lost::begin(drive.now(), steps, seed));
            continue;
        }
        match (&mut lost, plan) {
            (Some(lost), plan) => turn(drive, lost, plan),
            (None, plan) => turn(drive, &mut player, plan),
        }
    }
    drive.is_over()
}

/// A caller who heard something else than the script foresees: presses what there is still to press, then keys at
/// random, and at some time hangs up, or waits to the end.
struct Lost {
    keys: VecDeque<Key>,
    next: Millis,
    hangs_up: bool,
}

impl Lost {
    fn begin(now: Millis, steps: &[Step], seed: u64) -> Lost {
        let open = steps.iter().filter_map(|step| match &step.deed {
            // A secret is told to nobody who did not ask for it.
            Deed::Press { keys, secret: false, .. } => Some(keys.iter().copied()),
            _ => None,
        });
        let script: Vec<Key> = open.flatten().collect();
        let skipped = draw_below(seed, 0, script.len() as u64 + 1) as usize;
        let random = (0..draw_below(seed, 1, 6)).filter_map(|at| {
            Key::from_char(char::from(b"0123456789*#"[draw_below(seed, 10 + at, 12) as usize]))
        });
        let keys = script.iter().copied().skip(skipped).chain(random).collect();
        Lost { keys, next: now + PATIENCE, hangs_up: draw_below(seed, 2, 3) == 0 }
    }

    fn plan(&self, drive: &Drive) -> Plan {
        let at = self.next.max(drive.now());
        match (self.keys.front(), self.hangs_up) {
            (Some(key), _) => Plan::Press(at, *key),
            (None, true) => Plan::HangUp(at),
            (None, false) => Plan::Listen,
        }
    }
}

impl crate::simulator::test::Acts for Lost {
    fn pressed(&mut self, at: Millis) {
        self.keys.pop_front();
        self.next = at + PATIENCE;
    }

    fn told(&mut self, _: Millis) {}

    fn has_hung_up(&mut self) {
        self.hangs_up = false;
    }
}
