//! `conference`: a room in which several callers speak with each other.

use super::{VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Expr, Recording, Text};
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Brings the caller into a room.
#[derive(Clone, Debug, PartialEq)]
pub struct Conference {
    /// The room, by a text or digits.
    pub room: Expr,
    /// How it is entered, as far as that is known beforehand.
    pub terms: RoomTerms,
    /// How many may be in it, this one included; any number where it is missing.
    pub at_most: Option<Expr>,
    /// The recording that the others hear when this caller comes, a name as a rule; none where it is missing.
    pub announce: Option<Expr>,
    /// What holds beside that, each on a condition.
    pub on: Vec<(RoomTerm, Expr)>,
}

/// A term that holds or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum RoomTerm {
    Moderator,
    WaitForModerator,
    Muted,
    EndsWithModerator,
    Record,
}

/// How a caller enters a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomTerms {
    /// Whether this caller leads it.
    pub moderator: bool,
    /// How many may be in it, this one included.
    pub at_most: Option<u32>,
    /// Whether nobody speaks before a moderator is there.
    pub wait_for_moderator: bool,
    /// Whether this caller only listens.
    pub muted: bool,
    /// Whether it ends when the last moderator leaves.
    pub ends_with_moderator: bool,
    /// Whether it is recorded while people speak.
    pub record: bool,
    /// How long people have spoken when the recording begins.
    #[serde(default)]
    pub record_after: DurationMs,
    /// What is heard until people speak; silence where it is missing.
    pub music: Option<Text>,
    /// What the others hear when this caller comes; nothing where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announce: Option<Arc<Recording>>,
}

impl RoomTerms {
    /// This holds.
    pub fn set(&mut self, term: RoomTerm) {
        *match term {
            RoomTerm::Moderator => &mut self.moderator,
            RoomTerm::WaitForModerator => &mut self.wait_for_moderator,
            RoomTerm::Muted => &mut self.muted,
            RoomTerm::EndsWithModerator => &mut self.ends_with_moderator,
            RoomTerm::Record => &mut self.record,
        } = true;
    }
}

impl Conference {
    /// The kind of record that says what a stay was.
    pub const STAY: &'static str = "conference";
    /// How long a room may take to say whether there is a place.
    pub const WITHIN: DurationMs = DurationMs::from_secs(5);
    /// The largest room.
    pub const LARGEST: u32 = 1_000;
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "conference",
    summary: "Brings the caller into a room with others; the flow goes on when the room is over for this caller.",
    settings: &[
        setting("as participant", "who enters; also `as moderator`", "as participant"),
        setting("at most N", "how many may be in it, this caller included; also an expression", ""),
        setting("wait for moderator", "nobody speaks before a moderator is there", ""),
        setting(
            "muted",
            "this caller only listens; as the others, also on a condition: `muted if EXPRESSION`",
            "",
        ),
        setting("ends with moderator", "it ends when the last moderator leaves", ""),
        setting(
            "record",
            "it is recorded while people speak; `record after 3s` once they have for so long",
            "",
        ),
        setting("music \"NAME\"", "what is heard until people speak", ""),
        setting(
            "announce RECORDING",
            "what the others hear when this caller comes: a name that was recorded before; nothing where it is missing",
            "",
        ),
    ],
    exits: &[
        exit(
            "left",
            "the room has ended; brings what the stay was: `.length`, `.joined`, `.last`; with a name for that also when the caller has hung up in it, and the flow goes on without the caller",
        ),
        exit("removed", "a moderator has sent the caller out; brings the same"),
        exit("refused", "the room lets nobody in, or cannot be reached"),
        exit("full", "as many are in it as may"),
        optional(
            "entering",
            "runs when the place is certain, before the others hear the caller; brings how many are there",
        ),
        optional("joined", "runs when the caller and the others speak"),
    ],
    channels: ChannelSet::CALL,
    example: "conference \"board\" {\n    as participant\n    at most 8\n    wait for moderator\n    music \"hold\"\n    left, removed, refused, full -> leave\n}",
};
