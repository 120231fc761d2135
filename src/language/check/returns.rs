//! Flows that never return: what stands behind a `do` of one is never run.

use super::Checker;
use super::reach::Reached;
use super::recursion::Recursions;
use crate::program::{FlowId, NodeId, Verb};
use crate::source::{Code, Diagnostic};
use std::collections::BTreeSet;

impl Checker<'_> {
    /// Which flows may come back to a `do`. An arrow leaves for good, so that each flow is looked at alone; a flow with a
    /// mistake in it may.
    pub(super) fn returning(&self) -> Vec<bool> {
        (0..self.graph.flows.len()).map(|index| self.returns(FlowId(index as u32))).collect()
    }

    fn returns(&self, flow: FlowId) -> bool {
        let Some(entry) = self.graph.entry(flow) else { return true };
        let mut waiting = vec![entry];
        let mut seen: BTreeSet<NodeId> = BTreeSet::from([entry]);
        while let Some(id) = waiting.pop() {
            let is_return = matches!(self.graph.nodes[id.0 as usize].verb, Verb::Return(_));
            if is_return || self.graph.origins[id.0 as usize].broken {
                return true;
            }
            waiting.extend(self.graph.arms(id).map(|(_, to)| to).filter(|to| seen.insert(*to)));
        }
        false
    }

    /// Reports statements behind a `do` that never comes back.
    pub(super) fn behind_no_return(
        &mut self,
        reached: &Reached,
        returning: &[bool],
        recursions: &Recursions,
    ) {
        for index in 0..self.graph.nodes.len() as u32 {
            let id = NodeId(index);
            let Verb::Do(call) = &self.graph.nodes[index as usize].verb else { continue };
            if recursions.again(self.graph, id).is_some() {
                continue;
            }
            let behind = self.graph.arms(id).map(|(_, to)| to).next();
            let (false, true, Some(behind)) =
                (returning[call.flow.0 as usize], reached.is_reached(id), behind)
            else {
                continue;
            };
            let name = self.flow_name(call.flow).to_owned();
            let message = format!("`{name}` never comes back to this `do`");
            let finding = Diagnostic::new(Code::UnreachableStatement, self.span(id), message)
                .related(self.span(behind), "it would go on here");
            self.diagnostics.push(finding.hint(format!("write `goto {name}`, or `return` into `{name}`")));
        }
    }
}
