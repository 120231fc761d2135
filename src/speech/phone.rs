//! A phone number as it is written abroad, and the groups in which its digits are read.
//!
//! Both are those of the number's own country, by libphonenumber's data: `+44 20 7946 0958`. For a code that no country
//! has it is the code, then threes, then twos. Groups of more than four digits are read in threes and twos.

use crate::program::Phone;
use phonenumber::metadata::{DATABASE, Format};

/// A longer group is read in threes and twos.
const LONGEST_GROUP: usize = 4;

/// Country codes of two digits (ITU-T E.164, list of assigned codes); 1 and 7 stand alone, all others have three.
const TWO_DIGIT_CODES: &str = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 \
    62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98";

/// The digits of a number in groups: `7`, `843`, `203`, `57`, `37`. A short code is one group.
pub(super) fn phone_groups(phone: &Phone) -> Vec<String> {
    let Some(digits) = phone.as_str().strip_prefix('+') else {
        return vec![phone.as_str().to_owned()];
    };
    match international(phone) {
        Some(written) => {
            let groups = written.split(|sign: char| !sign.is_ascii_digit()).filter(|group| !group.is_empty());
            groups.flat_map(short_groups).map(str::to_owned).collect()
        }
        None => plain_groups(digits).into_iter().map(str::to_owned).collect(),
    }
}

/// A number as it is written abroad: `+7 843 203-57-37`.
pub(super) fn written_phone(phone: &Phone) -> String {
    match phone.as_str().strip_prefix('+') {
        None => phone.as_str().to_owned(),
        Some(digits) => {
            international(phone).unwrap_or_else(|| format!("+{}", plain_groups(digits).join(" ")))
        }
    }
}

/// As libphonenumber's data has it, which is formatted here: the library would read the number first, and takes the 8 of
/// +7 843 for a prefix. None where no country has the code.
fn international(phone: &Phone) -> Option<String> {
    let digits = phone.as_str().strip_prefix('+')?;
    let (code, national) = digits.split_at_checked(country_code_length(digits))?;
    let plans = DATABASE.by_code(&code.parse().ok()?)?;
    let plan = plans.first()?;
    let abroad = plan.international_formats();
    let formats = if abroad.is_empty() { plan.formats() } else { abroad };
    let national = match formats.iter().find(|format| is_for(format, national)) {
        Some(format) => format.pattern().replace(national, format.format()),
        None => national.into(),
    };
    Some(format!("+{code} {national}"))
}

/// The last of the leading digits is the most exact.
fn is_for(format: &Format, national: &str) -> bool {
    let leads = format.leading_digits().last();
    let leads = leads.is_none_or(|leads| leads.find(national).is_some_and(|found| found.start() == 0));
    let whole = |found: regex::Match<'_>| found.start() == 0 && found.end() == national.len();
    leads && format.pattern().find(national).is_some_and(whole)
}

/// Threes, and twos at the end.
fn short_groups(group: &str) -> Vec<&str> {
    if group.len() <= LONGEST_GROUP {
        return vec![group];
    }
    let mut groups = Vec::new();
    let mut rest = group;
    while let Some((head, tail)) = rest.split_at_checked(next_size(rest)).filter(|(_, tail)| !tail.is_empty())
    {
        groups.push(head);
        rest = tail;
    }
    groups.push(rest);
    groups
}

fn next_size(rest: &str) -> usize {
    if rest.len() == 3 || rest.len() > 4 { 3 } else { 2 }
}

/// The country's code, then threes and twos.
fn plain_groups(digits: &str) -> Vec<&str> {
    match digits.split_at_checked(country_code_length(digits)).filter(|(_, rest)| !rest.is_empty()) {
        Some((code, rest)) => {
            let rest = if rest.len() > 2 { split_small(rest) } else { vec![rest] };
            std::iter::once(code).chain(rest).collect()
        }
        None => vec![digits],
    }
}

fn split_small(rest: &str) -> Vec<&str> {
    if rest.len() == LONGEST_GROUP { vec![&rest[..2], &rest[2..]] } else { short_groups(rest) }
}

fn country_code_length(digits: &str) -> usize {
    match digits.as_bytes().first() {
        Some(b'1' | b'7') => 1,
        _ if TWO_DIGIT_CODES.split(' ').any(|code| digits.starts_with(code)) => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_its_country_does_and_no_digit_is_lost() {
        let numbers = [
            ("+78432035737", "+7 843 203-57-37"),
            ("+12125550123", "+1 212-555-0123"),
            ("+442079460958", "+44 20 7946 0958"),
            ("+48221234567", "+48 22 123 45 67"),
            ("+34912345678", "+34 912 34 56 78"),
            ("+78001234567", "+7 800 123-45-67"),
            ("+999123456", "+999 123 456"),
            ("112", "112"),
        ];
        for (number, expected) in numbers {
            assert_eq!(written_phone(&Phone::from_e164(number).unwrap()), expected);
        }
    }

    #[test]
    fn long_groups_are_read_in_short_ones() {
        let groups = |number: &str| phone_groups(&Phone::from_e164(number).unwrap()).join(" ");
        assert_eq!(groups("+4915123456789"), "49 1512 345 67 89");
        assert_eq!(groups("+442079460958"), "44 20 7946 0958");
        assert_eq!(groups("112"), "112");
    }

    #[test]
    fn every_digit_is_in_a_group() {
        let mut state = 7u64;
        for _ in 0..300 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = format!("+{}", 1_000 + (state >> 14) % 10u64.pow(4 + (state >> 8) as u32 % 9));
            let phone = Phone::from_e164(&number).unwrap();
            assert_eq!(format!("+{}", phone_groups(&phone).concat()), number);
            let written: String = written_phone(&phone).chars().filter(char::is_ascii_digit).collect();
            assert_eq!(format!("+{written}"), number);
        }
    }
}
