//! All that a session remembers. Plain data: it can be cloned, compared and written down.
//!
//! Keys that no question has taken yet may belong to a secret, so their digits are not written: a session that is
//! resumed in the middle of an entry asks again. A secret that a variable holds is written as its length: whoever
//! resumes a session that holds one lets the caller go, or puts its question again.

use super::action::{ActionId, LegId};
use super::contact::Contact;
use super::hunt::Hunt;
use super::session::Timer;
use crate::program::{FlowId, Key, NodeId, Override, QueueId, Slot, Text, Value};
use crate::time::{DurationMs, Millis, Wall};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A session without its program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The contact it serves.
    pub contact: Contact,
    /// When it began, on the driver's clock.
    pub(super) started: Millis,
    /// The moment of the step that runs.
    pub(super) now: Millis,
    /// The language of what is said, by its position in the program.
    pub(super) language: usize,
    /// The outermost first. Empty once the session is over.
    pub(super) scopes: Vec<Scope>,
    /// Keys that nobody has asked for yet.
    #[serde(serialize_with = "masked")]
    pub(super) keys: VecDeque<Key>,
    /// Messages that nobody has asked for yet; one may answer the question for a secret.
    #[serde(default, serialize_with = "hidden")]
    pub(super) texts: VecDeque<Text>,
    /// Whether the first of them came with the contact: it stands in the journal's header, and is no secret.
    #[serde(default)]
    pub(super) unasked: bool,
    /// Until then a global key may go on to a longer one.
    #[serde(default)]
    pub(super) held_until: Option<Millis>,
    /// What each question has spent, until the caller answers one.
    pub(super) budgets: BTreeMap<NodeId, Budget>,
    /// Until then a `#` behind a complete entry is the end of that entry.
    pub(super) pound_until: Option<Millis>,
    pub(super) answered: bool,
    /// Whether the caller hears something before the answer.
    pub(super) early: bool,
    /// Whether the caller's network has been told that it rings.
    pub(super) rang: bool,
    pub(super) recorded: Recorded,
    pub(super) phase: Phase,
    /// The customer's id, as far as the contact is identified.
    pub(super) customer: Option<Text>,
    pub(super) outcome_set: bool,
    /// Topics that have an outcome.
    #[serde(default)]
    pub(super) topics_set: BTreeSet<Text>,
    /// The queue that was waited in last, and since when; its place can still be kept by whoever calls back.
    #[serde(default)]
    pub(super) last_place: Option<(QueueId, Wall)>,
    /// Whether an outcome was set before the caller left.
    pub(super) outcome_kept: bool,
    /// The flow that follows when whoever answered leaves first.
    pub(super) after_call: Option<(FlowId, Vec<Value>)>,
    /// Hours that this contact has set by hand, by schedule.
    pub(super) overrides: BTreeMap<Text, Option<Override>>,
    /// Whether the block `connected` that runs has said what came of the contact.
    pub(super) outcome_while_connecting: bool,
    /// The `record` whose message was last put before the caller.
    pub(super) review: Option<NodeId>,
    pub(super) last_id: u32,
    /// Draws made so far.
    #[serde(default)]
    pub(super) draws: u64,
    /// Kept values that this contact has seen or set, by their names and keepers: they stay for the contact.
    #[serde(default)]
    pub(super) kept: BTreeMap<Text, Value>,
    pub(super) last_leg: u16,
    pub(super) steps: u32,
    pub(super) steps_without_waiting: u32,
}

/// Where a session is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// The caller is there.
    Talking,
    /// Nobody is there; the flow runs on until it needs a caller.
    Alone,
    /// The caller has left; only durable verbs run.
    Leaving,
    /// It is over.
    Ended,
}

/// Whether the call is being recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Recorded {
    No,
    Yes,
    /// Not at present: a secret is being entered.
    Paused,
}

/// A part of a flow that is being run. An event for it unwinds the scopes above it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Scope {
    /// What it is to the scope below.
    pub role: Role,
    /// Flows entered by `do`, the innermost last. Never empty.
    pub frames: Vec<Frame>,
    /// What it waits for; nothing while it walks.
    pub wait: Wait,
    /// What plays on its behalf while it does something else.
    pub playback: Option<ActionId>,
}

