//! Entries of `ask`: when one is complete, and what becomes of its value.

use super::choice::worded;
use super::hear::{Fit, Weight, signs};
use super::question::Question;
use super::run::{Run, Turn};
use super::state::Budget;
use crate::program::verb::Ask;
use crate::program::{
    EntryKind, Exit, Key, Keyed, Misfit, NodeId, Reading, Secret, Text, Value, Verb, passphrase,
};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

/// What the keys amount to while another may come.
pub(super) fn weigh_entry(ask: &Ask, globals: &[(Text, NodeId)], entry: &[Key]) -> Weight {
    let keys = signs(entry);
    if globals.iter().any(|(global, _)| global.len() > keys.len() && global.starts_with(&keys)) {
        return Weight::Open;
    }
    if let Some((_, to)) = globals.iter().find(|(global, _)| **global == *keys) {
        return Weight::Complete(Fit::Global(*to));
    }
    match ask.kind.weigh(entry) {
        Keyed::Open => Weight::Open,
        Keyed::Complete => Weight::Complete(Fit::Entry),
        Keyed::Wrong(misfit) => match chosen_beside(ask, &keys) {
            Some(index) => Weight::Complete(Fit::Choice(index)),
            None => Weight::Wrong(misfit),
        },
    }
}

/// The choice in the place of an entry that these keys mean; the key that ends an entry may follow.
pub(super) fn chosen_beside(ask: &Ask, keys: &str) -> Option<usize> {
    let position = |keys: &str| {
        ask.choices.iter().position(|choice| choice.keys.as_ref().is_some_and(|range| range.holds(keys)))
    };
    position(keys).or_else(|| position(keys.strip_suffix(ask.kind.until()?.sign())?))
}

/// What the keys mean when no other will come.
pub(super) fn entry_as_is(ask: &Ask, globals: &[(Text, NodeId)], entry: &[Key]) -> Result<Fit, Misfit> {
    match globals.iter().find(|(global, _)| **global == *signs(entry)) {
        Some((_, to)) => Ok(Fit::Global(*to)),
        None => match chosen_beside(ask, &signs(entry)) {
            Some(index) => Ok(Fit::Choice(index)),
            None => ask.kind.weigh_as_is(entry).map(|()| Fit::Entry),
        },
    }
}

/// The secret that a message is: a passphrase in its one form, else the keys that stand in it.
fn secret_of(kind: &EntryKind, text: &str) -> Result<Secret, Misfit> {
    if let EntryKind::Passphrase { min, max } = kind {
        return passphrase::of_length(text, *min, *max);
    }
    let keys: Option<Vec<Key>> = text.trim().chars().map(Key::from_char).collect();
    let keys = keys.ok_or(Misfit::NoMatch)?;
    kind.weigh_as_is(&keys).map(|()| Secret::new(signs(&keys)))
}

impl Run<'_> {
    /// A complete entry, without the key behind `until`.
    pub(super) fn took_entry(&mut self, node: NodeId, ask: &Ask, keys: &str) -> Turn {
        if ask.secret {
            return self.secret_entry(node, ask, Secret::new(keys));
        }
        let value = ask.kind.value(keys, &self.reading()).and_then(|value| {
            let fits = ask.checks.iter().all(|check| check.holds(keys));
            if fits { Ok(value) } else { Err(Misfit::Invalid) }
        });
        self.took_value(node, ask, value)
    }

    /// Leaves the question by a choice in the place of its entry.
    pub(super) fn chosen_beside(&mut self, node: NodeId, ask: &Ask, index: usize, keyed: &str) -> Turn {
        self.caller_answered(node);
        let length = ask.choices.get(index).and_then(|choice| Some(choice.keys.as_ref()?.first.len()));
        let keys = keyed.get(..length.unwrap_or(0)).unwrap_or(keyed);
        Turn::Exit(Exit::Choice(index as u16), Value::Digits(keys.into()))
    }

    /// A whole message.
    pub(super) fn took_message(&mut self, node: NodeId, ask: &Ask, text: &str) -> Turn {
        if ask.secret {
            return match secret_of(&ask.kind, text) {
                Ok(secret) => self.secret_entry(node, ask, secret),
                Err(misfit) => self.refuse(node, Question::Entry(ask), misfit),
            };
        }
        let value = ask.kind.value_of_text(text, &self.reading());
        if value == Err(Misfit::NoMatch)
            && let Some(index) = worded(ask.choices.iter().map(|choice| &choice.words[..]), text)
        {
            return self.chosen_beside(node, ask, index, "");
        }
        let value = value.and_then(|value| {
            let written = value.to_string();
            let fits = ask.checks.iter().all(|check| check.holds(&written));
            if fits { Ok(value) } else { Err(Misfit::Invalid) }
        });
        self.took_value(node, ask, value)
    }

    /// The value is taken if all conditions hold with it.
    fn took_value(&mut self, node: NodeId, ask: &Ask, value: Result<Value, Misfit>) -> Turn {
        let question = Question::Entry(ask);
        match value {
            Ok(value) => self.set_slot(ask.slot, value),
            Err(misfit) => return self.refuse(node, question, misfit),
        }
        for condition in &ask.conditions {
            match self.holds(condition) {
                Ok(true) => {}
                Ok(false) => return self.refuse(node, question, Misfit::Invalid),
                Err(reason) => {
                    self.note(super::action::Note::Fault { reason: reason.into() });
                    return self.refuse(node, question, Misfit::Invalid);
                }
            }
        }
        self.caller_answered(node);
        Turn::Exit(Exit::Next, Value::None)
    }

    /// A secret is the variable's, or goes to whoever verifies it.
    fn secret_entry(&mut self, node: NodeId, ask: &Ask, secret: Secret) -> Turn {
        if matches!(self.image.node(node).verb, Verb::Ask(_)) {
            return self.took_secret(ask, secret);
        }
        let kept = self.state.budgets.get(&node).copied().unwrap_or_default();
        self.caller_answered(node);
        self.state
            .budgets
            .insert(node, Budget { rounds: kept.rounds, wrong: kept.wrong, ..Budget::default() });
        self.verify(secret)
    }

    /// What an entry is read by now.
    fn reading(&self) -> Reading<'_> {
        Reading {
            country: self.image.country.as_deref(),
            today: self.today(),
            language: self.image.languages.get(self.state.language).map_or("", |language| language),
        }
    }

    /// The day on which the contact is.
    fn today(&self) -> Date {
        let moment = Timestamp::from_millisecond(self.state.wall().0).unwrap_or_default();
        moment.to_zoned(TimeZone::UTC).date()
    }
}
