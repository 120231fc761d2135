//! One contact's task: it owns the session and is the engine's driver for real calls.
//!
//! ```text
//!   signalling ─┐                     ┌─► signalling, media: answer, play, dial, hang up
//!   media ──────┼─► CallEvent ─► step ┼─► CRM, backends: look-ups, whose answers come back as events
//!   CRM ────────┘        │            └─► ledger: what is durable
//!   deadline ────────────┘ journal first, then the actions
//! ```

mod callee;
pub(super) mod caller;
mod captured;
mod code;
mod conference;
mod early;
mod exits;
pub(super) mod hand_over;
mod identity;
mod keys;
mod metered;
mod out;
mod overheard;
mod party;
mod perform;
mod queued;
mod record;
mod redirected;
mod referred;
pub(super) mod resumed;
mod segment;
mod signature;
mod sounded;
mod speak;
pub(super) mod standing;
mod still_there;
mod waves;
mod way;

use super::capture::Capture;
use super::clock::Clock;
use super::config::Config;
use super::described::Terms;
use super::ending::AS_EVER;
use super::event::{CallEvent, EVENTS_WAITING};
use super::journals::JournalFile;
use super::ledger::Ledger;
use super::live::{ContactView, Listed};
use super::media_thread::MediaEvent;
use super::rooms::Seat as RoomSeat;
use super::shared::{Edition, Observation, Shared};
use super::signalling::Arrival;
use super::switchboard::Seat;
use super::trail::Follower;
use super::trunks::Permit;
use crate::crm::{Beginning, EndedBy, Ending, Posting, Sounded, Trail};
use crate::engine::{Action, ActionId, Contact, Event, Image, JournalEntry, JournalHeader, LegId, Session};
use crate::program::{Channel, Entry, Party, Phone, Text};
use crate::sip;
use crate::time::{DurationMs, Millis};
use callee::Callee;
use caller::CallerLeg;
use metered::Metered;
use out::Outbound;
use queued::Queueing;
use record::Recorded;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tracing::Instrument;

/// How often a call that nobody called for may be sent on (RFC 3261 §8.1.1.6).
const HOPS: u8 = 70;
/// The far end's playout buffer is given this long to say what it still holds before the leg is hung up.
const LAST_WORDS: DurationMs = DurationMs(200);

/// The number of the note about a diversion: no action of a session has one so high.
const DIVERSION: u64 = 1 << 32;

/// The number of the note about a signature.
const SIGNATURE: u64 = DIVERSION + 1;

/// A contact's task.
pub(super) struct Call {
    shared: Arc<Shared>,
    /// What it began with.
    edition: Arc<Edition>,
    session: Session,
    contact: Contact,
    /// Its clock, which the session is told; one of its own where another process had it before.
    clock: Clock,
    started: Millis,
    sender: mpsc::Sender<CallEvent>,
    caller: CallerLeg,
    callees: BTreeMap<LegId, Callee>,
    queueing: Queueing,
    /// Somebody is called who will be the caller.
    outbound: Option<Outbound>,
    journal: Option<JournalFile>,
    ledger: Ledger,
    /// How often the caller's request may still be sent on: a transfer that comes back to us must not go round for ever.
    hops: u8,
    /// Room on trunks for those who took the places of far ends.
    transfers: Vec<Permit>,
    /// How it ended, as far as is known.
    ending: (EndedBy, Text),
    /// The way that it went so far, for the CRM.
    way: Follower,
    /// What is recorded of it.
    recorded: Recorded,
    /// The code that was sent last, where one was.
    code: Option<code::SentCode>,
    /// Places in rooms.
    seats: BTreeMap<ActionId, RoomSeat>,
    /// How its legs sounded, those that are over, and how many there were.
    sounded: Vec<Sounded>,
    opened: usize,
    metered: Metered,
    /// Who hears what goes over its wires.
    capture: Option<Capture>,
    /// Its place on the list of those that last.
    listed: Listed,
}

/// Whether somebody can be called, as far as the settings say.
pub(super) fn reachable(config: &Config, party: &Party) -> Result<(), String> {
    party::resolve(config, party).map(drop)
}

