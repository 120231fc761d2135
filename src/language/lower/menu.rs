//! `menu`: keys, and which of them hide others.

use super::Lowerer;
use super::ask::hearing_ways;
use super::settings::HEARING;
use super::statement::head;
use crate::language::ast::{self, Body, Name};
use crate::program::verb::{Choice, KeyRange, Menu};
use crate::program::{Exit, Slot, Type, Verb};
use crate::source::{Code, Diagnostic, Span};

/// A menu has as many entries as a person can hear; this is for entries that nobody reads out.
const MOST_CHOICES: usize = 200;
/// The longest entry of a menu: an extension.
const LONGEST_ENTRY: usize = 10;

impl<'a> Lowerer<'a> {
    pub(super) fn menu(&mut self, span: Span, name: Option<&Name>, body: &'a Body) {
        let at = head(span, body.span);
        let settings = self.settings("menu", body, &HEARING);
        let hearing = self.hearing(&settings, at);
        self.check_choices(at, body, settings.between_keys.is_some());
        let slots: Vec<Option<Slot>> =
            body.choices.iter().map(|choice| choice.bind.as_ref().map(|_| self.scopes.temporary())).collect();
        let choices = body.choices.iter().zip(&slots).map(|(tree, slot)| choice(tree, *slot)).collect();
        let menu = Menu { name: name.map(|name| name.text.clone()), choices, hearing };
        let node = self.emit(Verb::Menu(menu), at);
        let mut after = Vec::new();
        for (index, (tree, slot)) in body.choices.iter().zip(&slots).enumerate() {
            self.loose = vec![self.arm(node, Exit::Choice(index as u16), *slot)];
            self.scopes.enter();
            if let (Some(name), Some(slot)) = (&tree.bind, slot) {
                self.declare_at(name, Type::Digits, *slot);
            }
            self.branch(&tree.branch);
            self.scopes.leave();
            after.append(&mut self.loose);
        }
        self.exits(node, "menu", at, body, &hearing_ways(), after);
    }

    fn check_choices(&mut self, at: Span, body: &Body, waits: bool) {
        if body.choices.is_empty() && !body.broken {
            self.report(Code::InvalidSetting, at, "this menu has nothing to choose");
        }
        if body.choices.len() > MOST_CHOICES {
            self.report(Code::InvalidSetting, at, format!("a menu has at most {MOST_CHOICES} choices"));
            return;
        }
        for tree in &body.choices {
            let same_length = tree.first.len() == tree.last.len();
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let range = tree.first == tree.last
                || (digits(&tree.first) && digits(&tree.last) && tree.first < tree.last);
            if !same_length || !range || tree.first.len() > LONGEST_ENTRY {
                let message = format!("`{}..{}` is no range of keys", tree.first, tree.last);
                let finding = Diagnostic::new(Code::InvalidSetting, tree.keys, message);
                self.diagnostics.push(
                    finding.hint("write the lower entry first, both of the same length, at most 10 keys"),
                );
            }
        }
        for (index, tree) in body.choices.iter().enumerate() {
            for other in body.choices.iter().take(index) {
                self.check_pair(other, tree, waits);
            }
        }
    }

    /// Two choices with one entry, or one that is the beginning of the other.
    fn check_pair(&mut self, first: &ast::Choice, second: &ast::Choice, waits: bool) {
        let (a, b) = (keys(first), keys(second));
        if a.first.len() == b.first.len() {
            if a.first <= b.last && b.first <= a.last {
                let key = a.first.clone().max(b.first);
                let finding = Diagnostic::new(
                    Code::DuplicateName,
                    second.keys,
                    format!("`{key}` is in this menu twice"),
                );
                let finding = finding.label("the second").related(first.keys, "the first");
                self.diagnostics.push(finding.hint("a key leads to one place: give one of them another key"));
            }
            return;
        }
        let (short, long) = if a.first.len() < b.first.len() { (first, second) } else { (second, first) };
        let (a, b) = (keys(short), keys(long));
        let length = a.first.len();
        let Some((low, high)) = b.first.get(..length).zip(b.last.get(..length)) else { return };
        if !waits && *a.first <= *high && *low <= *a.last {
            let message = format!("the key `{}` hides longer entries that begin with it", a.first);
            let finding =
                Diagnostic::new(Code::HiddenKey, short.keys, message).related(long.keys, "for example this");
            self.diagnostics
                .push(finding.hint("write `between_keys 2s`: how long a longer entry is waited for"));
        }
    }
}

fn keys(tree: &ast::Choice) -> KeyRange {
    KeyRange { first: tree.first.clone(), last: tree.last.clone() }
}

fn choice(tree: &ast::Choice, bind: Option<Slot>) -> Choice {
    Choice { keys: keys(tree), label: tree.label.clone(), bind }
}
