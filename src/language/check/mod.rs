//! Checks over the graph of all flows: what no single statement shows.

mod asides;
mod asking;
mod changes;
mod channels;
mod conditions;
mod counted;
mod cycles;
mod edges;
mod endings;
mod hung_up;
mod loops;
mod places;
mod reach;
mod recursion;
mod returns;
mod segments;
mod stays;
mod timers;
mod twice;

use super::declare::Declared;
use super::lower::Graph;
use crate::program::{FlowId, NodeId};
use crate::source::{Code, Diagnostic, Diagnostics, Span};

/// What every check looks at, and where it reports.
pub(super) struct Checker<'a> {
    graph: &'a Graph,
    declared: &'a Declared,
    diagnostics: &'a mut Diagnostics,
}

/// Runs all checks.
pub(super) fn check(graph: &Graph, declared: &Declared, diagnostics: &mut Diagnostics) {
    let mut checker = Checker { graph, declared, diagnostics };
    let reached = checker.reach();
    checker.conditions(&reached);
    checker.asking(&reached);
    checker.hung_up(&reached);
    checker.endings();
    let returning = checker.returning();
    let recursions = checker.recursion(&reached);
    checker.behind_no_return(&reached, &returning, &recursions);
    checker.outcomes_twice(&returning);
    checker.loops(&reached, &recursions);
    checker.timers(&reached, &returning);
    checker.places(&reached);
}

impl Checker<'_> {
    fn report(&mut self, code: Code, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(code, span, message).hint(hint));
    }

    fn span(&self, node: NodeId) -> Span {
        self.graph.origins[node.0 as usize].span
    }

    fn flow_name(&self, flow: FlowId) -> &str {
        &self.graph.flows[flow.0 as usize].name
    }

    /// The flows along a path of nodes: `reception → main_menu`. A route is called by its name.
    fn flows_along(&self, path: &[NodeId]) -> String {
        let mut flows: Vec<FlowId> = path.iter().map(|node| self.graph.nodes[node.0 as usize].flow).collect();
        flows.dedup();
        flows.iter().map(|flow| self.flow_name(*flow)).collect::<Vec<_>>().join(" → ")
    }
}
