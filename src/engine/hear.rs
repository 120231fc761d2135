//! Questions: speaking, listening, type-ahead, barge-in, and the budgets of silence and of wrong keys.
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
//! Keys pressed before the question was put are taken from the buffer, and its prompt is not said then.

use super::action::{Action, ActionId, Note};
use super::image::Image;
use super::run::{Run, Turn};
use super::state::{Budget, Ear, EarPhase, Phase, Wait};
use crate::program::verb::{Ask, Hearing, Menu, Retries};
use crate::program::{Exit, Key, Limits, Node, NodeId, Text, Value, Verb};

/// What a question wants to hear.
#[derive(Clone, Copy)]
pub(super) enum Question<'a> {
    Digits(&'a Ask),
    Choice(&'a Menu),
}

/// What an entry amounts to.
enum Weight {
    /// It is complete; of so many keys the value is made.
    Complete(Fit),
    /// Another key may follow.
    Open,
    /// It fits nothing, but its end has not come: the rest is not taken for another entry.
    Lost,
    /// It fits nothing.
    Wrong,
}

/// What a complete entry means.
enum Fit {
    Digits,
    Choice(usize),
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
            Verb::Ask(ask) => Some(Question::Digits(ask)),
            Verb::Authenticate(authenticate) => Some(Question::Digits(&authenticate.ask)),
            Verb::Menu(menu) => Some(Question::Choice(menu)),
            Verb::Again(_)
            | Verb::Answer(_)
            | Verb::Case(_)
            | Verb::Do(_)
            | Verb::Find(_)
            | Verb::Goto(_)
            | Verb::Hangup(_)
            | Verb::Identify(_)
            | Verb::If(_)
            | Verb::Note(_)
            | Verb::Outcome(_)
            | Verb::Play(_)
            | Verb::Reject(_)
            | Verb::Repeat(_)
            | Verb::Request(_)
            | Verb::Return(_)
            | Verb::Say(_)
            | Verb::Set(_)
            | Verb::Speak(_)
            | Verb::Transfer(_)
            | Verb::Wait(_) => None,
        }
    }

    fn hearing(self) -> &'a Hearing {
        match self {
            Question::Digits(ask) => &ask.hearing,
            Question::Choice(menu) => &menu.hearing,
        }
    }

    fn is_secret(self) -> bool {
        matches!(self, Question::Digits(Ask { secret: true, .. }))
    }

    /// What the keys amount to while another may come.
    fn weigh(self, entry: &[Key]) -> Weight {
        match self {
            Question::Digits(ask) => weigh_digits(ask, entry),
            Question::Choice(menu) => weigh_choice(menu, entry),
        }
    }

    /// What the keys amount to when no other will come.
    fn weigh_as_is(self, entry: &[Key]) -> Option<Fit> {
        match self {
            Question::Digits(ask) => {
                let fits = entry.len() >= ask.min as usize && entry.iter().all(|key| key.is_digit());
                fits.then_some(Fit::Digits)
            }
            Question::Choice(menu) => choice(menu, &signs(entry)).map(Fit::Choice),
        }
    }
}

fn weigh_digits(ask: &Ask, entry: &[Key]) -> Weight {
    let Some((last, before)) = entry.split_last() else { return Weight::Open };
    if Some(*last) == ask.until {
        let fits = before.len() >= ask.min as usize;
        return if fits { Weight::Complete(Fit::Digits) } else { Weight::Wrong };
    }
    match last.is_digit() {
        false => Weight::Wrong,
        true if entry.len() >= ask.max as usize => Weight::Complete(Fit::Digits),
        true => Weight::Open,
    }
}

fn weigh_choice(menu: &Menu, entry: &[Key]) -> Weight {
    let keys = signs(entry);
    let longest = menu.choices.iter().map(|choice| choice.keys.first.len()).max().unwrap_or(1);
    let goes_on = menu.choices.iter().any(|choice| choice.keys.begins_with(&keys));
    if let Some(index) = choice(menu, &keys).filter(|_| !goes_on) {
        return Weight::Complete(Fit::Choice(index));
    }
    if goes_on {
        return Weight::Open;
    }
    match keys.strip_suffix('#') {
        Some(head) => choice(menu, head).map_or(Weight::Wrong, |index| Weight::Complete(Fit::Choice(index))),
        None if keys.len() < longest => Weight::Lost,
        None => Weight::Wrong,
    }
}

fn choice(menu: &Menu, keys: &str) -> Option<usize> {
    menu.choices.iter().position(|choice| choice.keys.holds(keys))
}

fn signs(entry: &[Key]) -> String {
    entry.iter().map(|key| key.sign()).collect()
}

