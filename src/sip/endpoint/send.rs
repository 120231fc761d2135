//! The way out: answers without state, transactions and what they ask for, requests of ours.

use super::table::{ClientKey, Machine, Purpose, Role, TransactionId};
use super::{Endpoint, Event, LegId, Output, PingId};
use crate::sip::check::Refusal;
use crate::sip::dialog::Dialog;
use crate::sip::draft::{Datagram, Draft};
use crate::sip::limits::Policy;
use crate::sip::message::{Message, Name, scan};
use crate::sip::transaction::client::Client;
use crate::sip::transaction::{Action, Actions, invite_server, server};
use crate::sip::{Flow, Host, Method, Status, Transport, Uri};
use crate::time::Millis;
use std::net::SocketAddr;

/// Hops that a request of ours may take (RFC 3261 §8.1.1.6).
pub(super) const MAX_FORWARDS: u8 = 70;

/// A response and the address it came from.
#[derive(Clone, Copy)]
pub(super) struct Received<'m> {
    pub(super) response: &'m Message,
    pub(super) source: Flow,
}

/// A request within a dialog, and what its answers are recognised by.
pub(super) struct Within {
    pub(super) draft: Draft,
    pub(super) key: ClientKey,
}

impl Endpoint {
    pub(super) fn send(&mut self, to: Flow, bytes: Datagram) {
        self.outputs.push(Output::Send { to, bytes });
    }

    /// A response with the fields that all of ours have.
    pub(super) fn response(
        &self,
        request: &Message,
        source: Flow,
        status: Status,
        tag: Option<&str>,
    ) -> Draft {
        Draft::response(request, source.address, status, tag).with(Name::Server, &self.config.user_agent)
    }

    /// Answers without keeping anything (RFC 3261 §8.2.7).
    pub(super) fn refuse(&mut self, request: &Message, source: Flow, refusal: impl Into<Refusal>) {
        let Refusal { status, header } = refusal.into();
        let mut draft = self.stateless(request, source, status);
        if let Some((name, value)) = header {
            draft.push(name, value);
        }
        self.answer_once(source, draft);
    }

    pub(super) fn stateless(&self, request: &Message, source: Flow, status: Status) -> Draft {
        let identity = format!("{:?} {:?}", request.first(Name::Via), request.first(Name::CallId));
        let tag = self.tokens.stateless_tag(&identity);
        self.response(request, source, status, Some(&tag))
    }

    /// Gives a response of ours to the transaction of its request.
    pub(super) fn respond(&mut self, now: Millis, id: TransactionId, status: Status, bytes: Datagram) {
        let Some(entry) = self.table.get(id) else { return };
        let actions = match &mut entry.machine {
            Machine::InviteServer(machine) if status.is_provisional() => {
                machine.step(now, invite_server::Event::Provisional(bytes))
            }
            Machine::InviteServer(machine) if status.is_success() => {
                machine.step(now, invite_server::Event::Success(bytes))
            }
            Machine::InviteServer(machine) => machine.step(now, invite_server::Event::Failure(bytes)),
            Machine::Server(machine) => machine.step(now, server::Event::Final(bytes)),
            Machine::InviteClient(_) | Machine::Client(_) => vec![],
        };
        self.perform(now, id, actions, None);
    }

    /// Carries out what a transaction asks for, and sets its timer.
    pub(super) fn perform(
        &mut self,
        now: Millis,
        id: TransactionId,
        actions: Actions,
        received: Option<Received<'_>>,
    ) {
        for action in actions {
            match action {
                Action::Send(bytes) => {
                    if let Some(peer) = self.table.get(id).map(|entry| entry.peer) {
                        self.send(peer, bytes);
                    }
                }
                Action::Acknowledge => self.acknowledge_failure(id, received),
                Action::Deliver => self.deliver(now, id, received),
                Action::TimedOut => self.unanswered(now, id),
                Action::Terminated => self.table.remove(id, &mut self.clock),
            }
        }
        self.table.rearm(id, &mut self.clock);
    }

    fn purpose(&mut self, id: TransactionId) -> Option<Purpose> {
        match &self.table.get(id)?.role {
            Role::Client { purpose, .. } => Some(*purpose),
            Role::Server { .. } => None,
        }
    }

