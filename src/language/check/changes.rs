//! What may be another value when a flow that has itself run again runs the next time: a count that it hands on, a kept
//! value, an answer, the time. A condition that asks for none of them decides the same in every round.

use crate::language::lower::Graph;
use crate::program::{Expr, FlowId, NodeId, Slot, Verb};
use std::collections::{BTreeMap, BTreeSet};

/// Where a variable gets its value.
enum Source<'g> {
    /// It is computed.
    Value(&'g Expr),
    /// Somebody said it: the caller, a backend, the CRM, the store, chance.
    Learned,
}

/// The variables of all flows, and the parameters that change from round to round.
pub(super) struct Changes<'g> {
    graph: &'g Graph,
    sources: BTreeMap<(FlowId, Slot), Vec<Source<'g>>>,
    params: BTreeSet<(FlowId, Slot)>,
}

impl<'g> Changes<'g> {
    /// Looks at what flows hand to each other; `is_round` says whether a statement that enters a flow belongs to a round.
    pub fn new(graph: &'g Graph, is_round: impl Fn(NodeId, FlowId) -> bool) -> Changes<'g> {
        // Whoever calls back for a queue is told which attempt it is.
        let params = graph.callbacks.iter().map(|(_, flow)| (*flow, Slot(1))).collect();
        let mut changes = Changes { graph, sources: BTreeMap::new(), params };
        for node in &graph.nodes {
            for (slot, source) in assigned(&node.verb) {
                changes.sources.entry((node.flow, slot)).or_default().push(source);
            }
            for slot in node.arms.iter().filter_map(|arm| arm.bind) {
                changes.sources.entry((node.flow, slot)).or_default().push(Source::Learned);
            }
        }
        let handed: Vec<_> = (0..graph.nodes.len() as u32)
            .map(NodeId)
            .filter_map(|id| handed_on(&graph.nodes[id.0 as usize].verb).map(|(flow, args)| (id, flow, args)))
            .filter(|(id, flow, _)| is_round(*id, *flow))
            .collect();
        loop {
            let known = changes.params.len();
            for (id, flow, args) in &handed {
                let from = graph.nodes[id.0 as usize].flow;
                for (index, arg) in args.iter().enumerate() {
                    if changes.moves_on(from, arg) {
                        changes.params.insert((*flow, Slot(index as u16)));
                    }
                }
            }
            if changes.params.len() == known {
                return changes;
            }
        }
    }

    /// Whether an expression may have another value in the next round.
    pub fn may_change(&self, flow: FlowId, expr: &Expr) -> bool {
        self.any_leaf(flow, expr, &mut BTreeSet::new(), &|leaf| match leaf {
            Leaf::Param(slot) => self.params.contains(&(flow, slot)),
            Leaf::Learned => true,
        })
    }

    /// Whether what is handed on differs from what was handed in: `try + 1`, or something that changes by itself.
    fn moves_on(&self, flow: FlowId, arg: &Expr) -> bool {
        let of_param = || {
            self.any_leaf(flow, arg, &mut BTreeSet::new(), &|leaf| {
                matches!(leaf, Leaf::Param(_) | Leaf::Learned)
            })
        };
        self.may_change(flow, arg) || (!self.is_handed_through(flow, arg, &mut BTreeSet::new()) && of_param())
    }

    /// Whether it is a value as it came, not one that was computed from it.
    fn is_handed_through(&self, flow: FlowId, expr: &Expr, seen: &mut BTreeSet<Slot>) -> bool {
        match expr {
            Expr::Slot(slot) => {
                let sources = self.sources.get(&(flow, *slot)).into_iter().flatten();
                let mut values = sources.filter_map(|source| match source {
                    Source::Value(value) => Some(*value),
                    Source::Learned => None,
                });
                !seen.insert(*slot) || values.all(|value| self.is_handed_through(flow, value, seen))
            }
            Expr::Otherwise(a, b) | Expr::Choose(_, a, b) => {
                self.is_handed_through(flow, a, seen) && self.is_handed_through(flow, b, seen)
            }
            other => other.parts().is_empty(),
        }
    }

    fn any_leaf(
        &self,
        flow: FlowId,
        expr: &Expr,
        seen: &mut BTreeSet<Slot>,
        holds: &dyn Fn(Leaf) -> bool,
    ) -> bool {
        match expr {
            Expr::Slot(slot) => {
                let is_param = (slot.0 as usize) < self.graph.flows[flow.0 as usize].params.len();
                if !seen.insert(*slot) {
                    return false;
                }
                let sources = self.sources.get(&(flow, *slot)).into_iter().flatten();
                (is_param && holds(Leaf::Param(*slot)))
                    || sources.into_iter().any(|source| match source {
                        Source::Value(value) => self.any_leaf(flow, value, seen, holds),
                        Source::Learned => holds(Leaf::Learned),
                    })
            }
            // Sets that a file or the CRM fills change while the program runs.
            Expr::InNumbers(inner, set) => {
                let set = &self.graph.numbers[set.0 as usize];
                let is_kept_outside = set.file.is_some() || set.segment.is_some();
                (is_kept_outside && holds(Leaf::Learned)) || self.any_leaf(flow, inner, seen, holds)
            }
            Expr::Open(_)
            | Expr::OpenIn(..)
            | Expr::Shift(_)
            | Expr::Turn(..)
            | Expr::DaysAhead(_)
            | Expr::Position
            | Expr::ExpectedWait
            | Expr::Now
            | Expr::Today => holds(Leaf::Learned),
            other => other.parts().into_iter().any(|part| self.any_leaf(flow, part, seen, holds)),
        }
    }
}

/// What an expression depends on in the end.
enum Leaf {
    /// A parameter of the flow.
    Param(Slot),
    /// Something that is not the flow's own.
    Learned,
}

/// Whether a verb gives a variable a value.
pub(super) fn fills(verb: &Verb, slot: Slot) -> bool {
    assigned(verb).iter().any(|(filled, _)| *filled == slot)
}

/// The variables that a verb fills.
fn assigned(verb: &Verb) -> Vec<(Slot, Source<'_>)> {
    match verb {
        Verb::Set(set) => vec![(set.slot, Source::Value(&set.value))],
        Verb::Recall(recall) => vec![(recall.slot, Source::Learned)],
        Verb::Ask(ask) => vec![(ask.slot, Source::Learned)],
        Verb::Pick(pick) => vec![(pick.slot, Source::Learned)],
        Verb::Judge(judge) => vec![(judge.slot, Source::Learned)],
        Verb::Record(record) => vec![(record.slot, Source::Learned)],
        Verb::ForEach(each) => vec![(each.item, Source::Learned)],
        Verb::Do(call) => call.slot.into_iter().map(|slot| (slot, Source::Learned)).collect(),
        Verb::Menu(menu) => menu.lists().map(|each| (each.item, Source::Learned)).collect(),
        _ => Vec::new(),
    }
}

/// The flow that a verb enters, now or later, and what it hands to it.
fn handed_on(verb: &Verb) -> Option<(FlowId, &[Expr])> {
    match verb {
        Verb::Goto(goto) => Some((goto.flow, &goto.args)),
        Verb::Do(call) => Some((call.flow, &call.args)),
        Verb::Later(later) => Some((later.flow, &later.args)),
        _ => None,
    }
}