/// Takes a call that came in, from its first step to its last.
pub(super) async fn run(shared: Arc<Shared>, arrival: Arrival) {
    let _permits = match admit(&shared, &arrival.incoming) {
        Ok(permits) => permits,
        Err(reason) => {
            shared.meters.refused.count([reason]);
            let (leg, status) = (arrival.incoming.leg, sip::Status::SERVICE_UNAVAILABLE);
            let refuse = sip::Command::Reject { leg, status, phrase: None, contact: None };
            return shared.signalling.command(refuse).await;
        }
    };
    let signature = match signature::judge(&shared, &arrival.incoming).await {
        Ok(signature) => signature,
        Err(signature::Refused { status, phrase }) => {
            let (leg, phrase) = (arrival.incoming.leg, Some(phrase.to_owned()));
            let refuse = sip::Command::Reject { leg, status, phrase, contact: None };
            return shared.signalling.command(refuse).await;
        }
    };
    let edition = shared.latest.borrow().clone();
    let contact = match contact(&shared, &edition.image, &arrival.incoming, &signature) {
        Ok(contact) => segment::with(&shared, &edition.image, contact).await,
        Err(error) => {
            tracing::error!(%error, "a contact cannot be named");
            let leg = arrival.incoming.leg;
            return shared.signalling.command(sip::Command::HangUp { leg, q850: None }).await;
        }
    };
    let Arrival { incoming, sender, events } = arrival;
    let started = shared.clock.now();
    let (session, actions) = Session::start(edition.image.clone(), contact.clone(), started);
    let trunk = incoming.source_name.as_deref().and_then(|name| shared.trunks.get(name));
    let terms = Terms::of(&shared.config, trunk.map(|trunk| &trunk.settings));
    let caller = (CallerLeg::new(&incoming, terms), incoming.max_forwards);
    let start = Started::now(&shared, started, &session, &contact);
    let call = Call::new((shared, edition), (session, contact), start, sender, caller);
    call.begin();
    call.note(DIVERSION, identity::diverted(&incoming));
    call.note(SIGNATURE, signature.note());
    call.last((started, actions), events, async {}).await;
}

/// When a contact began, by which clock, and where its steps are written.
struct Started {
    at: Millis,
    clock: Clock,
    journal: Option<JournalFile>,
}

impl Started {
    /// It begins at this moment.
    fn now(shared: &Shared, at: Millis, session: &Session, contact: &Contact) -> Started {
        let journal = shared.office.journals.create(&JournalHeader::new(session.image(), contact));
        if let Err(error) = &journal {
            tracing::error!(contact = &*contact.id, %error, "a contact has no journal: a crash would lose it");
        }
        Started { at, clock: shared.clock, journal: journal.ok() }
    }
}

/// A queue, and the place in it that a call back has.
pub(super) type KeptSeat = (Text, Seat);

/// Runs a contact that nobody called for, from its first step to its last. `journalled` is awaited when its journal is there,
/// before anything is done. The place of a call back is given up with the contact, unless its answer has taken it.
pub(super) async fn run_alone(
    shared: Arc<Shared>,
    (edition, contact): (Arc<Edition>, Contact),
    kept: Option<KeptSeat>,
    journalled: impl Future<Output = ()>,
) {
    let (sender, events) = mpsc::channel(EVENTS_WAITING);
    let started = shared.clock.now();
    let (session, actions) = Session::start(edition.image.clone(), contact.clone(), started);
    let caller = (CallerLeg::absent(Terms::of(&shared.config, None)), HOPS);
    let start = Started::now(&shared, started, &session, &contact);
    let mut call = Call::new((shared, edition), (session, contact), start, sender, caller);
    call.queueing.kept = kept.as_ref().map(|(queue, seat)| (queue.clone(), seat.ticket));
    call.begin();
    call.last((started, actions), events, journalled).await;
}

impl Call {
    fn new(
        (shared, edition): (Arc<Shared>, Arc<Edition>),
        (session, contact): (Session, Contact),
        started: Started,
        sender: mpsc::Sender<CallEvent>,
        (caller, hops): (CallerLeg, u8),
    ) -> Box<Call> {
        let Started { at: started, clock, journal } = started;
        shared.observe(|| Observation::Began(contact.clone()));
        let id = contact.id.to_string();
        let ledger = Ledger::open(shared.office.clone(), id, sender.downgrade(), shared.alive.clone());
        let ending = (EndedBy::Program, Text::from(AS_EVER));
        let view = ContactView::of(&contact, caller.trunk.as_deref(), session.image().version.clone());
        let listed = shared.live.begin(view, sender.downgrade());
        let callees = BTreeMap::new();
        let is_called = caller.is_waiting();
        let metered = Metered::begin(shared.meters.clone(), caller.trunk.clone(), is_called);
        // It is handed on from one future to the next, and each would have room for it.
        Box::new(Call {
            code: None,
            shared,
            edition,
            session,
            contact,
            clock,
            started,
            sender,
            caller,
            callees,
            queueing: Queueing::default(),
            outbound: None,
            journal,
            ledger,
            hops,
            transfers: Vec::new(),
            ending,
            way: Follower::default(),
            recorded: Recorded::default(),
            seats: BTreeMap::new(),
            sounded: Vec::new(),
            opened: 0,
            metered,
            listed,
            capture: None,
        })
    }

