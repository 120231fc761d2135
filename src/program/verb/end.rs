//! `hangup` and `reject`: the end of a contact.

use super::{VerbSpec, setting};
use crate::program::{ChannelSet, Text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Ends the contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Hangup;

/// Ends a contact that was not taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Reject {
    /// What the caller's network is told.
    pub reason: RejectReason,
    /// The words that it shows; its own for the reason where there are none.
    pub words: Option<Text>,
}

impl Reject {
    /// The most letters that a reason to show may have.
    pub const LONGEST: usize = 80;
}

/// Why a contact is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// Nobody wants to speak with this caller, here or elsewhere (603, Q.850 cause 21).
    Decline,
    /// All lines are taken (486, cause 17).
    Busy,
    /// There is no such number (404, cause 1).
    NotFound,
    /// Nobody can be reached at present (480, cause 18).
    Unavailable,
    /// This caller may not (403, cause 21).
    Forbidden,
}

impl RejectReason {
    /// All reasons there are.
    pub const ALL: [RejectReason; 5] = [
        RejectReason::Decline,
        RejectReason::Busy,
        RejectReason::NotFound,
        RejectReason::Unavailable,
        RejectReason::Forbidden,
    ];

    /// The word a script uses.
    pub fn word(self) -> &'static str {
        match self {
            RejectReason::Decline => "decline",
            RejectReason::Busy => "busy",
            RejectReason::NotFound => "not_found",
            RejectReason::Unavailable => "unavailable",
            RejectReason::Forbidden => "forbidden",
        }
    }

    /// The response that a caller's network gets (RFC 3261 §21).
    pub fn sip_status(self) -> u16 {
        match self {
            RejectReason::Decline => 603,
            RejectReason::Busy => 486,
            RejectReason::NotFound => 404,
            RejectReason::Unavailable => 480,
            RejectReason::Forbidden => 403,
        }
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

pub(super) const HANGUP: VerbSpec = VerbSpec {
    word: "hangup",
    summary: "Ends the contact. What is being said is said to its end first.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "hangup",
};

pub(super) const REJECT: VerbSpec = VerbSpec {
    word: "reject",
    summary: "Ends a call before the answer, with a reason that the caller's network shows; the outcome is `rejected`.",
    settings: &[setting(
        "\"words\"",
        "behind the reason: what the caller's telephone may show; without them the usual words",
        "",
    )],
    exits: &[],
    channels: ChannelSet::ALL,
    example: "reject decline",
};
