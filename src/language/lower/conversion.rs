//! What to write where a value of one type stands and another is wanted.

use crate::program::Type;

/// Longer expressions are not written out in a hint.
const LONGEST_SHOWN: usize = 40;

/// How a value comes by the type that is wanted, or what was meant; `wanted` as a finding names it.
pub(super) fn conversion(wanted: &str, ty: &Type, written: &str) -> Option<String> {
    let shown = if written.len() <= LONGEST_SHOWN { written } else { "x" };
    let literal = shown.starts_with(|c: char| c.is_ascii_digit());
    let quoted = shown.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let digits = quoted.filter(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
    Some(match (wanted, ty) {
        ("`digits`", Type::Number) if literal => {
            format!("digits as a caller keys them stand in quotes: `\"{shown}\"`")
        }
        ("`digits`", Type::Number | Type::Phone) => format!("`digits({shown})` makes digits of it"),
        ("`digits`", Type::Text) if quoted.is_some() => {
            "only a text of digits can be digits: `\"0042\"`".to_owned()
        }
        ("`digits`", Type::Text) => {
            format!("`digits({shown})` makes digits of a text, if it has nothing else: `digits?`")
        }
        ("`number`", Type::Digits) => format!("digits are no number; `number({shown})` counts with them"),
        ("`number`", Type::Text) if let Some(number) = digits => {
            format!("a number stands without quotes: `{number}`")
        }
        ("`number`", Type::Text) if quoted.is_some() => {
            "a number stands without quotes, and a text is none: `3`".to_owned()
        }
        ("`number`", Type::Text) => {
            format!(
                "a text is no number; `digits({shown})` takes its digits, and `number(…)` counts with those"
            )
        }
        ("`number`", Type::Duration) => format!("`seconds({shown})` or `minutes({shown})` is a number"),
        ("`text`", Type::Optional(_)) => {
            format!("a text takes values in braces: `\"{{{shown}}}\"`, `none` where it is missing")
        }
        ("`text`", Type::Number) if literal => format!("a text stands in quotes: `\"{shown}\"`"),
        ("`text`", _) if is_plain(ty) && quoted.is_none() => {
            format!("a text takes values in braces: `\"{{{shown}}}\"`")
        }
        ("`digits`", Type::Money | Type::Duration | Type::Date | Type::Time | Type::Bool) => {
            format!(
                "digits are what a caller keys; a prompt takes a parameter of its own for this: `x: {ty}`"
            )
        }
        ("`number` or `money`", Type::Text) if let Some(number) = digits => {
            format!("a number stands without quotes: `{number}`")
        }
        ("`number` or `money`", Type::Digits) => {
            format!("digits are no number; `number({shown})` counts with them")
        }
        (_, Type::Customer(_)) if wanted.starts_with("a phone number") => {
            "a customer is called by a field of its own: a `phone`".to_owned()
        }
        ("`duration`", Type::Number) if literal => format!("a length of time has a unit: `{shown}s`"),
        ("`duration`", Type::Number) => format!("a length of time has a unit: `{shown} * 1s`"),
        ("`duration`", Type::Text) if let Some(text) = quoted => {
            format!("it stands without quotes: `{text}`")
        }
        ("`money`", Type::Number) if literal => format!("money has a currency: `{shown} RUB`"),
        ("`money`", Type::Number) => format!("money has a currency: `{shown} * 1 RUB`"),
        ("`phone`", Type::Digits) => format!("`phone({shown})` reads digits as a number: `phone?`"),
        ("`phone`", _) => "a phone number begins with `+`: `+7 843 203-57-37`".to_owned(),
        ("`yes_no`", _) => "a condition compares, as `x = …`, or tests, as `office is open`".to_owned(),
        ("`customer`", _) => "`identify caller` and `find customer` bring one: `one client -> …`".to_owned(),
        (_, Type::Number) if literal && wanted.contains("digits") => {
            format!("digits stand in quotes: `\"{shown}\"`")
        }
        _ => return None,
    })
}

/// How a value that may be missing is opened.
pub(super) fn opening(written: &str) -> String {
    match written {
        "position" | "expected_wait" => {
            format!("open it where it is waited: `while waiting {{ if {written} is some found {{ … }} }}`")
        }
        _ => format!("open it first: `if {written} is some found {{ … }}`"),
    }
}

/// Why two values are not reckoned with or compared, and what would be.
pub(super) fn mixed(adds: bool, (left, a): (&Type, &str), (right, b): (&Type, &str)) -> Option<String> {
    let short = |text: &str| if text.len() <= LONGEST_SHOWN { text.to_owned() } else { "x".to_owned() };
    let (a, b) = (short(a), short(b));
    let one = |ty: &Type| [left, right].contains(&ty);
    let bare = |text: &str| text.trim_matches('"').to_owned();
    Some(if one(&Type::Digits) && one(&Type::Number) {
        let (digits, number) = if *left == Type::Digits { (&a, &b) } else { (&b, &a) };
        match number.starts_with(|c: char| c.is_ascii_digit()) && !adds {
            true => {
                format!("digits are compared in quotes, `\"{number}\"`, or as a number: `number({digits})`")
            }
            false => format!("digits are no number: `number({digits})` counts with them"),
        }
    } else if *left == Type::Digits && right == left {
        format!("digits have no order: `number({a})` and `number({b})` have")
    } else if one(&Type::Digits) && one(&Type::Phone) {
        let (digits, phone) = if *left == Type::Digits { (&a, &b) } else { (&b, &a) };
        format!(
            "`digits({phone})` are its digits without the `+`; `phone({digits})` is a number, if they are one"
        )
    } else if one(&Type::Text) && adds {
        format!("texts are put together in quotes: `\"{}{}\"`", in_text(&a), in_text(&b))
    } else if one(&Type::Text) && one(&Type::Number) {
        let number = if *left == Type::Number { &a } else { &b };
        match number.starts_with(|c: char| c.is_ascii_digit()) {
            true => format!("a text is compared with a text: `\"{number}\"`"),
            false => format!("a text is compared with a text: `text({number})`"),
        }
    } else if *left == Type::Text && right == left {
        "texts have no order; they are equal or not".to_owned()
    } else if *left == Type::Money && right == left {
        "an amount is multiplied by a number: `12.50 RUB * 2`".to_owned()
    } else if one(&Type::Money) && one(&Type::Number) {
        let number = if *left == Type::Number { &a } else { &b };
        format!("an amount has its currency: `{number} RUB`")
    } else if one(&Type::Duration) && one(&Type::Number) {
        let number = if *left == Type::Number { &a } else { &b };
        format!("a length of time has a unit: `{number}s`")
    } else if one(&Type::Moment) && (one(&Type::Time) || one(&Type::Date)) {
        let moment = if *left == Type::Moment { &a } else { &b };
        let part = if one(&Type::Time) { "time" } else { "date" };
        format!("a moment has both: `{moment}.{part}` is compared with this")
    } else if one(&Type::Bool) && one(&Type::Text) {
        format!("`yes` and `no` stand without quotes: `{}`", bare(if *left == Type::Text { &a } else { &b }))
    } else if one(&Type::Bool) {
        "`yes` and `no` are not counted: `if x then 1 else 0` is a number".to_owned()
    } else {
        return None;
    })
}

/// A value as it stands in a text.
fn in_text(written: &str) -> String {
    match written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(text) => text.to_owned(),
        None if written.starts_with(|c: char| c.is_ascii_digit()) => written.to_owned(),
        None => format!("{{{written}}}"),
    }
}

fn is_plain(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Bool
            | Type::Number
            | Type::Digits
            | Type::Phone
            | Type::Money
            | Type::Duration
            | Type::Date
            | Type::Time
            | Type::Moment
    )
}
