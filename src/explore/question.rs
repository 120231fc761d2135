//! Questions: `menu`, `ask`, `authenticate`. What the caller does, by class: each choice, a fitting entry, nothing, what
//! does not fit; and what these spend.

use super::moves::Deed;
use super::state::{Budget, Phase, State};
use super::step::Walk;
use crate::program::verb::{Ask, Authenticate, Hearing, Menu, Proof, Retries};
use crate::program::{Channel, EntryKind, Exit, Misfit, Verb};

impl Walk<'_> {
    pub fn menu(&mut self, menu: &Menu) {
        if menu.has_lists() {
            let exit = if self.has(&Exit::Empty) { Exit::Empty } else { Exit::GiveUp };
            self.leave(&exit, |_, _| {});
        }
        if self.is_spent(&menu.hearing) {
            return self.leave(&Exit::GiveUp, |_, _| {});
        }
        for index in 0..menu.choices.len() as u16 {
            self.answered(&Exit::Choice(index));
        }
        self.unheard(&menu.hearing, &[Misfit::NoMatch]);
    }

    pub fn ask(&mut self, ask: &Ask) {
        if self.is_spent(&ask.hearing) {
            return self.leave(&Exit::GiveUp, |_, _| {});
        }
        let is_followed =
            self.from.frame().is_some_and(|frame| self.plan.live.is_followed(frame.flow, ask.slot));
        match (&ask.kind, is_followed && !ask.secret) {
            (EntryKind::YesNo { .. }, true) => {
                for yes in [true, false] {
                    let mut state = self.acted();
                    self.assign_answer(&mut state, ask.slot, yes);
                    let deed = if yes { says_yes } else { says_no };
                    self.leave_in(state, &Exit::Next, Some(deed));
                }
            }
            _ => {
                let mut state = self.acted();
                self.plan.assign(&mut state, ask.slot, None);
                self.leave_in(state, &Exit::Next, None);
            }
        }
        for index in 0..ask.choices.len() as u16 {
            self.answered(&Exit::Choice(index));
        }
        self.unheard(&ask.hearing, &self.misfits(ask));
        // A condition, or a secret's test, that cannot be decided is given up.
        if ask.conditions.iter().any(crate::program::Expr::can_fail) || !ask.secret_checks.is_empty() {
            self.leave(&Exit::GiveUp, |_, _| {});
        }
    }

    pub fn authenticate(&mut self, authenticate: &Authenticate) {
        let budget = self.from.budget(self.node);
        let node = self.node;
        if budget.wrong >= authenticate.attempts {
            return self.leave(&Exit::Refused, |_, state| state.set_budget(node, Budget::default()));
        }
        self.leave(&Exit::Failed, |_, _| {});
        if self.is_spent(&authenticate.ask.hearing) {
            return self.leave(&Exit::GiveUp, |_, _| {});
        }
        for exit in [Exit::Verified, Exit::Locked, Exit::Late] {
            let mut state = self.acted();
            if exit == Exit::Verified {
                state.set_budget(node, Budget::default());
                state.verified = true;
            }
            // Nobody is late whom nobody waits for.
            if exit != Exit::Late || self.has(&Exit::Late) {
                self.leave_in(state, &exit, None);
            }
        }
        self.wrong(authenticate);
        for index in 0..authenticate.ask.choices.len() as u16 {
            self.answered(&Exit::Choice(index));
        }
        let misfits = self.misfits(&authenticate.ask);
        self.unheard(&authenticate.ask.hearing, &misfits);
        if let Proof::Code { .. } = authenticate.proof {
            self.pauses();
        }
    }

    fn wrong(&mut self, authenticate: &Authenticate) {
        let mut state = self.acted();
        state.fresh.clear();
        let mut budget = self.from.budget(self.node);
        (budget.no_input, budget.no_match) = (0, 0);
        budget.wrong += 1;
        state.set_budget(self.node, budget);
        match budget.wrong < authenticate.attempts && self.has(&Exit::Wrong) {
            true => self.leave_in(state, &Exit::Wrong, None),
            false => self.add(Deed::Wrong, state, None),
        }
    }

    fn has(&self, exit: &Exit) -> bool {
        self.plan.program.node(self.node).arm(exit).is_some()
    }

    /// The question has been answered by this exit.
    fn answered(&mut self, exit: &Exit) {
        let state = self.acted();
        self.leave_in(state, exit, None);
    }

    /// The caller has answered the question, and so has acted.
    fn acted(&self) -> State {
        let mut state = self.from.clone();
        let wrong = match self.plan.verb(self.node) {
            Verb::Authenticate(_) => state.budget(self.node).wrong,
            _ => 0,
        };
        state.set_budget(self.node, Budget { wrong, ..Budget::default() });
        state.caller_acted();
        if self.is_written() {
            self.plan.time_passes(&mut state);
        }
        state
    }

    /// Whether a reply may take an hour.
    fn is_written(&self) -> bool {
        match self.from.channel {
            Channel::Call => false,
            Channel::Sms | Channel::Email | Channel::Fax | Channel::Chat | Channel::Task => true,
        }
    }

    /// What an entry can be that is not taken, as far as the node tells that apart.
    fn misfits(&self, ask: &Ask) -> Vec<Misfit> {
        let arms = &self.plan.program.node(self.node).arms;
        let anything = ask.kind == EntryKind::Text && !ask.secret;
        let mut misfits = Vec::new();
        if !anything || !ask.conditions.is_empty() || !ask.checks.is_empty() {
            misfits.push(Misfit::NoMatch);
        }
        if arms.iter().any(|arm| matches!(arm.exit, Exit::TooShort(_))) && can_be_short(&ask.kind) {
            misfits.push(Misfit::TooShort);
        }
        if arms.iter().any(|arm| matches!(arm.exit, Exit::Invalid(_))) && can_be_invalid(ask) {
            misfits.push(Misfit::Invalid);
        }
        misfits
    }

    /// Silence, and what does not fit; the caller may also leave, or press a global key.
    fn unheard(&mut self, hearing: &Hearing, misfits: &[Misfit]) {
        let mut budget = self.from.budget(self.node);
        budget.no_input = budget.no_input.saturating_add(1);
        let count = counted(budget, budget.no_input, hearing.retries);
        self.heard_again(budget, count, None);
        for misfit in misfits {
            let mut budget = self.from.budget(self.node);
            budget.no_match = budget.no_match.saturating_add(1);
            let count = counted(budget, budget.no_match, hearing.retries);
            if !hearing.retries.shared {
                budget.no_input = 0;
            }
            self.heard_again(budget, count, Some(*misfit));
        }
        if self.from.phase == Phase::Talking && self.leaves_review() {
            self.ends_waits();
            return self.global_keys();
        }
        self.pauses();
    }

    /// The handler for this runs, which leads back to the question; without one it is put again.
    fn heard_again(&mut self, budget: Budget, count: u8, misfit: Option<Misfit>) {
        let mut state = self.from.clone();
        state.set_budget(self.node, budget);
        if self.is_written() {
            self.plan.time_passes(&mut state);
        }
        let kinds: &[fn(&Exit) -> Option<u8>] = match misfit {
            None => &[no_input],
            Some(Misfit::NoMatch) => &[no_match],
            Some(Misfit::TooShort) => &[too_short, no_match],
            Some(Misfit::Invalid) => &[invalid, no_match],
        };
        let node = self.plan.program.node(self.node);
        match kinds.iter().find_map(|nth| node.nth_arm(count, nth)) {
            Some(arm) => self.leave_in(state, &arm.exit, None),
            None => {
                if misfit.is_some() {
                    state.fresh.clear();
                }
                self.add(misfit.map_or(Deed::Silence, Deed::Unfit), state, None);
            }
        }
    }

    fn is_spent(&self, hearing: &Hearing) -> bool {
        let Budget { no_input, no_match, .. } = self.from.budget(self.node);
        match hearing.retries {
            Retries { shared: true, count } => no_input.saturating_add(no_match) >= count,
            Retries { shared: false, count } => no_input >= count || no_match >= count,
        }
    }
}

