//! Calls that come in, until they are answered or refused (RFC 3261 §13.3).

use super::leg::{AwaitedAck, Leg, Offered, State};
use super::receive::Inbound;
use super::send::MAX_FORWARDS;
use super::table::{Machine, Role, TransactionId};
use super::{End, Endpoint, Event, Incoming, LegId, Output};
use crate::sip::check::ALLOW;
use crate::sip::dialog::Dialog;
use crate::sip::draft::Draft;
use crate::sip::grammar::quote;
use crate::sip::message::{Message, Name};
use crate::sip::sdp::{Local, Offer, SdpError, Session};
use crate::sip::transaction::invite_server::InviteServer;
use crate::sip::transaction::key::RequestKey;
use crate::sip::{NameAddr, Status, Uri};
use crate::time::Millis;
use std::sync::Arc;

/// The media type of our bodies.
pub(super) const SDP: &str = "application/sdp";

impl Endpoint {
    pub(super) fn on_invite(&mut self, now: Millis, request: Inbound) {
        let Inbound { message, core, source, .. } = &request;
        if self.table.is_merged(&RequestKey::of(core)) {
            return self.refuse(message, *source, Status::LOOP_DETECTED);
        }
        if self.is_full() {
            return self.refuse_for_capacity(message, *source);
        }
        let Ok(request_uri) = message.request_uri().parse::<Uri>() else {
            return self.refuse(message, *source, Status::BAD_REQUEST);
        };
        match self.read_offer(message) {
            Ok(offer) => self.admit_call(now, request, request_uri, offer),
            Err(error) => self.refuse(message, *source, error.status()),
        }
    }

    /// From here on the call exists: a transaction that has sent its 100, and a leg.
    fn admit_call(&mut self, now: Millis, request: Inbound, request_uri: Uri, offer: Option<Offer>) {
        let Inbound { message, core, key, source } = request;
        let id = self.new_leg();
        let role = Role::Server { key, request: Some(RequestKey::of(&core)), leg: Some(id) };
        let machine = InviteServer::new(source.transport.is_reliable());
        let machine = if self.config.open { machine.without_repeats() } else { machine };
        let transaction = self.table.insert(Machine::InviteServer(machine), source, role);
        let mut trying = Draft::response(&message, source.address, Status::TRYING, None);
        trying.copy(&message, Name::Timestamp); // RFC 3261 §8.2.6.1.
        self.respond(now, transaction, Status::TRYING, trying.encode());

        let invite = Arc::new(message);
        let local_tag = self.tokens.token();
        let dialog = Dialog::callee(&core, &invite, &local_tag);
        let offered =
            Offered { invite: invite.clone(), transaction, source, offer: offer.clone(), answer: None };
        let session = Session { id: self.tokens.session_id(), version: 0 };
        let expires = now + self.config.max_call;
        let leg = Leg::new(State::Offered(Box::new(offered)), local_tag, source, expires, session);
        self.insert_leg(id, Leg { dialog: Some(dialog), ..leg });
        let incoming = Incoming {
            leg: id,
            from: core.from,
            to: core.to,
            request_uri,
            asserted: invite.asserted_identities(),
            privacy: invite.first(Name::Privacy).map(str::to_owned),
            source,
            source_name: self.config.admits(source).1,
            offer,
            call_id: core.call_id,
            max_forwards: invite.max_forwards().ok().flatten().unwrap_or(MAX_FORWARDS),
            message: invite,
        };
        self.outputs.push(Output::Event(Event::Incoming(Box::new(incoming))));
    }

    /// The offer in a request, if there is one; it must have a codec of ours.
    pub(super) fn read_offer(&self, request: &Message) -> Result<Option<Offer>, SdpError> {
        let description = request.description();
        if description.is_empty() {
            return Ok(None);
        }
        let offer = Offer::read(description)?;
        let common = offer.codecs().any(|codec| self.config.codecs.contains(&codec));
        if common { Ok(Some(offer)) } else { Err(SdpError::NoCommonCodec) }
    }

    /// The leg of an INVITE that was received.
    pub(super) fn leg_of_server(&mut self, id: TransactionId) -> Option<LegId> {
        match &self.table.get(id)?.role {
            Role::Server { leg, .. } => *leg,
            Role::Client { .. } => None,
        }
    }

    fn offered(&self, id: LegId) -> Option<(&Leg, &Offered)> {
        let leg = self.legs.get(&id)?;
        match &leg.state {
            State::Offered(offered) => Some((leg, offered)),
            State::Calling(_) | State::Cancelling(_) | State::Up | State::Closing => None,
        }
    }

