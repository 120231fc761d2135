//! Values that are made up: of a type, and such that a condition goes as it must.

use super::draft::quoted;
use crate::program::{CompareOp, EntryKind, Phone, Program, Type, Value, Verb};
use crate::time::DurationMs;
use rust_decimal::Decimal;

/// Some value of a type, as YAML; nothing for one that may be missing, or that only the CRM has.
pub(in crate::simulator) fn any(program: &Program, ty: &Type) -> Option<String> {
    Some(match ty {
        Type::Bool => "no".into(),
        Type::Number => "1".into(),
        Type::Text => "words".into(),
        Type::Digits => "\"12345678\"".into(),
        Type::Phone => quoted(someone(program).as_deref().unwrap_or("+7 843 203-57-90")),
        Type::Money => some_money(program),
        Type::Duration => "5m".into(),
        Type::Date => "2026-12-01".into(),
        Type::Time => "\"10:00\"".into(),
        Type::Moment => "2026-12-01T10:00:00Z".into(),
        Type::List(_) => "[]".into(),
        Type::Record(name) => {
            let fields = program.records.get(name)?.iter();
            let fields = fields.filter_map(|(name, ty)| Some(format!("{name}: {}", any(program, ty)?)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        Type::Secret
        | Type::Passphrase
        | Type::Customer(_)
        | Type::Object(_)
        | Type::Case
        | Type::Reply(_)
        | Type::Optional(_)
        | Type::Recording
        | Type::Unknown => return None,
    })
}

/// An amount in the currency that the program asks for or names first.
fn some_money(program: &Program) -> String {
    let asked = program.nodes.iter().find_map(|node| match &node.verb {
        Verb::Ask(ask) => match ask.kind {
            EntryKind::Money { currency, .. } => Some(currency),
            _ => None,
        },
        _ => None,
    });
    let decimals = asked.map_or(2, |currency| currency.decimals());
    let amount = if decimals == 0 { "10".to_owned() } else { format!("10.{}", "0".repeat(decimals)) };
    format!("{amount} {}", asked.as_ref().map_or("EUR", |currency| currency.letters()))
}

/// A number of the program's country.
pub(super) fn someone(program: &Program) -> Option<String> {
    let phone = Phone::example(program.country.as_deref()?.get(..2)?, false)?;
    Some(phone.as_str().to_owned())
}

/// A value as YAML.
pub(super) fn yaml(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Number(number) => number.normalize().to_string(),
        Value::Money(money) => money.to_string(),
        Value::Duration(length) => format!("{}ms", length.0),
        Value::List(_) => "[]".into(),
        Value::None
        | Value::Text(_)
        | Value::Digits(_)
        | Value::Phone(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Moment(_)
        | Value::Secret(_)
        | Value::Record(_)
        | Value::Recording(_) => quoted(&value.to_string()),
    }
}

/// A value that stands to another as it must; `None` where none is made up here.
pub(super) fn standing(op: CompareOp, to: &Value, holds: bool) -> Option<Value> {
    let op = if holds { op } else { opposite(op) };
    match op {
        CompareOp::Equal | CompareOp::LessOrEqual | CompareOp::GreaterOrEqual => Some(to.clone()),
        CompareOp::Less => shifted(to, -1),
        CompareOp::Greater | CompareOp::NotEqual => shifted(to, 1),
    }
}

fn opposite(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
        CompareOp::Less => CompareOp::GreaterOrEqual,
        CompareOp::LessOrEqual => CompareOp::Greater,
        CompareOp::Greater => CompareOp::LessOrEqual,
        CompareOp::GreaterOrEqual => CompareOp::Less,
    }
}

fn shifted(value: &Value, by: i64) -> Option<Value> {
    Some(match value {
        Value::Number(number) => Value::Number(*number + Decimal::from(by)),
        Value::Money(money) => {
            let mut money = *money;
            money.amount += Decimal::from(by);
            Value::Money(money)
        }
        Value::Duration(length) => {
            Value::Duration(DurationMs(length.0.saturating_add_signed(by.saturating_mul(60_000))))
        }
        Value::Bool(holds) => Value::Bool(!holds),
        Value::Text(text) => Value::Text(format!("not {text}").into()),
        Value::Digits(digits) => Value::Digits(format!("9{digits}").into()),
        Value::Date(date) => Value::Date(date.checked_add(jiff::Span::new().days(by)).ok()?),
        Value::Time(time) => Value::Time(time.wrapping_add(jiff::Span::new().minutes(by))),
        Value::None
        | Value::Phone(_)
        | Value::Moment(_)
        | Value::Secret(_)
        | Value::Record(_)
        | Value::List(_)
        | Value::Recording(_) => return None,
    })
}
