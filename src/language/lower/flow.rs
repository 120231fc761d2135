//! Flows and their blocks.

use super::scope::Scopes;
use super::{Loose, Lowerer, NOWHERE, Place};
use crate::language::ast::{self, Block, Statement, StatementKind as Kind};
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
        let flow = Flow { name, params, returns, entry: NOWHERE, slots: 0, hung_up: None };
        self.graph.flows.push(flow);
        self.graph.flow_spans.push(span);
    }

    fn flow_body(&mut self, id: FlowId, head: &'a FlowHead) {
        self.flow = id;
        self.returns = head.returns.clone();
        self.uncertain = false;
        self.scopes = Scopes::default();
        self.scopes.enter();
        for (name, ty) in &head.params {
            self.declare(name, ty.clone());
        }
        let statements = &head.tree.block.statements;
        self.flow_defaults = flow_defaults(statements);
        self.begin();
        self.block(&head.tree.block);
        self.dead_end(head);
        let entry = self.begin.unwrap_or(NOWHERE);
        let hung_up = self.hung_up();
        self.unused_defaults(self.flow_defaults, 1);
        let flow = &mut self.graph.flows[id.0 as usize];
        (flow.entry, flow.hung_up, flow.slots) = (entry, hung_up, self.scopes.slots());
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
            if let Kind::Default(_) = statement.kind {
                self.check_default_place(statement.span);
                continue;
            }
            if self.loose.is_empty() && !reported && !self.uncertain {
                reported = true;
                self.unreachable(statement.span);
            }
            match &statement.kind {
                Kind::Reject(reason) => self.reject(statement.span, reason, outcome_said),
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

    /// A `default` block may only stand at the top of a flow.
    fn check_default_place(&mut self, span: Span) {
        if !self.flow_defaults.iter().any(|default| default.span == span) {
            let message = "a `default` block stands at the beginning of a flow or in `program`";
            self.report(Code::Syntax, span, message);
        }
    }

    /// `reject`: the contact ends, and the CRM is told so unless the flow has just told it something else.
    pub(super) fn reject(&mut self, span: Span, reason: &ast::Name, outcome_said: bool) {
        let words = crate::program::verb::RejectReason::ALL.map(|reason| reason.word());
        let known =
            crate::program::verb::RejectReason::ALL.into_iter().find(|known| known.word() == &*reason.text);
        let Some(reason) = known else {
            let hint = format!("reasons are `{}`", words.join("`, `"));
            let message = format!("`{}` is no reason to reject", reason.text);
            self.diagnostics.push(Diagnostic::new(Code::UnknownName, reason.span, message).hint(hint));
            return self.broken(span, false);
        };
        if !outcome_said {
            let outcome = Outcome { outcome: "rejected".into(), topic: None };
            let node = self.step(Verb::Outcome(outcome), span);
            self.graph.origins[node.0 as usize].implied = true;
        }
        self.emit(Verb::Reject(Reject { reason }), span);
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
        self.begin();
        lower(self);
        self.end_block();
        let first = self.begin;
        (self.loose, self.begin, self.place) = (loose, begin, before);
        first
    }
}

/// The `default` blocks with which a flow begins.
fn flow_defaults(statements: &[Statement]) -> &[ast::Default] {
    match statements.first().map(|statement| &statement.kind) {
        Some(Kind::Default(default)) => std::slice::from_ref(default),
        _ => &[],
    }
}
