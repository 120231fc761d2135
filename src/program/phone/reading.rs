//! How a number is read: in the form of its country, of the world, of a `tel:` address, or of its own area.

use super::{Phone, is_short_code, plan};
use phonenumber::country::Id as Country;
use std::str::FromStr;
use std::sync::Arc;

/// The fewest digits that are taken for a number of the world without its `+`.
const SHORTEST_BARE: usize = 10;
/// What stands before the digits of an extension.
const EXTENSION: [&str; 4] = ["ext.", "ext", "x", "#"];

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
    let some = in_area("2345678", area).and_then(|text| as_it_stands(&text));
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

/// Reads a number: see [`Phone::parse`].
pub(super) fn read(text: &str, country: Option<&str>) -> Option<Phone> {
    let text = text.trim();
    if is_short_code(text) {
        return Some(Phone(text.into()));
    }
    let (text, context) = bare(text);
    if is_short_code(text) {
        return Some(Phone(text.into()));
    }
    match context.filter(|context| context.starts_with('+') && !text.starts_with('+')) {
        Some(context) => in_context(text, context),
        None => plain(text, country),
    }
}

fn plain(text: &str, country: Option<&str>) -> Option<Phone> {
    if let Some(phone) = as_it_stands(text) {
        return Some(phone);
    }
    let (country, area) = country.map_or((None, None), apart);
    let local = area.and_then(|area| in_area(text, area)).and_then(|text| as_it_stands(&text));
    local.or_else(|| from_home(text, country?)).or_else(|| {
        readings(text, country)
            .into_iter()
            .find_map(|(text, country)| as_it_stands(&text).or_else(|| e164(&text, country)))
    })
}

/// A number of another country as it is dialled from this one. The library drops the zero of an Italian number here.
fn from_home(text: &str, country: &str) -> Option<Phone> {
    let dialled = |sign: char| sign.is_ascii_digit() || " -.()".contains(sign);
    if text.starts_with('+') || !text.chars().all(dialled) || text.contains("(0)") {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let rest = plan::behind_prefix(&digits, country)?;
    as_it_stands(&format!("+{rest}"))
}

/// The number alone, and its `phone-context` (RFC 3966 §5.1.5): a `tel:` before it, parameters and an extension behind
/// it are taken off.
fn bare(text: &str) -> (&str, Option<&str>) {
    let scheme = text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
    let text = if scheme { &text[4..] } else { text };
    let (number, parameters) = text.split_once(';').unwrap_or((text, ""));
    let context = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("phone-context").then(|| value.trim())
    });
    (without_extension(number).trim(), context)
}

/// What stands before `x12`, `ext. 12` or `#12`.
fn without_extension(text: &str) -> &str {
    let digits = text.trim_end().trim_end_matches(|sign: char| sign.is_ascii_digit());
    if digits.len() == text.trim_end().len() {
        return text;
    }
    let before = digits.trim_end();
    let marked = EXTENSION.iter().find_map(|mark| {
        let at = before.len().checked_sub(mark.len())?;
        before.get(at..)?.eq_ignore_ascii_case(mark).then(|| &before[..at])
    });
    marked.filter(|number| number.bytes().any(|byte| byte.is_ascii_digit())).unwrap_or(text)
}

/// A number as it is dialled where its beginning is `context`, with the national prefix or without.
fn in_context(text: &str, context: &str) -> Option<Phone> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let code: String = context.chars().filter(char::is_ascii_digit).collect();
    let prefix = plan::national_prefix(&code);
    let without = prefix.and_then(|prefix| digits.strip_prefix(prefix)).map(str::to_owned);
    [Some(digits), without].into_iter().flatten().find_map(|digits| as_it_stands(&format!("+{code}{digits}")))
}

/// A number of the world that is valid as it is written, blanks, hyphens and brackets left out. A zero in brackets of
/// its own is dialled only at home, but for Italy's, which belongs to the number.
fn as_it_stands(text: &str) -> Option<Phone> {
    if !text.starts_with('+') {
        return None;
    }
    if text.contains("(0)") {
        let read = |zero: &str| as_it_stands(&text.replace("(0)", zero));
        return read("").or_else(|| read("0"));
    }
    let mut digits = String::with_capacity(16);
    for sign in text.chars() {
        match sign {
            '0'..='9' => digits.push(sign),
            '+' if digits.is_empty() => digits.push('+'),
            ' ' | '-' | '(' | ')' | '.' | '\u{a0}' => {}
            _ => return None,
        }
    }
    plan::look_up(&digits).map(|_| Phone(digits.into()))
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