/// What a scope is to the one below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Role {
    /// The contact's own: there is none below.
    Contact,
    /// It runs while the one below waits; at its end it is silent.
    Waiting,
    /// It stands behind a key of a queue; at its end the wait goes on as before.
    Aside,
    /// It runs before the caller is connected; at its end it is.
    Connecting,
    /// It runs before the caller is heard in a room, or in it; at its end the caller is there.
    Room,
}

/// One flow that has been entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Frame {
    pub flow: FlowId,
    pub at: NodeId,
    pub slots: Vec<Value>,
    /// Rounds of the flow's own loops.
    pub rounds: BTreeMap<NodeId, u32>,
    /// Where the value goes when it returns.
    pub result: Option<Slot>,
}

/// What a scope waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Wait {
    /// Nothing: its block has ended.
    Nothing,
    /// The caller's leg.
    Answer { id: ActionId },
    /// The end of what is said.
    Speech { id: ActionId, barge_in: bool },
    /// A moment.
    Pause { until: Millis },
    /// Keys.
    Hearing(Ear),
    /// The CRM's word on a secret.
    Verdict { id: ActionId, until: Millis },
    /// A code on its way.
    Code { id: ActionId, until: Millis },
    /// Whether two secrets are the same.
    Comparison { id: ActionId },
    /// Whether a secret passes its tests.
    Examination { id: ActionId },
    /// What is kept.
    Recall { id: ActionId, until: Millis },
    /// A change in the CRM.
    Update { id: ActionId, until: Millis },
    /// The CRM's find.
    Lookup { id: ActionId, until: Millis },
    /// A backend's reply.
    Reply { id: ActionId, until: Millis },
    /// What the caller's side says to being handed over.
    HandOver { id: ActionId, until: Millis },
    /// A place in a room, or the end of the room.
    Conference { id: ActionId, seat: Seat, until: Option<Millis> },
    /// Whoever will be the caller.
    Calling { id: ActionId, until: Millis, is_up: bool },
    /// Somebody to take the call.
    Dialling(Hunt),
    /// The end of a conversation.
    Bridged { leg: LegId },
    /// The end of a sound that is played for a while, with keys, or until the caller hangs up.
    Playing { id: ActionId, until: Option<Millis> },
    /// Somebody who is free.
    Queued {
        id: ActionId,
        leg: LegId,
        since: Millis,
        until: Millis,
        /// What runs meanwhile begins with the first news of the place, or then.
        begins: Option<Millis>,
        place: Place,
    },
    /// The end of what runs before the caller is connected.
    Connecting { leg: LegId },
    /// A message.
    Recording(Take),
    /// The words of a recording.
    Transcript { id: ActionId, until: Millis },
}

/// Where a caller stands in a queue, as far as the driver has said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub ahead: Option<u32>,
    pub expected: Option<DurationMs>,
}

/// A message that is being recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Take {
    pub id: ActionId,
    pub phase: TakePhase,
}

/// What a message is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum TakePhase {
    /// The words before it are said.
    Saying,
    /// The tone is heard.
    Beeping,
    /// It is recorded.
    Running { until: Millis },
    /// It has ended, and the driver has still to say how long it is; whether the longest time was over.
    Ending { until: Millis, cut: bool },
}

/// A question that is being put.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ear {
    /// What has been keyed of the entry.
    #[serde(serialize_with = "masked")]
    pub entry: Vec<Key>,
    pub phase: EarPhase,
}

/// How far a caller is with a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Seat {
    /// A place is asked for.
    Asking,
    /// There is one; the block `entering` runs.
    Entering,
    /// The caller is in the room.
    Inside { since: Millis, joined: bool },
    /// The caller has hung up in the room, whose word on that is waited for.
    Leaving { stayed: DurationMs, joined: bool },
}

/// What a question is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum EarPhase {
    /// It is being said.
    Speaking { id: ActionId },
    /// It is silent until the first key.
    Silent { until: Millis },
    /// It has some keys and waits for another.
    Keying { until: Millis },
}

