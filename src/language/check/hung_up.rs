//! What happens when the caller leaves: every flow with calls says so, and tells the CRM.

use super::Checker;
use super::reach::Reached;
use crate::program::{Exit, FlowId, NodeId, Verb};
use crate::source::Code;
use std::collections::BTreeSet;

impl Checker<'_> {
    pub(super) fn hung_up(&mut self, reached: &Reached) {
        let mut silent: Vec<usize> = Vec::new();
        for index in 0..self.declared.flows.len() {
            let Some(entry) = self.graph.entry(FlowId(index as u32)) else { continue };
            if !self.has_callers(reached, FlowId(index as u32), entry) {
                continue;
            }
            match self.graph.flows[index].hung_up {
                Some(first) => self.tells_outcome(first),
                None if self.declared.defaults_lost => {}
                None => silent.push(index),
            }
        }
        let Some(first) = silent.first() else { return };
        let name = self.flow_name(FlowId(*first as u32)).to_owned();
        let message = match silent.len() {
            1 => format!("the caller can hang up in `{name}`, and nobody handles `hung_up`"),
            2 => {
                format!("the caller can hang up in `{name}` and one more flow, and nobody handles `hung_up`")
            }
            count => {
                format!(
                    "the caller can hang up in `{name}` and {} more flows, and nobody handles `hung_up`",
                    count - 1
                )
            }
        };
        let hint = "write `default { hung_up { outcome abandoned } }` into the program";
        self.report(Code::MissingExit, self.graph.flow_spans[*first], message, hint);
    }

    /// Whether a caller can be there in a flow: it enters it, or is called in it.
    fn has_callers(&self, reached: &Reached, flow: FlowId, entry: NodeId) -> bool {
        let calls = |id: NodeId| matches!(self.graph.nodes[id.0 as usize].verb, Verb::CallOut(_));
        let ids = (0..self.graph.nodes.len() as u32).map(NodeId);
        self.on_call(reached, entry)
            || ids
                .filter(|id| self.graph.nodes[id.0 as usize].flow == flow)
                .any(|id| calls(id) && reached.is_reached(id))
    }

    /// Every way through the handler must set an outcome.
    fn tells_outcome(&mut self, first: NodeId) {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![first];
        while let Some(id) = waiting.pop() {
            let node = &self.graph.nodes[id.0 as usize];
            let told = matches!(node.verb, Verb::Outcome(_)) || self.graph.origins[id.0 as usize].broken;
            if told || !seen.insert(id) {
                continue;
            }
            let exits: Vec<Exit> = match &node.verb {
                Verb::If(_) | Verb::ForEach(_) => vec![Exit::Then, Exit::Else],
                Verb::Choose(choose) => (0..choose.weights.len() as u16).map(Exit::Choice).collect(),
                _ => vec![Exit::Next],
            };
            for exit in &exits {
                match self.graph.arms(id).find(|(known, _)| *known == exit) {
                    Some((_, to)) => waiting.push(to),
                    None => {
                        let message = "the caller can leave without an outcome for the CRM";
                        let hint =
                            "write an `outcome` on every way through `hung_up`, as in `outcome abandoned`";
                        self.report(Code::NoOutcome, self.span(id), message, hint);
                    }
                }
            }
        }
    }
}
