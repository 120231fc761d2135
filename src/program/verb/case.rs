//! `case`: the contact becomes an entry of a case.

use super::VerbSpec;
use crate::program::{CaseMode, ChannelSet, Expr, Text};

/// Puts the contact into a case's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Which case.
    pub mode: CaseMode,
    /// What it is about.
    pub topic: Text,
    /// Whose it is, where the flow knows.
    pub customer: Option<Expr>,
    /// The object that the caller keyed.
    pub about: Option<Expr>,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "case",
    summary: "Puts the contact into a case: `auto` takes the customer's open case on the topic, else a new one.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "case auto topic \"balance\" of client about account",
};
