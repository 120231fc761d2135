//! What a literal is: digits where digits are wanted, a short number where a number is called.

use crate::program::{Phone, Type, Value};

/// A literal's value and type. A text of digits counts as digits where those are wanted, a number of three to six digits
/// as a short code where a phone number is.
pub(super) fn constant(value: &Value, wanted: Option<&Type>) -> (Value, Type) {
    let wanted = match wanted {
        Some(Type::Optional(inner)) => Some(&**inner),
        other => other,
    };
    let ty = match value {
        Value::Text(text) if wanted == Some(&Type::Digits) && is_digits(text) => {
            return (Value::Digits(text.clone()), Type::Digits);
        }
        Value::Number(number) if wanted == Some(&Type::Phone) => match short_code(&number.to_string()) {
            Some(phone) => return (Value::Phone(phone), Type::Phone),
            None => Type::Number,
        },
        Value::Text(_) => Type::Text,
        Value::Bool(_) => Type::Bool,
        Value::Number(_) => Type::Number,
        Value::Digits(_) => Type::Digits,
        Value::Phone(_) => Type::Phone,
        Value::Money(_) => Type::Money,
        Value::Duration(_) => Type::Duration,
        Value::Date(_) => Type::Date,
        Value::Time(_) => Type::Time,
        Value::Moment(_) => Type::Moment,
        Value::None => Type::Optional(Box::new(Type::Unknown)),
        Value::Recording(_) => Type::Recording,
        Value::Secret(_) | Value::Record(_) | Value::List(_) => Type::Unknown,
    };
    (value.clone(), ty)
}

/// `611`, `112`: a number that is dialled as it is.
fn short_code(written: &str) -> Option<Phone> {
    Phone::parse(written, None).filter(|phone| is_digits(written) && phone.is_short())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
