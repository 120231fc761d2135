//! Whoever has taken the call: the block `connected` runs, the two are bridged, and part. It is the same for a leg that a
//! `transfer` has called and for whoever is free in a queue.
//!
//! ```text
//!   Dialling: a leg accepts ──► the caller is answered ──┐      block `connected` ends
//!                                                        ├──► Connecting ──────────────► Bridged
//!   Queued: somebody is free ────────────────────────────┘
//! ```

use super::action::{Action, ActionId, LegId};
use super::hunt::{Hunt, LegPhase, Miss};
use super::leave::CALLER;
use super::run::{Run, Turn};
use super::state::{Phase, Role, Seat, Take, TakePhase, Wait};
use crate::program::{Entry, Exit, Value, Verb};
use std::ops::Range;

impl Run<'_> {
    /// The leg will be connected: what the caller hears ends, and a call that was not answered is.
    pub(super) fn answer_caller(&mut self, depth: usize, at: usize) {
        self.unwind_to(depth);
        if self.state.answered {
            return self.connect_leg(depth, at);
        }
        let id = self.state.next_id();
        self.act(Action::Answer { id });
        self.set_phase(depth, at, LegPhase::Answering { id });
    }

    /// The caller's leg is up, as a leg has waited for; false where none has.
    pub(super) fn caller_is_up_for_leg(&mut self, id: ActionId) -> bool {
        let answering =
            |hunt: &Hunt| hunt.legs.iter().position(|leg| leg.phase == LegPhase::Answering { id });
        let Some((depth, at)) = self.hunt_where(answering) else { return false };
        self.state.answered = true;
        self.connect_leg(depth, at);
        true
    }

    fn connect_leg(&mut self, depth: usize, at: usize) {
        let Some(leg) = self.hunt(depth).and_then(|hunt| hunt.legs.get(at)).cloned() else { return };
        let mixed = self.transfer_at(depth).is_some_and(|transfer| transfer.mixed);
        let who = if mixed { Value::Text(leg.party.to_string().into()) } else { leg.party.value() };
        self.connect(leg.leg, who);
    }

    /// Connects the caller of the innermost scope, behind the block for that if there is one.
    pub(super) fn connect(&mut self, leg: LegId, who: Value) {
        self.drop_keys();
        self.state.outcome_while_connecting = false;
        self.wait(Wait::Connecting { leg });
        if !self.run_block(Role::Connecting, &Exit::Connected, who) {
            self.bridge(leg);
        }
    }

    /// The block `connected` has ended. What it has set is seen behind the conversation.
    pub(super) fn connect_at_last(&mut self) {
        self.close_block();
        if let Some(Wait::Connecting { leg }) = self.state.scopes.last().map(|scope| scope.wait.clone()) {
            self.bridge(leg);
        }
    }

    fn bridge(&mut self, leg: LegId) {
        self.drop_keys();
        self.state.last_place = None;
        self.act(Action::Bridge { leg });
        self.wait(Wait::Bridged { leg });
        self.was_connected();
    }

    /// Connected is what came of it, unless the block before said something else.
    fn was_connected(&mut self) {
        if !self.state.outcome_while_connecting {
            self.is_handed_over();
        }
    }

    /// That is what came of it, unless the flow says something else later.
    pub(super) fn is_handed_over(&mut self) {
        self.state.outcome_set = true;
        self.write(Entry::Outcome { outcome: "handed_over".into(), topic: None });
    }

    /// The other side has hung up.
    pub(super) fn leg_ended(&mut self, leg: LegId) {
        if let Some((depth, at)) = self.hunt_where(|hunt| hunt.position(leg)) {
            return self.missed(depth, at, Miss::NoAnswer);
        }
        let depth = self.state.scopes.iter().rposition(|scope| scope.wait.other_side() == Some(leg));
        let Some(depth) = depth.filter(|_| self.state.phase == Phase::Talking) else { return self.stale() };
        let connecting = matches!(self.state.scopes[depth].wait, Wait::Connecting { .. });
        self.unwind_to(depth);
        match connecting {
            true => self.left_before_the_bridge(),
            false => self.conversation_ended(),
        }
    }

    /// The other side has gone before the two could speak: in a queue the caller waits again. Whoever was called has taken
    /// the call, and nobody else is called.
    fn left_before_the_bridge(&mut self) {
        match self.state.at() {
            Some(at) if matches!(self.image.node(at).verb, Verb::Queue(_)) => self.walk(Turn::Go(at)),
            Some(_) | None => {
                self.was_connected();
                self.conversation_ended();
            }
        }
    }

    /// Without an arm for it the flow that `after call` names follows, once; without that the contact ends.
    fn conversation_ended(&mut self) {
        self.wait(Wait::Nothing);
        let handled = [Exit::Completed, Exit::AgentLeft].into_iter().find(|exit| self.handles(exit));
        match (handled, self.state.after_call.take()) {
            (Some(exit), kept) => {
                self.state.after_call = kept;
                self.leave(exit, Value::None);
            }
            (None, Some((flow, args))) => {
                let turn = self.enter_for_good(flow, args);
                self.walk(turn);
            }
            (None, None) => self.finish(),
        }
    }

    /// Ends all other legs, whether they ring, hear something or speak, gives places in queues up, and throws unfinished
    /// messages away.
    pub(super) fn cancel_legs(&mut self) {
        self.cancel_waits(0..self.state.scopes.len());
    }

    /// The same for what the innermost scope waits for.
    pub(super) fn cancel_innermost(&mut self) {
        let count = self.state.scopes.len();
        self.cancel_waits(count.saturating_sub(1)..count);
    }

    /// The same for some scopes, which then wait for nothing any more.
    pub(super) fn cancel_waits(&mut self, scopes: Range<usize>) {
        for index in scopes {
            let Some(scope) = self.state.scopes.get_mut(index) else { continue };
            let actions = cancelled(&scope.wait);
            if !actions.is_empty() {
                scope.wait = Wait::Nothing;
            }
            actions.into_iter().for_each(|action| self.act(action));
        }
    }
}

/// How a driver learns that a wait is over before its end.
pub(super) fn cancelled(wait: &Wait) -> Vec<Action> {
    match wait {
        Wait::Dialling(hunt) => hunt.legs.iter().map(|leg| Action::HangUp { leg: leg.leg }).collect(),
        Wait::Connecting { leg } | Wait::Bridged { leg } => vec![Action::HangUp { leg: *leg }],
        Wait::Calling { .. } => vec![Action::HangUp { leg: CALLER }],
        Wait::Conference { seat: Seat::Leaving { .. }, .. } => Vec::new(),
        Wait::Conference { id, .. } => vec![Action::LeaveRoom { id: *id }],
        Wait::Queued { id, .. } => vec![Action::Dequeue { id: *id }],
        Wait::Recording(Take { id, phase: TakePhase::Running { .. } | TakePhase::Ending { .. } }) => {
            vec![Action::DropRecording { id: *id }]
        }
        Wait::Recording(_)
        | Wait::Nothing
        | Wait::Answer { .. }
        | Wait::Speech { .. }
        | Wait::Pause { .. }
        | Wait::Hearing(_)
        | Wait::Verdict { .. }
        | Wait::Code { .. }
        | Wait::Comparison { .. }
        | Wait::Examination { .. }
        | Wait::Recall { .. }
        | Wait::Update { .. }
        | Wait::Lookup { .. }
        | Wait::Reply { .. }
        | Wait::Playing { .. }
        | Wait::HandOver { .. }
        | Wait::Transcript { .. } => Vec::new(),
    }
}
