//! Kept values: read before the statement that says so, set, and counted.

use super::arms::Way;
use super::statement::head;
use super::{Lowerer, Place};
use crate::language::ast::{Body, Expr as Tree, Name};
use crate::program::verb::{Count, Recall, SetKept};
use crate::program::{Exit, Expr, Keep, NodeId, Slot, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span};
use rust_decimal::Decimal;

impl<'a> Lowerer<'a> {
    /// A kept value of this name, where no variable hides it.
    pub(super) fn kept(&self, name: &str) -> Option<(u16, &'a Keep)> {
        let declared = self.declared;
        let index = declared.keep_names.get(name).filter(|_| self.scopes.get(name).is_none())?;
        Some((index as u16, &declared.program.keeps[index]))
    }

    /// Reads a kept value into a variable before the statement.
    pub(super) fn recall(&mut self, index: u16, keep: &Keep, span: Span) -> (Expr, Type) {
        if self.place != Place::Flow {
            let place = match self.place {
                Place::Route => "a route, which is decided at once",
                Place::Segment => "a segment",
                Place::HungUp => "`hung_up`, where the store is not waited for",
                Place::Connected => "`connected`",
                Place::Waiting | Place::Flow => "`while waiting`",
            };
            let message = format!("the kept value `{}` cannot be read in {place}", keep.name);
            let fix = match self.place {
                Place::Route => "lead to a flow, and read it there".to_owned(),
                Place::Segment => "ask in the flow, beside `in NAME`".to_owned(),
                Place::HungUp => "`afterwards do flow()` begins a flow that reads it".to_owned(),
                Place::Connected | Place::Waiting | Place::Flow => {
                    format!("read it before: `let known = {}`", keep.name)
                }
            };
            self.report_fix(Code::InvalidSetting, span, message, fix);
            return (Expr::Const(Value::None), Type::Unknown);
        }
        let slot = self.scopes.temporary();
        let node = self.step(Verb::Recall(Recall { slot, keep: index }), span);
        self.inherit_failed(node, span, "a kept value");
        (Expr::Slot(slot), keep.ty.clone())
    }

    /// `let x = kept { failed -> … }`, or `set`: the exit is the statement's own. Gives back its node.
    pub(super) fn recall_into(
        &mut self,
        word: &str,
        slot: Slot,
        keep: u16,
        span: Span,
        body: &'a Body,
    ) -> NodeId {
        self.settings(word, body, &[]);
        let at = head(span, body.span);
        let node = self.step(Verb::Recall(Recall { slot, keep }), at);
        let after = std::mem::take(&mut self.loose);
        self.exits(node, word, at, body, &Way::all(&[("failed", Exit::Failed)]), after);
        node
    }

    pub(super) fn set_kept(&mut self, span: Span, keep: (u16, &Keep), value: &'a Tree, body: &'a Body) {
        self.settings("set", body, &[]);
        let (index, keep) = keep;
        let value = self.expect(value, &keep.ty);
        self.step(Verb::SetKept(SetKept { keep: index, value }), head(span, body.span));
    }

    pub(super) fn count(&mut self, span: Span, name: &Name, by: Option<&'a Tree>) {
        let by = by.map(|by| self.expect(by, &Type::Number));
        let Some((keep, declared)) = self.kept(&name.text) else {
            if self.scopes.get(&name.text).is_some() {
                let message = format!("`{}` is a variable, and only a kept value is counted", name.text);
                let finding = Diagnostic::new(Code::TypeMismatch, name.span, message);
                self.diagnostics.push(finding.hint(format!("write `set {0} = {0} + 1`", name.text)));
            } else {
                let known = self.declared;
                self.unknown(Code::UnknownName, "kept value", name, known.keep_names.names());
            }
            return self.broken(span, true);
        };
        if !matches!(declared.ty, Type::Number | Type::Unknown) {
            self.mismatch(name.span, "a kept `number`", &declared.ty);
        }
        let by = by.unwrap_or(Expr::Const(Value::Number(Decimal::ONE)));
        self.step(Verb::Count(Count { keep, by }), span);
    }
}
