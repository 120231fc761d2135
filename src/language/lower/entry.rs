//! What `ask` takes: its kind, and what its entry must fulfil.

use super::Lowerer;
use crate::language::ast::{
    Ask, CheckKind, EntryType, Expr as Tree, ExprKind, Name, SecretTest, SettingKind, YesNo,
};
use crate::language::parse::is_currency;
use crate::program::passphrase::{LONGEST, SHORTEST};
use crate::program::{Check, Currency, DateFormat, EntryKind, Expr, Key, Slot, Type};
use crate::source::{Code, Diagnostic, Span};

/// The longest entry: an IBAN or a card has under 40.
const LONGEST_ENTRY: u64 = 64;
/// The greatest number that is keyed: nine digits are what people key without a mistake.
const GREATEST_NUMBER: u64 = 999_999_999;
/// Kinds of entries.
const KINDS: [&str; 8] = ["digits", "number", "yes_no", "phone", "money", "date", "time", "text"];

impl<'a> Lowerer<'a> {
    /// The kind of an entry; where it is none, which is reported, one digit stands for it.
    pub(super) fn entry_kind(&mut self, entry: &EntryType, secret: bool) -> EntryKind {
        self.only_its_own(entry, secret);
        let until = entry.until.unwrap_or(EntryKind::UNTIL);
        match &*entry.word.text {
            "digits" => {
                let (min, max) = self.digits(entry);
                EntryKind::Digits { min, max, until: entry.until }
            }
            "number" => {
                let (low, high) = self.number(entry);
                EntryKind::Number { low, high, until }
            }
            "yes_no" => {
                let (yes, no) = self.yes_no_keys(entry.yes_no, entry.word.span);
                EntryKind::YesNo { yes, no }
            }
            "phone" => {
                self.needs_country(entry.word.span);
                EntryKind::Phone { until }
            }
            "money" => EntryKind::Money { currency: self.currency(entry), until },
            "date" => EntryKind::Date { format: self.date_format(entry), until },
            "time" => EntryKind::Time { until },
            "text" if secret => self.passphrase(entry),
            "text" => EntryKind::Text,
            _ => {
                self.unknown(Code::UnknownName, "kind of entry", &entry.word, KINDS);
                EntryKind::Digits { min: 1, max: 1, until: None }
            }
        }
    }

    /// Reports what belongs to another kind.
    fn only_its_own(&mut self, entry: &EntryType, secret: bool) {
        let word = &*entry.word.text;
        if !KINDS.contains(&word) {
            return;
        }
        let yes_no = entry.yes_no.yes.is_some() || entry.yes_no.no.is_some();
        let ranged = if secret { &["digits", "number", "text"][..] } else { &["digits", "number"] };
        let strange = [
            (entry.range.is_some(), "a range", ranged),
            (entry.currency.is_some(), "a currency", &["money"]),
            (entry.format.is_some(), "`format`", &["date"]),
            (yes_no, "`yes` and `no`", &["yes_no"]),
            (entry.until.is_some(), "`until`", &["digits", "number", "phone", "money", "date", "time"]),
        ];
        for (_, what, whose) in strange.iter().filter(|(there, _, whose)| *there && !whose.contains(&word)) {
            let message = format!("`{word}` is asked for without {what}");
            let hint = format!("that belongs to `{}`", whose.join("`, `"));
            self.diagnostics.push(Diagnostic::new(Code::InvalidSetting, entry.word.span, message).hint(hint));
        }
    }

    fn digits(&mut self, entry: &EntryType) -> (u8, u8) {
        let Some((low, high)) = &entry.range else {
            let message = "how many digits are asked for?";
            let finding = Diagnostic::new(Code::InvalidSetting, entry.word.span, message);
            self.diagnostics.push(finding.hint("write `digits 4`, `digits 4..8` or `digits 4..8 until #`"));
            return (1, 1);
        };
        if low.value == 0 || low.value > high.value || high.value > LONGEST_ENTRY {
            let span = low.span.to(high.span);
            let message = format!("digits are 1 to {LONGEST_ENTRY}, the fewest first");
            let (few, many) = (low.value.min(high.value), low.value.max(high.value));
            let (few, many) = (few.clamp(1, LONGEST_ENTRY), many.clamp(1, LONGEST_ENTRY));
            let fix = if few == many {
                format!("write `digits {few}`")
            } else {
                format!("write `digits {few}..{many}`")
            };
            self.report_fix(Code::InvalidSetting, span, message, fix);
        }
        let clamped = |count: u64| count.clamp(1, LONGEST_ENTRY) as u8;
        (clamped(low.value), clamped(high.value.max(low.value)))
    }

