//! Phone numbers: normalised once, compared exactly, never cut and pasted.
//!
//! Numbers are read with libphonenumber's data. Short codes (`112`, `1001`) are kept as they are dialled: they are
//! not E.164. What a network says of a caller is a [`Caller`]: withheld, missing and invalid are values of their
//! own, and none of them ever equals a number.

use phonenumber::country::Id as Country;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A number in normal form: `+78432035737`, or a short code as it is dialled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(Arc<str>);

/// Who calls, as far as the network says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    /// A number. A claim, not an identity.
    Number(Phone),
    /// The caller asked the network not to show it (RFC 3323, RFC 3325).
    Withheld,
    /// The network said nothing.
    Missing,
    /// The network said something that is no number; kept for people to read.
    Invalid(Arc<str>),
}

/// The longest short code that is taken as dialled.
const LONGEST_SHORT_CODE: usize = 6;
/// The fewest digits that are taken for a number of the world without its `+`.
const SHORTEST_BARE: usize = 10;

impl Phone {
    /// Reads a number as people write it: with `+`, blanks, hyphens and brackets, in the national form of `country`
    /// (two letters of ISO 3166), or a short code. `None` if it can be no number there. With an area code behind a blank,
    /// as in `US 256`, seven digits are a number of that area.
    pub fn parse(text: &str, country: Option<&str>) -> Option<Phone> {
        let text = text.trim();
        if is_short_code(text) {
            return Some(Phone(text.into()));
        }
        let (country, area) = country.map_or((None, None), apart);
        let local = area.and_then(|area| in_area(text, area)).and_then(|text| e164(&text, Some(Country::GB)));
        local.or_else(|| Phone::anywhere(text, country))
    }

    fn anywhere(text: &str, country: Option<&str>) -> Option<Phone> {
        readings(text, country).into_iter().find_map(|(text, country)| e164(&text, country))
    }

    /// A number that already is in normal form: `+` and 4 to 15 digits, or a short code.
    pub fn from_e164(text: &str) -> Option<Phone> {
        let digits = text.strip_prefix('+').filter(|d| (4..=15).contains(&d.len()));
        let normal = digits.is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()));
        (normal || is_short_code(text)).then(|| Phone(text.into()))
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a mobile phone may have this number: its country says so, or does not tell mobile from fixed lines.
    pub fn may_be_mobile(&self) -> bool {
        use phonenumber::Type;
        let parsed = phonenumber::parse(None, self.as_str()).ok();
        let kind = parsed.map(|number| number.number_type(&phonenumber::metadata::DATABASE));
        !self.is_short() && matches!(kind, Some(Type::Mobile | Type::FixedLineOrMobile))
    }

    /// Whether this is a short code, valid only where it is dialled.
    pub fn is_short(&self) -> bool {
        !self.0.starts_with('+')
    }
}

impl Caller {
    /// Reads the user part that a network shows. `anonymous` and its relatives are withheld (RFC 3323 §4.1.1.3).
    pub fn parse(user: &str, country: Option<&str>) -> Caller {
        let user = user.trim();
        let lower = user.to_ascii_lowercase();
        match lower.as_str() {
            "" => Caller::Missing,
            "anonymous" | "restricted" | "withheld" | "private" => Caller::Withheld,
            "unavailable" | "unknown" => Caller::Missing,
            _ => match Phone::parse(user, country) {
                Some(phone) => Caller::Number(phone),
                None => Caller::Invalid(user.into()),
            },
        }
    }

    /// Reads what a network shows where callers have addresses: a number by its user part, anything else whole.
    pub fn at(user: &str, host: &str, country: Option<&str>) -> Caller {
        match Caller::parse(user, country) {
            Caller::Invalid(user) if !host.is_empty() => Caller::Invalid(format!("{user}@{host}").into()),
            known => known,
        }
    }

    /// The number or the address that the network shows; empty where it shows none.
    pub fn shown(&self) -> &str {
        match self {
            Caller::Number(phone) => phone.as_str(),
            Caller::Invalid(text) => text,
            Caller::Withheld | Caller::Missing => "",
        }
    }

    /// The number, where there is one.
    pub fn number(&self) -> Option<&Phone> {
        match self {
            Caller::Number(phone) => Some(phone),
            Caller::Withheld | Caller::Missing | Caller::Invalid(_) => None,
        }
    }
}

/// Why seven digits are not enough to dial.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AreaError {
    /// Its areas are dialled in other ways.
    #[error(
        "only countries of the North American plan are dialled by seven digits within an area, not `{0}`"
    )]
    Plan(Arc<str>),
    /// No number begins so.
    #[error("`{0}` is no area code")]
    Unknown(Arc<str>),
}

/// Whether the numbers of an area are dialled there by seven digits: in countries whose code is 1.
///
/// # Errors
/// [`AreaError`] for another country, and for an area that is none.
pub fn dials_locally(country: &str, area: &str) -> Result<(), AreaError> {
    let plan = phonenumber::metadata::DATABASE.by_id(country);
    if plan.is_none_or(|plan| plan.country_code() != 1) {
        return Err(AreaError::Plan(country.into()));
    }
    let some = in_area("2345678", area).and_then(|text| e164(&text, Some(Country::GB)));
    some.map(drop).ok_or_else(|| AreaError::Unknown(area.into()))
}

/// A country, and the area whose numbers are dialled by seven digits.
fn apart(country: &str) -> (Option<&str>, Option<&str>) {
    match country.split_once(' ') {
        Some((country, area)) => (Some(country), Some(area)),
        None => (Some(country), None),
    }
}

