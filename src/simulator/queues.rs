//! What a scenario gives of queues and recordings: who is free when, how many wait, what a message says.

use super::crowd::Staff;
use super::far_end::presses;
use super::notation::length;
use super::reading::Reading;
use super::tree::{Item, Kind};
use crate::engine::Words;
use crate::program::{Key, Override, Text};
use crate::time::{DurationMs, Wall};
use std::collections::{BTreeMap, VecDeque};

/// A queue in the pretend world.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PretendQueue {
    /// Who will be free, the first first; each takes one call.
    pub agents: VecDeque<Agent>,
    /// How many come before a caller, where that is known.
    pub ahead: Option<u32>,
    /// How long it takes, where that is known.
    pub expected: Option<DurationMs>,
    /// Whether nobody else may wait, or nobody is there.
    pub refuses: Option<Refusal>,
    /// Those who take one call after another.
    pub staff: Option<Staff>,
}

/// Somebody who takes calls.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Agent {
    pub name: Text,
    /// Free so long after the caller began to wait.
    pub free: DurationMs,
    /// How long the two speak before this side hangs up.
    pub speaks: DurationMs,
    /// The keys that are pressed once this one has answered, and how long after that the first.
    pub presses: Option<(Vec<Key>, DurationMs)>,
}

/// Why a queue takes nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Full,
    Closed,
}

/// The words of one recording, when they are ready; they never are where there are none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Transcript {
    pub after: DurationMs,
    pub words: Option<Words>,
}

pub(super) const QUEUE: [&str; 5] = ["agents", "staff", "speaks", "ahead", "expected"];
pub(super) const AGENT: [&str; 5] = ["name", "free", "hangs_up", "presses", "after"];
pub(super) const TRANSCRIPT: [&str; 2] = ["after", "words"];

/// `support: { agents: [ { name: ann, free: 45s } ], ahead: 2, expected: 130s }`, `support: full`.
pub(super) fn read_queues(reading: &mut Reading, item: &Item) -> BTreeMap<Text, PretendQueue> {
    let program = reading.program;
    let names: Vec<&str> = program.queues.iter().map(|queue| &*queue.name).collect();
    reading.only_names(item, "the program has no queue", &names);
    item.entries().map(|(name, _, value)| (name.into(), queue(reading, value))).collect()
}

fn queue(reading: &mut Reading, item: &Item) -> PretendQueue {
    let mut queue = PretendQueue::default();
    if let Some(word) = item.text() {
        queue.refuses = match word {
            "full" => Some(Refusal::Full),
            "closed" => Some(Refusal::Closed),
            _ => {
                let known = ["full", "closed"].into_iter();
                reading.unknown(item, &format!("a queue is never `{word}`"), word, known);
                None
            }
        };
        return queue;
    }
    reading.only_keys(item, "a queue", &QUEUE);
    for (key, _, value) in item.entries() {
        match key {
            "agents" => {
                let agents = reading.list(value, "agents");
                queue.agents = agents.iter().filter_map(|agent| self::agent(reading, agent)).collect();
            }
            "ahead" => {
                let text = reading.scalar(value, "a number");
                queue.ahead = text.and_then(|text| text.parse().ok());
                if queue.ahead.is_none() {
                    reading.no_value(value, "how many come before is a whole number", None);
                }
            }
            "expected" => queue.expected = reading.length(value),
            "staff" => {
                let count = reading.scalar(value, "a number").and_then(|text| text.parse().ok());
                if count.is_none() {
                    reading.no_value(value, "how many take calls is a whole number", None);
                }
                let speaks =
                    item.get("speaks").map_or(Some(super::FarEnd::SPEAKS), |speaks| reading.length(speaks));
                queue.staff = count.zip(speaks).map(|(count, speaks)| Staff { count, speaks });
            }
            _ => {}
        }
    }
    queue
}

/// `{ name: ann, free: 45s, presses: "1", after: 3s, hangs_up: 30s }`; `free: at 45s` says the same.
fn agent(reading: &mut Reading, item: &Item) -> Option<Agent> {
    reading.only_keys(item, "an agent", &AGENT);
    let name = match item.get("name") {
        Some(name) => reading.scalar(name, "a name")?.into(),
        None => "agent".into(),
    };
    let free = match item.get("free") {
        Some(free) => {
            let text = free.text().map(|text| text.strip_prefix("at ").unwrap_or(text));
            match text.and_then(length) {
                Some(free) => free,
                None => reading.length(free)?,
            }
        }
        None => DurationMs::ZERO,
    };
    let speaks = item.get("hangs_up").map_or(Some(super::FarEnd::SPEAKS), |speaks| reading.length(speaks))?;
    let presses = presses(reading, item)?;
    Some(Agent { name, free, speaks, presses })
}

/// `transcripts: [ { after: 40s, words: "…" }, failed, late ]`.
pub(super) fn read_transcripts(reading: &mut Reading, item: &Item) -> VecDeque<Transcript> {
    let items = reading.list(item, "transcripts");
    items.iter().filter_map(|item| transcript(reading, item)).collect()
}

fn transcript(reading: &mut Reading, item: &Item) -> Option<Transcript> {
    if let Some(word) = item.text() {
        let words = match word {
            "failed" => Some(Words::Failed),
            "late" => None,
            _ => {
                let known = ["failed", "late"].into_iter();
                reading.unknown(item, &format!("a transcript is never `{word}`"), word, known);
                None
            }
        };
        return Some(Transcript { after: DurationMs::ZERO, words });
    }
    reading.only_keys(item, "a transcript", &TRANSCRIPT);
    let after = item.get("after").map_or(Some(DurationMs::ZERO), |after| reading.length(after))?;
    let words = item.get("words").and_then(|words| reading.scalar(words, "words"))?;
    Some(Transcript { after, words: Some(Words::Ready(words.into())) })
}

/// `override: { office: closed }`, `{ office: { open: 2026-11-20T20:00:00+03:00 } }`.
pub(super) fn read_overrides(reading: &mut Reading, item: &Item) -> BTreeMap<Text, Override> {
    let program = reading.program;
    let names: Vec<&str> = program.schedules.iter().map(|schedule| &*schedule.name).collect();
    reading.only_names(item, "the program has no schedule", &names);
    let mut overrides = BTreeMap::new();
    for (name, _, value) in item.entries() {
        let (word, until) = match (&value.kind, value.only()) {
            (Kind::Scalar(word), _) => (word.as_str(), None),
            (_, Some((word, _, until))) => (word, super::moment::moment(reading, until)),
            (_, None) => ("", None),
        };
        match word {
            "open" | "closed" => {
                overrides
                    .insert(name.into(), Override { open: word == "open", until: until.map(|at: Wall| at) });
            }
            _ => reading.wrong(value, "a schedule is set `open` or `closed`", None),
        }
    }
    overrides
}
