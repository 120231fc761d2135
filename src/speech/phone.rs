//! The groups in which the digits of a phone number are read: the country's code, then threes, then twos.
//!
//! National habits (which differ inside a country, too) are left out: these groups lose no digit anywhere.

use crate::program::Phone;

/// Country codes of two digits (ITU-T E.164, list of assigned codes); 1 and 7 stand alone, all others have three.
const TWO_DIGIT_CODES: &str = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 \
    62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98";

/// The digits of a number in groups: `7 843 203 57 37`. A short code is one group.
pub(super) fn phone_groups(phone: &Phone) -> Vec<&str> {
    let Some(digits) = phone.as_str().strip_prefix('+') else {
        return vec![phone.as_str()];
    };
    let mut groups = Vec::new();
    let mut rest = digits;
    let mut size = country_code_length(digits);
    while let Some((group, after)) = rest.split_at_checked(size).filter(|(_, after)| !after.is_empty()) {
        groups.push(group);
        rest = after;
        size = if rest.len() == 3 || rest.len() > 4 { 3 } else { 2 };
    }
    groups.push(rest);
    groups
}

/// A number as text, its groups set apart: `+7 843 203 57 37`.
pub(super) fn written_phone(phone: &Phone) -> String {
    let plus = if phone.is_short() { "" } else { "+" };
    format!("{plus}{}", phone_groups(phone).join(" "))
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
    fn every_digit_is_in_a_group() {
        let numbers =
            ["+78432035737", "+12125550123", "+442079460958", "+3725551234", "+1234", "+491701", "112"];
        let written = numbers.map(|number| written_phone(&Phone::from_e164(number).unwrap()));
        let expected = [
            "+7 843 203 57 37",
            "+1 212 555 01 23",
            "+44 207 946 09 58",
            "+372 555 12 34",
            "+1 234",
            "+49 17 01",
            "112",
        ];
        assert_eq!(written, expected);
    }
}
