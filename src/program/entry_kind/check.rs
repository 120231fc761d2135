//! Check digits and patterns: what a complete entry must fulfil beside its length.

use super::super::value::Text;
use std::fmt;

/// A test of an entry's digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// The last digit is that of Luhn's sum: cards (ISO/IEC 7812-1).
    Luhn,
    /// The letters and digits leave 1 when divided by 97: bank accounts (ISO 13616).
    Iban,
    /// A Russian taxpayer's number of 10 or 12 digits.
    Inn,
    /// A Polish person's number of 11 digits.
    Pesel,
    /// These digits, with `d` for any.
    Pattern(Text),
}

impl Check {
    /// The check that a script means.
    pub fn from_word(word: &str) -> Option<Check> {
        match word {
            "luhn" => Some(Check::Luhn),
            "iban" => Some(Check::Iban),
            "inn" => Some(Check::Inn),
            "pesel" => Some(Check::Pesel),
            _ => None,
        }
    }

    /// Whether an entry passes.
    pub fn holds(&self, entry: &str) -> bool {
        match self {
            Check::Luhn => digits(entry).is_some_and(|digits| luhn(&digits)),
            Check::Iban => iban(entry),
            Check::Inn => digits(entry).is_some_and(|digits| inn(&digits)),
            Check::Pesel => digits(entry).is_some_and(|digits| pesel(&digits)),
            Check::Pattern(pattern) => matches(pattern, entry),
        }
    }
}

fn digits(entry: &str) -> Option<Vec<u32>> {
    entry.chars().map(|sign| sign.to_digit(10)).collect()
}

fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 1 { doubled(*digit) } else { *digit })
        .sum();
    digits.len() > 1 && sum.is_multiple_of(10)
}

/// The remainder of the number that letters from 10 for A make, the first four signs last.
fn iban(entry: &str) -> bool {
    let signs: Vec<char> = entry.chars().filter(|sign| !sign.is_whitespace()).collect();
    if !(15..=34).contains(&signs.len()) || !signs[..2].iter().all(char::is_ascii_alphabetic) {
        return false;
    }
    let rotated = signs[4..].iter().chain(&signs[..4]);
    let remainder = rotated.map(|sign| sign.to_digit(36)).try_fold(0, |sum: u32, value| {
        let value = value?;
        Some((sum * if value > 9 { 100 } else { 10 } + value) % 97)
    });
    remainder == Some(1)
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn inn(digits: &[u32]) -> bool {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let control = |count: usize| weighted(digits, &WEIGHTS[11 - count..]) % 11 % 10;
    match digits.len() {
        10 => control(9) == digits[9],
        12 => control(10) == digits[10] && control(11) == digits[11],
        _ => false,
    }
}

fn pesel(digits: &[u32]) -> bool {
    const WEIGHTS: [u32; 10] = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
    digits.len() == 11 && (10 - weighted(digits, &WEIGHTS) % 10) % 10 == digits[10]
}

fn matches(pattern: &str, entry: &str) -> bool {
    let fits = |(sign, digit): (char, char)| sign == digit || (sign == 'd' && digit.is_ascii_digit());
    pattern.chars().count() == entry.chars().count() && pattern.chars().zip(entry.chars()).all(fits)
}

/// As a script writes it.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Check::Luhn => f.write_str("check luhn"),
            Check::Iban => f.write_str("check iban"),
            Check::Inn => f.write_str("check inn"),
            Check::Pesel => f.write_str("check pesel"),
            Check::Pattern(pattern) => write!(f, "pattern \"{pattern}\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_what_their_standards_say() {
        assert!(Check::Luhn.holds("4111111111111111") && !Check::Luhn.holds("4111111111111112"));
        assert!(
            Check::Iban.holds("DE89 3704 0044 0532 0130 00") && !Check::Iban.holds("DE88370400440532013000")
        );
        assert!(Check::Inn.holds("7707083893") && !Check::Inn.holds("7707083894"));
        assert!(Check::Inn.holds("500100732259") && !Check::Inn.holds("500100732258"));
        assert!(Check::Pesel.holds("44051401359") && !Check::Pesel.holds("44051401358"));
        assert!(!Check::Luhn.holds("") && !Check::Iban.holds("ключ") && !Check::Inn.holds("77"));
    }

    #[test]
    fn a_pattern_holds_digit_by_digit() {
        let pattern = Check::Pattern("40dddd".into());
        assert!(pattern.holds("401234") && !pattern.holds("411234") && !pattern.holds("40123"));
    }
}
