//! From a state to all that can follow: the rules that each move obeys, whichever verb it is.
//!
//! A state whose innermost scope is about to do a node can do that node; one that waits can also be interrupted, by
//! whatever the scopes below wait for, by a global key, and by the caller's hanging up. The same rules as the engine's
//! (`engine/run.rs`, `scope.rs`, `leave.rs`), without values and time; a test holds the two to each other.

use super::known::Known;
use super::moves::{Deed, Move, Symptom};
use super::plan::{Plan, entry};
use super::state::{Frame, Phase, Role, Scope, Settled, Stage, State};
use crate::program::verb::Extent;
use crate::program::{Arm, Exit, Expr, FlowId, Limits, NodeId, QueueId, Verb};

/// A move, and where it leads.
#[derive(Clone, Debug)]
pub(super) struct Successor {
    pub mv: Move,
    pub state: State,
    pub symptom: Option<Symptom>,
    /// What the move has settled, in the order in which it was asked.
    pub settled: Settled,
}

/// Collects what can follow a state.
pub(super) struct Walk<'w> {
    pub plan: &'w Plan<'w>,
    pub from: &'w State,
    /// The node of the innermost scope.
    pub node: NodeId,
    pub found: Vec<Successor>,
}

/// All that can follow a state. A state that has ended has nothing behind it.
pub(super) fn expand(plan: &Plan, state: &State) -> Vec<Successor> {
    let mut found = Vec::new();
    expand_into(plan, state, &mut found);
    found
}

/// The same in a list that has been emptied, and is used for one state after the other.
pub(super) fn expand_into(plan: &Plan, state: &State, found: &mut Vec<Successor>) {
    let (Some(scope), Some(frame)) = (state.scope(), state.frame()) else { return };
    let mut walk = Walk { plan, from: state, node: frame.at, found: std::mem::take(found) };
    match scope.stage {
        Stage::Enter => walk.enter(),
        Stage::Over => walk.leave(&Exit::Timeout, |_, _| {}),
        Stage::Silent
        | Stage::Waits
        | Stage::Connecting
        | Stage::Speaks
        | Stage::Entering
        | Stage::Inside { .. } => walk.interrupts(),
    }
    if walk.found.is_empty() {
        let mut ended = state.clone();
        end(&mut ended);
        walk.add(Deed::Fails, ended, Some(Symptom::DeadEnd));
    }
    *found = walk.found;
}

impl<'w> Walk<'w> {
    fn enter(&mut self) {
        let verb = self.plan.verb(self.node);
        if self.from.phase == Phase::Alone && !verb.spec().channels.contains(crate::program::Channel::Task) {
            return self.nobody_there();
        }
        if u32::from(self.from.steps) >= Limits::DEFAULT.steps_without_waiting {
            return self.fail("it goes on and on without waiting for anything");
        }
        self.perform(verb);
        self.missing();
    }

    /// A verb that needs a caller, where none is there.
    fn nobody_there(&mut self) {
        let mut state = self.from.clone();
        match state.had_caller {
            true => {
                let symptom = self.depart(&mut state);
                self.add(Deed::Goes, state, symptom);
            }
            false => self.fail("there is no caller for this"),
        }
    }

    /// Exits that the verb's record wants handled, and that nobody handles.
    fn missing(&mut self) {
        for word in &self.plan.unhandled[self.node.0 as usize] {
            let mut state = self.from.clone();
            end(&mut state);
            self.add(Deed::Fails, state, Some(Symptom::Unhandled(word)));
        }
    }

    /// The flow cannot go on: the caller is let go, and the hang-up handler says what is to be said.
    pub fn fail(&mut self, reason: &'static str) {
        let mut state = self.from.clone();
        match state.phase {
            Phase::Talking => drop(self.depart(&mut state)),
            Phase::Alone if state.had_caller => drop(self.depart(&mut state)),
            Phase::Alone | Phase::Leaving | Phase::Ended => end(&mut state),
        }
        self.add(Deed::Fails, state, Some(Symptom::Fault(reason)));
    }

