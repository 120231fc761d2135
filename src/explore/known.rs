//! Values that the prover follows: those which a script writes down itself, and what is computed from them.
//!
//! A reply, an entry, a customer is any value at all; a counter, a reason, a flag is what the script has made of it. Only
//! variables that a condition asks about are followed, and no number beyond [`MOST`]: a counter that nothing bounds
//! becomes any number there.

use crate::program::{ArithmeticOp, Builtin, Channel, CompareOp, ContactField, Expr, Slot, Text, Value};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// The greatest number, and its opposite the least, that is followed.
const MOST: Decimal = Decimal::from_parts(1_000, 0, 0, false, 0);

/// A value that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It is missing.
    Nothing,
    Bool(bool),
    Number(Decimal),
    Text(Text),
    Digits(Text),
}

impl Known {
    /// The same, if it is one that is followed.
    pub fn of(value: &Value) -> Option<Known> {
        match value {
            Value::None => Some(Known::Nothing),
            Value::Bool(holds) => Some(Known::Bool(*holds)),
            Value::Number(number) => (number.abs() <= MOST).then_some(Known::Number(number.normalize())),
            Value::Text(text) => Some(Known::Text(text.clone())),
            Value::Digits(digits) => Some(Known::Digits(digits.clone())),
            Value::Phone(_)
            | Value::Money(_)
            | Value::Duration(_)
            | Value::Date(_)
            | Value::Time(_)
            | Value::Moment(_)
            | Value::Secret(_)
            | Value::Record(_)
            | Value::List(_)
            | Value::Recording(_) => None,
        }
    }

    fn order(&self, other: &Known) -> Option<Ordering> {
        match (self, other) {
            (Known::Number(a), Known::Number(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// What is known where an expression stands.
pub(super) trait Sight {
    /// The value of a variable.
    fn slot(&self, slot: Slot) -> Option<Known>;
    /// How the contact has arrived.
    fn channel(&self) -> Channel;
}

/// The value of an expression as far as what is known decides it.
pub(super) fn evaluate(expr: &Expr, sight: &impl Sight) -> Option<Known> {
    match expr {
        Expr::Const(value) => Known::of(value),
        Expr::Slot(slot) => sight.slot(*slot),
        Expr::Contact(ContactField::Channel) => Some(Known::Text(sight.channel().word().into())),
        Expr::Not(inner) => truth(inner, sight).map(|holds| Known::Bool(!holds)),
        Expr::And(a, b) => joined(truth(a, sight), truth(b, sight), false),
        Expr::Or(a, b) => joined(truth(a, sight), truth(b, sight), true),
        Expr::Compare(op, a, b) => compare(*op, &evaluate(a, sight)?, &evaluate(b, sight)?),
        Expr::Arithmetic(op, a, b) => arithmetic(*op, &evaluate(a, sight)?, &evaluate(b, sight)?),
        Expr::IsNone(inner) => Some(Known::Bool(evaluate(inner, sight)? == Known::Nothing)),
        Expr::Choose(condition, a, b) => evaluate(if truth(condition, sight)? { a } else { b }, sight),
        Expr::Otherwise(a, b) => match evaluate(a, sight)? {
            Known::Nothing => evaluate(b, sight),
            found => Some(found),
        },
        Expr::Builtin(Builtin::IsIn, args) => is_in(args, sight),
        Expr::Caller
        | Expr::Called
        | Expr::Message
        | Expr::Field(..)
        | Expr::InNumbers(..)
        | Expr::CallerIs(_)
        | Expr::Open(_)
        | Expr::OpenIn(..)
        | Expr::Shift(_)
        | Expr::Turn(..)
        | Expr::DaysAhead(_)
        | Expr::Position
        | Expr::ExpectedWait
        | Expr::Call(..)
        | Expr::Now
        | Expr::Today
        | Expr::Contact(_)
        | Expr::List(_)
        | Expr::Builtin(..)
        | Expr::WholeDays(_) => None,
    }
}

/// Whether an expression holds, as far as that is known.
pub(super) fn truth(expr: &Expr, sight: &impl Sight) -> Option<bool> {
    match evaluate(expr, sight)? {
        Known::Bool(holds) => Some(holds),
        Known::Nothing | Known::Number(_) | Known::Text(_) | Known::Digits(_) => Some(false),
    }
}

/// Two halves of which one that is `decisive` settles the whole.
fn joined(a: Option<bool>, b: Option<bool>, decisive: bool) -> Option<Known> {
    match (a, b) {
        (Some(one), _) | (_, Some(one)) if one == decisive => Some(Known::Bool(decisive)),
        (Some(_), Some(_)) => Some(Known::Bool(!decisive)),
        (None, _) | (_, None) => None,
    }
}

/// Two known values compared; a text and digits are told apart by nobody here.
pub(super) fn compare(op: CompareOp, a: &Known, b: &Known) -> Option<Known> {
    let comparable =
        std::mem::discriminant(a) == std::mem::discriminant(b) || [a, b].contains(&&Known::Nothing);
    if !comparable {
        return None;
    }
    let order = a.order(b);
    Some(Known::Bool(match op {
        CompareOp::Equal => a == b,
        CompareOp::NotEqual => a != b,
        CompareOp::Less => order == Some(Ordering::Less),
        CompareOp::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        CompareOp::Greater => order == Some(Ordering::Greater),
        CompareOp::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }))
}

fn arithmetic(op: ArithmeticOp, a: &Known, b: &Known) -> Option<Known> {
    let (Known::Number(a), Known::Number(b)) = (a, b) else { return None };
    let number = match op {
        ArithmeticOp::Add => a.checked_add(*b),
        ArithmeticOp::Subtract => a.checked_sub(*b),
        ArithmeticOp::Multiply => a.checked_mul(*b),
        ArithmeticOp::Divide => a.checked_div(*b),
    }?;
    Known::of(&Value::Number(number))
}

fn is_in(args: &[Expr], sight: &impl Sight) -> Option<Known> {
    let [asked, Expr::List(items)] = args else { return None };
    let asked = evaluate(asked, sight)?;
    let same = |item: &Expr| compare(CompareOp::Equal, &asked, &evaluate(item, sight)?);
    let items: Option<Vec<Known>> = items.iter().map(same).collect();
    Some(Known::Bool(items?.contains(&Known::Bool(true))))
}
