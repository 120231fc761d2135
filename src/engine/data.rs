//! Loops over lists, chance, and values that outlive the contact.

use super::action::{Action, ActionId, Note};
use super::event::Recalled;
use super::run::{Run, Turn};
use super::state::{Phase, Wait};
use crate::program::verb::{Break, Choose, Count, ForEach, Pick, Recall, SetKept, Tell};
use crate::program::{Entry, Exit, Keep, Keeper, Program, Text, Value, Verb, draw_below};
use rust_decimal::Decimal;

impl Run<'_> {
    /// The next item, or on behind the loop. A question about another item is another question: what silence and wrong
    /// keys have spent of its budgets is given back. The list bounds how often that happens.
    pub(super) fn for_each(&mut self, each: &ForEach) -> Turn {
        let Some(frame) = self.state.frame() else { return Turn::Done };
        let rounds = frame.rounds.entry(frame.at).or_default();
        let index = *rounds;
        *rounds += 1;
        let item = match frame.slots.get(each.list.0 as usize) {
            Some(Value::List(items)) if index < each.at_most => items.get(index as usize).cloned(),
            Some(_) | None => None,
        };
        match item {
            Some(item) => {
                self.caller_acted();
                self.set_slot(each.item, item);
                Turn::Exit(Exit::Then, Value::None)
            }
            None => {
                self.forget_rounds();
                Turn::Exit(Exit::Else, Value::None)
            }
        }
    }

    /// Leaves a loop, whose rounds begin anew when it is entered again.
    pub(super) fn break_loop(&mut self, end: &Break) -> Turn {
        if let Some(frame) = self.state.frame() {
            frame.rounds.remove(&end.of);
        }
        Turn::Exit(Exit::Next, Value::None)
    }

    /// A number below `below` by chance.
    fn draw(&mut self, below: u64) -> u64 {
        let drawn = draw_below(self.state.contact.seed, self.state.draws, below);
        self.state.draws += 1;
        drawn
    }

    pub(super) fn choose(&mut self, choose: &Choose) -> Turn {
        let total: u64 = choose.weights.iter().map(|weight| u64::from(*weight)).sum();
        let mut left = self.draw(total);
        for (index, weight) in choose.weights.iter().enumerate() {
            match left.checked_sub(u64::from(*weight)) {
                Some(rest) => left = rest,
                None => return Turn::Exit(Exit::Choice(index as u16), Value::None),
            }
        }
        Turn::Exit(Exit::Choice(0), Value::None)
    }

    pub(super) fn pick(&mut self, pick: &Pick) -> Turn {
        match self.value(&pick.from) {
            Ok(Value::List(items)) => {
                let drawn = self.draw(items.len() as u64) as usize;
                self.set_slot(pick.slot, items.get(drawn).cloned().unwrap_or(Value::None));
                Turn::Exit(Exit::Next, Value::None)
            }
            Ok(_) => Turn::Exit(Exit::Next, Value::None),
            Err(fault) => self.fault(&fault, Exit::Next),
        }
    }

    /// Whose value this contact sees; `None` where the keeper is not known.
    fn of(&self, keep: &Keep) -> Option<Text> {
        match keep.keeper {
            Keeper::Program => Some("".into()),
            Keeper::Caller => self.state.contact.from.number().map(|phone| phone.as_str().into()),
            Keeper::Customer => self.state.customer.clone(),
        }
    }

    /// Reads what is kept: what this contact has seen or set stays, else the store is asked.
    pub(super) fn recall(&mut self, recall: &Recall) -> Turn {
        let image = self.image;
        let keep = &image.keeps[recall.keep as usize];
        let Some(of) = self.of(keep) else {
            self.set_slot(recall.slot, keep.at_first.clone());
            return Turn::Exit(Exit::Next, Value::None);
        };
        match self.state.kept.get(&key(keep, &of)).cloned() {
            Some(known) => {
                self.set_slot(recall.slot, known);
                Turn::Exit(Exit::Next, Value::None)
            }
            None => self.ask_for(keep, of),
        }
    }

    fn ask_for(&mut self, keep: &Keep, of: Text) -> Turn {
        let id = self.state.next_id();
        self.act(Action::Recall { id, keep: keep.name.clone(), of });
        Turn::Wait(Wait::Recall { id, until: self.state.now + Recall::WITHIN })
    }

    pub(super) fn recalled(&mut self, id: ActionId, result: Recalled) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Recall { .. })) {
            return;
        }
        let image = self.image;
        match self.state.at().map(|at| &image.node(at).verb) {
            Some(Verb::Recall(recall)) => self.recalled_value(recall, result),
            Some(Verb::Count(count)) => {
                let turn = self.counted(count, Some(result));
                self.walk(turn);
            }
            Some(_) | None => {}
        }
    }

    fn recalled_value(&mut self, recall: &Recall, result: Recalled) {
        let image = self.image;
        let keep = &image.keeps[recall.keep as usize];
        let Some(value) = known_value(image, keep, result) else {
            return self.leave(Exit::Failed, Value::None);
        };
        if let Some(of) = self.of(keep) {
            self.state.kept.insert(key(keep, &of), value.clone());
        }
        self.set_slot(recall.slot, value);
        self.leave(Exit::Next, Value::None);
    }

    pub(super) fn set_kept(&mut self, set: &SetKept) -> Turn {
        let image = self.image;
        let keep = &image.keeps[set.keep as usize];
        match (self.value(&set.value), self.of(keep)) {
            (Ok(value), Some(of)) => {
                self.state.kept.insert(key(keep, &of), value.clone());
                let until = keep.lasts.as_ref().map(|lasts| lasts.end(self.state.wall()));
                self.write(Entry::Keep { keep: keep.name.clone(), of, value, until });
                Turn::Exit(Exit::Next, Value::None)
            }
            (Ok(_), None) => self.nobody(keep),
            (Err(fault), _) => self.fault(&fault, Exit::Next),
        }
    }

    /// Counts. What the counter was before is asked for first, so that the flow sees its own count at once; a caller
    /// who has left sees nothing more, and where the store cannot say, the count is written all the same.
    pub(super) fn count(&mut self, count: &Count) -> Turn {
        let image = self.image;
        let keep = &image.keeps[count.keep as usize];
        let Some(of) = self.of(keep) else { return self.nobody(keep) };
        if self.state.phase == Phase::Talking && !self.state.kept.contains_key(&key(keep, &of)) {
            return self.ask_for(keep, of);
        }
        self.counted(count, None)
    }

    pub(super) fn counted(&mut self, count: &Count, before: Option<Recalled>) -> Turn {
        let image = self.image;
        let keep = &image.keeps[count.keep as usize];
        let Some(of) = self.of(keep) else { return self.nobody(keep) };
        let by = match self.value(&count.by) {
            Ok(Value::Number(by)) => by,
            Ok(_) => Decimal::ONE,
            Err(fault) => return self.fault(&fault, Exit::Next),
        };
        let key = key(keep, &of);
        let known = before.and_then(|result| known_value(image, keep, result));
        if let Some(Value::Number(now)) = known.or_else(|| self.state.kept.get(&key).cloned()) {
            self.state.kept.insert(key, Value::Number(now.saturating_add(by)));
        }
        let until = keep.lasts.as_ref().map(|lasts| lasts.end(self.state.wall()));
        let at_first = if let Value::Number(first) = &keep.at_first { *first } else { Decimal::ZERO };
        self.write(Entry::Count { keep: keep.name.clone(), of, at_first, by, until });
        Turn::Exit(Exit::Next, Value::None)
    }

    /// Nobody is known whose value it would be: nothing is kept.
    fn nobody(&mut self, keep: &Keep) -> Turn {
        self.note(Note::NotKept { keep: keep.name.clone() });
        Turn::Exit(Exit::Next, Value::None)
    }

    pub(super) fn tell(&mut self, tell: &Tell) -> Turn {
        let (backend, operation) = self.image.operation(tell.operation);
        let names = operation.params.iter().map(|(name, _)| name.clone());
        match self.given(&operation.name, &operation.params, &tell.args) {
            Ok(values) => {
                let (backend, operation) = (backend.name.clone(), operation.name.clone());
                self.write(Entry::Tell { backend, operation, args: names.zip(values).collect() });
                Turn::Exit(Exit::Next, Value::None)
            }
            Err(fault) => self.fault(&fault, Exit::Next),
        }
    }
}

fn key(keep: &Keep, of: &str) -> Text {
    format!("{} {of}", keep.name).into()
}

/// What the store says; the first value where nothing is kept, or something of another type from an older program.
fn known_value(program: &Program, keep: &Keep, result: Recalled) -> Option<Value> {
    match result {
        Recalled::Kept(value) if keep.holds(&value, &program.records) => Some(value),
        Recalled::Kept(_) | Recalled::Nothing => Some(keep.at_first.clone()),
        Recalled::Failed => None,
    }
}
