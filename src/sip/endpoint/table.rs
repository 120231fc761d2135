//! All transactions of an endpoint, found by what a message says (RFC 3261 §17.1.3, §17.2.3).
//!
//! An entry keeps its machine with the one datagram that may have to be sent again, and its keys; nothing of the
//! request is kept but an INVITE of ours, from which its CANCEL and ACK are made.

pub(super) use super::held::Weight;

use super::clock::{Clock, Sleeper};
use super::held::Held;
use super::{AskId, LegId, PingId};
use crate::sip::check::Core;
use crate::sip::message::Message;
use crate::sip::transaction::client::Client;
use crate::sip::transaction::invite_client::InviteClient;
use crate::sip::transaction::invite_server::InviteServer;
use crate::sip::transaction::key::{Hashed, Key, RequestKey};
use crate::sip::transaction::server::Server;
use crate::sip::transaction::{Actions, client, invite_client, invite_server, server};
use crate::sip::{Datagram, Flow, Method};
use crate::time::Millis;
use std::collections::BTreeMap;

/// What a transaction takes beside its keys and the answer, in octets.
pub(super) const BOOKKEEPING: usize = 512;

/// One transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TransactionId(u64);

/// What the answer to a request of ours is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Invite(LegId),
    Bye(LegId),
    Ask(AskId),
    /// A re-INVITE or UPDATE.
    Renewal(LegId),
    /// A REFER.
    Refer(LegId),
    /// A key by INFO.
    Key(LegId),
    /// The last NOTIFY of a leg that was replaced: its BYE follows.
    Farewell(LegId),
    /// A PRACK or NOTIFY: nothing follows from its answer, but a challenge is met.
    Aside(LegId),
    Ping(PingId),
    /// Whatever is answered, nothing follows from it: a CANCEL, or the BYE of a second fork.
    Nothing,
}

impl Purpose {
    /// The same for another leg.
    fn of_leg(self, other: impl Fn(LegId) -> LegId) -> Purpose {
        match self {
            Purpose::Invite(leg) => Purpose::Invite(other(leg)),
            Purpose::Bye(leg) => Purpose::Bye(other(leg)),
            Purpose::Renewal(leg) => Purpose::Renewal(other(leg)),
            Purpose::Refer(leg) => Purpose::Refer(other(leg)),
            Purpose::Key(leg) => Purpose::Key(other(leg)),
            Purpose::Farewell(leg) => Purpose::Farewell(other(leg)),
            Purpose::Aside(leg) => Purpose::Aside(other(leg)),
            Purpose::Ask(_) | Purpose::Ping(_) | Purpose::Nothing => self,
        }
    }
}

#[derive(Debug)]
pub(super) enum Machine {
    InviteServer(InviteServer),
    Server(Server),
    InviteClient(InviteClient),
    Client(Client),
}

/// How the messages of a transaction are recognised.
#[derive(Debug)]
pub(super) enum Role {
    Server { key: Key, request: Option<RequestKey>, leg: Option<LegId> },
    Client { key: ClientKey, purpose: Purpose },
}

impl Role {
    /// What its keys take, in octets: each is here and in the index.
    fn octets(&self) -> usize {
        match self {
            Role::Server { key, request, .. } => {
                2 * (key.octets() + request.as_ref().map_or(0, RequestKey::octets))
            }
            Role::Client { key, .. } => 2 * key.0.octets(),
        }
    }
}

/// A branch of ours and the method of CSeq: a CANCEL has the branch of its INVITE.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ClientKey(Hashed);

impl ClientKey {
    pub(super) fn new(branch: &str, method: &Method) -> ClientKey {
        ClientKey(format!("{branch} {method}").into())
    }

    /// The transaction that a response names.
    pub(super) fn of(response: &Message) -> Option<ClientKey> {
        let via = response.via().ok()?;
        Some(ClientKey::new(via.branch()?, &response.cseq().ok()?.method))
    }
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) machine: Machine,
    pub(super) peer: Flow,
    pub(super) role: Role,
    /// How many proofs the request and those before it have had.
    pub(super) proofs: u8,
    /// How often another fork than the first has been hung up.
    pub(super) hung_up: u8,
    weight: Weight,
    armed: Option<Millis>,
}

/// The table.
#[derive(Debug, Default)]
pub(super) struct Table {
    count: u64,
    entries: BTreeMap<TransactionId, Entry>,
    servers: BTreeMap<Key, TransactionId>,
    requests: BTreeMap<RequestKey, TransactionId>,
    clients: BTreeMap<ClientKey, TransactionId>,
    held: Held,
}

impl Machine {
    fn next_deadline(&self) -> Option<Millis> {
        match self {
            Machine::InviteServer(machine) => machine.next_deadline(),
            Machine::Server(machine) => machine.next_deadline(),
            Machine::InviteClient(machine) => machine.next_deadline(),
            Machine::Client(machine) => machine.next_deadline(),
        }
    }

    /// Whether it waits for nothing but late copies, which get no answer any more.
    fn has_let_go(&self) -> bool {
        match self {
            Machine::InviteServer(machine) => machine.has_let_go(),
            Machine::Server(_) | Machine::InviteClient(_) | Machine::Client(_) => false,
        }
    }

    /// The request of ours that it began with.
    pub(super) fn sent(&self) -> Option<&Datagram> {
        match self {
            Machine::InviteClient(machine) => Some(machine.request()),
            Machine::Client(machine) => Some(machine.request()),
            Machine::InviteServer(_) | Machine::Server(_) => None,
        }
    }

    /// Fires what is due.
    pub(super) fn timeout(&mut self, now: Millis) -> Actions {
        match self {
            Machine::InviteServer(machine) => machine.timeout(now),
            Machine::Server(machine) => machine.timeout(now),
            Machine::InviteClient(machine) => machine.timeout(now),
            Machine::Client(machine) => machine.timeout(now),
        }
    }

