//! What is told to the CRM, and the ends of a contact: hung up, rejected, left, faulty.

use super::action::{Action, LegId, Note};
use super::run::{Run, Turn};
use super::state::Phase;
use crate::program::verb::{Case, Note as NoteVerb, Outcome, RejectReason};
use crate::program::{Entry, Exit, Expr, ObjectRef, Text, Value};

/// The caller's leg.
pub(super) const CALLER: LegId = LegId(0);

impl Run<'_> {
    /// Tells the CRM.
    pub(super) fn write(&mut self, entry: Entry) {
        let id = self.state.next_id();
        self.act(Action::Write { id, entry });
    }

    /// An outcome of the hang-up handler counts only where none was set before: for the contact as a whole any, for a
    /// topic one of its own.
    pub(super) fn outcome(&mut self, outcome: &Outcome) -> Turn {
        let was_set = match &outcome.topic {
            Some(topic) => self.state.topics_set.contains(topic),
            None => self.state.outcome_kept,
        };
        if self.state.phase == Phase::Leaving && was_set {
            self.note(Note::OutcomeKept);
        } else {
            self.state.outcome_set = true;
            self.state.topics_set.extend(outcome.topic.clone());
            self.state.outcome_while_connecting |= outcome.topic.is_none();
            self.write(Entry::Outcome { outcome: outcome.outcome.clone(), topic: outcome.topic.clone() });
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    pub(super) fn case(&mut self, case: &Case) -> Turn {
        let customer = match case.customer.as_ref().map(|customer| self.record_of(customer)) {
            Some(Some(record)) => Some(record.id),
            Some(None) | None => self.state.customer.clone(),
        };
        let about = case.about.as_ref().and_then(|about| self.record_of(about));
        self.write(Entry::Case { mode: case.mode, topic: case.topic.clone(), customer, about });
        Turn::Exit(Exit::Next, Value::None)
    }

    fn record_of(&self, expr: &Expr) -> Option<ObjectRef> {
        match self.value(expr) {
            Ok(Value::Record(record)) => Some(ObjectRef { kind: record.kind.clone(), id: record.id.clone() }),
            Ok(_) | Err(_) => None,
        }
    }

    pub(super) fn leave_note(&mut self, note: &NoteVerb) -> Turn {
        match self.value(&note.text) {
            Ok(text) => {
                self.write(Entry::Note { text: Text::from(text.to_string()) });
                Turn::Exit(Exit::Next, Value::None)
            }
            Err(fault) => self.fault(&fault, Exit::Next),
        }
    }

    pub(super) fn hang_up(&mut self) -> Turn {
        self.finish();
        Turn::Done
    }

    pub(super) fn reject(&mut self, reason: RejectReason, words: Option<Text>) -> Turn {
        if self.state.answered {
            self.finish();
        } else {
            self.act(Action::Reject { reason, words });
            self.state.phase = Phase::Leaving;
            self.finish();
        }
        Turn::Done
    }

    /// No route leads anywhere for this contact.
    pub(super) fn turn_away(&mut self) {
        self.write(Entry::Outcome { outcome: "rejected".into(), topic: None });
        let _ = self.reject(RejectReason::NotFound, None);
    }

    /// The caller has left: everything unwinds to the contact's own scope, and only durable verbs run.
    pub(super) fn hung_up(&mut self) {
        if self.state.phase != Phase::Talking {
            return self.stale();
        }
        if !self.left_a_message() && !self.left_a_room() && !self.left_a_change() {
            self.depart();
        }
    }

    /// A fault that no exit stands for: the caller is let go, and the hang-up handler says what is to be said.
    pub(super) fn fault_ends(&mut self, reason: &str) {
        self.note(Note::Fault { reason: reason.into() });
        match self.state.phase {
            Phase::Talking => {
                self.act(Action::HangUp { leg: CALLER });
                self.depart();
            }
            Phase::Alone if self.state.had_caller() => self.depart(),
            Phase::Alone | Phase::Leaving | Phase::Ended => {
                self.cancel_legs();
                self.finish();
            }
        }
    }

    /// Nobody is there for a verb that needs a caller: what was to be done when the caller left is done now.
    pub(super) fn nobody_there(&mut self, word: &str) {
        match self.state.had_caller() {
            true => self.depart(),
            false => self.fault_ends(&format!("there is no caller for `{word}`")),
        }
    }

    pub(super) fn depart(&mut self) {
        self.abandon_entry();
        self.drop_keys();
        self.cancel_legs();
        self.state.phase = Phase::Leaving;
        self.state.outcome_kept = self.state.outcome_set;
        while self.state.scopes.len() > 1 {
            let _ = self.drop_scope();
        }
        self.state.scopes.iter_mut().for_each(|scope| scope.playback = None);
        // What the flow has spent is not the handler's.
        self.state.steps_without_waiting = 0;
        match self.state.frame().and_then(|frame| self.image.flow(frame.flow).hung_up) {
            Some(node) => self.walk(Turn::Go(node)),
            None => self.finish(),
        }
    }

    /// The end: legs that are still up are hung up, and nothing follows.
    pub(super) fn finish(&mut self) {
        if self.state.phase == Phase::Ended {
            return;
        }
        if self.state.phase == Phase::Talking {
            self.drop_keys();
            self.cancel_legs();
            self.act(Action::HangUp { leg: CALLER });
        }
        self.state.phase = Phase::Ended;
        self.state.scopes.clear();
        self.act(Action::Ended);
    }
}
