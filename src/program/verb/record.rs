//! `record`: a message of the caller.

use super::{VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Key, NodeId, Slot, Utterance};
use crate::time::DurationMs;

/// Records a message. A caller who hangs up meanwhile has recorded it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The variable that takes it.
    pub slot: Slot,
    /// What is said before.
    pub say: Vec<Utterance>,
    /// Whether a tone follows that.
    pub beep: bool,
    /// The longest message.
    pub max: DurationMs,
    /// The shortest; anything shorter is `too_short`.
    pub min: DurationMs,
    /// So much silence ends it.
    pub silence: DurationMs,
    /// The key that ends it.
    pub until: EndKey,
    /// The nodes at which the caller decides what becomes of it: whoever hangs up there keeps it.
    pub review: Vec<NodeId>,
}

/// Which key ends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndKey {
    /// This one.
    Key(Key),
    /// Whichever.
    Any,
}

impl Record {
    /// The longest message unless the statement says otherwise.
    pub const MAX: DurationMs = DurationMs::from_secs(120);
    /// How much silence ends a message unless the statement says otherwise.
    pub const SILENCE: DurationMs = DurationMs::from_secs(5);
}

impl EndKey {
    /// Whether this key ends the message.
    pub fn is(self, key: Key) -> bool {
        match self {
            EndKey::Key(end) => end == key,
            EndKey::Any => true,
        }
    }
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "record",
    summary: "Records a message, which the variable takes. A caller who hangs up has recorded it, too: `recorded` then goes on without the caller, up to the first verb that needs one.",
    settings: &[
        setting("say PROMPT …", "what is said before", ""),
        setting("beep", "a tone before the message", ""),
        setting("max DURATION", "the longest message", "2m"),
        setting("min DURATION", "the shortest; anything shorter is `too_short`", ""),
        setting("silence DURATION", "so much silence ends it", "5s"),
        setting("until KEY", "the key that ends it; also `until any`", "#"),
        setting(
            "review { say …; KEY \"label\" listen }",
            "what the caller may do with it: `listen`, `keep`, `again`; without it the message is kept",
            "",
        ),
    ],
    exits: &[
        optional("recorded", "a message was recorded; without it the flow goes on behind the verb"),
        exit("silent", "nothing was said"),
        optional("too_short", "less was said than `min`; needed where `min` is set"),
        exit("failed", "it could not be recorded"),
    ],
    channels: ChannelSet::CALL,
    example: "record message {\n    say thanks\n    beep\n    max 2m\n    silence 5s\n    until #\n    silent -> leave\n}",
};
