//! How calls are recorded, as a deployment decides it.

use crate::media::recorder::Take;
use serde::Deserialize;

/// The settings of recordings.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct RecordingSettings {
    /// How the two sides of a call stand in its file.
    pub channels: RecordingChannels,
}

/// How the two sides of a call stand in its file.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RecordingChannels {
    /// Mixed, in one channel.
    #[default]
    Together,
    /// The caller in the left channel, what the caller hears in the right one.
    Apart,
}

impl RecordingSettings {
    /// What is taken of a call.
    pub(in crate::server) fn take(self) -> Take {
        match self.channels {
            RecordingChannels::Together => Take::Together,
            RecordingChannels::Apart => Take::Apart,
        }
    }
}
