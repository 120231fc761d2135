//! What a simulated contact had to do with others: what backends got, what went out, what was recorded, where it waited.

use super::drive::Drive;
use super::reading::Reading;
use super::tree::{Item, Kind};
use crate::crm::outbox::{Jitter, Policy};
use crate::engine::{ActionId, Event, QueueNews, RecordingChange, RoomNews};
use crate::program::{Entry, Method, NodeId, Program, Text, Value, Verb};
use crate::time::{DurationMs, Millis};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// All of it, each in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dealings {
    /// What backends got by `post` and `tell`.
    pub posted: Vec<Posted>,
    /// What went out through the outbox: messages, and what backends are told.
    pub delivered: Vec<Delivery>,
    /// What was recorded of calls and rooms.
    pub taped: Vec<Taped>,
    /// Where it waited for somebody who is free.
    pub queued: Vec<Queued>,
}

/// Something that a backend got.
#[derive(Clone, Debug, PartialEq)]
pub struct Posted {
    /// `backend.operation`.
    pub to: Text,
    /// The arguments by the names of the parameters.
    pub args: Vec<(Text, Value)>,
    /// The node that sent it.
    pub node: Option<NodeId>,
}

/// Something that went out, and how often it was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `sms`, `email`, or `backend.operation`.
    pub what: Text,
    /// When the contact asked for it, since it arrived.
    pub at: DurationMs,
    /// How many tries failed before the last.
    pub failures: u32,
    /// Whether it arrived in the end.
    pub arrived: bool,
    /// The node that sent it.
    pub node: Option<NodeId>,
}

/// A recording of a call or of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taped {
    /// The room; the call itself where it is missing.
    pub room: Option<Text>,
    /// When it began, since the contact arrived.
    pub at: DurationMs,
    /// How long people had spoken in the room when it began.
    pub after: DurationMs,
    /// How long it is; unknown while it runs.
    pub length: Option<DurationMs>,
    /// The node that had it recorded.
    pub node: Option<NodeId>,
}

/// A place in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The queue.
    pub queue: Text,
    /// When it was taken, since the contact arrived.
    pub at: DurationMs,
    /// What became of it: `waiting`, `connected`, `full`, `closed`, `timeout`, or `left`.
    pub result: &'static str,
    /// How long it was held.
    pub waited: DurationMs,
    /// The node that took it.
    pub node: Option<NodeId>,
    pub(super) id: ActionId,
}

/// Which tries of a delivery fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Faults {
    /// All of them.
    Always,
    /// Those that are false, one after another; each further one succeeds.
    Tries(VecDeque<bool>),
}

impl Faults {
    /// Whether the next one succeeds.
    pub fn succeeds(&mut self) -> bool {
        match self {
            Faults::Always => false,
            Faults::Tries(tries) => tries.pop_front().unwrap_or(true),
        }
    }
}

/// How a try of a delivery ends.
pub(super) const TRIES: [&str; 2] = ["failed", "ok"];

/// What a program can send through the outbox.
pub(super) fn deliveries(program: &Program) -> Vec<String> {
    let operations = program.backends.iter().flat_map(|backend| {
        let posts = backend.operations.iter().filter(|operation| operation.method == Method::Post);
        posts.map(move |operation| format!("{}.{}", backend.name, operation.name))
    });
    ["sms".to_owned(), "email".to_owned()].into_iter().chain(operations).collect()
}

/// `{ sms: failed, surveys.results: [ failed, failed ] }`.
pub(super) fn read_outbox(reading: &mut Reading, item: &Item) -> BTreeMap<Text, Faults> {
    let known = deliveries(reading.program);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    reading.only_names(item, "the program has no delivery", &known);
    let tries = |(what, value): (&str, &Item)| Some((what.into(), faults(reading, value, "delivery")?));
    item.entries().map(|(what, _, value)| (what, value)).filter_map(tries).collect()
}

