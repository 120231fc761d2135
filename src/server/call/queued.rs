//! A caller in a queue: operators' telephones ring as legs of the contact, and the one who takes the call is connected.
//!
//! ```text
//!   ring ──► dialled ── answers ──► told what it is about ── key ──► took ──► connect: the leg is the session's
//!               │ busy, no answer …        │ no key in time            └────► let go: somebody was faster
//!               └──► missed ◄──────────────┘
//! ```
//!
//! The session hears of none of them before one is connected.

use super::Call;
use super::party::{Whereabouts, resolve};
use crate::engine::{ActionId, Audio, DialProgress, Event, LegId, QueueNews};
use crate::program::verb::Accept;
use crate::program::{Caller, Key, Party, Phone, Spoken, Text};
use crate::queues::{Miss, Ticket};
use crate::server::event::CallEvent;
use crate::server::switchboard::{Joining, PlaceNews, Seat};
use crate::time::{Millis, Wall};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a contact has to do with queues.
#[derive(Default)]
pub(super) struct Queueing {
    places: BTreeMap<ActionId, Place>,
    /// Operators' legs while they are not the session's.
    asked: BTreeMap<LegId, Asked>,
    /// How many there were.
    count: u16,
    /// The place of a caller whose operator left before the two could speak.
    lost: Option<(Text, Wall)>,
    /// The call back that this contact makes, and its queue.
    pub kept: Option<(Text, Ticket)>,
}

/// A place that the session has taken.
struct Place {
    leg: LegId,
    queue: Text,
    priority: Decimal,
    since: Wall,
    whisper: Vec<Spoken>,
    accept: Option<Accept>,
    seat: Seat,
    is_connected: bool,
}

/// An operator who was called for a place.
struct Asked {
    place: ActionId,
    operator: Text,
    stage: Stage,
}

/// How far an operator is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Rings,
    /// Is told what the call is about.
    Listens,
    /// May still press the key.
    Decides {
        until: Millis,
    },
    /// Takes the call, as far as this contact knows.
    Took,
}

/// What the session asks of a queue.
pub(super) struct Wanted {
    pub leg: LegId,
    pub queue: Text,
    pub priority: Option<Decimal>,
    pub whisper: Vec<Spoken>,
    pub accept: Option<Accept>,
}

/// A conversation that came from a queue, and is older than this process.
pub(super) struct Talk {
    /// The action that took the place.
    pub id: ActionId,
    pub queue: Text,
    /// Since when the caller was there.
    pub since: Wall,
    /// By which the operator is busy.
    pub seat: Seat,
}

impl Call {
    /// Takes a place. Whoever lost an operator before the two could speak keeps the old one.
    pub(super) fn enqueue(&mut self, id: ActionId, wanted: Wanted) {
        let Wanted { leg, queue, priority, whisper, accept } = wanted;
        let lost = self.queueing.lost.take().filter(|(of, _)| *of == queue);
        let since = lost.map_or_else(|| self.shared.clock.wall(), |(_, since)| since);
        let priority = priority.unwrap_or(Decimal::ZERO);
        let kept = self.queueing.kept.take_if(|(of, _)| *of == queue).map(|(_, ticket)| ticket);
        let seat = self.sit(queue.clone(), priority, since, kept);
        let is_connected = false;
        let place = Place { leg, queue, priority, since, whisper, accept, seat, is_connected };
        self.queueing.places.insert(id, place);
    }

    fn sit(&self, queue: Text, priority: Decimal, since: Wall, kept: Option<Ticket>) -> Seat {
        let joining = Joining { queue, priority, since, kept };
        self.shared.switchboard.join(joining, self.sender.downgrade())
    }

    /// Gives a place up, and lets go whoever was asked for it.
    pub(super) async fn dequeue(&mut self, id: ActionId) {
        self.queueing.places.remove(&id);
        let asked = |asked: &Asked| asked.place == id;
        let legs: Vec<LegId> =
            self.queueing.asked.iter().filter(|(_, one)| asked(one)).map(|(leg, _)| *leg).collect();
        for leg in legs {
            self.let_operator_go(leg).await;
        }
    }

