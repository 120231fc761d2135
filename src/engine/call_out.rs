//! `call`: a flow without a caller calls somebody, who is the caller from then on.

use super::action::{Action, ActionId};
use super::event::DialProgress;
use super::leave::CALLER;
use super::run::{Run, Turn};
use super::state::{Phase, Scope, Wait};
use crate::program::verb::CallOut;
use crate::program::{Caller, Exit, Phone, Value, Verb};

impl Run<'_> {
    pub(super) fn call_out(&mut self, call: &CallOut) -> Turn {
        if self.state.phase != Phase::Alone {
            return self.fault("there is a caller already", Exit::Failed);
        }
        let to = match self.party(&call.to) {
            Ok(to) => to,
            Err(fault) => return self.fault(&fault, Exit::Failed),
        };
        if !self.permits(&to) {
            return Turn::Exit(Exit::Refused, Value::None);
        }
        let caller_id = self.shown(call.caller_id.as_ref());
        let id = self.state.next_id();
        self.act(Action::Call { id, to, ring: call.ring, caller_id, detect: call.detect });
        Turn::Wait(Wait::Calling { id, until: self.state.now + call.ring, is_up: false })
    }

    /// Whether an action called whoever will be the caller.
    pub(super) fn calls_out(&self, id: ActionId) -> bool {
        self.state
            .scopes
            .iter()
            .any(|scope| matches!(scope.wait, Wait::Calling { id: called, .. } if called == id))
    }

    /// There is news of whoever will be the caller.
    pub(super) fn called_out(&mut self, id: ActionId, progress: DialProgress) {
        let exit = match progress {
            DialProgress::Ringing => return,
            DialProgress::Listening => return self.listens(id),
            // Whoever says nothing is taken for a person, who may be waiting for somebody to speak.
            DialProgress::Answered | DialProgress::Unknown => Exit::Answered,
            DialProgress::Machine => Exit::Machine,
            DialProgress::Fax => Exit::Fax,
            DialProgress::Busy => Exit::Busy,
            DialProgress::NoAnswer => Exit::NoAnswer,
            // Nobody is called whom the flow has not named.
            DialProgress::Unavailable | DialProgress::Redirected(_) => Exit::Unavailable,
            DialProgress::Refused => Exit::Refused,
            DialProgress::Failed => Exit::Failed,
        };
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Calling { .. })) {
            return;
        }
        if matches!(exit, Exit::Answered | Exit::Machine) {
            return self.is_there(exit);
        }
        if exit == Exit::Fax {
            self.act(Action::HangUp { leg: CALLER });
        }
        self.leave(exit, Value::None);
    }

    /// Whoever was called is the caller from then on.
    fn is_there(&mut self, exit: Exit) {
        if let Some(called) = self.called_number() {
            self.state.contact.from = Caller::Number(called);
        }
        self.state.phase = Phase::Talking;
        self.state.answered = true;
        self.leave(exit, Value::None);
    }

    /// The number behind the `call` at which the session stands; a name that the deployment knows is none.
    fn called_number(&self) -> Option<Phone> {
        let image = self.image;
        let Verb::CallOut(call) = &image.node(self.state.at()?).verb else { return None };
        match self.value(&call.to) {
            Ok(Value::Phone(phone)) => Some(phone),
            Ok(_) | Err(_) => None,
        }
    }

    /// It is up, and the driver finds out who it is: the ring time is over, and the time for that begins.
    fn listens(&mut self, id: ActionId) {
        let until = self.state.now + CallOut::LISTENS;
        let calls =
            |scope: &&mut Scope| matches!(scope.wait, Wait::Calling { id: called, .. } if called == id);
        if let Some(scope) = self.state.scopes.iter_mut().find(calls) {
            scope.wait = Wait::Calling { id, until, is_up: true };
        }
    }

    /// The ring time is over, or nobody has found out who answered: that one is taken for a person.
    pub(super) fn nobody_answers(&mut self) {
        let is_up = |scope: &Scope| matches!(scope.wait, Wait::Calling { is_up: true, .. });
        if self.state.scopes.last().is_some_and(is_up) {
            return self.is_there(Exit::Answered);
        }
        self.act(Action::HangUp { leg: CALLER });
        self.leave(Exit::NoAnswer, Value::None);
    }
}
