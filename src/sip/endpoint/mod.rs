//! A user agent as one machine: transactions, dialogs and calls of one SIP address (RFC 3261 §8, §13 to §15).
//!
//! [`Endpoint`] takes datagrams, commands and time and returns datagrams to send and events. It opens no socket and
//! reads no clock. Every leg ends with exactly one [`Event::Ended`] and has an owner that ends it at the latest after
//! [`Config::max_call`]. What is refused is refused without keeping state, and every answer goes to the address that
//! the request came from, whatever its Via claims.
//!
//! ```text
//!   driver                         Endpoint                         far end
//!     | receive(now, INVITE) ------> |  ---- 100 ------------------> |
//!     | <------------ Incoming(leg)  |                               |
//!     | command(Answer{leg}) ------> |  ---- 200, until ACK -------> |
//!     | <-------- MediaChanged(leg)  |                               |
//!     | receive(now, ACK) ---------> |                               |
//!     | <----------- Confirmed(leg)  |                               |
//! ```
//!
//! Whom to serve is the driver's decision ([`Config::sources`]): whoever else begins something gets one 403. Where
//! anybody may call, [`Config::open`] keeps an INVITE with a forged source from being answered many times over. A
//! request within a call is believed if Call-ID and both tags are right, of which ours has 128 random bits.

mod again;
mod answering;
mod ask;
mod callee;
mod caller;
mod challenge;
mod clock;
mod command;
mod config;
mod dtmf;
mod early;
mod event;
mod hangup;
mod held;
mod in_dialog;
mod info;
mod leg;
mod lost;
mod progress;
mod provisional;
mod receive;
mod refer;
mod register;
mod renew;
mod renewal;
mod send;
mod standing;
mod strangers;
mod successor;
mod table;
mod tokens;
mod transfer;
mod update;

pub use ask::{Ask, AskId, Reply};
pub use command::{Command, Dial};
pub use config::Config;
pub use event::{End, Event, Incoming, Output, Outputs, ReferNews, Referral, Rejection};
pub use register::Presence;
pub use standing::{Standing, TakeUp};

use crate::sip::allowance::Allowance;
use crate::sip::digest::Credentials;
use crate::sip::registrar::Registrar;
use crate::sip::{Flow, Status};
use crate::time::Millis;
use clock::{Clock, Sleeper};
use leg::Leg;
use receive::Inbound;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use strangers::Asked;
use table::Table;
use tokens::Tokens;
use transfer::Notice;

/// One leg of an endpoint; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegId(pub u64);

/// Calls that were refused before anybody heard of them, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TurnedAway {
    /// For want of room ([`Config::max_calls`]).
    pub full: u64,
    /// Because nobody knows the source ([`Config::sources`]).
    pub strangers: u64,
    /// Requests of strangers, of any method, that got no answer: it would have been larger than they were, or one too many.
    pub unanswered: u64,
}

/// One ping, named by the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PingId(pub u64);

/// The machine.
///
/// ```
/// use callwright::sip::{Command, Config, Dial, Endpoint, Output, Uri, sdp::Local};
/// use callwright::time::Millis;
///
/// let ours = ([192, 0, 2, 1], 5060).into();
/// let theirs = ([192, 0, 2, 2], 5060).into();
/// let mut endpoint = Endpoint::new(Config::new(ours), [7; 32]);
/// let leg = endpoint.new_leg();
/// let media = Local::new(([192, 0, 2, 1], 40_000).into());
/// let dial = Dial::new(leg, Uri::sip(Some("bank"), theirs), theirs, "anna", media);
/// let outputs = endpoint.command(Millis(0), Command::Dial(Box::new(dial)));
/// assert!(matches!(&outputs[..], [Output::Send { to, .. }] if to.address == theirs));
/// assert_eq!(endpoint.next_deadline(), Some(Millis(500))); // Timer A: the INVITE again.
/// ```
#[derive(Debug)]
pub struct Endpoint {
    config: Config,
    tokens: Tokens,
    clock: Clock,
    table: Table,
    legs: BTreeMap<LegId, Leg>,
    /// Our tags, each of which names one leg: what a request within a dialog is found by.
    tags: BTreeMap<String, LegId>,
    /// Requests outside of calls, and whom we are in each.
    asks: BTreeMap<AskId, Option<Arc<Credentials>>>,
    /// Where telephones register, if they may.
    registrar: Option<Registrar>,
    last_leg: u64,
    turned_away: TurnedAway,
    /// What is being answered.
    asked: Asked,
    allowance: Allowance,
    outputs: Outputs,
    notices: VecDeque<Notice>,
}

impl Endpoint {
    /// An endpoint without calls. `seed` must come from a source that nobody can predict: tags and branches grow
    /// from it.
    pub fn new(config: Config, seed: [u8; 32]) -> Endpoint {
        Endpoint {
            config,
            tokens: Tokens::new(seed),
            clock: Clock::default(),
            table: Table::default(),
            legs: BTreeMap::new(),
            tags: BTreeMap::new(),
            asks: BTreeMap::new(),
            registrar: None,
            last_leg: 0,
            turned_away: TurnedAway::default(),
            asked: Asked::default(),
            allowance: Allowance::default(),
            outputs: Vec::new(),
            notices: VecDeque::new(),
        }
    }

    /// The same endpoint with a registrar for telephones.
    #[must_use]
    pub fn with_registrar(self, registrar: Registrar) -> Endpoint {
        Endpoint { registrar: Some(registrar), ..self }
    }