    /// So many signs of a passphrase; of any length that one may have where nothing is said.
    fn passphrase(&mut self, entry: &EntryType) -> EntryKind {
        let Some((low, high)) = &entry.range else {
            return EntryKind::Passphrase { min: SHORTEST, max: LONGEST };
        };
        let clamped = |count: u64| count.clamp(u64::from(SHORTEST), u64::from(LONGEST)) as u8;
        let (min, max) = (clamped(low.value), clamped(high.value.max(low.value)));
        if (u64::from(min), u64::from(max)) != (low.value, high.value) {
            let message = format!("a passphrase has {SHORTEST} to {LONGEST} signs, the fewest first");
            let fix = format!("write `text {min}..{max}`");
            self.report_fix(Code::InvalidSetting, low.span.to(high.span), message, fix);
        }
        EntryKind::Passphrase { min, max }
    }

    fn number(&mut self, entry: &EntryType) -> (u32, u32) {
        let Some((low, high)) = &entry.range else {
            let finding =
                Diagnostic::new(Code::InvalidSetting, entry.word.span, "which numbers are asked for?");
            self.diagnostics.push(finding.hint("write the least and the greatest: `number 1..5`"));
            return (0, 9);
        };
        if low.value > high.value || high.value > GREATEST_NUMBER {
            let message = format!("numbers are 0 to {GREATEST_NUMBER}, the least first");
            self.report(Code::InvalidSetting, low.span.to(high.span), message);
        }
        let clamped = |number: u64| number.min(GREATEST_NUMBER) as u32;
        (clamped(low.value), clamped(high.value.max(low.value)))
    }

    /// The keys for yes and no, 1 and 2 unless others are named.
    pub(super) fn yes_no_keys(&mut self, keys: YesNo, at: Span) -> (Key, Key) {
        let usual = |sign| Key::from_char(sign).unwrap_or(Key::POUND);
        let (yes, no) = (keys.yes.unwrap_or(usual('1')), keys.no.unwrap_or(usual('2')));
        if yes == no {
            let message = format!("`{}` means both yes and no", yes.sign());
            self.report(Code::InvalidSetting, at, message);
        }
        (yes, no)
    }

    fn needs_country(&mut self, at: Span) {
        if self.declared.program.country.is_none() {
            let message = "a phone number is keyed by the plan of a country, and the program names none";
            let finding = Diagnostic::new(Code::MissingDeclaration, at, message);
            self.diagnostics.push(finding.hint("write `country RU`, or another, into `program`"));
        }
    }

    fn currency(&mut self, entry: &EntryType) -> Currency {
        let known = |name: &&Name| is_currency(&name.text);
        match entry.currency.as_ref().filter(known).and_then(|name| Currency::parse(&name.text)) {
            Some(currency) => currency,
            None => {
                let (span, message) = match &entry.currency {
                    Some(name) => (name.span, format!("`{}` is no currency", name.text)),
                    None => (entry.word.span, "money of which currency is asked for?".to_owned()),
                };
                let finding = Diagnostic::new(Code::InvalidLiteral, span, message);
                self.diagnostics.push(finding.hint("write its three letters: `money RUB`"));
                Currency::EURO
            }
        }
    }

    fn date_format(&mut self, entry: &EntryType) -> DateFormat {
        let words = DateFormat::ALL.map(|(word, _)| word);
        let Some(name) = &entry.format else {
            let message = "in which order are the digits of the date keyed?";
            let finding = Diagnostic::new(Code::InvalidSetting, entry.word.span, message);
            self.diagnostics.push(finding.hint("write `date format \"DDMMYYYY\"`"));
            return DateFormat::DayMonthYear;
        };
        DateFormat::from_word(&name.text).unwrap_or_else(|| {
            let message = format!("`{}` is no order of a date's digits", name.text);
            let hint = format!("there are `{}`", words.join("`, `"));
            self.diagnostics.push(Diagnostic::new(Code::InvalidLiteral, name.span, message).hint(hint));
            DateFormat::DayMonthYear
        })
    }

