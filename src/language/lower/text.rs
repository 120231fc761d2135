//! Texts: with values in them, in each other, and with which they begin.

use super::{Lowerer, Place};
use crate::language::ast::{Expr as Tree, ExprKind, TextPart};
use crate::program::{Builtin, Expr, Type, Value};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    /// `"missed call from {caller}"`.
    pub(super) fn filled(&mut self, parts: &'a [TextPart]) -> (Expr, Type) {
        let mut values = Vec::new();
        for part in parts {
            match part {
                TextPart::Words(words) => values.push(Expr::Const(Value::Text(words.clone()))),
                TextPart::Value(tree) => {
                    let (value, ty) = self.expr(tree);
                    self.writable(tree.span, &ty);
                    values.push(value);
                }
            }
        }
        (Expr::Builtin(Builtin::Join, values), Type::Text)
    }

    /// Whether people can read a value of this type; what is missing is written as `none`.
    pub(super) fn writable(&mut self, span: Span, ty: &Type) {
        match ty {
            Type::Optional(inner) | Type::List(inner) => self.writable(span, inner),
            Type::Customer(_)
            | Type::Object(_)
            | Type::Case
            | Type::Record(_)
            | Type::Recording
            | Type::Reply(_) => {
                self.mismatch(span, "a plain value, such as one of its fields", ty);
            }
            Type::Secret | Type::Passphrase => self.fit(span, ty, &Type::Text),
            Type::Bool
            | Type::Number
            | Type::Text
            | Type::Digits
            | Type::Phone
            | Type::Money
            | Type::Duration
            | Type::Date
            | Type::Time
            | Type::Moment
            | Type::Unknown => {}
        }
    }

    /// `a contains b`, `a starts with b`: texts, digits, phone numbers.
    pub(super) fn has_part(&mut self, builtin: Builtin, a: &'a Tree, b: &'a Tree) -> (Expr, Type) {
        let (value, ty) = self.expr(a);
        if let Type::Optional(inner) = &ty {
            self.may_lack_part(a, inner);
        }
        let whole = super::operator::opened(ty);
        let wanted = match &whole {
            Type::Digits | Type::Phone => Type::Digits,
            Type::Text | Type::Unknown => Type::Text,
            other => {
                self.mismatch(a.span, "a `text`, `digits` or a `phone`", other);
                Type::Unknown
            }
        };
        let (part, found) = self.typed(b, Some(&wanted));
        match (&whole, &found) {
            (Type::Phone, Type::Phone) => {}
            (Type::Phone, Type::Text) => self.part_of_number(b, &part),
            _ => self.fit(b.span, &found, &wanted),
        }
        (Expr::Builtin(builtin, vec![value, part]), Type::Bool)
    }

    /// A part of a phone number is digits, before which a `+` may stand.
    fn part_of_number(&mut self, tree: &Tree, part: &Expr) {
        let Expr::Const(Value::Text(text)) = part else { return };
        let digits = text.strip_prefix('+').unwrap_or(text);
        if text.is_empty() || !digits.bytes().all(|sign| sign.is_ascii_digit()) {
            let finding = Diagnostic::new(
                Code::TypeMismatch,
                tree.span,
                "this is in no phone number: it has other signs",
            );
            self.diagnostics.push(finding.hint("write its digits without blanks: `\"+1646\"` or `\"646\"`"));
        }
    }

    /// Nothing is opened in a route; there, numbers are told apart by patterns.
    fn may_lack_part(&mut self, tree: &Tree, inner: &Type) {
        let pattern = match tree.kind {
            ExprKind::Caller => "`from +1 646 ...` tells callers apart by the beginnings of their numbers",
            ExprKind::Called => {
                "`call to +1 646 ... { … }` tells calls apart by the beginnings of the number called"
            }
            _ => "only flows open what may be missing: `if … is some found { … }`",
        };
        if self.place == Place::Route {
            let message = format!("this `{inner}` may be missing");
            let finding = Diagnostic::new(Code::OptionalNotOpened, tree.span, message);
            return self.diagnostics.push(finding.hint(pattern));
        }
        self.fit(tree.span, &Type::Optional(Box::new(inner.clone())), inner);
    }
}