    /// What the switchboard says of a place.
    pub(super) async fn place_news(&mut self, ticket: Ticket, news: PlaceNews) {
        let place = self.queueing.places.iter().find(|(_, place)| place.seat.ticket == ticket);
        let Some(id) = place.map(|(id, _)| *id) else { return };
        match news {
            PlaceNews::Place { ahead, expected } => {
                let news = QueueNews::Place { ahead: Some(ahead), expected };
                self.step(Event::Queued { id, news }).await;
            }
            PlaceNews::Ring { operator, phone } => self.ring_operator(id, operator, &phone).await,
            PlaceNews::LetGo { operator } => {
                if let Some(leg) = self.asked_leg(id, &operator) {
                    self.let_operator_go(leg).await;
                }
            }
            PlaceNews::Told { operator } => {
                if let Some(leg) = self.asked_leg(id, &operator) {
                    self.operator_was_told(leg);
                }
            }
            PlaceNews::Connect { operator } => self.connect_operator(id, operator).await,
            PlaceNews::Full => self.no_place(id, QueueNews::Full).await,
            PlaceNews::Closed => self.no_place(id, QueueNews::Closed).await,
        }
    }

    /// The caller speaks with somebody of a queue since before this process began.
    pub(super) fn speaks_from_queue(&mut self, leg: LegId, talk: Talk) {
        let Talk { id, queue, since, seat } = talk;
        let (priority, whisper) = (Decimal::ZERO, Vec::new());
        let place = Place { leg, queue, priority, since, whisper, accept: None, seat, is_connected: true };
        self.queueing.places.insert(id, place);
    }

    async fn no_place(&mut self, id: ActionId, news: QueueNews) {
        self.queueing.places.remove(&id);
        self.step(Event::Queued { id, news }).await;
    }

    async fn ring_operator(&mut self, id: ActionId, operator: Text, phone: &Party) {
        // Legs of the session count up from one; these count down.
        self.queueing.count = self.queueing.count.wrapping_add(1) % (u16::MAX / 2);
        let leg = LegId(u16::MAX - self.queueing.count);
        match self.try_dial(id, phone, self.shown_to(phone)).await {
            Ok(callee) => {
                self.callees.insert(leg, callee);
                self.queueing.asked.insert(leg, Asked { place: id, operator, stage: Stage::Rings });
            }
            Err(reason) => {
                tracing::warn!(
                    contact = &*self.contact.id,
                    operator = &*operator,
                    reason,
                    "an operator cannot be called"
                );
                self.missed(id, operator, Miss::Unreachable);
            }
        }
    }

    /// Telephones of the house show who calls; a number that is called through a trunk is shown the deployment's.
    fn shown_to(&self, phone: &Party) -> Option<Phone> {
        match (&self.contact.from, resolve(&self.shared.config, phone)) {
            (Caller::Number(number), Ok(Whereabouts::Telephone(_) | Whereabouts::Address(..))) => {
                Some(number.clone())
            }
            _ => None,
        }
    }

    /// The one who took the call is connected. One who has gone meanwhile has not taken it: the caller waits on.
    async fn connect_operator(&mut self, id: ActionId, operator: Text) {
        let found = self.asked_leg(id, &operator);
        let Some(place) = self.queueing.places.get_mut(&id) else { return };
        let (leg, callee) = (place.leg, found.and_then(|leg| self.callees.remove(&leg)));
        match (found, callee) {
            (Some(asked), Some(callee)) => {
                place.is_connected = true;
                self.queueing.asked.remove(&asked);
                self.callees.insert(leg, callee);
                // It was written down under the number that it rang under.
                self.write_callee(leg);
                self.step(Event::Queued { id, news: QueueNews::Connected { who: operator } }).await;
            }
            _ => {
                let (queue, priority, since) = (place.queue.clone(), place.priority, place.since);
                let seat = self.sit(queue, priority, since, None);
                if let Some(place) = self.queueing.places.get_mut(&id) {
                    place.seat = seat;
                }
            }
        }
    }

