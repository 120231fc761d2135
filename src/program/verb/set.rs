//! `let` and `set`: variables.

use super::{VerbSpec, optional};
use crate::program::{ChannelSet, Expr, Slot};

/// Puts a value into a variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// The variable.
    pub slot: Slot,
    /// Its value.
    pub value: Expr,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "let",
    summary: "Names a value; `set` gives a named one another value.",
    settings: &[],
    exits: &[optional("failed", "a script function in it failed; must be handled where there is one")],
    channels: ChannelSet::EVERYWHERE,
    example: "let attempts = 3",
};
