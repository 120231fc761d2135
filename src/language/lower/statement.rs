//! Statements, one by one.

use super::arms::Way;
use super::never::learn;
use super::{Lowerer, Place};
use crate::language::ast::{
    Branch, CaseEntry, Expr as Tree, ExprKind, Given, If, Name, Statement, StatementKind as Kind,
};
use crate::program::verb::{self, Again, Repeat, Return, Set, Sound, Transfer};
use crate::program::{CaseMode, Exit, Expr, Slot, Text, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;

/// Rounds that a loop may have at the most.
const MOST_ROUNDS: u64 = 1_000;
/// The longest a phone rings: networks give up before that.
const LONGEST_RING: DurationMs = DurationMs::from_secs(180);

impl<'a> Lowerer<'a> {
    pub(super) fn statement(&mut self, statement: &'a Statement) {
        if !matches!(statement.kind, Kind::If(_)) {
            self.facts.clear();
        }
        let outer = std::mem::take(&mut self.skipped);
        self.lower_statement(statement);
        let skipped = std::mem::replace(&mut self.skipped, outer);
        self.loose.extend(skipped);
    }

    fn lower_statement(&mut self, statement: &'a Statement) {
        let span = statement.span;
        if let Some(word) = self.unfitting(&statement.kind) {
            return self.misplaced(word, span);
        }
        match &statement.kind {
            Kind::Answer => {
                self.step(Verb::Answer(verb::Answer), span);
            }
            Kind::Say { whole, speech } => {
                let utterances = self.speech(speech);
                self.step(Verb::Say(verb::Say { utterances, barge_in: !whole }), span);
            }
            Kind::Play(name) => {
                let sound = Sound::Recording(name.text.clone());
                self.step(Verb::Play(verb::Play { sound, looped: false }), span);
            }
            Kind::Wait(length) => {
                let length = self.expect(length, &Type::Duration);
                self.step(Verb::Wait(verb::Wait { length }), span);
            }
            Kind::Ask(ask) => self.ask(ask),
            Kind::Menu { name, body } => self.menu(span, name.as_ref(), body),
            Kind::Identify(body) => self.identify(span, body),
            Kind::Find { object, key, body } => self.find(span, object, key, body),
            Kind::Authenticate { customer, method, body } => self.authenticate(span, customer, method, body),
            Kind::Request { method, backend, operation, args, body } => {
                self.request(span, method, (backend, operation), args, body);
            }
            Kind::Case(entry) => self.case(span, entry),
            Kind::Outcome { word, topic } => self.outcome(span, word, topic.as_ref()),
            Kind::Note(text) => {
                let text = self.expect(text, &Type::Text);
                self.step(Verb::Note(verb::Note { text }), span);
            }
            Kind::Transfer { to, body } => self.transfer(span, to, body),
            Kind::If(branches) => self.if_else(span, branches),
            Kind::Let { name, value, body } => self.let_value(span, name, value, body),
            Kind::Set { name, value, body } => self.set_value(span, name, value, body),
            Kind::Do(call) => self.do_flow(span, call, None),
            Kind::Goto(call) => self.goto(span, call),
            Kind::Return(value) => self.return_value(span, value.as_ref()),
            Kind::Again { at_most, otherwise } => self.again(span, at_most.value, at_most.span, otherwise),
            Kind::Repeat { at_most, block } => {
                let at_most = self.rounds(at_most.value, at_most.span);
                let node = self.emit(Verb::Repeat(Repeat { at_most }), span);
                self.loose = vec![self.arm(node, Exit::Then, None)];
                self.block(block);
                let loose = std::mem::take(&mut self.loose);
                self.link(loose, node);
                self.loose = vec![self.arm(node, Exit::Else, None)];
            }
            Kind::Speak(language) => self.speak(span, language),
            Kind::Hangup => {
                self.emit(Verb::Hangup(verb::Hangup), span);
            }
            Kind::Reject(reason) => self.reject(span, reason, false),
            Kind::Default(_) => {}
            Kind::Broken => self.broken(span, true),
        }
    }

    /// The verb's word, if it may not stand at this place.
    fn unfitting(&self, kind: &Kind) -> Option<&'static str> {
        let durable = matches!(kind, Kind::Outcome { .. } | Kind::Case(_) | Kind::Note(_));
        let computes = matches!(
            kind,
            Kind::Let { value: Given::Expr(_), .. }
                | Kind::Set { value: Given::Expr(_), .. }
                | Kind::If(_)
                | Kind::Broken
        );
        let idle = matches!(kind, Kind::Say { .. } | Kind::Play(_) | Kind::Wait(_) | Kind::Repeat { .. });
        let fits = match self.place {
            Place::Flow => true,
            Place::Route => matches!(kind, Kind::Goto(_) | Kind::Reject(_) | Kind::Broken),
            Place::HungUp => durable || computes,
            Place::Waiting => idle || computes,
        };
        (!fits).then(|| word(kind))
    }

    /// Reports a verb at a place where it cannot be.
    pub(super) fn misplaced(&mut self, word: &str, span: Span) {
        let finding = match self.place {
            Place::HungUp => {
                let message = format!("the caller has left, `{word}` comes too late");
                let hint = "after the caller has left only `outcome`, `case`, `note`, `let`, `set` and `if` may follow";
                Diagnostic::new(Code::CallerHasLeft, span, message).hint(hint)
            }
            Place::Waiting => {
                let message = format!("`{word}` cannot stand in `while waiting`");
                let hint = "while something is waited for only `say`, `play`, `wait`, `if`, `repeat`, `let` and `set` may run";
                Diagnostic::new(Code::InvalidSetting, span, message).hint(hint)
            }
            Place::Flow | Place::Route => {
                let message = format!("a route cannot lead to `{word}`");
                let hint = "an arrow of a route leads to a flow or to `reject`";
                Diagnostic::new(Code::InvalidSetting, span, message).hint(hint)
            }
        };
        self.diagnostics.push(finding);
        self.broken(span, true);
    }

    fn case(&mut self, span: Span, entry: &'a CaseEntry) {
        let mode = entry.mode.unwrap_or(CaseMode::Auto);
        if entry.mode.is_none() {
            let known = ["auto", "new"];
            self.unknown(Code::UnknownName, "way to choose a case", &entry.mode_word, known);
        }
        let topic = self.topic(&entry.topic);
        let customer = entry
            .customer
            .as_ref()
            .map(|customer| self.expect(customer, &Type::Customer(crate::program::Trust::Claimed)));
        let about = entry.about.as_ref().map(|about| {
            let (value, ty) = self.expr(about);
            if !matches!(ty, Type::Object(_) | Type::Unknown) {
                self.mismatch(about.span, "an object of the `crm` block", &ty);
            }
            value
        });
        self.step(Verb::Case(verb::Case { mode, topic, customer, about }), span);
    }

    fn outcome(&mut self, span: Span, word: &Name, topic: Option<&Name>) {
        if !self.declared.program.vocabulary.has_outcome(&word.text) {
            let declared = self.declared;
            let built_in = crate::program::Vocabulary::BUILT_IN_OUTCOMES;
            let known = declared.program.vocabulary.outcomes.iter().map(|known| &**known).chain(built_in);
            self.unknown(Code::NotInVocabulary, "outcome", word, known);
        }
        let topic = topic.map(|topic| self.topic(topic));
        self.step(Verb::Outcome(verb::Outcome { outcome: word.text.clone(), topic }), span);
    }

    fn topic(&mut self, topic: &Name) -> Text {
        if !self.declared.program.vocabulary.has_topic(&topic.text) {
            let declared = self.declared;
            let known = declared.program.vocabulary.topics.iter().map(|known| &**known);
            self.unknown(Code::NotInVocabulary, "topic", topic, known);
        }
        topic.text.clone()
    }

    fn transfer(&mut self, span: Span, to: &'a Tree, body: &'a crate::language::ast::Body) {
        let to = self.expect(to, &Type::Phone);
        let settings = self.settings("transfer", body, &["ring", "while waiting"]);
        let ring = settings.ring.unwrap_or(Transfer::RING);
        if ring == DurationMs::ZERO || ring > LONGEST_RING {
            let message = format!("`ring` is more than nothing and at most {LONGEST_RING}, found {ring}");
            self.report(Code::InvalidSetting, span, message);
        }
        let node = self.emit(Verb::Transfer(Transfer { to, ring }), head(span, body.span));
        self.waiting(node, settings.waiting);
        let mut ways = Way::all(&[
            ("busy", Exit::Busy),
            ("no_answer", Exit::NoAnswer),
            ("unavailable", Exit::Unavailable),
            ("refused", Exit::Refused),
            ("redirected", Exit::Redirected),
            ("failed", Exit::Failed),
        ]);
        ways.push(Way::plain("completed", Exit::Completed, false));
        self.exits(node, "transfer", head(span, body.span), body, &ways, Vec::new());
    }

    fn if_else(&mut self, span: Span, branches: &'a If) {
        let opens = matches!(&branches.condition.kind, ExprKind::Is(_, word) if &*word.text == "some");
        let (condition, opened) = if opens {
            self.open_optional(&branches.condition)
        } else {
            (self.expect(&branches.condition, &Type::Bool), None)
        };
        if let Some(name) = branches.opened.as_ref().filter(|_| !opens) {
            let finding = Diagnostic::new(
                Code::Syntax,
                name.span,
                format!("expected `{{` or `->`, found `{}`", name.text),
            );
            self.diagnostics.push(
                finding.hint("only `is some` names what it found: `if client.language is some language {`"),
            );
        }
        let at = head(span, branch_span(&branches.then));
        let facts = std::mem::take(&mut self.facts);
        let has_else = branches.otherwise.is_some();
        self.never_or_always(&facts, &condition, branches.condition.span, has_else);
        let node = self.emit(Verb::If(verb::If { condition: condition.clone() }), at);
        self.loose = vec![self.arm(node, Exit::Then, None)];
        self.scopes.enter();
        if let (Some(name), Some((value, ty))) = (&branches.opened, opened) {
            let slot = self.declare(name, ty);
            self.step(Verb::Set(Set { slot, value }), at);
        }
        self.facts = facts.clone();
        learn(&mut self.facts, &condition, true, Some(branches.condition.span));
        self.branch(&branches.then);
        self.scopes.leave();
        let mut after = std::mem::take(&mut self.loose);
        self.loose = vec![self.arm(node, Exit::Else, None)];
        if let Some(otherwise) = &branches.otherwise {
            self.facts = facts;
            learn(&mut self.facts, &condition, false, Some(branches.condition.span));
            self.branch(otherwise);
        }
        self.facts.clear();
        after.append(&mut self.loose);
        self.loose = after;
    }

    fn let_value(
        &mut self,
        span: Span,
        name: &'a Name,
        value: &'a Given,
        body: &'a crate::language::ast::Body,
    ) {
        match value {
            Given::Flow(call) => {
                let ty = self.returned(call);
                self.settings("do", body, &[]);
                // The variable is seen behind the statement, not in its arguments.
                let slot = self.scopes.temporary();
                self.do_flow(span, call, Some(slot));
                self.declare_at(name, ty, slot);
            }
            Given::Expr(value) => {
                let (value, ty) = self.inline(value, None);
                let slot = self.scopes.temporary();
                self.assign(span, slot, value, body);
                self.declare_at(name, ty, slot);
            }
        }
    }

    fn set_value(&mut self, span: Span, name: &Name, value: &'a Given, body: &'a crate::language::ast::Body) {
        let variable = self.scopes.get(&name.text).cloned();
        if variable.is_none() {
            let names = self.scopes.names();
            self.unknown(Code::UnknownName, "variable", name, names.iter().map(|name| &**name));
        }
        let wanted = variable.as_ref().map_or(Type::Unknown, |variable| variable.ty.clone());
        let slot = variable.map_or(Slot(0), |variable| variable.slot);
        match value {
            Given::Flow(call) => {
                let ty = self.returned(call);
                if !ty.fits(&wanted) {
                    self.mismatch(call.span, &format!("`{wanted}`"), &ty);
                }
                self.settings("do", body, &[]);
                self.do_flow(span, call, Some(slot));
            }
            Given::Expr(value) => {
                let (value, _) = self.inline(value, Some(&wanted));
                self.assign(span, slot, value, body);
            }
        }
    }

    /// A value into a slot, with the exit of the functions in it.
    pub(super) fn assign(
        &mut self,
        span: Span,
        slot: Slot,
        value: Expr,
        body: &'a crate::language::ast::Body,
    ) {
        self.settings("let", body, &[]);
        let fails = value.can_fail();
        if fails && self.place != Place::Flow {
            return self.misplaced("a script function or a division", span);
        }
        let node = self.step(Verb::Set(Set { slot, value }), head(span, body.span));
        let after = std::mem::take(&mut self.loose);
        let ways = if fails { Way::all(&[("failed", Exit::Failed)]) } else { Vec::new() };
        self.exits(node, "let", head(span, body.span), body, &ways, after);
    }

    fn return_value(&mut self, span: Span, value: Option<&'a Tree>) {
        let wanted = self.returns.clone();
        let value = match (value, wanted) {
            (Some(value), Some(wanted)) => Some(self.expect(value, &wanted)),
            (Some(value), None) => {
                let message = "this flow returns nothing";
                let finding = Diagnostic::new(Code::TypeMismatch, value.span, message);
                self.diagnostics.push(finding.hint("give the flow a type: `flow name(…) -> text {`"));
                None
            }
            (None, Some(wanted)) => {
                let message = format!("expected `{wanted}` behind `return`");
                self.report(Code::TypeMismatch, span, message);
                None
            }
            (None, None) => None,
        };
        self.emit(Verb::Return(Return { value }), span);
    }

    fn again(&mut self, span: Span, at_most: u64, at: Span, otherwise: &'a Branch) {
        let at_most = self.rounds(at_most, at);
        let node = self.emit(Verb::Again(Again { at_most }), span);
        self.loose = vec![self.arm(node, Exit::Else, None)];
        self.branch(otherwise);
    }

    fn rounds(&mut self, rounds: u64, at: Span) -> u32 {
        if !(1..=MOST_ROUNDS).contains(&rounds) {
            self.report(
                Code::InvalidSetting,
                at,
                format!("a loop has 1 to {MOST_ROUNDS} rounds, found {rounds}"),
            );
        }
        rounds.clamp(1, MOST_ROUNDS) as u32
    }

    fn speak(&mut self, span: Span, language: &'a Tree) {
        let word = match &language.kind {
            ExprKind::Name(word) if self.scopes.get(word).is_none() => Some(word),
            _ => None,
        };
        let language = match word {
            Some(word) => {
                if !self.declared.program.languages.contains(word) {
                    let declared = self.declared;
                    let name = Name { text: word.clone(), span: language.span };
                    let known = declared.program.languages.iter().map(|known| &**known);
                    self.unknown(Code::UnknownName, "language", &name, known);
                }
                Expr::Const(Value::Text(word.clone()))
            }
            None => self.expect(language, &Type::Optional(Box::new(Type::Text))),
        };
        self.step(Verb::Speak(verb::Speak { language }), span);
    }

    /// Names a variable with a slot of its own.
    pub(super) fn declare(&mut self, name: &Name, ty: Type) -> Slot {
        let slot = self.scopes.temporary();
        self.declare_at(name, ty, slot);
        slot
    }

    /// Names a slot; the same name twice in one block is a mistake.
    pub(super) fn declare_at(&mut self, name: &Name, ty: Type, slot: Slot) {
        if let Err(first) = self.scopes.declare(&name.text, ty, name.span, slot) {
            let message = format!("`{}` is named twice in this block", name.text);
            let finding = Diagnostic::new(Code::DuplicateName, name.span, message).label("the second");
            let hint = format!("give one of them another name; a new value comes by `set {} = …`", name.text);
            self.diagnostics.push(finding.related(first, "the first").hint(hint));
        }
    }
}

