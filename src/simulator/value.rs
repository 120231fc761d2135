//! Values in a scenario, read by the type that the program declares.

use super::notation::length;
use crate::program::passphrase::passphrase;
use crate::program::{Moment, Money, Phone, Secret, Type, Value};
use jiff::civil::{Date, Time};

/// Reads a value of a type, as a scenario or a person at the terminal writes it. `country` reads national numbers.
///
/// # Errors
/// A sentence that says what was expected, for a text that is no such value.
pub fn parse_value(text: &str, kind: &Type, country: Option<&str>) -> Result<Value, String> {
    let text = text.trim();
    let value = match kind {
        Type::Bool => match text {
            "yes" | "true" => Some(Value::Bool(true)),
            "no" | "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Type::Number => text.parse().ok().map(Value::Number),
        Type::Text => Some(Value::text(text)),
        Type::Digits => is_digits(text).then(|| Value::Digits(text.into())),
        Type::Phone => Phone::parse(text, country).map(Value::Phone),
        Type::Money => Money::parse(text).map(Value::Money),
        Type::Duration => length(text).map(Value::Duration),
        Type::Date => text.parse::<Date>().ok().map(Value::Date),
        Type::Time => text.parse::<Time>().ok().map(Value::Time),
        Type::Optional(_) if matches!(text, "" | "none") => Some(Value::None),
        Type::Optional(inner) => return parse_value(text, inner, country),
        Type::List(inner) => return parse_list(text, inner, country),
        Type::Moment => Moment::parse(text, None).map(Value::Moment),
        Type::Passphrase => Some(Value::Secret(passphrase(text))),
        Type::Secret => is_digits(text).then(|| Value::Secret(Secret::new(text))),
        Type::Customer(_)
        | Type::Object(_)
        | Type::Case
        | Type::Record(_)
        | Type::Reply(_)
        | Type::Recording
        | Type::Unknown => {
            return Err(format!("a value of type `{kind}` cannot be written here"));
        }
    };
    value.ok_or_else(|| format!("`{text}` is no `{kind}`; {}", example(kind)))
}

fn parse_list(text: &str, inner: &Type, country: Option<&str>) -> Result<Value, String> {
    let items = text.split(',').filter(|item| !item.trim().is_empty());
    let items: Result<Vec<Value>, String> = items.map(|item| parse_value(item, inner, country)).collect();
    Ok(Value::List(items?.into()))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn example(kind: &Type) -> &'static str {
    match kind {
        Type::Bool => "`yes` and `no` are",
        Type::Number => "`12` and `12.5` are",
        Type::Digits => "`\"0123\"` is",
        Type::Phone => "`\"+7 843 203-57-37\"` is",
        Type::Money => "`2021.00 RUB` is",
        Type::Duration => "`5s` and `1m30s` are",
        Type::Date => "`2026-12-31` is",
        Type::Time => "`\"09:30\"` is",
        Type::Moment => "`2026-11-20T19:30:00+03:00[Europe/Moscow]` is",
        Type::Text
        | Type::Secret
        | Type::Passphrase
        | Type::Customer(_)
        | Type::Object(_)
        | Type::Case
        | Type::Record(_)
        | Type::Reply(_)
        | Type::Recording
        | Type::List(_)
        | Type::Optional(_)
        | Type::Unknown => "see the declaration",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_by_its_type() {
        let digits = parse_value("0123", &Type::Digits, None);
        assert_eq!(digits, Ok(Value::Digits("0123".into())));
        let money = parse_value("2021.00 RUB", &Type::Money, None).map(|value| value.to_string());
        assert_eq!(money.as_deref(), Ok("2021.00 RUB"));
        let missing = parse_value("none", &Type::Optional(Box::new(Type::Text)), None);
        assert_eq!(missing, Ok(Value::None));
    }

    #[test]
    fn what_does_not_fit_is_explained() {
        let error = parse_value("a lot", &Type::Money, None);
        assert_eq!(error, Err("`a lot` is no `money`; `2021.00 RUB` is".to_owned()));
    }
}
