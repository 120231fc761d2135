//! Global keys: heard from wherever a contact waits, they lead elsewhere for good.
//!
//! A question takes them as the beginning of an entry, `choice` and `entry` say which. Everywhere else all that was
//! typed ahead must be one: digits for the next question are not taken away from it.

use super::action::Note;
use super::image::Image;
use super::question::Question;
use super::run::{Run, Turn};
use super::state::Wait;
use crate::program::{NodeId, Text};

impl<'a> Run<'a> {
    /// The keys that are heard now: those of the innermost flow, of the flows that wait for its return, and of the
    /// program. An inner flow's hide an outer one's.
    fn global_keys(&self) -> Vec<(Text, NodeId)> {
        let image: &'a Image = self.image;
        let frames = self.state.scopes.iter().rev().flat_map(|scope| scope.frames.iter().rev());
        let mut flows = frames.map(|frame| image.flow(frame.flow)).peekable();
        let of_program = flows.peek().map_or(&[][..], |flow| &flow.keys[flow.own_keys..]);
        let mut heard: Vec<(Text, NodeId)> = Vec::new();
        for (keys, to) in flows.flat_map(|flow| &flow.keys[..flow.own_keys]).chain(of_program) {
            if !heard.iter().any(|(known, _)| known == keys) {
                heard.push((keys.clone(), *to));
            }
        }
        heard
    }

    /// Those that a question hears.
    pub(super) fn heard_by(
        &self,
        question: Question,
        offers: &[super::choice::Offer],
    ) -> Vec<(Text, NodeId)> {
        let is_offered = |keys: &str| {
            offers.iter().any(|offer| offer.keys.as_ref().is_some_and(|range| range.holds(keys)))
        };
        let hears = |keys: &str| match question {
            Question::Entry(ask) => ask.hears_global(keys),
            Question::Choice(_) => !is_offered(keys),
        };
        self.global_keys().into_iter().filter(|(keys, _)| hears(keys)).collect()
    }

    /// Whether a key is heard as a global one where no question is put. What is said whole, no key cuts.
    pub(super) fn global_key_pressed(&mut self) -> Option<Turn> {
        let is_heard = match &self.state.scopes.last()?.wait {
            Wait::Speech { barge_in: true, .. }
            | Wait::Pause { .. }
            | Wait::Verdict { .. }
            | Wait::Code { .. }
            | Wait::Comparison { .. }
            | Wait::Examination { .. }
            | Wait::Recall { .. }
            | Wait::Update { .. }
            | Wait::Lookup { .. }
            | Wait::Reply { .. }
            | Wait::Dialling(_)
            | Wait::Queued { .. }
            | Wait::Transcript { .. }
            | Wait::Nothing => true,
            // Keys of their own, or nobody to hear them.
            Wait::Speech { barge_in: false, .. }
            | Wait::Hearing(_)
            | Wait::Playing { .. }
            | Wait::Recording(_)
            | Wait::Answer { .. }
            | Wait::Calling { .. }
            | Wait::Conference { .. }
            | Wait::Connecting { .. }
            | Wait::HandOver { .. }
            | Wait::Bridged { .. } => false,
        };
        if is_heard { self.global_keys_typed() } else { None }
    }

    /// Whether all that was typed ahead is a global key; one that may go on is held until it does.
    pub(super) fn global_keys_typed(&mut self) -> Option<Turn> {
        if self.state.keys.is_empty() {
            return None;
        }
        let typed: String = self.state.keys.iter().map(|key| key.sign()).collect();
        let keys = self.global_keys();
        let (_, to) = keys.iter().find(|(keys, _)| **keys == *typed)?;
        if keys.iter().any(|(longer, _)| longer.len() > typed.len() && longer.starts_with(&typed)) {
            self.state.held_until = Some(self.state.now + crate::program::verb::Hearing::BETWEEN_KEYS);
            return None;
        }
        Some(self.take_typed(*to))
    }

    /// No further key came behind one that was held.
    pub(super) fn held_key_is_due(&mut self) {
        self.state.held_until = None;
        let typed: String = self.state.keys.iter().map(|key| key.sign()).collect();
        if let Some((_, to)) = self.global_keys().into_iter().find(|(keys, _)| **keys == *typed) {
            let turn = self.take_typed(to);
            self.walk(turn);
        }
    }

    fn take_typed(&mut self, to: NodeId) -> Turn {
        let keys: String = self.state.keys.drain(..).map(|key| key.sign()).collect();
        self.note(Note::Took { keys: keys.into() });
        self.leave_by_key(to)
    }

    /// Unwinds to the contact's own scope and goes where a global key leads, in the flow that has the key.
    pub(super) fn leave_by_key(&mut self, to: NodeId) -> Turn {
        self.caller_acted();
        self.cancel_legs();
        let flow = self.image.node(to).flow;
        let mut frames = self.state.scopes.iter().rev().flat_map(|scope| scope.frames.iter().rev());
        let frame = frames.find(|frame| frame.flow == flow).cloned();
        self.unwind_to(0);
        if let Some(scope) = self.state.scopes.last_mut() {
            let speaking = scope.wait.speaking();
            scope.wait = Wait::Nothing;
            scope.frames = frame.into_iter().collect();
            speaking.into_iter().for_each(|id| self.act(super::action::Action::Stop { id }));
        }
        Turn::Go(to)
    }
}
