//! `conference`: a place is asked for, the caller is told what is to be told, enters, and is there until the room is over.
//!
//! ```text
//!   Asking ──reserved──► Entering (block `entering`) ──► Inside ──left, removed──► exit
//!      │ full, refused, late                               joined: block `joined`
//!      ▼
//!     exit
//! ```
//!
//! A caller who hangs up inside has left: where `left` names what the stay was, the flow goes on alone there.

use super::action::{Action, ActionId};
use super::event::RoomNews;
use super::run::{Run, Turn};
use super::state::{Phase, Role, Seat, Wait};
use crate::program::verb::{Conference, RoomTerms};
use crate::program::{Exit, Record, Text, Value};
use crate::time::DurationMs;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

impl Run<'_> {
    pub(super) fn conference(&mut self, conference: &Conference) -> Turn {
        let room: Text = match self.value(&conference.room) {
            Ok(Value::Text(room) | Value::Digits(room)) => room,
            Ok(_) => return self.fault("there is no such room", Exit::Refused),
            Err(fault) => return self.fault(&fault, Exit::Refused),
        };
        let terms = match self.room_terms(conference) {
            Ok(terms) => terms,
            Err(fault) => return self.fault(&fault, Exit::Refused),
        };
        let id = self.state.next_id();
        self.act(Action::Join { id, room, terms });
        let until = Some(self.state.now + Conference::WITHIN);
        Turn::Wait(Wait::Conference { id, seat: Seat::Asking, until })
    }

    /// The terms, now that their conditions can be decided.
    fn room_terms(&self, conference: &Conference) -> Result<RoomTerms, String> {
        let mut terms = conference.terms.clone();
        for (term, condition) in &conference.on {
            if self.value(condition)? == Value::Bool(true) {
                terms.set(*term);
            }
        }
        if let Some(Value::Number(most)) =
            conference.at_most.as_ref().map(|most| self.value(most)).transpose()?
        {
            // A room for less than one person lets nobody in.
            terms.at_most = Some(most.trunc().to_u32().unwrap_or(0).min(Conference::LARGEST));
        }
        if let Some(Value::Recording(name)) =
            conference.announce.as_ref().map(|name| self.value(name)).transpose()?
        {
            terms.announce = Some(name);
        }
        terms.wait_for_moderator &= !terms.moderator;
        Ok(terms)
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
            (Seat::Inside { since, joined: false }, RoomNews::Joined) => {
                self.unwind_to(depth);
                let seat = Seat::Inside { since, joined: true };
                self.wait(Wait::Conference { id, seat, until: None });
                let _ = self.run_block(Role::Room, &Exit::Joined, Value::None);
            }
            (Seat::Asking, RoomNews::Full) => self.out_of_room(depth, Exit::Full, Value::None),
            (Seat::Asking, RoomNews::Refused) => self.out_of_room(depth, Exit::Refused, Value::None),
            (
                Seat::Entering | Seat::Inside { .. } | Seat::Leaving { .. },
                RoomNews::Left { last } | RoomNews::Removed { last },
            ) => {
                let exit = match news {
                    RoomNews::Removed { .. } => Exit::Removed,
                    _ => Exit::Left,
                };
                let stay = self.stay(seat, last);
                self.out_of_room(depth, exit, stay);
            }
            // A room says each of these once, in this order.
            (Seat::Asking, RoomNews::Joined | RoomNews::Left { .. } | RoomNews::Removed { .. })
            | (Seat::Entering | Seat::Leaving { .. }, RoomNews::Reserved { .. } | RoomNews::Joined)
            | (Seat::Inside { .. }, RoomNews::Reserved { .. } | RoomNews::Joined)
            | (
                Seat::Entering | Seat::Inside { .. } | Seat::Leaving { .. },
                RoomNews::Full | RoomNews::Refused,
            ) => self.stale(),
        }
    }

    fn out_of_room(&mut self, depth: usize, exit: Exit, brings: Value) {
        self.unwind_to(depth);
        self.leave(exit, brings);
    }

    /// What a stay was.
    fn stay(&self, seat: Seat, last: bool) -> Value {
        let (length, joined) = match seat {
            Seat::Asking | Seat::Entering => (DurationMs::ZERO, false),
            Seat::Inside { since, joined } => (self.state.now.since(since), joined),
            Seat::Leaving { stayed, joined } => (stayed, joined),
        };
        let stay = Record::new(Conference::STAY, "")
            .with("length", Value::Duration(length))
            .with("joined", Value::Bool(joined))
            .with("last", Value::Bool(last));
        Value::Record(Arc::new(stay))
    }

    /// The caller has left. Whether that was in a room, and `left` tells it from other ends by what the stay was: then the
    /// flow goes on alone, once the room has said who is left.
    pub(super) fn left_a_room(&mut self) -> bool {
        let mut scopes = self.state.scopes.iter().enumerate().rev();
        let found = scopes.find_map(|(depth, scope)| Some((depth, seat_of(&scope.wait)?)));
        let Some((depth, (id, Seat::Inside { since, joined }))) = found else { return false };
        let frame = self.state.scopes.get(depth).and_then(|scope| scope.frames.last());
        let arm = frame.and_then(|frame| self.image.node(frame.at).arm(&Exit::Left));
        if arm.is_none_or(|arm| arm.bind.is_none()) {
            return false;
        }
        self.unwind_to(depth);
        self.go_on_alone();
        self.act(Action::LeaveRoom { id });
        let seat = Seat::Leaving { stayed: self.state.now.since(since), joined };
        let until = Some(self.state.now + Conference::WITHIN);
        self.wait(Wait::Conference { id, seat, until });
        true
    }

    /// The room has not said whether there is a place, or who is left in it.
    pub(super) fn room_is_late(&mut self) {
        match self.state.scopes.last().and_then(|scope| seat_of(&scope.wait)) {
            Some((_, seat @ Seat::Leaving { .. })) => {
                let stay = self.stay(seat, false);
                self.leave(Exit::Left, stay);
            }
            Some((_, Seat::Asking | Seat::Entering | Seat::Inside { .. })) | None => {
                self.cancel_innermost();
                self.leave(Exit::Refused, Value::None);
            }
        }
    }

    /// A block of the conference is over. What it has set is seen behind it.
    pub(super) fn end_room_block(&mut self) {
        self.close_block();
        match self.state.scopes.last().and_then(|scope| seat_of(&scope.wait)) {
            Some((_, Seat::Entering)) => self.enter_room(),
            Some((_, Seat::Asking | Seat::Inside { .. } | Seat::Leaving { .. })) | None => {}
        }
    }

    fn enter_room(&mut self) {
        let Some(Wait::Conference { id, .. }) = self.state.scopes.last().map(|scope| scope.wait.clone())
        else {
            return;
        };
        self.drop_keys();
        self.act(Action::Enter { id });
        let seat = Seat::Inside { since: self.state.now, joined: false };
        self.wait(Wait::Conference { id, seat, until: None });
    }

    fn seat(&self, id: ActionId) -> Option<(usize, Seat)> {
        if !matches!(self.state.phase, Phase::Talking | Phase::Alone) {
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
