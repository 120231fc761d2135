//! Flows and their blocks.

use super::bounds::names_set;
use super::keys::{leading, leading_keys};
use super::scope::Scopes;
use super::{Loose, Lowerer, NOWHERE, Place};
use crate::language::ast::{self, Block, LegKind, Statement, StatementKind as Kind};
use crate::language::declare::FlowHead;
use crate::program::verb::{Outcome, Reject};
use crate::program::{Flow, FlowId, NodeId, Text, Type, Verb};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    /// Lowers all flows; first their heads, so that they may name each other.
    pub(super) fn flows(&mut self) {
        for head in &self.declared.flows {
            let params = head.params.iter().map(|(name, ty)| (name.text.clone(), ty.clone())).collect();
            self.head(head.name.text.clone(), params, head.returns.clone(), head.name.span);
        }
        for (index, head) in self.declared.flows.iter().enumerate() {
            self.flow_body(FlowId(index as u32), head);
        }
    }

    fn head(&mut self, name: Text, params: Vec<(Text, Type)>, returns: Option<Type>, span: Span) {
        let flow = Flow {
            name,
            params,
            returns,
            entry: NOWHERE,
            slots: 0,
            names: Vec::new(),
            hung_up: None,
            keys: Vec::new(),
            own_keys: 0,
        };
        self.graph.flows.push(flow);
        self.graph.flow_spans.push(span);
    }

    fn flow_body(&mut self, id: FlowId, head: &'a FlowHead) {
        self.flow = id;
        self.returns = head.returns.clone();
        self.uncertain = false;
        self.authenticating.clear();
        self.currencies.clear();
        self.lacking.clear();
        self.worded.clear();
        self.bounds.clear();
        self.set_names = names_set(self.sources.slice(head.tree.block.span));
        self.scopes = Scopes::default();
        self.scopes.enter();
        for (name, ty) in &head.params {
            self.declare(name, ty.clone());
        }
        let statements = &head.tree.block.statements;
        self.flow_defaults = flow_defaults(statements);
        self.flow_key_spans = leading_keys(statements).map(|keys| keys.span).collect();
        self.begin();
        let (first, rest) = statements.split_at(beginning(statements));
        self.visible = 1;
        self.scopes.enter();
        self.statements(first);
        self.visible = 2;
        self.scopes.enter();
        self.statements(rest);
        self.scopes.leave();
        self.dead_end(head);
        let entry = self.begin.unwrap_or(NOWHERE);
        let hung_up = self.hung_up();
        let (keys, own_keys) = self.flow_keys(statements);
        self.unused_defaults(self.flow_defaults, self.visible);
        self.scopes.leave();
        let flow = &mut self.graph.flows[id.0 as usize];
        (flow.entry, flow.hung_up, flow.keys, flow.own_keys) = (entry, hung_up, keys, own_keys);
        flow.slots = self.scopes.slots();
        flow.names = self.scopes.named().to_vec();
    }

    /// Begins a walk: the next node is its first.
    pub(super) fn begin(&mut self) {
        self.loose = vec![Loose::Begin];
        self.begin = None;
    }

    /// A pseudo flow for a route's conditions.
    pub(super) fn route_flow(&mut self, name: Text, span: Span) -> FlowId {
        let id = FlowId(self.graph.flows.len() as u32);
        self.head(name, Vec::new(), None, span);
        self.flow = id;
        self.flow_defaults = &[];
        self.scopes = Scopes::default();
        self.returns = None;
        id
    }

    /// Arms that are still loose at the end of a flow.
    fn dead_end(&mut self, head: &FlowHead) {
        self.loose.retain(|loose| match loose {
            Loose::Arm(node, _) => !self.graph.origins[node.0 as usize].broken,
            Loose::Begin => true,
        });
        if self.loose.is_empty() {
            return;
        }
        let brace = Span { start: head.tree.block.span.end.saturating_sub(1), ..head.tree.block.span };
        let message = format!("`{}` stops here without saying what comes next", head.name.text);
        let last = self.loose.iter().rev().find_map(|loose| match loose {
            Loose::Arm(node, _) => Some(self.graph.origins[node.0 as usize].span),
            Loose::Begin => None,
        });
        let hint = match &head.returns {
            Some(ty) => format!("end the flow with `return` and a `{ty}`"),
            None => "end the flow with `hangup`, `goto …`, `return` or an arrow".to_owned(),
        };
        let mut finding = Diagnostic::new(Code::DeadEnd, brace, message).hint(hint);
        if let Some(last) = last {
            finding = finding.related(last, "a contact comes from here");
        }
        self.diagnostics.push(finding);
        self.loose.clear();
    }

    /// Lowers statements one after another in a scope of their own.
    pub(super) fn block(&mut self, block: &'a Block) {
        self.scopes.enter();
        self.statements(&block.statements);
        self.scopes.leave();
    }

    fn statements(&mut self, statements: &'a [Statement]) {
        let mut reported = false;
        let mut outcome_said = false;
        for statement in statements {
            if let Kind::Default(_) | Kind::Keys(_) = statement.kind {
                self.check_default_place(statement.span);
                continue;
            }
            if self.loose.is_empty() && !reported && !self.uncertain {
                reported = true;
                self.unreachable(statement.span);
            }
            match &statement.kind {
                Kind::Reject(reason, words) => {
                    self.reject(statement.span, (reason, words.as_ref()), outcome_said)
                }
                Kind::Leg(LegKind::Redirect(to)) => self.redirect(statement.span, to, outcome_said),
                _ => self.statement(statement),
            }
            outcome_said = matches!(&statement.kind, Kind::Outcome { topic: None, .. });
        }
        if reported {
            self.loose.clear();
        }
    }

    fn unreachable(&mut self, span: Span) {
        let finding = Diagnostic::new(Code::UnreachableStatement, span, "nothing leads to this statement");
        self.diagnostics.push(
            finding.hint("what stands before it never goes on behind it: put this first, or remove it"),
        );
    }

    /// `default` and `keys` may only stand at the top of a flow.
    fn check_default_place(&mut self, span: Span) {
        let at_top = self.flow_defaults.iter().any(|default| default.span == span)
            || self.flow_key_spans.contains(&span);
        if !at_top {
            let message = "`default` and `keys` stand at the beginning of a flow, or outside of all flows";
            self.report(Code::Syntax, span, message);
        }
    }

    /// `reject`: the contact ends, and the CRM is told so unless the flow has just told it something else.
    pub(super) fn reject(
        &mut self,
        span: Span,
        (reason, words): (&ast::Name, Option<&ast::Spanned<Text>>),
        outcome_said: bool,
    ) {
        let reasons = crate::program::verb::RejectReason::ALL.map(|reason| reason.word());
        let known =
            crate::program::verb::RejectReason::ALL.into_iter().find(|known| known.word() == &*reason.text);
        let Some(reason) = known else {
            let hint = format!("reasons are `{}`", reasons.join("`, `"));
            let message = format!("`{}` is no reason to reject", reason.text);
            self.diagnostics.push(Diagnostic::new(Code::UnknownName, reason.span, message).hint(hint));
            return self.broken(span, false);
        };
        if !outcome_said {
            let outcome = Outcome { outcome: "rejected".into(), topic: None };
            let node = self.step(Verb::Outcome(outcome), span);
            self.graph.origins[node.0 as usize].implied = true;
        }
        let words = words.filter(|words| self.is_phrase(words)).map(|words| words.value.clone());
        self.emit(Verb::Reject(Reject { reason, words }), span);
    }

    /// Whether words can be a reason phrase: one line, no more than a telephone shows.
    fn is_phrase(&mut self, words: &ast::Spanned<Text>) -> bool {
        let fits = (1..=Reject::LONGEST).contains(&words.value.chars().count());
        if !fits || words.value.chars().any(char::is_control) {
            let message = format!("a reason to show is one line of 1 to {} letters", Reject::LONGEST);
            self.report(Code::InvalidLiteral, words.span, message);
            return false;
        }
        true
    }

    /// Removes arms that lead nowhere on purpose: the end of a block that nothing follows.
    pub(super) fn end_block(&mut self) {
        self.loose.clear();
    }

    /// Lowers a block that ends where it ends, apart from what is being lowered; gives back its first node.
    pub(super) fn apart(&mut self, place: Place, lower: impl FnOnce(&mut Self)) -> Option<NodeId> {
        let loose = std::mem::take(&mut self.loose);
        let begin = self.begin.take();
        let before = std::mem::replace(&mut self.place, place);
        let loops = std::mem::take(&mut self.loops);
        self.begin();
        lower(self);
        self.end_block();
        let first = self.begin;
        (self.loose, self.begin, self.place, self.loops) = (loose, begin, before, loops);
        first
    }
}

/// How many statements a flow begins with that name a variable with a literal, behind its `default` block: they are
/// done before anything can happen, so that its handlers may rely on them.
fn beginning(statements: &[Statement]) -> usize {
    let is_literal = |tree: &ast::Expr| match &tree.kind {
        ast::ExprKind::Const(_) => true,
        ast::ExprKind::List(items) => items.iter().all(|item| matches!(item.kind, ast::ExprKind::Const(_))),
        _ => false,
    };
    let belongs = |statement: &&Statement| match &statement.kind {
        Kind::Default(_) => true,
        Kind::Let { value: ast::Given::Expr(value), .. } => is_literal(value),
        _ => false,
    };
    statements.iter().take_while(belongs).count()
}

/// The `default` blocks with which a flow begins.
fn flow_defaults(statements: &[Statement]) -> &[ast::Default] {
    let default = leading(statements).find_map(|statement| match &statement.kind {
        Kind::Default(default) => Some(default),
        _ => None,
    });
    default.map_or(&[], std::slice::from_ref)
}
