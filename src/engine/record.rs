//! `record`: a message, from the words before the tone to the key, the silence or the hang-up that ends it.
//!
//! ```text
//!   Saying ──► Beeping ──► Running ──────────────────► (recorded)
//!                            │ key, longest time,         ▲
//!                            │ the caller has left        │ the driver says how long it is
//!                            └──────────► Ending ─────────┘
//! ```
//!
//! A caller who hangs up while it runs has recorded it: the flow goes on alone, up to the first verb that needs a caller.
//! Whoever has asked for another one in the review, and leaves without it, keeps the one before.

use super::action::{Action, ActionId, Audio, Note};
use super::event::Taken;
use super::image::Image;
use super::run::{Run, Turn};
use super::state::{Phase, Take, TakePhase, Wait};
use crate::program::verb::Record;
use crate::program::{Exit, NodeId, Recording, Value, Verb};
use crate::time::DurationMs;
use std::sync::Arc;

/// How long a driver may take to say how long a message is.
const ANSWER: DurationMs = DurationMs::from_secs(5);

impl<'a> Run<'a> {
    pub(super) fn record(&mut self, record: &Record) -> Turn {
        self.drop_keys();
        if record.say.is_empty() {
            return self.beep(record);
        }
        match self.speech(&record.say) {
            Ok(audio) => Turn::Wait(self.play_before(audio, TakePhase::Saying)),
            Err(fault) => self.fault(&fault, Exit::Failed),
        }
    }

    fn play_before(&mut self, audio: Audio, phase: TakePhase) -> Wait {
        let id = self.state.next_id();
        self.act(Action::Play { id, audio, looped: false });
        Wait::Recording(Take { id, phase })
    }

    fn beep(&mut self, record: &Record) -> Turn {
        match record.beep {
            true => Turn::Wait(self.play_before(Audio::Beep, TakePhase::Beeping)),
            false => self.roll(record),
        }
    }

    fn roll(&mut self, record: &Record) -> Turn {
        let id = self.state.next_id();
        self.act(Action::Record { id, max: record.max, silence: record.silence });
        let phase = TakePhase::Running { until: self.state.now + record.max };
        Turn::Wait(Wait::Recording(Take { id, phase }))
    }

    /// What was said before the message, or the tone, is over.
    pub(super) fn recording_goes_on(&mut self) {
        let Some((_, record, take)) = self.take_in_hand() else { return };
        let turn = match take.phase {
            TakePhase::Saying => self.beep(record),
            TakePhase::Beeping => self.roll(record),
            TakePhase::Running { .. } | TakePhase::Ending { .. } => return,
        };
        self.walk(turn);
    }

    /// A key while a message is recorded.
    pub(super) fn key_in_recording(&mut self) {
        let Some((_, record, take)) = self.take_in_hand() else { return };
        let Some(key) = self.state.keys.pop_front() else { return };
        match take.phase {
            TakePhase::Saying => {
                self.act(Action::Stop { id: take.id });
                self.note(Note::Took { keys: key.sign().to_string().into() });
                self.recording_goes_on();
            }
            TakePhase::Running { .. } if record.until.is(key) => {
                self.note(Note::Took { keys: key.sign().to_string().into() });
                self.end_take(take.id, false);
            }
            TakePhase::Beeping | TakePhase::Running { .. } | TakePhase::Ending { .. } => {
                self.note(Note::Dropped { count: 1 });
            }
        }
    }

    /// The longest time is over, or the driver does not say how long the message is.
    pub(super) fn recording_is_over(&mut self) {
        let Some((_, _, take)) = self.take_in_hand() else { return };
        match take.phase {
            TakePhase::Running { .. } => self.end_take(take.id, true),
            TakePhase::Ending { .. } => {
                self.note(Note::Fault { reason: "the recording was not finished".into() });
                self.leave(Exit::Failed, Value::None);
            }
            TakePhase::Saying | TakePhase::Beeping => {}
        }
    }

