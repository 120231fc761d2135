//! Somebody is called who will be the caller: a flow without a caller calls, and whoever answers takes the caller's place.
//!
//! ```text
//!   call ──► dialled ── answers ──► the leg is the caller's, media and keys as of one who called
//!               └── busy, no answer, cancelled … ──► the flow goes on without a caller
//! ```

use super::Call;
use super::callee::Callee;
use super::exits::progress_of;
use crate::engine::{ActionId, DialProgress, Event};
use crate::media::answerer::Answerer;
use crate::program::{Party, Phone};
use crate::server::outgoing::Passage;
use crate::sip::{self, End, sdp};

/// A call that was made to whoever is, or will be, the caller.
pub(super) struct Outbound {
    id: ActionId,
    /// Its leg until the answer; then its room on the trunk.
    callee: Callee,
    is_up: bool,
    /// Whether it is to be found out who answers.
    detect: bool,
    /// It was let through, and is counted until it is over.
    _passage: Passage,
}

impl Outbound {
    /// Its leg.
    pub fn callee(&self) -> &Callee {
        &self.callee
    }
}

impl Call {
    /// Calls whoever will be the caller, if the bounds of such calls allow it.
    pub(super) async fn call_out(&mut self, id: ActionId, to: &Party, shown: Option<Phone>, detect: bool) {
        let passage = match self.shared.gate.pass(self.shared.clock.now()) {
            Ok(passage) => passage,
            Err(reason) => return self.cannot_call(id, to, reason),
        };
        match self.try_dial(id, to, shown).await {
            Ok(callee) => {
                self.caller.is_called(callee.sip());
                self.outbound = Some(Outbound { id, callee, is_up: false, detect, _passage: passage });
            }
            Err(reason) => self.cannot_call(id, to, &reason),
        }
    }

    fn cannot_call(&self, id: ActionId, to: &Party, reason: &str) {
        tracing::warn!(contact = &*self.contact.id, %to, reason, "a number cannot be called");
        self.later(Event::Dialled { id, progress: DialProgress::Failed });
    }

    /// What happened to the leg of whoever is called; the event itself where that one is the caller already.
    pub(super) async fn outbound_event(&mut self, event: sip::Event) -> Option<sip::Event> {
        match &self.outbound {
            Some(outbound) if !outbound.is_up => {}
            Some(_) if matches!(event, sip::Event::Ended { .. }) => {
                self.outbound = None;
                return Some(event);
            }
            Some(_) | None => return Some(event),
        }
        match event {
            sip::Event::Ringing { .. } | sip::Event::EarlyMedia { .. } => self.outbound_rings().await,
            sip::Event::Answered { media, .. } => self.outbound_answers(media).await,
            sip::Event::Ended { end, .. } => self.outbound_ended(&end).await,
            sip::Event::MediaChanged { .. }
            | sip::Event::Dtmf { .. }
            | sip::Event::KeysSent { .. }
            | sip::Event::Incoming(_)
            | sip::Event::Confirmed { .. }
            | sip::Event::Unchanged { .. }
            | sip::Event::Refer { .. }
            | sip::Event::Referred { .. }
            | sip::Event::Replied(_)
            | sip::Event::Moved(_)
            | sip::Event::ShutOut { .. }
            | sip::Event::Pong { .. } => {}
        }
        None
    }

    async fn outbound_rings(&mut self) {
        let Some(outbound) = &mut self.outbound else { return };
        let id = outbound.id;
        if outbound.callee.begins_to_ring() {
            self.step(Event::Dialled { id, progress: DialProgress::Ringing }).await;
        }
    }

    /// It is a person as far as anybody knows, unless it is to be found out.
    async fn outbound_answers(&mut self, media: sdp::Media) {
        let Some(outbound) = &mut self.outbound else { return };
        let Some(socket) = outbound.callee.take_socket() else { return };
        outbound.is_up = true;
        let (id, detect) = (outbound.id, outbound.detect);
        let progress = match self.open_media(0, socket, &media) {
            Ok(leg) => {
                self.caller.is_up_with(leg, media);
                self.record_what_opened();
                if detect {
                    self.shared.media.find_answerer(leg);
                }
                if detect { DialProgress::Listening } else { DialProgress::Answered }
            }
            Err(error) => {
                tracing::error!(%error, "a call's media cannot be opened");
                self.outbound = None;
                self.caller.let_go(&self.shared).await;
                DialProgress::Failed
            }
        };
        self.step(Event::Dialled { id, progress }).await;
    }

    /// It is known who has answered.
    pub(super) async fn answerer_is(&mut self, who: Answerer) {
        let Some(outbound) = &self.outbound else { return };
        let progress = match who {
            Answerer::Person => DialProgress::Answered,
            Answerer::Machine => DialProgress::Machine,
            Answerer::Fax => DialProgress::Fax,
            Answerer::Nobody => DialProgress::Unknown,
        };
        let id = outbound.id;
        self.step(Event::Dialled { id, progress }).await;
    }

    /// It was not answered. Where the way was blocked, the next one is tried.
    async fn outbound_ended(&mut self, end: &End) {
        let Some(mut outbound) = self.outbound.take() else { return };
        self.caller.is_gone();
        if let Some(again) = self.another_way(&mut outbound.callee, end).await {
            self.caller.is_called(again.sip());
            outbound.callee = again;
            self.outbound = Some(outbound);
            return;
        }
        let progress = progress_of(end, outbound.callee.rang());
        self.step(Event::Dialled { id: outbound.id, progress }).await;
    }

    /// The caller's leg is let go: it is cancelled while it rings. The end of the session sees to one that is up.
    pub(super) async fn give_up_calling(&mut self) {
        if self.outbound.take_if(|outbound| !outbound.is_up).is_some() {
            self.caller.let_go(&self.shared).await;
        }
    }
}
