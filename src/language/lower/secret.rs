//! Secrets: who may have them, and questions about them.

use super::Lowerer;
use super::scope::Variable;
use crate::language::ast::{
    Ask, CheckKind, Expr as Tree, ExprKind as Kind, FlowCall, SecretTest, SettingKind,
};
use crate::program::verb::{Judge, SecretCheck};
use crate::program::{Check, CompareOp, Expr, FlowId, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    /// A secret stands where none may be.
    pub(super) fn leak(&mut self, name: &str, span: Span, variable: &Variable) {
        let in_authenticate = self.authenticating.contains(&variable.slot);
        let (message, hint) = match in_authenticate {
            true => (
                format!("the secret `{name}` may not leave `authenticate`"),
                "it is verified there, and nobody else learns it",
            ),
            false => (
                format!("the secret `{name}` may not stand here"),
                "it is compared with `=`, checked in its `ask`, and handed to `update … pin` or to a parameter of type `secret`",
            ),
        };
        let finding =
            Diagnostic::new(Code::SecretLeak, span, message).related(variable.span, "asked for here");
        self.diagnostics.push(finding.hint(hint));
    }

    /// Reports secrets among what a flow takes that runs later: it is written down until then.
    pub(super) fn kept_secrets(&mut self, flow: FlowId, call: &'a FlowCall) {
        let takes = &self.declared.flows[flow.0 as usize].params;
        for (arg, (_, ty)) in call.args.iter().zip(takes) {
            if *ty != Type::Secret || !self.is_secret(arg) {
                continue;
            }
            let written = self.sources.slice(arg.span);
            let message = format!("the secret `{written}` would be kept until `{}` runs", call.flow.text);
            let finding = Diagnostic::new(Code::SecretLeak, arg.span, message);
            self.diagnostics
                .push(finding.hint("do here what needs the secret, and hand over what came of it"));
        }
    }

    /// Whether an expression is the name of a secret.
    pub(super) fn is_secret(&self, tree: &Tree) -> bool {
        match &tree.kind {
            Kind::Name(name) => self.scopes.get(name).is_some_and(|variable| variable.ty == Type::Secret),
            _ => false,
        }
    }

    /// `a = b` where one is a secret: a question to the host, put before the statement.
    pub(super) fn judge(&mut self, span: Span, op: CompareOp, a: &'a Tree, b: &'a Tree) -> (Expr, Type) {
        if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            let message = "a secret is equal or not, and in no order";
            self.report(Code::TypeMismatch, span, message);
        }
        let (left, right) = (self.digits_or_secret(a), self.digits_or_secret(b));
        if self.place != super::Place::Flow {
            self.report(Code::InvalidSetting, span, "a secret is compared only while the caller is there");
            return (Expr::Const(Value::Bool(false)), Type::Bool);
        }
        let slot = self.scopes.temporary();
        self.step(Verb::Judge(Judge { slot, left, right }), span);
        let equal = Expr::Slot(slot);
        (if op == CompareOp::NotEqual { Expr::Not(Box::new(equal)) } else { equal }, Type::Bool)
    }

    fn digits_or_secret(&mut self, tree: &'a Tree) -> Expr {
        if self.is_secret(tree) {
            return self.expect(tree, &Type::Secret);
        }
        self.expect(tree, &Type::Optional(Box::new(Type::Digits)))
    }

    /// The tests of a secret's `check`, which only a driver can make.
    pub(super) fn secret_checks(&mut self, tree: &'a Ask) -> Vec<SecretCheck> {
        let mut checks = Vec::new();
        for setting in &tree.body.settings {
            match &setting.kind {
                SettingKind::SecretCheck(tests) => {
                    checks.extend(tests.iter().map(|test| self.secret_check(test)));
                }
                SettingKind::Check(CheckKind::Validator(Check::Luhn)) => checks.push(SecretCheck::Luhn),
                SettingKind::Check(_) => {
                    let message = "nobody may compute with a secret";
                    let finding = Diagnostic::new(Code::InvalidSetting, setting.span, message);
                    let hint =
                        "a secret is checked by `no_repeats 3`, `no_runs 4`, `luhn` and `differs from …`";
                    self.diagnostics.push(finding.hint(hint));
                }
                _ => {}
            }
        }
        checks
    }

    fn secret_check(&mut self, test: &'a SecretTest) -> SecretCheck {
        match test {
            SecretTest::NoRepeats(most) => SecretCheck::NoRepeats(*most),
            SecretTest::NoRuns(length) => SecretCheck::NoRuns(*length),
            SecretTest::Luhn => SecretCheck::Luhn,
            SecretTest::DiffersFrom(tree) => SecretCheck::DiffersFrom(self.comparable(tree)),
        }
    }

    /// What a person could key instead of a secret.
    fn comparable(&mut self, tree: &'a Tree) -> Expr {
        if self.is_secret(tree) {
            return self.expect(tree, &Type::Secret);
        }
        let (value, ty) = self.typed(tree, Some(&Type::Digits));
        let inner = super::operator::opened(ty.clone());
        let inner = if let Type::List(item) = inner { *item } else { inner };
        if !matches!(inner, Type::Digits | Type::Phone | Type::Date | Type::Number | Type::Unknown) {
            self.mismatch(tree.span, "`digits`, a `phone` or a `date`", &ty);
        }
        value
    }
}