/// What a question has spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Budget {
    /// How often it was put.
    pub rounds: u8,
    pub no_input: u8,
    pub no_match: u8,
    /// Wrong secrets.
    pub wrong: u8,
    /// Whether it is not said the next time.
    #[serde(default)]
    pub quiet: bool,
}

fn masked<'a, K, S: Serializer>(keys: &'a K, serializer: S) -> Result<S::Ok, S::Error>
where
    &'a K: IntoIterator<Item = &'a Key>,
{
    serializer.collect_seq(keys.into_iter().map(|key| key.masked()))
}

fn hidden<S: Serializer>(texts: &VecDeque<Text>, serializer: S) -> Result<S::Ok, S::Error> {
    let hidden = |text: &Text| Key::HIDDEN.sign().to_string().repeat(text.chars().count());
    serializer.collect_seq(texts.iter().map(hidden))
}

impl State {
    pub(super) fn new(contact: Contact, now: Millis) -> State {
        State {
            contact,
            started: now,
            now,
            language: 0,
            scopes: Vec::new(),
            keys: VecDeque::new(),
            texts: VecDeque::new(),
            unasked: false,
            held_until: None,
            budgets: BTreeMap::new(),
            pound_until: None,
            answered: false,
            early: false,
            rang: false,
            recorded: Recorded::No,
            phase: Phase::Talking,
            customer: None,
            outcome_set: false,
            topics_set: BTreeSet::new(),
            last_place: None,
            outcome_kept: false,
            after_call: None,
            overrides: BTreeMap::new(),
            outcome_while_connecting: false,
            review: None,
            last_id: 0,
            last_leg: 0,
            draws: 0,
            kept: BTreeMap::new(),
            steps: 0,
            steps_without_waiting: 0,
        }
    }

    /// Takes the message that has waited longest.
    pub(super) fn next_text(&mut self) -> Option<Text> {
        self.unasked = false;
        self.texts.pop_front()
    }

    /// The contact's arrival plus the time elapsed.
    pub(super) fn wall(&self) -> Wall {
        self.wall_at(self.now)
    }

    /// The calendar's moment for one on the driver's clock.
    pub(super) fn wall_at(&self, at: Millis) -> Wall {
        self.contact.arrived.after(at.since(self.started))
    }

    /// Whether there is a caller, or was one: a flow that runs without one has none before it calls somebody.
    pub(super) fn had_caller(&self) -> bool {
        self.contact.task.is_none() || self.answered
    }

    pub(super) fn next_id(&mut self) -> ActionId {
        self.last_id += 1;
        ActionId(self.last_id)
    }

    /// The innermost frame of the innermost scope.
    pub(super) fn frame(&mut self) -> Option<&mut Frame> {
        self.scopes.last_mut().and_then(|scope| scope.frames.last_mut())
    }

    /// The node at which the innermost scope stands.
    pub(super) fn at(&self) -> Option<NodeId> {
        Some(self.scopes.last()?.frames.last()?.at)
    }
}

impl Wait {
    /// The leg that has taken the call.
    pub fn other_side(&self) -> Option<LegId> {
        match self {
            Wait::Connecting { leg } | Wait::Bridged { leg } => Some(*leg),
            Wait::Nothing
            | Wait::Answer { .. }
            | Wait::Speech { .. }
            | Wait::Pause { .. }
            | Wait::Hearing(_)
            | Wait::Verdict { .. }
            | Wait::Code { .. }
            | Wait::Comparison { .. }
            | Wait::Examination { .. }
            | Wait::Recall { .. }
            | Wait::Update { .. }
            | Wait::Lookup { .. }
            | Wait::Reply { .. }
            | Wait::Playing { .. }
            | Wait::HandOver { .. }
            | Wait::Calling { .. }
            | Wait::Conference { .. }
            | Wait::Dialling(_)
            | Wait::Queued { .. }
            | Wait::Recording(_)
            | Wait::Transcript { .. } => None,
        }
    }

