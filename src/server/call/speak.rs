//! What a contact's legs are told: recordings at once, free text when it has been synthesized.
//!
//! ```text
//!   play ─► all there? ──────────────────────────────────────────► media
//!              └─ no ─► synthesizer, elsewhere ─► Synthesized ─┘     (unless it was stopped meanwhile)
//! ```
//!
//! A text that the synthesizer does not say in its time takes its prompt with it, which is logged; nothing else is said
//! instead, and the flow goes on as if the prompt were over.

use super::Call;
use crate::engine::{ActionId, Audio, Event, LegId};
use crate::media::playout::Sound;
use crate::media::{PlayId, Repeat};
use crate::program::{Language, Text};
use crate::server::event::{CallEvent, Waiting};
use crate::server::meters::Meters;
use crate::server::synthesizer::Synthesizer;
use std::sync::Arc;
use tokio::sync::Semaphore;

impl Call {
    pub(super) fn play(&mut self, id: ActionId, audio: &Audio, looped: bool) {
        if let Audio::Keys(keys) = audio {
            return self.send_keys(id, keys);
        }
        self.caller.ring_back = matches!(audio, Audio::RingBack).then_some(id);
        if let Audio::Message(recording) = audio {
            self.caller.playing = Some(id);
            return self.read_message(id, None, looped, &recording.id);
        }
        let waits = self.waits_for_texts(audio, || Waiting::Play { id, audio: audio.clone(), looped });
        match waits {
            true => self.caller.playing = Some(id),
            false => self.play_now(id, audio, looped),
        }
    }

    pub(super) fn play_now(&mut self, id: ActionId, audio: &Audio, looped: bool) {
        let sounds = self.sounds(audio);
        self.play_sounds(id, sounds, looped);
    }

    pub(super) fn play_sounds(&mut self, id: ActionId, sounds: Vec<Sound>, looped: bool) {
        match self.caller.media {
            Some(leg) if !sounds.is_empty() => {
                self.caller.playing = Some(id);
                let repeat = if looped { Repeat::Forever } else { Repeat::Once };
                self.shared.media.play(leg, PlayId(id.0.into()), sounds, repeat);
            }
            Some(_) | None if looped => {}
            Some(_) | None => self.later(Event::Played { id }),
        }
    }

    /// Says something to a leg that is up and not bridged.
    pub(super) fn whisper(&mut self, id: ActionId, leg: LegId, audio: &Audio) {
        if let Audio::Message(recording) = audio {
            self.callees.get_mut(&leg).into_iter().for_each(|callee| callee.playing = Some(id));
            return self.read_message(id, Some(leg), false, &recording.id);
        }
        let waits = self.waits_for_texts(audio, || Waiting::Whisper { id, leg, audio: audio.clone() });
        match (waits, self.callees.get_mut(&leg)) {
            (true, Some(callee)) => callee.playing = Some(id),
            (true, None) => {}
            (false, _) => self.whisper_now(id, leg, audio),
        }
    }

    fn whisper_now(&mut self, id: ActionId, leg: LegId, audio: &Audio) {
        let sounds = self.sounds(audio);
        self.whisper_sounds(id, leg, sounds);
    }

    pub(super) fn whisper_sounds(&mut self, id: ActionId, leg: LegId, sounds: Vec<Sound>) {
        let media = self.callees.get(&leg).and_then(|callee| callee.media);
        match (media, self.callees.get_mut(&leg)) {
            (Some(media), Some(callee)) if !sounds.is_empty() => {
                callee.playing = Some(id);
                self.shared.media.play(media, PlayId(id.0.into()), sounds, Repeat::Once);
            }
            _ => self.nothing_to_hear(leg, id),
        }
    }

    /// What waited for its texts, unless it was stopped or its leg is gone.
    pub(super) fn synthesized(&mut self, waiting: Waiting) {
        match waiting {
            Waiting::Play { id, audio, looped } => {
                if self.caller.playing == Some(id) {
                    self.caller.playing = None;
                    self.play_now(id, &audio, looped);
                }
            }
            Waiting::Whisper { id, leg, audio } => {
                if let Some(callee) = self.callees.get_mut(&leg).filter(|callee| callee.playing == Some(id)) {
                    callee.playing = None;
                    self.whisper_now(id, leg, &audio);
                }
            }
        }
    }

    /// Has the texts of this synthesized that nobody has said yet; returns whether there are any.
    fn waits_for_texts(&self, audio: &Audio, waiting: impl FnOnce() -> Waiting) -> bool {
        let texts = self.edition.sounds.unsaid(&self.edition.image, audio);
        let Some(synthesizer) = self.edition.sounds.synthesizer().filter(|_| !texts.is_empty()) else {
            return false;
        };
        let (synthesizer, permits) = (synthesizer.clone(), self.shared.speech_permits.clone());
        let (contact, sender, waiting) = (self.contact.id.clone(), self.sender.downgrade(), waiting());
        let meters = self.shared.meters.clone();
        tokio::spawn(async move {
            // As long as each text may take, and as long again for a place.
            let limit = synthesizer.within() * u32::try_from(texts.len() + 1).unwrap_or(u32::MAX);
            if tokio::time::timeout(limit, say_all((synthesizer, permits), texts, contact.clone(), meters))
                .await
                .is_err()
            {
                tracing::error!(contact = &*contact, "the synthesizer has too much to say");
            }
            if let Some(sender) = sender.upgrade() {
                let _ = sender.send(CallEvent::Synthesized(waiting)).await;
            }
        });
        true
    }

    /// What a leg plays for this.
    pub(super) fn sounds(&self, audio: &Audio) -> Vec<Sound> {
        let (sounds, problems) = self.edition.sounds.sequence(&self.edition.image, audio);
        for problem in problems {
            tracing::error!(contact = &*self.contact.id, %problem, "a prompt could not be said");
        }
        sounds
    }

    /// Keys for the caller's side, the way that its trunk says.
    fn send_keys(&mut self, id: ActionId, keys: &str) {
        let keys: Vec<crate::media::Key> = keys.chars().filter_map(crate::media::Key::from_char).collect();
        match self.caller.media {
            Some(leg) if !keys.is_empty() => {
                self.caller.sending = Some(id);
                self.shared.media.send_keys(leg, keys);
            }
            Some(_) | None => self.later(Event::Played { id }),
        }
    }

    pub(super) fn stop(&mut self, id: ActionId) {
        self.stop_whisper(id);
        if self.caller.playing == Some(id) {
            self.caller.playing = None;
            self.caller.media.into_iter().for_each(|leg| self.shared.media.stop(leg));
        }
    }
}

/// Says texts where waiting is allowed. The text itself may be about a person and is not logged.
async fn say_all(
    (synthesizer, permits): (Synthesizer, Arc<Semaphore>),
    texts: Vec<(Text, Language)>,
    contact: Text,
    meters: Arc<Meters>,
) {
    let Ok(_permit) = permits.acquire_owned().await else { return };
    let say = move || {
        for (text, language) in texts {
            let said = synthesizer.say(&text, &language);
            meters.texts.count([if said.is_ok() { "made" } else { "failed" }]);
            if let Err(error) = said {
                tracing::error!(contact = &*contact, %error, "a text could not be synthesized");
            }
        }
    };
    if let Err(panic) = tokio::task::spawn_blocking(say).await {
        tracing::error!(%panic, "the synthesizer failed");
    }
}