    fn deliver(&mut self, now: Millis, id: TransactionId, received: Option<Received<'_>>) {
        let (Some(purpose), Some(received)) = (self.purpose(id), received) else { return };
        if self.answer_challenge(now, id, received) {
            return;
        }
        let status = received.response.status().filter(|status| !status.is_provisional());
        match purpose {
            Purpose::Invite(leg) => self.on_invite_response(now, leg, id, received),
            Purpose::Renewal(leg) => self.on_renewed(now, leg, id, received),
            Purpose::Refer(leg) => self.on_referred(leg, received),
            Purpose::Key(leg) if status.is_some() => self.on_key_answered(now, leg),
            Purpose::Farewell(leg) if status.is_some() => self.close(now, leg, None),
            // Whatever the answer to a BYE says, the call is over (RFC 3261 §15.1.1). It has ended as well where a challenge could not be answered.
            Purpose::Bye(leg) if status.is_some() => self.remove_leg(leg),
            Purpose::Ping(ping) if status.is_some() => {
                self.outputs.push(Output::Event(Event::Pong { ping, status }))
            }
            Purpose::Ask(ask) if status.is_some() => {
                let cseq = received.response.cseq().map_or(0, |cseq| cseq.number);
                self.replied(ask, cseq, Some(received.response));
            }
            Purpose::Bye(_) | Purpose::Ask(_) | Purpose::Ping(_) => {}
            Purpose::Key(_) | Purpose::Farewell(_) | Purpose::Aside(_) | Purpose::Nothing => {}
        }
    }

    fn unanswered(&mut self, now: Millis, id: TransactionId) {
        match self.purpose(id) {
            Some(Purpose::Invite(leg)) => self.on_invite_unanswered(leg),
            Some(Purpose::Renewal(leg)) => self.on_renewal_unanswered(now, leg),
            Some(Purpose::Refer(leg)) => self.on_refer_unanswered(leg),
            Some(Purpose::Key(leg)) => self.on_key_answered(now, leg),
            Some(Purpose::Farewell(leg)) => self.close(now, leg, None),
            Some(Purpose::Bye(leg)) => self.remove_leg(leg),
            Some(Purpose::Ask(ask)) => self.replied(ask, 0, None),
            Some(Purpose::Ping(ping)) => self.outputs.push(Output::Event(Event::Pong { ping, status: None })),
            // A failure of ours that nobody acknowledged ends nothing: its leg is gone already.
            Some(Purpose::Aside(_) | Purpose::Nothing) | None => {}
        }
    }

    /// The ACK of a failure, within the INVITE's transaction (RFC 3261 §17.1.1.3).
    fn acknowledge_failure(&mut self, id: TransactionId, received: Option<Received<'_>>) {
        let (Some(invite), Some(received)) = (self.sent_invite(id), received) else { return };
        let to = received.response.first(Name::To).unwrap_or_default();
        let ack = derived(&invite, &Method::ACK, to).encode();
        let Some(entry) = self.table.get(id) else { return };
        let peer = entry.peer;
        if let Machine::InviteClient(machine) = &mut entry.machine {
            machine.keep_ack(ack.clone());
        }
        self.send(peer, ack);
    }

    /// The request of a client transaction, read again from what was sent.
    pub(super) fn sent_invite(&mut self, id: TransactionId) -> Option<Message> {
        scan(self.table.get(id)?.machine.sent()?, Policy::Tolerant).ok()
    }

    /// Sends the CANCEL of an INVITE as a transaction of its own (RFC 3261 §9.1).
    pub(super) fn send_cancel(&mut self, now: Millis, invite_transaction: TransactionId, q850: Option<u16>) {
        let Some(invite) = self.sent_invite(invite_transaction) else { return };
        let Some(peer) = self.table.get(invite_transaction).map(|entry| entry.peer) else { return };
        let Some(branch) = invite.via().ok().and_then(|via| via.branch().map(str::to_owned)) else { return };
        let mut cancel = derived(&invite, &Method::CANCEL, invite.first(Name::To).unwrap_or_default());
        if let Some(cause) = q850 {
            cancel.push(Name::Reason, format!("Q.850;cause={cause}"));
        }
        let key = ClientKey::new(&branch, &Method::CANCEL);
        self.start_client(now, peer, key, Purpose::Nothing, cancel.encode());
    }

    pub(super) fn start_client(
        &mut self,
        now: Millis,
        to: Flow,
        key: ClientKey,
        purpose: Purpose,
        bytes: Datagram,
    ) {
        let (machine, actions) = Client::new(now, bytes, to.transport.is_reliable());
        let id = self.table.insert(Machine::Client(machine), to, Role::Client { key, purpose });
        self.perform(now, id, actions, None);
    }

    /// The next request within a dialog, that goes there.
    pub(super) fn within(&mut self, dialog: &mut Dialog, to: Flow, method: &Method) -> Within {
        let branch = self.tokens.branch();
        let draft = self.signed(dialog.request(method, &self.via(to, &branch)), MAX_FORWARDS);
        Within { draft, key: ClientKey::new(&branch, method) }
    }

