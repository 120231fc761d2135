//! What is recorded of a contact: the call, and messages of the caller.
//!
//! The call is recorded on the caller's leg: what the caller says, and what the caller hears, be it a prompt or somebody who
//! was put through. A recording that begins before there is media waits for it.

use super::Call;
use crate::engine::{ActionId, Event, LegId, RecordingChange, Taken, Words};
use crate::media::Clip;
use crate::media::playout::Sound;
use crate::media::recorder::Take;
use crate::server::event::{CallEvent, MessageRead};
use crate::server::recordings::{Frames, RecordingName, Told};
use crate::time::DurationMs;
use std::collections::BTreeMap;

/// The recordings of a contact.
#[derive(Default)]
pub(super) struct Recorded {
    /// The one of the call.
    call: Option<u64>,
    /// It has been ordered, and there is no media yet.
    is_wanted: bool,
    /// How many there were of the call.
    calls: u32,
    messages: BTreeMap<ActionId, u64>,
}

impl Recorded {
    /// What was ordered of the call before another process took it up: its recordings have names of their own.
    pub fn was(&mut self, change: RecordingChange) {
        self.calls += u32::from(change == RecordingChange::Start);
    }
}

impl Call {
    pub(super) fn record_call(&mut self, change: RecordingChange) {
        match change {
            RecordingChange::Start => {
                self.recorded.calls += 1;
                self.recorded.is_wanted = true;
                self.record_what_opened();
            }
            RecordingChange::Pause => self.hide_secret(true),
            RecordingChange::Resume => self.hide_secret(false),
            RecordingChange::Stop => {
                self.recorded.is_wanted = false;
                self.hide_secret(false);
                if let (Some(leg), Some(recording)) = (self.caller.media, self.recorded.call.take()) {
                    self.shared.media.end_record(leg, recording);
                }
            }
        }
    }

    fn hide_secret(&self, is_secret: bool) {
        self.caller.media.into_iter().for_each(|leg| self.shared.media.hide_secret(leg, is_secret));
    }

    /// The caller's media is open: what was to be recorded of the call begins.
    pub(super) fn record_what_opened(&mut self) {
        let Some(leg) = self.caller.media.filter(|_| self.recorded.is_wanted) else { return };
        self.recorded.is_wanted = false;
        let name = RecordingName::call(&self.contact.id, self.recorded.calls);
        let take = self.shared.config.recordings.take();
        if let Some(frames) = self.begin_recording(name, take, None) {
            self.recorded.call = Some(frames.recording);
            self.shared.media.record(leg, frames);
        }
    }

    fn begin_recording(&self, name: Option<RecordingName>, take: Take, told: Option<Told>) -> Option<Frames> {
        if name.is_none() {
            tracing::error!(contact = &*self.contact.id, "a contact of this name cannot be recorded");
        }
        Some(self.shared.recordings.begin(name?, take, told))
    }

    /// Records a message. Its end is told by [`Event::Recorded`].
    pub(super) fn record_message(&mut self, id: ActionId, silence: DurationMs) {
        let name = RecordingName::message(&self.contact.id, id);
        let told = Told { id, call: self.sender.downgrade() };
        let begun = self.caller.media.and_then(|leg| {
            let frames = self.begin_recording(name, Take::Message { silence }, Some(told))?;
            Some((leg, frames))
        });
        match begun {
            Some((leg, frames)) => {
                self.recorded.messages.insert(id, frames.recording);
                self.shared.media.record(leg, frames);
            }
            None => self.later(Event::Recorded { id, taken: Taken::Failed }),
        }
    }

    /// The message is over: no more frames, and the writer says how long it is.
    pub(super) fn end_message(&mut self, id: ActionId) {
        let recording = self.recorded.messages.remove(&id);
        if let (Some(leg), Some(recording)) = (self.caller.media, recording) {
            self.shared.media.end_record(leg, recording);
        }
    }

    pub(super) fn drop_message(&mut self, id: ActionId) {
        if let Some(recording) = self.recorded.messages.get(&id) {
            self.shared.recordings.discard(*recording);
        }
        self.end_message(id);
    }

    /// Reads a message where waiting is allowed, to be played to somebody.
    pub(super) fn read_message(&self, id: ActionId, leg: Option<LegId>, looped: bool, message: &str) {
        let (recordings, message) = (self.shared.recordings.clone(), message.to_owned());
        let (contact, sender) = (self.contact.id.clone(), self.sender.downgrade());
        tokio::spawn(async move {
            let read = tokio::task::spawn_blocking(move || {
                let bytes = recordings.message(&message).map_err(|e| e.to_string())?;
                Clip::from_wav(&bytes).map_err(|e| e.to_string())
            });
            let read = read.await.unwrap_or_else(|panic| Err(panic.to_string()));
            let read = read.inspect_err(|problem| {
                tracing::error!(contact = &*contact, problem, "a message cannot be played");
            });
            if let Some(sender) = sender.upgrade() {
                let read = MessageRead { id, leg, looped, clip: read.ok() };
                let _ = sender.send(CallEvent::Message(read)).await;
            }
        });
    }

    /// Has the words of a message made out; the flow goes on when it has waited long enough, whatever comes of it.
    pub(super) fn transcribe(&self, id: ActionId, message: &str, within: DurationMs) {
        let Some(transcriber) = self.shared.transcriber.clone() else {
            return self.later(Event::Transcribed { id, words: Words::Failed });
        };
        let (recordings, message) = (self.shared.recordings.clone(), message.to_owned());
        let language = self.session.language().cloned();
        let (contact, sender) = (self.contact.id.clone(), self.sender.downgrade());
        tokio::spawn(async move {
            let read = tokio::task::spawn_blocking(move || recordings.message(&message)).await;
            let made_out = match read.map_err(|panic| panic.to_string()) {
                Ok(Ok(wav)) => transcriber.words(wav, language.as_deref(), within).await,
                Ok(Err(error)) => Err(error.to_string()),
                Err(panic) => Err(panic),
            };
            let words = made_out.map_or_else(
                |reason| {
                    tracing::warn!(
                        contact = &*contact,
                        reason,
                        "the words of a recording cannot be made out"
                    );
                    Words::Failed
                },
                Words::Ready,
            );
            if let Some(sender) = sender.upgrade() {
                let _ = sender.send(CallEvent::Engine(Event::Transcribed { id, words })).await;
            }
        });
    }

    /// Plays a message that has been read, unless it was stopped meanwhile or its leg is gone.
    pub(super) fn message_read(&mut self, read: MessageRead) {
        let sounds: Vec<Sound> = read.clip.into_iter().map(Sound::Clip).collect();
        match read.leg {
            None if self.caller.playing == Some(read.id) => {
                self.caller.playing = None;
                self.play_sounds(read.id, sounds, read.looped);
            }
            Some(leg) => {
                if let Some(callee) =
                    self.callees.get_mut(&leg).filter(|callee| callee.playing == Some(read.id))
                {
                    callee.playing = None;
                    self.whisper_sounds(read.id, leg, sounds);
                }
            }
            None => {}
        }
    }
}
