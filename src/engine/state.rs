//! All that a session remembers. Plain data: it can be cloned, compared and written down.
//!
//! Keys that no question has taken yet may belong to a secret, so their digits are not written: a session that is
//! resumed in the middle of an entry asks again.

use super::action::{ActionId, LegId};
use super::contact::Contact;
use super::session::Timer;
use crate::program::{FlowId, Key, NodeId, Slot, Text, Value};
use crate::time::{Millis, Wall};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::{BTreeMap, VecDeque};

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
    /// What each question has spent, until the caller answers one.
    pub(super) budgets: BTreeMap<NodeId, Budget>,
    /// Until then a `#` behind a complete entry is the end of that entry.
    pub(super) pound_until: Option<Millis>,
    pub(super) answered: bool,
    pub(super) phase: Phase,
    /// The customer's id, as far as the contact is identified.
    pub(super) customer: Option<Text>,
    pub(super) outcome_set: bool,
    /// Whether an outcome was set before the caller left.
    pub(super) outcome_kept: bool,
    pub(super) last_id: u32,
    pub(super) last_leg: u8,
    pub(super) steps: u32,
    pub(super) steps_without_waiting: u32,
}

/// Where a session is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// The caller is there.
    Talking,
    /// The caller has left; only durable verbs run.
    Leaving,
    /// It is over.
    Ended,
}

/// A part of a flow that is being run. An event for it unwinds the scopes above it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Scope {
    /// Flows entered by `do`, the innermost last. Never empty.
    pub frames: Vec<Frame>,
    /// What it waits for; nothing while it walks.
    pub wait: Wait,
    /// What plays on its behalf while it does something else.
    pub playback: Option<ActionId>,
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
    /// The CRM's find.
    Lookup { id: ActionId, until: Millis },
    /// A backend's reply.
    Reply { id: ActionId, until: Millis },
    /// Somebody to pick up.
    Dialling { id: ActionId, leg: LegId, until: Millis },
    /// The end of a conversation.
    Bridged { leg: LegId },
}

/// A question that is being put.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ear {
    /// What has been keyed of the entry.
    #[serde(serialize_with = "masked")]
    pub entry: Vec<Key>,
    pub phase: EarPhase,
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
}

fn masked<'a, K, S: Serializer>(keys: &'a K, serializer: S) -> Result<S::Ok, S::Error>
where
    &'a K: IntoIterator<Item = &'a Key>,
{
    serializer.collect_seq(keys.into_iter().map(|key| key.masked()))
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
            budgets: BTreeMap::new(),
            pound_until: None,
            answered: false,
            phase: Phase::Talking,
            customer: None,
            outcome_set: false,
            outcome_kept: false,
            last_id: 0,
            last_leg: 0,
            steps: 0,
            steps_without_waiting: 0,
        }
    }

    /// The contact's arrival plus the time elapsed.
    pub(super) fn wall(&self) -> Wall {
        self.contact.arrived.after(self.now.since(self.started))
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
    /// The action whose answer it waits for.
    pub fn id(&self) -> Option<ActionId> {
        match self {
            Wait::Answer { id }
            | Wait::Speech { id, .. }
            | Wait::Verdict { id, .. }
            | Wait::Lookup { id, .. }
            | Wait::Reply { id, .. }
            | Wait::Dialling { id, .. } => Some(*id),
            Wait::Hearing(ear) => ear.speaking(),
            Wait::Nothing | Wait::Pause { .. } | Wait::Bridged { .. } => None,
        }
    }

    /// What is being said, if its end is waited for.
    pub fn speaking(&self) -> Option<ActionId> {
        match self {
            Wait::Speech { id, .. } => Some(*id),
            Wait::Hearing(ear) => ear.speaking(),
            Wait::Nothing
            | Wait::Answer { .. }
            | Wait::Pause { .. }
            | Wait::Verdict { .. }
            | Wait::Lookup { .. }
            | Wait::Reply { .. }
            | Wait::Dialling { .. }
            | Wait::Bridged { .. } => None,
        }
    }

    /// Until when it waits, and what for.
    pub fn deadline(&self) -> Option<(Millis, Timer)> {
        match self {
            Wait::Pause { until } => Some((*until, Timer::Pause)),
            Wait::Verdict { until, .. } | Wait::Lookup { until, .. } => Some((*until, Timer::Crm)),
            Wait::Reply { until, .. } => Some((*until, Timer::Backend)),
            Wait::Dialling { until, .. } => Some((*until, Timer::Ring)),
            Wait::Hearing(Ear { phase: EarPhase::Silent { until }, .. }) => Some((*until, Timer::FirstKey)),
            Wait::Hearing(Ear { phase: EarPhase::Keying { until }, .. }) => {
                Some((*until, Timer::BetweenKeys))
            }
            Wait::Hearing(Ear { phase: EarPhase::Speaking { .. }, .. }) => None,
            Wait::Nothing | Wait::Answer { .. } | Wait::Speech { .. } | Wait::Bridged { .. } => None,
        }
    }
}
