//! Queues, messages, callbacks, and flows that run later.

use super::literal::key;
use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{
    Callback, Content, Expr, ExprKind, Name, OverrideEnd, Queue, QueueLine, Review, ReviewChoice, ReviewWord,
    SendEmail, Setting, SettingKind, Spanned, StatementKind as Kind, WhenTree,
};
use crate::program::Text;
use crate::program::verb::EndKey;
use crate::source::{Code, Diagnostic, Span};
use pest::iterators::Pair;

/// So many may wait in a queue.
const MOST_WAITING: u64 = 10_000;

impl Reader<'_> {
    pub(super) fn queue(&mut self, mut parts: Parts<'_>) -> Option<Queue> {
        let name = self.name(&parts.next()?);
        let mut queue = Queue { name, lines: Vec::new(), broken: false };
        for line in parts {
            let span = self.span(&line);
            match line.as_rule() {
                Rule::bad_queue => {
                    queue.broken = true;
                    self.fault(&line);
                }
                _ => queue.lines.extend(self.queue_line(line).map(|value| Spanned { value, span })),
            }
        }
        Some(queue)
    }

    fn queue_line(&mut self, line: Pair<'_, Rule>) -> Option<QueueLine> {
        let rule = line.as_rule();
        if rule == Rule::members {
            return Some(QueueLine::Members(Parts::of(line).filter_map(|one| self.member(one)).collect()));
        }
        let first = Parts::of(line).next()?;
        Some(match rule {
            Rule::strategy => QueueLine::Strategy(self.name(&first)),
            Rule::music => QueueLine::Music(self.text(&first).value),
            Rule::queue_hours => QueueLine::Hours(self.name(&first)),
            Rule::waiting_most => {
                QueueLine::AtMost(self.count_within(&first, "how many may wait", 1, MOST_WAITING) as u32)
            }
            Rule::ring => QueueLine::Ring(self.duration(&first)),
            Rule::wrap_up => QueueLine::WrapUp(self.duration(&first)),
            Rule::timeout_setting => QueueLine::Timeout(self.duration(&first)),
            Rule::queue_calls_back => QueueLine::Callbacks(self.name(&first)),
            _ => return None,
        })
    }

    fn member(&mut self, pair: Pair<'_, Rule>) -> Option<Text> {
        let member = Parts::of(pair).next()?;
        match member.as_rule() {
            Rule::string => Some(self.text(&member).value),
            _ => self.phone(&member).map(|phone| phone.as_str().into()),
        }
    }

    /// `None` for statements of other kinds.
    pub(super) fn waiting_statement(&mut self, pair: &Pair<'_, Rule>, span: Span) -> Option<Kind> {
        let mut parts = Parts::of(pair.clone());
        Some(match pair.as_rule() {
            Rule::queue_up => {
                let queue = self.name(&parts.next()?);
                let mut options = Vec::new();
                while let Some(option) =
                    parts.eat(Rule::priority).or_else(|| parts.eat(Rule::timeout_setting))
                {
                    options.extend(self.setting(option));
                }
                // What stands before the braces is set like what stands in them.
                let mut body = self.body(parts, span);
                body.settings.splice(0..0, options);
                Kind::Queue { queue, body }
            }
            Rule::record => Kind::Record { name: self.name(&parts.next()?), body: self.body(parts, span) },
            Rule::callback => Kind::Callback(self.callback(parts)?),
            Rule::send_sms => {
                let to = self.expr(parts.next()?);
                Kind::SendSms { to, content: self.content(parts.next()?)? }
            }
            Rule::send_email => Kind::SendEmail(Box::new(self.send_email(parts)?)),
            Rule::after_call => Kind::AfterCall(self.do_call(parts.next()?)?),
            Rule::afterwards => {
                Kind::Later { when: WhenTree::Afterwards, call: self.do_call(parts.next()?)? }
            }
            Rule::timer_in => {
                let when = WhenTree::In(self.expr(parts.next()?));
                Kind::Later { when, call: self.do_call(parts.next()?)? }
            }
            Rule::timer_at => {
                let when = self.at_time(parts.next()?)?;
                Kind::Later { when, call: self.do_call(parts.next()?)? }
            }
            Rule::transcribe => {
                let recording = self.expr(parts.next()?);
                let within = parts.eat(Rule::duration).map(|length| self.duration(&length));
                Kind::Transcribe { recording, within, body: self.body(parts, span) }
            }
            Rule::override_hours => {
                let (schedule, word) = (self.name(&parts.next()?), self.name(&parts.next()?));
                let end = parts.next().and_then(|end| self.override_end(end));
                Kind::Override { schedule, word, end }
            }
            _ => return None,
        })
    }

    fn callback(&mut self, mut parts: Parts<'_>) -> Option<Callback> {
        let to = parts.eat(Rule::callee).map(|to| self.expr(to));
        let keeping_place = parts.has(Rule::keeping_place);
        let queue =
            parts.eat(Rule::callback_queue).and_then(|queue| Some(self.name(&Parts::of(queue).next()?)));
        let at = parts.eat(Rule::at_time).and_then(|at| self.at_time(at));
        if let (None, Some(WhenTree::At(Expr { kind: ExprKind::In(time, set), .. }, None))) = (&queue, &at)
            && let ExprKind::Name(name) = &set.kind
        {
            let message = "the queue stands before the time";
            let fix = format!("write `callback in {name} at …`");
            self.diagnostics.push(Diagnostic::new(Code::Syntax, set.span, message).hint(fix));
            let queue = Some(Name { text: name.clone(), span: set.span });
            let at = Some(WhenTree::At((**time).clone(), None));
            return Some(Callback { to, keeping_place, queue, at });
        }
        Some(Callback { to, keeping_place, queue, at })
    }

    fn at_time(&mut self, pair: Pair<'_, Rule>) -> Option<WhenTree> {
        let mut parts = Parts::of(pair);
        let time = self.expr(parts.next()?);
        let zone = parts.eat(Rule::zone).and_then(|zone| Parts::of(zone).next()).map(|zone| self.text(&zone));
        Some(WhenTree::At(time, zone))
    }

    fn send_email(&mut self, mut parts: Parts<'_>) -> Option<SendEmail> {
        let to = self.expr(parts.next()?);
        let subject =
            parts.eat(Rule::subject).and_then(|subject| Some(self.expr(Parts::of(subject).next()?)));
        let content = self.content(parts.next()?)?;
        let attach = parts.eat(Rule::attach).and_then(|attach| Some(self.expr(Parts::of(attach).next()?)));
        Some(SendEmail { to, subject, content, attach })
    }

    fn content(&mut self, pair: Pair<'_, Rule>) -> Option<Content> {
        let rule = pair.as_rule();
        let inner = Parts::of(pair).next()?;
        Some(match rule {
            Rule::said => Content::Say(self.speech(inner)),
            _ => Content::Text(self.expr(inner)),
        })
    }

    fn override_end(&mut self, pair: Pair<'_, Rule>) -> Option<OverrideEnd> {
        let rule = pair.as_rule();
        if rule == Rule::next_change {
            return Some(OverrideEnd::NextChange);
        }
        let value = self.expr(Parts::of(pair).next()?);
        Some(if rule == Rule::override_for { OverrideEnd::For(value) } else { OverrideEnd::Until(value) })
    }

    /// A setting of a verb that waits; `None` for other settings.
    pub(super) fn waiting_setting(&mut self, pair: Pair<'_, Rule>) -> Option<SettingKind> {
        let rule = pair.as_rule();
        if rule == Rule::review {
            return Some(SettingKind::Review(self.review(pair)));
        }
        let mut parts = Parts::of(pair);
        if rule == Rule::beep {
            return Some(SettingKind::Beep);
        }
        let first = parts.next()?;
        Some(match rule {
            Rule::priority => SettingKind::Priority(self.expr(first)),
            Rule::timeout_setting => SettingKind::Timeout(self.duration(&first)),
            Rule::max_length => SettingKind::Max(self.duration(&first)),
            Rule::min_length => SettingKind::Min(self.duration(&first)),
            Rule::silence_length => SettingKind::Silence(self.duration(&first)),
            Rule::until_key => match first.as_rule() {
                Rule::any_key => SettingKind::Until(EndKey::Any),
                _ => SettingKind::Until(EndKey::Key(key(&first)?)),
            },
            _ => return None,
        })
    }

    fn review(&mut self, pair: Pair<'_, Rule>) -> Review {
        let span = self.span(&pair);
        let mut review =
            Review { span, say: Vec::new(), first_key: None, choices: Vec::new(), broken: false };
        for line in Parts::of(pair) {
            match line.as_rule() {
                Rule::review_choice => review.choices.extend(self.review_choice(line)),
                Rule::bad_body => {
                    review.broken = true;
                    self.review_fault(&line);
                }
                _ => match self.setting(line) {
                    Some(Setting { kind: SettingKind::Say { first, then, .. }, span }) => {
                        if !then.is_empty() {
                            self.report(Code::InvalidSetting, span, "`review` says the same every time");
                        }
                        review.say = first;
                    }
                    Some(Setting { kind: SettingKind::FirstKey(length), .. }) => {
                        review.first_key = Some(length);
                    }
                    Some(_) | None => {}
                },
            }
        }
        review
    }

    /// A line of `review` that begins with a key does one of three things.
    fn review_fault(&mut self, line: &Pair<'_, Rule>) {
        if !line.as_str().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '*' | '#')) {
            return self.fault(line);
        }
        let finding =
            Diagnostic::new(Code::Syntax, self.span(line), "what does this key do with the message?");
        self.diagnostics
            .push(finding.hint("write `1 \"listen\" listen`, `2 \"save\" keep` or `3 \"anew\" again`"));
    }

    fn review_choice(&mut self, pair: Pair<'_, Rule>) -> Option<ReviewChoice> {
        let mut parts = Parts::of(pair);
        let keys_pair = parts.next()?;
        let (keys, key) = (self.span(&keys_pair), keys_pair.as_str().trim().into());
        let label = parts.eat(Rule::string).map(|label| self.text(&label).value);
        let word = match parts.next()?.as_str() {
            "listen" => ReviewWord::Listen,
            "again" => ReviewWord::Again,
            _ => ReviewWord::Keep,
        };
        Some(ReviewChoice { keys, key, label, word })
    }
}