impl<'a> Run<'a> {
    /// Puts a question: says it, or takes what was typed ahead.
    pub(super) fn put_question(&mut self, hearing: &Hearing) -> Turn {
        let Some(node) = self.state.at() else { return Turn::Done };
        let budget = self.state.budgets.entry(node).or_default();
        if budget.is_spent(hearing.retries) {
            return Turn::Exit(Exit::GiveUp, Value::None);
        }
        budget.rounds = budget.rounds.saturating_add(1);
        let first = budget.rounds == 1 || hearing.then.is_empty();
        if !self.state.keys.is_empty() {
            return self.listen(Vec::new());
        }
        match self.speech(if first { &hearing.say } else { &hearing.then }) {
            Ok(audio) => {
                let id = self.state.next_id();
                self.act(Action::Play { id, audio, looped: false });
                Turn::Wait(Wait::Hearing(Ear { entry: Vec::new(), phase: EarPhase::Speaking { id } }))
            }
            Err(fault) => self.fault(&fault, Exit::GiveUp),
        }
    }

    /// The prompt has been said to its end: silence is counted from here.
    pub(super) fn question_was_put(&mut self) {
        let Some((_, question)) = self.question() else { return };
        let until = self.state.now + question.hearing().first_key;
        self.set_ear(Ear { entry: Vec::new(), phase: EarPhase::Silent { until } });
    }

    /// A key was pressed.
    pub(super) fn key(&mut self, key: Key) {
        if self.state.phase != Phase::Talking {
            return self.stale();
        }
        let ends_entry = self.state.pound_until.take().is_some_and(|until| self.state.now <= until);
        if ends_entry && key == Key::POUND && self.state.keys.is_empty() {
            return self.note(Note::Took { keys: "#".into() });
        }
        let bridged = self.state.scopes.iter().any(|scope| matches!(scope.wait, Wait::Bridged { .. }));
        if bridged || self.state.keys.len() >= Limits::DEFAULT.waiting_digits {
            return self.note(Note::Ignored);
        }
        self.state.keys.push_back(key);
        self.hear();
    }

    /// What a new key in the buffer means where the session stands.
    fn hear(&mut self) {
        let Some(scope) = self.state.scopes.last_mut() else { return };
        match &mut scope.wait {
            Wait::Speech { id, barge_in: true } => {
                let id = *id;
                self.act(Action::Stop { id });
                self.leave(Exit::Next, Value::None);
            }
            Wait::Hearing(ear) => {
                let entry = std::mem::take(&mut ear.entry);
                let speaking = ear.speaking();
                speaking.into_iter().for_each(|id| self.act(Action::Stop { id }));
                let turn = self.listen(entry);
                self.walk(turn);
            }
            // The key waits for the next question.
            Wait::Speech { barge_in: false, .. }
            | Wait::Nothing
            | Wait::Answer { .. }
            | Wait::Pause { .. }
            | Wait::Verdict { .. }
            | Wait::Lookup { .. }
            | Wait::Reply { .. }
            | Wait::Dialling { .. }
            | Wait::Bridged { .. } => {}
        }
    }

    /// Takes keys from the buffer until the entry is complete, wrong, or wants another key.
    fn listen(&mut self, mut entry: Vec<Key>) -> Turn {
        let Some((node, question)) = self.question() else { return Turn::Done };
        while let Some(key) = self.state.keys.pop_front() {
            entry.push(key);
            match question.weigh(&entry) {
                Weight::Complete(fit) => return self.complete(node, question, entry, fit),
                Weight::Wrong => return self.no_match(node, question, &entry),
                Weight::Open | Weight::Lost => {}
            }
        }
        let until = self.state.now + question.hearing().between_keys;
        Turn::Wait(Wait::Hearing(Ear { entry, phase: EarPhase::Keying { until } }))
    }

    fn complete(&mut self, node: NodeId, question: Question, mut entry: Vec<Key>, fit: Fit) -> Turn {
        self.note_taken(question, &entry);
        self.swallow_pound(question, &entry);
        match (question, fit) {
            (Question::Digits(ask), Fit::Digits) => {
                entry.retain(|key| key.is_digit());
                self.took_digits(node, ask, &signs(&entry))
            }
            (Question::Choice(menu), Fit::Choice(index)) => {
                self.caller_answered(node);
                entry.truncate(menu.choices[index].keys.first.len());
                Turn::Exit(Exit::Choice(index as u16), Value::Digits(signs(&entry).into()))
            }
            (Question::Digits(_), Fit::Choice(_)) | (Question::Choice(_), Fit::Digits) => Turn::Done,
        }
    }

    fn took_digits(&mut self, node: NodeId, ask: &Ask, digits: &str) -> Turn {
        if ask.secret {
            let kept = self.state.budgets.get(&node).copied().unwrap_or_default();
            self.caller_answered(node);
            self.state
                .budgets
                .insert(node, Budget { rounds: kept.rounds, wrong: kept.wrong, ..Budget::default() });
            return self.verify(digits);
        }
        self.caller_answered(node);
        self.set_slot(ask.slot, Value::Digits(digits.into()));
        Turn::Exit(Exit::Next, Value::None)
    }