/// Seven digits with the area before them; `None` for anything else.
fn in_area(text: &str, area: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let local = digits.len() == 7 && text.chars().all(|sign| sign.is_ascii_digit() || " -.()".contains(sign));
    local.then(|| format!("+1{area}{digits}"))
}

/// Ways to read a number, the likeliest first.
///
/// The library takes a leading national prefix off a number that is written with its country code too, as the 8 of
/// `+7 843 …` in Russia. It leaves the digits alone if it is told that another country asks, so `+` is read from abroad,
/// and a national form is also tried as `+` and its country code, with the national prefix and without. What is no
/// number of the country may be one of the world without its `+`, as many trunks send it.
fn readings(text: &str, country: Option<&str>) -> Vec<(String, Option<Country>)> {
    let country = country.and_then(|letters| Country::from_str(letters).ok());
    if let Some(rest) = text.strip_prefix('+') {
        return vec![(text.to_owned(), Some(abroad(rest))), (text.to_owned(), country)];
    }
    let mut readings = vec![(text.to_owned(), country)];
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if let Some(plan) = country.and_then(|country| phonenumber::metadata::DATABASE.by_id(country.as_ref())) {
        let code = plan.country_code();
        let without = plan.national_prefix().and_then(|prefix| digits.strip_prefix(prefix));
        let national = without.into_iter().chain([digits.as_str()]).map(|rest| format!("+{code}{rest}"));
        readings.extend(national.map(|text| (text.clone(), Some(abroad(&text[1..])))));
    }
    if digits.len() >= SHORTEST_BARE && !digits.starts_with('0') {
        readings.push((format!("+{digits}"), Some(abroad(&digits))));
    }
    readings
}

/// A country whose code these digits do not begin with.
fn abroad(digits: &str) -> Country {
    if digits.trim_start().starts_with("44") { Country::US } else { Country::GB }
}

fn e164(text: &str, country: Option<Country>) -> Option<Phone> {
    let number = phonenumber::parse(country, text).ok()?;
    let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
    let digits = e164.len().saturating_sub(1);
    (phonenumber::is_valid(&number) && digits <= 15).then(|| Phone(e164.into()))
}

fn is_short_code(text: &str) -> bool {
    (2..=LONGEST_SHORT_CODE).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Caller::Number(phone) => write!(f, "{phone}"),
            Caller::Withheld => f.write_str("withheld"),
            Caller::Missing => f.write_str("missing"),
            Caller::Invalid(text) => write!(f, "invalid `{}`", text.escape_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str, country: &str) -> Option<String> {
        Phone::parse(text, Some(country)).map(|phone| phone.to_string())
    }

    #[test]
    fn one_number_written_in_many_ways_is_one_number() {
        let written =
            ["+7 843 203-57-37", "8 (843) 203-57-37", "+7 (843) 203 57 37", "843 203 57 37", "+78432035737"];
        let one = Some("+78432035737".to_owned());
        assert!(written.iter().all(|text| normal(text, "RU") == one), "{written:?}");
    }

    #[test]
    fn national_forms_are_read_by_the_line_s_own_plan() {
        let cases = [
            ("8 916 123-45-67", "RU", "+79161234567"),
            ("011 44 20 7123 4567", "US", "+442071234567"),
            ("06 1234 5678", "IT", "+390612345678"),
            ("+390612345678", "RU", "+390612345678"),
            ("+44 (0)20 7946 0123", "GB", "+442079460123"),
            ("+1 (800) FLOWERS", "US", "+18003569377"),
            ("020 7946 0123", "GB", "+442079460123"),
            ("78432035737", "RU", "+78432035737"),
            ("442079460123", "RU", "+442079460123"),
        ];
        for (text, country, wanted) in cases {
            assert_eq!(normal(text, country).as_deref(), Some(wanted), "{text} in {country}");
        }
    }

    #[test]
    fn seven_digits_are_a_number_of_the_own_area() {
        for (text, wanted) in [
            ("555-0142", "+12565550142"),
            ("5550142", "+12565550142"),
            ("(720) 555-0101", "+17205550101"),
            ("911", "911"),
        ] {
            assert_eq!(normal(text, "US 256").as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(normal("5550142", "US"), None);
        assert_eq!(dials_locally("US", "256"), Ok(()));
        assert_eq!(dials_locally("CA", "416"), Ok(()));
        assert_eq!(dials_locally("US", "100"), Err(AreaError::Unknown("100".into())));
        assert_eq!(dials_locally("RU", "843"), Err(AreaError::Plan("RU".into())));
    }

    #[test]
    fn a_short_code_stays_as_it_is_dialled() {
        assert_eq!(normal("112", "GB").as_deref(), Some("112"));
        assert!(Phone::parse("911", Some("GB")).is_some_and(|phone| phone.is_short()));
    }

    #[test]
    fn no_number_is_never_a_number() {
        assert_eq!(Caller::parse("anonymous", None), Caller::Withheld);
        assert_eq!(Caller::parse("", None), Caller::Missing);
        assert!(matches!(Caller::parse("bob; drop table", Some("RU")), Caller::Invalid(_)));
        assert_eq!(normal("+1234567890123456", "US"), None);
    }

    #[test]
    fn an_address_is_shown_whole_and_a_number_alone() {
        let shown = |user: &str| Caller::at(user, "example.com", None).shown().to_owned();
        assert_eq!(
            ["boss", "+78432035737", "anonymous", ""].map(shown),
            ["boss@example.com", "+78432035737", "", ""]
        );
    }
}
