//! Calls that come in: admitted, or refused (RFC 3261 §13.3). How they are answered is told in `answering`.

use super::leg::{Leg, Offered, State};
use super::provisional::Provisionals;
use super::receive::Inbound;
use super::send::MAX_FORWARDS;
use super::table::{Machine, Role, TransactionId};
use super::{End, Endpoint, Event, Incoming, LegId};
use crate::sip::check::Refusal;
use crate::sip::dialog::Dialog;
use crate::sip::draft::Draft;
use crate::sip::grammar::quote;
use crate::sip::message::{Message, Name};
use crate::sip::sdp::{Offer, SdpError, Session};
use crate::sip::transaction::invite_server::InviteServer;
use crate::sip::transaction::key::RequestKey;
use crate::sip::{Flow, Method, NameAddr, Status, Uri};
use crate::time::{DurationMs, Millis};
use std::sync::Arc;

/// The media type of our bodies.
pub(super) const SDP: &str = "application/sdp";

impl Endpoint {
    pub(super) fn on_invite(&mut self, now: Millis, request: Inbound) {
        let Inbound { message, core, source, .. } = &request;
        if self.table.is_merged(&RequestKey::of(core)) {
            return self.refuse(message, *source, Status::LOOP_DETECTED);
        }
        if self.is_full_for(*source) || self.lacks_room(&request) {
            self.turned_away.full += 1;
            return self.refuse_for_capacity(message, *source);
        }
        let Ok(request_uri) = message.request_uri().parse::<Uri>() else {
            return self.refuse(message, *source, Status::BAD_REQUEST);
        };
        if message.requires("100rel") && !self.is_proven(*source) {
            let refusal = Refusal::with(Status::BAD_EXTENSION, Name::Unsupported, "100rel");
            return self.refuse(message, *source, refusal);
        }
        if let Err(refusal) = self.granted(message) {
            return self.refuse(message, *source, refusal);
        }
        match self.replaced_leg(&request) {
            Ok(Some(old)) => return self.replace(now, request, request_uri, old),
            Ok(None) => {}
            Err(refusal) => return self.refuse(message, *source, refusal),
        }
        match self.read_offer(message) {
            Ok(offer) => drop(self.admit_leg(now, request, request_uri, offer, None)),
            Err(error) => self.refuse(message, *source, error),
        }
    }

    /// Whether a source has shown that it is where it says: it was named as known, it shook hands, or no stranger comes here.
    pub(super) fn is_proven(&self, source: Flow) -> bool {
        !self.config.open || source.transport.is_reliable() || self.trusts(source)
    }

    /// Whether what a source says of others is believed.
    pub(super) fn trusts(&self, source: Flow) -> bool {
        let address = source.address.ip();
        let named = self.config.sources.iter().flatten();
        let mut trusted = named.filter(|source| source.is_trusted).map(|source| &source.network);
        self.config.trusted.iter().any(|network| network.holds(address))
            || trusted.any(|network| network.holds(address))
    }

    /// From here on the call exists: a transaction, which sends a 100 if nothing else goes in time, and a leg.
    pub(super) fn admit_leg(
        &mut self,
        now: Millis,
        request: Inbound,
        request_uri: Uri,
        offer: Option<Offer>,
        successor_of: Option<LegId>,
    ) -> LegId {
        let weight = self.weight(request.source);
        let Inbound { message, core, key, source, guest } = request;
        let id = self.new_leg();
        let role = Role::Server { key, request: Some(RequestKey::of(&core)), leg: Some(id) };
        let machine = InviteServer::new(source.transport.is_reliable());
        let machine = if self.is_proven(source) { machine } else { machine.without_repeats() };
        let transaction = self.table.insert_weighing(Machine::InviteServer(machine), source, role, weight);
        let invite = Arc::new(message);
        let local_tag = self.tokens.token();
        let dialog = Dialog::callee(&core, &invite, &local_tag);
        let is_reliable = invite.knows("100rel") && self.is_proven(source);
        let provisionals = if is_reliable {
            Provisionals::reliable(now, self.tokens.rseq())
        } else {
            Provisionals::plain(now)
        };
        let offered = Offered {
            invite: invite.clone(),
            transaction,
            source,
            offer: offer.clone(),
            answer: None,
            provisionals,
            accepting: false,
            expires: invite.expires_s().map(|seconds| now + DurationMs::from_secs(u64::from(seconds))),
        };
        let session = Session { id: self.tokens.session_id(), version: 1 };
        let expires = now + self.config.max_call;
        let leg = Leg::new(State::Offered(Box::new(offered)), local_tag, source, expires, session);
        let allows_update = invite.allows(&Method::UPDATE);
        self.insert_leg(id, Leg { dialog: Some(dialog), allows_update, successor_of, ..leg });
        let incoming = Incoming {
            leg: id,
            from: core.from,
            to: core.to,
            request_uri,
            asserted: invite.asserted_identities(),
            remote_party: invite.remote_party(),
            diversions: invite.diversions(),
            privacy: invite.first(Name::Privacy).map(str::to_owned),
            source,
            source_name: guest.source,
            phone: guest.phone,
            offer,
            is_reliable,
            is_proven: self.is_proven(source),
            is_trusted: self.trusts(source),
            call_id: core.call_id,
            max_forwards: invite.max_forwards().ok().flatten().unwrap_or(MAX_FORWARDS),
            message: invite,
        };
        self.report(id, Event::Incoming(Box::new(incoming)));
        id
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

    pub(super) fn offered_mut(&mut self, id: LegId) -> Option<&mut Offered> {
        match &mut self.legs.get_mut(&id)?.state {
            State::Offered(offered) => Some(offered),
            State::Calling(_) | State::Cancelling(_) | State::Up | State::Detached | State::Closing => None,
        }
    }

    pub(super) fn offered(&self, id: LegId) -> Option<(&Leg, &Offered)> {
        let leg = self.legs.get(&id)?;
        match &leg.state {
            State::Offered(offered) => Some((leg, offered)),
            State::Calling(_) | State::Cancelling(_) | State::Up | State::Detached | State::Closing => None,
        }
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
        let retry_after_s = self.config.retry_after_s;
        let dress = |mut draft: Draft| {
            if let Some(contact) = contact {
                draft.push(Name::Contact, NameAddr::new(contact));
            }
            if status == Status::SERVICE_UNAVAILABLE {
                draft.push(Name::RetryAfter, retry_after_s);
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
