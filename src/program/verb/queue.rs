//! `queue`: waiting for somebody who is free.

use super::{Accept, Choice, VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Expr, QueueId, Utterance};
use crate::time::DurationMs;

/// Waits in a queue. What happens meanwhile stands behind the exits `while waiting` and its choices.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// Where.
    pub queue: QueueId,
    /// A number; whoever has a higher one is served before those who came earlier.
    pub priority: Option<Expr>,
    /// How long at the most.
    pub timeout: DurationMs,
    /// What whoever answers hears before the caller is connected.
    pub whisper: Vec<Utterance>,
    /// The key with which whoever answers takes the call; the answer alone is enough where it is missing.
    pub accept: Option<Accept>,
    /// Keys that are heard while nothing else asks for one, each of a single key.
    pub choices: Vec<Choice>,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "queue",
    summary: "Waits in a declared queue until somebody is free; once connected, the outcome is `handed_over`. Blocks behind keys and `while waiting` may do anything: the place is kept, somebody who is free pre-empts them, an arrow leaves the queue.",
    settings: &[
        setting("timeout DURATION", "how long a caller waits; needed here or in the queue", ""),
        setting("priority NUMBER", "a higher one is served first", ""),
        setting(
            "say PROMPT … every DURATION",
            "what is said, again and again; left out where its values are unknown",
            "",
        ),
        setting(
            "while waiting { … }",
            "what is heard instead of the music of the queue; also `play SOUND`",
            "",
        ),
        setting("whisper say PROMPT …", "what whoever is free hears before the two speak", ""),
        setting(
            "accept KEY within DURATION",
            "the key that takes the call; also `accept any`. Whoever does not press it is passed over, and the next one is asked",
            "8s",
        ),
        setting(
            "KEY \"label\" -> flow",
            "a key that is listened for; also a block, which keeps the place",
            "",
        ),
    ],
    exits: &[
        exit("timeout", "nobody was free within `timeout`"),
        exit("full", "as many wait as may"),
        exit("closed", "nobody is there, by the hours of the queue or because nobody is logged in"),
        optional(
            "connected",
            "a block that runs when somebody is free, before the two speak; brings the name",
        ),
        optional(
            "agent_left",
            "whoever answered hung up first; without it the contact ends, or `after call` follows",
        ),
        optional("while waiting", "runs once; behind it, or without it, the music of the queue is heard"),
    ],
    channels: ChannelSet::WAIT,
    example: "queue support {\n    timeout 10m\n    say thanks every 45s\n    1 \"call me back\" { callback keeping place; say thanks; hangup }\n    timeout, full, closed -> leave\n}",
};
