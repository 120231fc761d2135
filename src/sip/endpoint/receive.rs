//! The way in: from a datagram to whoever it concerns (RFC 3261 §8.2, §16.3 for the order of checks, §18.2).

use super::register::Guest;
use super::send::Received;
use super::table::{ClientKey, Machine};
use super::{End, Endpoint};
use crate::sip::check::{ACCEPT, ALLOW, Core, SUPPORTED};
use crate::sip::message::{Malformed, Message, Name, scan};
use crate::sip::transaction::invite_server;
use crate::sip::transaction::key::Key;
use crate::sip::{Flow, KnownMethod, Method, Status};
use crate::time::Millis;

/// A request that has every field it needs.
pub(super) struct Inbound {
    pub(super) message: Message,
    pub(super) core: Core,
    pub(super) key: Key,
    pub(super) source: Flow,
    /// Under which name it may begin something.
    pub(super) guest: Guest,
}

impl Endpoint {
    pub(super) fn read(&mut self, now: Millis, bytes: &[u8], source: Flow) {
        match scan(bytes, self.config.policy) {
            Ok(message) if message.status().is_some() => self.on_response(now, &message, source),
            Ok(message) => self.on_request(now, message, source),
            Err(Malformed { partial: Some(partial), .. }) => self.on_malformed(&partial, source),
            Err(Malformed { partial: None, .. }) => {}
        }
    }

    /// A 400 to a request that could be read in part; nothing to a response, and nothing to an ACK (§17.1.1.3).
    fn on_malformed(&mut self, partial: &Message, source: Flow) {
        let answerable = partial.method().is_some_and(|method| *method != Method::ACK);
        if answerable && partial.first(Name::Via).is_some() {
            let status =
                if partial.is_version_2() { Status::BAD_REQUEST } else { Status::VERSION_NOT_SUPPORTED };
            self.refuse(partial, source, status);
        }
    }

    /// A response belongs to a transaction of ours or to nobody (§18.1.2).
    fn on_response(&mut self, now: Millis, response: &Message, source: Flow) {
        let Some(status) = response.status().filter(|_| response.is_version_2()) else { return };
        let Some(id) = ClientKey::of(response).and_then(|key| self.table.client(&key)) else { return };
        let Some(entry) = self.table.get(id) else { return };
        if entry.is_choosy() && entry.peer.address.ip() != source.address.ip() {
            return;
        }
        let actions = entry.machine.response(now, status);
        self.perform(now, id, actions, Some(Received { response, source }));
    }

    fn on_request(&mut self, now: Millis, message: Message, source: Flow) {
        let Some(method) = message.method().cloned() else { return };
        let core = match Core::read(&message) {
            Ok(core) => core,
            Err(_) if method == Method::ACK || message.first(Name::Via).is_none() => return,
            Err(refusal) => return self.refuse(&message, source, refusal),
        };
        let key = Key::of(&core, message.request_uri(), &method);
        let request = Inbound { message, core, key, source, guest: Guest::default() };
        match method {
            Method::Known(KnownMethod::Ack) => self.on_ack(now, &request),
            Method::Known(KnownMethod::Cancel) => self.on_cancel(now, &request),
            Method::Known(_) | Method::Other(_) => self.on_service_request(now, request),
        }
    }

    /// A request that asks for something: a copy is answered as before, a new one is admitted or refused.
    fn on_service_request(&mut self, now: Millis, mut request: Inbound) {
        if let Some(id) = self.table.server(&request.key) {
            if let Some(leg) = self.leg_of_server(id)
                && self.offered_mut(leg).is_some_and(|offered| offered.provisionals.begins_to_try())
            {
                return self.try_on(now, leg);
            }
            let actions = self.table.get(id).map(|entry| entry.machine.request_again(now));
            return self.perform(now, id, actions.unwrap_or_default(), None);
        }
        let begins = request.core.to.tag().is_empty();
        if begins && self.registrar.is_some() && request.message.method() == Some(&Method::REGISTER) {
            return self.on_register(now, &request);
        }
        if begins {
            match self.guest(now, &request) {
                Ok(guest) => request.guest = guest,
                Err(stranger) => return self.turn_away(&request, stranger),
            }
        }
        if let Err(refusal) = Core::admit(&request.message) {
            return self.refuse(&request.message, request.source, refusal);
        }
        if begins {
            self.out_of_dialog(now, request);
        } else {
            self.in_dialog(now, request);
        }
    }

