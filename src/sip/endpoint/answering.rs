//! Calls that come in, from the first ringing to the 200 (RFC 3261 §13.3.1, RFC 3262 §3 and §5).
//!
//! A description that the far end has acknowledged in a provisional stands: the 200 does not repeat it, and waits for the
//! PRACK if that is still out.

use super::callee::SDP;
use super::leg::{AwaitedAck, State};
use super::provisional::{Due, Provisional};
use super::receive::Inbound;
use super::table::TransactionId;
use super::{End, Endpoint, Event, LegId};
use crate::sip::Status;
use crate::sip::check::{ALLOW, SUPPORTED};
use crate::sip::draft::Draft;
use crate::sip::message::{Name, RAck};
use crate::sip::sdp::{Local, Media, Offer, SdpError};
use crate::sip::session_timer::{Refresher, SessionExpires, SessionTimer};
use crate::time::Millis;

impl Endpoint {
    /// A response to the INVITE with what a dialog needs (RFC 3261 §12.1.1).
    fn dialog_response(&self, id: LegId, status: Status) -> Option<(TransactionId, Draft)> {
        let (leg, offered) = self.offered(id)?;
        let mut draft = self.response(&offered.invite, offered.source, status, Some(&leg.local_tag));
        draft.copy(&offered.invite, Name::RecordRoute);
        let draft = draft.with(Name::Contact, self.contact(offered.source)).with(Name::Allow, ALLOW);
        Some((offered.transaction, draft))
    }

    pub(super) fn ring(&mut self, now: Millis, id: LegId) {
        self.provide(now, id, Provisional { status: Status::RINGING, body: None });
    }

    pub(super) fn progress(&mut self, now: Millis, id: LegId, local: Local) {
        let may = |(_, offered): (_, &super::leg::Offered)| {
            offered.offer.is_some() || offered.provisionals.are_reliable()
        };
        if !self.offered(id).is_some_and(may) {
            return;
        }
        match self.describe(id, local) {
            Ok(text) => {
                self.provide(now, id, Provisional { status: Status::SESSION_PROGRESS, body: Some(text) })
            }
            Err(error) => self.refuse_media(now, id, error),
        }
    }

    /// Tells the caller something before the answer, after what waits for its PRACK.
    fn provide(&mut self, now: Millis, id: LegId, provisional: Provisional) {
        let Some(offered) = self.offered_mut(id) else { return };
        match offered.provisionals.is_busy() {
            true => offered.provisionals.wait(provisional),
            false => self.send_provisional(now, id, provisional),
        }
        self.rearm_leg(id);
    }

    fn send_provisional(&mut self, now: Millis, id: LegId, provisional: Provisional) {
        let status = provisional.status;
        let Some((transaction, mut draft)) = self.dialog_response(id, status) else { return };
        let Some((_, offered)) = self.offered(id) else { return };
        let proven = self.is_proven(offered.source);
        let cseq = offered.invite.cseq().map_or(0, |cseq| cseq.number);
        let Some(offered) = self.offered_mut(id) else { return };
        let rseq = offered.provisionals.next_rseq();
        if let Some(rseq) = rseq {
            draft = draft.with(Name::Require, "100rel").with(Name::RSeq, rseq);
        }
        // What an acknowledged provisional has described is not described again (RFC 3262 §5).
        let body = provisional.body.clone().filter(|_| !offered.provisionals.described);
        let describes = body.is_some();
        let bytes = match body {
            Some(text) => draft.with_body(SDP, text).encode(),
            None => draft.encode(),
        };
        offered.provisionals.sent(now, provisional, proven);
        if let Some(rseq) = rseq {
            offered.provisionals.sent_reliably(now, RAck { rseq, cseq }, bytes.clone(), describes);
        }
        self.respond(now, transaction, status, bytes);
    }

    /// The far end need not send its INVITE again.
    pub(super) fn try_on(&mut self, now: Millis, id: LegId) {
        let Some((_, offered)) = self.offered(id) else { return };
        let (transaction, source) = (offered.transaction, offered.source.address);
        let mut trying = Draft::response(&offered.invite, source, Status::TRYING, None);
        trying.copy(&offered.invite, Name::Timestamp); // RFC 3261 §8.2.6.1.
        self.respond(now, transaction, Status::TRYING, trying.encode());
        self.rearm_leg(id);
    }

    /// Whatever is due before the answer: a repetition, a reminder, the end.
    pub(super) fn provisional_timeout(&mut self, now: Millis, id: LegId) {
        let Some(offered) = self.offered_mut(id) else { return };
        let source = offered.source;
        match offered.provisionals.timeout(now) {
            Due::Nothing => {}
            Due::Trying => self.try_on(now, id),
            Due::Again(bytes) => self.send(source, bytes),
            Due::Remind(provisional) => self.provide(now, id, provisional),
            // RFC 3262 §3: the INVITE is rejected with a 5xx.
            Due::GivenUp => self.refuse_offered(now, id, Status::SERVER_TIMEOUT, |draft| draft, End::NoAck),
        }
    }

    /// A PRACK (RFC 3262 §3): it stops the repeating, answers our offer, or brings another one.
    pub(super) fn on_prack(&mut self, now: Millis, id: LegId, request: &Inbound) {
        let rack = request.message.rack();
        let Some(offered) = self.offered_mut(id) else {
            let overtaken = self.legs.get(&id).is_some_and(|leg| rack.is_some() && leg.overtaken == rack);
            let status = if overtaken { Status::OK } else { Status::NO_SUCH_CALL };
            return self.conclude(now, request, status);
        };
        if rack.is_none() || offered.provisionals.awaited() != rack {
            return self.conclude(now, request, Status::NO_SUCH_CALL);
        }
        let answers = offered.offer.is_none() && offered.provisionals.waits_with_description();
        match if answers { self.answered_early(id, request) } else { self.offered_again(id, request) } {
            Ok(text) => self.acknowledged(now, id, request, text),
            // A PRACK of what was sent is always taken; what it describes ends the call (RFC 3262 §3, RFC 6337 §3.2).
            Err(error) => {
                self.conclude(now, request, Status::OK);
                self.refuse_media(now, id, error);
            }
        }
    }

