//! One step of a session: what an event means where the session stands, and the walk from node to node.

use super::action::{Action, ActionId, Actions, Audio, Note};
use super::event::Event;
use super::image::Image;
use super::session::Timer;
use super::state::{Frame, Phase, Scope, State, Wait};
use crate::program::verb::{Do, Goto, Play, Return, Set, Sound};
use crate::program::{Exit, Expr, FlowId, Limits, NodeId, Slot, Value, Verb};
use crate::time::Millis;
use std::collections::BTreeMap;

/// A session while it takes one event.
pub(super) struct Run<'a> {
    pub image: &'a Image,
    pub state: &'a mut State,
    pub actions: Actions,
}

/// What a node leads to.
pub(super) enum Turn {
    /// The verb has ended so; what the exit brings.
    Exit(Exit, Value),
    /// The verb waits.
    Wait(Wait),
    /// The walk goes on at a node.
    Go(NodeId),
    /// The scope's block has ended.
    Idle,
    /// The session has ended or is somewhere else already.
    Done,
}

impl<'a> Run<'a> {
    pub fn new(image: &'a Image, state: &'a mut State) -> Run<'a> {
        state.steps_without_waiting = 0;
        Run { image, state, actions: Actions::new() }
    }

    /// Enters the program by its route.
    pub fn begin(&mut self) {
        let contact = &self.state.contact;
        let entry = self.image.route(contact.channel, contact.to_number.as_ref(), &contact.to);
        match entry {
            Some(entry) => {
                let flow = self.image.node(entry).flow;
                let frame = self.new_frame(flow, entry, Vec::new(), None);
                self.state.scopes.push(Scope { frames: vec![frame], wait: Wait::Nothing, playback: None });
                self.walk(Turn::Go(entry));
            }
            None => self.turn_away(),
        }
    }

    /// Takes an event.
    pub fn event(&mut self, event: Event) {
        match event {
            Event::Tick => {}
            Event::Answered { id } => self.answered(id),
            Event::Played { id } => self.played(id),
            Event::Key { key } => self.key(key),
            Event::Found { id, result } => self.found(id, result),
            Event::Judged { id, verdict } => self.judged(id, verdict),
            Event::Replied { id, reply } => self.replied(id, reply),
            Event::Dialled { id, progress } => self.dialled(id, progress),
            Event::LegEnded { leg } => self.leg_ended(leg),
            Event::HungUp { .. } => self.hung_up(),
            // Nobody waits for it: the journal keeps that the entry is durable.
            Event::Written { .. } => {}
        }
    }

    /// A deadline has come; `due` is its moment.
    pub fn deadline(&mut self, due: Millis, timer: Timer) {
        if timer == Timer::Contact {
            return self.fault_ends("the contact has lasted as long as one may");
        }
        let is_due = |scope: &Scope| scope.wait.deadline() == Some((due, timer));
        let Some(depth) = self.state.scopes.iter().position(is_due) else { return };
        self.unwind_to(depth);
        match timer {
            Timer::FirstKey => self.no_first_key(),
            Timer::BetweenKeys => self.no_further_key(),
            Timer::Pause => self.leave(Exit::Next, Value::None),
            Timer::Crm => self.crm_is_late(),
            Timer::Backend => self.leave(Exit::Late, Value::None),
            Timer::Ring => self.ring_is_over(),
            Timer::Contact => {}
        }
    }

    /// Leaves the node of the innermost scope by an exit, and walks on.
    pub fn leave(&mut self, exit: Exit, brings: Value) {
        self.walk(Turn::Exit(exit, brings));
    }

    /// Walks from node to node until something must be waited for. What was waited for until now is over.
    pub fn walk(&mut self, first: Turn) {
        self.wait(Wait::Nothing);
        let mut turn = first;
        loop {
            turn = match turn {
                Turn::Exit(exit, brings) => self.take(exit, brings),
                Turn::Go(node) => self.enter(node),
                Turn::Wait(wait) => return self.wait(wait),
                Turn::Idle => return self.idle(),
                Turn::Done => return,
            };
        }
    }

    fn wait(&mut self, wait: Wait) {
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.wait = wait;
        }
    }

    /// The end of a block that leads nowhere: a waiting block is silent then, anything else ends the session.
    fn idle(&mut self) {
        if self.state.scopes.len() > 1 && self.state.phase == Phase::Talking {
            self.wait(Wait::Nothing);
        } else {
            self.finish();
        }
    }

    /// The arm of the current node for an exit, with what it brings in its variable.
    fn take(&mut self, exit: Exit, brings: Value) -> Turn {
        let Some(at) = self.state.at() else { return Turn::Done };
        let image = self.image;
        self.note(Note::Left { node: at, exit: exit.clone() });
        match image.node(at).arm(&exit) {
            Some(arm) => {
                if let Some(slot) = arm.bind {
                    self.set_slot(slot, brings);
                }
                Turn::Go(arm.to)
            }
            None if exit == Exit::Next => Turn::Idle,
            None => {
                self.fault_ends(&format!("nobody handles `{exit}`"));
                Turn::Done
            }
        }
    }

    fn enter(&mut self, node: NodeId) -> Turn {
        if !self.spend_step() {
            self.fault_ends("the flow goes round without waiting for anything");
            return Turn::Done;
        }
        if let Some(frame) = self.state.frame() {
            frame.at = node;
        }
        let image = self.image;
        self.perform(&image.node(node).verb)
    }

    /// Counts a node; false where a bound is reached. The hang-up handler runs even where the contact has spent
    /// all its steps: it says what came of it.
    fn spend_step(&mut self) -> bool {
        self.state.steps = self.state.steps.saturating_add(1);
        self.state.steps_without_waiting += 1;
        let in_all = self.state.steps <= Limits::DEFAULT.steps || self.state.phase == Phase::Leaving;
        in_all && self.state.steps_without_waiting <= Limits::DEFAULT.steps_without_waiting
    }

    fn perform(&mut self, verb: &Verb) -> Turn {
        match verb {
            Verb::Again(again) => self.again(again.at_most),
            Verb::Answer(_) => self.answer(),
            Verb::Ask(ask) => self.put_question(&ask.hearing),
            Verb::Authenticate(authenticate) => self.ask_for_secret(authenticate),
            Verb::Case(case) => self.case(case),
            Verb::Do(call) => self.call(call),
            Verb::Find(find) => self.find(find),
            Verb::Goto(goto) => self.goto(goto),
            Verb::Hangup(_) => self.hang_up(),
            Verb::Identify(identify) => self.identify(identify),
            Verb::If(condition) => self.decide(&condition.condition),
            Verb::Menu(menu) => self.put_question(&menu.hearing),
            Verb::Note(note) => self.leave_note(note),
            Verb::Outcome(outcome) => self.outcome(outcome),
            Verb::Play(play) => self.play(play),
            Verb::Reject(reject) => self.reject(reject.reason),
            Verb::Repeat(repeat) => self.repeat(repeat.at_most),
            Verb::Request(request) => self.request(request),
            Verb::Return(back) => self.come_back(back),
            Verb::Say(say) => self.say(&say.utterances, say.barge_in),
            Verb::Set(set) => self.set(set),
            Verb::Speak(speak) => self.speak(&speak.language),
            Verb::Transfer(transfer) => self.transfer(transfer),
            Verb::Wait(wait) => self.pause(&wait.length),
        }
    }

    fn answer(&mut self) -> Turn {
        if self.state.answered || self.state.contact.channel != crate::program::Channel::Call {
            return Turn::Exit(Exit::Next, Value::None);
        }
        let id = self.state.next_id();
        self.act(Action::Answer { id });
        Turn::Wait(Wait::Answer { id })
    }

    fn answered(&mut self, id: ActionId) {
        if self.unwind_to_answer(id, |wait| matches!(wait, Wait::Answer { .. })) {
            self.state.answered = true;
            self.leave(Exit::Next, Value::None);
        }
    }

    fn say(&mut self, utterances: &[crate::program::Utterance], barge_in: bool) -> Turn {
        match self.speech(utterances) {
            Ok(audio) => {
                let id = self.state.next_id();
                self.act(Action::Play { id, audio, looped: false });
                Turn::Wait(Wait::Speech { id, barge_in })
            }
            Err(fault) => self.fault(&fault, Exit::Next),
        }
    }

    /// What several prompts say now.
    pub fn speech(&self, utterances: &[crate::program::Utterance]) -> Result<Audio, String> {
        let spoken: Result<Vec<_>, _> = utterances.iter().map(|utterance| self.spoken(utterance)).collect();
        Ok(Audio::Speech(spoken?))
    }

    fn play(&mut self, play: &Play) -> Turn {
        let Sound::Recording(name) = &play.sound;
        let id = self.state.next_id();
        self.act(Action::Play { id, audio: Audio::Sound(name.clone()), looped: play.looped });
        if !play.looped {
            return Turn::Wait(Wait::Speech { id, barge_in: true });
        }
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.playback = Some(id);
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    fn played(&mut self, id: ActionId) {
        if !self.unwind_to_answer(id, |wait| wait.speaking().is_some()) {
            return;
        }
        match self.state.scopes.last().map(|scope| matches!(scope.wait, Wait::Hearing(_))) {
            Some(true) => self.question_was_put(),
            Some(false) | None => self.leave(Exit::Next, Value::None),
        }
    }

    fn pause(&mut self, length: &Expr) -> Turn {
        match self.value(length) {
            Ok(Value::Duration(length)) => Turn::Wait(Wait::Pause { until: self.state.now + length }),
            Ok(_) => Turn::Exit(Exit::Next, Value::None),
            Err(fault) => self.fault(&fault, Exit::Next),
        }
    }

    fn decide(&mut self, condition: &Expr) -> Turn {
        match self.holds(condition) {
            Ok(true) => Turn::Exit(Exit::Then, Value::None),
            Ok(false) => Turn::Exit(Exit::Else, Value::None),
            Err(fault) => self.fault(&fault, Exit::Else),
        }
    }

    fn set(&mut self, set: &Set) -> Turn {
        match self.value(&set.value) {
            Ok(value) => {
                self.set_slot(set.slot, value);
                Turn::Exit(Exit::Next, Value::None)
            }
            Err(fault) => self.fault(&fault, Exit::Failed),
        }
    }

    fn speak(&mut self, language: &Expr) -> Turn {
        if let Ok(Value::Text(wanted)) = self.value(language)
            && let Some(index) = self.image.languages.iter().position(|known| *known == wanted)
        {
            self.state.language = index;
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    fn repeat(&mut self, at_most: u32) -> Turn {
        if self.spend_round(at_most) {
            Turn::Exit(Exit::Then, Value::None)
        } else {
            self.forget_rounds();
            Turn::Exit(Exit::Else, Value::None)
        }
    }

    fn again(&mut self, at_most: u32) -> Turn {
        if !self.spend_round(at_most) {
            return Turn::Exit(Exit::Else, Value::None);
        }
        self.drop_keys();
        let image = self.image;
        let Some(frame) = self.state.frame() else { return Turn::Done };
        // The flow's other loops begin anew; every `again` keeps its count, or two of them would never end.
        frame.rounds.retain(|node, _| matches!(image.node(*node).verb, Verb::Again(_)));
        Turn::Go(image.flow(frame.flow).entry)
    }

    /// Counts a round of the loop at the current node; false where its budget is spent.
    fn spend_round(&mut self, at_most: u32) -> bool {
        let Some(frame) = self.state.frame() else { return false };
        let rounds = frame.rounds.entry(frame.at).or_default();
        *rounds += 1;
        *rounds <= at_most
    }

    fn forget_rounds(&mut self) {
        if let Some(frame) = self.state.frame() {
            frame.rounds.remove(&frame.at);
        }
    }

    fn goto(&mut self, goto: &Goto) -> Turn {
        match self.values(&goto.args) {
            Ok(args) => {
                let entry = self.image.flow(goto.flow).entry;
                let frame = self.new_frame(goto.flow, entry, args, None);
                self.cancel_leg();
                self.unwind_to(0);
                if let Some(scope) = self.state.scopes.last_mut() {
                    (scope.frames, scope.wait) = (vec![frame], Wait::Nothing);
                }
                Turn::Go(entry)
            }
            Err(fault) => self.fault(&fault, Exit::Failed),
        }
    }

    fn call(&mut self, call: &Do) -> Turn {
        let depth: usize = self.state.scopes.iter().map(|scope| scope.frames.len()).sum();
        if depth >= Limits::DEFAULT.frames {
            self.fault_ends("flows enter each other too deeply");
            return Turn::Done;
        }
        match self.values(&call.args) {
            Ok(args) => {
                let entry = self.image.flow(call.flow).entry;
                let frame = self.new_frame(call.flow, entry, args, call.slot);
                if let Some(scope) = self.state.scopes.last_mut() {
                    scope.frames.push(frame);
                }
                Turn::Go(entry)
            }
            Err(fault) => self.fault(&fault, Exit::Failed),
        }
    }

    fn come_back(&mut self, back: &Return) -> Turn {
        let value = match back.value.as_ref().map(|value| self.value(value)) {
            Some(Ok(value)) => value,
            Some(Err(fault)) => return self.fault(&fault, Exit::Failed),
            None => Value::None,
        };
        let Some(frames) = self.state.scopes.last_mut().map(|scope| &mut scope.frames) else {
            return Turn::Done;
        };
        if frames.len() < 2 {
            self.fault_ends("`return` in a flow that nobody waits for");
            return Turn::Done;
        }
        let result = frames.pop().and_then(|frame| frame.result);
        if let Some(slot) = result {
            self.set_slot(slot, value);
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    fn new_frame(&mut self, flow: FlowId, at: NodeId, args: Vec<Value>, result: Option<Slot>) -> Frame {
        let declared = self.image.flow(flow);
        let mut slots = args;
        slots.resize(declared.slots.max(slots.len() as u16) as usize, Value::None);
        self.note(Note::Entered { flow: declared.name.clone() });
        Frame { flow, at, slots, rounds: BTreeMap::new(), result }
    }

    /// Puts a value into a variable of the innermost frame.
    pub fn set_slot(&mut self, slot: Slot, value: Value) {
        if let Some(place) = self.state.frame().and_then(|frame| frame.slots.get_mut(slot.0 as usize)) {
            *place = value;
        }
    }

    /// Drops the scopes above this one, cuts what they play, and notes what was keyed for their questions.
    pub fn unwind_to(&mut self, depth: usize) {
        while self.state.scopes.len() > depth + 1 {
            self.abandon_entry();
            let Some(scope) = self.state.scopes.pop() else { break };
            self.silence(&scope);
        }
        if let Some(scope) = self.state.scopes.last_mut() {
            let playback = scope.playback.take();
            playback.into_iter().for_each(|id| self.actions.push(Action::Stop { id }));
        }
    }

    /// Cuts what a scope plays.
    fn silence(&mut self, scope: &Scope) {
        let playing = scope.wait.speaking().into_iter().chain(scope.playback);
        playing.for_each(|id| self.actions.push(Action::Stop { id }));
    }

    /// Goes to the scope that waits for this answer in this way; false, with a note, where none does.
    pub fn unwind_to_answer(&mut self, id: ActionId, fits: impl Fn(&Wait) -> bool) -> bool {
        let waits = |scope: &Scope| scope.wait.id() == Some(id) && fits(&scope.wait);
        let depth = self.state.scopes.iter().rposition(waits);
        match depth.filter(|_| self.state.phase == Phase::Talking) {
            Some(depth) => {
                self.unwind_to(depth);
                true
            }
            None => {
                self.stale();
                false
            }
        }
    }

    /// Runs the block that a verb has for the time in which it waits, in a scope of its own.
    pub fn run_while_waiting(&mut self, wait: Wait) -> Turn {
        let Some(at) = self.state.at() else { return Turn::Done };
        self.wait(wait);
        let Some(block) = self.image.node(at).arm(&Exit::Waiting) else { return Turn::Done };
        let Some(frame) = self.state.frame().map(|frame| frame.clone()) else { return Turn::Done };
        if self.state.scopes.len() < Limits::DEFAULT.scopes {
            self.state.scopes.push(Scope { frames: vec![frame], wait: Wait::Nothing, playback: None });
            self.walk(Turn::Go(block.to));
        }
        Turn::Done
    }

    /// Does something.
    pub fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    /// Lets something be known.
    pub fn note(&mut self, note: Note) {
        self.actions.push(Action::Note(note));
    }

    /// Notes that nobody waits for what came.
    pub fn stale(&mut self) {
        self.note(Note::Stale);
    }

    /// Notes a fault of the flow, and leaves by an exit.
    pub fn fault(&mut self, reason: &str, exit: Exit) -> Turn {
        self.note(Note::Fault { reason: reason.into() });
        Turn::Exit(exit, Value::None)
    }
}