    /// A copy of the request arrived.
    pub(super) fn request_again(&mut self, now: Millis) -> Actions {
        match self {
            Machine::InviteServer(machine) => machine.step(now, invite_server::Event::Invite),
            Machine::Server(machine) => machine.step(now, server::Event::Request),
            Machine::InviteClient(_) | Machine::Client(_) => vec![],
        }
    }

    /// A response arrived.
    pub(super) fn response(&mut self, now: Millis, status: crate::sip::Status) -> Actions {
        match self {
            Machine::InviteClient(machine) => machine.step(
                now,
                match status {
                    status if status.is_provisional() => invite_client::Event::Provisional,
                    status if status.is_success() => invite_client::Event::Success,
                    _ => invite_client::Event::Failure,
                },
            ),
            Machine::Client(machine) => machine.step(
                now,
                if status.is_provisional() { client::Event::Provisional } else { client::Event::Final },
            ),
            Machine::InviteServer(_) | Machine::Server(_) => vec![],
        }
    }
}

impl Entry {
    /// Whether only the host that was asked may answer. A call may be answered by another one: proxies have several
    /// addresses.
    pub(super) fn is_choosy(&self) -> bool {
        matches!(self.role, Role::Client { purpose: Purpose::Ask(_), .. })
    }
}

impl Table {
    /// Takes a transaction of ours, which weighs nothing: nobody but us begins it.
    pub(super) fn insert(&mut self, machine: Machine, peer: Flow, role: Role) -> TransactionId {
        self.insert_weighing(machine, peer, role, Weight::default())
    }

    /// Whether there is no room for this on top.
    pub(super) fn lacks_room(&self, weight: &Weight, most: usize) -> bool {
        self.held.lacks_room(weight, most)
    }

    pub(super) fn insert_weighing(
        &mut self,
        machine: Machine,
        peer: Flow,
        role: Role,
        mut weight: Weight,
    ) -> TransactionId {
        if weight.keys > 0 {
            weight.keys = BOOKKEEPING + role.octets();
        }
        self.held.add(&weight);
        self.count += 1;
        let id = TransactionId(self.count);
        match &role {
            Role::Server { key, request, .. } => {
                self.servers.insert(key.clone(), id);
                if let Some(request) = request {
                    self.requests.insert(request.clone(), id);
                }
            }
            Role::Client { key, .. } => {
                self.clients.insert(key.clone(), id);
            }
        }
        self.entries.insert(id, Entry { machine, peer, role, proofs: 0, hung_up: 0, weight, armed: None });
        id
    }

    pub(super) fn remove(&mut self, id: TransactionId, clock: &mut Clock) {
        let Some(entry) = self.entries.remove(&id) else { return };
        clock.disarm(Sleeper::Transaction(id), entry.armed);
        self.held.remove(&entry.weight);
        match entry.role {
            Role::Server { key, request, .. } => {
                self.servers.remove(&key);
                if let Some(request) = request {
                    self.requests.remove(&request);
                }
            }
            Role::Client { key, .. } => {
                self.clients.remove(&key);
            }
        }
    }

    /// Sets the timer to what the machine wants now.
    pub(super) fn rearm(&mut self, id: TransactionId, clock: &mut Clock) {
        if let Some(entry) = self.entries.get_mut(&id) {
            if entry.machine.has_let_go() {
                self.held.forget_answer(&mut entry.weight);
            }
            clock.arm(Sleeper::Transaction(id), &mut entry.armed, entry.machine.next_deadline());
        }
    }

    pub(super) fn get(&mut self, id: TransactionId) -> Option<&mut Entry> {
        self.entries.get_mut(&id)
    }

    /// Those with this far end.
    pub(super) fn of_peer(&self, peer: Flow) -> Vec<TransactionId> {
        self.entries.iter().filter(|(_, entry)| entry.peer == peer).map(|(id, _)| *id).collect()
    }

    pub(super) fn server(&self, key: &Key) -> Option<TransactionId> {
        self.servers.get(key).copied()
    }

    /// The INVITE that a CANCEL or an ACK refers to. Behind address translation some write another sent-by once they have
    /// learned their address: the branch, the call and the host it comes from tell all the same.
    pub(super) fn invite_of(&self, key: &Key, core: &Core, source: Flow) -> Option<TransactionId> {
        let moved = || {
            let id = *self.requests.get(&RequestKey::of_invite(core))?;
            let entry = self.entries.get(&id)?;
            let Role::Server { key, .. } = &entry.role else { return None };
            let same = key.has_branch_of(&core.via) && entry.peer.address.ip() == source.address.ip();
            same.then_some(id)
        };
        self.server(key).or_else(moved)
    }

    /// Two legs have changed their places: so do their transactions.
    pub(super) fn swap_legs(&mut self, a: LegId, b: LegId) {
        let swapped = |leg: LegId| match leg {
            leg if leg == a => b,
            leg if leg == b => a,
            other => other,
        };
        for entry in self.entries.values_mut() {
            match &mut entry.role {
                Role::Server { leg, .. } => *leg = leg.map(swapped),
                Role::Client { purpose, .. } => *purpose = purpose.of_leg(swapped),
            }
        }
    }

    /// Whether the same request is already being served, having come by another path (RFC 3261 §8.2.2.2).
    pub(super) fn is_merged(&self, request: &RequestKey) -> bool {
        self.requests.contains_key(request)
    }

    pub(super) fn client(&self, key: &ClientKey) -> Option<TransactionId> {
        self.clients.get(key).copied()
    }

    /// How many transactions are alive.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}
