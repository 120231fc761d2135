//! What `ask` takes, choices by words and out of lists, checks, and global keys.

use super::literal::key;
use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{
    CheckKind, Choice, EntryType, GlobalKey, GlobalKeys, Items, Name, Spanned, YesNo,
};
use crate::program::{Check, Text};
use crate::source::{Code, Diagnostic};
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn entry_type(&mut self, pair: Pair<'_, Rule>) -> Option<EntryType> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let mut entry = EntryType {
            word: Name { text: "one".into(), span },
            range: None,
            currency: None,
            format: None,
            yes_no: YesNo::default(),
            until: None,
            list: None,
        };
        if let Some(list) = parts.eat(Rule::list_entry) {
            let mut parts = Parts::of(list);
            entry.list = self.list_items(&mut parts);
            return Some(entry);
        }
        entry.word = self.name(&parts.next()?);
        let low = parts.eat(Rule::count).map(|count| self.count(&count));
        let high = parts.eat(Rule::count).map(|count| self.count(&count));
        entry.range = low.map(|low| (low.clone(), high.unwrap_or(low)));
        entry.currency = parts.eat(Rule::currency).map(|currency| self.name(&currency));
        entry.format =
            parts.eat(Rule::format).and_then(|format| Some(self.text_name(&Parts::of(format).next()?)));
        entry.yes_no = self.yes_no(&mut parts);
        entry.until = parts.next().and_then(|until| key(&Parts::of(until).next()?));
        Some(entry)
    }

    /// `yes 1 no 2`, of which each may be left out.
    pub(super) fn yes_no(&mut self, parts: &mut Parts<'_>) -> YesNo {
        let mut key_of = |rule| parts.eat(rule).and_then(|pair| key(&Parts::of(pair).next()?));
        YesNo { yes: key_of(Rule::yes_key), no: key_of(Rule::no_key) }
    }

    /// `LIST at most 3 as key say P(key, item)`.
    fn list_items(&mut self, parts: &mut Parts<'_>) -> Option<Items> {
        let list = self.expr(parts.next()?);
        let limit = parts.eat(Rule::item_limit);
        let at_most: Option<Spanned<u64>> =
            limit.and_then(|limit| Some(self.count(&Parts::of(limit).next()?)));
        let key = parts.eat(Rule::as_name).and_then(|name| self.as_name(name));
        let say = parts.eat(Rule::item_speech).and_then(|say| Some(self.speech(Parts::of(say).next()?)));
        Some(Items { list, at_most, key, say: say.unwrap_or_default() })
    }

    /// The name behind `as`.
    pub(super) fn as_name(&mut self, pair: Pair<'_, Rule>) -> Option<Name> {
        Some(self.name(&Parts::of(pair).next()?))
    }

    /// The texts behind `words`.
    pub(super) fn words(&mut self, pair: Pair<'_, Rule>) -> Vec<Text> {
        Parts::of(pair).map(|word| self.text(&word).value).collect()
    }

    /// `words "help" -> …`.
    pub(super) fn word_choice(&mut self, pair: Pair<'_, Rule>) -> Option<Choice> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let words = parts.next()?;
        let keys = self.span(&words);
        let words = self.words(words);
        let branch = self.branch(parts.next()?)?;
        Some(Choice { span, keys, range: None, label: None, words, bind: None, each: None, branch })
    }

    /// `each slot in slots at most 3 as key say slot_is(key, slot.at) -> …`.
    pub(super) fn each_choice(&mut self, pair: Pair<'_, Rule>) -> Option<Choice> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let item = self.name(&parts.next()?);
        let items = self.list_items(&mut parts)?;
        let branch = self.branch(parts.next()?)?;
        let keys = item.span.to(items.list.span);
        let bind = items.key.clone();
        let each = Some((item, items));
        Some(Choice { span, keys, range: None, label: None, words: Vec::new(), bind, each, branch })
    }

    /// What stands behind `check`.
    pub(super) fn check(&mut self, pair: Pair<'_, Rule>) -> Option<CheckKind> {
        match pair.as_rule() {
            Rule::check_word => Check::from_word(pair.as_str().trim()).map(CheckKind::Validator),
            _ => Some(CheckKind::Condition(self.expr(pair))),
        }
    }

    /// `keys { 0 -> operators }`.
    pub(super) fn global_keys(&mut self, pair: Pair<'_, Rule>) -> GlobalKeys {
        let span = self.span(&pair);
        let mut keys = GlobalKeys { span, lines: Vec::new() };
        let mut lines = Parts::of(pair).peekable();
        if lines.peek().is_none() {
            let finding = Diagnostic::new(Code::InvalidSetting, span, "there is no key in these braces");
            self.diagnostics.push(finding.hint("write one, as `0 -> operators`, or leave `keys` out"));
        }
        for line in lines {
            match line.as_rule() {
                Rule::key_line => keys.lines.extend(self.key_line(line)),
                _ => self.fault(&line),
            }
        }
        keys
    }

    fn key_line(&mut self, pair: Pair<'_, Rule>) -> Option<GlobalKey> {
        let mut parts = Parts::of(pair);
        let key = self.name(&parts.next()?);
        // The label is for people.
        parts.eat(Rule::string);
        let branch = self.branch(parts.next()?)?;
        Some(GlobalKey { key, branch })
    }
}