    /// Adds a successor.
    pub fn add(&mut self, deed: Deed, mut state: State, symptom: Option<Symptom>) {
        if self.turns_hours(deed) {
            self.plan.time_passes(&mut state);
        }
        if self.plan.rounds.counts_steps {
            let waits = self.plan.verb(self.node).takes_time() || state.phase != self.from.phase;
            state.steps = if waits { 0 } else { self.from.steps + 1 };
        }
        self.plan.prune(&mut state);
        self.found.push(Successor {
            mv: Move { node: self.node, deed },
            state,
            symptom,
            settled: Vec::new(),
        });
    }

    /// The node is left by an exit, after what `change` does to the state.
    pub fn leave(&mut self, exit: &Exit, change: impl FnOnce(&Plan, &mut State)) {
        let mut state = self.from.clone();
        change(self.plan, &mut state);
        self.leave_in(state, exit, None);
    }

    /// The node is left by an exit, in a state that has been prepared for that.
    pub fn leave_in(&mut self, mut state: State, exit: &Exit, deed: Option<fn(u16) -> Deed>) {
        let verb = self.plan.verb(self.node);
        if verb.is_turn(exit) {
            state.fresh.clear();
        }
        let arms = &self.plan.program.node(self.node).arms;
        let Some(at) = arms.iter().position(|arm| arm.exit == *exit) else {
            return self.leave_without_arm(state, exit);
        };
        follow(self.plan, &mut state, &arms[at]);
        let deed = deed.map_or(Deed::Leaves(at as u16), |deed| deed(at as u16));
        self.add(deed, state, None);
    }

    /// A condition or a loop may be the last of a block.
    fn leave_without_arm(&mut self, mut state: State, exit: &Exit) {
        if matches!(exit, Exit::Next | Exit::Then | Exit::Else) {
            let symptom = self.idle(&mut state);
            return self.add(Deed::Goes, state, symptom);
        }
        self.fail("nobody handles how this can end");
    }

    /// The end of a block that leads nowhere.
    fn idle(&self, state: &mut State) -> Option<Symptom> {
        match (state.phase, state.scope().map(|scope| scope.role)) {
            (Phase::Talking, Some(Role::Waiting)) if !has_no_place(self.plan, state) => {
                set_stage(state, Stage::Silent);
            }
            (Phase::Talking, Some(Role::Aside)) if !has_no_place(self.plan, state) => {
                drop_scope(state);
                self.wait_with_block(state);
            }
            (Phase::Talking, Some(Role::Waiting | Role::Aside)) => {
                drop_scope(state);
                set_stage(state, Stage::Over);
            }
            (Phase::Talking, Some(Role::Connecting)) => {
                drop_scope(state);
                bridge(state);
            }
            (Phase::Talking, Some(Role::Room)) => {
                drop_scope(state);
                let below = state.scope().map(|scope| scope.stage);
                if below == Some(Stage::Entering) {
                    set_stage(state, Stage::Inside { joined: false });
                }
            }
            (Phase::Alone, Some(Role::Waiting | Role::Aside | Role::Connecting | Role::Room)) => {
                return self.depart(state);
            }
            (_, Some(Role::Contact) | None) | (Phase::Leaving | Phase::Ended, Some(_)) => {
                return self.finish(state);
            }
        }
        None
    }

    /// The innermost scope waits, and runs what its node has for that time.
    pub fn wait_with_block(&self, state: &mut State) {
        set_stage(state, Stage::Waits);
        let _ = self.run_block(state, Role::Waiting, &Exit::Waiting, None);
    }

    /// Runs a block of the innermost node in a scope of its own; its arm's position, or nothing where there is none.
    pub fn run_block(
        &self,
        state: &mut State,
        role: Role,
        exit: &Exit,
        brings: Option<Known>,
    ) -> Option<u16> {
        let frame = state.frame()?.clone();
        let arms = &self.plan.program.node(frame.at).arms;
        let at = arms.iter().position(|arm| arm.exit == *exit)?;
        if state.scopes.len() >= Limits::DEFAULT.scopes {
            return None;
        }
        state.scopes.push(Scope { role, frames: vec![frame], stage: Stage::Enter });
        if let Some(slot) = arms[at].bind {
            self.plan.assign(state, slot, brings);
        }
        state.frame_mut()?.at = arms[at].to;
        Some(at as u16)
    }