    /// The action whose answer it waits for.
    pub fn id(&self) -> Option<ActionId> {
        match self {
            Wait::Answer { id }
            | Wait::Speech { id, .. }
            | Wait::Verdict { id, .. }
            | Wait::Code { id, .. }
            | Wait::Comparison { id }
            | Wait::Examination { id }
            | Wait::Recall { id, .. }
            | Wait::Update { id, .. }
            | Wait::Lookup { id, .. }
            | Wait::Reply { id, .. }
            | Wait::Calling { id, .. }
            | Wait::HandOver { id, .. }
            | Wait::Playing { id, .. }
            | Wait::Queued { id, .. }
            | Wait::Recording(Take { id, .. })
            | Wait::Transcript { id, .. } => Some(*id),
            Wait::Hearing(ear) => ear.speaking(),
            // A hunt waits for several; it is found by its legs.
            Wait::Nothing
            | Wait::Pause { .. }
            | Wait::Conference { .. }
            | Wait::Dialling(_)
            | Wait::Connecting { .. }
            | Wait::Bridged { .. } => None,
        }
    }

    /// What is being said, if its end is waited for.
    pub fn speaking(&self) -> Option<ActionId> {
        match self {
            Wait::Speech { id, .. } | Wait::Playing { id, .. } => Some(*id),
            Wait::Hearing(ear) => ear.speaking(),
            Wait::Dialling(hunt) => hunt.announcing,
            Wait::Recording(Take { id, phase: TakePhase::Saying | TakePhase::Beeping }) => Some(*id),
            Wait::Nothing
            | Wait::Answer { .. }
            | Wait::Pause { .. }
            | Wait::Verdict { .. }
            | Wait::Code { .. }
            | Wait::Comparison { .. }
            | Wait::Examination { .. }
            | Wait::Recall { .. }
            | Wait::Update { .. }
            | Wait::Lookup { .. }
            | Wait::Reply { .. }
            | Wait::Calling { .. }
            | Wait::Conference { .. }
            | Wait::HandOver { .. }
            | Wait::Queued { .. }
            | Wait::Connecting { .. }
            | Wait::Recording(_)
            | Wait::Transcript { .. }
            | Wait::Bridged { .. } => None,
        }
    }

    /// Until when it waits, and what for.
    pub fn deadline(&self) -> Option<(Millis, Timer)> {
        match self {
            Wait::Pause { until } => Some((*until, Timer::Pause)),
            Wait::Verdict { until, .. }
            | Wait::Code { until, .. }
            | Wait::Recall { until, .. }
            | Wait::Update { until, .. }
            | Wait::Lookup { until, .. } => Some((*until, Timer::Crm)),
            Wait::Reply { until, .. } => Some((*until, Timer::Backend)),
            Wait::Calling { until, .. } => Some((*until, Timer::Call)),
            Wait::Conference { until, .. } => until.map(|until| (until, Timer::Room)),
            Wait::HandOver { until, .. } => Some((*until, Timer::HandOver)),
            Wait::Dialling(hunt) => hunt.deadline(),
            Wait::Hearing(Ear { phase: EarPhase::Silent { until }, .. }) => Some((*until, Timer::FirstKey)),
            Wait::Hearing(Ear { phase: EarPhase::Keying { until }, .. }) => {
                Some((*until, Timer::BetweenKeys))
            }
            Wait::Hearing(Ear { phase: EarPhase::Speaking { .. }, .. }) => None,
            Wait::Playing { until, .. } => until.map(|until| (until, Timer::Play)),
            Wait::Queued { until, begins, .. } => {
                Some((begins.map_or(*until, |begins| begins.min(*until)), Timer::Queue))
            }
            Wait::Transcript { until, .. } => Some((*until, Timer::Transcript)),
            Wait::Recording(take) => match take.phase {
                TakePhase::Running { until } | TakePhase::Ending { until, .. } => {
                    Some((until, Timer::Recording))
                }
                TakePhase::Saying | TakePhase::Beeping => None,
            },
            Wait::Nothing
            | Wait::Answer { .. }
            | Wait::Speech { .. }
            | Wait::Comparison { .. }
            | Wait::Examination { .. }
            | Wait::Bridged { .. }
            | Wait::Connecting { .. } => None,
        }
    }
}
