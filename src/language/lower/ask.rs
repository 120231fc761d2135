//! `ask`: takes an entry.

use super::Lowerer;
use super::arms::Way;
use super::settings::HEARING;
use super::statement::head;
use crate::language::ast;
use crate::program::verb::Ask;
use crate::program::{Exit, Slot, Type, Verb};
use crate::source::{Code, Diagnostic};

/// The longest entry: an IBAN or a card has under 40.
const LONGEST_ENTRY: u64 = 64;
/// Entries of later versions.
const LATER_ENTRIES: [&str; 7] = ["text", "yes_no", "phone", "money", "date", "one", "number"];

impl<'a> Lowerer<'a> {
    /// `ask` as a statement of its own.
    pub(super) fn ask(&mut self, tree: &'a ast::Ask) {
        if tree.secret {
            let message = format!("the secret `{}` is asked for outside `authenticate`", tree.name.text);
            let finding = Diagnostic::new(Code::SecretLeak, tree.span, message);
            self.diagnostics
                .push(finding.hint("a secret is asked for in the braces of `authenticate … with pin`"));
            return self.broken(tree.span, true);
        }
        let slot = self.scopes.temporary();
        let verb = self.question(tree, slot);
        let at = head(tree.span, tree.body.span);
        let node = self.emit(Verb::Ask(verb), at);
        let done = self.arm(node, Exit::Next, None);
        self.exits(node, "ask", at, &tree.body, &hearing_ways(), vec![done]);
        self.declare_at(&tree.name, Type::Digits, slot);
    }

    /// The question itself, without its exits.
    pub(super) fn question(&mut self, tree: &'a ast::Ask, slot: Slot) -> Ask {
        self.entry(tree);
        let settings = self.settings("ask", &tree.body, &HEARING);
        let hearing = self.hearing(&settings, tree.span);
        let (min, max) = self.entry_range(tree);
        Ask { slot, secret: tree.secret, min, max, until: tree.until, hearing }
    }

    fn entry(&mut self, tree: &ast::Ask) {
        let word = &*tree.entry.text;
        if word == "digits" {
            return;
        }
        if LATER_ENTRIES.contains(&word) {
            let message = format!("`ask` for `{word}` is not in this version of the language");
            let finding = Diagnostic::new(Code::NotInThisVersion, tree.entry.span, message);
            self.diagnostics.push(finding.hint("`digits` can be asked for"));
        } else {
            self.unknown(Code::UnknownName, "kind of entry", &tree.entry, ["digits"]);
        }
    }

    fn entry_range(&mut self, tree: &ast::Ask) -> (u8, u8) {
        let Some((low, high)) = &tree.range else {
            if &*tree.entry.text == "digits" {
                let finding =
                    Diagnostic::new(Code::InvalidSetting, tree.entry.span, "how many digits are asked for?");
                self.diagnostics
                    .push(finding.hint("write `digits 4`, `digits 4..8` or `digits 4..8 until #`"));
            }
            return (1, 1);
        };
        if low.value == 0 || low.value > high.value || high.value > LONGEST_ENTRY {
            let span = low.span.to(high.span);
            let message = format!("digits are 1 to {LONGEST_ENTRY}, the fewest first");
            let finding = Diagnostic::new(Code::InvalidSetting, span, message);
            self.diagnostics.push(finding.hint("write `digits 4..8`: four digits at least, eight at most"));
        }
        let clamped = |count: u64| count.clamp(1, LONGEST_ENTRY) as u8;
        (clamped(low.value), clamped(high.value.max(low.value)))
    }
}

/// The exits of every verb that listens.
pub(super) fn hearing_ways() -> Vec<Way> {
    vec![
        Way::plain("give_up", Exit::GiveUp, true),
        Way::plain("no_input", Exit::NoInput(1), false),
        Way::plain("no_match", Exit::NoMatch(1), false),
    ]
}
