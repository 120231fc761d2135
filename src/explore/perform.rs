//! What each verb can come to. A new verb does not compile until it says so here.

use super::known::Known;
use super::moves::{Deed, Symptom};
use super::state::{Phase, Settled, Stage, State};
use super::step::{Walk, drop_scope, end, forget_review, give_place_away, set_stage};
use crate::program::verb::{Break, CallOut, Choose, Do, Extent, ForEach, Goto, Outcome, Play, Return, Set};
use crate::program::{Exit, Expr, Limits, NodeId, Value, Verb};

/// Rounds of a loop that are counted one by one; beyond them it may go on or end.
const MOST_ROUNDS: u32 = 12;
/// The same for the items of a list, of which nobody knows how many there are.
const MOST_ITEMS: u32 = 3;

impl Walk<'_> {
    pub fn perform(&mut self, verb: &Verb) {
        match verb {
            Verb::AfterCall(after) => self.leave(&Exit::Next, |_, state| state.after_call = Some(after.flow)),
            Verb::Again(again) => self.again(again.at_most),
            Verb::Answer(_) => self.opens(|state| state.answered = true),
            Verb::Ask(ask) => self.ask(ask),
            Verb::Authenticate(authenticate) => self.authenticate(authenticate),
            Verb::Break(end) => self.break_loop(end),
            Verb::Choose(choose) => self.choose(choose),
            Verb::CallOut(call) => self.call_out(call),
            Verb::Conference(_) | Verb::Transfer(_) => self.waits(),
            Verb::Do(call) => self.call(call),
            Verb::EarlyMedia(_) => self.opens(|state| state.early = true),
            Verb::ForEach(each) => self.for_each(each),
            Verb::Goto(goto) => self.goto(goto),
            Verb::Hangup(_) | Verb::Reject(_) | Verb::Redirect(_) => self.ends(),
            Verb::HandOver(_) => self.hand_over(),
            Verb::If(_) => self.decide(),
            Verb::Menu(menu) => self.menu(menu),
            Verb::Outcome(outcome) => self.outcome(outcome),
            Verb::OverrideHours(set) => {
                self.leave(&Exit::Next, |plan, state| plan.set_hours(state, set.schedule, set.open));
            }
            Verb::Pick(pick) => self.leave(&Exit::Next, |plan, state| plan.assign(state, pick.slot, None)),
            Verb::Play(play) => self.play(play),
            Verb::Queue(_) => self.queue(),
            Verb::Record(_) => self.record(),
            Verb::Repeat(repeat) => self.repeat(repeat.at_most),
            Verb::Request(_) => self.waits(),
            Verb::Return(back) => self.come_back(back),
            Verb::Set(set) => self.set(set),
            Verb::Judge(judge) => {
                self.leave(&Exit::Next, |plan, state| plan.assign(state, judge.slot, None));
                self.pauses();
            }
            Verb::Recall(recall) => {
                let slot = recall.slot;
                self.by_arms(|plan, state, exit| {
                    if *exit == Exit::Next {
                        plan.assign(state, slot, None);
                    }
                });
                self.pauses();
            }
            // Whoever has asked the caller or the CRM waits for the answer, and the caller may leave meanwhile.
            Verb::Identify(_) => self.identify(),
            Verb::Find(_) | Verb::Transcribe(_) | Verb::Update(_) | Verb::Count(_) => {
                self.by_arms(|_, _, _| {});
                self.changes_or_pauses(verb);
            }
            Verb::Say(_) | Verb::SendDigits(_) => {
                self.leave(&Exit::Next, |_, _| {});
                self.pauses();
            }
            Verb::Wait(wait) => self.pause(&wait.length),
            // Done at once, whoever hears it.
            Verb::Callback(callback) => self.leave(&Exit::Next, |plan, state| {
                if callback.keeping_place {
                    give_place_away(plan, state, callback.queue);
                }
            }),
            Verb::Case(_)
            | Verb::Later(_)
            | Verb::Note(_)
            | Verb::Reask(_)
            | Verb::RecordCall(_)
            | Verb::Ring(_)
            | Verb::SendEmail(_)
            | Verb::SendSms(_)
            | Verb::SetKept(_)
            | Verb::Speak(_)
            | Verb::StopRecording(_)
            | Verb::Tell(_) => self.leave(&Exit::Next, |_, _| {}),
        }
    }

    /// What can happen while the verb waits with the caller on the line.
    pub fn pauses(&mut self) {
        match self.from.phase {
            Phase::Talking | Phase::Alone => self.interrupts(),
            Phase::Leaving | Phase::Ended => {}
        }
    }

    /// Every exit that the node has an arm for.
    pub fn by_arms(&mut self, change: impl Fn(&super::plan::Plan, &mut State, &Exit)) {
        let plan = self.plan;
        let knows = plan.knows[self.node.0 as usize];
        for arm in plan.program.node(self.node).arms.iter().filter(|arm| !(knows && arm.exit == Exit::Failed))
        {
            let mut state = self.from.clone();
            change(plan, &mut state, &arm.exit);
            if self.passes_time(&arm.exit) {
                plan.time_passes(&mut state);
            }
            self.leave_in(state, &arm.exit, None);
        }
    }

    /// A change that was asked for is made, whether the caller stays or not.
    fn changes_or_pauses(&mut self, verb: &Verb) {
        if self.from.phase == Phase::Talking && self.changes(verb) {
            let mut state = self.from.clone();
            self.go_on_alone(&mut state);
            self.add(Deed::LeavesBehind, state, None);
            self.ends_waits();
            return self.global_keys();
        }
        self.pauses();
    }

    /// Waits with the block that the verb has for that time.
    fn waits(&mut self) {
        let mut state = self.from.clone();
        self.wait_with_block(&mut state);
        self.add(Deed::Waits, state, None);
    }

    fn opens(&mut self, change: impl FnOnce(&mut State)) {
        let is_open = self.from.answered || self.from.channel != crate::program::Channel::Call;
        self.leave(&Exit::Next, |_, state| change(state));
        if !is_open {
            self.pauses();
        }
    }

    fn ends(&mut self) {
        let mut state = self.from.clone();
        let symptom = self.finish(&mut state);
        self.add(Deed::Ends, state, symptom);
    }

    /// Both ways that are not settled; what is found out on the way stays settled.
    fn decide(&mut self) {
        let Some(formula) = &self.plan.formulas[self.node.0 as usize] else { return };
        for (state, holds, settled) in self.plan.ways(self.from, formula) {
            self.leave_in(state, if holds { &Exit::Then } else { &Exit::Else }, None);
            self.has_settled(settled);
        }
    }

    /// The last move has settled this.
    pub fn has_settled(&mut self, settled: Settled) {
        if let Some(last) = self.found.last_mut() {
            last.settled = settled;
        }
    }

    /// Closed where its hours are; else a place in it.
    fn queue(&mut self) {
        let ways = match &self.plan.formulas[self.node.0 as usize] {
            Some(formula) => self.plan.ways(self.from, formula),
            None => vec![(self.from.clone(), true, Vec::new())],
        };
        for (mut state, is_open, settled) in ways {
            match is_open {
                true => {
                    set_stage(&mut state, Stage::Waits);
                    self.add(Deed::Waits, state, None);
                }
                false => self.leave_in(state, &Exit::Closed, None),
            }
            self.has_settled(settled);
        }
    }

    fn again(&mut self, at_most: u32) {
        let rounds = self.rounds();
        if rounds >= at_most.min(self.most_rounds()) {
            self.leave(&Exit::Else, |_, _| {});
        }
        if rounds < at_most {
            let mut state = self.from.clone();
            self.count_round(&mut state, rounds);
            self.leave_blocks(&mut state);
            let plan = self.plan;
            if let Some(frame) = state.frame_mut() {
                // The flow's other loops begin anew; every `again` keeps its count.
                frame.rounds.retain(|(node, _)| matches!(plan.verb(*node), Verb::Again(_)));
                frame.at = plan.program.flow(frame.flow).entry;
            }
            set_stage(&mut state, Stage::Enter);
            forget_review(plan, &mut state);
            self.add(Deed::Goes, state, None);
        }
    }

    fn repeat(&mut self, at_most: u32) {
        let rounds = self.rounds();
        if rounds < at_most {
            let mut state = self.from.clone();
            self.count_round(&mut state, rounds);
            // Each round is a budget of its own, so that the questions in it begin anew.
            state.caller_acted();
            self.leave_in(state, &Exit::Then, None);
        }
        if rounds >= at_most.min(self.most_rounds()) {
            self.leave_loop();
        }
    }

    /// How many items a list has nobody knows, unless the script writes it down: it may end at any round.
    fn for_each(&mut self, each: &ForEach) {
        let (plan, rounds) = (self.plan, self.rounds());
        if let Some(items) = plan.rounds.items(self.node) {
            return match items.get(rounds as usize) {
                Some(item) => self.goes_round(each, rounds, item.clone()),
                None => self.leave_loop(),
            };
        }
        if rounds < each.at_most {
            self.goes_round(each, rounds, None);
        }
        self.leave_loop();
    }

    fn goes_round(&mut self, each: &ForEach, rounds: u32, item: Option<Known>) {
        let mut state = self.from.clone();
        self.count_round(&mut state, rounds);
        state.caller_acted();
        self.plan.assign(&mut state, each.item, item);
        self.leave_in(state, &Exit::Then, None);
    }

    fn rounds(&self) -> u32 {
        self.from.frame().map_or(0, |frame| u32::from(frame.rounds(self.node)))
    }

    fn count_round(&self, state: &mut State, rounds: u32) {
        if let Some(frame) = state.frame_mut() {
            let told_apart = u32::from(u16::MAX).min(self.most_rounds());
            frame.set_rounds(self.node, (rounds + 1).min(told_apart) as u16);
        }
    }

    /// How many rounds of the loop are told apart; beyond them it may go on or end.
    fn most_rounds(&self) -> u32 {
        match self.plan.verb(self.node) {
            _ if self.plan.rounds.is_exact(self.node) => u32::MAX,
            Verb::ForEach(_) if self.plan.rounds.items(self.node).is_some() => u32::MAX,
            Verb::ForEach(each) if each.at_most > MOST_ITEMS => MOST_ITEMS,
            _ => MOST_ROUNDS,
        }
    }

    fn leave_loop(&mut self) {
        let node = self.node;
        self.leave(&Exit::Else, |_, state| forget_rounds(state, node));
    }

    fn break_loop(&mut self, end: &Break) {
        self.leave(&Exit::Next, |_, state| forget_rounds(state, end.of));
    }

    fn choose(&mut self, choose: &Choose) {
        for index in 0..choose.weights.len() as u16 {
            self.leave(&Exit::Choice(index), |_, _| {});
        }
    }

    fn set(&mut self, set: &Set) {
        let known = self.plan.evaluate(self.from, &set.value);
        let fails = known.is_none() && set.value.can_fail();
        match &self.plan.formulas[self.node.0 as usize] {
            Some(formula) if known.is_none() => {
                for (mut state, holds, settled) in self.plan.ways(self.from, formula) {
                    let known = match &set.value {
                        Expr::Choose(_, then, other) => {
                            self.plan.evaluate(&state, if holds { then } else { other })
                        }
                        _ => Some(Known::Bool(holds)),
                    };
                    self.plan.assign(&mut state, set.slot, known);
                    self.leave_in(state, &Exit::Next, None);
                    self.has_settled(settled);
                }
            }
            Some(_) | None => {
                self.leave(&Exit::Next, |plan, state| plan.assign(state, set.slot, known));
            }
        }
        if fails {
            self.leave(&Exit::Failed, |_, _| {});
        }
    }

    fn goto(&mut self, goto: &Goto) {
        let mut state = self.from.clone();
        self.enter_for_good(&mut state, goto.flow, self.args(&goto.args));
        self.add(Deed::Goes, state, None);
        self.args_fail(&goto.args);
    }

    fn call(&mut self, call: &Do) {
        let depth: usize = self.from.scopes.iter().map(|scope| scope.frames.len()).sum();
        if depth >= Limits::DEFAULT.frames {
            return self.fail("flows enter each other too deeply");
        }
        let mut state = self.from.clone();
        let frame = self.new_frame(call.flow, self.args(&call.args), call.slot);
        if let Some(scope) = state.scopes.last_mut() {
            scope.frames.push(frame);
        }
        self.add(Deed::Goes, state, None);
        self.args_fail(&call.args);
    }

    fn args_fail(&mut self, args: &[Expr]) {
        if args.iter().any(Expr::can_fail) {
            self.leave(&Exit::Failed, |_, _| {});
        }
    }

    fn come_back(&mut self, back: &Return) {
        let brings = back.value.as_ref().and_then(|value| self.plan.evaluate(self.from, value));
        if brings.is_none() && back.value.as_ref().is_some_and(Expr::can_fail) {
            self.leave(&Exit::Failed, |_, _| {});
        }
        let mut state = self.from.clone();
        self.leave_blocks(&mut state);
        let Some(scope) = state.scopes.last_mut() else { return };
        if scope.frames.len() < 2 {
            return match state.is_task {
                true => self.ends(),
                false => self.fail("`return` in a flow that nobody waits for"),
            };
        }
        let result = scope.frames.pop().and_then(|frame| frame.result);
        let Some(at) = state.frame().map(|frame| frame.at) else { return };
        if let Some(slot) = result {
            self.plan.assign(&mut state, slot, brings);
        }
        // The `do` is left now; its node is the one that the engine notes.
        let before: NodeId = std::mem::replace(&mut self.node, at);
        self.leave_in(state, &Exit::Next, None);
        self.node = before;
    }

    /// Leaves the blocks that run in copies of the flow's own frame.
    fn leave_blocks(&self, state: &mut State) {
        while state.scopes.len() > 1 && state.scope().is_some_and(|scope| scope.frames.len() == 1) {
            drop_scope(state);
            set_stage(state, Stage::Enter);
        }
    }

    /// Tells the CRM. What the hang-up handler says counts only where nothing was said before.
    fn outcome(&mut self, outcome: &Outcome) {
        let topic = self.plan.topic(&outcome.topic);
        let leaving = self.from.phase == Phase::Leaving;
        let stands = leaving && self.from.told && self.from.fresh.is_empty();
        let is_implied = self.is_implied();
        let mut state = self.from.clone();
        let twice = !stands && !is_implied && state.fresh.contains(&topic);
        state.told = true;
        state.told_connecting |= outcome.topic.is_none();
        if let (false, false, Err(at)) = (stands, is_implied, state.fresh.binary_search(&topic)) {
            state.fresh.insert(at, topic);
        }
        self.leave_in(state, &Exit::Next, None);
        if let Some(last) = self.found.last_mut().filter(|_| twice) {
            last.symptom = Some(Symptom::Twice(outcome.topic.clone()));
        }
    }

    /// Whether the compiler has put the outcome there, before the verb that says it.
    fn is_implied(&self) -> bool {
        let node = self.plan.program.node(self.node);
        let next = node.arms.first().map(|arm| self.plan.program.node(arm.to));
        next.is_some_and(|next| {
            next.place == node.place && matches!(next.verb, Verb::Reject(_) | Verb::Redirect(_))
        })
    }

    fn play(&mut self, play: &Play) {
        for index in 0..play.choices.len() as u16 {
            self.leave(&Exit::Choice(index), |_, state| state.caller_acted());
        }
        if self.plan.program.node(self.node).arm(&Exit::NoMatch(1)).is_some() {
            self.leave(&Exit::NoMatch(1), |_, state| state.caller_acted());
        }
        let is_written = self.from.channel != crate::program::Channel::Call;
        match &play.extent {
            Extent::Looped => return self.leave(&Exit::Next, |_, _| {}),
            Extent::Once => self.leave(&Exit::Next, |_, _| {}),
            Extent::For(length) => return self.pause(length),
            Extent::UntilHungUp if is_written => return self.leave(&Exit::Next, |_, _| {}),
            Extent::UntilHungUp => {}
        }
        self.pauses();
    }

    fn pause(&mut self, length: &Expr) {
        let short = matches!(length, Expr::Const(Value::Duration(length)) if *length < super::clock::LONG);
        self.leave(&Exit::Next, |plan, state| {
            if !short {
                plan.time_passes(state);
            }
        });
        self.pauses();
    }

    fn call_out(&mut self, _: &CallOut) {
        if self.from.phase != Phase::Alone {
            return self.fail("there is a caller already");
        }
        let verb = self.plan.verb(self.node);
        self.by_arms(|plan, state, exit| {
            plan.time_passes(state);
            if verb.is_called(exit) {
                plan.another_caller(state);
                (state.phase, state.answered) = (Phase::Talking, true);
                (state.had_caller, state.told) = (true, false);
                state.channel = crate::program::Channel::Call;
            }
        });
    }

    /// Whoever calls somebody else instead has left.
    fn hand_over(&mut self) {
        self.by_arms(|_, state, exit| state.told |= *exit == Exit::Accepted);
        if self.plan.program.node(self.node).arm(&Exit::Accepted).is_none() {
            let mut state = self.from.clone();
            end(&mut state);
            self.add(Deed::Parts, state, None);
        }
        self.pauses();
    }

    /// Whoever hangs up while a message runs has recorded it: the flow goes on alone behind it.
    fn record(&mut self) {
        let node = self.node;
        self.by_arms(|_, state, exit| {
            if *exit == Exit::Review {
                state.review = Some(node);
            }
        });
        if self.from.phase == Phase::Talking {
            self.ends_waits();
            self.hangs_up();
            let mut state = self.from.clone();
            self.go_on_alone(&mut state);
            set_stage(&mut state, Stage::Waits);
            self.add(Deed::LeavesBehind, state, None);
        }
    }

    /// The caller hangs up in the review of a message, which counts as recorded; false where this is none.
    pub fn leaves_review(&mut self) -> bool {
        let Some(node) = self.from.review else { return false };
        let is_part =
            matches!(self.plan.verb(node), Verb::Record(record) if record.review.contains(&self.node));
        if !is_part {
            return false;
        }
        let mut state = self.from.clone();
        self.go_on_alone(&mut state);
        set_stage(&mut state, Stage::Waits);
        if let Some(frame) = state.frame_mut() {
            frame.at = node;
        }
        self.add(Deed::LeavesBehind, state, None);
        true
    }

    /// What is known of a value that the caller gives.
    pub fn assign_answer(&self, state: &mut State, slot: crate::program::Slot, yes: bool) {
        self.plan.assign(state, slot, Some(Known::Bool(yes)));
    }
}

fn forget_rounds(state: &mut State, node: NodeId) {
    if let Some(frame) = state.frame_mut() {
        frame.set_rounds(node, 0);
    }
}