    fn end_take(&mut self, id: ActionId, cut: bool) {
        self.act(Action::EndRecording { id });
        let phase = TakePhase::Ending { until: self.state.now + ANSWER, cut };
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.wait = Wait::Recording(Take { id, phase });
        }
    }

    pub(super) fn recorded(&mut self, id: ActionId, taken: Taken) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Recording(_))) {
            return;
        }
        let Some((node, record, take)) = self.take_in_hand() else { return };
        let cut = matches!(take.phase, TakePhase::Ending { cut: true, .. });
        match taken {
            Taken::Failed => self.leave_without(node, record, Exit::Failed),
            Taken::Sound { length, .. } if length == DurationMs::ZERO => {
                self.leave_without(node, record, Exit::Silent);
            }
            Taken::Sound { length, .. } if length < record.min => {
                self.leave_without(node, record, Exit::ShortMessage);
            }
            Taken::Sound { length, link } => {
                let name = format!("{}-{}", self.state.contact.id, id).into();
                let recording = Recording { id: name, length, cut, link };
                self.set_slot(record.slot, Value::Recording(Arc::new(recording)));
                self.keep_or_review(node);
            }
        }
    }

    /// There is no new message. Of whoever has left, the one before counts.
    fn leave_without(&mut self, node: NodeId, record: &Record, exit: Exit) {
        let keeps = self.state.phase == Phase::Alone && self.has_earlier(node, record);
        self.leave(if keeps { Exit::Recorded } else { exit }, Value::None);
    }

    /// Whether the caller comes from the review of an earlier message, and wanted another one in its place.
    fn has_earlier(&mut self, node: NodeId, record: &Record) -> bool {
        let slot = record.slot.0 as usize;
        let earlier = self.state.frame().and_then(|frame| frame.slots.get(slot));
        matches!(earlier, Some(Value::Recording(_))) && self.state.review == Some(node)
    }

    /// What was put before the caller is decided about once the flow goes on elsewhere.
    pub(super) fn forget_review(&mut self, entered: NodeId) {
        let Some(node) = self.state.review else { return };
        let is_part = match &self.image.node(node).verb {
            Verb::Record(record) => record.review.contains(&entered),
            _ => false,
        };
        if entered != node && !is_part {
            self.state.review = None;
        }
    }

    /// Whoever has left cannot be asked what is to become of the message.
    fn keep_or_review(&mut self, node: NodeId) {
        let asks = self.image.node(node).arm(&Exit::Review).is_some();
        if asks && self.state.phase == Phase::Talking {
            self.state.review = Some(node);
            self.leave(Exit::Review, Value::None);
        } else {
            self.leave(Exit::Recorded, Value::None);
        }
    }

    /// The caller has left. Whether that was in the middle of a message, or of deciding about one: then the flow goes
    /// on alone.
    pub(super) fn left_a_message(&mut self) -> bool {
        if let Some((node, record, take)) = self.take_in_hand() {
            return self.left_in_take(node, record, take);
        }
        let Some(node) = self.reviewed() else { return false };
        self.go_on_alone();
        if let Some(frame) = self.state.frame() {
            frame.at = node;
        }
        self.leave(Exit::Recorded, Value::None);
        true
    }

    fn left_in_take(&mut self, node: NodeId, record: &Record, take: Take) -> bool {
        match take.phase {
            TakePhase::Saying | TakePhase::Beeping if self.has_earlier(node, record) => {
                self.go_on_alone();
                self.leave(Exit::Recorded, Value::None);
                true
            }
            TakePhase::Saying | TakePhase::Beeping => false,
            TakePhase::Running { .. } => {
                self.go_on_alone();
                self.end_take(take.id, false);
                true
            }
            TakePhase::Ending { .. } => {
                self.go_on_alone();
                true
            }
        }
    }

    /// The `record` whose message the caller decides about now.
    fn reviewed(&self) -> Option<NodeId> {
        let (node, at) = (self.state.review?, self.state.at()?);
        match &self.image.node(node).verb {
            Verb::Record(record) if record.review.contains(&at) => Some(node),
            _ => None,
        }
    }

    /// From here on nobody is there; places in queues and other legs are given up, the flow goes on.
    pub(super) fn go_on_alone(&mut self) {
        self.abandon_entry();
        self.drop_keys();
        let innermost = self.state.scopes.len().saturating_sub(1);
        self.cancel_waits(0..innermost);
        self.state.phase = Phase::Alone;
        self.state.steps_without_waiting = 0;
    }

    /// The message that is being recorded. It borrows the program, not the session.
    fn take_in_hand(&self) -> Option<(NodeId, &'a Record, Take)> {
        let node = self.state.at()?;
        let image: &'a Image = self.image;
        match (&image.node(node).verb, &self.state.scopes.last()?.wait) {
            (Verb::Record(record), Wait::Recording(take)) => Some((node, record, *take)),
            _ => None,
        }
    }
}
