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
    /// Nodes that no way comes to.
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

impl Finding {
    /// Whether it is a loop at this node.
    pub(super) fn is_loop_at(&self, node: NodeId) -> bool {
        self.kind == Kind::Loop && self.node == node
    }
}
