//! Values compared and computed with each other.

use super::evaluate::Fault;
use crate::program::{ArithmeticOp, CompareOp, Limits, Money, Value};
use crate::time::DurationMs;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::cmp::Ordering;

/// Values of different types, and amounts of different currencies, are unequal and in no order.
pub(super) fn compare(op: CompareOp, a: &Value, b: &Value) -> bool {
    let order = a.order(b);
    match op {
        CompareOp::Equal => a == b || order == Some(Ordering::Equal),
        CompareOp::NotEqual => a != b && order != Some(Ordering::Equal),
        CompareOp::Less => order == Some(Ordering::Less),
        CompareOp::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        CompareOp::Greater => order == Some(Ordering::Greater),
        CompareOp::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

pub(super) fn arithmetic(op: ArithmeticOp, a: &Value, b: &Value) -> Result<Value, Fault> {
    let fault = || "the result is out of range, or a division by zero".to_owned();
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => decimal(op, *a, *b).map(Value::Number).ok_or_else(fault),
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => {
            let amount = decimal(op, a.amount, b.amount).ok_or_else(fault)?;
            Ok(Value::Money(Money::rounded(amount, a.currency)))
        }
        (Value::Money(a), Value::Number(b)) => {
            let amount = decimal(op, a.amount, *b).ok_or_else(fault)?;
            Ok(Value::Money(Money::rounded(amount, a.currency)))
        }
        (Value::Duration(a), Value::Duration(b)) => {
            let length = decimal(op, Decimal::from(a.0), Decimal::from(b.0)).and_then(|ms| ms.to_u64());
            length.map(|ms| Value::Duration(DurationMs(ms))).ok_or_else(fault)
        }
        (Value::Digits(a), Value::Digits(b)) if a.len() + b.len() <= Limits::DEFAULT.text => {
            Ok(Value::Digits(format!("{a}{b}").into()))
        }
        (Value::Digits(_), Value::Digits(_)) => Err("the digits are too many".to_owned()),
        (Value::List(a), Value::List(b)) if a.len() + b.len() <= Limits::DEFAULT.items => {
            Ok(Value::List(a.iter().chain(b.iter()).cloned().collect()))
        }
        (Value::List(_), Value::List(_)) => Err("the list is too long".to_owned()),
        (Value::Moment(a), Value::Duration(b)) => Ok(Value::Moment(match op {
            ArithmeticOp::Subtract => a.before(*b),
            ArithmeticOp::Add | ArithmeticOp::Multiply | ArithmeticOp::Divide => a.after(*b),
        })),
        (Value::Duration(a), Value::Moment(b)) => Ok(Value::Moment(b.after(*a))),
        (Value::Moment(a), Value::Moment(b)) => Ok(Value::Duration(a.since(b))),
        (Value::Date(a), Value::Number(days)) => shifted(op, *a, *days).map(Value::Date).ok_or_else(fault),
        (Value::Date(a), Value::Date(b)) => Ok(Value::Duration(between(*a, *b))),
        (Value::Duration(a), Value::Number(b)) => {
            let length = decimal(op, Decimal::from(a.0), *b).and_then(|ms| ms.to_u64());
            length.map(|ms| Value::Duration(DurationMs(ms))).ok_or_else(fault)
        }
        (Value::Number(a), Value::Duration(b)) => {
            let length = decimal(op, *a, Decimal::from(b.0)).and_then(|ms| ms.to_u64());
            length.map(|ms| Value::Duration(DurationMs(ms))).ok_or_else(fault)
        }
        (Value::Number(a), Value::Money(b)) => {
            let amount = decimal(op, *a, b.amount).ok_or_else(fault)?;
            Ok(Value::Money(Money::rounded(amount, b.currency)))
        }
        _ => Err(format!("`{a}` and `{b}` cannot be computed with each other")),
    }
}

fn decimal(op: ArithmeticOp, a: Decimal, b: Decimal) -> Option<Decimal> {
    match op {
        ArithmeticOp::Add => a.checked_add(b),
        ArithmeticOp::Subtract => a.checked_sub(b),
        ArithmeticOp::Multiply => a.checked_mul(b),
        ArithmeticOp::Divide => a.checked_div(b),
    }
}

/// A date so many whole days later, or earlier.
fn shifted(op: ArithmeticOp, date: Date, days: Decimal) -> Option<Date> {
    let days = i32::try_from(days.trunc().to_i64()?).ok()?;
    let span = jiff::Span::new().try_days(days).ok()?;
    match op {
        ArithmeticOp::Subtract => date.checked_sub(span).ok(),
        ArithmeticOp::Add | ArithmeticOp::Multiply | ArithmeticOp::Divide => date.checked_add(span).ok(),
    }
}

/// The length from an earlier date to another, in days of 24 hours; nothing where it is the later one.
fn between(date: Date, earlier: Date) -> DurationMs {
    let days = date.since(earlier).map_or(0, |span| span.get_days());
    DurationMs(u64::try_from(days).unwrap_or(0) * DurationMs::DAY.0)
}

/// How many days a length is, where they are whole.
pub(super) fn whole_days(length: &Value) -> Result<Value, Fault> {
    match length {
        Value::Duration(length) if length.0.is_multiple_of(DurationMs::DAY.0) => {
            Ok(Value::Number(Decimal::from(length.0 / DurationMs::DAY.0)))
        }
        other => Err(format!("`{other}` is no whole number of days")),
    }
}
