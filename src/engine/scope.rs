//! Scopes: blocks that run while something is waited for, and how they end, are left, and are unwound.
//!
//! A block runs in a copy of its flow's frame. When its scope is taken away the variables are copied back, so that what
//! it has set stays set; whatever it was waiting for is given up, and whatever it played is cut.

use super::action::{Action, ActionId};
use super::bridge::cancelled;
use super::run::{Run, Turn};
use super::state::{Phase, Role, Scope, Wait};
use crate::program::{Exit, Limits, Value};

impl Run<'_> {
    /// Opens a scope with a copy of the frame below; `false` where there are too many.
    pub(super) fn open_scope(&mut self, role: Role) -> bool {
        let Some(frame) = self.state.frame().map(|frame| frame.clone()) else { return false };
        if self.state.scopes.len() >= Limits::DEFAULT.scopes {
            return false;
        }
        self.state.scopes.push(Scope { role, frames: vec![frame], wait: Wait::Nothing, playback: None });
        true
    }

    /// The end of a block that leads nowhere: a waiting block is silent then, an aside leads back to the wait, a block
    /// before a conversation or in a room to that; anything else ends the session.
    pub(super) fn idle(&mut self) {
        match (self.state.phase, self.state.scopes.last().map(|scope| scope.role)) {
            (Phase::Talking, Some(Role::Waiting)) => self.wait_is_silent(),
            (Phase::Talking, Some(Role::Aside)) => self.come_back_to_queue(),
            (Phase::Talking, Some(Role::Connecting)) => self.connect_at_last(),
            (Phase::Talking, Some(Role::Room)) => self.end_room_block(),
            (Phase::Alone, Some(Role::Waiting | Role::Aside | Role::Connecting | Role::Room)) => {
                self.depart()
            }
            (_, Some(Role::Contact) | None) | (Phase::Leaving | Phase::Ended, Some(_)) => self.finish(),
        }
    }

    /// Leaves the blocks that run in copies of the flow's own frame; what was waited for there is given up.
    pub(super) fn leave_blocks(&mut self) {
        while self.state.scopes.len() > 1
            && self.state.scopes.last().is_some_and(|scope| scope.frames.len() == 1)
        {
            self.unwind_to(self.state.scopes.len() - 2);
            self.cancel_innermost();
            self.wait(Wait::Nothing);
        }
    }

    /// Drops the scopes above this one, cuts what they play, and notes what was keyed for their questions.
    pub(super) fn unwind_to(&mut self, depth: usize) {
        while self.state.scopes.len() > depth + 1 {
            self.abandon_entry();
            let Some(scope) = self.drop_scope() else { break };
            cancelled(&scope.wait).into_iter().for_each(|action| self.act(action));
            self.silence(&scope);
        }
        if let Some(scope) = self.state.scopes.last_mut() {
            let playback = scope.playback.take();
            playback.into_iter().for_each(|id| self.actions.push(Action::Stop { id }));
        }
    }

    /// Takes the innermost scope away. What its block has set in the variables of its flow stays set.
    pub(super) fn drop_scope(&mut self) -> Option<Scope> {
        let mut scope = self.state.scopes.pop()?;
        if let (Some(inner), Some(outer)) = (scope.frames.first_mut(), self.state.frame())
            && inner.flow == outer.flow
        {
            outer.slots = std::mem::take(&mut inner.slots);
        }
        Some(scope)
    }

    /// Cuts what a scope plays.
    fn silence(&mut self, scope: &Scope) {
        let playing = scope.wait.speaking().into_iter().chain(scope.playback);
        playing.for_each(|id| self.actions.push(Action::Stop { id }));
    }

    /// Goes to the scope that waits for this answer in this way; false, with a note, where none does.
    pub(super) fn unwind_to_answer(&mut self, id: ActionId, fits: impl Fn(&Wait) -> bool) -> bool {
        let waits = |scope: &Scope| scope.wait.id() == Some(id) && fits(&scope.wait);
        let depth = self.state.scopes.iter().rposition(waits);
        match depth.filter(|_| matches!(self.state.phase, Phase::Talking | Phase::Alone)) {
            Some(depth) => {
                self.unwind_to(depth);
                true
            }
            None => {
                self.stale();
                false
            }
        }
    }

    /// Runs a block of a node that waits, in a scope of its own; false where there is none, or no room for it. What the
    /// exit brings is seen in it.
    pub(super) fn run_block(&mut self, role: Role, exit: &Exit, brings: Value) -> bool {
        let image = self.image;
        let Some(arm) = self.state.at().and_then(|at| image.node(at).arm(exit)) else { return false };
        if !self.open_scope(role) {
            return false;
        }
        if let Some(slot) = arm.bind {
            self.set_slot(slot, brings);
        }
        self.walk(Turn::Go(arm.to));
        true
    }

    /// Runs the block that a verb has for the time in which it waits.
    pub(super) fn run_while_waiting(&mut self, wait: Wait) -> Turn {
        self.wait(wait);
        let _ = self.run_block(Role::Waiting, &Exit::Waiting, Value::None);
        Turn::Done
    }

    /// Ends the block that the innermost scope runs. What it has set is seen in the scope below.
    pub(super) fn close_block(&mut self) {
        self.unwind_to(self.state.scopes.len().saturating_sub(2));
    }

    /// Whether the current node has an arm for an exit.
    pub(super) fn handles(&self, exit: &Exit) -> bool {
        self.state.at().is_some_and(|at| self.image.node(at).arm(exit).is_some())
    }
}
