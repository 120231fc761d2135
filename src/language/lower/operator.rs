//! Comparisons and arithmetic: digits, numbers and texts do not mix.

use super::Lowerer;
use super::conversion::mixed;
use crate::language::ast::{Expr as Tree, ExprKind};
use crate::program::{ArithmeticOp, CompareOp, Expr, Type, Value};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;

impl<'a> Lowerer<'a> {
    pub(super) fn compare(&mut self, span: Span, op: CompareOp, a: &'a Tree, b: &'a Tree) -> (Expr, Type) {
        if self.is_secret(a) || self.is_secret(b) {
            return self.judge(span, op, a, b);
        }
        let (a_span, b_span) = (a.span, b.span);
        let (a, left, b, right) = self.pair(a, b);
        let equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        // Whatever is missing equals nothing, so that equality alone needs no opening.
        let lenient = equality || self.place == super::Place::Segment;
        let (left, right) = if lenient { (opened(left), opened(right)) } else { (left, right) };
        let comparable = if equality { has_equality(&left) } else { has_order(&left) };
        let known = left != Type::Unknown && right != Type::Unknown;
        if known && (!left.fits(&right) || !comparable) {
            self.cannot(span, "compared with each other", (a_span, &left), (b_span, &right));
        } else {
            self.with_itself(span, &a, &b, &left);
        }
        self.one_currency(span, &a, &b);
        self.literal_word(&a, b_span, &b);
        self.literal_word(&b, a_span, &a);
        (Expr::Compare(op, Box::new(a), Box::new(b)), Type::Bool)
    }

    pub(super) fn arithmetic(
        &mut self,
        span: Span,
        op: ArithmeticOp,
        a: &'a Tree,
        b: &'a Tree,
    ) -> (Expr, Type) {
        if let Some(zone) = self.bare_zone(span, op, a, b) {
            return zone;
        }
        let (a_span, b_span) = (a.span, b.span);
        let (a, left, b, right) = self.pair(a, b);
        let b = if (&left, &right) == (&Type::Date, &Type::Duration) { self.days(b, b_span) } else { b };
        let ty = match (op, &left, &right) {
            (_, Type::Unknown, _) | (_, _, Type::Unknown) => Type::Unknown,
            (_, Type::Number, Type::Number) => Type::Number,
            (ArithmeticOp::Add, Type::Digits, Type::Digits) => Type::Digits,
            (ArithmeticOp::Add, Type::List(a), Type::List(b)) if a.fits(b) => left.clone(),
            (ArithmeticOp::Add | ArithmeticOp::Subtract, Type::Moment, Type::Duration) => Type::Moment,
            (ArithmeticOp::Add, Type::Duration, Type::Moment) => Type::Moment,
            (ArithmeticOp::Subtract, Type::Moment, Type::Moment) => Type::Duration,
            (ArithmeticOp::Add | ArithmeticOp::Subtract, Type::Date, Type::Number | Type::Duration) => {
                Type::Date
            }
            (ArithmeticOp::Subtract, Type::Date, Type::Date) => Type::Duration,
            (ArithmeticOp::Add | ArithmeticOp::Subtract, Type::Money, Type::Money) => Type::Money,
            (ArithmeticOp::Add | ArithmeticOp::Subtract, Type::Duration, Type::Duration) => Type::Duration,
            (ArithmeticOp::Multiply | ArithmeticOp::Divide, Type::Money, Type::Number) => Type::Money,
            (ArithmeticOp::Multiply | ArithmeticOp::Divide, Type::Duration, Type::Number) => Type::Duration,
            (ArithmeticOp::Multiply, Type::Number, Type::Money) => Type::Money,
            (ArithmeticOp::Multiply, Type::Number, Type::Duration) => Type::Duration,
            _ => {
                self.cannot(span, "reckoned with each other", (a_span, &left), (b_span, &right));
                Type::Unknown
            }
        };
        self.one_currency(span, &a, &b);
        self.division(b_span, op, &b);
        let value = Expr::Arithmetic(op, Box::new(a), Box::new(b));
        (if op == ArithmeticOp::Divide { self.lift(value, span) } else { value }, ty)
    }

    /// `in Europe/Moscow`, which reads like a division.
    fn bare_zone(&mut self, span: Span, op: ArithmeticOp, a: &'a Tree, b: &'a Tree) -> Option<(Expr, Type)> {
        let (ArithmeticOp::Divide, ExprKind::In(_, whole), ExprKind::Name(_)) = (op, &a.kind, &b.kind) else {
            return None;
        };
        let ExprKind::Name(first) = &whole.kind else { return None };
        let zone = Span { start: whole.span.start, ..span };
        if !first.starts_with(|sign: char| sign.is_ascii_uppercase()) {
            return None;
        }
        let written = self.sources.slice(zone).replace(' ', "");
        let fix = format!("write `in \"{written}\"`");
        self.report_fix(Code::ScheduleZone, zone, "a zone stands in quotes", fix);
        Some((Expr::Const(Value::None), Type::Unknown))
    }

    /// By how many days a date is moved.
    fn days(&mut self, length: Expr, span: Span) -> Expr {
        let Expr::Const(Value::Duration(length)) = length else {
            return self.lift(Expr::WholeDays(Box::new(length)), span);
        };
        if !length.0.is_multiple_of(DurationMs::DAY.0) {
            let finding = Diagnostic::new(Code::InvalidLiteral, span, "a date is moved by whole days");
            self.diagnostics.push(finding.hint("write `30d`; a moment, as `now`, is moved by any length"));
        }
        Expr::Const(Value::Number((length.0 / DurationMs::DAY.0).into()))
    }

    /// Both sides; a literal takes its type from the other side.
    fn pair(&mut self, a: &'a Tree, b: &'a Tree) -> (Expr, Type, Expr, Type) {
        if matches!(a.kind, ExprKind::Const(_)) {
            let (right_expr, right) = self.expr(b);
            let (left_expr, left) = self.typed(a, Some(&right));
            return (left_expr, left, right_expr, right);
        }
        let (left_expr, left) = self.expr(a);
        let (right_expr, right) = self.typed(b, Some(&left));
        (left_expr, left, right_expr, right)
    }

    fn cannot(&mut self, span: Span, what: &str, (a, left): (Span, &Type), (b, right): (Span, &Type)) {
        for (side, ty) in [(a, left), (b, right)] {
            if let Type::Optional(inner) = ty {
                let message = format!("this `{inner}` may be missing");
                let finding = Diagnostic::new(Code::OptionalNotOpened, side, message);
                let hint = self.opening(side);
                return self.diagnostics.push(finding.hint(hint));
            }
        }
        let message = format!("`{left}` and `{right}` cannot be {what}");
        let (a, b) = (self.sources.slice(a), self.sources.slice(b));
        let hint = mixed(what.starts_with("reckoned"), (left, a), (right, b));
        self.diagnostics.push(Diagnostic::new(Code::TypeMismatch, span, message).maybe_hint(hint));
    }
}

pub(super) fn opened(ty: Type) -> Type {
    match ty {
        Type::Optional(inner) => *inner,
        other => other,
    }
}

fn has_equality(ty: &Type) -> bool {
    has_order(ty) || matches!(ty, Type::Bool | Type::Text | Type::Digits | Type::Phone)
}

fn has_order(ty: &Type) -> bool {
    matches!(ty, Type::Number | Type::Money | Type::Duration | Type::Date | Type::Time | Type::Moment)
}
