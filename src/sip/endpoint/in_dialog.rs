//! What the far end sends within a call: ACK, BYE, INFO, OPTIONS, re-INVITE (RFC 3261 §12.2.2, §14.2, §15.1.2).

use super::answering::with_session;
use super::callee::SDP;
use super::leg::{AwaitedAck, State};
use super::receive::Inbound;
use super::table::{Machine, Role, TransactionId};
use super::{End, Endpoint, Event, LegId, dtmf};
use crate::sip::check::{ALLOW, Core, Refusal, SUPPORTED};
use crate::sip::draft::Draft;
use crate::sip::message::{Message, Name};
use crate::sip::sdp::{Media, Offer, SdpError};
use crate::sip::session_timer::{SessionExpires, SessionTimer};
use crate::sip::transaction::invite_server::InviteServer;
use crate::sip::transaction::server::Server;
use crate::sip::{KnownMethod, Method, Status};
use crate::time::Millis;

impl Endpoint {
    /// The leg whose dialog a request is in: our tag names it, Call-ID and the far end's tag must agree.
    pub(super) fn leg_of(&self, core: &Core) -> Option<LegId> {
        let id = *self.tags.get(core.to.tag())?;
        self.legs.get(&id)?.owns(core).then_some(id)
    }

    pub(super) fn in_dialog(&mut self, now: Millis, request: Inbound) {
        let Inbound { message, core, source, .. } = &request;
        if *message.method().unwrap_or(&Method::BYE) != Method::BYE && self.lacks_room(&request) {
            return self.refuse_for_capacity(message, *source);
        }
        let leg = self.leg_of(core).and_then(|id| Some((id, self.legs.get_mut(&id)?)));
        let Some((id, leg)) = leg else { return self.refuse(message, *source, Status::NO_SUCH_CALL) };
        if leg.dialog_of(core).is_some_and(|dialog| dialog.note_cseq(core.cseq.number).is_err()) {
            return self.refuse(message, *source, Status::SERVER_INTERNAL_ERROR);
        }
        leg.peer = *source;
        let ended = leg.ended;
        match message.method() {
            Some(Method::Known(KnownMethod::Bye)) => self.on_bye(now, id, &request),
            Some(Method::Known(_) | Method::Other(_)) | None if ended => {
                self.refuse(message, *source, Status::NO_SUCH_CALL);
            }
            Some(Method::Known(KnownMethod::Invite)) => self.on_reinvite(now, id, &request),
            Some(Method::Known(KnownMethod::Info)) => self.on_info(now, id, &request),
            Some(Method::Known(KnownMethod::PRack)) => self.on_prack(now, id, &request),
            Some(Method::Known(KnownMethod::Update)) => self.on_update(now, id, &request),
            Some(Method::Known(KnownMethod::Refer)) => self.on_refer(now, id, &request),
            Some(Method::Known(KnownMethod::Notify)) => self.on_notify(now, id, &request),
            Some(Method::Known(KnownMethod::Options)) => self.on_options(message, *source),
            // Refused before it came here.
            Some(Method::Known(_) | Method::Other(_)) | None => {
                self.refuse(message, *source, Status::METHOD_NOT_ALLOWED);
            }
        }
    }

    pub(super) fn serve(&mut self, machine: Machine, request: &Inbound) -> TransactionId {
        let role = Role::Server { key: request.key.clone(), request: None, leg: None };
        self.table.insert_weighing(machine, request.source, role, self.weight(request.source))
    }

    /// Answers a request within a call and remembers the answer for copies of the request.
    pub(super) fn conclude(&mut self, now: Millis, request: &Inbound, status: Status) {
        self.conclude_with(now, request, status, |draft| draft);
    }

