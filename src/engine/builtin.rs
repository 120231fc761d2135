//! What the language itself computes from values: lists, texts, digits, lengths, moments.

use crate::program::{Builtin, Moment, Money, Phone, Text, Value, Zone};
use crate::time::DurationMs;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// What of a program decides how values are read.
pub(super) struct Given<'a> {
    pub zone: Option<&'a Zone>,
    pub country: Option<&'a str>,
}

impl Given<'_> {
    /// The value; the compiler has seen that the arguments are of the right types. A missing one makes a missing one.
    pub fn compute(&self, builtin: Builtin, args: &[Value]) -> Value {
        let first = args.first().unwrap_or(&Value::None);
        let second = args.get(1).unwrap_or(&Value::None);
        match builtin {
            Builtin::Count => number(items(first).len()),
            Builtin::FirstItem => items(first).first().cloned().unwrap_or(Value::None),
            Builtin::LastItem => items(first).last().cloned().unwrap_or(Value::None),
            Builtin::Distinct => Value::List(distinct(items(first)).into()),
            Builtin::Item => item(items(first), second),
            Builtin::IsIn => Value::Bool(*first != Value::None && items(second).contains(first)),
            Builtin::SameAddress => Value::Bool(lower(first) == lower(second)),
            Builtin::IsEmpty => Value::Bool(is_empty(first)),
            Builtin::Contains => Value::Bool(lower(first).contains(&lower(second))),
            Builtin::StartsWith => Value::Bool(starts_with(first, second)),
            Builtin::IsMobile => Value::Bool(matches!(first, Value::Phone(phone) if phone.may_be_mobile())),
            Builtin::Number => as_number(first),
            Builtin::Text if *first == Value::None => Value::None,
            Builtin::Text => Value::Text(first.to_string().into()),
            Builtin::Digits => as_digits(first),
            Builtin::Phone => {
                Phone::parse(&first.to_string(), self.country).map_or(Value::None, Value::Phone)
            }
            Builtin::FirstDigits => cut(first, second, |count, most| 0..most.min(count)),
            Builtin::LastDigits => cut(first, second, |count, most| count.saturating_sub(most)..count),
            Builtin::Round => round(first),
            Builtin::Minutes => whole(first, 60_000),
            Builtin::Hours => whole(first, 3_600_000),
            Builtin::Days => whole(first, 86_400_000),
            Builtin::Seconds => whole(first, 1_000),
            Builtin::Moment => self.moment(first, second),
            Builtin::Local => local(first, second),
            Builtin::Join => Value::Text(args.iter().map(Value::to_string).collect::<String>().into()),
        }
    }

    fn moment(&self, date: &Value, time: &Value) -> Value {
        match (date, time, self.zone) {
            (Value::Date(date), Value::Time(time), Some(zone)) => {
                Moment::of(*date, *time, zone).map_or(Value::None, Value::Moment)
            }
            _ => Value::None,
        }
    }
}

fn local(moment: &Value, zone: &Value) -> Value {
    match (moment, zone) {
        (Value::Moment(moment), Value::Text(zone)) => {
            Zone::new(zone).map_or(Value::None, |zone| Value::Moment(Moment::new(moment.at, zone)))
        }
        _ => Value::None,
    }
}

fn items(value: &Value) -> &[Value] {
    if let Value::List(items) = value { items } else { &[] }
}

fn distinct(items: &[Value]) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.contains(item) {
            kept.push(item.clone());
        }
    }
    kept
}

fn number(count: usize) -> Value {
    Value::Number(Decimal::from(count))
}

fn item(items: &[Value], position: &Value) -> Value {
    let Value::Number(position) = position else { return Value::None };
    let index = position.is_integer().then(|| position.to_usize()).flatten().and_then(|n| n.checked_sub(1));
    index.and_then(|index| items.get(index)).cloned().unwrap_or(Value::None)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::List(items) => items.is_empty(),
        Value::Text(text) | Value::Digits(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn lower(value: &Value) -> String {
    value.to_string().to_lowercase()
}

/// A phone number begins with its `+`; one that is compared with digits is compared without.
fn starts_with(value: &Value, beginning: &Value) -> bool {
    let (value_text, beginning_text) = (lower(value), lower(beginning));
    match (value, beginning) {
        (Value::None, _) => false,
        (Value::Phone(_), Value::Digits(_) | Value::Text(_)) if !beginning_text.starts_with('+') => {
            value_text.trim_start_matches('+').starts_with(&beginning_text)
        }
        _ => value_text.starts_with(&beginning_text),
    }
}

fn as_number(value: &Value) -> Value {
    match value {
        Value::Digits(digits) => Value::Number(digits.parse().unwrap_or(Decimal::MAX)),
        _ => Value::None,
    }
}

fn as_digits(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Digits(number.abs().trunc().normalize().to_string().into()),
        Value::Phone(phone) => Value::Digits(phone.as_str().trim_start_matches('+').into()),
        Value::Text(text) => {
            let kept: String = text.chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
            let is_digits = !kept.is_empty() && kept.bytes().all(|sign| sign.is_ascii_digit());
            if is_digits { Value::Digits(kept.into()) } else { Value::None }
        }
        _ => Value::None,
    }
}

fn cut(value: &Value, most: &Value, range: impl Fn(usize, usize) -> std::ops::Range<usize>) -> Value {
    let Value::Number(most) = most else { return Value::None };
    let (text, most) = (value.to_string(), most.trunc().to_usize().unwrap_or(0));
    // The `+` of a phone number is no digit.
    let text = if matches!(value, Value::Phone(_)) { text.trim_start_matches('+') } else { &text };
    let range = range(text.chars().count(), most);
    let kept: Text = text.chars().skip(range.start).take(range.len()).collect::<String>().into();
    match value {
        Value::Digits(_) | Value::Phone(_) => Value::Digits(kept),
        _ => Value::Text(kept),
    }
}

fn round(value: &Value) -> Value {
    let rounded = |amount: &Decimal| amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    match value {
        Value::Number(number) => Value::Number(rounded(number)),
        Value::Money(money) => {
            Value::Money(Money { amount: rounded(&money.amount), currency: money.currency })
        }
        _ => Value::None,
    }
}

fn whole(value: &Value, unit_ms: u64) -> Value {
    match value {
        Value::Duration(DurationMs(ms)) => Value::Number(Decimal::from(ms / unit_ms)),
        _ => Value::None,
    }
}
