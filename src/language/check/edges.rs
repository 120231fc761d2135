//! Where a node can lead to, in its flow and into others.

use crate::language::lower::{Graph, NOWHERE};
use crate::program::{Exit, Expr, FlowId, NodeId, Value, Verb};

/// A wait at least this long is a budget of its own: a loop with it does not spin.
const SHORTEST_WAIT_MS: u64 = 1_000;

impl Graph {
    /// The arms of a node that lead somewhere.
    pub(super) fn arms(&self, node: NodeId) -> impl Iterator<Item = (&Exit, NodeId)> {
        let arms = self.nodes[node.0 as usize].arms.iter();
        arms.filter(|arm| arm.to != NOWHERE).map(|arm| (&arm.exit, arm.to))
    }

    /// The first node of a flow.
    pub(super) fn entry(&self, flow: FlowId) -> Option<NodeId> {
        self.flows.get(flow.0 as usize).map(|flow| flow.entry).filter(|entry| *entry != NOWHERE)
    }

    /// The flow that a node enters, by an arrow or by `do`.
    pub(super) fn entered(&self, node: NodeId) -> Option<FlowId> {
        match &self.nodes[node.0 as usize].verb {
            Verb::Goto(goto) => Some(goto.flow),
            Verb::Do(call) => Some(call.flow),
            _ => None,
        }
    }

    /// All nodes that can follow a node, in its flow and in others.
    pub(super) fn followers(&self, node: NodeId) -> Vec<NodeId> {
        let mut followers: Vec<NodeId> = self.arms(node).map(|(_, to)| to).collect();
        followers.extend(self.entered(node).and_then(|flow| self.entry(flow)));
        if let Verb::Again(_) = &self.nodes[node.0 as usize].verb {
            followers.extend(self.entry(self.nodes[node.0 as usize].flow));
        }
        followers
    }

    /// The nodes that can follow although the caller did nothing and no budget was spent. `returns_freely` says so of a
    /// flow entered by `do`.
    pub(super) fn free_followers(
        &self,
        node: NodeId,
        returns_freely: impl Fn(FlowId) -> bool,
    ) -> Vec<NodeId> {
        let verb = &self.nodes[node.0 as usize].verb;
        if waits(verb) {
            return Vec::new();
        }
        let comes_back = match verb {
            Verb::Do(call) => returns_freely(call.flow),
            _ => true,
        };
        let free = |exit: &Exit| comes_back && !takes_or_spends(verb, exit);
        let mut followers: Vec<NodeId> =
            self.arms(node).filter(|(exit, _)| free(exit)).map(|(_, to)| to).collect();
        followers.extend(self.entered(node).and_then(|flow| self.entry(flow)));
        followers
    }
}

fn waits(verb: &Verb) -> bool {
    match verb {
        Verb::Wait(wait) => match &wait.length {
            Expr::Const(Value::Duration(length)) => length.0 >= SHORTEST_WAIT_MS,
            _ => true,
        },
        _ => false,
    }
}

/// Whether the caller acted, or a budget of this verb was spent, when it ended this way.
fn takes_or_spends(verb: &Verb, exit: &Exit) -> bool {
    is_turn(verb, exit)
        || matches!(exit, Exit::NoInput(_) | Exit::Waiting)
        || matches!((verb, exit), (Verb::Repeat(_), Exit::Then))
}

/// Whether the caller acted when the verb ended this way.
pub(super) fn is_turn(verb: &Verb, exit: &Exit) -> bool {
    match exit {
        Exit::Choice(_) | Exit::NoMatch(_) | Exit::Wrong | Exit::Verified | Exit::Completed => true,
        Exit::Refused => matches!(verb, Verb::Authenticate(_)),
        Exit::Next => matches!(verb, Verb::Ask(_)),
        _ => false,
    }
}
