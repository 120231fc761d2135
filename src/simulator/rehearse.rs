//! A scenario before it is played: the last contact as it arrives, and what its caller will do when.

use super::caller::Player;
use super::drive::{Act, Drive};
use super::scenario::Scenario;
use super::test::{follow, play};
use super::world::World;
use crate::engine::Image;
use crate::time::Millis;
use std::collections::VecDeque;
use std::sync::Arc;

/// Plays a scenario up to its last contact. Returns that contact as it arrives, and what its caller does; a step that fails is the
/// last one. `None` where nobody arrives.
pub fn rehearse(image: &Arc<Image>, scenario: &Scenario) -> Option<(Drive, Vec<(Millis, Act)>)> {
    let (last, earlier) = scenario.contacts.split_last()?;
    let mut world = World::default();
    scenario.given.iter().for_each(|given| world.take(given));
    for (index, contact) in earlier.iter().enumerate() {
        let until = scenario.contacts.get(index + 1).map(|next| next.arrival.at);
        (_, world) = play(image, world, contact, index + 1, until);
    }
    world.take(&last.given);
    let number = scenario.contacts.len();
    let contact = last.arrival.contact(&format!("sim-{number}"), image.country.as_deref());
    let arrived = Drive::start(image, world, contact);
    let mut drive = arrived.clone();
    let _ = follow(&mut drive, &mut Player::new(&last.steps));
    Some((arrived, drive.acts().to_vec()))
}

/// Lets one thing happen, at most until a moment: the caller's next act, or whatever comes before it. False where there is
/// nothing.
pub fn go_on(drive: &mut Drive, acts: &mut VecDeque<(Millis, Act)>, until: Millis) -> bool {
    let is_turn = |at: Millis| {
        at <= until
            && drive.next_report().is_none_or(|report| at < report)
            && drive.next_deadline().is_none_or(|(deadline, _)| at <= deadline)
    };
    let turn = acts.front().is_some_and(|(at, _)| is_turn(*at));
    match acts.pop_front_if(|_| turn) {
        Some((at, act)) => {
            drive.act(at.max(drive.now()), &act);
            true
        }
        None => drive.advance(until),
    }
}
