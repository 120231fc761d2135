//! By which rules of the route a contact comes to where its caller's segment is asked for. Others need not ask the CRM who
//! calls before their first line.

use crate::language::lower::Graph;
use crate::program::NodeId;
use std::collections::BTreeSet;

impl Graph {
    /// Marks the rules behind which it is asked for; those that ask in their conditions are marked already. A flow counts
    /// as a whole.
    pub(in crate::language) fn mark_segments(&mut self) {
        if self.segment_flows.is_empty() {
            return;
        }
        let asking = self.leading_to_segments();
        for rule in &mut self.routes {
            rule.asks_segment |= asking.contains(&rule.entry);
        }
    }

    /// All nodes from which a flow is reached that asks.
    fn leading_to_segments(&self) -> BTreeSet<NodeId> {
        let mut before: Vec<Vec<NodeId>> = vec![Vec::new(); self.nodes.len()];
        for node in (0..self.nodes.len() as u32).map(NodeId) {
            let flow = self.nodes[node.0 as usize].flow;
            let left = self.flows.get(flow.0 as usize).and_then(|flow| flow.hung_up);
            for next in self.followers(node).into_iter().chain(left) {
                before[next.0 as usize].push(node);
            }
        }
        let asks = |node: &NodeId| self.segment_flows.contains(&self.nodes[node.0 as usize].flow);
        let mut waiting: Vec<NodeId> = (0..self.nodes.len() as u32).map(NodeId).filter(asks).collect();
        let mut leading: BTreeSet<NodeId> = waiting.iter().copied().collect();
        while let Some(node) = waiting.pop() {
            waiting.extend(before[node.0 as usize].iter().filter(|earlier| leading.insert(**earlier)));
        }
        leading
    }
}
