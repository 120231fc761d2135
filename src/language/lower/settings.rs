//! The settings in a verb's braces: each once, and only those that the verb has.

use super::Lowerer;
use crate::language::ast::{
    Ask, Body, Expr, LockSetting, Name, Review, RoomSetting, SettingKind, Utterance, Waiting,
};
use crate::program::Key;
use crate::program::verb::{EndKey, Retries};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;
use std::collections::BTreeMap;

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
    pub speech: Option<DurationMs>,
    pub below: Option<&'a [Utterance]>,
    pub attempts: Option<u8>,
    pub lock: Option<&'a LockSetting>,
    pub say_code: Option<&'a Name>,
    pub counts_once: bool,
    pub whisper: Option<(&'a [Utterance], &'a [Utterance])>,
    pub accept: Option<(Option<Key>, Option<DurationMs>)>,
    pub next: &'a [Utterance],
    pub unaccepted: &'a [Utterance],
    pub caller_id: Option<&'a Expr>,
    pub detect: bool,
    pub room: Vec<&'a RoomSetting>,
    pub ask: Option<&'a Ask>,
    pub every: Option<DurationMs>,
    pub priority: Option<&'a Expr>,
    pub timeout: Option<DurationMs>,
    pub beep: bool,
    pub max: Option<DurationMs>,
    pub min: Option<DurationMs>,
    pub silence: Option<DurationMs>,
    pub until: Option<EndKey>,
    pub review: Option<&'a Review>,
    /// Where each stands.
    places: BTreeMap<&'static str, Span>,
}

/// A second `say`, behind the items of a list.
const BELOW: &str = "say below";
/// Settings of a menu.
pub(super) const MENU: [&str; 6] = ["say", "first_key", "between_keys", "retries", "speech", "until"];
/// Settings of a menu with items of a list.
pub(super) const LIST: [&str; 7] = ["say", "first_key", "between_keys", "retries", "speech", "until", BELOW];

