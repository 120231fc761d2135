//! Secrets: who may have them, and questions about them.

use super::Lowerer;
use super::scope::Variable;
use crate::language::ast::{
    Ask, CheckKind, Expr as Tree, ExprKind as Kind, FlowCall, SecretTest, SettingKind,
};
use crate::program::verb::{Judge, SecretCheck};
use crate::program::{Check, CompareOp, EntryKind, Expr, FlowId, Type, Value, Verb};
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
                match variable.ty {
                    Type::Passphrase => {
                        "it is compared with `=`, checked in its `ask`, and handed to `update … passphrase` or to a parameter of type `passphrase`"
                    }
                    _ => {
                        "it is compared with `=`, checked in its `ask`, and handed to `update … pin` or to a parameter of type `secret`"
                    }
                },
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
            if !ty.is_secret() || !self.is_secret(arg) {
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
        self.type_of_secret(tree).is_some()
    }

    fn type_of_secret(&self, tree: &Tree) -> Option<Type> {
        let Kind::Name(name) = &tree.kind else { return None };
        self.scopes.get(name).map(|variable| variable.ty.clone()).filter(Type::is_secret)
    }

    /// `a = b` where one is a secret: a question to the host, put before the statement.
    pub(super) fn judge(&mut self, span: Span, op: CompareOp, a: &'a Tree, b: &'a Tree) -> (Expr, Type) {
        if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            let message = "a secret is equal or not, and in no order";
            self.report(Code::TypeMismatch, span, message);
        }
        let wanted = match self.type_of_secret(a).or_else(|| self.type_of_secret(b)) {
            Some(Type::Passphrase) => Type::Passphrase,
            _ => Type::Secret,
        };
        let (left, right) = (self.digits_or_secret(a, &wanted), self.digits_or_secret(b, &wanted));
        if self.place != super::Place::Flow {
            self.report(Code::InvalidSetting, span, "a secret is compared only while the caller is there");
            return (Expr::Const(Value::Bool(false)), Type::Bool);
        }
        let slot = self.scopes.temporary();
        self.step(Verb::Judge(Judge { slot, left, right }), span);
        let equal = Expr::Slot(slot);
        (if op == CompareOp::NotEqual { Expr::Not(Box::new(equal)) } else { equal }, Type::Bool)
    }

    fn digits_or_secret(&mut self, tree: &'a Tree, secret: &Type) -> Expr {
        if self.is_secret(tree) || *secret == Type::Passphrase {
            return self.expect(tree, secret);
        }
        self.expect(tree, &Type::Optional(Box::new(Type::Digits)))
    }

    /// The tests of a secret's `check`, which only a driver can make.
    ///
    /// A passphrase that is set is never one word over and over.
    pub(super) fn secret_checks(&mut self, tree: &'a Ask, kind: &EntryKind) -> Vec<SecretCheck> {
        let is_written = matches!(kind, EntryKind::Passphrase { .. });
        let mut checks = Vec::new();
        for setting in &tree.body.settings {
            match &setting.kind {
                SettingKind::SecretCheck(tests) => {
                    for test in tests {
                        self.test_fits(test, is_written, setting.span);
                        checks.push(self.secret_check(test, is_written));
                    }
                }
                SettingKind::Check(CheckKind::Validator(Check::Luhn)) if !is_written => {
                    checks.push(SecretCheck::Luhn);
                }
                SettingKind::Check(_) => {
                    let message = "nobody may compute with a secret";
                    let finding = Diagnostic::new(Code::InvalidSetting, setting.span, message);
                    self.diagnostics
                        .push(finding.hint(format!("a secret is checked by {}", tests_of(is_written))));
                }
                _ => {}
            }
        }
        if is_written && !checks.iter().any(|check| matches!(check, SecretCheck::Words(_))) {
            checks.push(SecretCheck::Words(1));
        }
        checks
    }

    /// Reports a test that belongs to the other kind of secret.
    fn test_fits(&mut self, test: &SecretTest, is_written: bool, at: Span) {
        let (word, fits) = match test {
            SecretTest::NoRepeats(_) | SecretTest::NoRuns(_) | SecretTest::DiffersFrom(_) => return,
            SecretTest::Luhn => ("luhn", !is_written),
            SecretTest::Words(_) => ("words", is_written),
        };
        if !fits {
            let what = if is_written { "a passphrase" } else { "digits" };
            let message = format!("`{word}` says nothing of {what}");
            let finding = Diagnostic::new(Code::InvalidSetting, at, message);
            self.diagnostics.push(finding.hint(format!("there are {}", tests_of(is_written))));
        }
    }

    fn secret_check(&mut self, test: &'a SecretTest, is_written: bool) -> SecretCheck {
        match test {
            SecretTest::NoRepeats(most) => SecretCheck::NoRepeats(*most),
            SecretTest::NoRuns(length) => SecretCheck::NoRuns(*length),
            SecretTest::Luhn => SecretCheck::Luhn,
            SecretTest::Words(least) => SecretCheck::Words(*least),
            SecretTest::DiffersFrom(tree) => SecretCheck::DiffersFrom(self.comparable(tree, is_written)),
        }
    }

    /// What a person could key, or write, instead of a secret.
    fn comparable(&mut self, tree: &'a Tree, is_written: bool) -> Expr {
        if self.is_secret(tree) {
            return self.expect(tree, if is_written { &Type::Passphrase } else { &Type::Secret });
        }
        let (value, ty) = self.typed(tree, Some(if is_written { &Type::Text } else { &Type::Digits }));
        let inner = super::operator::opened(ty.clone());
        let inner = if let Type::List(item) = inner { *item } else { inner };
        let fits = matches!(inner, Type::Digits | Type::Phone | Type::Date | Type::Number | Type::Unknown);
        match is_written {
            _ if fits => {}
            true if inner == Type::Text => {}
            true => self.mismatch(tree.span, "`text`, `digits`, a `phone` or a `date`", &ty),
            false => self.mismatch(tree.span, "`digits`, a `phone` or a `date`", &ty),
        }
        value
    }
}

/// The tests of a secret that is written, or keyed.
fn tests_of(is_written: bool) -> &'static str {
    match is_written {
        true => "`words 3`, `no_repeats 3`, `no_runs 4` and `differs from …`",
        false => "`no_repeats 3`, `no_runs 4`, `luhn` and `differs from …`",
    }
}
