//! Texts: with values in them, in each other, and with which they begin.

use super::Lowerer;
use crate::language::ast::{Expr as Tree, TextPart};
use crate::program::{Builtin, Expr, Type, Value};
use crate::source::Span;

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
            Type::Secret => self.fit(span, ty, &Type::Text),
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

    /// `a contains b`: two texts.
    pub(super) fn contains(&mut self, a: &'a Tree, b: &'a Tree) -> (Expr, Type) {
        let (a, b) = (self.expect(a, &Type::Text), self.expect(b, &Type::Text));
        (Expr::Builtin(Builtin::Contains, vec![a, b]), Type::Bool)
    }

    /// `a starts with b`: texts, digits, phone numbers. A phone number that is missing begins with nothing.
    pub(super) fn starts_with(&mut self, a: &'a Tree, b: &'a Tree) -> (Expr, Type) {
        let (value, ty) = self.expr(a);
        let wanted = match super::operator::opened(ty.clone()) {
            Type::Digits | Type::Phone => Type::Digits,
            Type::Text | Type::Unknown => Type::Text,
            other => {
                self.mismatch(a.span, "a `text`, `digits` or a `phone`", &other);
                Type::Unknown
            }
        };
        let (beginning, found) = self.typed(b, Some(&wanted));
        if !matches!(found, Type::Phone if wanted == Type::Digits) {
            self.fit(b.span, &found, &wanted);
        }
        (Expr::Builtin(Builtin::StartsWith, vec![value, beginning]), Type::Bool)
    }
}
