//! The caller in a room of a conference.

use super::Call;
use crate::engine::{ActionId, Audio, Event, RoomNews};
use crate::media::Clip;
use crate::media::playout::Sound;
use crate::program::verb::RoomTerms;
use crate::program::{Recording, Text};
use crate::server::recordings::RecordingName;
use crate::server::rooms::Person;
use std::sync::Arc;

impl Call {
    /// Asks for a place in a room. A caller whose media is not open has none.
    pub(super) async fn join_room(&mut self, id: ActionId, room: &Text, terms: RoomTerms) {
        let Some(leg) = self.caller.media else {
            return self.later(Event::Room { id, news: RoomNews::Refused });
        };
        let announce = match &terms.announce {
            Some(recording) => self.announcement(recording).await,
            None => None,
        };
        let person = Person {
            id,
            leg,
            told: self.sender.downgrade(),
            music: terms.music.as_ref().map(|name| self.music(name)).unwrap_or_default(),
            announce,
            recording: terms.record.then(|| RecordingName::room(&self.contact.id, id)).flatten(),
            terms,
            tape: Arc::default(),
        };
        if let Some(seat) = self.shared.rooms.join(room, person) {
            self.seats.insert(id, seat);
        }
    }

    /// What is heard until people speak: a tone of the program, or a recording.
    fn music(&self, name: &Text) -> Vec<Sound> {
        let is_tone = self.edition.image.tones.iter().any(|tone| tone.name == *name);
        self.sounds(&if is_tone { Audio::Tone(name.clone()) } else { Audio::Sound(name.clone()) })
    }

    /// A name that was recorded before; without it the caller comes unannounced.
    async fn announcement(&self, recording: &Arc<Recording>) -> Option<Sound> {
        let (recordings, id) = (self.shared.recordings.clone(), recording.id.clone());
        let read = tokio::task::spawn_blocking(move || Clip::from_wav(&recordings.message(&id).ok()?).ok());
        let clip = read.await.ok().flatten();
        if clip.is_none() {
            tracing::error!(contact = &*self.contact.id, "a name cannot be announced");
        }
        clip.map(Sound::Clip)
    }

    pub(super) fn enter_room(&self, id: ActionId) {
        self.seats.get(&id).into_iter().for_each(|seat| seat.enter());
    }

    /// Gives the place up, which the room then says.
    pub(super) fn leave_room(&mut self, id: ActionId) {
        drop(self.seats.remove(&id));
    }
}
