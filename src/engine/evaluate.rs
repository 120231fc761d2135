//! Expressions, with a session's variables.

use super::run::Run;
use crate::program::{
    ArithmeticOp, Caller, CallerKind, CompareOp, Expr, Limits, Money, Slot, Text, Utterance, Value,
};
use crate::time::DurationMs;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::cmp::Ordering;

/// Why an expression has no value: the sentence that the journal keeps.
pub(super) type Fault = String;

impl Run<'_> {
    /// The value of an expression in the innermost frame.
    pub(super) fn value(&self, expr: &Expr) -> Result<Value, Fault> {
        match expr {
            Expr::Const(value) => Ok(value.clone()),
            Expr::Slot(slot) => Ok(self.slot(*slot)),
            Expr::Caller => Ok(self.caller()),
            Expr::Called => Ok(self.called()),
            Expr::Field(record, name) => Ok(field(&self.value(record)?, name)),
            Expr::And(a, b) => Ok(Value::Bool(self.holds(a)? && self.holds(b)?)),
            Expr::Or(a, b) => Ok(Value::Bool(self.holds(a)? || self.holds(b)?)),
            Expr::Not(inner) => Ok(Value::Bool(!self.holds(inner)?)),
            Expr::Compare(op, a, b) => Ok(Value::Bool(compare(*op, &self.value(a)?, &self.value(b)?))),
            Expr::Arithmetic(op, a, b) => arithmetic(*op, &self.value(a)?, &self.value(b)?),
            Expr::IsNone(inner) => Ok(Value::Bool(self.value(inner)? == Value::None)),
            Expr::InNumbers(number, set) => {
                let set = &self.image.numbers[set.0 as usize];
                Ok(Value::Bool(matches!(self.value(number)?, Value::Phone(phone) if set.contains(&phone))))
            }
            Expr::CallerIs(kind) => Ok(Value::Bool(caller_is(&self.state.contact.from, *kind))),
            Expr::Open(schedule) => {
                Ok(Value::Bool(self.image.schedules[schedule.0 as usize].is_open(self.state.wall())))
            }
            Expr::Choose(condition, a, b) => self.value(if self.holds(condition)? { a } else { b }),
            Expr::Call(function, args) => {
                let args = self.values(args)?;
                let call = self.image.library().call(*function, &args, &Limits::DEFAULT);
                call.map_err(|error| error.to_string())
            }
        }
    }

    /// The values of several.
    pub(super) fn values(&self, exprs: &[Expr]) -> Result<Vec<Value>, Fault> {
        exprs.iter().map(|expr| self.value(expr)).collect()
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, expr: &Expr) -> Result<bool, Fault> {
        Ok(self.value(expr)? == Value::Bool(true))
    }

    /// What an utterance says now.
    pub(super) fn spoken(&self, utterance: &Utterance) -> Result<super::action::Spoken, Fault> {
        let language =
            self.image.languages.get(self.state.language).cloned().unwrap_or_else(|| Text::from(""));
        let prompt = self.image.prompt(utterance.prompt).name.clone();
        Ok(super::action::Spoken { prompt, args: self.values(&utterance.args)?, language })
    }

    fn slot(&self, slot: Slot) -> Value {
        let frame = self.state.scopes.last().and_then(|scope| scope.frames.last());
        frame.and_then(|frame| frame.slots.get(slot.0 as usize)).cloned().unwrap_or(Value::None)
    }

    fn caller(&self) -> Value {
        self.state.contact.from.number().map_or(Value::None, |phone| Value::Phone(phone.clone()))
    }

    fn called(&self) -> Value {
        match &self.state.contact.to_number {
            Some(phone) => Value::Phone(phone.clone()),
            None => Value::None,
        }
    }
}

/// A field of a record. Every record has an `id`.
fn field(value: &Value, name: &str) -> Value {
    match value {
        Value::Record(record) if name == "id" => Value::Text(record.id.clone()),
        Value::Record(record) => record.field(name).clone(),
        _ => Value::None,
    }
}

fn caller_is(caller: &Caller, kind: CallerKind) -> bool {
    match kind {
        CallerKind::Withheld => *caller == Caller::Withheld,
        CallerKind::Missing => *caller == Caller::Missing,
        CallerKind::Invalid => matches!(caller, Caller::Invalid(_)),
    }
}

/// Values of different types, and amounts of different currencies, are unequal and in no order.
fn compare(op: CompareOp, a: &Value, b: &Value) -> bool {
    let order = order(a, b);
    match op {
        CompareOp::Equal => a == b || order == Some(Ordering::Equal),
        CompareOp::NotEqual => a != b && order != Some(Ordering::Equal),
        CompareOp::Less => order == Some(Ordering::Less),
        CompareOp::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        CompareOp::Greater => order == Some(Ordering::Greater),
        CompareOp::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => Some(a.amount.cmp(&b.amount)),
        (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn arithmetic(op: ArithmeticOp, a: &Value, b: &Value) -> Result<Value, Fault> {
    let fault = || "the result is out of range, or a division by zero".to_owned();
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => decimal(op, *a, *b).map(Value::Number).ok_or_else(fault),
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => {
            let amount = decimal(op, a.amount, b.amount).ok_or_else(fault)?;
            Ok(Value::Money(Money { amount, currency: a.currency }))
        }
        (Value::Money(a), Value::Number(b)) => {
            let amount = decimal(op, a.amount, *b).ok_or_else(fault)?;
            Ok(Value::Money(Money { amount, currency: a.currency }))
        }
        (Value::Duration(a), Value::Duration(b)) => {
            let length = decimal(op, Decimal::from(a.0), Decimal::from(b.0)).and_then(|ms| ms.to_u64());
            length.map(|ms| Value::Duration(DurationMs(ms))).ok_or_else(fault)
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
