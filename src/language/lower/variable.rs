//! `let` and `set`: variables and their values.

use super::arms::Way;
use super::statement::head;
use super::{Lowerer, Place};
use crate::language::ast::{Body, Expr as Tree, ExprKind, Given, Name, TypeName};
use crate::program::verb::Set;
use crate::program::{Exit, Expr, NodeId, Slot, Type, Verb};
use crate::source::{Code, Diagnostic, Span};

/// Words that mean something in every flow, so that no variable hides them.
const TAKEN: [&str; 3] = ["now", "today", "contact"];

impl<'a> Lowerer<'a> {
    pub(super) fn let_value(
        &mut self,
        span: Span,
        (name, ty): (&'a Name, Option<&TypeName>),
        value: &'a Given,
        body: &'a Body,
    ) {
        self.hides_kept(name);
        let said = ty.map(|ty| self.said_type(ty));
        match value {
            Given::Flow(call) => {
                let mut ty = self.returned(call);
                if let Some(said) = said {
                    self.fit(call.span, &ty, &said);
                    ty = said;
                }
                self.settings("do", body, &[]);
                // The variable is seen behind the statement, not in its arguments.
                let slot = self.scopes.temporary();
                self.do_flow(span, call, Some(slot));
                self.declare_at(name, ty, slot);
            }
            Given::Expr(value) => {
                if let ExprKind::Name(read) = &value.kind
                    && let Some((keep, declared)) = self.kept(read)
                    && self.place == Place::Flow
                    && said.is_none()
                {
                    let slot = self.scopes.temporary();
                    let node = self.recall_into("let", slot, keep, span, body);
                    return self.name_filled(name, declared.ty.clone(), slot, &[(node, &[Exit::Next])]);
                }
                let tree = value;
                let (value, ty) = self.inline(tree, said.as_ref());
                let ty = match said {
                    Some(said) => said,
                    None => {
                        self.says_something(name, tree, &ty);
                        ty
                    }
                };
                let slot = self.scopes.temporary();
                self.keep_currency(slot, &value);
                self.keep_words(slot, &value);
                match self.assign("let", span, slot, value, body) {
                    Some(node) => self.name_filled(name, ty, slot, &[(node, &[Exit::Next])]),
                    None => self.declare_at(name, ty, slot),
                }
            }
        }
    }

    pub(super) fn set_value(&mut self, span: Span, name: &Name, value: &'a Given, body: &'a Body) {
        if let (Some(keep), Given::Expr(value)) = (self.kept(&name.text), value) {
            return self.set_kept(span, keep, value, body);
        }
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
                if let ExprKind::Name(read) = &value.kind
                    && let Some((keep, declared)) = self.kept(read)
                    && self.place == Place::Flow
                    && declared.ty.fits(&wanted)
                {
                    self.recall_into("set", slot, keep, span, body);
                    return;
                }
                let (value, _) = self.inline(value, Some(&wanted));
                self.keep_currency(slot, &value);
                self.assign("set", span, slot, value, body);
            }
        }
    }

    /// A variable that begins as missing says what else it may be.
    fn says_something(&mut self, name: &Name, tree: &Tree, ty: &Type) {
        let is_missing = matches!(ty, Type::Optional(inner) if **inner == Type::Unknown);
        if is_missing && matches!(tree.kind, ExprKind::Const(_)) {
            let message = format!("what may `{}` be, beside missing?", name.text);
            let finding = Diagnostic::new(Code::TypeMismatch, tree.span, message);
            self.diagnostics
                .push(finding.hint(format!("write its type: `let {}: number? = none`", name.text)));
        }
    }

    /// The type that a `let` says.
    fn said_type(&mut self, written: &TypeName) -> Type {
        match self.declared.resolve(written) {
            Ok(ty) if ty.is_secret() => {
                let message = "no variable but that of an `ask` holds a secret";
                self.report(Code::SecretLeak, written.span, message);
                Type::Unknown
            }
            Ok(ty) => ty,
            Err(finding) => {
                finding.into_iter().for_each(|finding| self.diagnostics.push(finding));
                Type::Unknown
            }
        }
    }

    /// A value into a slot, with the exit of the functions in it; its node.
    pub(super) fn assign(
        &mut self,
        word: &str,
        span: Span,
        slot: Slot,
        value: Expr,
        body: &'a Body,
    ) -> Option<NodeId> {
        self.settings(word, body, &[]);
        let fails = value.can_fail();
        if fails && self.place != Place::Flow {
            self.misplaced("a script function or a division", span);
            return None;
        }
        let node = self.step(Verb::Set(Set { slot, value }), head(span, body.span));
        let after = std::mem::take(&mut self.loose);
        let ways = if fails { Way::all(&[("failed", Exit::Failed)]) } else { Vec::new() };
        self.exits(node, word, head(span, body.span), body, &ways, after);
        Some(node)
    }

    /// Names a variable with a slot of its own.
    pub(super) fn declare(&mut self, name: &Name, ty: Type) -> Slot {
        let slot = self.scopes.temporary();
        self.declare_at(name, ty, slot);
        slot
    }

    /// A variable that has the name of a kept value: `set` would keep nothing any more.
    fn hides_kept(&mut self, name: &Name) {
        if self.kept(&name.text).is_some() {
            let message = format!("`{}` is a kept value, and `let` would hide it", name.text);
            let fix = format!("`set {} = …` gives it another value; a variable has another name", name.text);
            self.report_fix(Code::DuplicateName, name.span, message, fix);
        }
    }

    /// Names a slot; the same name twice in one block is a mistake, and so is a word that the language has for something.
    pub(super) fn declare_at(&mut self, name: &Name, ty: Type, slot: Slot) {
        if TAKEN.contains(&&*name.text) {
            let message = format!("`{}` is a word of the language", name.text);
            self.report_fix(Code::DuplicateName, name.span, message, "choose another name");
        }
        if let Err(first) = self.scopes.declare(&name.text, ty, name.span, slot) {
            let message = format!("`{}` is named twice in this block", name.text);
            let finding = Diagnostic::new(Code::DuplicateName, name.span, message).label("the second");
            let hint = format!("give one of them another name; a new value comes by `set {} = …`", name.text);
            self.diagnostics.push(finding.related(first, "the first").hint(hint));
        }
    }
}
