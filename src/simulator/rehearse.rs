//! A scenario before it is played: the last contact as it arrives, and what its caller will do when.

use super::caller::Player;
use super::drive::{Act, Drive};
use super::scenario::Scenario;
use super::test::{follow, play};
use super::world::World;
use crate::engine::Image;
use crate::time::Millis;
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
