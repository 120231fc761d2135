//! What ends a wait, from the outside: somebody is free, a reply comes, a room is over, the other side hangs up.
//!
//! Every scope that waits can be told so, whatever runs above it; what runs above is unwound.

use super::moves::Deed;
use super::state::{AtomId, Phase, Role, Stage, State};
use super::step::{Walk, bridge, drop_scope, set_stage};
use crate::program::{Exit, Expr, Method, Slot, Verb};

impl Walk<'_> {
    /// Everything that can happen while something is waited for.
    pub fn interrupts(&mut self) {
        self.ends_waits();
        if self.from.phase != Phase::Talking {
            return;
        }
        self.hangs_up_waiting();
        let hears = self.from.scope().is_some_and(|scope| match scope.stage {
            Stage::Enter | Stage::Silent | Stage::Waits => true,
            Stage::Over | Stage::Connecting | Stage::Speaks | Stage::Entering | Stage::Inside { .. } => false,
        });
        if hears {
            self.global_keys();
        }
    }

    /// How what is waited for can end, in whichever scope.
    pub fn ends_waits(&mut self) {
        for depth in 0..self.from.scopes.len() {
            self.ends_wait(depth);
        }
    }

    /// How the wait of one scope can end.
    fn ends_wait(&mut self, depth: usize) {
        let Some(scope) = self.from.scopes.get(depth) else { return };
        let Some(at) = scope.frames.last().map(|frame| frame.at) else { return };
        let before = std::mem::replace(&mut self.node, at);
        let verb = self.plan.verb(at);
        match (scope.stage, verb) {
            (Stage::Waits, Verb::Queue(_)) => self.ends_queue(depth),
            (Stage::Waits, Verb::Transfer(transfer)) => {
                self.ends_hunt(depth);
                if !transfer.next.is_empty() {
                    self.rings_on(depth);
                }
            }
            (Stage::Waits, Verb::Conference(_)) => self.ends_asking(depth),
            (Stage::Waits, Verb::Record(_)) => self.ends_message(depth),
            // A reply, or whatever else the verb waits for beside what its block does.
            (Stage::Waits, _) => self.unwind_by_arms(depth, |exit| *exit != Exit::Waiting),
            (Stage::Connecting, _) => self.leaves_early(depth),
            (Stage::Speaks, _) => self.other_side_leaves(depth),
            (Stage::Entering, _) => self.leaves_stay(depth, false),
            (Stage::Inside { joined }, _) => self.in_room(depth, joined),
            (Stage::Enter | Stage::Silent | Stage::Over, _) => {}
        }
        self.node = before;
    }

    /// The state unwound to a scope.
    fn unwound(&self, depth: usize) -> State {
        let mut state = self.from.clone();
        while state.scopes.len() > depth + 1 {
            drop_scope(&mut state);
        }
        state
    }

    /// The exits of the node for which it has an arm.
    fn unwind_by_arms(&mut self, depth: usize, fits: impl Fn(&Exit) -> bool) {
        let plan = self.plan;
        for arm in plan.program.node(self.node).arms.iter().filter(|arm| fits(&arm.exit)) {
            let mut state = self.unwound(depth);
            if self.passes_time(&arm.exit) {
                plan.time_passes(&mut state);
            }
            self.leave_in(state, &arm.exit, None);
        }
    }

    fn ends_queue(&mut self, depth: usize) {
        let plan = self.plan;
        // Somebody may be free before the caller hears anything.
        if depth + 1 == self.from.scopes.len() {
            let mut state = self.from.clone();
            if let Some(arm) = self.run_block(&mut state, Role::Waiting, &Exit::Waiting, None) {
                self.add(Deed::Runs(arm), state, None);
            }
        }
        // A key of the queue is heard while nothing but its own music and words is.
        let listens = self.from.scopes[depth + 1..].iter().all(|scope| scope.role == Role::Waiting);
        let choices = |exit: &Exit| matches!(exit, Exit::Choice(_));
        if listens && self.from.phase == Phase::Talking {
            for (index, arm) in plan.program.node(self.node).arms.iter().enumerate() {
                if choices(&arm.exit) {
                    let mut state = self.unwound(depth);
                    state.fresh.clear();
                    if self.run_block(&mut state, Role::Aside, &arm.exit, None).is_some() {
                        self.add(Deed::Leaves(index as u16), state, None);
                    }
                }
            }
        }
        self.unwind_by_arms(depth, |exit| matches!(exit, Exit::Timeout | Exit::Full | Exit::Closed));
        self.is_connected(depth);
    }

    fn ends_hunt(&mut self, depth: usize) {
        let own = [Exit::Waiting, Exit::Connected, Exit::Completed];
        self.unwind_by_arms(depth, |exit| !own.contains(exit));
        self.is_connected(depth);
    }

    /// The next one is called: what runs meanwhile begins anew behind the words for that.
    fn rings_on(&mut self, depth: usize) {
        let mut state = self.unwound(depth);
        self.wait_with_block(&mut state);
        self.add(Deed::CallsNext, state, None);
    }

    /// Somebody takes the call.
    fn is_connected(&mut self, depth: usize) {
        let mut state = self.unwound(depth);
        self.plan.time_passes(&mut state);
        state.answered = true;
        state.told_connecting = false;
        set_stage(&mut state, Stage::Connecting);
        match self.run_block(&mut state, Role::Connecting, &Exit::Connected, None) {
            Some(arm) => self.add(Deed::Runs(arm), state, None),
            None => {
                bridge(&mut state);
                self.add(Deed::Connects, state, None);
            }
        }
    }

    /// The other side hangs up before the two could speak: in a queue the caller waits again.
    fn leaves_early(&mut self, depth: usize) {
        match self.plan.verb(self.node) {
            Verb::Queue(_) => {
                let mut state = self.unwound(depth);
                set_stage(&mut state, Stage::Enter);
                self.add(Deed::Goes, state, None);
            }
            _ => self.other_side_leaves(depth),
        }
    }

    fn other_side_leaves(&mut self, depth: usize) {
        let mut state = self.unwound(depth);
        state.told = true;
        self.plan.time_passes(&mut state);
        let arms = &self.plan.program.node(self.node).arms;
        let handled = [Exit::Completed, Exit::AgentLeft]
            .into_iter()
            .find(|exit| arms.iter().any(|arm| arm.exit == *exit));
        match (handled, state.after_call) {
            (Some(exit), _) => self.leave_in(state, &exit, None),
            (None, Some(flow)) => {
                state.after_call = None;
                state.fresh.clear();
                self.enter_for_good(&mut state, flow, None);
                self.add(Deed::Parts, state, None);
            }
            (None, None) => {
                let symptom = self.finish(&mut state);
                self.add(Deed::Parts, state, symptom);
            }
        }
    }

    /// The caller has left: a message that was under review is kept, any other is what it is.
    fn ends_message(&mut self, depth: usize) {
        match self.from.review == Some(self.node) {
            true => self.unwind_by_arms(depth, |exit| *exit == Exit::Recorded),
            false => self.unwind_by_arms(depth, |exit| *exit != Exit::Review),
        }
    }

    fn ends_asking(&mut self, depth: usize) {
        self.unwind_by_arms(depth, |exit| matches!(exit, Exit::Full | Exit::Refused));
        let mut state = self.unwound(depth);
        set_stage(&mut state, Stage::Entering);
        match self.run_block(&mut state, Role::Room, &Exit::Entering, None) {
            Some(arm) => self.add(Deed::Runs(arm), state, None),
            None => {
                set_stage(&mut state, Stage::Inside { joined: false });
                self.add(Deed::Joins, state, None);
            }
        }
    }

    fn in_room(&mut self, depth: usize, joined: bool) {
        self.leaves_stay(depth, joined);
        if self.from.phase == Phase::Alone {
            return;
        }
        let arms = &self.plan.program.node(self.node).arms;
        let has = |exit: &Exit| arms.iter().any(|arm| arm.exit == *exit);
        if !has(&Exit::Left) || !has(&Exit::Removed) {
            let mut state = self.unwound(depth);
            let symptom = self.finish(&mut state);
            self.add(Deed::Parts, state, symptom);
        }
        if !joined {
            let mut state = self.unwound(depth);
            set_stage(&mut state, Stage::Inside { joined: true });
            match self.run_block(&mut state, Role::Room, &Exit::Joined, None) {
                Some(arm) => self.add(Deed::Runs(arm), state, None),
                None => self.add(Deed::Joins, state, None),
            }
        }
    }

    /// The caller has left the room; what the stay was says whether it was joined.
    fn leaves_stay(&mut self, depth: usize, joined: bool) {
        let (plan, begin) = (self.plan, self.found.len());
        self.unwind_by_arms(depth, |exit| matches!(exit, Exit::Left | Exit::Removed));
        for next in &mut self.found[begin..] {
            let Deed::Leaves(arm) = next.mv.deed else { continue };
            let node = plan.program.node(next.mv.node);
            let Some(slot) = node.arms[usize::from(arm)].bind else { continue };
            let asks = |id: &&AtomId| asks_joined(&plan.atoms.get(**id).expr, slot);
            if let Some(atom) = plan.atoms.of(Some(node.flow)).iter().find(asks) {
                plan.settle(&mut next.state, *atom, joined);
                plan.prune(&mut next.state);
            }
        }
    }

    /// The caller hangs up while something is waited for: what changes something elsewhere is finished first.
    fn hangs_up_waiting(&mut self) {
        let change = self.from.scopes.iter().rposition(|scope| {
            let at = scope.frames.last().map(|frame| frame.at);
            scope.stage == Stage::Waits && at.is_some_and(|at| self.changes(self.plan.verb(at)))
        });
        let room = self.from.scopes.iter().rposition(|scope| matches!(scope.stage, Stage::Inside { .. }));
        match (room.filter(|depth| self.tells_stay(*depth)), change) {
            (Some(depth), _) => self.leaves_room(depth),
            (None, Some(depth)) => {
                let mut state = self.unwound(depth);
                self.go_on_alone(&mut state);
                self.add(Deed::LeavesBehind, state, None);
            }
            (None, None) => self.hangs_up(),
        }
    }

    /// Whether a verb changes something that may have been changed when the caller leaves.
    pub fn changes(&self, verb: &Verb) -> bool {
        match verb {
            Verb::Update(_) => true,
            Verb::Request(request) => self.plan.program.operation(request.operation).1.method == Method::Post,
            _ => false,
        }
    }

    fn tells_stay(&self, depth: usize) -> bool {
        let at = self.from.scopes[depth].frames.last().map(|frame| frame.at);
        let arm = at.and_then(|at| self.plan.program.node(at).arm(&Exit::Left));
        arm.is_some_and(|arm| arm.bind.is_some())
    }

    /// The room has still to say who is left in it.
    fn leaves_room(&mut self, depth: usize) {
        let mut state = self.unwound(depth);
        self.go_on_alone(&mut state);
        self.add(Deed::LeavesBehind, state, None);
    }

    /// From here on nobody is there.
    pub fn go_on_alone(&self, state: &mut State) {
        state.phase = Phase::Alone;
        state.fresh.clear();
        let innermost = state.scopes.len().saturating_sub(1);
        for scope in &mut state.scopes[..innermost] {
            scope.stage = Stage::Silent;
        }
    }

    /// Whether hours may have turned when the node is left so.
    pub fn passes_time(&self, exit: &Exit) -> bool {
        match self.plan.verb(self.node) {
            Verb::Queue(_) => matches!(exit, Exit::Timeout | Exit::AgentLeft),
            Verb::Conference(_) => matches!(exit, Exit::Left | Exit::Removed),
            Verb::Transcribe(_) => true,
            _ => false,
        }
    }
}

/// Whether a condition is `stay.joined` of the stay in a variable.
fn asks_joined(expr: &Expr, stay: Slot) -> bool {
    matches!(expr, Expr::Field(of, field) if **field == *"joined" && matches!(**of, Expr::Slot(slot) if slot == stay))
}
