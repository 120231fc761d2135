//! `transfer`: a second leg is called, bridged, and ends.

use super::action::{Action, ActionId, Audio, LegId};
use super::event::DialProgress;
use super::run::{Run, Turn};
use super::state::{Phase, Wait};
use crate::program::verb::Transfer;
use crate::program::{Entry, Exit, Value};

impl Run<'_> {
    pub(super) fn transfer(&mut self, transfer: &Transfer) -> Turn {
        let to = match self.value(&transfer.to) {
            Ok(Value::Phone(to)) => to,
            Ok(_) => return self.fault("there is no number to call", Exit::Failed),
            Err(fault) => return self.fault(&fault, Exit::Failed),
        };
        let id = self.state.next_id();
        self.state.last_leg = self.state.last_leg.saturating_add(1);
        let leg = LegId(self.state.last_leg);
        self.act(Action::Dial { id, leg, to, ring: transfer.ring });
        let wait = Wait::Dialling { id, leg, until: self.state.now + transfer.ring };
        match self.state.at().and_then(|at| self.image.node(at).arm(&Exit::Waiting)) {
            Some(_) => self.run_while_waiting(wait),
            None => {
                self.play_ring_back();
                Turn::Wait(wait)
            }
        }
    }

    /// What the caller hears of the ringing where the flow plays nothing else.
    fn play_ring_back(&mut self) {
        let id = self.state.next_id();
        self.act(Action::Play { id, audio: Audio::RingBack, looped: true });
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.playback = Some(id);
        }
    }

    pub(super) fn dialled(&mut self, id: ActionId, progress: DialProgress) {
        let waits = |wait: &Wait| matches!(wait, Wait::Dialling { id: dialled, .. } if *dialled == id);
        if progress == DialProgress::Ringing && self.state.scopes.iter().any(|scope| waits(&scope.wait)) {
            return;
        }
        if !self.unwind_to_answer(id, waits) {
            return;
        }
        let Some(Wait::Dialling { leg, .. }) = self.state.scopes.last().map(|scope| &scope.wait) else {
            return;
        };
        let leg = *leg;
        match progress {
            DialProgress::Ringing => {}
            DialProgress::Answered => self.connect(leg),
            DialProgress::Busy => self.leave(Exit::Busy, Value::None),
            DialProgress::NoAnswer => self.leave(Exit::NoAnswer, Value::None),
            DialProgress::Unavailable => self.leave(Exit::Unavailable, Value::None),
            DialProgress::Refused => self.leave(Exit::Refused, Value::None),
            DialProgress::Redirected => self.leave(Exit::Redirected, Value::None),
            DialProgress::Failed => self.leave(Exit::Failed, Value::None),
        }
    }

    fn connect(&mut self, leg: LegId) {
        self.drop_keys();
        self.act(Action::Bridge { leg });
        self.state.outcome_set = true;
        self.write(Entry::Outcome { outcome: "handed_over".into(), topic: None });
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.wait = Wait::Bridged { leg };
        }
    }

    /// The ring time is over: the leg is cancelled, and whatever it says later is stale.
    pub(super) fn ring_is_over(&mut self) {
        self.cancel_leg();
        self.leave(Exit::NoAnswer, Value::None);
    }

    /// The other side has hung up. Without an arm for it the contact ends with the conversation.
    pub(super) fn leg_ended(&mut self, leg: LegId) {
        let bridged = |wait: &Wait| matches!(wait, Wait::Bridged { leg: up } if *up == leg);
        let depth = self.state.scopes.iter().rposition(|scope| bridged(&scope.wait));
        let Some(depth) = depth.filter(|_| self.state.phase == Phase::Talking) else { return self.stale() };
        self.unwind_to(depth);
        let handled = self.state.at().is_some_and(|at| self.image.node(at).arm(&Exit::Completed).is_some());
        match handled {
            true => self.leave(Exit::Completed, Value::None),
            false => self.walk(Turn::Idle),
        }
    }

    /// Ends the other leg, whether it rings or speaks.
    pub(super) fn cancel_leg(&mut self) {
        let leg = self.state.scopes.iter().find_map(|scope| match scope.wait {
            Wait::Dialling { leg, .. } | Wait::Bridged { leg } => Some(leg),
            Wait::Nothing
            | Wait::Answer { .. }
            | Wait::Speech { .. }
            | Wait::Pause { .. }
            | Wait::Hearing(_)
            | Wait::Verdict { .. }
            | Wait::Lookup { .. }
            | Wait::Reply { .. } => None,
        });
        leg.into_iter().for_each(|leg| self.act(Action::HangUp { leg }));
    }
}
