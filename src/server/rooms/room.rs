//! One room of a conference: a pure machine of who is in it, who speaks, and what each of them hears.
//!
//! ```text
//!  reserved ──enter──► waits (music) ──a moderator is there──► joined ──► hears people, or music while alone
//!                └──── needs no moderator ────────────────────────┘            │ leaves, or the room ends
//!                                                                              ▼
//! ```
//!
//! Who has joined stays so when the moderator leaves. A place that is reserved counts as taken.

use crate::program::verb::RoomTerms;
use std::collections::BTreeMap;

/// Names a place, unique within the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(pub u64);

/// What somebody in a room hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hears {
    /// What waits are filled with.
    Music,
    /// The others.
    People,
}

/// What has come of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Whoever has this place speaks with the others from now on.
    Joined(Place),
    /// Whoever has this place hears something else from now on.
    Hears(Place, Hears),
    /// The room is over for whoever had this place; whether nobody is left in it.
    Left(Place, bool),
}

/// Whether there is a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// There is, with so many who have entered.
    Reserved(u32),
    /// There is none.
    Full,
}

/// A room.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    places: BTreeMap<Place, Guest>,
}

#[derive(Clone, Debug)]
struct Guest {
    terms: RoomTerms,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Reserved,
    Inside { joined: bool, hears: Option<Hears> },
}

impl Guest {
    fn is_inside(&self) -> bool {
        matches!(self.stage, Stage::Inside { .. })
    }

    fn has_joined(&self) -> bool {
        matches!(self.stage, Stage::Inside { joined: true, .. })
    }
}

impl Room {
    /// Whether nobody has a place in it.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many speak with each other.
    fn speaking(&self) -> usize {
        self.who_speaks().count()
    }

    /// Who they are.
    pub fn who_speaks(&self) -> impl Iterator<Item = Place> {
        self.places.iter().filter(|(_, guest)| guest.has_joined()).map(|(place, _)| *place)
    }

    /// Asks for a place.
    pub fn reserve(&mut self, place: Place, terms: RoomTerms) -> Asked {
        if terms.at_most.is_some_and(|most| self.places.len() >= most as usize) {
            return Asked::Full;
        }
        let inside = self.places.values().filter(|guest| guest.is_inside()).count();
        self.places.insert(place, Guest { terms, stage: Stage::Reserved });
        Asked::Reserved(u32::try_from(inside).unwrap_or(u32::MAX))
    }

    /// Whoever has reserved a place takes it.
    pub fn enter(&mut self, place: Place) -> Vec<Said> {
        if let Some(guest) = self.places.get_mut(&place).filter(|guest| !guest.is_inside()) {
            guest.stage = Stage::Inside { joined: false, hears: None };
        }
        self.settle()
    }

    /// Whoever has a place gives it up. With the last moderator the room ends, where that was wanted by anybody in it.
    pub fn leave(&mut self, place: Place) -> Vec<Said> {
        let Some(gone) = self.places.remove(&place) else { return Vec::new() };
        let is_inside = |guest: &Guest| guest.is_inside();
        let led = self.places.values().any(|guest| is_inside(guest) && guest.terms.moderator);
        let wanted = gone.terms.ends_with_moderator
            || self.places.values().any(|guest| is_inside(guest) && guest.terms.ends_with_moderator);
        let ends = is_inside(&gone) && gone.terms.moderator && !led && wanted;
        let mut said = Vec::new();
        if ends {
            let others = self.places.iter().filter(|(_, guest)| is_inside(guest)).map(|(place, _)| *place);
            said.extend(others.collect::<Vec<_>>().into_iter().map(|place| Said::Left(place, true)));
            self.places.retain(|_, guest| !is_inside(guest));
        }
        let is_last = !self.places.values().any(is_inside);
        said.insert(0, Said::Left(place, is_last));
        said.extend(self.settle());
        said
    }

