//! What stands in the braces of a verb.

use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{Arm, ArmExit, Body, Choice, Setting, SettingKind, Waiting};
use crate::program::verb::{Lock, Retries};
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn body_lines(&mut self, pair: Pair<'_, Rule>) -> Body {
        let span = self.span(&pair);
        let mut body =
            Body { span, settings: Vec::new(), choices: Vec::new(), arms: Vec::new(), broken: false };
        for line in Parts::of(pair) {
            match line.as_rule() {
                Rule::choice => body.choices.extend(self.choice(line)),
                Rule::arm => body.arms.extend(self.arm(line)),
                Rule::bad_body => {
                    body.broken = true;
                    self.fault(&line);
                }
                _ => body.settings.extend(self.setting(line)),
            }
        }
        body
    }

    fn setting(&mut self, pair: Pair<'_, Rule>) -> Option<Setting> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        if rule == Rule::ask {
            return Some(Setting { span, kind: SettingKind::Ask(self.ask(pair)?) });
        }
        let mut parts = Parts::of(pair);
        let first = parts.next()?;
        let kind = match rule {
            Rule::say_setting => {
                let first = self.speech(first);
                SettingKind::Say {
                    first,
                    then: parts.next().map(|then| self.speech(then)).unwrap_or_default(),
                }
            }
            Rule::waiting => SettingKind::Waiting(match first.as_rule() {
                Rule::play => Waiting::Play(self.name(&Parts::of(first).next()?)),
                _ => Waiting::Block(self.block(first)),
            }),
            Rule::first_key => SettingKind::FirstKey(self.duration(&first)),
            Rule::between_keys => SettingKind::BetweenKeys(self.duration(&first)),
            Rule::ring => SettingKind::Ring(self.duration(&first)),
            Rule::within => SettingKind::Within(self.duration(&first)),
            Rule::retries => {
                let count = self.count_within(&first, "the number of retries", 1, 20) as u8;
                SettingKind::Retries(Retries { count, shared: parts.has(Rule::shared) })
            }
            Rule::attempts => {
                SettingKind::Attempts(self.count_within(&first, "the number of attempts", 1, 20) as u8)
            }
            Rule::lock => {
                let length = self.duration(&first);
                let after = self.count_within(&parts.next()?, "the number of wrong attempts", 1, 100) as u32;
                SettingKind::Lock(Lock { after, length })
            }
            _ => return None,
        };
        Some(Setting { span, kind })
    }

    fn choice(&mut self, pair: Pair<'_, Rule>) -> Option<Choice> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let keys_pair = parts.next()?;
        let keys = self.span(&keys_pair);
        let mut entries = Parts::of(keys_pair);
        let first = entries.next()?.as_str().into();
        let last =
            entries.next().map_or_else(|| std::sync::Arc::clone(&first), |entry| entry.as_str().into());
        let label = parts.eat(Rule::string).map(|label| self.text(&label).value);
        let bind = parts.eat(Rule::as_name).and_then(|name| Some(self.name(&Parts::of(name).next()?)));
        let branch = self.branch(parts.next()?)?;
        Some(Choice { span, keys, first, last, label, bind, branch })
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
