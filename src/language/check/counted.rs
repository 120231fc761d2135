//! Rounds that a flow counts in a parameter: `flow b(try: number) { if try >= 3 -> out … -> b(try + 1) }`.
//!
//! Such a jump bounds a loop where whatever enters the flow in the loop counts on, and where no way leads from the flow's
//! beginning to the jump but past a condition that holds only while the count is small. Anything else may begin anew.

use crate::language::lower::Graph;
use crate::program::{ArithmeticOp, CompareOp, Exit, Expr, FlowId, NodeId, Slot, Value, Verb};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The most rounds that are a bound; the same as those of `repeat`.
const MOST_ROUNDS: Decimal = Decimal::from_parts(1000, 0, 0, false, 0);

impl Graph {
    /// The jumps of a loop that count its rounds, out of the graph of what follows freely.
    pub(super) fn counted(&self, component: &[usize], followers: &[Vec<usize>]) -> BTreeSet<usize> {
        let mut counted = BTreeSet::new();
        let mut flows: BTreeSet<FlowId> = BTreeSet::new();
        flows.extend(component.iter().filter_map(|index| self.entered(NodeId(*index as u32))));
        for flow in flows {
            let enters = |index: &&usize| self.entered(NodeId(**index as u32)) == Some(flow);
            let jumps: Vec<usize> = component.iter().filter(enters).copied().collect();
            let params = self.flows[flow.0 as usize].params.len() as u16;
            let bounds = |slot: Slot| {
                jumps.iter().all(|jump| self.counts_on(NodeId(*jump as u32), flow, slot))
                    && self.is_asked_between(flow, slot, &jumps, component, followers)
            };
            if (0..params).map(Slot).any(bounds) {
                counted.extend(jumps);
            }
        }
        counted
    }

    /// Whether a jump enters its own flow again, with this parameter increased.
    fn counts_on(&self, jump: NodeId, flow: FlowId, slot: Slot) -> bool {
        let node = &self.nodes[jump.0 as usize];
        let Verb::Goto(goto) = &node.verb else { return false };
        let Some(arg) = goto.args.get(usize::from(slot.0)) else { return false };
        let Expr::Arithmetic(ArithmeticOp::Add, a, b) = self.computed(flow, arg) else { return false };
        let steps = |of: &Expr, by: &Expr| {
            self.is_param(flow, of, slot)
                && matches!(by, Expr::Const(Value::Number(by)) if *by >= Decimal::ONE)
        };
        node.flow == flow && (steps(a, b) || steps(b, a))
    }

    /// Whether every way from the flow's beginning to the jumps passes a condition that a large count does not meet.
    fn is_asked_between(
        &self,
        flow: FlowId,
        slot: Slot,
        jumps: &[usize],
        component: &[usize],
        followers: &[Vec<usize>],
    ) -> bool {
        let Some(entry) = self.entry(flow) else { return false };
        let is_in: BTreeSet<usize> = component.iter().copied().collect();
        let mut seen = BTreeSet::from([entry.0 as usize]);
        let mut waiting = vec![entry.0 as usize];
        while let Some(index) = waiting.pop() {
            if jumps.contains(&index) {
                return false;
            }
            let small = self.exit_of_small(NodeId(index as u32), flow, slot);
            let past = self.arms(NodeId(index as u32)).find(|(exit, _)| small.as_ref() == Some(*exit));
            let past = past.map(|(_, to)| to.0 as usize);
            let next = followers[index].iter().copied().filter(|to| Some(*to) != past && is_in.contains(to));
            waiting.extend(next.filter(|to| seen.insert(*to)).collect::<Vec<_>>());
        }
        true
    }

    /// The exit of a condition by which only a count goes on that is not yet large.
    fn exit_of_small(&self, node: NodeId, flow: FlowId, slot: Slot) -> Option<Exit> {
        let node = &self.nodes[node.0 as usize];
        let Verb::If(decision) = &node.verb else { return None };
        let is_small = |truth| node.flow == flow && self.bounds(flow, slot, &decision.condition, truth);
        match (is_small(true), is_small(false)) {
            (true, _) => Some(Exit::Then),
            (false, true) => Some(Exit::Else),
            (false, false) => None,
        }
    }

    /// Whether a condition that is true, or false, says that the parameter is at most so much.
    fn bounds(&self, flow: FlowId, slot: Slot, condition: &Expr, truth: bool) -> bool {
        match condition {
            Expr::Not(inner) => self.bounds(flow, slot, inner, !truth),
            Expr::And(a, b) | Expr::Or(a, b) => {
                let (a, b) = (self.bounds(flow, slot, a, truth), self.bounds(flow, slot, b, truth));
                if matches!(condition, Expr::And(..)) == truth { a || b } else { a && b }
            }
            Expr::Compare(op, a, b) => {
                let small =
                    |value: &Expr| matches!(value, Expr::Const(Value::Number(most)) if *most <= MOST_ROUNDS);
                let (is_left, is_right) =
                    (self.is_param(flow, a, slot) && small(b), self.is_param(flow, b, slot) && small(a));
                match op {
                    CompareOp::Less | CompareOp::LessOrEqual => (is_left && truth) || (is_right && !truth),
                    CompareOp::Greater | CompareOp::GreaterOrEqual => {
                        (is_left && !truth) || (is_right && truth)
                    }
                    CompareOp::Equal => (is_left || is_right) && truth,
                    CompareOp::NotEqual => (is_left || is_right) && !truth,
                }
            }
            _ => false,
        }
    }

    /// Whether an expression is the parameter as it came in.
    fn is_param(&self, flow: FlowId, expr: &Expr, slot: Slot) -> bool {
        *self.computed(flow, expr) == Expr::Slot(slot) && self.values_of(flow, slot).is_empty()
    }

    /// What a variable stands for that gets one value in its flow.
    fn computed<'e>(&'e self, flow: FlowId, expr: &'e Expr) -> &'e Expr {
        let Expr::Slot(slot) = expr else { return expr };
        match self.values_of(flow, *slot)[..] {
            [Some(value)] if !matches!(value, Expr::Slot(other) if other == slot) => match value {
                Expr::Slot(_) => self.computed_once(flow, value),
                other => other,
            },
            _ => expr,
        }
    }

    /// The same behind one more name, and no further.
    fn computed_once<'e>(&'e self, flow: FlowId, expr: &'e Expr) -> &'e Expr {
        let Expr::Slot(slot) = expr else { return expr };
        match self.values_of(flow, *slot)[..] {
            [Some(value)] => value,
            _ => expr,
        }
    }

    /// The values that a variable is given in its flow, beside what it comes in with; `None` where nobody knows them.
    fn values_of(&self, flow: FlowId, slot: Slot) -> Vec<Option<&Expr>> {
        let nodes = self.nodes.iter().filter(|node| node.flow == flow);
        nodes
            .flat_map(|node| {
                let set = match &node.verb {
                    Verb::Set(set) if set.slot == slot => Some(Some(&set.value)),
                    verb => super::changes::fills(verb, slot).then_some(None),
                };
                let bound = node.arms.iter().filter(move |arm| arm.bind == Some(slot)).map(|_| None);
                set.into_iter().chain(bound)
            })
            .collect()
    }
}
