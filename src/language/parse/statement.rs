//! Statements.

use super::item::method;
use super::parts::Parts;
use super::setting::verb_at;
use super::{DEEPEST, Reader, Rule};
use crate::language::ast::{
    Ask, Block, Body, Branch, CaseEntry, Expr, ExprKind, FlowCall, Given, If, Name, Spanned, Statement,
    StatementKind as Kind, Utterance,
};
use crate::program::CaseMode;
use crate::source::{Code, Span};
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn block(&mut self, pair: Pair<'_, Rule>) -> Block {
        let span = self.span(&pair);
        let statements = Parts::of(pair).map(|line| self.statement(line)).collect();
        Block { span, statements }
    }

    pub(super) fn statement(&mut self, pair: Pair<'_, Rule>) -> Statement {
        let span = self.span(&pair);
        if pair.as_rule() == Rule::bad_statement {
            self.fault(&pair);
            return Statement { span, kind: Kind::Broken };
        }
        let kind = self.statement_kind(&pair, span).unwrap_or(Kind::Broken);
        Statement { span, kind }
    }

    /// `None` only where the grammar and this file disagree.
    fn statement_kind(&mut self, pair: &Pair<'_, Rule>, span: Span) -> Option<Kind> {
        let mut parts = Parts::of(pair.clone());
        Some(match pair.as_rule() {
            Rule::answer => Kind::Answer,
            Rule::hangup => Kind::Hangup,
            Rule::say => {
                let whole = parts.has(Rule::whole);
                Kind::Say { whole, speech: self.speech(parts.next()?) }
            }
            Rule::play => {
                let sound = self.name(&parts.next()?);
                let extent = self.play_extent(parts.eat(Rule::play_extent));
                Kind::Play { sound, extent, body: self.body(parts, span) }
            }
            Rule::wait => Kind::Wait(self.expr(parts.next()?)),
            Rule::ask => Kind::Ask(Box::new(self.ask(pair.clone())?)),
            Rule::menu => {
                let name = parts.eat(Rule::ident).map(|name| self.name(&name));
                Kind::Menu { name, body: self.body(parts, span) }
            }
            Rule::identify => Kind::Identify(self.body(parts, span)),
            Rule::find => {
                let object = self.name(&parts.next()?);
                let key = self.expr(parts.next()?);
                Kind::Find { object, key, body: self.body(parts, span) }
            }
            Rule::authenticate => self.authenticate(parts, span)?,
            Rule::request => {
                let method_pair = parts.next()?;
                let method = Spanned { value: method(&method_pair), span: self.span(&method_pair) };
                let backend = self.name(&parts.next()?);
                let operation = self.name(&parts.next()?);
                let args = self.args(Some(parts.next()?));
                Kind::Request { method, backend, operation, args, body: self.body(parts, span) }
            }
            Rule::case_entry => Kind::Case(self.case(parts)?),
            Rule::outcome => {
                let word = self.name(&parts.next()?);
                let topic = parts.next().and_then(|topic| self.topic(topic));
                Kind::Outcome { word, topic }
            }
            Rule::note => Kind::Note(self.expr(parts.next()?)),
            Rule::if_else => Kind::If(Box::new(self.if_else(parts, span)?)),
            Rule::let_value => {
                let name = self.name(&parts.next()?);
                let ty = parts.eat(Rule::let_type).and_then(|ty| self.type_name(Parts::of(ty).next()?));
                let value = self.given(parts.next()?)?;
                Kind::Let { name, ty, value, body: self.body(parts, span) }
            }
            Rule::set_value => {
                let (name, value) = (self.name(&parts.next()?), self.given(parts.next()?)?);
                Kind::Set { name, value, body: self.body(parts, span) }
            }
            Rule::do_call => Kind::Do(self.flow_call(parts, span)?),
            Rule::goto | Rule::flow_call => Kind::Goto(self.flow_call(parts, span)?),
            Rule::return_value => Kind::Return(parts.next().map(|value| self.expr(value))),
            Rule::again => {
                let at_most = self.count(&parts.next()?);
                Kind::Again { at_most, otherwise: Box::new(self.branch(parts.next()?)?) }
            }
            Rule::repeat => {
                Kind::Repeat { at_most: self.count(&parts.next()?), block: self.block(parts.next()?) }
            }
            Rule::speak => Kind::Speak(self.expr(parts.next()?)),
            Rule::reject => {
                let reason = self.name(&parts.next()?);
                Kind::Reject(reason, parts.next().map(|words| self.text(&words)))
            }
            Rule::default_block => Kind::Default(self.default(pair.clone())),
            Rule::global_keys => Kind::Keys(self.global_keys(pair.clone())),
            Rule::reask => Kind::Reask { silent: false },
            Rule::listen => Kind::Reask { silent: true },
            Rule::arrow => return self.statement_kind(&parts.next()?, span),
            rule => match self.leg_statement(pair) {
                Some(leg) => Kind::Leg(leg),
                None => {
                    let waiting = self.waiting_statement(pair, span);
                    return waiting.or_else(|| self.data_statement(rule, parts, span));
                }
            },
        })
    }

    fn authenticate(&mut self, mut parts: Parts<'_>, span: Span) -> Option<Kind> {
        let part = parts.eat(Rule::part_of).and_then(|part| Some(self.name(&Parts::of(part).next()?)));
        let whole = self.expr(parts.next()?);
        let customer = match part {
            // `owner of account` is another way to write `account.owner`.
            Some(field) => {
                let span = field.span.to(whole.span);
                Expr { kind: ExprKind::Field(Box::new(whole), field), span }
            }
            None => whole,
        };
        let method = self.name(&parts.next()?);
        let proof = self.proof(&mut parts);
        Some(Kind::Authenticate { customer, method, proof, body: self.body(parts, span) })
    }

    pub(super) fn ask(&mut self, pair: Pair<'_, Rule>) -> Option<Ask> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let secret = parts.has(Rule::secret);
        let name = self.name(&parts.next()?);
        let entry = self.entry_type(parts.next()?)?;
        Some(Ask { span, secret, name, entry, body: self.body(parts, span) })
    }

    fn case(&mut self, mut parts: Parts<'_>) -> Option<CaseEntry> {
        let mode_word = self.name(&parts.next()?);
        let mode = match &*mode_word.text {
            "auto" => Some(CaseMode::Auto),
            "new" => Some(CaseMode::New),
            _ => None,
        };
        let topic = self.topic(parts.next()?)?;
        let mut entry = CaseEntry { mode, mode_word, topic, customer: None, about: None };
        for part in parts {
            let span = self.span(&part);
            let rule = part.as_rule();
            let value = self.expr(Parts::of(part).next()?);
            let place = if rule == Rule::about { &mut entry.about } else { &mut entry.customer };
            if place.replace(value).is_some() {
                self.report(Code::InvalidSetting, span, "this was said before");
            }
        }
        Some(entry)
    }

    fn topic(&mut self, pair: Pair<'_, Rule>) -> Option<Name> {
        Some(self.text_name(&Parts::of(pair).next()?))
    }

    fn if_else(&mut self, mut parts: Parts<'_>, span: Span) -> Option<If> {
        let condition = self.expr(parts.next()?);
        let opened = parts.eat(Rule::opened).map(|name| self.name(&name));
        let then = self.branch(parts.next()?)?;
        let otherwise = match parts.next() {
            Some(next) if next.as_rule() == Rule::if_else => Some(self.else_if(next, span)),
            Some(next) => self.branch(next),
            None => None,
        };
        Some(If { condition, opened, then, otherwise })
    }

    fn else_if(&mut self, pair: Pair<'_, Rule>, span: Span) -> Branch {
        let inner = self.span(&pair);
        self.depth += 1;
        let statement = if self.depth > DEEPEST {
            self.report(Code::Syntax, span, format!("more than {DEEPEST} conditions in one chain"));
            Statement { span: inner, kind: Kind::Broken }
        } else {
            self.statement(pair)
        };
        self.depth -= 1;
        Branch::Block(Block { span: inner, statements: vec![statement] })
    }

    /// An arrow or a block.
    pub(super) fn branch(&mut self, pair: Pair<'_, Rule>) -> Option<Branch> {
        match pair.as_rule() {
            Rule::arrow => {
                let target = Parts::of(pair).next()?;
                Some(Branch::Arrow(Box::new(self.statement(target))))
            }
            _ => Some(Branch::Block(self.block(pair))),
        }
    }

    fn given(&mut self, pair: Pair<'_, Rule>) -> Option<Given> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::do_call => self.flow_call(Parts::of(pair), span).map(Given::Flow),
            _ => Some(Given::Expr(self.expr(pair))),
        }
    }

    /// The flow behind a `do`.
    pub(super) fn do_call(&mut self, pair: Pair<'_, Rule>) -> Option<FlowCall> {
        let span = self.span(&pair);
        self.flow_call(Parts::of(pair), span)
    }

    fn flow_call(&mut self, mut parts: Parts<'_>, span: Span) -> Option<FlowCall> {
        let flow = self.name(&parts.next()?);
        let args = self.args(parts.next());
        Some(FlowCall { span, flow, args })
    }

    pub(super) fn speech(&mut self, pair: Pair<'_, Rule>) -> Vec<Utterance> {
        Parts::of(pair).filter_map(|utterance| self.utterance(utterance)).collect()
    }

    fn utterance(&mut self, pair: Pair<'_, Rule>) -> Option<Utterance> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let prompt = self.name(&parts.next()?);
        let args = parts.eat(Rule::args);
        let args = self.args(args);
        let language = parts.eat(Rule::in_language).and_then(|behind| Parts::of(behind).next());
        Some(Utterance { span, prompt, args, language: language.map(|word| self.name(&word)) })
    }

    pub(super) fn args(&mut self, pair: Option<Pair<'_, Rule>>) -> Vec<Expr> {
        pair.map(|args| Parts::of(args).map(|arg| self.expr(arg)).collect()).unwrap_or_default()
    }

    /// The body that may follow in these parts; an empty one at the end of the verb where there is none.
    pub(super) fn body(&mut self, mut parts: Parts<'_>, verb: Span) -> Body {
        match parts.eat(Rule::body) {
            Some(body) => {
                let statement = &body.as_span().get_input()[verb.start as usize..];
                self.body_lines(body, verb_at(statement))
            }
            None => Body {
                span: Span { start: verb.end, ..verb },
                settings: Vec::new(),
                choices: Vec::new(),
                arms: Vec::new(),
                broken: false,
                lacks_setting: false,
            },
        }
    }
}
