//! What reaches a call's task.

use super::capture::Capture;
use super::media_thread::{MediaEvent, MediaLeg};
use super::switchboard::PlaceNews;
use crate::engine::{ActionId, Audio, LegId};
use crate::media::Clip;
use crate::queues::Ticket;
use crate::{engine, sip};

/// Events that may wait for one call. A call that is so far behind is lost.
pub const EVENTS_WAITING: usize = 256;

/// Something that happened to a call.
#[derive(Debug)]
pub enum CallEvent {
    /// In its signalling.
    Sip(sip::Event),
    /// A leg is up: what another process would need to go on with it.
    Standing(sip::LegId, Box<sip::Standing>),
    /// In its media.
    Media(MediaLeg, MediaEvent),
    /// In the CRM, a backend or elsewhere: already in the engine's words.
    Engine(engine::Event),
    /// Free texts have been synthesized, or could not be: what waited for them is said now.
    Synthesized(Waiting),
    /// In a queue, to the place of this name.
    Place(Ticket, PlaceNews),
    /// A message has been read from the disk, or could not be.
    Message(MessageRead),
    /// Somebody who looks after the server ends it.
    HangUpByHand,
    /// Somebody wants what goes over the wires.
    Capture(Capture),
}

/// A message that is to be played.
#[derive(Debug)]
pub struct MessageRead {
    /// The action.
    pub id: ActionId,
    /// To whom, if not to the caller.
    pub leg: Option<LegId>,
    /// Over and over.
    pub looped: bool,
    /// Its sound; none if it could not be read.
    pub clip: Option<Clip>,
}

/// Audio that waits for its free texts to be synthesized.
#[derive(Debug)]
pub enum Waiting {
    /// For the caller.
    Play {
        /// The action.
        id: ActionId,
        /// What is played.
        audio: Audio,
        /// Over and over.
        looped: bool,
    },
    /// For a leg that was called.
    Whisper {
        /// The action.
        id: ActionId,
        /// To whom.
        leg: LegId,
        /// What is played.
        audio: Audio,
    },
}
