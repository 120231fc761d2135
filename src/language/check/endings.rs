//! Paths: none ends without an outcome, and nothing is said before the answer.
//!
//! Two bits are followed through the graph: whether the call is answered, and whether an outcome is set. A flow that is
//! entered by `do` is followed once for each pair of bits it is entered with; what it returns with goes on behind
//! every `do` that waits for it.

use super::Checker;
use crate::program::{Channel, Exit, FlowId, NodeId, Verb};
use crate::source::Code;
use std::collections::BTreeMap;

/// The two bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    answered: bool,
    outcome: bool,
}

/// How the flow was entered in which a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    by_do: bool,
    state: State,
}

/// One thing to look at: a node, in a state, in a flow that was entered somehow.
#[derive(Clone, Copy, Debug)]
struct Step {
    node: NodeId,
    entry: Entry,
    state: State,
    /// The step before this one.
    from: Option<usize>,
}

/// A flow with the bits it is entered with, and who waits for its return.
#[derive(Default)]
struct Visit {
    returns: Vec<State>,
    callers: Vec<usize>,
}

struct Walk {
    steps: Vec<Step>,
    seen: Vec<u32>,
    visits: BTreeMap<(FlowId, State), Visit>,
}

impl Checker<'_> {
    pub(super) fn endings(&mut self) {
        let mut walk =
            Walk { steps: Vec::new(), seen: vec![0; self.graph.nodes.len()], visits: BTreeMap::new() };
        for rule in &self.graph.routes {
            // Only a call is answered; on the other channels there is nothing to pick up.
            let mut kinds: Vec<bool> = rule.channels.iter().map(|channel| channel != Channel::Call).collect();
            kinds.dedup();
            for answered in kinds {
                let state = State { answered, outcome: false };
                walk.add(rule.entry, Entry { by_do: false, state }, state, None);
            }
        }
        let mut next = 0;
        while next < walk.steps.len() {
            self.follow_step(&mut walk, next);
            next += 1;
        }
    }

    fn follow_step(&mut self, walk: &mut Walk, index: usize) {
        let step = walk.steps[index];
        let node = &self.graph.nodes[step.node.0 as usize];
        let mut state = step.state;
        if self.graph.origins[step.node.0 as usize].broken {
            state = State { answered: true, outcome: true };
        } else if speaks(&node.verb) && !state.answered {
            self.too_early(walk, index);
            state.answered = true;
        }
        match &node.verb {
            Verb::Answer(_) => state.answered = true,
            Verb::Outcome(_) => state.outcome = true,
            Verb::Hangup(_) if !state.outcome => self.no_outcome(walk, index),
            Verb::Goto(goto) => {
                if let Some(entry) = self.graph.entry(goto.flow) {
                    walk.add(entry, Entry { by_do: false, state }, state, Some(index));
                }
            }
            Verb::Again(_) => {
                if let Some(entry) = self.graph.entry(node.flow) {
                    walk.add(entry, step.entry, state, Some(index));
                }
            }
            Verb::Do(call) => return self.enter(walk, index, call.flow, state),
            Verb::Return(_) => return self.leave(walk, index, state),
            _ => {}
        }
        for (exit, to) in self.graph.arms(step.node) {
            let spoke = matches!((&node.verb, exit), (Verb::Transfer(_), Exit::Completed));
            let after = State { answered: state.answered || spoke, outcome: state.outcome || spoke };
            walk.add(to, step.entry, after, Some(index));
        }
    }

    /// `do`: into the flow, and on with whatever it is known to return with.
    fn enter(&self, walk: &mut Walk, index: usize, flow: FlowId, state: State) {
        let visit = walk.visits.entry((flow, state)).or_default();
        visit.callers.push(index);
        for returned in visit.returns.clone() {
            self.resume(walk, index, returned);
        }
        if let Some(entry) = self.graph.entry(flow) {
            walk.add(entry, Entry { by_do: true, state }, state, Some(index));
        }
    }

    /// `return`: on behind every `do` that waits.
    fn leave(&mut self, walk: &mut Walk, index: usize, state: State) {
        let step = walk.steps[index];
        let flow = self.graph.nodes[step.node.0 as usize].flow;
        if !step.entry.by_do {
            let path = self.flows_along(&walk.path(index));
            let message = format!("`return` leads nowhere: `{}` was entered for good", self.flow_name(flow));
            let hint = format!("a contact comes by {path}; enter the flow by `do`, or end it in another way");
            return self.report(Code::DeadEnd, self.span(step.node), message, hint);
        }
        let visit = walk.visits.entry((flow, step.entry.state)).or_default();
        if visit.returns.contains(&state) {
            return;
        }
        visit.returns.push(state);
        for caller in visit.callers.clone() {
            self.resume(walk, caller, state);
        }
    }

    fn resume(&self, walk: &mut Walk, caller: usize, state: State) {
        let step = walk.steps[caller];
        for (_, to) in self.graph.arms(step.node) {
            walk.add(to, step.entry, state, Some(caller));
        }
    }

    fn too_early(&mut self, walk: &Walk, index: usize) {
        let node = walk.steps[index].node;
        let word = self.graph.nodes[node.0 as usize].verb.spec().word;
        let path = self.flows_along(&walk.path(index));
        let message = format!("`{word}` before the call is answered: the caller hears nothing of it");
        self.report(
            Code::SpeechBeforeAnswer,
            self.span(node),
            message,
            format!("a call comes by {path}; write `answer` before this"),
        );
    }

    fn no_outcome(&mut self, walk: &Walk, index: usize) {
        let node = walk.steps[index].node;
        let path = self.flows_along(&walk.path(index));
        let message = "a contact can end here without an outcome for the CRM";
        self.report(
            Code::NoOutcome,
            self.span(node),
            message,
            format!("one comes by {path}; write `outcome …` before this"),
        );
    }
}

impl Walk {
    /// Remembers a step to look at, once.
    fn add(&mut self, node: NodeId, entry: Entry, state: State, from: Option<usize>) {
        let bits = [entry.by_do, entry.state.answered, entry.state.outcome, state.answered, state.outcome];
        let position = bits.iter().fold(0, |sum, bit| sum * 2 + u32::from(*bit));
        let seen = &mut self.seen[node.0 as usize];
        if *seen & (1 << position) == 0 {
            *seen |= 1 << position;
            self.steps.push(Step { node, entry, state, from });
        }
    }

    fn path(&self, index: usize) -> Vec<NodeId> {
        let mut path = Vec::new();
        let mut at = Some(index);
        while let Some(index) = at {
            path.push(self.steps[index].node);
            at = self.steps[index].from;
        }
        path.reverse();
        path
    }
}

/// Whether the caller must be able to hear.
fn speaks(verb: &Verb) -> bool {
    matches!(verb, Verb::Say(_) | Verb::Play(_) | Verb::Ask(_) | Verb::Menu(_) | Verb::Authenticate(_))
}
