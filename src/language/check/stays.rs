//! What `stay.joined` says of a caller who has left a room: whether the block `joined` has run, and with it its outcome.

use crate::language::lower::Graph;
use crate::program::verb::If;
use crate::program::{CompareOp, Exit, Expr, FlowId, NodeId, Slot, Value, Verb};
use std::collections::BTreeSet;

impl Graph {
    /// The exit of an `if` by which only callers go on who have joined a room, where every way through its block
    /// `joined` sets an outcome.
    pub(super) fn exit_of_joined(&self, node: NodeId) -> Option<Exit> {
        let flow = self.nodes[node.0 as usize].flow;
        let Verb::If(If { condition, .. }) = &self.nodes[node.0 as usize].verb else { return None };
        let (slot, holds) = asks_joined(condition)?;
        let rooms = (0..self.nodes.len() as u32).map(NodeId).filter(|id| self.brings_stay(*id, flow, slot));
        let mut rooms = rooms.peekable();
        rooms.peek()?;
        let told =
            rooms.all(|room| self.arms(room).any(|(exit, to)| *exit == Exit::Joined && self.tells(to)));
        told.then_some(if holds { Exit::Then } else { Exit::Else })
    }

    /// Whether a node is a room of a flow that says in a variable what the stay was.
    fn brings_stay(&self, room: NodeId, flow: FlowId, slot: Slot) -> bool {
        let node = &self.nodes[room.0 as usize];
        let leaves = |exit: &Exit| matches!(exit, Exit::Left | Exit::Removed);
        node.flow == flow
            && matches!(node.verb, Verb::Conference(_))
            && node.arms.iter().any(|arm| leaves(&arm.exit) && arm.bind == Some(slot))
    }

    /// Whether every way from a node to the end of its block sets an outcome.
    fn tells(&self, first: NodeId) -> bool {
        let mut waiting = vec![first];
        let mut seen = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            let node = &self.nodes[id.0 as usize];
            if matches!(node.verb, Verb::Outcome(_)) || !seen.insert(id) {
                continue;
            }
            if self.arms(id).count() < node.arms.len() {
                return false;
            }
            waiting.extend(self.arms(id).map(|(_, to)| to));
        }
        true
    }
}

/// The variable whose `joined` a condition asks for, and whether it holds where that is so.
fn asks_joined(condition: &Expr) -> Option<(Slot, bool)> {
    match condition {
        Expr::Field(of, field) if &**field == "joined" => match &**of {
            Expr::Slot(slot) => Some((*slot, true)),
            _ => None,
        },
        Expr::Not(inner) => asks_joined(inner).map(|(slot, holds)| (slot, !holds)),
        Expr::Compare(CompareOp::Equal, a, b) => match (&**a, &**b) {
            (asked, Expr::Const(Value::Bool(truth))) | (Expr::Const(Value::Bool(truth)), asked) => {
                asks_joined(asked).map(|(slot, holds)| (slot, holds == *truth))
            }
            _ => None,
        },
        _ => None,
    }
}