    /// There is news of a leg that is being called: of an operator's for the queue, of any other for the session.
    pub(super) async fn leg_news(&mut self, leg: LegId, id: ActionId, progress: DialProgress) {
        if !self.queueing.asked.contains_key(&leg) {
            return self.step(Event::Dialled { id, progress }).await;
        }
        match miss_of(&progress) {
            Some(miss) => self.operator_missed(leg, miss),
            None if progress == DialProgress::Answered => self.operator_answered(leg),
            None => {}
        }
    }

    fn operator_answered(&mut self, leg: LegId) {
        let Some((asked, place)) = self.asked_at(leg) else { return };
        if place.whisper.is_empty() && place.accept.is_none() {
            asked.stage = Stage::Took;
            return place.seat.took(asked.operator.clone());
        }
        place.seat.answered(asked.operator.clone());
        asked.stage = Stage::Listens;
        if place.whisper.is_empty() {
            return self.operator_was_told(leg);
        }
        let (id, whisper) = (asked.place, Audio::Speech(place.whisper.clone()));
        self.whisper(id, leg, &whisper);
    }

    /// An operator knows what the call is about: without a key to press, that is to take it.
    fn operator_was_told(&mut self, leg: LegId) {
        let now = self.shared.clock.now();
        let Some((asked, place)) = self.asked_at(leg) else { return };
        match (asked.stage, place.accept) {
            (Stage::Listens, Some(accept)) => asked.stage = Stage::Decides { until: now + accept.within },
            (Stage::Listens, None) => {
                asked.stage = Stage::Took;
                place.seat.took(asked.operator.clone());
            }
            (Stage::Rings | Stage::Decides { .. } | Stage::Took, _) => {}
        }
    }

    /// A leg has heard what it was told.
    pub(super) async fn leg_heard(&mut self, leg: LegId, id: ActionId) {
        match self.queueing.asked.contains_key(&leg) {
            true => self.operator_was_told(leg),
            false => self.step(Event::Played { id }).await,
        }
    }

    /// There is nothing to hear for a leg: it is reported after this step, as everything else.
    pub(super) fn nothing_to_hear(&mut self, leg: LegId, id: ActionId) {
        let Some((asked, place)) = self.asked_at(leg) else { return self.later(Event::Played { id }) };
        let (ticket, operator) = (place.seat.ticket, asked.operator.clone());
        self.later_of_place(ticket, PlaceNews::Told { operator });
    }

    /// A key of another leg takes a call, or is the session's.
    pub(super) async fn leg_key(&mut self, leg: LegId, key: Key) {
        let Some((asked, place)) = self.asked_at(leg) else {
            return self.step(Event::LegKey { leg, key }).await;
        };
        let (id, stage) = (asked.place, asked.stage);
        let takes = place.accept.is_some_and(|accept| accept.takes(key));
        if takes && matches!(stage, Stage::Listens | Stage::Decides { .. }) {
            asked.stage = Stage::Took;
            place.seat.took(asked.operator.clone());
            self.stop_telling(leg, id);
        }
    }

    /// A leg that had been answered is over. An operator who had not taken the call has missed it; one who had, and never
    /// spoke with the caller, leaves the caller the place.
    pub(super) async fn leg_over(&mut self, leg: LegId, has_spoken: bool) {
        if self.queueing.asked.contains_key(&leg) {
            return self.operator_missed(leg, Miss::NotTaken);
        }
        let place = self.conversation_over(leg);
        self.queueing.lost = place.filter(|_| !has_spoken).map(|place| (place.queue, place.since));
        self.step(Event::LegEnded { leg }).await;
    }