    fn out_of_dialog(&mut self, now: Millis, request: Inbound) {
        let Inbound { message, source, .. } = &request;
        match message.method() {
            Some(Method::Known(KnownMethod::Invite)) => self.on_invite(now, request),
            Some(Method::Known(KnownMethod::Options)) if self.is_full_for(*source) => {
                self.refuse_for_capacity(message, *source);
            }
            Some(Method::Known(KnownMethod::Options)) => self.on_options(message, *source),
            // Whoever is in no call with us has nobody to give away.
            Some(Method::Known(KnownMethod::Refer)) => self.refuse(message, *source, Status::FORBIDDEN),
            // BYE, INFO and others without their call; the rest was refused before.
            Some(Method::Known(_) | Method::Other(_)) | None => {
                self.refuse(message, *source, Status::NO_SUCH_CALL)
            }
        }
    }

    /// OPTIONS says what we can do (§11.2).
    pub(super) fn on_options(&mut self, request: &Message, source: Flow) {
        let draft = self
            .stateless(request, source, Status::OK)
            .with(Name::Allow, ALLOW)
            .with(Name::Accept, ACCEPT)
            .with(Name::Supported, SUPPORTED)
            .with(Name::Contact, self.contact(source));
        self.answer_once(source, draft);
    }

    pub(super) fn refuse_for_capacity(&mut self, request: &Message, source: Flow) {
        let draft = self.stateless(request, source, Status::SERVICE_UNAVAILABLE);
        self.answer_once(source, draft.with(Name::RetryAfter, self.config.retry_after_s));
    }

    /// An ACK ends the repeating of a failure, or belongs to a 2xx and so to a dialog.
    fn on_ack(&mut self, now: Millis, request: &Inbound) {
        if let Some(id) = self.table.invite_of(&request.key, &request.core, request.source)
            && let Some(entry) = self.table.get(id)
            && let Machine::InviteServer(machine) = &mut entry.machine
        {
            let actions = machine.step(now, invite_server::Event::Ack);
            self.perform(now, id, actions, None);
        }
        if let Some(leg) = self.leg_of(&request.core) {
            self.on_ack_of_success(now, leg, request);
        }
    }

    /// A CANCEL stops an INVITE that has no final answer yet (§9.2); it is answered either way.
    ///
    /// ```text
    ///   CANCEL first                      200 first
    ///   INVITE  ->                        INVITE  ->
    ///   CANCEL  ->                            <- 200
    ///       <- 200 (CANCEL)               CANCEL  ->
    ///       <- 487 (INVITE)                   <- 200 (CANCEL), the call stands
    /// ```
    fn on_cancel(&mut self, now: Millis, request: &Inbound) {
        let Inbound { message, core, source, .. } = request;
        let invite = Key::of(core, message.request_uri(), &Method::INVITE);
        let Some(id) = self.table.invite_of(&invite, core, *source) else {
            return self.refuse(message, *source, Status::NO_SUCH_CALL);
        };
        let leg = self.leg_of_server(id);
        let tag = leg.and_then(|leg| self.legs.get(&leg)).map(|leg| leg.local_tag.clone());
        let answer = match tag {
            Some(tag) => self.response(message, *source, Status::OK, Some(&tag)),
            None => self.stateless(message, *source, Status::OK),
        };
        self.answer_once(*source, answer);
        if let Some(leg) = leg {
            let end = End::Cancelled { reasons: message.reasons() };
            self.refuse_offered(now, leg, Status::REQUEST_TERMINATED, |draft| draft, end);
        }
    }
}
