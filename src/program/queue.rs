//! Queues: who takes the calls of a kind, and in which order.

use super::node::FlowId;
use super::schedule::ScheduleId;
use super::value::Text;
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};

/// A queue of a program, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QueueId(pub u32);

/// Where callers wait for somebody who is free.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// The name a script uses.
    pub name: Text,
    /// Who is asked first.
    pub strategy: Strategy,
    /// What is heard meanwhile: a recording by its name.
    pub music: Option<Text>,
    /// Who answers, beside those whom the deployment knows: numbers, extensions, names.
    pub members: Vec<Text>,
    /// When somebody is there; always, as far as the program knows, where it is missing.
    pub hours: Option<ScheduleId>,
    /// So many may wait; any number where it is missing.
    pub at_most: Option<u32>,
    /// How long it rings at one member.
    pub ring: DurationMs,
    /// How long a member is left alone after a call.
    pub wrap_up: DurationMs,
    /// How long a caller waits unless the statement says otherwise.
    pub timeout: Option<DurationMs>,
    /// The flow that calls back, without a caller: it takes the number, and which attempt it is.
    pub callbacks: Option<FlowId>,
}

/// Who is asked first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Whoever has been free for the longest time.
    #[default]
    LongestIdle,
    /// All who are free, at once.
    RingAll,
    /// One after another.
    RoundRobin,
}

impl Strategy {
    /// All there are.
    pub const ALL: [Strategy; 3] = [Strategy::LongestIdle, Strategy::RingAll, Strategy::RoundRobin];

    /// The word a script uses.
    pub fn word(self) -> &'static str {
        match self {
            Strategy::LongestIdle => "longest_idle",
            Strategy::RingAll => "ring_all",
            Strategy::RoundRobin => "round_robin",
        }
    }
}

impl Queue {
    /// How long it rings at one member unless the queue says otherwise.
    pub const RING: DurationMs = DurationMs::from_secs(20);
    /// How long a member is left alone unless the queue says otherwise.
    pub const WRAP_UP: DurationMs = DurationMs::from_secs(10);
}
