//! Rooms of conferences in a pretend world, with whoever else is in them.
//!
//! ```yaml
//! rooms:
//!   board: 2                                                  # two others, a moderator among them; it ends after a minute
//!   team: { members: 1, moderator: 30s, ends: 10m }           # a moderator comes 30 s after the caller
//!   hall: { members: 1, moderator: at 60s, ends: at 29m }     # so long after the contact arrived
//!   closed: refused
//! ```

use super::drive::Drive;
use super::notation::length;
use super::reading::Reading;
use super::tree::{Item, Kind};
use crate::engine::{ActionId, Event, RoomNews};
use crate::program::Text;
use crate::program::verb::RoomTerms;
use crate::time::{DurationMs, Millis};

/// Who else is in a room, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// How many others are there.
    pub members: u32,
    /// How long after the caller a moderator is there; none ever comes where it is missing.
    pub moderator: Option<When>,
    /// How long after the caller joined it ends.
    pub ends: When,
    /// How long after the caller joined it is sent out, if it is.
    pub removes: Option<When>,
    /// Whether nobody is let in.
    pub refused: bool,
}

/// When something happens in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// So long after what comes before it.
    After(DurationMs),
    /// So long after the contact arrived.
    At(DurationMs),
}

impl When {
    /// How long that is from a moment.
    fn from(self, now: DurationMs) -> DurationMs {
        match self {
            When::After(length) => length,
            When::At(length) => DurationMs(length.0.saturating_sub(now.0)),
        }
    }

    fn read(reading: &mut Reading, item: &Item) -> Option<When> {
        match item.text().and_then(|text| text.strip_prefix("at ")).and_then(length) {
            Some(since) => Some(When::At(since)),
            None => reading.length(item).map(When::After),
        }
    }
}

impl Default for Room {
    fn default() -> Room {
        let ends = When::After(DurationMs::from_secs(60));
        Room { members: 0, moderator: None, ends, removes: None, refused: false }
    }
}

impl Room {
    pub(super) fn read_all(reading: &mut Reading, item: &Item) -> Vec<(Text, Room)> {
        item.entries().filter_map(|(name, _, value)| Some((name.into(), room(reading, value)?))).collect()
    }
}

pub(super) const ROOM: [&str; 4] = ["members", "moderator", "ends", "removes"];

fn room(reading: &mut Reading, item: &Item) -> Option<Room> {
    match item.text() {
        Some("refused") => return Some(Room { refused: true, ..Room::default() }),
        Some(_) => {
            let (members, moderator) = (members(reading, item)?, Some(When::After(DurationMs::ZERO)));
            return Some(Room { members, moderator, ..Room::default() });
        }
        None => {}
    }
    reading.only_keys(item, "a room", &ROOM);
    let mut room = Room::default();
    for (key, _, value) in item.entries() {
        match key {
            "members" => room.members = members(reading, value)?,
            "moderator" if value.kind == Kind::Nothing => room.moderator = None,
            "moderator" => room.moderator = Some(When::read(reading, value)?),
            "ends" => room.ends = When::read(reading, value)?,
            "removes" => room.removes = Some(When::read(reading, value)?),
            _ => {}
        }
    }
    Some(room)
}

fn members(reading: &mut Reading, item: &Item) -> Option<u32> {
    let members = reading.scalar(item, "how many are in it")?.parse().ok();
    if members.is_none() {
        reading.no_value(item, "a number of people, or `refused`, is expected here", None);
    }
    members
}

impl Drive {
    pub(super) fn join(&mut self, id: ActionId, room: Text, terms: RoomTerms) {
        let there = self.world.rooms.get(&room).cloned().unwrap_or_default();
        let news = match terms.at_most {
            _ if there.refused => RoomNews::Refused,
            Some(most) if there.members >= most => RoomNews::Full,
            Some(_) | None => RoomNews::Reserved { members: there.members },
        };
        self.seat = Some((room, terms));
        self.report(DurationMs::ZERO, Event::Room { id, news });
    }

    /// The caller is in the room: it speaks with the others once a moderator is there, if it must wait for one.
    pub(super) fn enter_room(&mut self, id: ActionId) {
        let Some((room, terms)) = self.seat.clone() else { return };
        let there = self.world.rooms.get(&room).cloned().unwrap_or_default();
        let now = self.now.since(Millis::ZERO);
        let waits = match terms.wait_for_moderator && !terms.moderator {
            true => there.moderator.map(|comes| comes.from(now)),
            false => Some(DurationMs::ZERO),
        };
        let Some(waits) = waits else { return };
        self.report(waits, Event::Room { id, news: RoomNews::Joined });
        let (after, news) = match there.removes {
            Some(after) => (after, RoomNews::Removed { last: there.members == 0 }),
            // With its end everybody leaves.
            None => (there.ends, RoomNews::Left { last: true }),
        };
        self.report(waits + after.from(now + waits), Event::Room { id, news });
    }

    pub(super) fn leave_room(&mut self, id: ActionId) {
        let seat = self.seat.take();
        self.queue.retain(|_, event| !matches!(event, Event::Room { id: of, .. } if *of == id));
        if let Some((room, _)) = seat {
            let last = self.world.rooms.get(&room).is_none_or(|room| room.members == 0);
            self.report(DurationMs::ZERO, Event::Room { id, news: RoomNews::Left { last } });
        }
    }
}