impl<'a> Lowerer<'a> {
    /// The settings of a body.
    pub(super) fn settings(&mut self, verb: &str, body: &'a Body, allowed: &[&str]) -> Settings<'a> {
        let mut settings = Settings::default();
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for setting in &body.settings {
            let mut word = word(&setting.kind);
            if word == "say" && allowed.contains(&BELOW) && seen.iter().any(|(other, _)| *other == "say") {
                word = BELOW;
            }
            if !allowed.contains(&word) {
                let message = format!("`{verb}` has no setting `{word}`");
                let hint = match (verb, word) {
                    ("ask", "until") => {
                        Some("`until` stands behind the kind: `digits 4..8 until #`".to_owned())
                    }
                    _ => crate::language::offer::setting_hint(word, allowed),
                };
                let finding = Diagnostic::new(Code::InvalidSetting, setting.span, message);
                self.diagnostics.push(finding.maybe_hint(hint));
                continue;
            }
            let repeats = word == "check";
            if let Some((_, first)) = seen.iter().find(|(other, _)| *other == word && !repeats) {
                let finding =
                    Diagnostic::new(Code::InvalidSetting, setting.span, format!("`{word}` is set twice"));
                self.diagnostics
                    .push(finding.label("the second").related(*first, "the first").hint("keep one of them"));
            }
            seen.push((word, setting.span));
            settings.places.entry(word).or_insert(setting.span);
            settings.take(&setting.kind);
        }
        if verb != "queue"
            && let Some(setting) = body.settings.iter().find(|setting| has_every(&setting.kind))
        {
            let message = "`every` belongs to what a `queue` says";
            self.diagnostics.push(Diagnostic::new(Code::InvalidSetting, setting.span, message));
        }
        if !matches!(verb, "menu" | "ask" | "queue" | "play") {
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

    /// A length of time, or the longest that there may be where it is nothing or longer, which is reported.
    pub(super) fn length(
        &mut self,
        what: &str,
        length: DurationMs,
        longest: DurationMs,
        at: Span,
    ) -> DurationMs {
        if length != DurationMs::ZERO && length <= longest {
            return length;
        }
        let message = format!("`{what}` is more than nothing and at most {longest}, found {length}");
        let fix = match length == DurationMs::ZERO {
            true => format!("write a length of time, as in `{what} 5s`, or leave it out"),
            false => format!("`{what} {longest}` is the most"),
        };
        self.report_fix(Code::InvalidSetting, at, message, fix);
        longest
    }
}

impl<'a> Settings<'a> {
    /// Where a setting stands; else the place of its verb.
    pub fn place(&self, word: &str, verb: Span) -> Span {
        self.places.get(word).copied().unwrap_or(verb)
    }

    /// The key behind `until`, where it is one.
    pub fn until_key(&self) -> Option<Key> {
        match self.until {
            Some(EndKey::Key(key)) => Some(key),
            Some(EndKey::Any) | None => None,
        }
    }

    fn take(&mut self, kind: &'a SettingKind) {
        match kind {
            SettingKind::Say { first, .. } if self.say.is_some() => self.below = Some(first),
            SettingKind::Say { first, then, every } => {
                self.say = Some((first, then));
                self.every = *every;
            }
            SettingKind::Waiting(waiting) => self.waiting = Some(waiting),
            SettingKind::FirstKey(length) => self.first_key = Some(*length),
            SettingKind::BetweenKeys(length) => self.between_keys = Some(*length),
            SettingKind::Ring(length) => self.ring = Some(*length),
            SettingKind::Within(length) => self.within = Some(*length),
            SettingKind::Retries(retries) => self.retries = Some(*retries),
            SettingKind::Attempts(count) => self.attempts = Some(*count),
            SettingKind::Lock(lock) => self.lock = Some(lock),
            SettingKind::SecretCheck(_) => {}
            SettingKind::CountsOnce => self.counts_once = true,
            SettingKind::SayCode(prompt) => self.say_code = Some(prompt),
            SettingKind::Speech(length) => self.speech = Some(*length),
            // `ask` reads these itself.
            SettingKind::Check(_) | SettingKind::Pattern(_) | SettingKind::ReadBack { .. } => {}
            SettingKind::Whisper { first, then } => self.whisper = Some((first, then)),
            SettingKind::Accept { key, within } => self.accept = Some((*key, *within)),
            SettingKind::NextSay(speech) => self.next = speech,
            SettingKind::UnacceptedSay(speech) => self.unaccepted = speech,
            SettingKind::CallerId(shown) => self.caller_id = Some(shown),
            SettingKind::Detect => self.detect = true,
            SettingKind::Room(setting) => self.room.push(setting),
            SettingKind::Ask(ask) => self.ask = Some(ask),
            SettingKind::Priority(priority) => self.priority = Some(priority),
            SettingKind::Timeout(length) => self.timeout = Some(*length),
            SettingKind::Beep => self.beep = true,
            SettingKind::Max(length) => self.max = Some(*length),
            SettingKind::Min(length) => self.min = Some(*length),
            SettingKind::Silence(length) => self.silence = Some(*length),
            SettingKind::Until(key) => self.until = Some(*key),
            SettingKind::Review(review) => self.review = Some(review),
        }
    }
}

fn has_every(kind: &SettingKind) -> bool {
    matches!(kind, SettingKind::Say { every: Some(_), .. })
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
        SettingKind::SecretCheck(_) => "check",
        SettingKind::CountsOnce => "counts once",
        SettingKind::SayCode(_) => "say_code",
        SettingKind::Check(_) => "check",
        SettingKind::Pattern(_) => "pattern",
        SettingKind::ReadBack { .. } => "read back",
        SettingKind::Speech(_) => "speech",
        SettingKind::Whisper { .. } => "whisper",
        SettingKind::Accept { .. } => "accept",
        SettingKind::NextSay(_) => "next",
        SettingKind::UnacceptedSay(_) => "unaccepted",
        SettingKind::CallerId(_) => "caller_id",
        SettingKind::Detect => "detect",
        SettingKind::Room(RoomSetting::Role { .. }) => "as",
        SettingKind::Room(RoomSetting::AtMost(_)) => "at most",
        SettingKind::Room(RoomSetting::WaitForModerator(_)) => "wait for moderator",
        SettingKind::Room(RoomSetting::Muted(_)) => "muted",
        SettingKind::Room(RoomSetting::EndsWithModerator(_)) => "ends with moderator",
        SettingKind::Room(RoomSetting::Record { .. }) => "record",
        SettingKind::Room(RoomSetting::Music(_)) => "music",
        SettingKind::Room(RoomSetting::Announce(_)) => "announce",
        SettingKind::Ask(_) => "ask",
        SettingKind::Priority(_) => "priority",
        SettingKind::Timeout(_) => "timeout",
        SettingKind::Beep => "beep",
        SettingKind::Max(_) => "max",
        SettingKind::Min(_) => "min",
        SettingKind::Silence(_) => "silence",
        SettingKind::Until(_) => "until",
        SettingKind::Review(_) => "review",
    }
}
