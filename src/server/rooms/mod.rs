//! Conferences: who is in which room, and the media of each as the room says (`room`).
//!
//! A contact holds a [`Seat`]; with it the place is given up, so that nobody stays in a room whose call has died.

mod room;

use super::event::CallEvent;
use super::media_thread::{MediaLeg, MediaThread};
use super::recordings::{RecordingName, Recordings};
use crate::engine::{ActionId, Event, RoomNews};
use crate::media::playout::{PlayId, Repeat, Sound};
use crate::media::recorder::Take;
use crate::program::Text;
use crate::program::verb::RoomTerms;
use room::{Asked, Hears, Place, Room, Said};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Names what a room plays: nobody waits for its end.
const ROOMS: PlayId = PlayId(u64::MAX);

/// The rooms of a server; cheap to clone.
#[derive(Clone)]
pub(super) struct Rooms {
    state: Arc<Mutex<State>>,
    media: MediaThread,
    recordings: Recordings,
}

#[derive(Default)]
struct State {
    rooms: BTreeMap<Text, Open>,
    people: BTreeMap<Place, Person>,
    places: u64,
    numbers: u64,
}

/// A room that somebody has a place in.
struct Open {
    /// Its number on the media thread.
    number: u64,
    room: Room,
}

/// Whoever asks for a place.
pub(super) struct Person {
    /// The action that asked.
    pub id: ActionId,
    /// The caller's media.
    pub leg: MediaLeg,
    /// The caller's call.
    pub told: mpsc::WeakSender<CallEvent>,
    /// What is heard until people speak.
    pub music: Vec<Sound>,
    /// What the others hear when this caller comes.
    pub announce: Option<Sound>,
    /// What the recording is called, where the caller's terms want one.
    pub recording: Option<RecordingName>,
    /// How the room is entered.
    pub terms: RoomTerms,
    /// The recording that runs: zero before it begins, [`GONE`] once the caller has left.
    pub tape: Arc<AtomicU64>,
}

/// Whoever has left is not recorded any more.
const GONE: u64 = u64::MAX;

/// A place in a room, held by its call.
pub(super) struct Seat {
    rooms: Rooms,
    room: Text,
    place: Place,
}

impl Rooms {
    pub fn new(media: MediaThread, recordings: Recordings) -> Rooms {
        Rooms { state: Arc::default(), media, recordings }
    }

    /// Asks for a place; the news goes to the call.
    pub fn join(&self, name: &Text, person: Person) -> Option<Seat> {
        let mut state = self.lock();
        state.places += 1;
        let place = Place(state.places);
        let number = state.numbers;
        let open = state.rooms.entry(name.clone()).or_insert_with(|| Open { number, room: Room::default() });
        let asked = open.room.reserve(place, person.terms.clone());
        if open.number == number {
            state.numbers += 1;
        }
        let news = match asked {
            Asked::Reserved(members) => RoomNews::Reserved { members },
            Asked::Full => RoomNews::Full,
        };
        tell(&person, news);
        if asked == Asked::Full {
            return None;
        }
        state.people.insert(place, person);
        Some(Seat { rooms: self.clone(), room: name.clone(), place })
    }

    fn change(&self, name: &Text, change: impl FnOnce(&mut Room) -> Vec<Said>) {
        let mut state = self.lock();
        let Some(open) = state.rooms.get_mut(name) else { return };
        let (number, said) = (open.number, change(&mut open.room));
        if open.room.is_empty() {
            state.rooms.remove(name);
        }
        for one in said {
            self.perform(&mut state, number, one);
        }
    }

    fn perform(&self, state: &mut State, number: u64, said: Said) {
        match said {
            Said::Joined(place) => self.joined(state, number, place),
            Said::Hears(place, hears) => {
                if let Some(person) = state.people.get_mut(&place) {
                    self.hear(person, number, hears);
                }
            }
            Said::Left(place, last) => {
                if let Some(person) = state.people.remove(&place) {
                    self.media.leave_room(person.leg);
                    self.media.stop(person.leg);
                    match person.tape.swap(GONE, Ordering::SeqCst) {
                        0 | GONE => {}
                        tape => self.media.end_record(person.leg, tape),
                    }
                    tell(&person, RoomNews::Left { last });
                }
            }
        }
    }

    /// The others hear who comes.
    fn joined(&self, state: &mut State, number: u64, place: Place) {
        let Some(person) = state.people.get(&place) else { return };
        tell(person, RoomNews::Joined);
        let Some(announce) = person.announce.clone() else { return };
        let others = state.rooms.values().filter(|open| open.number == number);
        let others = others.flat_map(|open| open.room.who_speaks()).filter(|other| *other != place);
        for other in others.filter_map(|other| state.people.get(&other)) {
            self.media.play(other.leg, ROOMS, vec![announce.clone()], Repeat::Once);
        }
    }

    fn hear(&self, person: &mut Person, number: u64, hears: Hears) {
        self.media.stop(person.leg);
        match hears {
            Hears::People => {
                self.media.enter(person.leg, number, !person.terms.muted);
                self.record(person);
            }
            Hears::Music => {
                self.media.leave_room(person.leg);
                if !person.music.is_empty() {
                    self.media.play(person.leg, ROOMS, person.music.clone(), Repeat::Forever);
                }
            }
        }
    }

    /// Records the room as this caller hears it, from the first time that people speak, or so much later, until it leaves.
    fn record(&self, person: &mut Person) {
        let Some(name) = person.recording.take() else { return };
        let (recordings, media, leg) = (self.recordings.clone(), self.media.clone(), person.leg);
        let after = person.terms.record_after.to_std();
        let tape = person.tape.clone();
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            if tape.load(Ordering::SeqCst) == GONE {
                return;
            }
            let frames = recordings.begin(name, Take::Together, None);
            let recording = frames.recording;
            media.record(leg, frames);
            // Who leaves at this moment ends it here or there.
            if tape.swap(recording, Ordering::SeqCst) == GONE {
                media.end_record(leg, recording);
            }
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing in here panics half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// The caller is in the room from now on.
    pub fn enter(&self) {
        self.rooms.change(&self.room, |room| room.enter(self.place));
    }
}

/// The place is given up.
impl Drop for Seat {
    fn drop(&mut self) {
        let place = self.place;
        self.rooms.change(&self.room, |room| room.leave(place));
    }
}

fn tell(person: &Person, news: RoomNews) {
    if let Some(call) = person.told.upgrade() {
        // A call that does not keep up is lost anyway.
        let _ = call.try_send(CallEvent::Engine(Event::Room { id: person.id, news }));
    }
}
