//! The caller's own leg beside speech: ringing, early media, keys for the far end, the recording of the call, and
//! the ways to send the caller elsewhere.

use super::action::{Action, ActionId, Audio, RecordingChange};
use super::event::HandOver as Said;
use super::image::Image;
use super::question::Question;
use super::run::{Run, Turn};
use super::state::{Phase, Recorded, State, Wait};
use crate::program::verb::{HandOver, Redirect, RejectReason, SendDigits};
use crate::program::{Channel, Exit, Expr, Key, Party, Text, Value};

impl Run<'_> {
    pub(super) fn ring(&mut self) -> Turn {
        if !self.state.answered && !self.state.rang {
            self.state.rang = true;
            self.act(Action::Ring);
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    pub(super) fn early_media(&mut self) -> Turn {
        if self.state.answered || self.state.early || self.state.contact.channel != Channel::Call {
            return Turn::Exit(Exit::Next, Value::None);
        }
        let id = self.state.next_id();
        self.act(Action::EarlyMedia { id });
        Turn::Wait(Wait::Answer { id })
    }

    pub(super) fn media_opened(&mut self, id: ActionId) {
        if self.unwind_to_answer(id, |wait| matches!(wait, Wait::Answer { .. })) {
            self.state.early = true;
            self.leave(Exit::Next, Value::None);
        }
    }

    pub(super) fn send_digits(&mut self, send: &SendDigits) -> Turn {
        let keys = match self.value(&send.keys) {
            Ok(Value::Text(keys) | Value::Digits(keys)) => keys,
            Ok(_) => return self.fault("there are no keys to send", Exit::Next),
            Err(fault) => return self.fault(&fault, Exit::Next),
        };
        let keys: String = keys.chars().filter_map(Key::from_char).map(Key::sign).collect();
        if keys.is_empty() {
            return self.fault("there are no keys to send", Exit::Next);
        }
        let id = self.state.next_id();
        self.act(Action::Play { id, audio: Audio::Keys(Text::from(keys)), looped: false });
        Turn::Wait(Wait::Speech { id, barge_in: false })
    }

    pub(super) fn record_call(&mut self) -> Turn {
        if self.state.recorded == Recorded::No {
            self.state.recorded = Recorded::Yes;
            self.act(Action::Recording { change: RecordingChange::Start });
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    pub(super) fn stop_recording(&mut self) -> Turn {
        if self.state.recorded != Recorded::No {
            self.state.recorded = Recorded::No;
            self.act(Action::Recording { change: RecordingChange::Stop });
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    /// The recording leaves out the time in which a secret is entered.
    pub(super) fn settle_recording(&mut self) {
        if self.state.recorded == Recorded::No {
            return;
        }
        let secret = self.state.phase == Phase::Talking && asks_for_secret(self.image, self.state);
        let change = match (self.state.recorded, secret) {
            (Recorded::Yes, true) => RecordingChange::Pause,
            (Recorded::Paused, false) => RecordingChange::Resume,
            (Recorded::Yes, false) | (Recorded::Paused, true) | (Recorded::No, _) => return,
        };
        self.state.recorded = if secret { Recorded::Paused } else { Recorded::Yes };
        if self.state.phase == Phase::Talking {
            self.act(Action::Recording { change });
        }
    }

    /// Ends a call before the answer with somebody to call instead. A call that was answered is hung up.
    pub(super) fn redirect(&mut self, redirect: &Redirect) -> Turn {
        match self.party(&redirect.to) {
            _ if self.state.answered => self.finish(),
            Ok(to) if !self.permits(&to) => return self.reject(RejectReason::Forbidden, None),
            Ok(to) => {
                self.cancel_legs();
                self.act(Action::Redirect { to });
                self.state.phase = Phase::Leaving;
                self.finish();
            }
            Err(fault) => {
                drop(self.fault(&fault, Exit::Next));
                return self.reject(RejectReason::Unavailable, None);
            }
        }
        Turn::Done
    }

    pub(super) fn hand_over(&mut self, hand_over: &HandOver) -> Turn {
        match self.party(&hand_over.to) {
            Ok(to) if !self.permits(&to) => Turn::Exit(Exit::Refused, Value::None),
            Ok(to) => {
                let id = self.state.next_id();
                self.act(Action::HandOver { id, to });
                Turn::Wait(Wait::HandOver { id, until: self.state.now + HandOver::WITHIN })
            }
            Err(fault) => self.fault(&fault, Exit::Failed),
        }
    }

    /// The caller's side has said whether it calls somebody else. If it does, this contact is over.
    pub(super) fn handed_over(&mut self, id: ActionId, said: Said) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::HandOver { .. })) {
            return;
        }
        match said {
            Said::Accepted => {
                self.is_handed_over();
                match self.handles(&Exit::Accepted) {
                    true => self.leave(Exit::Accepted, Value::None),
                    false => self.finish(),
                }
            }
            Said::Refused => self.leave(Exit::Refused, Value::None),
            Said::Failed => self.leave(Exit::Failed, Value::None),
        }
    }

    pub(super) fn party(&self, expr: &Expr) -> Result<Party, String> {
        Party::of(&self.value(expr)?).ok_or_else(|| "there is nobody to call".to_owned())
    }
}

/// Whether a secret is being entered.
pub(super) fn asks_for_secret(image: &Image, state: &State) -> bool {
    state.scopes.iter().any(|scope| {
        let at = scope.frames.last().map(|frame| frame.at);
        matches!(scope.wait, Wait::Hearing(_))
            && at.and_then(|at| Question::of(image.node(at))).is_some_and(Question::is_secret)
    })
}
