//! What is answered to a re-INVITE of ours before its final answer: a reliable provisional gets its PRACK, and may bring the
//! answer to our offer, or an offer that the PRACK answers (RFC 3262 §4, §5).

use super::callee::SDP;
use super::renewal::{By, Wanted};
use super::send::Received;
use super::table::{Purpose, TransactionId};
use super::{Endpoint, LegId};
use crate::sip::Method;
use crate::sip::message::Name;
use crate::sip::sdp::{Offer, SdpError};
use crate::time::Millis;

impl Endpoint {
    pub(super) fn on_change_progress(
        &mut self,
        now: Millis,
        id: LegId,
        transaction: TransactionId,
        received: Received<'_>,
    ) {
        let response = received.response;
        let Some(rseq) = response.rseq().filter(|_| response.requires("100rel")) else { return };
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let pending = leg.renewal.pending.as_mut();
        let pending =
            pending.filter(|pending| pending.transaction == transaction && pending.by == By::Invite);
        // A copy, or one that came before its predecessor, is not heard.
        let Some(pending) =
            pending.filter(|pending| pending.rseq.is_none_or(|last| last.checked_add(1) == Some(rseq)))
        else {
            return;
        };
        pending.rseq = Some(rseq);
        let (cseq, Some(mut dialog)) = (pending.cseq, leg.dialog.clone()) else { return };
        let text = self.agree_before(id, response.description()).unwrap_or_default();
        let to = self.destination(&dialog, received.source);
        let prack = self.within(&mut dialog, to, &Method::PRACK);
        let draft = prack.draft.with(Name::RAck, format!("{rseq} {cseq} INVITE"));
        let bytes = match text {
            Some(text) => draft.with_body(SDP, text).encode(),
            None => draft.encode(),
        };
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.keep_dialog(dialog);
        }
        self.start_client(now, to, prack.key, Purpose::Aside(id), bytes);
    }

    /// Takes what a provisional describes; our answer, where it makes an offer. What cannot be agreed on is left to the final
    /// answer.
    fn agree_before(&mut self, id: LegId, description: &[u8]) -> Result<Option<String>, SdpError> {
        let leg = self.legs.get_mut(&id).filter(|_| !description.is_empty()).ok_or(SdpError::NoAudio)?;
        let pending = leg.renewal.pending.as_ref().filter(|pending| pending.agreed.is_none());
        let wanted = pending.map(|pending| pending.wanted.clone()).ok_or(SdpError::NoAudio)?;
        let offer = Offer::read(description)?;
        let (media, text) = match &wanted {
            Wanted::Refresh => return Ok(None),
            Wanted::Offer(local) => (offer.as_answer(local)?, None),
            Wanted::Ask(local) => {
                let media = offer.agree(local)?;
                let text = leg.describe(|session| {
                    offer.answer(local, session).map(|(text, _)| text).unwrap_or_default()
                });
                (media, Some(text))
            }
        };
        if let Some(pending) = &mut leg.renewal.pending {
            pending.agreed = Some(media);
        }
        Ok(text)
    }
}