/// The verb's own line: what stands before its braces.
pub(super) fn head(span: Span, braces: Span) -> Span {
    // One blank stands before the braces, by custom; a line end does before nothing.
    let end = braces.start.clamp(span.start, span.end);
    Span { end: if end < span.end { end.saturating_sub(1).max(span.start) } else { end }, ..span }
}

fn branch_span(branch: &Branch) -> Span {
    match branch {
        Branch::Arrow(statement) => Span { end: statement.span.start, ..statement.span },
        Branch::Block(block) => block.span,
    }
}

/// The word of a statement.
fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Answer => "answer",
        Kind::Say { .. } => "say",
        Kind::Play(_) => "play",
        Kind::Wait(_) => "wait",
        Kind::Ask(_) => "ask",
        Kind::Menu { .. } => "menu",
        Kind::Identify(_) => "identify",
        Kind::Find { .. } => "find",
        Kind::Authenticate { .. } => "authenticate",
        Kind::Request { .. } => "get",
        Kind::Case(_) => "case",
        Kind::Outcome { .. } => "outcome",
        Kind::Note(_) => "note",
        Kind::Transfer { .. } => "transfer",
        Kind::If(_) => "if",
        Kind::Let { .. } => "let",
        Kind::Set { .. } => "set",
        Kind::Do(_) => "do",
        Kind::Goto(_) => "->",
        Kind::Return(_) => "return",
        Kind::Again { .. } => "again",
        Kind::Repeat { .. } => "repeat",
        Kind::Speak(_) => "speak",
        Kind::Hangup => "hangup",
        Kind::Reject(_) => "reject",
        Kind::Default(_) => "default",
        Kind::Broken => "this",
    }
}