/// `failed`, which it always does, or a list of tries.
pub(super) fn faults(reading: &mut Reading, item: &Item, what: &str) -> Option<Faults> {
    match &item.kind {
        Kind::List(tries) => {
            Some(Faults::Tries(tries.iter().filter_map(|one| succeeds(reading, one, what)).collect()))
        }
        Kind::Nothing | Kind::Scalar(_) | Kind::Map(_) => Some(match succeeds(reading, item, what)? {
            true => Faults::Tries(VecDeque::new()),
            false => Faults::Always,
        }),
    }
}

fn succeeds(reading: &mut Reading, item: &Item, what: &str) -> Option<bool> {
    match reading.scalar(item, "`failed`, `ok`, or a list of these")? {
        "ok" => Some(true),
        "failed" => Some(false),
        word => {
            reading.unknown(item, &format!("no {what} is `{word}`"), word, TRIES.into_iter());
            None
        }
    }
}

impl Drive {
    /// A backend is asked by a `post`.
    pub(super) fn posts(&mut self, backend: &Text, operation: &Text, args: &[(Text, Value)]) {
        let declared = self.session.image().backends.iter().find(|known| known.name == *backend);
        let declared =
            declared.and_then(|known| known.operations.iter().find(|known| known.name == *operation));
        if declared.is_some_and(|operation| operation.method == Method::Post) {
            self.backend_got(backend, operation, args);
        }
    }

    fn backend_got(&mut self, backend: &Text, operation: &Text, args: &[(Text, Value)]) {
        let to = format!("{backend}.{operation}").into();
        self.dealings.posted.push(Posted { to, args: args.to_vec(), node: self.doing });
    }

    /// An entry goes out, where it is one for others than the CRM.
    pub(super) fn deliver(&mut self, entry: &Entry) {
        match entry {
            Entry::Sms { .. } => drop(self.try_out("sms".into())),
            Entry::Email { .. } => drop(self.try_out("email".into())),
            Entry::Tell { backend, operation, args } => {
                if self.try_out(format!("{backend}.{operation}").into()) {
                    self.backend_got(backend, operation, args);
                }
            }
            Entry::Outcome { .. }
            | Entry::Case { .. }
            | Entry::Note { .. }
            | Entry::Identity { .. }
            | Entry::Keep { .. }
            | Entry::Count { .. }
            | Entry::Callback { .. }
            | Entry::Task { .. }
            | Entry::Override { .. } => {}
        }
    }

    /// Whether it arrives, in as many tries as it takes.
    fn try_out(&mut self, what: Text) -> bool {
        let at = self.now.since(Millis::ZERO);
        let (failures, arrived) = match self.world.outbox.get_mut(&what) {
            None => (0, true),
            Some(Faults::Always) => (Policy::DEFAULT.attempts, false),
            Some(Faults::Tries(tries)) => {
                let mut failures = 0;
                while tries.pop_front() == Some(false) {
                    failures += 1;
                }
                (failures, true)
            }
        };
        self.dealings.delivered.push(Delivery { what, at, failures, arrived, node: self.doing });
        arrived
    }

    /// The recording of the call begins or ends.
    pub(super) fn tape_call(&mut self, change: RecordingChange) {
        let at = self.now.since(Millis::ZERO);
        match change {
            RecordingChange::Start => {
                let (after, node) = (DurationMs::ZERO, self.doing);
                self.dealings.taped.push(Taped { room: None, at, after, length: None, node });
            }
            RecordingChange::Stop => self.end_tape(None),
            // A pause leaves a part of it out, and is no end.
            RecordingChange::Pause | RecordingChange::Resume => {}
        }
    }

    fn end_tape(&mut self, room: Option<&Text>) {
        let now = self.now.since(Millis::ZERO);
        let runs = |tape: &&mut Taped| tape.room.as_ref() == room && tape.length.is_none();
        if let Some(tape) = self.dealings.taped.iter_mut().rev().find(runs) {
            tape.length = Some(DurationMs(now.0.saturating_sub(tape.at.0)));
        }
    }

    /// All that is recorded ends with the contact; what had not begun by then was never recorded.
    pub(super) fn end_tapes(&mut self) {
        let now = self.now.since(Millis::ZERO);
        self.dealings.taped.retain(|tape| tape.at <= now);
        let running = self.dealings.taped.iter_mut().filter(|tape| tape.length.is_none());
        running.for_each(|tape| tape.length = Some(DurationMs(now.0.saturating_sub(tape.at.0))));
    }