    /// The caller has acted: questions that were left for silence or wrong keys begin anew when they are put again.
    /// Wrong secrets stay counted, but for the question that is answered.
    fn caller_answered(&mut self, node: NodeId) {
        self.state.budgets.remove(&node);
        self.state.budgets.retain(|_, budget| budget.wrong > 0);
        for budget in self.state.budgets.values_mut() {
            *budget = Budget { wrong: budget.wrong, ..Budget::default() };
        }
    }

    /// Many callers press `#` behind every entry: behind one that was complete without it, it is no key of the next.
    fn swallow_pound(&mut self, question: Question, entry: &[Key]) {
        if !matches!(question, Question::Digits(_)) || entry.last() == Some(&Key::POUND) {
            return;
        }
        if self.state.keys.front() == Some(&Key::POUND) {
            self.state.keys.pop_front();
            self.note(Note::Took { keys: "#".into() });
        } else if self.state.keys.is_empty() {
            self.state.pound_until = Some(self.state.now + question.hearing().between_keys);
        }
    }

    /// Nothing was pressed in time.
    pub(super) fn no_first_key(&mut self) {
        let Some((node, question)) = self.question() else { return };
        let budget = self.state.budgets.entry(node).or_default();
        budget.no_input = budget.no_input.saturating_add(1);
        let count = budget.counted(budget.no_input, question.hearing().retries);
        let nth = |exit: &Exit| if let Exit::NoInput(n) = exit { Some(*n) } else { None };
        let turn = self.handle_and_return(node, count, nth);
        self.walk(turn);
    }

    /// No further key came: the entry is what was keyed.
    pub(super) fn no_further_key(&mut self) {
        let Some((node, question)) = self.question() else { return };
        let Some(Wait::Hearing(ear)) = self.state.scopes.last_mut().map(|scope| &mut scope.wait) else {
            return;
        };
        let entry = std::mem::take(&mut ear.entry);
        let turn = match question.weigh_as_is(&entry) {
            Some(fit) => self.complete(node, question, entry, fit),
            None => self.no_match(node, question, &entry),
        };
        self.walk(turn);
    }

    fn no_match(&mut self, node: NodeId, question: Question, entry: &[Key]) -> Turn {
        self.note_taken(question, entry);
        self.drop_keys();
        let budget = self.state.budgets.entry(node).or_default();
        budget.no_match = budget.no_match.saturating_add(1);
        let count = budget.counted(budget.no_match, question.hearing().retries);
        if !question.hearing().retries.shared {
            budget.no_input = 0;
        }
        let nth = |exit: &Exit| if let Exit::NoMatch(n) = exit { Some(*n) } else { None };
        self.handle_and_return(node, count, nth)
    }

    /// The block that handles this; it leads back to the node, which then sees whether its budget is spent.
    fn handle_and_return(&mut self, node: NodeId, count: u8, nth: impl Fn(&Exit) -> Option<u8>) -> Turn {
        let image = self.image;
        match image.node(node).nth_arm(count, nth) {
            Some(arm) => {
                self.note(Note::Left { node, exit: arm.exit.clone() });
                Turn::Go(arm.to)
            }
            None => Turn::Go(node),
        }
    }

    /// Notes what was keyed of the innermost scope's entry when it is left in its middle.
    pub(super) fn abandon_entry(&mut self) {
        let Some((_, question)) = self.question() else { return };
        let Some(Wait::Hearing(ear)) = self.state.scopes.last_mut().map(|scope| &mut scope.wait) else {
            return;
        };
        let entry = std::mem::take(&mut ear.entry);
        if !entry.is_empty() {
            self.note_taken(question, &entry);
        }
    }

    /// Throws away what was typed ahead.
    pub(super) fn drop_keys(&mut self) {
        let count = self.state.keys.len() as u32;
        if count > 0 {
            self.state.keys.clear();
            self.note(Note::Dropped { count });
        }
    }

    /// The question at the current node of the innermost scope. It borrows the program, not the session.
    fn question(&self) -> Option<(NodeId, Question<'a>)> {
        let node = self.state.at()?;
        let image: &'a Image = self.image;
        Some((node, Question::of(image.node(node))?))
    }

    fn note_taken(&mut self, question: Question, entry: &[Key]) {
        let masked = || -> Text { entry.iter().map(|key| key.masked().sign()).collect::<String>().into() };
        self.note(match question.is_secret() {
            true => Note::TookSecret { shape: masked() },
            false => Note::Took { keys: signs(entry).into() },
        });
    }

    fn set_ear(&mut self, ear: Ear) {
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.wait = Wait::Hearing(ear);
        }
    }
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
