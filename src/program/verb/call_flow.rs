//! `goto`, `do` and `return`: from flow to flow.

use super::VerbSpec;
use crate::program::{ChannelSet, Expr, FlowId, Slot};

/// Enters a flow for good; an arrow `->` does the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Goto {
    /// The flow.
    pub flow: FlowId,
    /// What it is given.
    pub args: Vec<Expr>,
}

/// Enters a flow and comes back.
#[derive(Clone, Debug, PartialEq)]
pub struct Do {
    /// The flow.
    pub flow: FlowId,
    /// What it is given.
    pub args: Vec<Expr>,
    /// The variable that takes what it returns.
    pub slot: Option<Slot>,
}

/// Goes back to where `do` stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Return {
    /// What it brings.
    pub value: Option<Expr>,
}

pub(super) const GOTO: VerbSpec = VerbSpec {
    word: "goto",
    summary: "Enters another flow for good. An arrow, `-> flow`, is the same.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "goto main_menu",
};

pub(super) const DO: VerbSpec = VerbSpec {
    word: "do",
    summary: "Enters a flow that returns, and goes on with what it brings.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "let account = do ask_account()",
};

pub(super) const RETURN: VerbSpec = VerbSpec {
    word: "return",
    summary: "Goes back to the `do` that entered this flow.",
    settings: &[],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "return found",
};
