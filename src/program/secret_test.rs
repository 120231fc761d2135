//! Tests of a secret: what a driver answers about digits and words that the engine may not look at.

use super::passphrase::{has_words, is_enough_beside};
use super::phone::Phone;
use super::secret::Secret;
use super::value::Value;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One test; a secret fits where it passes all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretTest {
    /// Not more than so many equal digits, or letters, in a row.
    NoRepeats(u8),
    /// Fewer than so many digits, or letters, in a row that go up or down by one.
    NoRuns(u8),
    /// The last digit is the check digit of ISO/IEC 7812-1.
    Luhn,
    /// None of these.
    Differs(Vec<Secret>),
    /// So many different words at least, and not one piece over and over: a passphrase.
    Words(u8),
    /// Long enough also without the words of these: a passphrase.
    Beside(Vec<Secret>),
}

impl SecretTest {
    /// Whether a secret passes.
    pub fn passes(&self, secret: &Secret) -> bool {
        let signs: Vec<u32> = secret.expose().chars().map(u32::from).collect();
        match self {
            SecretTest::NoRepeats(most) => longest(&signs, |a, b| a == b) <= usize::from(*most),
            SecretTest::NoRuns(length) => {
                let up = longest(&signs, |a, b| a.checked_add(1) == Some(b));
                let down = longest(&signs, |a, b| b.checked_add(1) == Some(a));
                up.max(down) < usize::from(*length)
            }
            SecretTest::Luhn => luhn(secret.expose().as_bytes()),
            SecretTest::Differs(others) => others.iter().all(|other| other != secret),
            SecretTest::Words(least) => has_words(secret, *least),
            SecretTest::Beside(known) => is_enough_beside(secret, known),
        }
    }
}

/// The forms in which a person would key a value: a date in four orders, a phone number whole and as its last digits
/// for every length of a secret.
pub fn forms(value: &Value) -> Vec<Secret> {
    match value {
        Value::Digits(text) | Value::Text(text) => vec![Secret::new(&**text)],
        Value::Number(number) => vec![Secret::new(number.normalize().to_string())],
        Value::Secret(secret) => vec![secret.clone()],
        Value::Date(date) => ["%d%m%Y", "%m%d%Y", "%Y%m%d", "%d%m%y", "%y%m%d"]
            .iter()
            .map(|form| Secret::new(date.strftime(form).to_string()))
            .collect(),
        Value::Phone(phone) => ends_of(phone),
        Value::List(items) => items.iter().flat_map(forms).collect(),
        Value::None
        | Value::Bool(_)
        | Value::Money(_)
        | Value::Duration(_)
        | Value::Time(_)
        | Value::Moment(_)
        | Value::Record(_)
        | Value::Recording(_) => Vec::new(),
    }
}

fn ends_of(phone: &Phone) -> Vec<Secret> {
    let digits: String = phone.as_str().chars().filter(char::is_ascii_digit).collect();
    (0..digits.len().saturating_sub(3)).map(|start| Secret::new(&digits[start..])).collect()
}

/// The length of the longest stretch in which every two neighbours go together.
fn longest(signs: &[u32], together: impl Fn(u32, u32) -> bool) -> usize {
    let (mut longest, mut length) = (signs.len().min(1), 1);
    for pair in signs.windows(2) {
        length = if together(pair[0], pair[1]) { length + 1 } else { 1 };
        longest = longest.max(length);
    }
    longest
}

fn luhn(digits: &[u8]) -> bool {
    let value = |at: usize, digit: u8| {
        let digit = u32::from(digit.wrapping_sub(b'0'));
        let doubled = if at % 2 == 1 { digit * 2 } else { digit };
        if doubled > 9 { doubled - 9 } else { doubled }
    };
    let sum: u32 = digits.iter().rev().enumerate().map(|(at, digit)| value(at, *digit)).sum();
    digits.len() > 1 && sum.is_multiple_of(10)
}

/// Without anything that it compares with.
impl fmt::Display for SecretTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretTest::NoRepeats(most) => write!(f, "no_repeats {most}"),
            SecretTest::NoRuns(length) => write!(f, "no_runs {length}"),
            SecretTest::Luhn => f.write_str("luhn"),
            SecretTest::Differs(_) => f.write_str("differs"),
            SecretTest::Words(least) => write!(f, "words {least}"),
            SecretTest::Beside(_) => f.write_str("beside"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(test: &SecretTest, digits: &str) -> bool {
        test.passes(&Secret::new(digits))
    }

    #[test]
    fn four_equal_digits_are_more_than_three() {
        assert!(!passes(&SecretTest::NoRepeats(3), "11112222"));
        assert!(passes(&SecretTest::NoRepeats(3), "11122233"));
    }

    #[test]
    fn a_run_goes_up_or_down() {
        let refused =
            ["12345678", "98761111", "11234511"].map(|digits| passes(&SecretTest::NoRuns(4), digits));
        assert_eq!(refused, [false; 3]);
        assert!(passes(&SecretTest::NoRuns(4), "12312312"));
    }

    #[test]
    fn a_card_ends_in_its_check_digit() {
        assert!(passes(&SecretTest::Luhn, "4111111111111111"));
        assert!(!passes(&SecretTest::Luhn, "4111111111111112"));
    }

    #[test]
    fn a_birth_date_is_known_however_it_is_keyed() {
        let born = SecretTest::Differs(forms(&Value::Date(jiff::civil::date(1984, 3, 7))));
        let found = ["07031984", "03071984", "19840307", "80412639"].map(|digits| passes(&born, digits));
        assert_eq!(found, [false, false, false, true]);
    }
}
