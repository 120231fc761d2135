//! One step of a session: what an event means where the session stands, and the walk from node to node.

use super::action::{Action, ActionId, Actions, Audio, Note};
use super::event::Event;
use super::image::Image;
use super::question::Question;
use super::session::Timer;
use super::state::{Frame, Phase, Role, Scope, State, Wait};
use crate::program::verb::{Do, Goto, Return, Say, Set};
use crate::program::{Channel, Exit, Expr, FlowId, Limits, NodeId, Slot, Text, Value, Verb};
use crate::time::Millis;
use std::collections::BTreeMap;

/// A session while it takes one event.
pub(super) struct Run<'a> {
    pub image: &'a Image,
    pub state: &'a mut State,
    pub actions: &'a mut Actions,
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
    pub fn new(image: &'a Image, state: &'a mut State, actions: &'a mut Actions) -> Run<'a> {
        state.steps_without_waiting = 0;
        Run { image, state, actions }
    }

    /// Enters the program by its route.
    pub fn begin(&mut self) {
        if self.state.contact.task.is_some() {
            return self.begin_task();
        }
        let contact = &self.state.contact;
        let entry = self.image.route(contact.channel, contact.to_number.as_ref(), &contact.to);
        match entry {
            Some(entry) => {
                let flow = self.image.node(entry).flow;
                let frame = self.new_frame(flow, entry, Vec::new(), None);
                self.enter_first(frame);
            }
            None => self.turn_away(),
        }
    }

    /// The message of a contact in writing waits for the first question.
    fn arrive_in_writing(&mut self) {
        let contact = &self.state.contact;
        if let Some(text) = contact.message.clone().filter(|_| contact.channel != Channel::Call) {
            self.state.texts.push_back(text);
            self.state.unasked = true;
            self.note(Note::Message);
        }
    }

    /// Enters the flow of a task: nobody is there.
    fn begin_task(&mut self) {
        self.state.phase = Phase::Alone;
        let Some(task) = self.state.contact.task.clone() else { return };
        if let Some(language) = self.state.contact.language.clone() {
            self.speak_from_here(&language);
        }
        match self.image.flow_named(&task.flow) {
            Some(flow) if self.image.flow(flow).params.len() == task.args.len() => {
                let entry = self.image.flow(flow).entry;
                let frame = self.new_frame(flow, entry, task.args, None);
                self.enter_first(frame);
            }
            Some(_) | None => self.fault_ends("the program has no such flow any more"),
        }
    }

    fn enter_first(&mut self, frame: Frame) {
        let entry = frame.at;
        let (role, wait) = (Role::Contact, Wait::Nothing);
        self.state.scopes.push(Scope { role, frames: vec![frame], wait, playback: None });
        self.arrive_in_writing();
        self.walk(Turn::Go(entry));
    }

    /// Takes an event.
    pub fn event(&mut self, event: Event) {
        match event {
            Event::Tick => {}
            Event::Answered { id } => self.answered(id),
            Event::Played { id } => self.played(id),
            Event::Key { key } => self.key(key),
            Event::Text { text } => self.text(text),
            Event::Found { id, result } => self.found(id, result),
            Event::Judged { id, verdict } => self.judged(id, verdict),
            Event::CodeSent { id, sent } => self.code_sent(id, sent),
            Event::Compared { id, equal } => self.compared(id, equal),
            Event::Examined { id, fits } => self.examined(id, fits),
            Event::Recalled { id, result } => self.recalled(id, result),
            Event::Updated { id, result } => self.updated(id, result),
            Event::Replied { id, reply } => self.replied(id, reply),
            Event::Dialled { id, progress } => self.dialled(id, progress),
            Event::LegKey { leg, key } => self.leg_key(leg, key),
            Event::Room { id, news } => self.room_says(id, news),
            Event::MediaOpened { id } => self.media_opened(id),
            Event::HandedOver { id, result } => self.handed_over(id, result),
            Event::LegEnded { leg } => self.leg_ended(leg),
            Event::HungUp { .. } => self.hung_up(),
            Event::Queued { id, news } => self.queued(id, news),
            Event::Recorded { id, taken } => self.recorded(id, taken),
            Event::Transcribed { id, words } => self.transcribed(id, words),
            // Nobody waits for it: the journal keeps that the entry is durable.
            Event::Written { .. } => {}
            Event::TakenUp => self.taken_up(),
        }
    }

    /// A deadline has come; `due` is its moment.
    pub fn deadline(&mut self, due: Millis, timer: Timer) {
        if timer == Timer::Contact {
            return self.fault_ends("the contact has lasted as long as one may");
        }
        if timer == Timer::HeldKey {
            return self.held_key_is_due();
        }
        let is_due = |scope: &Scope| scope.wait.deadline() == Some((due, timer));
        let Some(depth) = self.state.scopes.iter().position(is_due) else { return };
        if matches!(timer, Timer::Ring | Timer::Accept) {
            return self.legs_are_due(depth, due);
        }
        self.unwind_to(depth);
        match timer {
            Timer::FirstKey => self.no_first_key(),
            Timer::BetweenKeys => self.no_further_key(),
            Timer::Pause => self.leave(Exit::Next, Value::None),
            Timer::Crm => self.crm_is_late(),
            Timer::Backend => self.leave(Exit::Late, Value::None),
            Timer::Call => self.nobody_answers(),
            Timer::Room => self.room_is_late(),
            Timer::HandOver => self.leave(Exit::Failed, Value::None),
            Timer::Queue => self.queue_is_over(),
            Timer::Play => self.play_is_over(),
            Timer::Recording => self.recording_is_over(),
            Timer::Transcript => self.leave(Exit::Late, Value::None),
            Timer::Ring | Timer::Accept | Timer::HeldKey | Timer::Contact => {}
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

    /// What the innermost scope waits for from here on.
    pub fn wait(&mut self, wait: Wait) {
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.wait = wait;
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
            // A condition or a loop may be the last of a block.
            None if matches!(exit, Exit::Next | Exit::Then | Exit::Else) => Turn::Idle,
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
        if self.state.review.is_some() {
            self.forget_review(node);
        }
        let image = self.image;
        let verb = &image.node(node).verb;
        if self.state.phase == Phase::Alone && !verb.spec().channels.contains(Channel::Task) {
            self.nobody_there(verb.spec().word);
            return Turn::Done;
        }
        self.perform(verb)
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
            Verb::AfterCall(after) => self.after_call(after),
            Verb::Again(again) => self.again(again.at_most),
            Verb::Answer(_) => self.answer(),
            Verb::Ask(ask) => self.put_question(Question::Entry(ask)),
            Verb::Authenticate(authenticate) => self.ask_for_secret(authenticate),
            Verb::Break(end) => self.break_loop(end),
            Verb::Case(case) => self.case(case),
            Verb::Choose(choose) => self.choose(choose),
            Verb::Count(count) => self.count(count),
            Verb::CallOut(call) => self.call_out(call),
            Verb::Callback(callback) => self.callback(callback),
            Verb::Conference(conference) => self.conference(conference),
            Verb::Do(call) => self.call(call),
            Verb::EarlyMedia(_) => self.early_media(),
            Verb::Find(find) => self.find(find),
            Verb::ForEach(each) => self.for_each(each),
            Verb::Goto(goto) => self.goto(goto),
            Verb::HandOver(hand_over) => self.hand_over(hand_over),
            Verb::Hangup(_) => self.hang_up(),
            Verb::Identify(identify) => self.identify(identify),
            Verb::If(condition) => self.decide(&condition.condition),
            Verb::Menu(menu) => self.put_question(Question::Choice(menu)),
            Verb::Judge(judge) => self.judge(judge),
            Verb::Note(note) => self.leave_note(note),
            Verb::Outcome(outcome) => self.outcome(outcome),
            Verb::Pick(pick) => self.pick(pick),
            Verb::Play(play) => self.play(play),
            Verb::Reask(reask) => self.reask(reask.question, reask.silent),
            Verb::Recall(recall) => self.recall(recall),
            Verb::Later(later) => self.later(later),
            Verb::OverrideHours(set) => self.override_hours(set),
            Verb::Queue(queue) => self.queue_up(queue),
            Verb::Record(record) => self.record(record),
            Verb::RecordCall(_) => self.record_call(),
            Verb::Redirect(redirect) => self.redirect(redirect),
            Verb::Reject(reject) => self.reject(reject.reason, reject.words.clone()),
            Verb::Repeat(repeat) => self.repeat(repeat.at_most),
            Verb::Request(request) => self.request(request),
            Verb::Return(back) => self.come_back(back),
            Verb::Ring(_) => self.ring(),
            Verb::Say(say) => self.say(say),
            Verb::SendDigits(send) => self.send_digits(send),
            Verb::SendEmail(send) => self.send_email(send),
            Verb::SendSms(send) => self.send_sms(send),
            Verb::Set(set) => self.set(set),
            Verb::SetKept(set) => self.set_kept(set),
            Verb::Speak(speak) => self.speak(&speak.language),
            Verb::Tell(tell) => self.tell(tell),
            Verb::StopRecording(_) => self.stop_recording(),
            Verb::Transcribe(transcribe) => self.transcribe(transcribe),
            Verb::Transfer(transfer) => self.transfer(transfer),
            Verb::Update(update) => self.update(update),
            Verb::Wait(wait) => self.pause(&wait.length),
        }
    }

    fn answer(&mut self) -> Turn {
        if self.state.answered || self.state.contact.channel != Channel::Call {
            return Turn::Exit(Exit::Next, Value::None);
        }
        let id = self.state.next_id();
        self.act(Action::Answer { id });
        Turn::Wait(Wait::Answer { id })
    }

    fn answered(&mut self, id: ActionId) {
        if self.caller_is_up_for_leg(id) {
            return;
        }
        if self.unwind_to_answer(id, |wait| matches!(wait, Wait::Answer { .. })) {
            self.state.answered = true;
            self.leave(Exit::Next, Value::None);
        }
    }

    fn say(&mut self, say: &Say) -> Turn {
        let audio =
            if say.if_known { self.known_speech(&say.utterances) } else { self.speech(&say.utterances) };
        match audio {
            Ok(Audio::Speech(spoken)) if spoken.is_empty() => Turn::Exit(Exit::Next, Value::None),
            Ok(audio) => {
                let id = self.state.next_id();
                self.act(Action::Play { id, audio, looped: false });
                Turn::Wait(Wait::Speech { id, barge_in: say.barge_in })
            }
            Err(fault) => self.fault(&fault, Exit::Next),
        }
    }

    fn played(&mut self, id: ActionId) {
        if self.leg_was_told(id) {
            return;
        }
        if !self.unwind_to_answer(id, |wait| wait.speaking().is_some()) {
            return;
        }
        match self.state.scopes.last().map(|scope| &scope.wait) {
            Some(Wait::Hearing(_)) => self.question_was_put(),
            Some(Wait::Recording(_)) => self.recording_goes_on(),
            Some(_) | None => match self.global_keys_typed() {
                Some(turn) => self.walk(turn),
                None => self.leave(Exit::Next, Value::None),
            },
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
        if let Ok(Value::Text(wanted)) = self.value(language) {
            self.speak_from_here(&wanted);
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    /// The contact's language, if the program speaks it.
    fn speak_from_here(&mut self, wanted: &Text) {
        if let Some(index) = self.image.languages.iter().position(|known| known == wanted) {
            self.state.language = index;
            self.state.contact.language = Some(wanted.clone());
        }
    }

    fn goto(&mut self, goto: &Goto) -> Turn {
        match self.values(&goto.args) {
            Ok(args) => self.enter_for_good(goto.flow, args),
            Err(fault) => self.fault(&fault, Exit::Failed),
        }
    }

    /// Enters a flow in place of all that runs.
    pub fn enter_for_good(&mut self, flow: FlowId, args: Vec<Value>) -> Turn {
        let entry = self.image.flow(flow).entry;
        let frame = self.new_frame(flow, entry, args, None);
        self.cancel_legs();
        self.unwind_to(0);
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.wait = Wait::Nothing;
            scope.frames.clear();
            scope.frames.push(frame);
        }
        Turn::Go(entry)
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
        self.leave_blocks();
        let Some(frames) = self.state.scopes.last_mut().map(|scope| &mut scope.frames) else {
            return Turn::Done;
        };
        if frames.len() < 2 && self.state.contact.task.is_some() {
            self.finish();
            return Turn::Done;
        }
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

    pub(super) fn new_frame(
        &mut self,
        flow: FlowId,
        at: NodeId,
        args: Vec<Value>,
        result: Option<Slot>,
    ) -> Frame {
        let declared = self.image.flow(flow);
        let mut slots = args;
        let count = slots.len().max(declared.slots as usize);
        slots.reserve_exact(count - slots.len());
        slots.resize(count, Value::None);
        self.note(Note::Entered { flow: declared.name.clone() });
        Frame { flow, at, slots, rounds: BTreeMap::new(), result }
    }

    /// Puts a value into a variable of the innermost frame.
    pub fn set_slot(&mut self, slot: Slot, value: Value) {
        if let Some(place) = self.state.frame().and_then(|frame| frame.slots.get_mut(slot.0 as usize)) {
            *place = value;
        }
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