    /// What the entry must fulfil: validators and patterns, and conditions that see its value.
    pub(super) fn checks(&mut self, tree: &'a Ask, kind: &EntryKind, slot: Slot) -> (Vec<Check>, Vec<Expr>) {
        let (mut checks, mut conditions) = (Vec::new(), Vec::new());
        for setting in &tree.body.settings {
            match &setting.kind {
                SettingKind::Check(CheckKind::Validator(check)) => checks.push((check.clone(), setting.span)),
                SettingKind::SecretCheck(tests) => {
                    if tests.iter().all(|test| matches!(test, SecretTest::Luhn)) {
                        checks.push((Check::Luhn, setting.span));
                    } else {
                        let message =
                            format!("these checks are for a secret, and `{}` is none", tree.name.text);
                        let finding = Diagnostic::new(Code::InvalidSetting, setting.span, message);
                        let hint = format!("write `ask secret {}: …`", tree.name.text);
                        self.diagnostics.push(finding.hint(hint));
                    }
                }
                SettingKind::Pattern(pattern) => {
                    checks.push((Check::Pattern(pattern.text.clone()), setting.span));
                }
                SettingKind::Check(CheckKind::Condition(condition)) if self.misspelt_check(condition) => {}
                SettingKind::Check(CheckKind::Condition(written)) => {
                    self.scopes.enter();
                    self.declare_at(&tree.name, kind.ty(), slot);
                    let condition = self.inline(written, Some(&Type::Bool)).0;
                    self.scopes.leave();
                    self.check_can_hold(&condition, written);
                    conditions.push(condition);
                }
                _ => {}
            }
        }
        for (check, span) in &checks {
            self.check_fits(check, kind, *span);
        }
        (checks.into_iter().map(|(check, _)| check).collect(), conditions)
    }

    /// Reports a word behind `check` that is nearly one of those that check digits.
    fn misspelt_check(&mut self, condition: &Tree) -> bool {
        let ExprKind::Name(name) = &condition.kind else { return false };
        if self.scopes.get(name).is_some() {
            return false;
        }
        let Some(near) = crate::source::closest(name, ["luhn", "iban", "inn", "pesel"]) else { return false };
        let message = format!("there is no check `{name}`");
        self.report_fix(Code::UnknownName, condition.span, message, format!("did you mean `{near}`?"));
        true
    }

    /// A check that no entry of this kind can pass is a mistake.
    fn check_fits(&mut self, check: &Check, kind: &EntryKind, span: Span) {
        let fits = match (check, kind) {
            (Check::Luhn, EntryKind::Digits { .. }) | (Check::Iban, EntryKind::Text) => true,
            (Check::Inn, EntryKind::Digits { min, max, .. }) => {
                [10, 12].iter().any(|length| (min..=max).contains(&length))
            }
            (Check::Pesel, EntryKind::Digits { min, max, .. }) => (min..=max).contains(&&11),
            (Check::Pattern(pattern), EntryKind::Digits { min, max, .. }) => {
                let signs = pattern.chars().all(|sign| sign == 'd' || sign.is_ascii_digit());
                signs && (*min as usize..=*max as usize).contains(&pattern.len())
            }
            _ => false,
        };
        if fits {
            return;
        }
        let hint = match check {
            Check::Luhn => "it checks `digits`",
            Check::Iban => "an IBAN has letters: it checks `text`",
            Check::Inn => "it checks `digits` of 10 or 12",
            Check::Pesel => "it checks `digits` of 11",
            Check::Pattern(_) => "a pattern is of digits, with `d` for any, and as long as an entry can be",
        };
        let message = format!("no entry that is asked for here can pass `{check}`");
        self.diagnostics.push(Diagnostic::new(Code::CheckMismatch, span, message).hint(hint));
    }
}
