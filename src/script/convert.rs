//! Values on their way into a script and back.

use crate::program::{Currency, Moment, Money, Phone, Text, Type, Value};
use crate::time::DurationMs;
use rhai::{Dynamic, FLOAT, INT, Map};
use rust_decimal::Decimal;

/// The value as a script sees it; `None` for what must not get there.
pub(super) fn into_script(value: &Value) -> Option<Dynamic> {
    Some(match value {
        Value::None => Dynamic::UNIT,
        Value::Bool(truth) => Dynamic::from(*truth),
        Value::Number(number) => decimal_in(number),
        Value::Text(text) | Value::Digits(text) => Dynamic::from(text.to_string()),
        Value::Phone(phone) => Dynamic::from(phone.to_string()),
        Value::Money(money) => Dynamic::from_map(Map::from([
            ("amount".into(), decimal_in(&money.amount)),
            ("currency".into(), Dynamic::from(money.currency.letters().to_owned())),
        ])),
        Value::Duration(length) => Dynamic::from(INT::try_from(length.0).unwrap_or(INT::MAX)),
        Value::Date(date) => Dynamic::from(date.to_string()),
        Value::Time(time) => Dynamic::from(time.strftime("%H:%M").to_string()),
        Value::Moment(moment) => Dynamic::from(moment.to_string()),
        Value::Secret(_) | Value::Recording(_) => return None,
        Value::Record(record) => {
            let fields =
                record.fields.iter().map(|(name, value)| Some(((&**name).into(), into_script(value)?)));
            Dynamic::from_map(fields.collect::<Option<Map>>()?)
        }
        Value::List(items) => {
            Dynamic::from_array(items.iter().map(into_script).collect::<Option<Vec<Dynamic>>>()?)
        }
    })
}

/// The value of this type that a script gave back; `None` where it is of another.
pub(super) fn from_script(found: &Dynamic, wanted: &Type) -> Option<Value> {
    let string = || found.read_lock::<rhai::ImmutableString>().map(|text| text.to_string());
    match wanted {
        Type::Optional(_) if found.is_unit() => Some(Value::None),
        Type::Optional(inner) => from_script(found, inner),
        Type::Bool => found.as_bool().ok().map(Value::Bool),
        Type::Number => decimal_out(found).map(Value::Number),
        Type::Text => string().map(|text| Value::Text(text.into())),
        Type::Digits => string().filter(|text| is_digits(text)).map(|text| Value::Digits(text.into())),
        Type::Phone => string().and_then(|text| Phone::from_e164(&text)).map(Value::Phone),
        Type::Money => money_out(found).map(Value::Money),
        Type::Duration => {
            let length = found.as_int().ok().and_then(|ms| u64::try_from(ms).ok());
            length.map(|ms| Value::Duration(DurationMs(ms)))
        }
        Type::Date => string().and_then(|text| text.parse().ok()).map(Value::Date),
        Type::Time => string().and_then(|text| text.parse().ok()).map(Value::Time),
        Type::List(inner) => {
            let items = found.read_lock::<rhai::Array>()?;
            let items: Option<Vec<Value>> = items.iter().map(|item| from_script(item, inner)).collect();
            items.map(|items| Value::List(items.into()))
        }
        Type::Moment => string().and_then(|text| Moment::parse(&text, None)).map(Value::Moment),
        // A script makes no customers, objects, cases, replies or secrets.
        Type::Secret
        | Type::Passphrase
        | Type::Customer(_)
        | Type::Object(_)
        | Type::Case
        | Type::Record(_)
        | Type::Recording
        | Type::Reply(_)
        | Type::Unknown => None,
    }
}

/// The bytes of text in a value.
pub(super) fn text_size(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Digits(text) => text.len(),
        Value::List(items) => items.iter().map(text_size).sum(),
        _ => 0,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A whole number stays one; any other becomes a float.
fn decimal_in(number: &Decimal) -> Dynamic {
    let text = number.normalize().to_string();
    match text.parse::<INT>() {
        Ok(whole) => Dynamic::from(whole),
        Err(_) => Dynamic::from(text.parse::<FLOAT>().unwrap_or(FLOAT::NAN)),
    }
}

fn decimal_out(found: &Dynamic) -> Option<Decimal> {
    match found.as_int() {
        Ok(whole) => Some(Decimal::from(whole)),
        // The shortest decimal that reads as the same float: 0.1 is 0.1 again.
        Err(_) => found.as_float().ok().and_then(|float| format!("{float}").parse().ok()),
    }
}

fn money_out(found: &Dynamic) -> Option<Money> {
    let map = found.read_lock::<Map>()?;
    let letters: Text = map.get("currency")?.read_lock::<rhai::ImmutableString>()?.as_str().into();
    Some(Money::rounded(decimal_out(map.get("amount")?)?, Currency::parse(&letters)?))
}
