//! `menu`: keys, words and items of lists, and which keys hide others.

use super::ask::{at_most, menu_ways};
use super::settings::{LIST, MENU};
use super::statement::head;
use super::{Loose, Lowerer};
use crate::language::ast::{self, Body, Items, Name};
use crate::program::verb::{Choice, KeyRange, Menu};
use crate::program::{EntryKind, Exit, Key, NodeId, Slot, Text, Type, Verb};
use crate::source::{Code, Diagnostic, Span};

/// A menu has as many entries as a person can hear; this is for entries that nobody reads out.
const MOST_CHOICES: usize = 200;
/// The longest entry of a menu: an extension.
const LONGEST_ENTRY: usize = 10;
/// Items of a list that can be chosen by two keys.
const MOST_ITEMS: u64 = 99;

impl<'a> Lowerer<'a> {
    pub(super) fn menu(&mut self, span: Span, name: Option<&Name>, body: &'a Body) {
        let at = head(span, body.span);
        let has_list = body.choices.iter().any(|choice| choice.each.is_some());
        let settings = self.settings("menu", body, if has_list { &LIST } else { &MENU });
        let hearing = self.hearing(&settings, at);
        let below = self.speech(settings.below.unwrap_or_default());
        self.check_choices(at, body, settings.between_keys.is_some());
        self.check_until(body, settings.until_key());
        self.check_words(body);
        let lowered = self.choices(body);
        let choices = lowered.iter().map(|lowered| lowered.choice.clone()).collect();
        let name = name.map(|name| name.text.clone());
        let node =
            self.emit(Verb::Menu(Menu { name, choices, below, until: settings.until_key(), hearing }), at);
        let after = self.branches(node, 0, body, &lowered);
        self.exits(node, "menu", at, body, &menu_ways(), after);
    }

