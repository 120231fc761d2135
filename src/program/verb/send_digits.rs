//! `send digits`: keys are pressed for the far end.

use super::VerbSpec;
use crate::program::{ChannelSet, Expr};

/// Presses keys that the caller's side hears.
#[derive(Clone, Debug, PartialEq)]
pub struct SendDigits {
    /// The keys, as text or digits.
    pub keys: Expr,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "send digits",
    summary: "Presses keys that the caller's side hears, as a telephone would.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::CALL,
    example: "send digits \"12#\"",
};
