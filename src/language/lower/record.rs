//! `record` and `transcribe`: messages and their words.

use super::arms::Way;
use super::statement::head;
use super::{Loose, Lowerer, NOWHERE};
use crate::language::ast::{Body, Expr as Tree, Name, Review, ReviewWord, SettingKind};
use crate::program::verb::{
    Choice, EndKey, Extent, Hearing, KeyRange, Menu, Play, Record, Retries, Sound, Transcribe,
};
use crate::program::{Exit, Expr, Key, NodeId, Slot, Type, Verb};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;

/// The longest message; nobody listens to a longer one.
const LONGEST: DurationMs = DurationMs::from_secs(3600);
/// Words are waited for this long at the most.
const LONGEST_TRANSCRIPT: DurationMs = DurationMs::from_secs(24 * 3600);
const SETTINGS: [&str; 7] = ["say", "beep", "max", "min", "silence", "until", "review"];

impl<'a> Lowerer<'a> {
    pub(super) fn record(&mut self, span: Span, name: &Name, body: &'a Body) {
        let at = head(span, body.span);
        let settings = self.settings("record", body, &SETTINGS);
        let (say, then) = settings.say.unwrap_or((&[], &[]));
        if !then.is_empty() {
            self.report(Code::InvalidSetting, at, "`record` says the same every time");
        }
        let slot = self.scopes.temporary();
        let verb = Record {
            slot,
            say: self.speech(say),
            beep: settings.beep,
            max: self.length("max", settings.max.unwrap_or(Record::MAX), LONGEST, settings.place("max", at)),
            min: settings.min.unwrap_or(DurationMs::ZERO),
            silence: self.length(
                "silence",
                settings.silence.unwrap_or(Record::SILENCE),
                LONGEST,
                settings.place("silence", at),
            ),
            until: settings.until.unwrap_or(EndKey::Key(Key::POUND)),
            review: Vec::new(),
        };
        if verb.min >= verb.max {
            let min = body.settings.iter().find(|setting| matches!(setting.kind, SettingKind::Min(_)));
            let message = format!("`min` must be less than `max`, which is {}", verb.max);
            let fix = "write a shorter `min` or a longer `max`";
            self.report_fix(Code::InvalidSetting, min.map_or(at, |min| min.span), message, fix);
        }
        let node = self.emit(Verb::Record(verb), at);
        let kept = settings.review.map(|review| self.review(node, slot, review)).unwrap_or_default();
        let own = body.arms.iter().flat_map(|arm| &arm.exits).any(|exit| &*exit.word.text == "recorded");
        let after = if own { Vec::new() } else { vec![self.arm(node, Exit::Recorded, None)] };
        // What stands in the braces sees it, though it has something only behind `recorded`.
        self.scopes.enter();
        self.declare_at(name, Type::Optional(Box::new(Type::Recording)), slot);
        let ways = [
            Way::plain("recorded", Exit::Recorded, false),
            Way::plain("silent", Exit::Silent, true),
            Way::plain("too_short", Exit::ShortMessage, settings.min.is_some()),
            Way::plain("failed", Exit::Failed, true),
        ];
        self.exits(node, "record", at, body, &ways, after);
        self.scopes.leave();
        self.join_kept(node, kept);
        self.name_filled(name, Type::Recording, slot, &[(node, &[Exit::Recorded, Exit::Review])]);
    }

    /// Behind `recorded` the recording is there.
    pub(super) fn know_recorded(&mut self, node: NodeId) {
        if let Verb::Record(record) = &self.graph.nodes[node.0 as usize].verb {
            self.scopes.known_as(record.slot, Type::Recording);
        }
    }

    /// What the caller keeps goes where what was recorded goes.
    fn join_kept(&mut self, node: NodeId, kept: Vec<Loose>) {
        let arms = &self.graph.nodes[node.0 as usize].arms;
        let to = arms.iter().find(|arm| arm.exit == Exit::Recorded).map_or(NOWHERE, |arm| arm.to);
        match to {
            NOWHERE => self.loose.extend(kept),
            to => self.link(kept, to),
        }
    }

