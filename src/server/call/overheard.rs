//! What a called leg says before it has answered: the caller hears it, as a telephone network lets it.
//!
//! ```text
//!   caller                      we                        far end
//!     | <-- ring-back, or 180 -- |  -- INVITE -------------> |
//!     | <-- 183, if unanswered - |  <-- 183 with its media - |   an announcement, its own ringing
//!     | <=========================================== sound = |
//!     | <-- ring-back ---------- |  <-- 486 or 200 --------- |   then the flow goes on
//! ```
//!
//! One leg at a time is heard, and only in the place of the ring-back tone or of silence: what a flow plays while it
//! rings stays what the caller hears. The far end hears nothing before its answer. Operators of queues are not heard.

use super::Call;
use super::caller::Opener;
use crate::engine::{Audio, LegId};
use crate::sip::{Command, sdp};

impl Call {
    /// The far end has described its media, or another fork of it has.
    pub(super) async fn speaks_early(&mut self, leg: LegId, media: &sdp::Media) {
        self.rings(leg).await;
        let is_heard = matches!(media.direction, sdp::Direction::SendRecv | sdp::Direction::RecvOnly);
        let may = is_heard && self.may_overhear() && !self.is_asked(leg);
        let Some(callee) = self.callees.get_mut(&leg) else { return };
        if let Some(opened) = callee.media {
            return self.shared.media.change(opened, media);
        }
        let Some(port) = callee.port_before_answer().filter(|_| may) else { return };
        match self.open_media(leg.0, port, media) {
            Ok(opened) => {
                self.callees.get_mut(&leg).into_iter().for_each(|callee| callee.media = Some(opened));
                self.caller.overhears = Some(leg);
                match self.caller.media {
                    Some(_) => self.let_caller_overhear(),
                    None => self.open_for_callee().await,
                }
            }
            Err(error) => {
                tracing::error!(%error, "the media of a called leg cannot be opened before its answer")
            }
        }
    }

    /// Whether the caller hears nothing else: neither another leg nor anything that the flow plays.
    fn may_overhear(&self) -> bool {
        let plays = self.caller.playing.is_some() && self.caller.playing != self.caller.ring_back;
        self.caller.overhears.is_none() && !plays
    }

    /// A caller that has not been answered gets a 183, if its INVITE allows media then.
    async fn open_for_callee(&mut self) {
        if !self.caller.may_open_early() {
            return;
        }
        match self.shared.bind_media(self.caller.far, &self.caller.terms) {
            Ok((media, port)) => {
                self.caller.open_early(Opener::Callee, port, media.clone());
                let progress = Command::Progress { leg: self.caller.sip, media };
                self.shared.signalling.command(progress).await;
            }
            Err(error) => {
                tracing::error!(%error, "the media of a call cannot be opened before its answer");
            }
        }
    }

    /// The caller hears the leg from now on, and no ring-back tone.
    pub(super) fn let_caller_overhear(&mut self) {
        let heard = self.caller.overhears.and_then(|leg| self.callees.get(&leg)?.media);
        if let (Some(caller), Some(heard)) = (self.caller.media, heard) {
            self.shared.media.stop(caller);
            self.shared.media.overhear(caller, heard);
        }
    }

    /// The leg has answered, or is gone: the caller hears the ring-back tone again, if it has not been stopped.
    pub(super) fn stop_overhearing(&mut self, leg: LegId) {
        if self.caller.overhears.take_if(|heard| *heard == leg).is_none() {
            return;
        }
        let heard = self.callees.get(&leg).and_then(|callee| callee.media);
        heard.into_iter().chain(self.caller.media).for_each(|media| self.shared.media.unbridge(media));
        if let Some(id) = self.caller.playing.filter(|id| self.caller.ring_back == Some(*id)) {
            self.play_now(id, &Audio::RingBack, true);
        }
    }
}
