//! How contacts begin, as far as the route says it.

use super::moves::{Deed, Move};
use super::plan::Plan;
use super::state::{Budget, Frame, Phase, Role, Scope, Stage, State};
use super::step::new_frame;
use crate::program::{Channel, CompareOp, Expr, NodeId, NumberPattern, Target, Value};

/// How contacts begin: by each rule of the route on each of its channels, and without a caller.
pub(super) fn roots(plan: &Plan) -> Vec<(Move, State)> {
    let mut roots = Vec::new();
    for (rule, entry) in plan.program.routes.iter().enumerate() {
        for channel in entry.channels.iter() {
            let mut frame = new_frame(plan, plan.program.node(entry.entry).flow, None, None);
            frame.at = entry.entry;
            let mv = Move { node: entry.entry, deed: Deed::Arrives(rule as u16, channel) };
            let mut state = begun(channel, frame);
            dialled(plan, &entry.target, &mut state);
            roots.push((mv, state));
        }
    }
    for flow in &plan.program.tasks {
        let frame = new_frame(plan, *flow, None, None);
        let mv = Move { node: frame.at, deed: Deed::Begins(*flow) };
        let state = begun(Channel::Task, frame);
        roots.push((mv, State { is_task: true, phase: Phase::Alone, had_caller: false, ..state }));
    }
    roots.iter_mut().for_each(|(_, state)| plan.prune(state));
    roots
}

/// What a rule's target says of the number that was dialled.
fn dialled(plan: &Plan, target: &Target, state: &mut State) {
    let Target::Pattern(pattern) = target else { return };
    let exact = matches!(pattern, NumberPattern::Exact(_));
    for id in plan.atoms.of(None) {
        let Expr::Compare(CompareOp::Equal, a, b) = &plan.atoms.get(*id).expr else { continue };
        let number = match (&**a, &**b) {
            (Expr::Called, Expr::Const(Value::Phone(number))) => number,
            (Expr::Const(Value::Phone(number)), Expr::Called) => number,
            _ => continue,
        };
        match (pattern.covers(number), exact) {
            (true, true) => plan.settle(state, *id, true),
            (true, false) => {}
            (false, _) => plan.settle(state, *id, false),
        }
    }
}

fn begun(channel: Channel, frame: Frame) -> State {
    State {
        channel,
        is_task: false,
        phase: Phase::Talking,
        had_caller: true,
        answered: channel != Channel::Call,
        early: false,
        verified: false,
        told: false,
        fresh: Vec::new(),
        told_connecting: false,
        scopes: vec![Scope { role: Role::Contact, frames: vec![frame], stage: Stage::Enter }],
        budgets: Vec::<(NodeId, Budget)>::new(),
        facts: Vec::new(),
        after_call: None,
        review: None,
        steps: 0,
    }
}