    fn begin(&self) {
        self.ledger.begin(Beginning {
            contact: self.contact.id.clone(),
            channel: self.contact.channel,
            from: self.contact.from.clone(),
            to: self.contact.to.clone(),
            started: self.contact.arrived,
            program: self.session.image().name.clone(),
            version: self.session.image().version.clone(),
        });
    }

    /// Writes down what the network says of the call, beside what the flow will say of it.
    fn note(&self, sequence: u64, said: Option<String>) {
        let Some(text) = said.map(Text::from) else { return };
        let (contact, at) = (self.contact.id.clone(), self.contact.arrived);
        self.ledger.post(Posting { contact, sequence, at, entry: Entry::Note { text } });
    }

    /// From its first step to its last. Whatever is logged meanwhile names it.
    async fn last(
        mut self: Box<Self>,
        (started, actions): (Millis, Vec<Action>),
        mut events: mpsc::Receiver<CallEvent>,
        journalled: impl Future<Output = ()>,
    ) {
        let span = tracing::error_span!("call", contact = &*self.contact.id);
        let lasting = async move {
            self.record(started, None, &actions);
            journalled.await;
            self.perform(actions).await;
            self.work(&mut events).await;
            self.end(events).await;
        };
        lasting.instrument(span).await;
    }

    /// From where another process was to its last step.
    async fn last_from_here(mut self: Box<Self>, mut events: mpsc::Receiver<CallEvent>) {
        let span = tracing::error_span!("call", contact = &*self.contact.id);
        let lasting = async move {
            self.work(&mut events).await;
            self.end(events).await;
        };
        lasting.instrument(span).await;
    }

    async fn work(&mut self, events: &mut mpsc::Receiver<CallEvent>) {
        let mut stop = self.shared.stop.clone();
        // Made once: to be entered where wakers wait, and taken out again, costs as much as many an event.
        let mut stopping = pin!(changed(&mut stop));
        let mut alarm = pin!(tokio::time::sleep(Duration::ZERO));
        let mut is_stopping = false;
        while !self.session.is_over() {
            if events.is_empty() {
                self.settle_legs();
            }
            let deadline = self.session.next_deadline().map(|(at, _)| self.clock.instant(at).into());
            let decision = self.next_decision().map(|at| self.shared.clock.instant(at).into());
            let due: Option<Instant> = deadline.into_iter().chain(decision).min();
            if let Some(due) = due.filter(|due| alarm.deadline() != *due) {
                alarm.as_mut().reset(due);
            }
            let event = tokio::select! {
                event = events.recv() => event,
                () = &mut alarm, if due.is_some() => {
                    if due == decision {
                        self.decisions_are_due().await;
                        continue;
                    }
                    Some(CallEvent::Engine(Event::Tick))
                }
                () = &mut stopping, if !is_stopping => {
                    is_stopping = true;
                    self.ending = (EndedBy::Fault, "shutdown".into());
                    Some(CallEvent::Engine(Event::HungUp { cause: "shutdown".into() }))
                }
            };
            match event {
                Some(event) => self.take(event).await,
                None => self.step(Event::HungUp { cause: "signalling lost".into() }).await,
            }
        }
    }

    async fn take(&mut self, event: CallEvent) {
        match event {
            CallEvent::Engine(event) => self.step(event).await,
            CallEvent::Media(_, MediaEvent::Closed { leg, quality, late }) => {
                self.leg_is_over(leg, quality, late);
            }
            CallEvent::Media(leg, event) => self.media_event(leg, event).await,
            CallEvent::Sip(event) => self.sip_event(event).await,
            CallEvent::Standing(leg, standing) => self.leg_stands(leg, *standing),
            CallEvent::Synthesized(waiting) => self.synthesized(waiting),
            CallEvent::Place(ticket, news) => self.place_news(ticket, news).await,
            CallEvent::Message(message) => self.message_read(message),
            CallEvent::Capture(capture) => self.begin_capture(capture).await,
            CallEvent::HangUpByHand => {
                self.ending = (EndedBy::Program, "by hand".into());
                self.step(Event::HungUp { cause: "by hand".into() }).await;
            }
        }
    }

