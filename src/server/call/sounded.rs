//! How the legs of a contact sounded, for the CRM.

use super::Call;
use super::caller::open;
use crate::crm::Sounded;
use crate::media::quality::Quality;
use crate::server::described::MediaPort;
use crate::server::event::CallEvent;
use crate::server::media_thread::{MediaEvent, MediaLeg};
use crate::sip::sdp;
use crate::time::DurationMs;
use std::time::Duration;
use tokio::sync::mpsc;

/// The media thread says it within a sweep; it is not waited for longer.
const PATIENCE: Duration = Duration::from_millis(200);

impl Call {
    /// Opens a leg's media.
    pub(super) fn open_media(
        &mut self,
        leg: u16,
        port: MediaPort,
        agreed: &sdp::Media,
    ) -> std::io::Result<MediaLeg> {
        let opened = open(&self.shared, port, agreed, self.sender.clone(), leg)?;
        self.opened += 1;
        if let Some(capture) = &self.capture {
            self.shared.media.capture(opened, capture.clone());
        }
        Ok(opened)
    }

    pub(super) fn leg_is_over(&mut self, leg: u16, quality: Quality, late: u64) {
        let sounded = sounded(leg, &quality);
        self.count_leg(&sounded, late);
        tracing::info!(
            contact = &*self.contact.id,
            leg,
            mos = sounded.mos,
            lost = sounded.lost,
            "a leg's media is over"
        );
        self.sounded.push(sounded);
    }

    /// Waits for what the media thread says of the legs that were let go last.
    pub(super) async fn hear_last_legs(&mut self, mut events: mpsc::Receiver<CallEvent>) {
        let until = tokio::time::Instant::now() + PATIENCE;
        while self.sounded.len() < self.opened {
            match tokio::time::timeout_at(until, events.recv()).await {
                Ok(Some(CallEvent::Media(_, MediaEvent::Closed { leg, quality, late }))) => {
                    self.leg_is_over(leg, quality, late);
                }
                // Nothing else concerns a contact that is over.
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return,
            }
        }
    }
}

fn sounded(leg: u16, quality: &Quality) -> Sounded {
    Sounded {
        leg,
        received: quality.received,
        lost: quality.lost,
        jitter: DurationMs(quality.jitter_ms.into()),
        sent: quality.sent,
        far_lost: quality.far.map(|far| u64::try_from(far.lost).unwrap_or(0)),
        round_trip: quality.far.and_then(|far| far.round_trip),
        mos: quality.mos.hundredths(),
    }
}