    /// The menu in which the caller decides; the ends at which the message is kept.
    fn review(&mut self, node: NodeId, slot: Slot, review: &'a Review) -> Vec<Loose> {
        if !review.broken && !review.choices.iter().any(|choice| choice.word == ReviewWord::Keep) {
            let finding = Diagnostic::new(Code::InvalidSetting, review.span, "no key keeps the message");
            self.diagnostics.push(finding.hint("write `2 \"save\" keep`"));
        }
        let hearing = Hearing {
            say: self.speech(&review.say),
            then: Vec::new(),
            first_key: review.first_key,
            between_keys: Hearing::BETWEEN_KEYS,
            retries: Retries::default(),
            speech: None,
        };
        let choices = review.choices.iter().map(|tree| Choice {
            keys: Some(KeyRange { first: tree.key.clone(), last: tree.key.clone() }),
            label: tree.label.clone(),
            words: Vec::new(),
            bind: None,
            each: None,
        });
        let (choices, below) = (choices.collect(), Vec::new());
        let menu = Menu { name: Some("review".into()), choices, below, until: None, hearing };
        self.loose = vec![self.arm(node, Exit::Review, None)];
        let menu = self.emit(Verb::Menu(menu), review.span);
        let (mut kept, mut nodes) = (Vec::new(), vec![menu]);
        for (index, tree) in review.choices.iter().enumerate() {
            self.check_review_key(review, index);
            let end = self.arm(menu, Exit::Choice(index as u16), None);
            match tree.word {
                ReviewWord::Keep => kept.push(end),
                ReviewWord::Again => self.link(vec![end], node),
                ReviewWord::Listen => {
                    let sound = Sound::Message(Expr::Slot(slot));
                    self.loose = vec![end];
                    let play = Play { sound, extent: Extent::Once, choices: Vec::new() };
                    nodes.push(self.step(Verb::Play(play), tree.keys));
                    let loose = std::mem::take(&mut self.loose);
                    self.link(loose, menu);
                }
            }
        }
        kept.push(self.arm(menu, Exit::GiveUp, None));
        if let Verb::Record(record) = &mut self.graph.nodes[node.0 as usize].verb {
            record.review = nodes;
        }
        kept
    }

    fn check_review_key(&mut self, review: &Review, index: usize) {
        let tree = &review.choices[index];
        if tree.key.len() > 1 {
            self.report(Code::InvalidSetting, tree.keys, "a key of `review` is a single one");
        }
        if let Some(first) = review.choices[..index].iter().find(|other| other.key == tree.key) {
            let message = format!("`{}` is in this menu twice", tree.key);
            let finding = Diagnostic::new(Code::DuplicateName, tree.keys, message);
            let finding = finding.label("the second").related(first.keys, "the first");
            self.diagnostics.push(finding.hint("give one of them another key"));
        }
    }

    pub(super) fn transcribe(
        &mut self,
        span: Span,
        recording: &'a Tree,
        within: Option<DurationMs>,
        body: &'a Body,
    ) {
        let at = head(span, body.span);
        let recording = self.expect(recording, &Type::Recording);
        let settings = self.settings("transcribe", body, &["within"]);
        let within = within.or(settings.within).unwrap_or(Transcribe::WITHIN);
        let place = settings.place("within", at);
        let within = self.length("within", within, LONGEST_TRANSCRIPT, place);
        let node = self.emit(Verb::Transcribe(Transcribe { recording, within }), at);
        let mut ways = vec![Way::brings("ready", Exit::Ready, Type::Text)];
        ways.extend(Way::all(&[("failed", Exit::Failed), ("late", Exit::Late)]));
        self.exits(node, "transcribe", at, body, &ways, Vec::new());
    }
}