    /// The same with more in the answer.
    pub(super) fn conclude_with(
        &mut self,
        now: Millis,
        request: &Inbound,
        status: Status,
        dress: impl FnOnce(Draft) -> Draft,
    ) {
        let is_reliable = request.source.transport.is_reliable();
        let machine = match request.message.method() {
            Some(&Method::INVITE) => Machine::InviteServer(InviteServer::new(is_reliable)),
            Some(Method::Known(_) | Method::Other(_)) | None => Machine::Server(Server::new(is_reliable)),
        };
        let id = self.serve(machine, request);
        let draft = self.response(&request.message, request.source, status, None);
        self.respond(now, id, status, dress(draft).encode());
    }

    /// Refuses a request within a call, and remembers the answer.
    pub(super) fn refuse_within(&mut self, now: Millis, request: &Inbound, refusal: impl Into<Refusal>) {
        let Refusal { status, header } = refusal.into();
        self.conclude_with(now, request, status, |draft| match header {
            Some((name, value)) => draft.with(name, value),
            None => draft,
        });
    }

    /// A BYE ends the leg at once; one that crosses ours is answered all the same.
    fn on_bye(&mut self, now: Millis, id: LegId, request: &Inbound) {
        self.conclude(now, request, Status::OK);
        let end = End::Remote { reasons: request.message.reasons() };
        match self.legs.get(&id).map(|leg| &leg.state) {
            // §15.1.2: the INVITE still needs its final answer.
            Some(State::Offered(_)) => {
                self.refuse_offered(now, id, Status::REQUEST_TERMINATED, |draft| draft, end);
            }
            Some(State::Up) => self.left(id, end),
            // Our own BYE is still out; its transaction ends the leg. The others have no dialog yet.
            Some(State::Closing | State::Calling(_) | State::Cancelling(_)) => {}
            // It has hung up before.
            Some(State::Detached) | None => {}
        }
    }

