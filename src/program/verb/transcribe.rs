//! `transcribe`: the words of a recording.

use super::{VerbSpec, exit, setting};
use crate::program::{ChannelSet, Expr};
use crate::time::DurationMs;

/// Waits for the words of a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcribe {
    /// The recording.
    pub recording: Expr,
    /// After this it is late.
    pub within: DurationMs,
}

impl Transcribe {
    /// How long the words are waited for unless the statement says otherwise.
    pub const WITHIN: DurationMs = DurationMs::from_secs(600);
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "transcribe",
    summary: "Waits for the words of a recording; meant for flows that run without a caller.",
    settings: &[setting("within DURATION", "how long the words are waited for", "10m")],
    exits: &[
        exit("ready", "the words are there; brings them"),
        exit("failed", "nobody could make them out"),
        exit("late", "they did not come in time"),
    ],
    channels: ChannelSet::CALL.or(ChannelSet::TASK),
    example: "record message { silent -> leave }\ntranscribe message within 10m {\n    ready words { note words }\n    failed, late { note \"transcript not available\" }\n}",
};