    /// An id for [`Dial`]. Incoming legs are numbered by the same counter.
    pub fn new_leg(&mut self) -> LegId {
        self.last_leg += 1;
        LegId(self.last_leg)
    }

    /// Takes one datagram. Never fails: what cannot be read is answered 400 if it is a request with a Via, else it is
    /// dropped.
    #[must_use]
    pub fn receive(&mut self, now: Millis, bytes: &[u8], from: impl Into<Flow>) -> Outputs {
        self.fire_until(now, Overdue::Before);
        self.asked = Asked { now, octets: bytes.len() };
        self.read(now, bytes, from.into());
        self.finish(now);
        std::mem::take(&mut self.outputs)
    }

    /// Takes note that a connection has ended, or did not come about.
    #[must_use]
    pub fn lost(&mut self, now: Millis, flow: Flow) -> Outputs {
        self.fire_until(now, Overdue::Before);
        self.forget_flow(now, flow);
        self.finish(now);
        std::mem::take(&mut self.outputs)
    }

    /// Carries out one command.
    #[must_use]
    pub fn command(&mut self, now: Millis, command: Command) -> Outputs {
        self.fire_until(now, Overdue::Before);
        self.obey(now, command);
        self.finish(now);
        std::mem::take(&mut self.outputs)
    }

    /// Fires every timer up to and including `now`.
    #[must_use]
    pub fn timeout(&mut self, now: Millis) -> Outputs {
        self.fire_until(now, Overdue::UpTo);
        self.finish(now);
        std::mem::take(&mut self.outputs)
    }

    /// When [`Endpoint::timeout`] must next be called; `None` while nothing is going on.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.clock.next().map(|(at, _)| at)
    }

    /// How many legs there are, those that are being torn down included.
    pub fn leg_count(&self) -> usize {
        self.legs.len()
    }

    /// The calls that were refused before anybody heard of them.
    pub fn turned_away(&self) -> TurnedAway {
        self.turned_away
    }

    /// How many transactions are remembered.
    pub fn transaction_count(&self) -> usize {
        self.table.len()
    }

    fn obey(&mut self, now: Millis, command: Command) {
        match command {
            Command::Ring { leg } => self.ring(now, leg),
            Command::Progress { leg, media } => self.progress(now, leg, media),
            Command::Answer { leg, media } => self.answer(now, leg, media),
            Command::Reject { leg, status, phrase, contact } => {
                self.reject(now, leg, status, phrase, contact)
            }
            Command::Change { leg, media, late } => self.change(now, leg, media, late),
            Command::Refer { leg, to, instead_of } => self.refer(now, leg, to, instead_of),
            Command::Transfer { leg, dial } => self.transfer(now, leg, *dial),
            Command::Decline { leg } => self.tell_referrer(now, leg, Status::DECLINE),
            Command::Press { leg, keys } => self.press(now, leg, &keys),
            Command::HangUp { leg, q850 } => self.hang_up(now, leg, q850, End::Local),
            Command::Dial(dial) => self.dial(now, *dial),
            Command::TakeUp(take_up) => self.take_up(now, *take_up),
            Command::Admit { sources, known, trusted } => {
                (self.config.sources, self.config.known, self.config.trusted) = (sources, known, trusted);
            }
            Command::Ask(ask) => self.ask(now, *ask),
            Command::Ping { ping, target, destination } => self.ping(now, ping, &target, destination),
        }
    }

    /// Fires timers in their order. Each firing sets its next one later than `now`, so the loop ends.
    fn fire_until(&mut self, now: Millis, overdue: Overdue) {
        while let Some((at, sleeper)) = self.clock.next() {
            if at > now || (at == now && overdue == Overdue::Before) {
                return;
            }
            match sleeper {
                Sleeper::Transaction(id) => {
                    let actions = self.table.get(id).map(|entry| entry.machine.timeout(now));
                    self.perform(now, id, actions.unwrap_or_default(), None);
                }
                Sleeper::Leg(id) => self.leg_timeout(now, id),
            }
        }
    }

    /// Whether there is no room for another leg.
    fn is_full(&self) -> bool {
        self.legs.len() >= self.config.max_calls
    }

    /// Reports something about a leg whose end has not been reported.
    fn report(&mut self, leg: LegId, event: Event) {
        match self.legs.get(&leg).filter(|leg| !leg.ended).map(|leg| leg.successor_of) {
            Some(Some(other)) => self.watch(other, &event),
            Some(None) => self.outputs.push(Output::Event(event)),
            None => {}
        }
    }

    fn insert_leg(&mut self, id: LegId, leg: Leg) {
        self.tags.insert(leg.local_tag.clone(), id);
        self.legs.insert(id, leg);
        self.rearm_leg(id);
    }

    fn remove_leg(&mut self, id: LegId) {
        if let Some(leg) = self.legs.remove(&id) {
            self.tags.remove(&leg.local_tag);
            // Whatever is answered to it, the dialog is over.
            if let Some(pending) = leg.renewal.pending {
                self.table.remove(pending.transaction, &mut self.clock);
            }
            self.clock.disarm(Sleeper::Leg(id), leg.armed);
        }
    }

    /// Sets a leg's timer to what its state wants; called after every change of a leg.
    fn rearm_leg(&mut self, id: LegId) {
        if let Some(leg) = self.legs.get_mut(&id) {
            let deadline = leg.next_deadline();
            self.clock.arm(Sleeper::Leg(id), &mut leg.armed, deadline);
        }
    }
}

/// Which timers fire before an input: in the same millisecond the input wins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Overdue {
    Before,
    UpTo,
}

#[cfg(test)]
mod tests;