    /// The choices of a body, before their node is there.
    pub(super) fn choices(&mut self, body: &'a Body) -> Vec<Lowered<'a>> {
        body.choices.iter().map(|tree| self.choice(tree)).collect()
    }

    /// Lowers the branches of choices, of which the first has this position; gives back what they leave loose.
    pub(super) fn branches(
        &mut self,
        node: NodeId,
        first: u16,
        body: &'a Body,
        lowered: &[Lowered<'a>],
    ) -> Vec<Loose> {
        let mut after = Vec::new();
        self.questions.push(node);
        for ((index, tree), lowered) in (first..).zip(&body.choices).zip(lowered) {
            self.loose = vec![self.arm(node, Exit::Choice(index), lowered.choice.bind)];
            self.scopes.enter();
            for (name, ty, slot) in &lowered.names {
                self.declare_at(name, ty.clone(), *slot);
            }
            self.branch(&tree.branch);
            self.scopes.leave();
            after.append(&mut self.loose);
        }
        self.questions.pop();
        after
    }

    fn choice(&mut self, tree: &'a ast::Choice) -> Lowered<'a> {
        let (label, keys) = (tree.label.clone(), key_range(tree));
        // Of a range nobody could say which of its entries the label means.
        let is_single = keys.as_ref().is_none_or(|keys| keys.first == keys.last);
        let own = tree.label.iter().filter(|_| is_single).chain(&tree.words);
        let words: Vec<Text> = own.map(|word| word.trim().to_lowercase().into()).collect();
        let Some((item, items)) = &tree.each else {
            let bind = tree.bind.as_ref().map(|name| (name, self.scopes.temporary()));
            let names = bind.iter().map(|(name, slot)| (*name, Type::Digits, *slot)).collect();
            let bind = bind.map(|(_, slot)| slot);
            return Lowered { choice: Choice { keys, label, words, bind, each: None }, names };
        };
        let slot = self.scopes.temporary();
        self.scopes.enter();
        let (each, bind, ty) = self.each(item, slot, items);
        self.scopes.leave();
        let mut names = vec![(item, ty, slot)];
        names.extend(items.key.as_ref().zip(bind).map(|(name, slot)| (name, Type::Digits, slot)));
        Lowered { choice: Choice { keys: None, label, words: Vec::new(), bind, each: Some(each) }, names }
    }

    pub(super) fn check_choices(&mut self, at: Span, body: &Body, waits: bool) {
        if body.choices.is_empty() && !body.broken {
            let fix = "write its choices: `1 \"sales\" -> sales`";
            self.report_fix(Code::InvalidSetting, at, "this menu has nothing to choose", fix);
        }
        if body.choices.len() > MOST_CHOICES {
            self.report(Code::InvalidSetting, at, format!("a menu has at most {MOST_CHOICES} choices"));
            return;
        }
        for tree in &body.choices {
            let Some((first, last)) = &tree.range else { continue };
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let range = first == last || (digits(first) && digits(last) && first < last);
            if first.len() != last.len() || !range || first.len() > LONGEST_ENTRY {
                let message = format!("`{first}..{last}` is no range of keys");
                let finding = Diagnostic::new(Code::InvalidSetting, tree.keys, message);
                self.diagnostics.push(
                    finding.hint("write the lower entry first, both of the same length, at most 10 keys"),
                );
            }
        }
        self.check_ranges(&all_ranges(body), waits);
        for (_, items) in body.choices.iter().filter_map(|tree| tree.each.as_ref()) {
            self.check_item_count(items);
        }
    }

    /// A key that ends an entry is no choice of its own.
    pub(super) fn check_until(&mut self, body: &Body, until: Option<Key>) {
        let Some(sign) = until.map(|key| key.sign().to_string()) else { return };
        let is_it = |tree: &&ast::Choice| tree.range.as_ref().is_some_and(|(first, _)| **first == *sign);
        if let Some(tree) = body.choices.iter().find(is_it) {
            let message = format!("`{sign}` is a choice, and the key that ends an entry");
            let finding = Diagnostic::new(Code::DuplicateName, tree.keys, message);
            self.diagnostics.push(finding.hint("give the choice another key, or leave `until` out"));
        }
    }

    /// The keys of `one of`, and of what may be chosen beside it.
    pub(super) fn check_item_keys(&mut self, items: &Items, body: &Body, waits: bool) {
        let mut ranges = item_ranges(items);
        ranges.extend(all_ranges(body));
        self.check_ranges(&ranges, waits);
        self.check_item_count(items);
    }

    /// Choices in the place of an entry: digits wait for the rest of it, and are no entry themselves.
    pub(super) fn check_beside_entry(&mut self, body: &Body, kind: &EntryKind, waits: bool) {
        self.check_ranges(&all_ranges(body), waits);
        for tree in &body.choices {
            let Some(keys) = key_range(tree) else {
                if tree.each.is_some() {
                    self.report(Code::InvalidSetting, tree.keys, "`each` stands in a `menu`");
                }
                continue;
            };
            let pressed: Option<Vec<Key>> = keys.first.chars().map(Key::from_char).collect();
            let is_entry = pressed.is_some_and(|keys| kind.weigh_as_is(&keys).is_ok());
            let is_digits = keys.first.bytes().all(|byte| byte.is_ascii_digit());
            if is_entry {
                let message = format!("`{}` is also an entry that is asked for", keys.first);
                self.report(Code::HiddenKey, tree.keys, message);
            } else if is_digits && !waits {
                let message = format!("the key `{}` is also the beginning of an entry", keys.first);
                let finding = Diagnostic::new(Code::HiddenKey, tree.keys, message);
                self.diagnostics
                    .push(finding.hint("write `between_keys 2s`: how long a longer entry is waited for"));
            }
        }
    }

    fn check_item_count(&mut self, items: &Items) {
        if let Some(count) = items.at_most.as_ref().filter(|count| !(1..=MOST_ITEMS).contains(&count.value)) {
            let message = format!("1 to {MOST_ITEMS} items can be chosen by keys, found {}", count.value);
            self.report(Code::InvalidSetting, count.span, message);
        }
    }

    fn check_ranges(&mut self, ranges: &[(KeyRange, Span)], waits: bool) {
        for (index, second) in ranges.iter().enumerate() {
            for first in ranges.iter().take(index) {
                self.check_pair(first, second, waits);
            }
        }
    }

    /// Two choices with one entry, or one that is the beginning of the other.
    fn check_pair(&mut self, first: &(KeyRange, Span), second: &(KeyRange, Span), waits: bool) {
        let ((a, first_at), (b, second_at)) = (first, second);
        if a.first.len() == b.first.len() {
            if a.first <= b.last && b.first <= a.last {
                let key = a.first.clone().max(b.first.clone());
                let finding = Diagnostic::new(
                    Code::DuplicateName,
                    *second_at,
                    format!("`{key}` is in this menu twice"),
                );
                let finding = finding.label("the second").related(*first_at, "the first");
                self.diagnostics.push(finding.hint("a key leads to one place: give one of them another key"));
            }
            return;
        }
        let (short, long) = if a.first.len() < b.first.len() { (first, second) } else { (second, first) };
        let ((a, short_at), (b, long_at)) = (short, long);
        let length = a.first.len();
        let Some((low, high)) = b.first.get(..length).zip(b.last.get(..length)) else { return };
        if !waits && *a.first <= *high && *low <= *a.last {
            let message = format!("the key `{}` hides longer entries that begin with it", a.first);
            let finding = Diagnostic::new(Code::HiddenKey, *short_at, message);
            let finding =
                if short_at == long_at { finding } else { finding.related(*long_at, "for example this") };
            self.diagnostics
                .push(finding.hint("write `between_keys 2s`: how long a longer entry is waited for"));
        }
    }

    /// One word for two choices.
    fn check_words(&mut self, body: &Body) {
        for (index, tree) in body.choices.iter().enumerate() {
            for word in &tree.words {
                let same = |other: &&ast::Choice| {
                    other.words.iter().any(|known| known.to_lowercase() == word.to_lowercase())
                };
                if word.trim().is_empty() {
                    self.report(Code::InvalidSetting, tree.keys, "a word that is empty fits every message");
                } else if let Some(first) = body.choices.iter().take(index).find(same) {
                    let message = format!("the word \"{word}\" is in this menu twice");
                    let finding = Diagnostic::new(Code::DuplicateName, tree.keys, message);
                    let finding = finding.label("the second").related(first.keys, "the first");
                    self.diagnostics
                        .push(finding.hint("a word leads to one place: take it out of one of them"));
                }
            }
        }
    }
}

/// A choice, and what its branch sees: names with their types and slots.
pub(super) struct Lowered<'a> {
    pub choice: Choice,
    names: Vec<(&'a Name, Type, Slot)>,
}

fn key_range(tree: &ast::Choice) -> Option<KeyRange> {
    let (first, last) = tree.range.clone()?;
    Some(KeyRange { first, last })
}

/// The keys of all choices, each with its place.
fn all_ranges(body: &Body) -> Vec<(KeyRange, Span)> {
    let ranges = body.choices.iter().flat_map(|tree| match &tree.each {
        Some((_, items)) => item_ranges(items),
        None => key_range(tree).into_iter().map(|range| (range, tree.keys)).collect(),
    });
    ranges.collect()
}

/// The keys that the items of a list can have.
fn item_ranges(items: &Items) -> Vec<(KeyRange, Span)> {
    let at_most = at_most(items);
    let range =
        |first: u8, last: u8| KeyRange { first: first.to_string().into(), last: last.to_string().into() };
    let single = (range(1, at_most.min(9)), items.list.span);
    let double = (at_most > 9).then(|| (range(10, at_most), items.list.span));
    std::iter::once(single).chain(double).collect()
}
