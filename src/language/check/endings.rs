//! Paths: none ends without an outcome, and nothing is said before the answer.
//!
//! Three bits are followed through the graph: whether the call is answered, whether the caller hears something before
//! that, and whether an outcome is set. A flow that is
//! entered by `do` is followed once for each pair of bits it is entered with; what it returns with goes on behind
//! every `do` that waits for it.

use super::Checker;
use crate::program::{Channel, Exit, FlowId, NodeId, Verb};
use crate::source::Code;
use std::collections::BTreeMap;

/// The three bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    answered: bool,
    early: bool,
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
    seen: Vec<u128>,
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
                let state = State { answered, early: false, outcome: false };
                walk.add(rule.entry, Entry { by_do: false, state }, state, None);
            }
        }
        // A flow without a caller says nothing and owes nobody an outcome; its `return` ends it.
        for entry in self.graph.tasks.iter().filter_map(|flow| self.graph.entry(*flow)) {
            let state = State { answered: true, early: false, outcome: true };
            walk.add(entry, Entry { by_do: true, state }, state, None);
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
            state = State { answered: true, early: false, outcome: true };
        } else {
            self.before_or_behind_answer(walk, index, &mut state);
        }
        if state.answered {
            self.graph.global_keys(step.node).for_each(|to| walk.add(to, step.entry, state, Some(index)));
        }
        match &node.verb {
            Verb::Answer(_) => state.answered = true,
            Verb::EarlyMedia(_) => state.early = true,
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
            Verb::AfterCall(after) => {
                if let Some(entry) = self.graph.entry(after.flow) {
                    let state = State { answered: true, early: false, outcome: true };
                    walk.add(entry, Entry { by_do: false, state }, state, Some(index));
                }
            }
            // A flow without a caller says nothing and owes nobody an outcome; its `return` ends it.
            Verb::Later(later) => {
                if let Some(entry) = self.graph.entry(later.flow) {
                    let state = State { answered: true, early: false, outcome: true };
                    walk.add(entry, Entry { by_do: true, state }, state, Some(index));
                }
            }
            Verb::Do(call) => return self.enter(walk, index, call.flow, state),
            Verb::Return(_) => return self.leave(walk, index, state),
            _ => {}
        }
        for (exit, to) in self.graph.arms(step.node) {
            let spoke = hands_over(&node.verb, exit);
            // Whoever was called is a caller, of whom the CRM is told what came of it.
            let called = is_called(&node.verb, exit);
            let outcome = (state.outcome && !called) || spoke;
            let after = State { answered: state.answered || spoke || called, outcome, ..state };
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

    /// What a verb needs of the answer. It is reported once on a way.
    fn before_or_behind_answer(&mut self, walk: &Walk, index: usize, state: &mut State) {
        let verb = &self.graph.nodes[walk.steps[index].node.0 as usize].verb;
        match stage(verb) {
            Stage::Heard if !state.answered && !state.early => self.too_early(walk, index),
            Stage::Asked if !state.answered && !state.early => self.too_early(walk, index),
            Stage::Asked | Stage::Behind if !state.answered => self.not_answered(walk, index),
            Stage::Before if state.answered => return self.answered_already(walk, index),
            Stage::Heard | Stage::Asked | Stage::Behind | Stage::Before | Stage::Any => return,
        }
        state.answered = true;
    }

    fn not_answered(&mut self, walk: &Walk, index: usize) {
        let (node, word, path) = self.met(walk, index);
        let message = format!("`{word}` needs a call that is answered");
        let hint = format!("a call comes by {path}; write `answer` before this");
        self.report(Code::AnswerNeeded, self.span(node), message, hint);
    }

    fn answered_already(&mut self, walk: &Walk, index: usize) {
        let (node, word, path) = self.met(walk, index);
        let message = format!("`{word}` comes too late: the call is answered");
        let hint = format!("an answered call comes by {path}; write this before `answer`");
        self.report(Code::AlreadyAnswered, self.span(node), message, hint);
    }

    /// A node, its word, and the flows by which it was met.
    fn met(&self, walk: &Walk, index: usize) -> (NodeId, &'static str, String) {
        let node = walk.steps[index].node;
        let word = self.graph.nodes[node.0 as usize].verb.spec().word;
        (node, word, self.flows_along(&walk.path(index)))
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
        let (at_entry, here) = (entry.state, state);
        let bits = [
            entry.by_do,
            at_entry.answered,
            at_entry.early,
            at_entry.outcome,
            here.answered,
            here.early,
            here.outcome,
        ];
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

/// Whether the contact is somebody else's from there on, which is its outcome.
fn hands_over(verb: &Verb, exit: &Exit) -> bool {
    matches!(
        (verb, exit),
        (Verb::Transfer(_), Exit::Connected | Exit::Completed)
            | (Verb::Queue(_), Exit::Connected | Exit::AgentLeft)
            | (Verb::HandOver(_), Exit::Accepted)
    )
}

/// Whether somebody who was called is the caller from there on.
pub(super) fn is_called(verb: &Verb, exit: &Exit) -> bool {
    matches!((verb, exit), (Verb::CallOut(_), Exit::Answered | Exit::Machine))
}

/// What a verb needs of the answer.
enum Stage {
    /// Nothing.
    Any,
    /// The caller must be able to hear.
    Heard,
    /// The caller must be able to hear and to answer.
    Asked,
    /// The call must be answered.
    Behind,
    /// The call must not be answered.
    Before,
}

fn stage(verb: &Verb) -> Stage {
    match verb {
        Verb::Say(_) => Stage::Heard,
        Verb::Play(play) if play.choices.is_empty() => Stage::Heard,
        Verb::Ask(_)
        | Verb::Menu(_)
        | Verb::Authenticate(_)
        | Verb::Play(_)
        | Verb::Queue(_)
        | Verb::Record(_) => Stage::Asked,
        Verb::Conference(_)
        | Verb::HandOver(_)
        | Verb::SendDigits(_)
        | Verb::RecordCall(_)
        | Verb::StopRecording(_) => Stage::Behind,
        Verb::Ring(_) | Verb::EarlyMedia(_) | Verb::Redirect(_) => Stage::Before,
        _ => Stage::Any,
    }
}
