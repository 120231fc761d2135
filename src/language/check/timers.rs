//! Flows that have themselves run again later, without end: `in 5m do wake()` at the end of `wake`.
//!
//! Only something that changes from round to round can end it: a count that is handed on, a kept value, an answer. A call
//! that somebody picked up is none, since an answering machine picks up every time. A job of the program, which takes
//! nothing and goes on at a time of day, may go on for good.

use super::Checker;
use super::changes::Changes;
use super::cycles::{cycles, way_round};
use super::reach::Reached;
use crate::language::lower::Graph;
use crate::program::verb::When;
use crate::program::{Exit, FlowId, NodeId, Verb};
use crate::source::Code;

impl Checker<'_> {
    pub(super) fn timers(&mut self, reached: &Reached, returning: &[bool]) {
        let count = self.graph.nodes.len();
        let graph = self.graph;
        let timed = |index: usize| {
            let flow = graph.again_later(NodeId(index as u32))?;
            graph.entry(flow).map(|entry| entry.0 as usize)
        };
        if (0..count).all(|index| timed(index).is_none()) {
            return;
        }
        let changes = self.changes(reached, returning);
        let followers: Vec<Vec<usize>> = (0..count)
            .map(|index| self.unasked(NodeId(index as u32), reached, returning, Some(&changes)))
            .collect();
        for component in cycles(&followers) {
            let leads_back = |index: &usize| timed(*index).is_some_and(|entry| component.contains(&entry));
            let timer = component.iter().copied().filter(leads_back).min();
            // Without a timer it is a loop within one contact, and told as that.
            let Some(timer) = timer else { continue };
            let way = way_round(timer, &component, &followers);
            let way: Vec<NodeId> = way.into_iter().map(|index| NodeId(index as u32)).collect();
            let flows = self.flows_round(&way);
            let (first, have) = (&flows[0], if flows.len() == 1 { "has itself" } else { "have each other" });
            let message = format!("`{}` {have} run again and again, and nothing ends it", flows.join("`, `"));
            let hint = format!(
                "count the rounds: `flow {first}(try: number) {{ if try >= 3 {{ return }} … in 5m do {first}(try + 1) }}`"
            );
            self.report(Code::LoopWithoutBudget, self.span(NodeId(timer as u32)), message, hint);
        }
    }

    /// What changes in the rounds that there would be if no condition ended any.
    fn changes(&self, reached: &Reached, returning: &[bool]) -> Changes<'_> {
        let ids = (0..self.graph.nodes.len() as u32).map(NodeId);
        let followers: Vec<Vec<usize>> = ids.map(|id| self.unasked(id, reached, returning, None)).collect();
        let rounds = cycles(&followers);
        Changes::new(self.graph, |id, flow| {
            let entry = self.graph.entry(flow).map(|entry| entry.0 as usize);
            let is_in = |round: &Vec<usize>| {
                round.contains(&(id.0 as usize)) && entry.is_some_and(|entry| round.contains(&entry))
            };
            rounds.iter().any(is_in)
        })
    }

    /// Where a node leads although nothing that changes was asked and nobody answered, flows that run later included.
    fn unasked(
        &self,
        id: NodeId,
        reached: &Reached,
        returning: &[bool],
        changes: Option<&Changes<'_>>,
    ) -> Vec<usize> {
        let node = &self.graph.nodes[id.0 as usize];
        let is_asked = match (&node.verb, changes) {
            (Verb::If(decision), Some(changes)) => changes.may_change(node.flow, &decision.condition),
            (Verb::Choose(_), _) => true,
            _ => false,
        };
        if is_asked || !reached.is_reached(id) || self.graph.origins[id.0 as usize].broken {
            return Vec::new();
        }
        let comes_back = match &node.verb {
            Verb::Do(call) => returning[call.flow.0 as usize],
            _ => true,
        };
        let arms = self.graph.arms(id).filter(|(exit, _)| comes_back && !is_answer(&node.verb, exit));
        let entered = self.graph.entered(id).or_else(|| self.graph.again_later(id));
        let entry = entered.and_then(|flow| self.graph.entry(flow));
        // Whoever was called may hang up where something is waited for, and so may a machine.
        let may_leave = node.verb.hears_keys() && self.on_call(reached, id);
        let hung_up = self.graph.flows[node.flow.0 as usize].hung_up.filter(|_| may_leave);
        arms.map(|(_, to)| to).chain(entry).chain(hung_up).map(|to| to.0 as usize).collect()
    }
}

impl Graph {
    /// The flow that a node has run later, by itself or by whoever calls back for a queue; but for a job that goes on at a
    /// time of day.
    fn again_later(&self, id: NodeId) -> Option<FlowId> {
        if let Verb::Callback(callback) = &self.nodes[id.0 as usize].verb {
            let queue = callback.queue?.0 as usize;
            return self.callbacks.iter().find(|(of, _)| *of == queue).map(|(_, flow)| *flow);
        }
        let flow = self.scheduled(id)?;
        let is_daily = match &self.nodes[id.0 as usize].verb {
            Verb::Later(later) => matches!(later.when, When::At(..)) && later.args.is_empty(),
            _ => false,
        };
        (!is_daily).then_some(flow)
    }
}

/// Whether somebody did something, or something was learned, when the verb ended this way.
fn is_answer(verb: &Verb, exit: &Exit) -> bool {
    let learned = matches!(
        exit,
        Exit::Ok | Exit::Status(_) | Exit::One | Exit::Many | Exit::None | Exit::Conflict | Exit::Ready
    );
    // An answering machine speaks, too.
    let is_spoken = matches!(exit, Exit::Recorded | Exit::Review);
    learned || (verb.takes(exit) && !is_spoken)
}
