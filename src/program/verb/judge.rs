//! Questions about secrets, which only a driver may answer.

use super::VerbSpec;
use crate::program::{ChannelSet, Expr, Slot};

/// Whether two values are the same digits, at least one of them a secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Judge {
    /// The variable that takes the answer, a `yes_no`.
    pub slot: Slot,
    /// One of them.
    pub left: Expr,
    /// The other; a missing one equals nothing.
    pub right: Expr,
}

/// What a secret that was asked for must be.
#[derive(Clone, Debug, PartialEq)]
pub enum SecretCheck {
    /// Not more than so many equal digits in a row.
    NoRepeats(u8),
    /// Fewer than so many digits in a row that go up or down by one.
    NoRuns(u8),
    /// The last one is the check digit of ISO/IEC 7812-1.
    Luhn,
    /// Not this value, in any form in which a person keys it; of a passphrase, long enough without its words.
    DiffersFrom(Expr),
    /// So many different words at least, and not one piece over and over.
    Words(u8),
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "if",
    summary: "Compares a secret with other digits.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "if office is open { say thanks } else { say closed }",
};
