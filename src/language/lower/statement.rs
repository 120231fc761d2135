//! Statements, one by one.

use super::never::learn;
use super::{Lowerer, Place};
use crate::language::ast::{
    Branch, CaseEntry, Expr as Tree, ExprKind, Given, If, LegKind, Name, PlayExtent, Statement,
    StatementKind as Kind,
};
use crate::program::verb::{self, Again, Return, Set};
use crate::program::{CaseMode, Exit, Expr, Limits, Text, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    pub(super) fn statement(&mut self, statement: &'a Statement) {
        if !matches!(statement.kind, Kind::If(_)) {
            self.facts.clear();
        }
        let outer = std::mem::take(&mut self.skipped);
        self.lower_statement(statement);
        let skipped = std::mem::replace(&mut self.skipped, outer);
        self.skip_names(statement, skipped);
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
                let say = verb::Say { utterances, barge_in: !whole, if_known: false };
                self.step(Verb::Say(say), span);
            }
            Kind::Play { sound, extent, body } => self.play(span, sound, extent, body),
            Kind::Wait(length) => {
                let at = length.span;
                let length = self.expect(length, &Type::Duration);
                self.longest_wait(&length, at);
                self.step(Verb::Wait(verb::Wait { length }), span);
            }
            Kind::Ask(ask) => self.ask(ask),
            Kind::Menu { name, body } => self.menu(span, name.as_ref(), body),
            Kind::Identify(body) => self.identify(span, body),
            Kind::Find { object, key, body } => self.find(span, object, key, body),
            Kind::Authenticate { customer, method, proof, body } => {
                self.authenticate(span, customer, (method, proof), body);
            }
            Kind::Request { method, backend, operation, args, body } => {
                self.request(span, method, (backend, operation), args, body);
            }
            Kind::Case(entry) => self.case(span, entry),
            Kind::Outcome { word, topic } => self.outcome(span, word, topic.as_ref()),
            Kind::Note(text) => {
                let text = self.expect(text, &Type::Text);
                self.step(Verb::Note(verb::Note { text }), span);
            }
            Kind::Leg(leg) => self.leg(span, leg),
            Kind::Queue { queue, body } => self.queue(span, queue, body),
            Kind::Record { name, body } => self.record(span, name, body),
            Kind::Callback(tree) => self.callback(span, tree),
            Kind::SendSms { to, content } => self.send_sms(span, to, content),
            Kind::SendEmail(tree) => self.send_email(span, tree),
            Kind::AfterCall(call) => self.after_call(span, call),
            Kind::Later { when, call } => self.later(span, when, call),
            Kind::Transcribe { recording, within, body } => self.transcribe(span, recording, *within, body),
            Kind::Override { schedule, word, end } => {
                self.override_hours(span, schedule, word, end.as_ref());
            }
            Kind::If(branches) => self.if_else(span, branches),
            Kind::Let { name, ty, value, body } => self.let_value(span, (name, ty.as_ref()), value, body),
            Kind::Set { name, value, body } => self.set_value(span, name, value, body),
            Kind::Do(call) => self.do_flow(span, call, None),
            Kind::Goto(call) => self.goto(span, call),
            Kind::Return(value) => self.return_value(span, value.as_ref()),
            Kind::Again { at_most, otherwise } => self.again(span, at_most.value, at_most.span, otherwise),
            Kind::Repeat { at_most, block } => self.repeat(span, at_most.value, at_most.span, block),
            Kind::ForEach(tree) => self.for_each(span, tree),
            Kind::Break => self.break_loop(span),
            Kind::Continue => self.continue_loop(span),
            Kind::Match(tree) => self.match_value(span, tree),
            Kind::Choose(cases) => self.choose_way(span, cases),
            Kind::Count { name, by } => self.count(span, name, by.as_ref()),
            Kind::Update(tree) => self.update(span, tree),
            Kind::Tell { backend, operation, args } => self.tell(span, backend, operation, args),
            Kind::Speak(language) => self.speak(span, language),
            Kind::Hangup => {
                self.emit(Verb::Hangup(verb::Hangup), span);
            }
            Kind::Reject(reason, words) => self.reject(span, (reason, words.as_ref()), false),
            Kind::Default(_) | Kind::Keys(_) => {}
            Kind::Reask { silent } => self.ask_again(span, *silent),
            Kind::Broken => self.broken(span, true),
        }
    }

    /// Reports a wait as written that no contact lasts for.
    fn longest_wait(&mut self, length: &Expr, at: Span) {
        let longest = Limits::DEFAULT.contact;
        if let Expr::Const(Value::Duration(length)) = length
            && *length >= longest
        {
            let message = format!("a contact lasts {longest} at most, and this `wait` takes {length}");
            let fix = "a flow for later waits for longer: `in 12h do flow()`";
            self.report_fix(Code::InvalidSetting, at, message, fix);
        }
    }

    /// The verb's word, if it may not stand at this place.
    fn unfitting(&self, kind: &Kind) -> Option<&'static str> {
        let durable = matches!(
            kind,
            Kind::Outcome { .. }
                | Kind::Case(_)
                | Kind::Note(_)
                | Kind::Count { .. }
                | Kind::Tell { .. }
                | Kind::Callback(_)
                | Kind::SendSms { .. }
                | Kind::SendEmail(_)
                | Kind::Later { .. }
                | Kind::Override { .. }
        );
        let computes = matches!(
            kind,
            Kind::Let { value: Given::Expr(_), .. }
                | Kind::Set { value: Given::Expr(_), .. }
                | Kind::If(_)
                | Kind::Match(_)
                | Kind::Choose(_)
                | Kind::ForEach(_)
                | Kind::Break
                | Kind::Continue
                | Kind::Broken
        );
        let heard = matches!(kind, Kind::Say { .. } | Kind::Play { extent: PlayExtent::Once, .. });
        let idle = matches!(kind, Kind::Say { .. } | Kind::Play { .. } | Kind::Wait(_) | Kind::Repeat { .. });
        let recording = matches!(kind, Kind::Leg(LegKind::RecordCall | LegKind::StopRecording));
        let fits = match self.place {
            Place::Flow => true,
            Place::Route | Place::Segment => {
                matches!(
                    kind,
                    Kind::Goto(_) | Kind::Reject(..) | Kind::Leg(LegKind::Redirect(_)) | Kind::Broken
                )
            }
            Place::HungUp => durable || computes,
            Place::Waiting => idle || computes,
            Place::Connected => durable || computes || heard || recording,
        };
        (!fits).then(|| word(kind))
    }

    /// Reports a verb at a place where it cannot be.
    pub(super) fn misplaced(&mut self, word: &str, span: Span) {
        let is_written = self.sources.slice(span).starts_with("goto");
        let word = if word == "->" && is_written { "goto" } else { word };
        let finding = match self.place {
            Place::HungUp => {
                let message = format!("the caller has left, `{word}` comes too late");
                let hint = "after the caller has left only `outcome`, `case`, `note`, `count`, `tell`, `callback`, `send`, `afterwards`, `let`, `set` and decisions may follow";
                Diagnostic::new(Code::CallerHasLeft, span, message).hint(hint)
            }
            Place::Waiting => {
                let message = format!("`{word}` cannot stand in `while waiting`");
                let hint = "while something is waited for only `say`, `play`, `wait`, loops, decisions, `let` and `set` may run";
                Diagnostic::new(Code::InvalidSetting, span, message).hint(hint)
            }
            Place::Connected => {
                let message = format!("`{word}` cannot stand in `connected`, `entering` or `joined`");
                let hint = "before others are heard only `say`, `play`, `record call`, what is durable, `let`, `set` and `if` may run";
                Diagnostic::new(Code::InvalidSetting, span, message).hint(hint)
            }
            Place::Flow | Place::Route | Place::Segment => {
                let message = format!("a route cannot lead to `{word}`");
                let hint = "an arrow of a route leads to a flow, to `reject` or to `redirect`";
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
        let of_none = |customer: &&Tree| matches!(customer.kind, ExprKind::Const(Value::None));
        if let Some(none) = entry.customer.as_ref().filter(of_none) {
            let message = "`none` is no customer";
            self.report_fix(Code::TypeMismatch, none.span, message, "leave `of none` out");
        }
        let customer = entry
            .customer
            .as_ref()
            .filter(|customer| !of_none(customer))
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

    pub(super) fn topic(&mut self, topic: &Name) -> Text {
        if !self.declared.program.vocabulary.has_topic(&topic.text) {
            let declared = self.declared;
            let known = declared.program.vocabulary.topics.iter().map(|known| &**known);
            self.unknown(Code::NotInVocabulary, "topic", topic, known);
        }
        topic.text.clone()
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
        let said = self.said("if ", branches.condition.span);
        let node = self.emit(Verb::If(verb::If { condition: condition.clone(), said }), at);
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
                let fix = "write the value that this flow gives back, or take its type away";
                self.report_fix(Code::TypeMismatch, span, message, fix);
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

    /// `-> again`, `-> listen`: back to the question in whose braces it stands.
    fn ask_again(&mut self, span: Span, silent: bool) {
        match self.questions.last() {
            Some(question) => self.reask(*question, silent, span),
            None => {
                let word = if silent { "listen" } else { "again" };
                let message = format!("`-> {word}` stands in no braces of a question");
                let finding = Diagnostic::new(Code::AgainAstray, span, message);
                self.diagnostics
                    .push(finding.hint("the flow starts over with a budget: `again at most 3 else -> …`"));
                self.broken(span, false);
            }
        }
    }

    /// Reports a language that the program does not speak.
    fn spoken(&mut self, word: &Text, span: Span) {
        let declared = self.declared;
        if !declared.program.languages.contains(word) && !declared.languages_lost {
            let known = declared.program.languages.iter().map(|known| &**known);
            self.unknown(Code::UnknownName, "language", &Name { text: word.clone(), span }, known);
        }
    }

    fn speak(&mut self, span: Span, tree: &'a Tree) {
        let word = match &tree.kind {
            ExprKind::Name(word) if self.scopes.get(word).is_none() => Some(word),
            _ => None,
        };
        let language = match word {
            Some(word) => {
                self.spoken(word, tree.span);
                Expr::Const(Value::Text(word.clone()))
            }
            None => self.expect(tree, &Type::Optional(Box::new(Type::Text))),
        };
        if let (Expr::Const(Value::Text(text)), ExprKind::Const(_)) = (&language, &tree.kind) {
            self.spoken(text, tree.span);
        }
        self.step(Verb::Speak(verb::Speak { language }), span);
    }
}

/// The verb's own line: what stands before its braces.
pub(super) fn head(span: Span, braces: Span) -> Span {
    // One blank stands before the braces, by custom; a line end does before nothing.
    let end = braces.start.clamp(span.start, span.end);
    Span { end: if end < span.end { end.saturating_sub(1).max(span.start) } else { end }, ..span }
}

pub(super) fn branch_span(branch: &Branch) -> Span {
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
        Kind::Play { .. } => "play",
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
        Kind::Leg(leg) => super::legs::word(leg),
        Kind::Queue { .. } => "queue",
        Kind::Record { .. } => "record",
        Kind::Callback(_) => "callback",
        Kind::SendSms { .. } => "send sms",
        Kind::SendEmail(_) => "send email",
        Kind::AfterCall(_) => "after call",
        Kind::Later { .. } => "do … later",
        Kind::Transcribe { .. } => "transcribe",
        Kind::Override { .. } => "override",
        Kind::If(_) => "if",
        Kind::Let { .. } => "let",
        Kind::Set { .. } => "set",
        Kind::Do(_) => "do",
        Kind::Goto(_) => "->",
        Kind::Return(_) => "return",
        Kind::Again { .. } => "again",
        Kind::Repeat { .. } => "repeat",
        Kind::ForEach(_) => "for each",
        Kind::Break => "break",
        Kind::Continue => "continue",
        Kind::Match(_) => "match",
        Kind::Choose(_) => "choose",
        Kind::Count { .. } => "count",
        Kind::Update(_) => "update",
        Kind::Tell { .. } => "tell",
        Kind::Speak(_) => "speak",
        Kind::Hangup => "hangup",
        Kind::Reject(..) => "reject",
        Kind::Default(_) => "default",
        Kind::Reask { silent: false } => "-> again",
        Kind::Reask { silent: true } => "-> listen",
        Kind::Keys(_) => "keys",
        Kind::Broken => "this",
    }
}