    /// The far end has hung up: the leg is over, or waits for the one whom the far end wanted in its place.
    fn left(&mut self, id: LegId, end: End) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let has_successor = leg.transfer.as_ref().is_some_and(|transfer| transfer.successor.is_some());
        if leg.ended || !has_successor {
            self.report_end(id, end);
            return self.remove_leg(id);
        }
        leg.state = State::Detached;
        (leg.dialog, leg.awaited, leg.timer) = (None, None, None);
        if let Some(pending) = std::mem::take(&mut leg.renewal).pending {
            self.table.remove(pending.transaction, &mut self.clock);
        }
        self.rearm_leg(id);
    }

    fn on_info(&mut self, now: Millis, id: LegId, request: &Inbound) {
        if request.message.is_of_unknown_package() {
            // We listen to no package, and say so (RFC 6086 §4.2.2).
            return self.conclude_with(now, request, Status::BAD_INFO_PACKAGE, |draft| {
                draft.with_other("Recv-Info", "")
            });
        }
        let body = request.message.body();
        let status = match request.message.content_type().as_deref() {
            // An empty INFO asks whether the call still stands (RFC 2976 §2.2).
            _ if body.is_empty() => Status::OK,
            Some("application/dtmf-relay" | "application/dtmf") => match dtmf::read(body) {
                Some(dtmf::Key { key, duration_ms }) => {
                    self.report(id, Event::Dtmf { leg: id, key, duration_ms });
                    Status::OK
                }
                None => Status::BAD_REQUEST,
            },
            Some(_) | None => Status::UNSUPPORTED_MEDIA_TYPE,
        };
        self.conclude(now, request, status);
    }

    /// A re-INVITE is answered here, with the media that the leg has (RFC 3261 §14.2, RFC 3264 §8).
    fn on_reinvite(&mut self, now: Millis, id: LegId, request: &Inbound) {
        let Some(leg) = self.legs.get(&id) else { return };
        let granted = match self.granted(&request.message) {
            Ok(granted) => granted,
            Err(refusal) => return self.refuse_within(now, request, refusal),
        };
        match &leg.state {
            State::Up if leg.awaited.is_some() || leg.renewal.is_pending() => {
                self.refuse_change(now, request, Status::REQUEST_PENDING);
            }
            State::Up => match self.describe_again(id, &request.message) {
                Ok((text, media)) => self.agree_again(now, id, request, (text, media), granted),
                Err(error) => self.refuse_within(now, request, error),
            },
            // The first INVITE has no final answer yet: this one came too early.
            State::Offered(_)
            | State::Calling(_)
            | State::Cancelling(_)
            | State::Closing
            | State::Detached => {
                self.refuse_change(now, request, Status::SERVER_INTERNAL_ERROR);
            }
        }
    }

    fn agree_again(
        &mut self,
        now: Millis,
        id: LegId,
        request: &Inbound,
        (text, media): (String, Option<Media>),
        granted: Option<SessionExpires>,
    ) {
        let Inbound { message, core, source, .. } = request;
        let draft = self.response(message, *source, Status::OK, None);
        let draft = draft.with(Name::Contact, self.contact(*source)).with(Name::Allow, ALLOW);
        let draft = with_session(draft.with(Name::Supported, SUPPORTED), granted);
        let answer = draft.with_body(SDP, text).encode();
        let machine = InviteServer::new(source.transport.is_reliable());
        let transaction = self.serve(Machine::InviteServer(machine), request);
        self.respond(now, transaction, Status::OK, answer.clone());
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.dialog.iter_mut().for_each(|dialog| dialog.refresh_target(&core.contacts));
        leg.awaited = Some(AwaitedAck::new(now, core.cseq.number, answer, *source, media.is_none()));
        leg.timer = SessionTimer::of(now, granted, true);
        if let Some(media) = media {
            self.media_changed(id, media);
        }
        self.rearm_leg(id);
    }

    /// Our description for a re-INVITE, and what it agrees on if the far end made the offer.
    pub(super) fn describe_again(
        &mut self,
        id: LegId,
        request: &Message,
    ) -> Result<(String, Option<Media>), SdpError> {
        let offer = self.read_offer(request)?;
        let leg = self.legs.get_mut(&id).ok_or(SdpError::NoAudio)?;
        let local = leg.local.clone().ok_or(SdpError::NoAudio)?;
        let media = offer.as_ref().map(|offer| offer.agree(&local)).transpose()?;
        let text = leg.describe(|session| match &offer {
            Some(offer) => offer.answer(&local, session).map(|(text, _)| text).unwrap_or_default(),
            None => local.offer(session),
        });
        Ok((text, media))
    }

    /// Reports the media if it differs from what it was: a refresh of the session changes nothing.
    pub(super) fn media_changed(&mut self, id: LegId, media: Media) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if leg.media.as_ref() != Some(&media) {
            leg.media = Some(media.clone());
            self.report(id, Event::MediaChanged { leg: id, media });
        }
    }

    /// The ACK of a 2xx of ours: it stops the repeating, and answers the offer if the 2xx carried one.
    pub(super) fn on_ack_of_success(&mut self, now: Millis, id: LegId, request: &Inbound) {
        let number = request.core.cseq.number;
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Some(awaited) = leg.awaited.take_if(|awaited| awaited.cseq == number) else { return };
        let media = match (&leg.local, awaited.offered) {
            (Some(local), true) => Offer::read(request.message.description())
                .and_then(|answer| answer.as_answer(local))
                .map(Some),
            (Some(_) | None, _) => Ok(None),
        };
        match media {
            Ok(media) if awaited.first => {
                leg.media = media.clone().or(leg.media.take());
                self.report(id, Event::Confirmed { leg: id, media });
            }
            Ok(Some(media)) => self.media_changed(id, media),
            Ok(None) => {}
            Err(error) => {
                self.report_end(id, End::Media(error));
                return self.close(now, id, None);
            }
        }
        if let Some(q850) = awaited.bye {
            self.close(now, id, q850);
        }
        self.rearm_leg(id);
        self.renew(now, id);
    }
}
