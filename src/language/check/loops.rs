//! Loops that can go round without the caller and without end.
//!
//! The graph without all edges on which the caller acts or a budget is spent must have no cycle.

use super::Checker;
use super::reach::Reached;
use crate::program::{FlowId, NodeId, Verb};
use crate::source::Code;

impl Checker<'_> {
    pub(super) fn loops(&mut self, reached: &Reached) {
        let freely = self.free_returns();
        let count = self.graph.nodes.len();
        let followers: Vec<Vec<usize>> = (0..count)
            .map(|index| {
                let id = NodeId(index as u32);
                if !reached.is_reached(id) || self.graph.origins[index].broken {
                    return Vec::new();
                }
                let followers = self.graph.free_followers(id, |flow| freely[flow.0 as usize]);
                followers.into_iter().map(|to| to.0 as usize).collect()
            })
            .collect();
        for cycle in cycles(&followers) {
            self.report_loop(&cycle);
        }
    }

    fn report_loop(&mut self, cycle: &[usize]) {
        let mut path: Vec<NodeId> = cycle.iter().map(|index| NodeId(*index as u32)).collect();
        path.sort();
        let first = path.iter().copied().min_by_key(|id| {
            let span = self.span(*id);
            (span.source, span.start)
        });
        let Some(first) = first else { return };
        let mut flows: Vec<&str> =
            path.iter().map(|id| self.flow_name(self.graph.nodes[id.0 as usize].flow)).collect();
        flows.dedup();
        let message = format!(
            "a loop without end through `{}`: it takes nothing from the caller and spends no budget",
            flows.join("`, `")
        );
        let hint = "let the caller press a key in it, or bound it with `again at most 3 else -> …`";
        self.report(Code::LoopWithoutBudget, self.span(first), message, hint);
    }

    /// For each flow, whether it can return although the caller did nothing and no budget was spent.
    fn free_returns(&self) -> Vec<bool> {
        let entered_from = self.entered_from();
        let mut freely = vec![false; self.graph.flows.len()];
        let mut waiting: Vec<usize> = (0..freely.len()).collect();
        while let Some(index) = waiting.pop() {
            if !freely[index] && self.returns_freely(FlowId(index as u32), &freely) {
                freely[index] = true;
                // What it returned to may go on to a return of its own now.
                waiting.extend(&entered_from[index]);
            }
        }
        freely
    }

    /// For each flow, the flows that enter it by `do`.
    fn entered_from(&self) -> Vec<Vec<usize>> {
        let mut entered_from = vec![Vec::new(); self.graph.flows.len()];
        for node in &self.graph.nodes {
            if let Verb::Do(call) = &node.verb {
                entered_from[call.flow.0 as usize].push(node.flow.0 as usize);
            }
        }
        entered_from
    }

    fn returns_freely(&self, flow: FlowId, freely: &[bool]) -> bool {
        let mut waiting: Vec<NodeId> = self.graph.entry(flow).into_iter().collect();
        let mut seen: std::collections::BTreeSet<NodeId> = waiting.iter().copied().collect();
        while let Some(id) = waiting.pop() {
            let node = &self.graph.nodes[id.0 as usize];
            if matches!(node.verb, Verb::Return(_)) {
                return true;
            }
            let followers = self.graph.free_followers(id, |flow| freely[flow.0 as usize]);
            let own = followers.into_iter().filter(|to| self.graph.nodes[to.0 as usize].flow == flow);
            waiting.extend(own.filter(|to| seen.insert(*to)));
        }
        false
    }
}

/// The cycles of a graph as its strongly connected components (Tarjan's algorithm, without recursion).
pub(super) fn cycles(followers: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let count = followers.len();
    let (mut order, mut low) = (vec![NEW; count], vec![0; count]);
    let mut on_stack = vec![false; count];
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..count {
        if order[root] != NEW {
            continue;
        }
        let mut calls: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, child)) = calls.pop() {
            if child == 0 {
                (order[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            match followers[node].get(child) {
                Some(to) => {
                    calls.push((node, child + 1));
                    if order[*to] == NEW {
                        calls.push((*to, 0));
                    } else if on_stack[*to] {
                        low[node] = low[node].min(order[*to]);
                    }
                }
                None => {
                    if let Some((parent, _)) = calls.last() {
                        low[*parent] = low[*parent].min(low[node]);
                    }
                    if low[node] == order[node] {
                        let component = component(node, &mut stack, &mut on_stack);
                        if component.len() > 1 || followers[node].contains(&node) {
                            found.push(component);
                        }
                    }
                }
            }
        }
    }
    found
}

/// Takes a component off the stack.
fn component(root: usize, stack: &mut Vec<usize>, on_stack: &mut [bool]) -> Vec<usize> {
    let mut component = Vec::new();
    while let Some(node) = stack.pop() {
        on_stack[node] = false;
        component.push(node);
        if node == root {
            break;
        }
    }
    component
}
