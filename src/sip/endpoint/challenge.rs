//! Challenges to requests of ours (RFC 3261 §22.2, §22.3): the request is sent once more, with the proof.
//!
//! Only what we began is proved: calls that we make, and requests outside of calls. Whoever calls us and challenges our BYE
//! gets nothing, or it could collect proofs to try passwords on. A proof that is not believed is not repeated; one whose nonce
//! was too old (`stale`) is made with the new one. A proxy and a server behind it may both ask.

use super::Endpoint;
use super::leg::State;
use super::send::Received;
use super::table::{ClientKey, Machine, Purpose, Role, TransactionId};
use crate::sip::digest::{Challenge, Credentials, Proof};
use crate::sip::draft::Draft;
use crate::sip::limits::Policy;
use crate::sip::message::{Message, Name, scan};
use crate::sip::transaction::client::Client;
use crate::sip::transaction::invite_client::InviteClient;
use crate::sip::{Method, Status};
use crate::time::Millis;
use std::sync::Arc;

/// Proofs for one request, however often it is challenged.
const MOST_PROOFS: u8 = 4;

impl Endpoint {
    /// Sends a request of ours again if `received` challenges it and we may answer; whether it did.
    pub(super) fn answer_challenge(
        &mut self,
        now: Millis,
        id: TransactionId,
        received: Received<'_>,
    ) -> bool {
        self.proved(id, received).is_some_and(|(purpose, proved)| {
            self.send_again(now, id, purpose, &proved);
            true
        })
    }

    /// The request with its proof.
    fn proved(&mut self, id: TransactionId, received: Received<'_>) -> Option<(Purpose, Proved)> {
        let (asked, answered) = match received.response.status()? {
            Status::UNAUTHORIZED => (Name::WwwAuthenticate, Name::Authorization),
            Status::PROXY_AUTHENTICATION_REQUIRED => (Name::ProxyAuthenticate, Name::ProxyAuthorization),
            _ => return None,
        };
        let entry = self.table.get(id)?;
        let Role::Client { purpose, .. } = entry.role else { return None };
        let peer = entry.peer;
        let sent = scan(entry.machine.sent()?, Policy::Tolerant).ok()?;
        let proofs = entry.proofs;
        // Another host has no business asking.
        if received.source.address.ip() != peer.address.ip() || proofs >= MOST_PROOFS {
            return None;
        }
        let credentials = self.credentials_for(purpose)?;
        let challenge = Challenge::choose(received.response, asked, &credentials)?;
        // Whoever was answered and asks again does not believe us, unless it was the nonce (RFC 7616 §3.3).
        if sent.first(answered).is_some_and(|last| !challenge.stale || last.contains(&challenge.nonce)) {
            return None;
        }
        let method = sent.method()?.clone();
        let (branch, cnonce) = (self.tokens.branch(), self.tokens.token());
        let number = self.next_number(purpose, &sent);
        let proof = Proof::of(&challenge, &credentials, method.as_str(), sent.request_uri(), &cnonce);
        let draft = Draft::again(&sent, &self.via(peer, &branch), number);
        let draft = draft.replacing(&[(answered, proof.to_string())]);
        Some((purpose, Proved { method, branch, number, draft, proofs: proofs + 1 }))
    }

    fn send_again(&mut self, now: Millis, old: TransactionId, purpose: Purpose, proved: &Proved) {
        let Some(peer) = self.table.get(old).map(|entry| entry.peer) else { return };
        let (reliable, bytes) = (peer.transport.is_reliable(), proved.draft.clone().encode());
        let (machine, actions) = if proved.method == Method::INVITE {
            let (machine, actions) = InviteClient::new(now, bytes, reliable);
            (Machine::InviteClient(machine), actions)
        } else {
            let (machine, actions) = Client::new(now, bytes, reliable);
            (Machine::Client(machine), actions)
        };
        let key = ClientKey::new(&proved.branch, &proved.method);
        let id = self.table.insert(machine, peer, Role::Client { key, purpose });
        if let Some(entry) = self.table.get(id) {
            entry.proofs = proved.proofs;
        }
        if let Purpose::Invite(leg) = purpose
            && let Some(State::Calling(calling)) = self.legs.get_mut(&leg).map(|leg| &mut leg.state)
        {
            (calling.transaction, calling.progressed) = (id, false);
        }
        if let Purpose::Renewal(leg) = purpose
            && let Some(pending) = self.legs.get_mut(&leg).and_then(|leg| leg.renewal.pending.as_mut())
        {
            (pending.transaction, pending.cseq) = (id, proved.number);
        }
        self.perform(now, id, actions, None);
    }

    /// Whom we are in what this request is for; nobody in a call that came in, and in one that was given up.
    fn credentials_for(&self, purpose: Purpose) -> Option<Arc<Credentials>> {
        match purpose {
            Purpose::Invite(leg) => {
                let leg = self.legs.get(&leg).filter(|leg| matches!(leg.state, State::Calling(_)))?;
                leg.credentials.clone()
            }
            Purpose::Bye(leg)
            | Purpose::Renewal(leg)
            | Purpose::Refer(leg)
            | Purpose::Key(leg)
            | Purpose::Aside(leg)
            | Purpose::Farewell(leg) => self.legs.get(&leg)?.credentials.clone(),
            Purpose::Ask(ask) => self.asks.get(&ask)?.clone(),
            Purpose::Ping(_) | Purpose::Nothing => None,
        }
    }

    /// A request that is sent again has the next number (RFC 3261 §22.2), within its dialog if it has one.
    fn next_number(&mut self, purpose: Purpose, sent: &Message) -> u32 {
        let leg = match purpose {
            Purpose::Invite(leg) | Purpose::Bye(leg) | Purpose::Renewal(leg) => self.legs.get_mut(&leg),
            Purpose::Refer(leg) | Purpose::Key(leg) | Purpose::Farewell(leg) | Purpose::Aside(leg) => {
                self.legs.get_mut(&leg)
            }
            Purpose::Ask(_) | Purpose::Ping(_) | Purpose::Nothing => None,
        };
        let far = sent.to().map(|to| to.tag().to_owned()).unwrap_or_default();
        match leg.and_then(|leg| leg.dialog_with(&far)) {
            Some(dialog) => dialog.next_number(),
            None => sent.cseq().map_or(1, |cseq| cseq.number).saturating_add(1),
        }
    }
}

struct Proved {
    method: Method,
    branch: String,
    number: u32,
    draft: Draft,
    proofs: u8,
}
