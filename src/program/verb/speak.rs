//! `speak`: the language of what follows.

use super::VerbSpec;
use crate::program::{ChannelSet, Expr};

/// Changes the language of the contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Speak {
    /// A language of the program by its two letters; one that is missing or not spoken changes nothing.
    pub language: Expr,
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "speak",
    summary: "Goes on in another language of the program; a language that it does not speak changes nothing.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "speak en",
};
