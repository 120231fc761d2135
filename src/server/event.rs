//! What reaches a call's task.

use super::media_thread::{MediaEvent, MediaLeg};
use crate::{engine, sip};

/// Events that may wait for one call. A call that is so far behind is lost.
pub const EVENTS_WAITING: usize = 256;

/// Something that happened to a call.
#[derive(Debug)]
pub enum CallEvent {
    /// In its signalling.
    Sip(sip::Event),
    /// In its media.
    Media(MediaLeg, MediaEvent),
    /// In the CRM, a backend or elsewhere: already in the engine's words.
    Engine(engine::Event),
}
