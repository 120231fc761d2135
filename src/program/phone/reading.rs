//! How a number is read: in the form of its country, of the world, of a `tel:` address, or of its own area.
//!
//! | written | read as |
//! |---|---|
//! | `+…`, or the prefix that the line's country dials before the numbers of others | a number of the world, or none |
//! | two to six digits | a short number, as it is dialled |
//! | anything else | a national number of the line's country, with its national prefix or without, or with its code |
//!
//! Each row is tried alone: what is no number of the world is not read again as a national one.

use super::dialling::Dialling;
use super::extension::bare;
use super::signs::{self, Written};
use super::{Phone, is_short_code, plan};
use std::sync::Arc;

/// Short numbers that are dialled for help wherever they are dialled (3GPP TS 22.101 §10.1.1).
pub(in crate::program) const HELP: [&str; 2] = ["112", "911"];
/// How many digits a number has within its area, in the North American plan.
const LOCAL: usize = 7;

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
    if Dialling::of(country).is_none_or(|home| home.code() != 1) {
        return Err(AreaError::Plan(country.into()));
    }
    valid(&format!("1{area}2345678")).map(drop).ok_or_else(|| AreaError::Unknown(area.into()))
}

/// Reads a number: see [`Phone::parse`].
pub(super) fn read(text: &str, country: Option<&str>) -> Option<Phone> {
    let text = text.trim();
    if is_short_code(text) || plan::look_up(text).is_some() {
        return Some(Phone(text.into()));
    }
    let text = signs::plain(text);
    let (number, context) = bare(&text)?;
    let written = Written::read(number)?;
    match context.and_then(|context| context.strip_prefix('+')) {
        Some(context) if !written.plus => in_context(&written, context, country),
        _ if is_short(&written) => Some(Phone(written.digits.into())),
        _ if written.plus => world(&written.digits, written.zero),
        _ => dialled(&written, country?),
    }
}

fn is_short(written: &Written) -> bool {
    !written.plus && written.letters == 0 && is_short_code(&written.digits)
}

/// The number with these digits behind its `+`, where a country has it.
fn valid(digits: &str) -> Option<Phone> {
    let text = format!("+{digits}");
    plan::look_up(&text).map(|_| Phone(text.into()))
}

/// A number of the world. A zero in brackets stays where the number has it, as Italy's do, and is left out where it is
/// only dialled at home.
fn world(digits: &str, zero: Option<usize>) -> Option<Phone> {
    let without = zero.map(|at| [&digits[..at], &digits[at + 1..]].concat());
    with_code(digits).or_else(|| with_code(&without?))
}

/// A number behind its country's code, where its national prefix may stand between the two.
fn with_code(digits: &str) -> Option<Phone> {
    valid(digits).or_else(|| {
        let (home, national) = Dialling::of_number(digits)?;
        valid(&format!("{}{}", home.code(), home.without_prefix(national)?))
    })
}

/// A number as it is dialled where its beginning is `context` (RFC 3966 §5.1.5). A short one is of that country: it is
/// ours only where that is our own.
fn in_context(written: &Written, context: &str, country: Option<&str>) -> Option<Phone> {
    let code: String = context.chars().filter(char::is_ascii_digit).collect();
    if is_short(written) {
        let own = country.and_then(|country| Dialling::of(apart(country).0));
        let is_own = own.is_some_and(|home| home.code().to_string() == code);
        if is_own || HELP.contains(&&*written.digits) {
            return Some(Phone(written.digits.as_str().into()));
        }
    }
    with_code(&format!("{code}{}", written.digits))
}

/// A country, and the area whose numbers are dialled by seven digits.
fn apart(country: &str) -> (&str, Option<&str>) {
    country.split_once(' ').map_or((country, None), |(country, area)| (country, Some(area)))
}

/// A number without `+`, as it is dialled in a country.
fn dialled(written: &Written, country: &str) -> Option<Phone> {
    let (country, area) = apart(country);
    let home = Dialling::of(country)?;
    let digits = &*written.digits;
    if let Some(rest) = home.behind_international_prefix(digits) {
        let zero = written.zero.and_then(|at| at.checked_sub(digits.len() - rest.len()));
        return world(rest, zero);
    }
    let local = area.filter(|_| digits.len() == LOCAL && written.letters == 0);
    local
        .and_then(|area| valid(&format!("{}{area}{digits}", home.code())))
        .or_else(|| national(&home, digits))
}

/// A national number, with the country's code before it or without.
fn national(home: &Dialling, digits: &str) -> Option<Phone> {
    let code = home.code().to_string();
    let alone = home.without_prefix(digits);
    let alone = alone.as_deref().unwrap_or(digits);
    valid(&format!("{code}{alone}")).or_else(|| digits.starts_with(&code).then(|| valid(digits))?)
}