    /// The caller has left: only the hang-up handler runs.
    pub fn depart(&self, state: &mut State) -> Option<Symptom> {
        while state.scopes.len() > 1 {
            drop_scope(state);
        }
        state.phase = Phase::Leaving;
        state.fresh.clear();
        state.budgets.clear();
        (state.after_call, state.review) = (None, None);
        let handler = state.frame().and_then(|frame| self.plan.program.flow(frame.flow).hung_up);
        match (handler, state.frame_mut()) {
            (Some(node), Some(frame)) => {
                frame.at = node;
                set_stage(state, Stage::Enter);
                None
            }
            (Some(_), None) | (None, _) => self.finish(state),
        }
    }

    /// The contact is over. Whoever was a caller is owed an outcome.
    pub fn finish(&self, state: &mut State) -> Option<Symptom> {
        let owes = state.had_caller && !state.told && state.phase != Phase::Ended;
        end(state);
        owes.then_some(Symptom::NoOutcome)
    }

    /// Enters a flow in place of all that runs.
    pub fn enter_for_good(&self, state: &mut State, flow: FlowId, args: Option<Vec<Option<Known>>>) {
        let frame = self.new_frame(flow, args, None);
        state.scopes.truncate(1);
        if let Some(scope) = state.scopes.last_mut() {
            scope.frames.clear();
            scope.frames.push(frame);
            scope.stage = Stage::Enter;
        }
        forget_review(self.plan, state);
    }

    /// A frame at the beginning of a flow. Variables that it is not given are missing at first.
    pub fn new_frame(
        &self,
        flow: FlowId,
        args: Option<Vec<Option<Known>>>,
        result: Option<crate::program::Slot>,
    ) -> Frame {
        new_frame(self.plan, flow, args, result)
    }

    /// What a flow is given, as far as it is known.
    pub fn args(&self, exprs: &[Expr]) -> Option<Vec<Option<Known>>> {
        Some(exprs.iter().map(|expr| self.plan.evaluate(self.from, expr)).collect())
    }

    /// The caller hangs up.
    pub fn hangs_up(&mut self) {
        let mut state = self.from.clone();
        let symptom = self.depart(&mut state);
        self.add(Deed::HangsUp, state, symptom);
    }

    /// Global keys: those of the innermost flow, of the flows that wait for its return, and of the program.
    pub fn global_keys(&mut self) {
        let frames = self.from.scopes.iter().rev().flat_map(|scope| scope.frames.iter().rev());
        let mut flows = frames.map(|frame| self.plan.program.flow(frame.flow)).peekable();
        let of_program = flows.peek().map_or(&[][..], |flow| &flow.keys[flow.own_keys..]);
        let mut heard: Vec<(&str, NodeId)> = Vec::new();
        for (keys, to) in flows.flat_map(|flow| &flow.keys[..flow.own_keys]).chain(of_program) {
            if !heard.iter().any(|(known, _)| **known == **keys) {
                heard.push((keys, *to));
            }
        }
        for (keys, to) in heard {
            if self.hears(keys) {
                self.press(to);
            }
        }
    }

    /// Whether a global key is heard where the walk stands: a question hears what is no entry, and a sound with keys of
    /// its own, a recording and whoever is being answered hear none. What is typed ahead leads away at the next verb.
    fn hears(&self, keys: &str) -> bool {
        let stage = self.from.scope().map(|scope| scope.stage);
        match self.plan.verb(self.node) {
            _ if stage == Some(Stage::Silent) => true,
            Verb::Conference(_) => stage != Some(Stage::Waits),
            Verb::Ask(ask) => ask.hears_global(keys),
            Verb::Menu(menu) => {
                !menu.choices.iter().any(|choice| choice.keys.as_ref().is_some_and(|own| own.holds(keys)))
            }
            Verb::Play(play) => play.extent == Extent::Once && play.choices.is_empty(),
            Verb::Answer(_) | Verb::EarlyMedia(_) | Verb::HandOver(_) | Verb::Record(_) => false,
            _ => true,
        }
    }

    fn press(&mut self, to: NodeId) {
        let flow = self.plan.program.node(to).flow;
        let mut frames = self.from.scopes.iter().rev().flat_map(|scope| scope.frames.iter().rev());
        let Some(frame) = frames.find(|frame| frame.flow == flow).cloned() else { return };
        let mut state = self.from.clone();
        state.caller_acted();
        state.fresh.clear();
        state.scopes.truncate(1);
        state.scopes[0] =
            Scope { role: Role::Contact, frames: vec![Frame { at: to, ..frame }], stage: Stage::Enter };
        forget_review(self.plan, &mut state);
        self.add(Deed::Presses(to), state, None);
    }
}