    /// Says to each what has changed.
    fn settle(&mut self) -> Vec<Said> {
        let has_moderator = self.places.values().any(|guest| guest.is_inside() && guest.terms.moderator);
        let mut said = Vec::new();
        for (place, guest) in &mut self.places {
            let may_join = has_moderator || !guest.terms.wait_for_moderator;
            if let Stage::Inside { joined: joined @ false, .. } = &mut guest.stage
                && may_join
            {
                *joined = true;
                said.push(Said::Joined(*place));
            }
        }
        let speaking = self.speaking();
        for (place, guest) in &mut self.places {
            let Stage::Inside { joined, hears } = &mut guest.stage else { continue };
            let now = if *joined && speaking > 1 { Hears::People } else { Hears::Music };
            if hears.replace(now) != Some(now) {
                said.push(Said::Hears(*place, now));
            }
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: Place = Place(1);
    const IVAN: Place = Place(2);
    const OLGA: Place = Place(3);

    fn participant() -> RoomTerms {
        RoomTerms { wait_for_moderator: true, ..RoomTerms::default() }
    }

    fn moderator() -> RoomTerms {
        RoomTerms { moderator: true, ends_with_moderator: true, ..RoomTerms::default() }
    }

    fn room(guests: &[(Place, RoomTerms)]) -> Room {
        let mut room = Room::default();
        for (place, terms) in guests {
            assert!(matches!(room.reserve(*place, terms.clone()), Asked::Reserved(_)));
            drop(room.enter(*place));
        }
        room
    }

    #[test]
    fn participants_wait_with_music_until_a_moderator_is_there() {
        let mut room = Room::default();
        assert_eq!(room.reserve(ANNA, participant()), Asked::Reserved(0));
        assert_eq!(room.enter(ANNA), [Said::Hears(ANNA, Hears::Music)]);
        assert_eq!(room.reserve(IVAN, moderator()), Asked::Reserved(1));
        let all = [
            Said::Joined(ANNA),
            Said::Joined(IVAN),
            Said::Hears(ANNA, Hears::People),
            Said::Hears(IVAN, Hears::People),
        ];
        assert_eq!(room.enter(IVAN), all);
        assert_eq!(room.speaking(), 2);
    }

    #[test]
    fn who_is_alone_has_joined_and_hears_music_again_when_the_others_leave() {
        let mut room = Room::default();
        assert_eq!(room.reserve(ANNA, RoomTerms::default()), Asked::Reserved(0));
        assert_eq!(room.enter(ANNA), [Said::Joined(ANNA), Said::Hears(ANNA, Hears::Music)]);
        assert_eq!(room.reserve(IVAN, RoomTerms::default()), Asked::Reserved(1));
        drop(room.enter(IVAN));
        assert_eq!(room.leave(IVAN), [Said::Left(IVAN, false), Said::Hears(ANNA, Hears::Music)]);
        assert_eq!(room.leave(ANNA), [Said::Left(ANNA, true)]);
        assert!(room.is_empty());
    }

    #[test]
    fn a_room_ends_with_its_last_moderator_where_that_is_wanted() {
        let mut led = room(&[(ANNA, participant()), (IVAN, moderator()), (OLGA, participant())]);
        let ended = [Said::Left(IVAN, true), Said::Left(ANNA, true), Said::Left(OLGA, true)];
        assert_eq!(led.leave(IVAN), ended);
        assert!(led.is_empty());
        let free = RoomTerms { ends_with_moderator: false, ..moderator() };
        let mut open = room(&[(ANNA, participant()), (IVAN, free), (OLGA, participant())]);
        assert_eq!(open.leave(IVAN), [Said::Left(IVAN, false)]);
        assert_eq!(open.speaking(), 2);
    }

    #[test]
    fn a_reserved_place_is_taken_and_a_full_room_lets_nobody_in() {
        let two = RoomTerms { at_most: Some(2), ..RoomTerms::default() };
        let mut room = room(&[(ANNA, two.clone())]);
        assert_eq!(room.reserve(IVAN, two.clone()), Asked::Reserved(1));
        assert_eq!(room.reserve(OLGA, two.clone()), Asked::Full);
        assert_eq!(room.leave(IVAN), [Said::Left(IVAN, false)]);
        assert_eq!(room.reserve(OLGA, two), Asked::Reserved(1));
        assert_eq!(room.leave(Place(9)), []);
    }
}
