//! Questions: how one is put, what silence and wrong entries spend, and where they lead.
//!
//! ```text
//!            put            prompt ends         key            entry complete
//!   (node) ──────► Speaking ───────────► Silent ───► Keying ─────────────────► exit
//!                     │ key (barge-in)      │          ▲ │ further key
//!                     └─────────────────────┼──────────┘ └──┐ inter-digit timer: as far as keyed
//!                                           ▼               ▼
//!                                    no_input handler   no_match handler ──► the node again, or give_up
//! ```
//!
//! What was keyed or written before the question was put is taken from the buffers, and its prompt is not said then.

use super::action::{Action, ActionId, Audio, Note};
use super::evaluate::Fault;
use super::image::Image;
use super::run::{Run, Turn};
use super::state::{Budget, Ear, EarPhase, Wait};
use crate::program::verb::{Ask, Hearing, Menu, Retries};
use crate::program::{Exit, Misfit, Node, NodeId, Value, Verb};

/// What a question wants to hear.
#[derive(Clone, Copy)]
pub(super) enum Question<'a> {
    Entry(&'a Ask),
    Choice(&'a Menu),
}

impl Ear {
    /// The prompt that is being said.
    pub fn speaking(&self) -> Option<ActionId> {
        match self.phase {
            EarPhase::Speaking { id } => Some(id),
            EarPhase::Silent { .. } | EarPhase::Keying { .. } => None,
        }
    }
}

impl<'a> Question<'a> {
    /// The question that a node puts, if it puts one.
    pub fn of(node: &'a Node) -> Option<Question<'a>> {
        match &node.verb {
            Verb::Ask(ask) => Some(Question::Entry(ask)),
            Verb::Authenticate(authenticate) => Some(Question::Entry(&authenticate.ask)),
            Verb::Menu(menu) => Some(Question::Choice(menu)),
            Verb::AfterCall(_)
            | Verb::Again(_)
            | Verb::Answer(_)
            | Verb::Break(_)
            | Verb::CallOut(_)
            | Verb::Callback(_)
            | Verb::Case(_)
            | Verb::Choose(_)
            | Verb::Conference(_)
            | Verb::Count(_)
            | Verb::Do(_)
            | Verb::EarlyMedia(_)
            | Verb::Find(_)
            | Verb::ForEach(_)
            | Verb::Goto(_)
            | Verb::HandOver(_)
            | Verb::Hangup(_)
            | Verb::Identify(_)
            | Verb::If(_)
            | Verb::Judge(_)
            | Verb::Later(_)
            | Verb::Note(_)
            | Verb::Outcome(_)
            | Verb::OverrideHours(_)
            | Verb::Pick(_)
            | Verb::Play(_)
            | Verb::Queue(_)
            | Verb::Reask(_)
            | Verb::Recall(_)
            | Verb::Record(_)
            | Verb::RecordCall(_)
            | Verb::Redirect(_)
            | Verb::Reject(_)
            | Verb::Repeat(_)
            | Verb::Request(_)
            | Verb::Return(_)
            | Verb::Ring(_)
            | Verb::Say(_)
            | Verb::SendDigits(_)
            | Verb::SendEmail(_)
            | Verb::SendSms(_)
            | Verb::Set(_)
            | Verb::SetKept(_)
            | Verb::Speak(_)
            | Verb::StopRecording(_)
            | Verb::Tell(_)
            | Verb::Transcribe(_)
            | Verb::Transfer(_)
            | Verb::Update(_)
            | Verb::Wait(_) => None,
        }
    }

    pub(super) fn hearing(self) -> &'a Hearing {
        match self {
            Question::Entry(ask) => &ask.hearing,
            Question::Choice(menu) => &menu.hearing,
        }
    }

    pub(super) fn is_secret(self) -> bool {
        matches!(self, Question::Entry(Ask { secret: true, .. }))
    }
}

impl<'a> Run<'a> {
    /// Puts a question: says it, or takes what was typed ahead.
    pub(super) fn put_question(&mut self, question: Question) -> Turn {
        let Some(node) = self.state.at() else { return Turn::Done };
        if let Some(exit) = self.nothing_to_choose(node, question) {
            return Turn::Exit(exit, Value::None);
        }
        let hearing = question.hearing();
        let budget = self.state.budgets.entry(node).or_default();
        if budget.is_spent(hearing.retries) {
            return Turn::Exit(Exit::GiveUp, Value::None);
        }
        budget.rounds = budget.rounds.saturating_add(1);
        let first = budget.rounds == 1 || hearing.then.is_empty();
        let quiet = std::mem::take(&mut budget.quiet);
        if question.is_secret() {
            self.drop_unasked();
        }
        if !self.state.keys.is_empty() || !self.state.texts.is_empty() {
            return self.listen(Vec::new());
        }
        if quiet {
            return Turn::Wait(Wait::Hearing(self.silent_ear(question)));
        }
        match self.question_speech(question, first) {
            Ok(audio) => {
                let id = self.state.next_id();
                self.act(Action::Play { id, audio, looped: false });
                Turn::Wait(Wait::Hearing(Ear { entry: Vec::new(), phase: EarPhase::Speaking { id } }))
            }
            Err(fault) => self.fault(&fault, Exit::GiveUp),
        }
    }

    /// Puts the question again whose node this is: it counts as another round, whatever was answered meanwhile.
    pub(super) fn reask(&mut self, question: NodeId, quiet: bool) -> Turn {
        let budget = self.state.budgets.entry(question).or_default();
        budget.quiet = quiet;
        budget.rounds = budget.rounds.max(1);
        Turn::Exit(Exit::Next, Value::None)
    }

    fn question_speech(&mut self, question: Question, first: bool) -> Result<Audio, Fault> {
        let hearing = question.hearing();
        let own = if first { &hearing.say } else { &hearing.then };
        let mut spoken = self.all_spoken(own)?;
        if let Question::Choice(menu) = question {
            spoken.extend(self.items_speech(menu)?);
            spoken.extend(self.all_spoken(&menu.below)?);
        }
        Ok(Audio::Speech(spoken))
    }

    /// The prompt has been said to its end: silence is counted from here.
    pub(super) fn question_was_put(&mut self) {
        let Some((_, question)) = self.question() else { return };
        let ear = self.silent_ear(question);
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.wait = Wait::Hearing(ear);
        }
    }

    fn silent_ear(&self, question: Question) -> Ear {
        let until = self.state.now + question.hearing().patience(self.state.contact.channel);
        Ear { entry: Vec::new(), phase: EarPhase::Silent { until } }
    }

    /// Nothing was pressed in time.
    pub(super) fn no_first_key(&mut self) {
        let Some((node, question)) = self.question() else { return };
        let budget = self.state.budgets.entry(node).or_default();
        budget.no_input = budget.no_input.saturating_add(1);
        let count = budget.counted(budget.no_input, question.hearing().retries);
        let turn = self.handle_and_return(node, count, &[no_input]);
        self.walk(turn);
    }

    /// The entry cannot be taken; what was typed ahead behind it is dropped.
    pub(super) fn refuse(&mut self, node: NodeId, question: Question, misfit: Misfit) -> Turn {
        self.drop_keys();
        let budget = self.state.budgets.entry(node).or_default();
        budget.no_match = budget.no_match.saturating_add(1);
        let count = budget.counted(budget.no_match, question.hearing().retries);
        if !question.hearing().retries.shared {
            budget.no_input = 0;
        }
        match misfit {
            Misfit::NoMatch => self.handle_and_return(node, count, &[no_match]),
            Misfit::TooShort => self.handle_and_return(node, count, &[too_short, no_match]),
            Misfit::Invalid => self.handle_and_return(node, count, &[invalid, no_match]),
        }
    }

    /// The block that handles this, by the first kind of handler that the node has; it leads back to the node, which
    /// then sees whether its budget is spent.
    fn handle_and_return(&mut self, node: NodeId, count: u8, kinds: &[fn(&Exit) -> Option<u8>]) -> Turn {
        let image = self.image;
        match kinds.iter().find_map(|nth| image.node(node).nth_arm(count, nth)) {
            Some(arm) => {
                self.note(Note::Left { node, exit: arm.exit.clone() });
                Turn::Go(arm.to)
            }
            None => Turn::Go(node),
        }
    }

    /// The caller has answered this question, and so has acted.
    pub(super) fn caller_answered(&mut self, node: NodeId) {
        self.state.budgets.remove(&node);
        self.caller_acted();
    }

    /// Questions that were left for silence or wrong keys begin anew when they are put again. Wrong secrets stay
    /// counted.
    pub(super) fn caller_acted(&mut self) {
        self.state.budgets.retain(|_, budget| budget.wrong > 0);
        for budget in self.state.budgets.values_mut() {
            *budget = Budget { wrong: budget.wrong, ..Budget::default() };
        }
    }

    /// The question at the current node of the innermost scope. It borrows the program, not the session.
    pub(super) fn question(&self) -> Option<(NodeId, Question<'a>)> {
        let node = self.state.at()?;
        let image: &'a Image = self.image;
        Some((node, Question::of(image.node(node))?))
    }
}

fn no_input(exit: &Exit) -> Option<u8> {
    if let Exit::NoInput(n) = exit { Some(*n) } else { None }
}

fn no_match(exit: &Exit) -> Option<u8> {
    if let Exit::NoMatch(n) = exit { Some(*n) } else { None }
}

fn invalid(exit: &Exit) -> Option<u8> {
    if let Exit::Invalid(n) = exit { Some(*n) } else { None }
}

fn too_short(exit: &Exit) -> Option<u8> {
    if let Exit::TooShort(n) = exit { Some(*n) } else { None }
}

impl Budget {
    /// Whether the question may not be put again.
    fn is_spent(&self, retries: Retries) -> bool {
        match retries.shared {
            true => self.no_input.saturating_add(self.no_match) >= retries.count,
            false => self.no_input >= retries.count || self.no_match >= retries.count,
        }
    }

    /// The count that a handler sees: its own, or both where they are counted together.
    fn counted(&self, own: u8, retries: Retries) -> u8 {
        if retries.shared { self.no_input.saturating_add(self.no_match) } else { own }
    }
}
