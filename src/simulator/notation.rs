//! The small notations of a scenario: lengths of time, keys, moments.

use crate::program::Key;
use crate::time::DurationMs;

/// Reads a length of time: `300ms`, `5s`, `2.5s`, `1m30s`, `1h`. `None` where it is none.
pub fn length(text: &str) -> Option<DurationMs> {
    let mut rest = text.trim();
    let mut total: u64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let unit = rest[number..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len() - number);
        let size = unit_ms(&rest[number..number + unit])?;
        total = total.checked_add(scaled(&rest[..number], size)?)?;
        rest = &rest[number + unit..];
    }
    Some(DurationMs(total))
}

fn unit_ms(unit: &str) -> Option<u64> {
    match unit {
        "ms" => Some(1),
        "s" => Some(1000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    }
}

/// A decimal number of units in whole milliseconds; at most three digits behind the point.
fn scaled(number: &str, size: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if fraction.is_empty() || fraction.len() > 3 {
        return None;
    }
    let parts = 10_u64.pow(fraction.len() as u32);
    let fraction = fraction.parse::<u64>().ok()?.checked_mul(size)? / parts;
    whole.parse::<u64>().ok()?.checked_mul(size)?.checked_add(fraction)
}

/// Reads keys: `4711#`. Blanks between them mean nothing. `None` where one is no key, or there is none.
pub fn keys(text: &str) -> Option<Vec<Key>> {
    let signs = text.chars().filter(|sign| !sign.is_whitespace());
    let keys: Vec<Key> = signs.map(Key::from_char).collect::<Option<_>>()?;
    (!keys.is_empty() && !keys.contains(&Key::HIDDEN)).then_some(keys)
}

/// Splits `menu_long+800ms`; a prompt alone is the moment at which it begins.
pub(super) fn moment(text: &str) -> Option<(&str, DurationMs)> {
    match text.split_once('+') {
        Some((prompt, after)) => Some((prompt.trim(), length(after)?)),
        None => Some((text.trim(), DurationMs::ZERO)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_scripts_write_them() {
        let read = ["300ms", "2.5s", "1m30s", "1h", "0s"].map(|text| length(text).map(|length| length.0));
        assert_eq!(read, [Some(300), Some(2500), Some(90_000), Some(3_600_000), Some(0)]);
    }

    #[test]
    fn what_is_no_length_is_none() {
        assert_eq!(["", "5", "s", "5x", "1.s", "99999999999999999999h"].map(length), [None; 6]);
    }

    #[test]
    fn keys_are_signs_of_a_telephone() {
        assert_eq!(keys("12 #").map(|keys| keys.len()), Some(3));
        assert_eq!(keys("12x"), None);
        assert_eq!(keys(""), None);
    }
}