    /// The operator on a leg of the session's is free from now on.
    /// Whether a leg is an operator's who has not taken the call.
    pub(super) fn is_asked(&self, leg: LegId) -> bool {
        self.queueing.asked.contains_key(&leg)
    }

    pub(super) fn operator_is_free(&mut self, leg: LegId) {
        self.conversation_over(leg);
    }

    fn conversation_over(&mut self, leg: LegId) -> Option<Place> {
        let over = |place: &Place| place.leg == leg && place.is_connected;
        let id = self.queueing.places.iter().find(|(_, place)| over(place)).map(|(id, _)| *id)?;
        self.queueing.places.remove(&id)
    }

    fn operator_missed(&mut self, leg: LegId, miss: Miss) {
        if let Some(asked) = self.queueing.asked.remove(&leg) {
            self.missed(asked.place, asked.operator, miss);
        }
    }

    fn missed(&self, place: ActionId, operator: Text, miss: Miss) {
        if let Some(place) = self.queueing.places.get(&place) {
            place.seat.missed(operator, miss);
        }
    }

    async fn let_operator_go(&mut self, leg: LegId) {
        self.queueing.asked.remove(&leg);
        self.hang_up_callee(leg).await;
    }

    /// When the time of an operator's key is over next.
    pub(super) fn next_decision(&self) -> Option<Millis> {
        let until = |asked: &Asked| match asked.stage {
            Stage::Decides { until } => Some(until),
            Stage::Rings | Stage::Listens | Stage::Took => None,
        };
        self.queueing.asked.values().filter_map(until).min()
    }

    /// Whoever has not pressed the key in time has not taken the call.
    pub(super) async fn decisions_are_due(&mut self) {
        let now = self.shared.clock.now();
        let due = |asked: &Asked| matches!(asked.stage, Stage::Decides { until } if until <= now);
        let legs: Vec<LegId> =
            self.queueing.asked.iter().filter(|(_, asked)| due(asked)).map(|(leg, _)| *leg).collect();
        for leg in legs {
            self.operator_missed(leg, Miss::NotTaken);
            self.hang_up_callee(leg).await;
        }
    }

    /// Cuts what an operator is told, if something still is.
    fn stop_telling(&mut self, leg: LegId, id: ActionId) {
        if let Some(callee) = self.callees.get_mut(&leg).filter(|callee| callee.playing == Some(id)) {
            callee.playing = None;
            callee.media.into_iter().for_each(|media| self.shared.media.stop(media));
        }
    }

    fn later_of_place(&self, ticket: Ticket, news: PlaceNews) {
        if self.sender.try_send(CallEvent::Place(ticket, news)).is_err() {
            tracing::error!(contact = &*self.contact.id, "a call does not keep up with its events");
        }
    }

    fn asked_leg(&self, place: ActionId, operator: &str) -> Option<LegId> {
        let is_it = |asked: &Asked| asked.place == place && *asked.operator == *operator;
        self.queueing.asked.iter().find(|(_, asked)| is_it(asked)).map(|(leg, _)| *leg)
    }

    fn asked_at(&mut self, leg: LegId) -> Option<(&mut Asked, &Place)> {
        let asked = self.queueing.asked.get_mut(&leg)?;
        let place = self.queueing.places.get(&asked.place)?;
        Some((asked, place))
    }
}

/// Why an operator did not take a call; nothing while that is open.
fn miss_of(progress: &DialProgress) -> Option<Miss> {
    match progress {
        DialProgress::Ringing | DialProgress::Listening | DialProgress::Answered => None,
        DialProgress::Busy => Some(Miss::Busy),
        DialProgress::NoAnswer => Some(Miss::NoAnswer),
        DialProgress::Refused => Some(Miss::Refused),
        DialProgress::Unknown | DialProgress::Machine | DialProgress::Fax => Some(Miss::NotTaken),
        DialProgress::Unavailable | DialProgress::Redirected(_) | DialProgress::Failed => {
            Some(Miss::Unreachable)
        }
    }
}
