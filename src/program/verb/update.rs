//! `update`: a field of a customer or of an object gets another value.

use super::{VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Expr, Text};
use crate::time::DurationMs;

/// Changes a field in the CRM.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// The customer or the object.
    pub of: Expr,
    /// The field; `pin` and `passphrase` take a secret.
    pub field: Text,
    /// Its new value.
    pub value: Expr,
    /// After this the CRM has failed.
    pub within: DurationMs,
}

impl Update {
    /// How long the CRM may take; a good PIN hash takes a tenth of a second.
    pub const WITHIN: DurationMs = DurationMs::from_secs(5);
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "update",
    summary: "Gives a field of a verified customer, or of an object, another value.",
    settings: &[setting("within DURATION", "how long the CRM may take", "5s")],
    exits: &[
        optional("ok", "it is changed"),
        exit("conflict", "somebody else has changed it since it was read"),
        exit("failed", "the CRM could not change it"),
    ],
    channels: ChannelSet::EVERYWHERE,
    example: "update account.limit = 100.00 RUB {\n    conflict -> operators(\"limit\")\n}",
};
