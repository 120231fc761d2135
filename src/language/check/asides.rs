//! Blocks behind the keys of a queue, which run while the place is kept: where one ends, the queue goes on, and may end.

use crate::language::lower::{Graph, NOWHERE};
use crate::program::{Exit, NodeId, Verb};
use std::collections::{BTreeMap, BTreeSet};

/// For each node at which such a block can end, the queues that go on there.
pub(super) type Asides = BTreeMap<NodeId, Vec<NodeId>>;

impl Graph {
    /// Where blocks behind the keys of queues end.
    pub(super) fn asides(&self) -> Asides {
        let mut asides = Asides::new();
        for index in 0..self.nodes.len() {
            let queue = NodeId(index as u32);
            if matches!(self.nodes[index].verb, Verb::Queue(_)) {
                self.ends_of_keys(queue)
                    .into_iter()
                    .for_each(|end| asides.entry(end).or_default().push(queue));
            }
        }
        asides
    }

    /// How a queue can end, beside its keys.
    pub(super) fn ends_of_queue(&self, queue: NodeId) -> impl Iterator<Item = (&Exit, NodeId)> {
        self.arms(queue).filter(|(exit, _)| !matches!(exit, Exit::Choice(_) | Exit::Waiting))
    }

    fn ends_of_keys(&self, queue: NodeId) -> Vec<NodeId> {
        let keys = self.arms(queue).filter(|(exit, _)| matches!(exit, Exit::Choice(_)));
        let mut waiting: Vec<NodeId> = keys.map(|(_, to)| to).collect();
        let mut seen: BTreeSet<NodeId> = waiting.iter().copied().collect();
        let mut ends = Vec::new();
        while let Some(id) = waiting.pop() {
            if self.nodes[id.0 as usize].arms.iter().any(|arm| arm.to == NOWHERE) {
                ends.push(id);
            }
            waiting.extend(self.arms(id).map(|(_, to)| to).filter(|to| seen.insert(*to)));
        }
        ends
    }
}
