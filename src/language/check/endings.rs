//! Paths: none ends without an outcome, and nothing is said before the answer.
//!
//! Two things are followed through the graph: how far the call has come, and whether an outcome is set. A flow that is
//! entered by `do` is followed once for each pair that it is entered with; what it returns with goes on behind every
//! `do` that waits for it.

use super::Checker;
use crate::program::{Channel, ChannelSet, FlowId, NodeId, Verb};
use crate::source::{Code, Diagnostic};
use std::collections::BTreeMap;

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    /// It rings.
    Ringing,
    /// It rings, and the caller hears something.
    Early,
    /// It is answered.
    Answered,
    /// There is nothing to answer: a message, a chat, a flow without a caller.
    Absent,
}

/// What is known of a contact at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    line: Line,
    outcome: bool,
}

impl State {
    /// A contact that owes nobody anything: without a caller, or behind a mistake.
    const FREE: State = State { line: Line::Absent, outcome: true };

    /// The channels on which the contact can be.
    fn channels(self) -> ChannelSet {
        match self.line {
            Line::Ringing | Line::Early | Line::Answered => ChannelSet::CALL,
            Line::Absent => ChannelSet::EVERYWHERE.without(ChannelSet::CALL),
        }
    }

    fn is_heard(self) -> bool {
        match self.line {
            Line::Ringing | Line::Early => false,
            Line::Answered | Line::Absent => true,
        }
    }
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
    /// Where that step is a `do`, the `return` that came back to it.
    returned: Option<usize>,
}

