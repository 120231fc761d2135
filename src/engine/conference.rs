//! `conference`: a place is asked for, the caller is told what is to be told, enters, and is there until the room is over.
//!
//! ```text
//!   Asking ──reserved──► Entering (block `entering`) ──► Inside ──left, removed──► exit
//!      │ full, refused, late                               joined: block `joined`
//!      ▼
//!     exit
//! ```

use super::action::{Action, ActionId};
use super::event::RoomNews;
use super::run::{Run, Turn};
use super::state::{Role, Seat, Wait};
use crate::program::verb::Conference;
use crate::program::{Exit, Text, Value};

impl Run<'_> {
    pub(super) fn conference(&mut self, conference: &Conference) -> Turn {
        let room: Text = match self.value(&conference.room) {
            Ok(Value::Text(room) | Value::Digits(room)) => room,
            Ok(_) => return self.fault("there is no such room", Exit::Refused),
            Err(fault) => return self.fault(&fault, Exit::Refused),
        };
        let id = self.state.next_id();
        self.act(Action::Join { id, room, terms: conference.terms.clone() });
        let until = Some(self.state.now + Conference::WITHIN);
        Turn::Wait(Wait::Conference { id, seat: Seat::Asking, until })
    }

    /// There is news of a room.
    pub(super) fn room_says(&mut self, id: ActionId, news: RoomNews) {
        let Some((depth, seat)) = self.seat(id) else { return self.stale() };
        match (seat, news) {
            (Seat::Asking, RoomNews::Reserved { members }) => {
                self.unwind_to(depth);
                self.wait(Wait::Conference { id, seat: Seat::Entering, until: None });
                if !self.run_block(Role::Room, &Exit::Entering, Value::Number(members.into())) {
                    self.enter_room();
                }
            }
            (Seat::Inside, RoomNews::Joined) => {
                self.unwind_to(depth);
                let _ = self.run_block(Role::Room, &Exit::Joined, Value::None);
            }
            (Seat::Asking, RoomNews::Full) => self.out_of_room(depth, Exit::Full),
            (Seat::Asking, RoomNews::Refused) => self.out_of_room(depth, Exit::Refused),
            (Seat::Entering | Seat::Inside, RoomNews::Left) => self.out_of_room(depth, Exit::Left),
            (Seat::Entering | Seat::Inside, RoomNews::Removed) => self.out_of_room(depth, Exit::Removed),
            // A room says each of these once, in this order.
            (Seat::Asking, RoomNews::Joined | RoomNews::Left | RoomNews::Removed)
            | (Seat::Entering, RoomNews::Reserved { .. } | RoomNews::Joined)
            | (Seat::Inside, RoomNews::Reserved { .. })
            | (Seat::Entering | Seat::Inside, RoomNews::Full | RoomNews::Refused) => self.stale(),
        }
    }

    fn out_of_room(&mut self, depth: usize, exit: Exit) {
        self.unwind_to(depth);
        self.leave(exit, Value::None);
    }

    /// The room has not said whether there is a place.
    pub(super) fn room_is_late(&mut self) {
        self.cancel_innermost();
        self.leave(Exit::Refused, Value::None);
    }

    /// A block of the conference is over. What it has set is seen behind it.
    pub(super) fn end_room_block(&mut self) {
        self.close_block();
        match self.state.scopes.last().and_then(|scope| seat_of(&scope.wait)) {
            Some((_, Seat::Entering)) => self.enter_room(),
            Some((_, Seat::Asking | Seat::Inside)) | None => {}
        }
    }

    fn enter_room(&mut self) {
        let Some(Wait::Conference { id, .. }) = self.state.scopes.last().map(|scope| scope.wait.clone())
        else {
            return;
        };
        self.drop_keys();
        self.act(Action::Enter { id });
        self.wait(Wait::Conference { id, seat: Seat::Inside, until: None });
    }

    fn seat(&self, id: ActionId) -> Option<(usize, Seat)> {
        if self.state.phase != super::state::Phase::Talking {
            return None;
        }
        let mut scopes = self.state.scopes.iter().enumerate().rev();
        scopes.find_map(|(depth, scope)| {
            let (joined, seat) = seat_of(&scope.wait)?;
            (joined == id).then_some((depth, seat))
        })
    }
}

/// The action that asked for a place, and how far the caller is with it.
fn seat_of(wait: &Wait) -> Option<(ActionId, Seat)> {
    if let Wait::Conference { id, seat, .. } = wait { Some((*id, *seat)) } else { None }
}