    /// A response to the INVITE with what a dialog needs (RFC 3261 §12.1.1).
    fn dialog_response(&self, id: LegId, status: Status) -> Option<(TransactionId, Draft)> {
        let (leg, offered) = self.offered(id)?;
        let mut draft = self.response(&offered.invite, offered.source, status, Some(&leg.local_tag));
        draft.copy(&offered.invite, Name::RecordRoute);
        let draft = draft.with(Name::Contact, self.contact(offered.source)).with(Name::Allow, ALLOW);
        Some((offered.transaction, draft))
    }

    pub(super) fn ring(&mut self, now: Millis, id: LegId) {
        if let Some((transaction, draft)) = self.dialog_response(id, Status::RINGING) {
            self.respond(now, transaction, Status::RINGING, draft.encode());
        }
    }

    pub(super) fn progress(&mut self, now: Millis, id: LegId, local: Local) {
        if self.offered(id).is_none_or(|(_, offered)| offered.offer.is_none()) {
            return;
        }
        match self.describe(id, local) {
            Ok(text) => {
                let Some((transaction, draft)) = self.dialog_response(id, Status::SESSION_PROGRESS) else {
                    return;
                };
                self.respond(now, transaction, Status::SESSION_PROGRESS, draft.with_body(SDP, text).encode());
            }
            Err(error) => self.refuse_media(now, id, error),
        }
    }

    pub(super) fn answer(&mut self, now: Millis, id: LegId, local: Local) {
        if self.offered(id).is_none() {
            return;
        }
        match self.describe(id, local) {
            Ok(text) => self.accept(now, id, text),
            Err(error) => self.refuse_media(now, id, error),
        }
    }

    fn accept(&mut self, now: Millis, id: LegId, text: String) {
        let Some((transaction, draft)) = self.dialog_response(id, Status::OK) else { return };
        let answer = draft.with_body(SDP, text).encode();
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let State::Offered(offered) = &leg.state else { return };
        let cseq = offered.invite.cseq().map_or(0, |cseq| cseq.number);
        let mut awaited = AwaitedAck::new(now, cseq, answer.clone(), offered.source, offered.offer.is_none());
        awaited.first = true;
        leg.awaited = Some(awaited);
        leg.state = State::Up;
        self.respond(now, transaction, Status::OK, answer);
        self.rearm_leg(id);
    }

    /// Our description for this leg: the answer to its offer, once for 183 and 200, or an offer of ours.
    fn describe(&mut self, id: LegId, local: Local) -> Result<String, SdpError> {
        let Some(leg) = self.legs.get_mut(&id) else { return Ok(String::new()) };
        let session = leg.next_session();
        let State::Offered(offered) = &mut leg.state else { return Ok(String::new()) };
        if let Some(text) = &offered.answer {
            return Ok(text.clone());
        }
        let Some(offer) = &offered.offer else {
            let text = local.offer(session);
            leg.local = Some(local);
            return Ok(text);
        };
        let (text, media) = offer.answer(&local, session)?;
        offered.answer = Some(text.clone());
        leg.local = Some(local);
        leg.media = Some(media.clone());
        self.report(id, Event::MediaChanged { leg: id, media });
        Ok(text)
    }

    fn refuse_media(&mut self, now: Millis, id: LegId, error: SdpError) {
        self.refuse_offered(now, id, error.status(), |draft| draft, End::Media(error));
    }

    pub(super) fn reject(
        &mut self,
        now: Millis,
        id: LegId,
        status: Status,
        phrase: Option<String>,
        contact: Option<Uri>,
    ) {
        let status = if status.code() >= 300 { status } else { Status::TEMPORARILY_UNAVAILABLE };
        let dress = |mut draft: Draft| {
            if let Some(contact) = contact {
                draft.push(Name::Contact, NameAddr::new(contact));
            }
            match phrase {
                Some(phrase) => draft.with(Name::Reason, spoken_reason(status, &phrase)).with_phrase(&phrase),
                None => draft,
            }
        };
        self.refuse_offered(now, id, status, dress, End::Local);
    }

    /// The final failure of an incoming call, in the INVITE's transaction; the leg is gone with it.
    pub(super) fn refuse_offered(
        &mut self,
        now: Millis,
        id: LegId,
        status: Status,
        dress: impl FnOnce(Draft) -> Draft,
        end: End,
    ) {
        let Some((leg, offered)) = self.offered(id) else { return };
        let transaction = offered.transaction;
        let draft = self.response(&offered.invite, offered.source, status, Some(&leg.local_tag));
        self.report_end(id, end);
        self.respond(now, transaction, status, dress(draft).encode());
        self.remove_leg(id);
    }
}

/// The phrase again as a Reason (RFC 3326): networks on the way put their own phrase in the place of ours.
fn spoken_reason(status: Status, phrase: &str) -> String {
    format!("SIP;cause={};text={}", status.code(), quote(phrase))
}