    /// The Via of a request of ours that goes there.
    pub(super) fn via(&self, to: Flow, branch: &str) -> String {
        format!("SIP/2.0/{} {};branch={branch};rport", to.transport.in_via(), self.config.sent_by(to))
    }

    /// Our Contact for a far end there.
    pub(super) fn contact(&self, peer: Flow) -> String {
        self.contact_of(peer, None)
    }

    /// Our Contact with a user.
    pub(super) fn contact_of(&self, peer: Flow, user: Option<&str>) -> String {
        let uri = Uri::sip(user, self.config.sent_by(peer));
        match peer.transport {
            Transport::Udp => format!("<{uri}>"),
            Transport::Tcp | Transport::Tls => format!("<{uri};transport={}>", peer.transport.in_uri()),
        }
    }

    /// What every request of ours says about itself.
    pub(super) fn signed(&self, draft: Draft, max_forwards: u8) -> Draft {
        draft.with(Name::MaxForwards, max_forwards).with(Name::UserAgent, &self.config.user_agent)
    }

    /// Sends a BYE within `dialog` as a transaction of its own.
    pub(super) fn send_bye(
        &mut self,
        now: Millis,
        dialog: &mut Dialog,
        to: Flow,
        purpose: Purpose,
        q850: Option<u16>,
    ) {
        let Within { draft: mut bye, key } = self.within(dialog, to, &Method::BYE);
        if let Some(cause) = q850 {
            bye.push(Name::Reason, format!("Q.850;cause={cause}"));
        }
        self.start_client(now, to, key, purpose, bye.encode());
    }

    /// The ACK of a 2xx (RFC 3261 §13.2.2.4): no transaction, sent again for every copy of the 2xx.
    pub(super) fn ack_of_success(&mut self, dialog: &Dialog, to: Flow, invite_cseq: u32) -> Datagram {
        let branch = self.tokens.branch();
        self.signed(dialog.ack(invite_cseq, &self.via(to, &branch)), MAX_FORWARDS).encode()
    }

    /// Where a request within a dialog goes.
    pub(super) fn destination(&self, dialog: &Dialog, peer: Flow) -> Flow {
        match dialog.next_hop() {
            Uri::Sip(uri) if !self.config.symmetric => match uri.host {
                Host::Ip(ip) => Flow {
                    address: SocketAddr::new(ip, uri.port.unwrap_or(peer.transport.default_port())),
                    ..peer
                },
                Host::Name(_) => peer,
            },
            Uri::Sip(_) | Uri::Tel(_) | Uri::Other(_) => peer,
        }
    }

    pub(super) fn ping(&mut self, now: Millis, ping: PingId, target: &Uri, destination: Flow) {
        let (branch, tag, call_id) = (self.tokens.branch(), self.tokens.token(), self.tokens.token());
        let options = Draft::request(&Method::OPTIONS, target)
            .with(Name::Via, self.via(destination, &branch))
            .with(Name::From, format!("<{}>;tag={tag}", Uri::sip(None, self.config.sent_by(destination))))
            .with(Name::To, format!("<{target}>"))
            .with(Name::CallId, call_id)
            .with(Name::CSeq, "1 OPTIONS")
            .with(Name::Contact, self.contact(destination));
        let options = self.signed(options, MAX_FORWARDS);
        let key = ClientKey::new(&branch, &Method::OPTIONS);
        self.start_client(now, destination, key, Purpose::Ping(ping), options.encode());
    }

    /// The address that requests of a leg go to now.
    pub(super) fn leg_destination(&self, id: LegId) -> Option<Flow> {
        let leg = self.legs.get(&id)?;
        Some(leg.dialog.as_ref().map_or(leg.peer, |dialog| self.destination(dialog, leg.peer)))
    }
}

/// ACK or CANCEL with everything that must be equal to the INVITE's (RFC 3261 §9.1, §17.1.1.3).
fn derived(invite: &Message, method: &Method, to: &str) -> Draft {
    let mut draft = Draft::request(method, invite.request_uri());
    draft.copy(invite, Name::Via);
    draft.copy(invite, Name::Route);
    draft.push(Name::MaxForwards, MAX_FORWARDS);
    draft.copy(invite, Name::From);
    draft.push(Name::To, to);
    draft.copy(invite, Name::CallId);
    let number = invite.cseq().map_or(1, |cseq| cseq.number);
    draft.push(Name::CSeq, format!("{number} {method}"));
    draft
}
