//! What stands in the braces of a verb.

use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{
    Arm, ArmExit, Body, Choice, LockLength, LockSetting, Setting, SettingKind, Waiting,
};
use crate::program::Text;
use crate::program::verb::{Retries, VerbSpec};
use crate::source::{Code, Diagnostic};
use pest::iterators::Pair;

impl Reader<'_> {
    /// The lines in the braces of a verb, of which the record says what may be set.
    pub(super) fn body_lines(&mut self, pair: Pair<'_, Rule>, verb: Option<&'static VerbSpec>) -> Body {
        let span = self.span(&pair);
        let mut body = Body {
            span,
            settings: Vec::new(),
            choices: Vec::new(),
            arms: Vec::new(),
            broken: false,
            lacks_setting: false,
        };
        for line in Parts::of(pair) {
            match line.as_rule() {
                Rule::choice => body.choices.extend(self.choice(line)),
                Rule::word_choice => body.choices.extend(self.word_choice(line)),
                Rule::each_choice => body.choices.extend(self.each_choice(line)),
                Rule::arm => body.arms.extend(self.arm(line)),
                Rule::bad_body => {
                    let was_setting = self.fault_in(&line, verb);
                    body.broken |= !was_setting;
                    body.lacks_setting |= was_setting;
                }
                _ => body.settings.extend(self.setting(line)),
            }
        }
        body
    }

    pub(super) fn setting(&mut self, pair: Pair<'_, Rule>) -> Option<Setting> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        if rule == Rule::detect {
            return Some(Setting { span, kind: SettingKind::Detect });
        }
        if rule == Rule::counts_once {
            return Some(Setting { span, kind: SettingKind::CountsOnce });
        }
        if let Some(room) = self.room_setting(&pair) {
            return Some(Setting { span, kind: SettingKind::Room(room) });
        }
        if rule == Rule::ask {
            return Some(Setting { span, kind: SettingKind::Ask(self.ask(pair)?) });
        }
        if rule == Rule::secret_check {
            return Some(Setting { span, kind: SettingKind::SecretCheck(self.secret_tests(pair)) });
        }
        if let Some(kind) = self.waiting_setting(pair.clone()) {
            return Some(Setting { span, kind });
        }
        let mut parts = Parts::of(pair);
        let first = parts.next()?;
        let kind = match rule {
            Rule::say_setting => {
                let first = match first.as_rule() {
                    Rule::whole => {
                        self.cut_by_keys(&first);
                        parts.next()?
                    }
                    _ => first,
                };
                let first = self.speech(first);
                let then = parts.eat(Rule::speech).map(|then| self.speech(then)).unwrap_or_default();
                let every = parts.eat(Rule::every).and_then(|every| Parts::of(every).next());
                SettingKind::Say { first, then, every: every.map(|every| self.duration(&every)) }
            }
            Rule::waiting => SettingKind::Waiting(match first.as_rule() {
                Rule::hold_play => Waiting::Play(self.music(first)?),
                _ => Waiting::Block(self.block(first)),
            }),
            Rule::check_setting => SettingKind::Check(self.check(first)?),
            Rule::pattern_setting => SettingKind::Pattern(self.text_name(&first)),
            Rule::read_back => {
                let say = self.speech(first);
                SettingKind::ReadBack { say, keys: self.yes_no(&mut parts) }
            }
            Rule::speech_setting => SettingKind::Speech(self.duration(&first)),
            Rule::first_key => SettingKind::FirstKey(self.duration(&first)),
            Rule::between_keys => SettingKind::BetweenKeys(self.duration(&first)),
            Rule::ring => SettingKind::Ring(self.duration(&first)),
            Rule::within => SettingKind::Within(self.duration(&first)),
            Rule::retries => {
                let count = self.count_within(&first, "the number of retries", 1, 20) as u8;
                SettingKind::Retries(Retries { count, shared: parts.has(Rule::shared) })
            }
            Rule::whisper => {
                let first = self.speech(first);
                let then = parts.next().map(|then| self.speech(then)).unwrap_or_default();
                SettingKind::Whisper { first, then }
            }
            Rule::accept => {
                let within = parts.next().map(|within| self.duration(&within));
                let key = match first.as_rule() {
                    Rule::any_key => None,
                    _ => super::literal::key(&first),
                };
                SettingKind::Accept { key, within }
            }
            Rule::next_say => SettingKind::NextSay(self.speech(first)),
            Rule::unaccepted => SettingKind::UnacceptedSay(self.speech(first)),
            Rule::caller_id => SettingKind::CallerId(self.expr(first)),
            Rule::attempts => {
                SettingKind::Attempts(self.count_within(&first, "the number of attempts", 1, 20) as u8)
            }
            Rule::lock => {
                let length = match first.as_rule() {
                    Rule::next_clock => LockLength::Until(self.next_clock(first)?),
                    _ => LockLength::For(self.duration(&first)),
                };
                let after = self.count_within(&parts.next()?, "the number of wrong attempts", 1, 100) as u32;
                SettingKind::Lock(LockSetting { after, length })
            }
            Rule::say_code => SettingKind::SayCode(self.name(&first)),
            _ => return None,
        };
        Some(Setting { span, kind })
    }

    /// `say whole` among the settings of a question.
    fn cut_by_keys(&mut self, whole: &Pair<'_, Rule>) {
        let finding =
            Diagnostic::new(Code::Syntax, self.span(whole), "what is said here is always cut by a key");
        self.diagnostics.push(finding.hint("leave `whole` out, or say it before: `say whole welcome`"));
    }

    fn choice(&mut self, pair: Pair<'_, Rule>) -> Option<Choice> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let keys_pair = parts.next()?;
        let keys = self.span(&keys_pair);
        let mut entries = Parts::of(keys_pair);
        let first: Text = entries.next()?.as_str().into();
        let last = entries.next().map_or_else(|| first.clone(), |entry| entry.as_str().into());
        let label = parts.eat(Rule::string).map(|label| self.text(&label).value);
        let words = parts.eat(Rule::words).map(|words| self.words(words)).unwrap_or_default();
        let bind = parts.eat(Rule::as_name).and_then(|name| self.as_name(name));
        let branch = self.branch(parts.next()?)?;
        Some(Choice { span, keys, range: Some((first, last)), label, words, bind, each: None, branch })
    }

    pub(super) fn arm(&mut self, pair: Pair<'_, Rule>) -> Option<Arm> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let exits = parts.all(Rule::exit).into_iter().filter_map(|exit| self.arm_exit(exit)).collect();
        let bind = parts.eat(Rule::ident).map(|name| self.name(&name));
        let branch = self.branch(parts.next()?)?;
        Some(Arm { span, exits, bind, branch })
    }

    fn arm_exit(&mut self, pair: Pair<'_, Rule>) -> Option<ArmExit> {
        let mut parts = Parts::of(pair);
        let word = self.name(&parts.next()?);
        let nth = parts.next().map(|count| self.count_within(&count, "which time it is", 1, 20) as u8);
        Some(ArmExit { word, nth })
    }
}
