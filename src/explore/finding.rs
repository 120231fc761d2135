//! What a search says in the end.

use super::moves::Symptom;
use super::promise::Breach;
use super::story::Story;
use crate::program::NodeId;

/// What was looked at, and what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What is wrong, the shortest way first.
    pub findings: Vec<Finding>,
    /// How many different states were seen.
    pub states: usize,
    /// How many moves lead from one to another.
    pub edges: usize,
    /// Whether all of them were looked at.
    pub is_complete: bool,
    /// The most that were to be looked at.
    pub max_states: usize,
    /// How many nodes some way comes to.
    pub reached: usize,
    /// Nodes that no way comes to, nor to a copy of them.
    pub unreached: Vec<NodeId>,
}

/// Something that is wrong, with a shortest way that shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// Where.
    pub node: NodeId,
    /// The way there, from the arrival on.
    pub story: Story,
    /// Whether it comes about only if hours turn on the way.
    pub turns: bool,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A move that should not be.
    Symptom(Symptom),
    /// A way round on which the caller does nothing and no budget is spent.
    Loop,
    /// From there a caller who stays comes to no end.
    Endless,
    /// A secret goes where none may: what is done with it.
    Secret(&'static str),
    /// The promise at this position is broken.
    Promise(usize, Breach),
}

impl Report {
    /// Adds what comes about only if hours turn on the way, from the report of a search in which they do.
    pub fn add_turning(&mut self, turning: Report) {
        self.is_complete &= turning.is_complete;
        let is_new = |found: &Finding| {
            !self.findings.iter().any(|known| known.kind == found.kind && known.node == found.node)
        };
        let more: Vec<Finding> = turning.findings.into_iter().filter(is_new).collect();
        self.findings.extend(more.into_iter().map(|finding| Finding { turns: true, ..finding }));
    }
}

impl Finding {
    /// Whether it is a loop at this node.
    pub(super) fn is_loop_at(&self, node: NodeId) -> bool {
        self.kind == Kind::Loop && self.node == node
    }
}