/// Whether an entry can have too few signs: one that ends by a key can have none.
fn can_be_short(kind: &EntryKind) -> bool {
    match kind {
        EntryKind::Digits { min, until, .. } => *min > 1 || (*min == 1 && until.is_some()),
        EntryKind::Passphrase { min, .. } => *min > 1,
        EntryKind::YesNo { .. } | EntryKind::Text => false,
        EntryKind::Number { .. }
        | EntryKind::Phone { .. }
        | EntryKind::Money { .. }
        | EntryKind::Date { .. }
        | EntryKind::Time { .. } => true,
    }
}

/// Whether an entry of the right form can be refused.
fn can_be_invalid(ask: &Ask) -> bool {
    let is_checked = !ask.conditions.is_empty() || !ask.checks.is_empty() || !ask.secret_checks.is_empty();
    match ask.kind {
        EntryKind::Digits { .. }
        | EntryKind::YesNo { .. }
        | EntryKind::Text
        | EntryKind::Passphrase { .. } => is_checked,
        EntryKind::Number { .. }
        | EntryKind::Phone { .. }
        | EntryKind::Money { .. }
        | EntryKind::Date { .. }
        | EntryKind::Time { .. } => true,
    }
}

fn says_yes(arm: u16) -> Deed {
    Deed::Answers(arm, true)
}

fn says_no(arm: u16) -> Deed {
    Deed::Answers(arm, false)
}

/// The count that a handler sees: its own, or both where they are counted together.
fn counted(budget: Budget, own: u8, retries: Retries) -> u8 {
    if retries.shared { budget.no_input.saturating_add(budget.no_match) } else { own }
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
