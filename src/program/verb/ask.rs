//! `ask`: takes an entry of the caller's.

use super::{Choice, SecretCheck, VerbSpec, exit, optional, setting};
use crate::program::{Channel, ChannelSet, Check, EntryKind, Expr, Key, Slot, Type, Utterance};
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};

/// Takes an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The variable that takes its value.
    pub slot: Slot,
    /// Whether nobody may see it.
    pub secret: bool,
    /// What it is.
    pub kind: EntryKind,
    /// What its digits must fulfil.
    pub checks: Vec<Check>,
    /// What must hold once the variable has its value.
    pub conditions: Vec<Expr>,
    /// What a secret must be beside its length; only a driver can tell.
    pub secret_checks: Vec<SecretCheck>,
    /// What may be chosen in its place.
    pub choices: Vec<Choice>,
    /// How it speaks and listens.
    pub hearing: Hearing,
}

impl Ask {
    /// The type of its variable.
    pub fn ty(&self) -> Type {
        match (self.secret, &self.kind) {
            (true, EntryKind::Digits { .. }) => Type::Secret,
            (_, kind) => kind.ty(),
        }
    }

    /// Where it can be asked: a telephone has no letters that nobody hears.
    pub fn channels(&self) -> ChannelSet {
        match self.kind {
            EntryKind::Passphrase { .. } => SPEC.channels.without(ChannelSet::CALL),
            EntryKind::Digits { .. }
            | EntryKind::Number { .. }
            | EntryKind::YesNo { .. }
            | EntryKind::Phone { .. }
            | EntryKind::Money { .. }
            | EntryKind::Date { .. }
            | EntryKind::Time { .. }
            | EntryKind::Text => SPEC.channels,
        }
    }

    /// Whether an entry may begin with a global key: digits belong to the entry, and so does the key that ends it. A
    /// secret may contain any single key.
    pub fn hears_global(&self, global: &str) -> bool {
        let Some(first) = global.chars().next().and_then(Key::from_char) else { return false };
        if self.choices.iter().any(|choice| choice.keys.as_ref().is_some_and(|keys| keys.holds(global))) {
            return false;
        }
        let own = match &self.kind {
            EntryKind::YesNo { yes, no } => first == *yes || first == *no,
            kind => kind.until() == Some(first),
        };
        !first.is_digit() && !own && (!self.secret || global.len() > 1)
    }
}

/// How a verb speaks and listens.
#[derive(Clone, Debug, PartialEq)]
pub struct Hearing {
    /// What is said at first.
    pub say: Vec<Utterance>,
    /// What is said when it comes round again; the same as at first where it is empty.
    pub then: Vec<Utterance>,
    /// How long it waits for the first key, or for a reply, once all is said; the channel's default where it is left out.
    pub first_key: Option<DurationMs>,
    /// How long it waits for each further key.
    pub between_keys: DurationMs,
    /// How long it waits for speech on a call; without it nobody listens to speech.
    pub speech: Option<DurationMs>,
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
    /// Default wait for a written reply.
    pub const REPLY: DurationMs = DurationMs::from_secs(3600);
    /// Default wait between two keys.
    pub const BETWEEN_KEYS: DurationMs = DurationMs::from_secs(2);

    /// How long it is silent on a channel before nothing was heard.
    pub fn patience(&self, channel: Channel) -> DurationMs {
        match channel {
            Channel::Call | Channel::Task => {
                let first_key = self.first_key.unwrap_or(Hearing::FIRST_KEY);
                self.speech.map_or(first_key, |speech| speech.max(first_key))
            }
            Channel::Sms | Channel::Email | Channel::Fax | Channel::Chat => {
                self.first_key.unwrap_or(Hearing::REPLY)
            }
        }
    }
}

impl Default for Retries {
    fn default() -> Retries {
        Retries { count: 3, shared: false }
    }
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "ask",
    summary: "Says something and takes an entry: digits, a number, yes or no, a phone number, money, a day, a time, text.",
    settings: &[
        setting(
            "say PROMPT … then PROMPT …",
            "what is said; behind `then` what is said when it comes round again",
            "",
        ),
        setting(
            "until KEY",
            "behind what is asked for: the key that ends an entry; `digits` have none where left out",
            "#",
        ),
        setting("check CHECK", "what the entry must be: `luhn`, `iban`, `inn`, `pesel`, or a condition", ""),
        setting(
            "check no_repeats N, no_runs N, differs from VALUE",
            "what an entry of `ask secret` must be; also `luhn` of digits, `words N` of a text",
            "",
        ),
        setting("pattern \"40dddd\"", "how the entry must look; `d` is any digit", ""),
        setting(
            "KEY \"label\" words \"WORD\" -> flow",
            "a choice in the place of the entry; also a block instead of the arrow",
            "",
        ),
        setting(
            "read back say PROMPT yes 1 no 2",
            "says the entry and has it confirmed, by 1 and 2 where no keys are named; `no` asks again",
            "",
        ),
        setting(
            "first_key DURATION",
            "how long the first key is waited for once all is said; a reply in writing has an hour where left out",
            "5s",
        ),
        setting("between_keys DURATION", "how long each further key is waited for", "2s"),
        setting(
            "speech DURATION",
            "listens to speech on a call, and for how long; without it nobody does",
            "",
        ),
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
        optional("invalid", "a complete entry means nothing; else as `no_match`"),
        optional("too_short", "an entry has too few digits; else as `no_match`"),
        optional("empty", "the list of `one of` has nothing to choose; else as `give_up`"),
    ],
    channels: ChannelSet::TALK,
    example: "ask number: digits 10..20 until # { say enter_account }",
};
