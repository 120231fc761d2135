//! Where a kept value has been read or set on every way: what a contact has seen stays, and reading it again cannot fail.

use crate::program::{Exit, Expr, FlowId, Keeper, Node, NodeId, Program, Verb};
use std::collections::BTreeSet;

/// The nodes that read a kept value which the contact knows by then.
pub(super) fn known(program: &Program) -> Vec<bool> {
    let mut before: Vec<Option<BTreeSet<u16>>> = vec![None; program.nodes.len()];
    let begun = begun(program);
    begun.iter().for_each(|node| before[node.0 as usize] = Some(BTreeSet::new()));
    let mut open = begun;
    while let Some(id) = open.pop() {
        let node = program.node(id);
        let known = before[id.0 as usize].clone().unwrap_or_default();
        let arms =
            node.arms.iter().map(|arm| (arm.to, behind(program, &node.verb, &arm.exit, known.clone())));
        let entered = match &node.verb {
            Verb::Goto(goto) => Some(program.flow(goto.flow).entry),
            Verb::Do(call) => Some(program.flow(call.flow).entry),
            _ => None,
        };
        for (to, behind) in arms.chain(entered.map(|entry| (entry, known.clone()))) {
            let Some(next) = before.get_mut(to.0 as usize) else { continue };
            let joined = match &*next {
                Some(other) => other.intersection(&behind).copied().collect(),
                None => behind,
            };
            if next.as_ref() != Some(&joined) {
                *next = Some(joined);
                open.push(to);
            }
        }
    }
    let is_known = |(node, before): (&Node, Option<BTreeSet<u16>>)| match &node.verb {
        Verb::Recall(recall) => before.is_some_and(|known| known.contains(&recall.keep)),
        _ => false,
    };
    program.nodes.iter().zip(before).map(is_known).collect()
}

/// The nodes to which more leads than the arms of others, and that flow's being entered: nothing is known there.
fn begun(program: &Program) -> Vec<NodeId> {
    let is_entered = |id: FlowId| {
        program.nodes.iter().any(|node| match &node.verb {
            Verb::Goto(goto) => goto.flow == id,
            Verb::Do(call) => call.flow == id,
            _ => false,
        })
    };
    let begins_otherwise = |id: FlowId| {
        let after = |node: &Node| matches!(&node.verb, Verb::AfterCall(after) if after.flow == id);
        let calls_back = program.queues.iter().any(|queue| queue.callbacks == Some(id));
        calls_back || program.tasks.contains(&id) || !is_entered(id) || program.nodes.iter().any(after)
    };
    let of_flows = (0..program.flows.len() as u32).map(FlowId).flat_map(|id| {
        let flow = program.flow(id);
        let keys = flow.keys.iter().map(|(_, node)| *node);
        keys.chain(flow.hung_up).chain(begins_otherwise(id).then_some(flow.entry))
    });
    let all = of_flows.chain(program.routes.iter().map(|rule| rule.entry));
    // A flow in which nothing stands has no node.
    all.filter(|node| (node.0 as usize) < program.nodes.len()).collect()
}

/// What is known behind an exit. Who the customer is may change, and whoever a call goes to is the caller behind it.
fn behind(program: &Program, verb: &Verb, exit: &Exit, mut known: BTreeSet<u16>) -> BTreeSet<u16> {
    match verb {
        Verb::Recall(recall) if *exit == Exit::Next => {
            let keeper = program.keeps.get(usize::from(recall.keep)).map(|keep| keep.keeper);
            known.extend(keeper.filter(|keeper| *keeper != Keeper::Customer).map(|_| recall.keep));
        }
        Verb::SetKept(set) if matches!(set.value, Expr::Const(_)) => {
            let keeper = program.keeps.get(usize::from(set.keep)).map(|keep| keep.keeper);
            known.extend(keeper.filter(|keeper| *keeper != Keeper::Customer).map(|_| set.keep));
        }
        Verb::CallOut(_) | Verb::Do(_) => known.clear(),
        _ => {}
    }
    known
}
