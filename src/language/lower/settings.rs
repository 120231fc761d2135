//! The settings in a verb's braces: each once, and only those that the verb has.

use super::Lowerer;
use crate::language::ast::{Ask, Body, SettingKind, Utterance, Waiting};
use crate::program::verb::{Lock, Retries};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;

/// What the braces of a verb set.
#[derive(Default)]
pub(super) struct Settings<'a> {
    pub say: Option<(&'a [Utterance], &'a [Utterance])>,
    pub waiting: Option<&'a Waiting>,
    pub first_key: Option<DurationMs>,
    pub between_keys: Option<DurationMs>,
    pub ring: Option<DurationMs>,
    pub within: Option<DurationMs>,
    pub retries: Option<Retries>,
    pub attempts: Option<u8>,
    pub lock: Option<Lock>,
    pub ask: Option<&'a Ask>,
}

/// Settings of a verb that speaks and listens.
pub(super) const HEARING: [&str; 4] = ["say", "first_key", "between_keys", "retries"];

impl<'a> Lowerer<'a> {
    /// The settings of a body.
    pub(super) fn settings(&mut self, verb: &str, body: &'a Body, allowed: &[&str]) -> Settings<'a> {
        let mut settings = Settings::default();
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for setting in &body.settings {
            let word = word(&setting.kind);
            if !allowed.contains(&word) {
                let message = format!("`{verb}` has no setting `{word}`");
                let hint = match allowed {
                    [] => None,
                    _ => Some(format!("it has `{}`", allowed.join("`, `"))),
                };
                let finding = Diagnostic::new(Code::InvalidSetting, setting.span, message);
                self.diagnostics.push(finding.maybe_hint(hint));
                continue;
            }
            if let Some((_, first)) = seen.iter().find(|(other, _)| *other == word) {
                let finding =
                    Diagnostic::new(Code::InvalidSetting, setting.span, format!("`{word}` is set twice"));
                self.diagnostics
                    .push(finding.label("the second").related(*first, "the first").hint("keep one of them"));
            }
            seen.push((word, setting.span));
            settings.take(&setting.kind);
        }
        if verb != "menu" {
            for choice in &body.choices {
                let finding = Diagnostic::new(
                    Code::InvalidSetting,
                    choice.span,
                    format!("`{verb}` has no keys to choose"),
                );
                self.diagnostics.push(finding.hint("keys with arrows stand in a `menu`"));
            }
        }
        settings
    }
}

impl<'a> Settings<'a> {
    fn take(&mut self, kind: &'a SettingKind) {
        match kind {
            SettingKind::Say { first, then } => self.say = Some((first, then)),
            SettingKind::Waiting(waiting) => self.waiting = Some(waiting),
            SettingKind::FirstKey(length) => self.first_key = Some(*length),
            SettingKind::BetweenKeys(length) => self.between_keys = Some(*length),
            SettingKind::Ring(length) => self.ring = Some(*length),
            SettingKind::Within(length) => self.within = Some(*length),
            SettingKind::Retries(retries) => self.retries = Some(*retries),
            SettingKind::Attempts(count) => self.attempts = Some(*count),
            SettingKind::Lock(lock) => self.lock = Some(*lock),
            SettingKind::Ask(ask) => self.ask = Some(ask),
        }
    }
}

/// The word that a script writes for a setting.
fn word(kind: &SettingKind) -> &'static str {
    match kind {
        SettingKind::Say { .. } => "say",
        SettingKind::Waiting(_) => "while waiting",
        SettingKind::FirstKey(_) => "first_key",
        SettingKind::BetweenKeys(_) => "between_keys",
        SettingKind::Ring(_) => "ring",
        SettingKind::Within(_) => "within",
        SettingKind::Retries(_) => "retries",
        SettingKind::Attempts(_) => "attempts",
        SettingKind::Lock(_) => "lock",
        SettingKind::Ask(_) => "ask",
    }
}
