//! `record call` and `stop recording`: the whole call, both sides.

use super::VerbSpec;
use crate::program::ChannelSet;

/// Begins to record the call.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordCall;

/// Ends the recording of the call.
#[derive(Clone, Debug, PartialEq)]
pub struct StopRecording;

pub(super) const RECORD: VerbSpec = VerbSpec {
    word: "record call",
    summary: "Records the call from here on. It pauses by itself while a secret is asked for.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::CALL,
    example: "record call",
};

pub(super) const STOP: VerbSpec = VerbSpec {
    word: "stop recording",
    summary: "Ends the recording of the call.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::CALL,
    example: "stop recording",
};