    /// One step of the session: journal first, then what it leads to.
    async fn step(&mut self, event: Event) {
        let now = self.clock.now();
        let actions = self.session.step(now, event.clone());
        if matches!(event, Event::Tick) && actions.is_empty() {
            return;
        }
        self.record(now, Some(&event), &actions);
        self.perform(actions).await;
    }

    /// Writes a step down under the moment that the session was told: a replay tells it the same.
    fn record(&mut self, now: Millis, event: Option<&Event>, actions: &[Action]) {
        let entry = JournalEntry::new(now.since(self.started), event, actions);
        self.way.step(&entry);
        self.count_step(entry.at, event);
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.append(&entry)
        {
            tracing::error!(contact = &*self.contact.id, %error, "a step could not be journalled");
        }
        self.settle_capture();
        let session = &self.session;
        self.listed.step(&entry, || place_of(session));
        self.shared.observe(|| Observation::Step(self.contact.id.clone(), entry));
    }

    /// The session is over: legs are let go, and the CRM is told how it ended.
    async fn end(mut self: Box<Self>, events: mpsc::Receiver<CallEvent>) {
        if self.caller.is_up() && self.ending.0 == EndedBy::Program {
            tokio::time::sleep(LAST_WORDS.to_std()).await;
        }
        self.seats.clear();
        self.caller.let_go(&self.shared).await;
        for (_, callee) in std::mem::take(&mut self.callees) {
            callee.let_go(&self.shared).await;
        }
        self.hear_last_legs(events).await;
        self.end_capture();
        let (by, cause) = self.ending;
        let lasted = self.clock.now().since(self.started);
        self.metered.ended(by, lasted);
        // Not what the calendar says now: somebody may have set it meanwhile.
        let ending = Ending { at: self.contact.arrived.after(lasted), by, cause };
        let trunk = self.caller.trunk.as_deref().map(Text::from);
        let trail = Trail { sounded: self.sounded, trunk, ..self.way.trail() };
        self.ledger.end(self.contact.id.clone(), ending, trail);
        self.shared.observe(|| Observation::Ended(self.contact.id.clone()));
    }
}

/// Where a session stands, as file and line.
fn place_of(session: &Session) -> Option<Text> {
    let place = &session.image().node(session.node()?).place;
    Some(format!("{}:{}", place.path, place.line).into())
}

/// Waits for the server to stop; for ever where nobody can say so any more.
async fn changed(stop: &mut watch::Receiver<()>) {
    if stop.changed().await.is_err() {
        std::future::pending().await
    }
}

/// Room for a call that comes in: as one of those that begin in a second, and on the trunk that it comes by. Else why there
/// is none.
fn admit(shared: &Shared, incoming: &sip::Incoming) -> Result<Vec<Permit>, &'static str> {
    let now = shared.clock.now();
    let own = Permit::take(&shared.rate, now).ok_or("calls_a_second")?;
    let Some(trunk) = incoming.source_name.as_deref().and_then(|name| shared.trunks.get(name)) else {
        return Ok(vec![own]);
    };
    let permit = trunk.take(now);
    if permit.is_none() {
        tracing::warn!(trunk = &*trunk.name, "a call is refused: the trunk has all that it may have");
    }
    permit.map(|permit| vec![own, permit]).ok_or("trunk")
}

/// What is known of a contact when its INVITE arrives.
fn contact(
    shared: &Shared,
    image: &Image,
    incoming: &sip::Incoming,
    signature: &signature::Signature,
) -> std::io::Result<Contact> {
    let country = image.country.as_deref();
    let arrived = shared.clock.wall();
    let trunk = incoming.source_name.as_deref().and_then(|name| shared.trunks.get(name));
    let inward = |number: String| trunk.map_or_else(|| number.clone(), |trunk| trunk.inward(&number));
    let to: Text = inward(incoming.request_uri.subscriber()).into();
    let from = identity::caller_of(incoming, inward, country);
    Ok(Contact {
        id: super::entropy::contact_id(arrived)?.into(),
        channel: Channel::Call,
        attested: signature.attests(&from),
        from,
        to_number: Phone::parse(&to, country),
        to,
        message: None,
        language: None,
        priority: None,
        segment: None,
        segments: Vec::new(),
        arrived,
        seed: u64::from_le_bytes(super::entropy::bytes()?),
        overrides: shared.by_hand.at(arrived),
        task: None,
    })
}
