//! `choose` and `any(…)`: chance, drawn from the contact's seed.

use super::{VerbSpec, setting};
use crate::program::{ChannelSet, Expr, Slot};

/// Goes one of several ways by chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Choose {
    /// How likely each way is; none is zero. The position is the exit's.
    pub weights: Vec<u32>,
}

/// Takes one item of a list by chance; nothing from an empty one.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// The variable that takes it.
    pub slot: Slot,
    /// The list.
    pub from: Expr,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "choose",
    summary: "Goes one of several ways by chance, each as likely as its weight says; a replay goes the same way.",
    settings: &[setting("N { … }", "one way, and how likely it is beside the others; also `N -> flow`", "")],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "choose {\n    2 { say thanks }\n    1 { say closed }\n}",
};