    fn acknowledged(&mut self, now: Millis, id: LegId, request: &Inbound, text: Option<String>) {
        if let Some(offered) = self.offered_mut(id) {
            offered.provisionals.acknowledged();
        }
        self.conclude_with(now, request, Status::OK, |draft| match text {
            Some(text) => draft.with_body(SDP, text),
            None => draft,
        });
        let Some(offered) = self.offered_mut(id) else { return };
        if offered.accepting {
            return self.accept(now, id);
        }
        if let Some(next) = offered.provisionals.next_waiting() {
            self.send_provisional(now, id, next);
        }
        self.rearm_leg(id);
        self.renew(now, id);
    }

    /// The PRACK's answer to our offer.
    fn answered_early(&mut self, id: LegId, request: &Inbound) -> Result<Option<String>, SdpError> {
        let local = self.legs.get(&id).and_then(|leg| leg.local.as_ref()).ok_or(SdpError::NoAudio)?;
        let media = Offer::read(request.message.description())?.as_answer(local)?;
        self.agreed_early(id, media);
        Ok(None)
    }

    /// An offer in the PRACK, and our answer; nothing where it has none.
    fn offered_again(&mut self, id: LegId, request: &Inbound) -> Result<Option<String>, SdpError> {
        if request.message.description().is_empty() {
            return Ok(None);
        }
        let (text, media) = self.describe_again(id, &request.message)?;
        media.into_iter().for_each(|media| self.agreed_early(id, media));
        Ok(Some(text))
    }

    fn agreed_early(&mut self, id: LegId, media: Media) {
        self.media_changed(id, media);
    }

    pub(super) fn answer(&mut self, now: Millis, id: LegId, local: Local) {
        let Some((_, offered)) = self.offered(id) else { return };
        if offered.provisionals.described {
            return self.accept_when_acknowledged(now, id);
        }
        match self.describe(id, local) {
            Ok(_) => self.accept_when_acknowledged(now, id),
            Err(error) => self.refuse_media(now, id, error),
        }
    }

    /// RFC 3262 §3: no 2xx while a description waits for its PRACK.
    fn accept_when_acknowledged(&mut self, now: Millis, id: LegId) {
        let Some(offered) = self.offered_mut(id) else { return };
        match offered.provisionals.waits_with_description() {
            true => offered.accepting = true,
            false => self.accept(now, id),
        }
    }

    fn accept(&mut self, now: Millis, id: LegId) {
        let Some((transaction, draft)) = self.dialog_response(id, Status::OK) else { return };
        let Some((leg, offered)) = self.offered(id) else { return };
        let described = offered.provisionals.described;
        let text = leg.description.clone().filter(|_| !described);
        let granted = self.granted(&offered.invite).ok().flatten();
        let draft = with_session(draft.with(Name::Supported, SUPPORTED), granted);
        let answer = match text {
            Some(text) => draft.with_body(SDP, text).encode(),
            None => draft.encode(),
        };
        let (cseq, source) = (offered.invite.cseq().map_or(0, |cseq| cseq.number), offered.source);
        let offers = offered.offer.is_none() && !described;
        let mut awaited = AwaitedAck::new(now, cseq, answer.clone(), source, offers);
        awaited.first = true;
        let overtaken = offered.provisionals.awaited();
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.awaited = Some(awaited);
        leg.state = State::Up;
        leg.overtaken = overtaken;
        leg.timer = SessionTimer::of(now, granted, true);
        self.respond(now, transaction, Status::OK, answer);
        self.rearm_leg(id);
    }

    /// Our description for this leg: the answer to its offer, once for 183 and 200, or an offer of ours.
    fn describe(&mut self, id: LegId, local: Local) -> Result<String, SdpError> {
        let Some(leg) = self.legs.get_mut(&id) else { return Ok(String::new()) };
        let State::Offered(offered) = &leg.state else { return Ok(String::new()) };
        if let Some(text) = &offered.answer {
            return Ok(text.clone());
        }
        let offer = offered.offer.clone();
        let media = offer.as_ref().map(|offer| offer.agree(&local)).transpose()?;
        let text = leg.describe(|session| match &offer {
            Some(offer) => offer.answer(&local, session).map(|(text, _)| text).unwrap_or_default(),
            None => local.offer(session),
        });
        if let State::Offered(offered) = &mut leg.state {
            offered.answer = Some(text.clone());
        }
        leg.local = Some(local);
        if let Some(media) = media {
            leg.media = Some(media.clone());
            self.report(id, Event::MediaChanged { leg: id, media });
        }
        Ok(text)
    }

    fn refuse_media(&mut self, now: Millis, id: LegId, error: SdpError) {
        let dress = |draft: Draft| draft.with(Name::Warning, error.warning());
        self.refuse_offered(now, id, error.status(), dress, End::Media(error));
    }
}

/// The same 2xx with what was granted of session timers (RFC 4028 §9).
pub(super) fn with_session(draft: Draft, granted: Option<SessionExpires>) -> Draft {
    let Some(granted) = granted else { return draft };
    let draft = draft.with(Name::SessionExpires, granted);
    match granted.refresher {
        Some(Refresher::Uac) => draft.with(Name::Require, "timer"),
        Some(Refresher::Uas) | None => draft,
    }
}