/// A flow with the bits it is entered with, and who waits for its return.
#[derive(Default)]
struct Visit {
    /// What it returns with, and the step that does.
    returns: Vec<(State, usize)>,
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
            let mut lines: Vec<Line> = rule.channels.iter().map(line_of).collect();
            lines.dedup();
            for line in lines {
                let state = State { line, outcome: false };
                walk.add(rule.entry, Entry { by_do: false, state }, state, None);
            }
        }
        // A flow without a caller says nothing and owes nobody an outcome; its `return` ends it.
        for entry in self.graph.tasks.iter().filter_map(|flow| self.graph.entry(*flow)) {
            walk.add(entry, Entry { by_do: true, state: State::FREE }, State::FREE, None);
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
            state = State::FREE;
        } else {
            self.before_or_behind_answer(walk, index, &mut state);
        }
        if state.is_heard() {
            let keys = self.graph.global_keys_on(step.node, state.channels());
            keys.for_each(|to| walk.add(to, step.entry, state, Some(index)));
        }
        match &node.verb {
            Verb::Answer(_) => state.line = state.line.answered(),
            Verb::EarlyMedia(_) if state.line == Line::Ringing => state.line = Line::Early,
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
                    let entered = Entry { by_do: false, state: State::FREE };
                    walk.add(entry, entered, State::FREE, Some(index));
                }
            }
            // A flow without a caller says nothing and owes nobody an outcome; its `return` ends it.
            Verb::Later(later) => {
                if let Some(entry) = self.graph.entry(later.flow) {
                    let entered = Entry { by_do: true, state: State::FREE };
                    walk.add(entry, entered, State::FREE, Some(index));
                }
            }
            Verb::Do(call) => return self.enter(walk, index, call.flow, state),
            Verb::Return(_) => return self.leave(walk, index, state),
            _ => {}
        }
        let joined = self.graph.exit_of_joined(step.node);
        for (exit, to, channels) in self.graph.open_arms(step.node, state.channels()) {
            if channels.is_empty() {
                continue;
            }
            let spoke = node.verb.hands_over(exit);
            // Whoever was called is a caller, of whom the CRM is told what came of it.
            let called = node.verb.is_called(exit);
            let line = match (called, spoke) {
                (true, _) => Line::Answered,
                (false, true) => state.line.answered(),
                (false, false) => state.line,
            };
            let told = joined.as_ref() == Some(exit);
            let after = State { line, outcome: (state.outcome && !called) || spoke || told };
            walk.add(to, step.entry, after, Some(index));
        }
    }

    /// `do`: into the flow, and on with whatever it is known to return with.
    fn enter(&self, walk: &mut Walk, index: usize, flow: FlowId, state: State) {
        let visit = walk.visits.entry((flow, state)).or_default();
        visit.callers.push(index);
        for (returned, at) in visit.returns.clone() {
            self.resume(walk, index, returned, at);
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
            return self.entered_for_good(walk, index);
        }
        let visit = walk.visits.entry((flow, step.entry.state)).or_default();
        if visit.returns.iter().any(|(known, _)| *known == state) {
            return;
        }
        visit.returns.push((state, index));
        for caller in visit.callers.clone() {
            self.resume(walk, caller, state, index);
        }
    }

    fn resume(&self, walk: &mut Walk, caller: usize, state: State, at: usize) {
        let step = walk.steps[caller];
        for (_, to) in self.graph.arms(step.node) {
            walk.add_behind(to, step.entry, state, (Some(caller), Some(at)));
        }
    }

    /// A `return` in a flow to which an arrow has led.
    fn entered_for_good(&mut self, walk: &Walk, index: usize) {
        let node = walk.steps[index].node;
        let flow = self.graph.nodes[node.0 as usize].flow;
        let path = walk.path(index);
        let message = format!("`return` leads nowhere: `{}` was entered for good", self.flow_name(flow));
        let finding = Diagnostic::new(Code::DeadEnd, self.span(node), message);
        let arrow = path.iter().rev().copied().find(|node| self.graph.entered(*node) == Some(flow));
        let left = arrow.map(|arrow| self.graph.nodes[arrow.0 as usize].flow);
        // An arrow out of a flow with a value most likely was to give that value.
        let hint = match left.map(|left| &self.graph.flows[left.0 as usize]) {
            Some(left) if left.returns.is_some() => {
                format!("an arrow leaves `{}` for good: write `{{ return … }}` in its place", left.name)
            }
            Some(_) | None => {
                let along = self.flows_along(&path);
                format!("a contact comes by {along}; enter the flow by `do`, or end it in another way")
            }
        };
        let finding = match arrow {
            Some(arrow) => finding.related(self.span(arrow), "entered here"),
            None => finding,
        };
        self.diagnostics.push(finding.hint(hint));
    }

    /// What a verb needs of the answer. It is reported once on a way.
    fn before_or_behind_answer(&mut self, walk: &Walk, index: usize, state: &mut State) {
        let verb = &self.graph.nodes[walk.steps[index].node.0 as usize].verb;
        match (stage(verb), state.line) {
            (Stage::Heard | Stage::Asked, Line::Ringing) => self.too_early(walk, index),
            (Stage::Asked, Line::Early) | (Stage::Behind, Line::Ringing | Line::Early) => {
                self.not_answered(walk, index);
            }
            (Stage::Before, Line::Answered) => {
                return self.answered_already(walk, index, "write this before `answer`");
            }
            (Stage::Refused, Line::Answered) => {
                return self.answered_already(walk, index, "end it with `hangup`");
            }
            (Stage::Any, _)
            | (_, Line::Absent)
            | (Stage::Heard, Line::Early | Line::Answered)
            | (Stage::Asked | Stage::Behind, Line::Answered)
            | (Stage::Before | Stage::Refused, Line::Ringing | Line::Early) => return,
        }
        state.line = Line::Answered;
    }

    fn not_answered(&mut self, walk: &Walk, index: usize) {
        let (node, word, path) = self.met(walk, index);
        let message = format!("`{word}` needs a call that is answered");
        let hint = format!("a call comes by {path}; write `answer` before this");
        self.report(Code::AnswerNeeded, self.span(node), message, hint);
    }

    fn answered_already(&mut self, walk: &Walk, index: usize, instead: &str) {
        let (node, word, path) = self.met(walk, index);
        let message = format!("`{word}` comes too late: the call is answered");
        let hint = format!("an answered call comes by {path}; {instead}");
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
        self.add_behind(node, entry, state, (from, None));
    }

    fn add_behind(
        &mut self,
        node: NodeId,
        entry: Entry,
        state: State,
        (from, returned): (Option<usize>, Option<usize>),
    ) {
        let bits = |state: State| (state.line as u32) << 1 | u32::from(state.outcome);
        let position = u32::from(entry.by_do) << 6 | bits(entry.state) << 3 | bits(state);
        let seen = &mut self.seen[node.0 as usize];
        if *seen & (1 << position) == 0 {
            *seen |= 1 << position;
            self.steps.push(Step { node, entry, state, from, returned });
        }
    }

    fn path(&self, index: usize) -> Vec<NodeId> {
        let mut path = Vec::new();
        let mut at = Some(index);
        while let Some(index) = at {
            let step = self.steps[index];
            path.push(step.node);
            path.extend(step.returned.map(|returned| self.steps[returned].node));
            at = step.from;
        }
        path.reverse();
        path
    }
}

impl Line {
    /// The same line, answered; where there is nothing to answer, it stays so.
    fn answered(self) -> Line {
        match self {
            Line::Ringing | Line::Early | Line::Answered => Line::Answered,
            Line::Absent => Line::Absent,
        }
    }
}

/// How a contact begins.
fn line_of(channel: Channel) -> Line {
    match channel {
        Channel::Call => Line::Ringing,
        Channel::Sms | Channel::Email | Channel::Fax | Channel::Chat | Channel::Task => Line::Absent,
    }
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
    /// The same, and the call ends with it.
    Refused,
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
        Verb::Reject(_) => Stage::Refused,
        _ => Stage::Any,
    }
}
