//! Flows that enter each other by `do` without end. An arrow drops the flows below it, so that only `do` piles up.

use super::Checker;
use super::cycles::cycles;
use super::reach::Reached;
use crate::language::lower::Graph;
use crate::program::{FlowId, NodeId, Verb};
use crate::source::Code;

/// Which flows enter each other by `do`.
pub(super) struct Recursions(Vec<Vec<usize>>);

impl Recursions {
    /// The flow that a `do` enters, if it comes back to that `do` without an arrow.
    pub(super) fn again(&self, graph: &Graph, node: NodeId) -> Option<FlowId> {
        let node = &graph.nodes[node.0 as usize];
        let Verb::Do(call) = &node.verb else { return None };
        let (from, to) = (node.flow.0 as usize, call.flow.0 as usize);
        let is_one = self.0.iter().any(|cycle| cycle.contains(&from) && cycle.contains(&to));
        is_one.then_some(call.flow)
    }
}

impl Checker<'_> {
    pub(super) fn recursion(&mut self, reached: &Reached) -> Recursions {
        let mut entered: Vec<Vec<usize>> = vec![Vec::new(); self.graph.flows.len()];
        let mut places: Vec<(usize, usize, NodeId)> = Vec::new();
        for (index, node) in self.graph.nodes.iter().enumerate() {
            let id = NodeId(index as u32);
            if let Verb::Do(call) = &node.verb
                && reached.is_reached(id)
            {
                let (from, to) = (node.flow.0 as usize, call.flow.0 as usize);
                entered[from].push(to);
                places.push((from, to, id));
            }
        }
        let recursions = cycles(&entered);
        for cycle in &recursions {
            let within = |(from, to, _): &&(usize, usize, NodeId)| cycle.contains(from) && cycle.contains(to);
            let Some((_, _, place)) = places.iter().find(within) else { continue };
            let mut names: Vec<&str> = cycle.iter().map(|flow| &*self.graph.flows[*flow].name).collect();
            names.sort_unstable();
            let message = match names.as_slice() {
                [one] => format!("the flow `{one}` enters itself by `do`, without end"),
                _ => format!("the flows `{}` enter each other by `do`, without end", names.join("`, `")),
            };
            let hint = "go on with an arrow, or start over with `again at most 3 else -> …`";
            self.report(Code::EndlessRecursion, self.span(*place), message, hint);
        }
        Recursions(recursions)
    }
}
