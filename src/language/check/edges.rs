//! Where a node can lead to, in its flow and into others.

use crate::language::lower::{Graph, NOWHERE};
use crate::program::{ChannelSet, Exit, FlowId, NodeId, Verb};

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

    /// The flow that a node has run without a caller.
    pub(super) fn scheduled(&self, node: NodeId) -> Option<FlowId> {
        match &self.nodes[node.0 as usize].verb {
            Verb::Later(later) => Some(later.flow),
            _ => None,
        }
    }

    /// All nodes that can follow a node, in its flow and in others.
    pub(super) fn followers(&self, node: NodeId) -> Vec<NodeId> {
        let mut followers: Vec<NodeId> = self.arms(node).map(|(_, to)| to).collect();
        followers.extend(self.entered(node).and_then(|flow| self.entry(flow)));
        followers.extend(self.global_keys(node));
        if let Verb::AfterCall(after) = &self.nodes[node.0 as usize].verb {
            followers.extend(self.entry(after.flow));
        }
        if let Verb::Again(_) = &self.nodes[node.0 as usize].verb {
            followers.extend(self.entry(self.nodes[node.0 as usize].flow));
        }
        followers
    }

    /// Where the global keys lead that are heard at a node.
    pub(super) fn global_keys(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let node = &self.nodes[node.0 as usize];
        let flow = &self.flows[node.flow.0 as usize];
        let keys = match &node.verb {
            // The keys of a flow are heard in those that it enters, and these have the program's themselves.
            Verb::Do(_) => &flow.keys[..flow.own_keys],
            verb if verb.hears_keys() => &flow.keys[..],
            _ => &[],
        };
        keys.iter().map(|(_, to)| *to)
    }

    /// The same, for a contact on one of these channels. Nobody presses a key where there is no caller, and what is written
    /// is an answer to a question.
    pub(super) fn global_keys_on(&self, node: NodeId, channels: ChannelSet) -> impl Iterator<Item = NodeId> {
        let heard = heard_on(&self.nodes[node.0 as usize].verb).and(channels);
        self.global_keys(node).filter(move |_| !heard.is_empty())
    }

    /// The nodes that can follow although the caller did nothing and no budget was spent. `returns_freely` says so of a
    /// flow entered by `do`.
    pub(super) fn free_followers(
        &self,
        node: NodeId,
        returns_freely: impl Fn(FlowId) -> bool,
    ) -> Vec<NodeId> {
        let verb = &self.nodes[node.0 as usize].verb;
        // What a queue says and plays again and again ends with the wait in it.
        if self.origins[node.0 as usize].implied && matches!(verb, Verb::Wait(_) | Verb::Play(_)) {
            return Vec::new();
        }
        let comes_back = match verb {
            Verb::Do(call) => returns_freely(call.flow),
            _ => true,
        };
        let arms = self.nodes[node.0 as usize].arms.iter().enumerate();
        let free = arms.filter(|(index, arm)| {
            comes_back
                && arm.to != NOWHERE
                && !verb.takes_or_spends(&arm.exit)
                && !self.is_round(node, *index)
        });
        let mut followers: Vec<NodeId> = free.map(|(_, arm)| arm.to).collect();
        followers.extend(self.entered(node).and_then(|flow| self.entry(flow)));
        if let Verb::AfterCall(after) = verb {
            followers.extend(self.entry(after.flow));
        }
        followers
    }

    /// Whether an arm ends a round of a loop that counts them. Whoever leaves the loop and comes back begins anew.
    fn is_round(&self, node: NodeId, arm: usize) -> bool {
        self.rounds.contains(&(node, arm))
    }
}

/// The channels on which a global key can come at a verb.
pub(super) fn heard_on(verb: &Verb) -> ChannelSet {
    match verb {
        Verb::Ask(_) | Verb::Authenticate(_) | Verb::Menu(_) | Verb::Do(_) => ChannelSet::TALK,
        _ => ChannelSet::CALL,
    }
}
