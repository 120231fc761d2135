//! Loops that can go round without the caller and without end.
//!
//! The graph without all edges on which the caller acts or a budget is spent must have no cycle. A `wait` is no budget:
//! a line that nobody holds any more waits for hours.

use super::Checker;
use super::cycles::{cycles, way_round};
use super::reach::Reached;
use super::recursion::Recursions;
use crate::program::verb::Extent;
use crate::program::{Exit, FlowId, NodeId, Verb};
use crate::source::{Code, Diagnostic};

impl Checker<'_> {
    pub(super) fn loops(&mut self, reached: &Reached, recursions: &Recursions) {
        let freely = self.free_returns();
        let count = self.graph.nodes.len();
        let mut followers: Vec<Vec<usize>> = (0..count)
            .map(|index| {
                let id = NodeId(index as u32);
                if !reached.is_reached(id) || self.graph.origins[index].broken {
                    return Vec::new();
                }
                // What enters itself by `do` is told as that.
                let deeper = recursions.again(self.graph, id).and_then(|flow| self.graph.entry(flow));
                let followers = self.graph.free_followers(id, |flow| freely[flow.0 as usize]);
                let followers = followers.into_iter().filter(|to| Some(*to) != deeper);
                followers.map(|to| to.0 as usize).collect()
            })
            .collect();
        let counted = cycles(&followers).into_iter();
        let counted: Vec<usize> =
            counted.flat_map(|component| self.graph.counted(&component, &followers)).collect();
        for jump in counted {
            let flow = self.graph.entered(NodeId(jump as u32));
            let entry = flow.and_then(|flow| self.graph.entry(flow));
            followers[jump].retain(|to| entry.is_none_or(|entry| *to != entry.0 as usize));
        }
        for component in cycles(&followers) {
            let is_in = |node: NodeId| component.contains(&(node.0 as usize));
            let mut nodes = component.iter().map(|index| NodeId(*index as u32));
            let entry = nodes.find(|node| !reached.before(*node).is_some_and(is_in));
            let first = entry.map_or(component[0], |node| node.0 as usize);
            let way = way_round(first, &component, &followers);
            let way: Vec<NodeId> = way.into_iter().map(|index| NodeId(index as u32)).collect();
            self.report_loop(&way);
        }
    }

    /// Reports a loop where it closes: at the jump that leads back.
    fn report_loop(&mut self, way: &[NodeId]) {
        let Some(last) = way.last() else { return };
        let closes = way.iter().rev().find(|node| self.jumps(**node)).unwrap_or(last);
        let flows = self.flows_round(way);
        let message = format!(
            "a loop without end through `{}`: it takes nothing from the caller and spends no budget",
            flows.join("`, `")
        );
        let hint = self.cure(way, flows.len() == 1);
        let finding = Diagnostic::new(Code::LoopWithoutBudget, self.span(*closes), message).hint(hint);
        let finding = match self.way_out(way, *closes) {
            Some((node, exit)) => finding.related(self.span(node), format!("this can end in `{exit}`")),
            None => finding,
        };
        self.diagnostics.push(finding);
    }

    /// The flows of a way round, in its order, each once in a row.
    pub(super) fn flows_round(&self, way: &[NodeId]) -> Vec<String> {
        let mut flows: Vec<FlowId> = way.iter().map(|id| self.graph.nodes[id.0 as usize].flow).collect();
        flows.dedup();
        if flows.len() > 1 && flows.first() == flows.last() {
            flows.pop();
        }
        flows.into_iter().map(|flow| self.flow_name(flow).to_owned()).collect()
    }

    fn jumps(&self, node: NodeId) -> bool {
        matches!(self.graph.nodes[node.0 as usize].verb, Verb::Goto(_) | Verb::Reask(_))
    }

    /// The last verb before a jump that did not go on as it should, where there is one: its exit closes the loop.
    fn way_out(&self, way: &[NodeId], jump: NodeId) -> Option<(NodeId, String)> {
        let before = way.iter().position(|node| *node == jump)?;
        let pairs = way[..=before].windows(2).rev();
        pairs.filter_map(|pair| Some((pair[0], self.exit_taken(pair[0], pair[1])?))).next()
    }

    /// The exit by which a node leads to another, if a script writes it.
    fn exit_taken(&self, node: NodeId, to: NodeId) -> Option<String> {
        let (exit, _) = self.graph.arms(node).find(|(_, next)| *next == to)?;
        match exit {
            Exit::Next | Exit::Then | Exit::Else | Exit::Choice(_) => None,
            exit => Some(exit.to_string()),
        }
    }

    /// What helps, by what stands in the loop.
    fn cure(&self, way: &[NodeId], is_one_flow: bool) -> String {
        let has = |test: fn(&Verb) -> bool| way.iter().any(|id| test(&self.graph.nodes[id.0 as usize].verb));
        let rounds = match is_one_flow {
            true => "`repeat at most 20 { … }`, or `again at most 20 else -> …`",
            false => "`repeat at most 20 { … }`",
        };
        if has(|verb| matches!(verb, Verb::Wait(_))) {
            return format!("a `wait` is no bound, the caller may have gone: count the rounds with {rounds}");
        }
        if has(|verb| matches!(verb, Verb::Play(play) if matches!(play.extent, Extent::For(_)))) {
            return format!("sound is no bound, the caller may have gone: count the rounds with {rounds}");
        }
        if has(|verb| matches!(verb, Verb::Ask(_) | Verb::Menu(_) | Verb::Authenticate(_))) {
            return "`give_up` is no turn of the caller: let it lead out of the loop; more tries are `retries 5`"
                .to_owned();
        }
        if has(|verb| matches!(verb, Verb::Set(_))) && has(|verb| matches!(verb, Verb::If(_))) {
            return format!(
                "go through a list with `for each x in LIST at most 9 {{ … }}`, count with {rounds}"
            );
        }
        format!("let the caller press a key in it, or count the rounds with {rounds}")
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
