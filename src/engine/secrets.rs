//! Questions about secrets: the driver answers them, and the journal keeps the answers.

use super::action::{Action, ActionId};
use super::event::UpdateResult;
use super::question::Question;
use super::run::{Run, Turn};
use super::state::Wait;
use crate::program::verb::{Ask, Judge, SecretCheck, Update};
use crate::program::{EntryKind, Exit, Expr, Misfit, Secret, SecretTest, Value, Verb, forms};

impl Run<'_> {
    /// Whether two values are the same digits. What is missing equals nothing.
    pub(super) fn judge(&mut self, judge: &Judge) -> Turn {
        match (self.secret(&judge.left), self.secret(&judge.right)) {
            (Ok(Some(left)), Ok(Some(right))) => {
                let id = self.state.next_id();
                self.act(Action::Compare { id, left, right });
                Turn::Wait(Wait::Comparison { id })
            }
            (Err(fault), _) | (_, Err(fault)) => self.fault(&fault, Exit::Next),
            (Ok(_), Ok(_)) => {
                self.set_slot(judge.slot, Value::Bool(false));
                Turn::Exit(Exit::Next, Value::None)
            }
        }
    }

    fn secret(&self, expr: &Expr) -> Result<Option<Secret>, String> {
        Ok(match self.value(expr)? {
            Value::Secret(secret) => Some(secret),
            Value::Digits(digits) => Some(Secret::new(&*digits)),
            _ => None,
        })
    }

    pub(super) fn compared(&mut self, id: ActionId, equal: bool) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Comparison { .. })) {
            return;
        }
        let image = self.image;
        if let Some(Verb::Judge(judge)) = self.state.at().map(|at| &image.node(at).verb) {
            self.set_slot(judge.slot, Value::Bool(equal));
            self.leave(Exit::Next, Value::None);
        }
    }

    /// A secret that was asked for: it is the variable's, once the driver says that it passes.
    pub(super) fn took_secret(&mut self, ask: &Ask, secret: Secret) -> Turn {
        self.set_slot(ask.slot, Value::Secret(secret.clone()));
        let tests: Result<Vec<SecretTest>, String> =
            ask.secret_checks.iter().map(|check| self.secret_test(check, &ask.kind)).collect();
        match tests {
            Ok(tests) if tests.is_empty() => self.secret_taken(),
            Ok(tests) => {
                let id = self.state.next_id();
                self.act(Action::Examine { id, secret, tests });
                Turn::Wait(Wait::Examination { id })
            }
            Err(fault) => self.fault(&fault, Exit::GiveUp),
        }
    }

    fn secret_test(&self, check: &SecretCheck, kind: &EntryKind) -> Result<SecretTest, String> {
        Ok(match check {
            SecretCheck::NoRepeats(most) => SecretTest::NoRepeats(*most),
            SecretCheck::NoRuns(length) => SecretTest::NoRuns(*length),
            SecretCheck::Luhn => SecretTest::Luhn,
            SecretCheck::Words(least) => SecretTest::Words(*least),
            SecretCheck::DiffersFrom(expr) => {
                let known = forms(&self.value(expr)?);
                match kind {
                    EntryKind::Passphrase { .. } => SecretTest::Beside(known),
                    _ => SecretTest::Differs(known),
                }
            }
        })
    }

    pub(super) fn examined(&mut self, id: ActionId, fits: bool) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Examination { .. })) {
            return;
        }
        let turn = if fits { self.secret_taken() } else { self.secret_unfit() };
        self.walk(turn);
    }

    /// The question for the secret has its answer.
    fn secret_taken(&mut self) -> Turn {
        if let Some(node) = self.state.at() {
            self.caller_answered(node);
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    /// The secret does not pass: the question is put again.
    fn secret_unfit(&mut self) -> Turn {
        let image = self.image;
        let Some(node) = self.state.at() else { return Turn::Done };
        match Question::of(image.node(node)) {
            Some(question) => self.refuse(node, question, Misfit::Invalid),
            None => Turn::Done,
        }
    }

    /// Changes a field in the CRM, if it still is what the flow has seen.
    pub(super) fn update(&mut self, update: &Update) -> Turn {
        let (record, value) = match (self.value(&update.of), self.value(&update.value)) {
            (Ok(Value::Record(record)), Ok(value)) => (record, value),
            (Ok(_), Ok(_)) => return self.fault("there is nothing to update", Exit::Failed),
            (Err(fault), _) | (_, Err(fault)) => return self.fault(&fault, Exit::Failed),
        };
        let id = self.state.next_id();
        let seen = record.field(&update.field).clone();
        let (kind, of, field) = (record.kind.clone(), record.id.clone(), update.field.clone());
        self.act(Action::Update { id, kind, of, field, value, seen });
        Turn::Wait(Wait::Update { id, until: self.state.now + update.within })
    }

    /// The flow's own record keeps up, so that a second update is no conflict with the first.
    pub(super) fn updated(&mut self, id: ActionId, result: UpdateResult) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Update { .. })) {
            return;
        }
        match result {
            UpdateResult::Ok => {
                self.keep_up();
                self.leave(Exit::Ok, Value::None);
            }
            UpdateResult::Conflict => self.leave(Exit::Conflict, Value::None),
            UpdateResult::Failed => self.leave(Exit::Failed, Value::None),
        }
    }

    fn keep_up(&mut self) {
        let image = self.image;
        let Some(Verb::Update(update)) = self.state.at().map(|at| &image.node(at).verb) else { return };
        let Expr::Slot(slot) = update.of else { return };
        if let (Ok(Value::Record(record)), Ok(value)) = (self.value(&update.of), self.value(&update.value))
            && !matches!(value, Value::Secret(_))
        {
            let changed = crate::program::Record::clone(&record).with(&update.field, value);
            self.set_slot(slot, Value::Record(changed.into()));
        }
    }
}
