//! `transfer to`: other legs, one of which is bridged with the caller.

use super::{VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Expr, Key, Utterance};
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};

/// Calls somebody and connects the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// Whom: phone numbers, extensions, names, and lists of them.
    pub to: Vec<Expr>,
    /// In which order.
    pub order: HuntOrder,
    /// How long each rings.
    pub ring: DurationMs,
    /// The number that the other side is shown; the deployment's where it is missing.
    pub caller_id: Option<Expr>,
    /// Said to the caller before the next one rings.
    pub next: Vec<Utterance>,
    /// Said to whoever answers.
    pub whisper: Vec<Utterance>,
    /// Said to whoever has accepted.
    pub thanks: Vec<Utterance>,
    /// How whoever answers takes the call; the answer alone is enough where it is missing.
    pub accept: Option<Accept>,
    /// Said to whoever answered and did not take the call in time.
    pub unaccepted: Vec<Utterance>,
    /// Whether `connected` names whoever answered by a text, because there are several kinds of them.
    pub mixed: bool,
}

/// In which order several are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HuntOrder {
    /// One after another, as long as none takes the call.
    #[default]
    InOrder,
    /// All at once; the first that takes the call has it.
    AllAtOnce,
}

/// The key with which whoever answers takes the call. A machine presses none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accept {
    /// The key; any where it is missing.
    pub key: Option<Key>,
    /// How long the key may take behind the end of the whisper.
    pub within: DurationMs,
}

impl Transfer {
    /// Default ring time: five rings.
    pub const RING: DurationMs = DurationMs::from_secs(25);
}

impl Accept {
    /// Default time for the key.
    pub const WITHIN: DurationMs = DurationMs::from_secs(8);

    /// Whether a key takes the call.
    pub fn takes(&self, key: Key) -> bool {
        self.key.is_none_or(|wanted| wanted == key)
    }
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "transfer",
    summary: "Calls somebody, or several in order or all at once, and connects the caller; once connected, the outcome is `handed_over`.",
    settings: &[
        setting(
            "in order",
            "one after another; also `all at once`: the first that takes the call has it",
            "in order",
        ),
        setting("ring DURATION", "how long each rings", "25s"),
        setting(
            "whisper say PROMPT … then PROMPT …",
            "what whoever answers hears; behind `then` what they hear once they have taken the call",
            "",
        ),
        setting(
            "accept KEY within DURATION",
            "the key with which whoever answers takes the call, 8s for it unless said otherwise; also `accept any`; without it the answer is enough",
            "",
        ),
        setting(
            "unaccepted say PROMPT …",
            "what whoever answers hears that pressed no key in time, before the goodbye",
            "",
        ),
        setting("next say PROMPT …", "what the caller hears before the next one rings", ""),
        setting(
            "caller_id PHONE",
            "the number that the other side is shown; without it the deployment's",
            "",
        ),
        setting(
            "while waiting play SOUND",
            "what is heard while it rings; also a block of statements",
            "ring-back",
        ),
    ],
    exits: &[
        exit("busy", "the other side is busy"),
        exit("no_answer", "nobody answered within the ring time, or took the call with a key"),
        exit("unavailable", "the number cannot be reached"),
        exit("refused", "the other side declined"),
        exit("redirected", "the other side sends the call elsewhere; brings the address as text"),
        exit("failed", "the call could not be made"),
        optional(
            "completed",
            "the other side hung up first and the caller is still there; without it the call ends",
        ),
        optional("connected", "runs before the two are connected; brings who took the call"),
        optional("while waiting", "runs while it rings, and stops where it is at the answer"),
    ],
    channels: ChannelSet::CALL,
    example: "transfer to +7 843 203-57-00, +7 843 203-57-01 in order {\n    ring 20s\n    whisper say still_there\n    accept any within 8s\n    busy, no_answer, unavailable, refused, redirected, failed -> leave\n}",
};
