//! What to write instead of values that other languages write otherwise: signs before numbers and names, lengths of
//! time with a decimal point, conditions behind a value that is opened.

use super::remedy::Trouble;

/// Units of a length of time in milliseconds, the longest first.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
/// Words behind which a value begins.
const BEFORE_VALUE: [&str; 14] = [
    "if",
    "then",
    "else",
    "and",
    "or",
    "not",
    "wait",
    "note",
    "return",
    "in",
    "at",
    "check",
    "priority",
    "otherwise",
];

impl Trouble<'_> {
    /// The fix for a value.
    pub(super) fn value(&self) -> Option<String> {
        let (before, found) = (self.before(), self.found);
        let rest = &self.line[self.at..];
        if let Some(length) = decimal_length(rest).or_else(|| decimal_before(before, found)) {
            return Some(format!("a length of time has no decimals: `{length}`"));
        }
        let name = word(self.behind());
        match found {
            "-" if self.behind().starts_with('>') => {
                Some("an arrow is written `->`, without a blank".to_owned())
            }
            "-" if begins_value(before) && !name.is_empty() => {
                Some(format!("a value has no sign before it: write `0 - {name}`"))
            }
            "$" if !name.is_empty() => Some(format!("a name stands without `$`: `{name}`")),
            "and" => opened(before).map(|name| {
                format!("nothing stands behind an opened value: write the rest as an `if` in the braces of `is some {name}`")
            }),
            "or" => opened(before).map(|name| {
                format!("nothing stands behind an opened value, which `{name}` would not be there for: write two `if`s")
            }),
            "," if self.behind().starts_with("else") => Some("no comma stands before `else`".to_owned()),
            _ => None,
        }
    }
}

/// `1.5s`, `.5 min`: the same length in a unit in which it is whole; `None` where a text does not begin so.
pub(super) fn decimal_length(text: &str) -> Option<String> {
    let end = text.find(|sign: char| !(sign.is_ascii_digit() || sign == '.'))?;
    let (whole, decimals) = text[..end].split_once('.')?;
    let unit = word(text[end..].trim_start());
    in_whole(whole, decimals, super::remedy::unit_of(unit)?)
}

/// The same where the unit was found behind a number.
fn decimal_before(before: &str, found: &str) -> Option<String> {
    let unit = super::remedy::unit_of(found)?;
    let number = before.rsplit(|sign: char| !(sign.is_ascii_digit() || sign == '.')).next()?;
    let (whole, decimals) = number.split_once('.')?;
    in_whole(whole, decimals, unit)
}

fn in_whole(whole: &str, decimals: &str, unit: &str) -> Option<String> {
    let (_, unit_ms) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let parts = 10u64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let decimals: u64 = decimals.parse().ok()?;
    let length_ms = whole.checked_mul(*unit_ms)?.checked_add(decimals.checked_mul(*unit_ms)? / parts)?;
    let (name, unit_ms) = UNITS.iter().find(|(_, unit_ms)| length_ms > 0 && length_ms % unit_ms == 0)?;
    Some(format!("{}{name}", length_ms / unit_ms))
}

/// The name under which a value is opened right before: `if x is some NAME`.
fn opened(before: &str) -> Option<&str> {
    let (test, name) = before.rsplit_once(' ')?;
    test.ends_with(" is some").then_some(name)
}

/// Whether a value may begin behind a text.
fn begins_value(before: &str) -> bool {
    let last = before.rsplit(' ').next().unwrap_or("");
    before.ends_with(['=', '<', '>', '(', ',', '[', '*', '/', '+']) || BEFORE_VALUE.contains(&last)
}

fn word(text: &str) -> &str {
    &text[..text.find(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_')).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_with_decimals_is_whole_in_a_smaller_unit() {
        assert_eq!(decimal_length("1.5s"), Some("1500ms".to_owned()));
        assert_eq!(decimal_length("0.5 min { }"), Some("30s".to_owned()));
        assert_eq!(decimal_length(".25h"), Some("15m".to_owned()));
        assert_eq!(decimal_length("2.0s"), Some("2s".to_owned()));
        assert_eq!(decimal_length("15s"), None);
        assert_eq!(decimal_length("12.50 RUB"), None);
    }
}