    /// People speak in the room: the recording begins once they have for long enough. Where it is over before, there is
    /// none.
    pub(super) fn tape_room(&mut self, news: RoomNews) {
        let Some((room, terms)) = self.seat.clone().filter(|(_, terms)| terms.record) else { return };
        match news {
            RoomNews::Joined => {
                let (at, after) = (self.now.since(Millis::ZERO) + terms.record_after, terms.record_after);
                let node = self.waits_at(|verb| matches!(verb, Verb::Conference(_)));
                self.dealings.taped.push(Taped { room: Some(room), at, after, length: None, node });
            }
            RoomNews::Left { .. } | RoomNews::Removed { .. } => {
                let now = self.now.since(Millis::ZERO);
                self.dealings.taped.retain(|tape| tape.at <= now);
                self.end_tape(Some(&room));
            }
            RoomNews::Reserved { .. } | RoomNews::Refused | RoomNews::Full => {}
        }
    }

    /// A place in a queue is taken.
    pub(super) fn takes_place(&mut self, id: ActionId, queue: Text) {
        let at = self.now.since(Millis::ZERO);
        let (result, waited, node) = ("waiting", DurationMs::ZERO, self.doing);
        self.dealings.queued.push(Queued { queue, at, result, waited, node, id });
    }

    /// There is news of a place; the last says what became of it.
    pub(super) fn hears_of_place(&mut self, id: ActionId, news: &QueueNews) {
        match news {
            QueueNews::Place { .. } => {}
            QueueNews::Connected { .. } => self.gives_place_up(id, "connected"),
            QueueNews::Full => self.gives_place_up(id, "full"),
            QueueNews::Closed => self.gives_place_up(id, "closed"),
        }
    }

    /// The flow gives a place up: its time is over, or the caller goes elsewhere.
    pub(super) fn leaves_place(&mut self, id: ActionId, because: Option<&Event>) {
        let timed_out = matches!(because, Some(Event::Tick));
        self.gives_place_up(id, if timed_out { "timeout" } else { "left" });
    }

    fn gives_place_up(&mut self, id: ActionId, result: &'static str) {
        let now = self.now.since(Millis::ZERO);
        let held = |place: &&mut Queued| place.id == id && place.result == "waiting";
        if let Some(place) = self.dealings.queued.iter_mut().find(held) {
            (place.result, place.waited) = (result, DurationMs(now.0.saturating_sub(place.at.0)));
        }
    }
}

impl Dealings {
    /// What another contact had to do is added behind it; its times count from this contact's arrival.
    pub(super) fn extend(&mut self, other: &Dealings, later: DurationMs) {
        self.posted.extend(other.posted.iter().cloned());
        let late = |at: DurationMs| at + later;
        self.delivered.extend(other.delivered.iter().map(|one| Delivery { at: late(one.at), ..one.clone() }));
        self.taped.extend(other.taped.iter().map(|one| Taped { at: late(one.at), ..one.clone() }));
        self.queued.extend(other.queued.iter().map(|one| Queued { at: late(one.at), ..one.clone() }));
    }
}

impl Delivery {
    /// When the last try was, since the contact arrived.
    fn last_try(&self) -> DurationMs {
        (1..=self.failures).fold(self.at, |at, failures| at + Policy::DEFAULT.wait(failures, Jitter(1000)))
    }

    /// What a transcript says of it; nothing where the first try succeeds.
    pub(super) fn line(&self) -> Option<(DurationMs, String)> {
        match (self.failures, self.arrived) {
            (0, true) => None,
            (failures, true) => Some((self.last_try(), format!("~ {self}: try {} arrived", failures + 1))),
            (_, false) => Some((self.at, format!("~ {self}: it was tried again and again, and given up"))),
        }
    }
}

/// As a scenario expects it: `sms: ok`, `surveys.results: failed, failed, ok`; `sms: failed` where it never arrives.
impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.arrived {
            return write!(f, "{}: failed", self.what);
        }
        write!(f, "{}: {}ok", self.what, "failed, ".repeat(self.failures as usize))
    }
}
