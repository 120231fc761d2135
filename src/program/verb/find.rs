//! `find`: an object of the CRM by what the caller keyed.

use super::{VerbSpec, exit, setting};
use crate::program::{ChannelSet, Expr, Text};
use crate::time::DurationMs;

/// Looks an object up.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    /// Its kind: `account`.
    pub object: Text,
    /// The field that is compared: the first one of digits that the vocabulary declares.
    pub field: Text,
    /// What it must equal.
    pub key: Expr,
    /// After this the CRM has failed.
    pub within: DurationMs,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "find",
    summary: "Looks up an object of the CRM by what the caller keyed, or a customer by a phone number or an address.",
    settings: &[setting("within DURATION", "how long the CRM may take", "2s")],
    exits: &[
        exit("one", "there is exactly one; brings it"),
        exit("many", "there are several"),
        exit("none", "there is none"),
        exit("failed", "the CRM could not say, or not in time"),
    ],
    channels: ChannelSet::EVERYWHERE,
    example: "find account number { one found -> balance(found)  many, none, failed -> operators(\"account\") }",
};