/// A frame at the beginning of a flow.
pub(super) fn new_frame(
    plan: &Plan,
    flow: FlowId,
    args: Option<Vec<Option<Known>>>,
    result: Option<crate::program::Slot>,
) -> Frame {
    let declared = plan.program.flow(flow);
    let mut frame = Frame {
        flow,
        at: entry(plan.program, flow),
        result,
        rounds: Vec::new(),
        values: Vec::new(),
        facts: Vec::new(),
    };
    for index in 0..declared.slots.max(declared.params.len() as u16) {
        let slot = crate::program::Slot(index);
        if !plan.live.is_followed(flow, slot) {
            continue;
        }
        let known = match (declared.params.len() > index as usize, &args) {
            (true, Some(args)) => args.get(index as usize).cloned().flatten(),
            (true, None) => None,
            (false, _) => Some(Known::Nothing),
        };
        frame.set_value(slot, known);
    }
    frame
}

/// Goes where an arm leads; what the exit brings is anything.
pub(super) fn follow(plan: &Plan, state: &mut State, arm: &Arm) {
    if let Some(slot) = arm.bind {
        plan.assign(state, slot, None);
    }
    if let Some(frame) = state.frame_mut() {
        frame.at = arm.to;
    }
    set_stage(state, Stage::Enter);
    forget_review(plan, state);
}

/// What was put before the caller is decided about once the flow goes on elsewhere.
pub(super) fn forget_review(plan: &Plan, state: &mut State) {
    let (Some(node), Some(entered)) = (state.review, state.frame().map(|frame| frame.at)) else { return };
    let is_part = match plan.verb(node) {
        Verb::Record(record) => record.review.contains(&entered),
        _ => false,
    };
    if entered != node && !is_part {
        state.review = None;
    }
}

pub(super) fn set_stage(state: &mut State, stage: Stage) {
    if let Some(scope) = state.scopes.last_mut() {
        scope.stage = stage;
    }
}

/// The place in a queue is a call back's from now on: nobody who is free and no timeout reaches the block that runs.
pub(super) fn give_place_away(plan: &Plan, state: &mut State, queue: Option<QueueId>) {
    let waits = |scope: &Scope| match queue_of(plan, scope) {
        Some(of) => scope.stage == Stage::Waits && queue.is_none_or(|queue| queue == of),
        None => false,
    };
    if let Some(scope) = state.scopes.iter_mut().rev().find(|scope| waits(scope)) {
        scope.stage = Stage::Silent;
    }
}

/// Whether the innermost block runs in a queue whose place has gone to a call back.
fn has_no_place(plan: &Plan, state: &State) -> bool {
    let [.., below, _] = &state.scopes[..] else { return false };
    below.stage == Stage::Silent && queue_of(plan, below).is_some()
}

/// The queue at whose node a scope stands.
fn queue_of(plan: &Plan, scope: &Scope) -> Option<QueueId> {
    match plan.verb(scope.frames.last()?.at) {
        Verb::Queue(queue) => Some(queue.queue),
        _ => None,
    }
}

/// Takes the innermost scope away. What its block has set in the variables of its flow stays set.
pub(super) fn drop_scope(state: &mut State) {
    let Some(scope) = state.scopes.pop() else { return };
    if let (Some(inner), Some(outer)) = (scope.frames.into_iter().next(), state.frame_mut())
        && inner.flow == outer.flow
    {
        outer.values = inner.values;
        outer.facts = inner.facts;
    }
}

/// Caller and whoever took the call speak. That is what came of it, unless the block before has said otherwise.
pub(super) fn bridge(state: &mut State) {
    state.told = true;
    set_stage(state, Stage::Speaks);
}

/// Nothing of a state is left but that it has ended.
pub(super) fn end(state: &mut State) {
    state.phase = Phase::Ended;
    state.scopes.clear();
    state.fresh.clear();
    state.budgets.clear();
    state.facts.clear();
    (state.after_call, state.review) = (None, None);
    (state.told_connecting, state.answered, state.early) = (false, false, false);
    (state.verified, state.told, state.had_caller) = (false, false, false);
    state.steps = 0;
}
