//! `ask`: takes an entry of the caller's.

use super::{VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Key, Slot, Utterance};
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};

/// Takes digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The variable that takes them.
    pub slot: Slot,
    /// Whether nobody may see them.
    pub secret: bool,
    /// The fewest.
    pub min: u8,
    /// The most; at these the entry is complete.
    pub max: u8,
    /// The key that completes an entry and is no part of it.
    pub until: Option<Key>,
    /// How it speaks and listens.
    pub hearing: Hearing,
}

/// How a verb speaks and listens.
#[derive(Clone, Debug, PartialEq)]
pub struct Hearing {
    /// What is said at first.
    pub say: Vec<Utterance>,
    /// What is said when it comes round again; the same as at first where it is empty.
    pub then: Vec<Utterance>,
    /// How long it waits for the first key once all is said.
    pub first_key: DurationMs,
    /// How long it waits for each further key.
    pub between_keys: DurationMs,
    /// How often it asks.
    pub retries: Retries,
}

/// Budgets of silence and of wrong entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retries {
    /// At so many silences, or wrong entries, it gives up.
    pub count: u8,
    /// Whether the two are counted together.
    pub shared: bool,
}

impl Hearing {
    /// Default wait for the first key.
    pub const FIRST_KEY: DurationMs = DurationMs::from_secs(5);
    /// Default wait between two keys.
    pub const BETWEEN_KEYS: DurationMs = DurationMs::from_secs(2);
}

impl Default for Retries {
    fn default() -> Retries {
        Retries { count: 3, shared: false }
    }
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "ask",
    summary: "Says something and takes digits: of a fixed length, of a range of lengths, or up to a key.",
    settings: &[
        setting(
            "say PROMPT … then PROMPT …",
            "what is said; behind `then` what is said when it comes round again",
            "",
        ),
        setting("first_key DURATION", "how long the first key is waited for once all is said", "5s"),
        setting("between_keys DURATION", "how long each further key is waited for", "2s"),
        setting(
            "retries N",
            "the N-th silence, or wrong entry, gives up; `retries N shared` counts both together",
            "3",
        ),
    ],
    exits: &[
        exit("give_up", "nothing fitting was heard within the budget"),
        optional("no_input", "nothing was pressed in time; leads back to the question"),
        optional("no_match", "what was pressed fits nothing; leads back to the question"),
    ],
    channels: ChannelSet::TALK,
    example: "ask number: digits 10..20 until # { say enter_account }",
};
