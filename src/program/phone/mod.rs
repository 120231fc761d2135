//! Phone numbers: normalised once, compared exactly, never cut and pasted.
//!
//! Numbers are read with libphonenumber's data. Short codes (`112`, `1001`) are kept as they are dialled: they are
//! not E.164. What a network says of a caller is a [`Caller`]: withheld, missing and invalid are values of their
//! own, and none of them ever equals a number.

mod caller;
mod dialling;
mod extension;
mod plan;
mod reading;
mod signs;

pub use caller::Caller;
pub use plan::{NumberKind, Subscriber, load_numbering};
pub(super) use reading::HELP;
pub use reading::{AreaError, dials_locally};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A number in normal form: `+78432035737`, or a short code as it is dialled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(Arc<str>);

impl Phone {
    /// The most digits of a short code that is taken as dialled.
    pub const LONGEST_SHORT: usize = 6;

    /// Reads a number as people write it: with `+`, blanks, hyphens and brackets, in the national form of `country`
    /// (two letters of ISO 3166), as a `tel:` address, or a short code. An extension behind it (`;ext=12`, `x12`) is
    /// left out. `None` if it can be no number there: `+` and the country's prefix for other countries begin a number
    /// of the world, which is never read again as a national one, and no prefix is left out that the country does not
    /// dial. With an area code behind a blank, as in `US 256`, seven digits are a number of that area.
    pub fn parse(text: &str, country: Option<&str>) -> Option<Phone> {
        reading::read(text, country)
    }

    /// A number that already is in normal form: `+` and 4 to 15 digits, or a short code.
    pub fn from_e164(text: &str) -> Option<Phone> {
        let digits = text.strip_prefix('+').filter(|d| (4..=15).contains(&d.len()));
        let normal = digits.is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()));
        (normal || is_short_code(text)).then(|| Phone(text.into()))
    }

    /// Digits of which nobody has asked whether a country has them: the end of a range, an example.
    pub(super) fn unchecked(text: &str) -> Phone {
        Phone(text.into())
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whose number it is: its country, and its kind there. `None` for a short code, and where no country has it.
    pub fn subscriber(&self) -> Option<Subscriber> {
        plan::look_up(self.as_str())
    }

    /// Some number of a country, by its two letters: of a mobile, or of a fixed line. Nobody may have it; its plan allows it.
    pub fn example(country: &str, mobile: bool) -> Option<Phone> {
        let plan = phonenumber::metadata::DATABASE.by_id(country)?;
        let kinds = plan.descriptors();
        let kind = if mobile { kinds.mobile() } else { kinds.fixed_line() };
        Phone::parse(kind?.example()?, Some(country))
    }

    /// Whether a mobile phone may have this number: its country says so, or does not tell mobile from fixed lines.
    pub fn may_be_mobile(&self) -> bool {
        let kind = self.subscriber().map(|subscriber| subscriber.kind);
        matches!(kind, Some(NumberKind::Mobile | NumberKind::FixedOrMobile))
    }

    /// Whether a country has the same country code as this number: +1 and +7 belong to several.
    pub(super) fn shares_code_with(&self, country: &str) -> bool {
        let plan = phonenumber::metadata::DATABASE.by_id(country);
        plan.is_some_and(|plan| self.0.starts_with(&format!("+{}", plan.country_code())))
    }

    /// Whether this is a short code, valid only where it is dialled.
    pub fn is_short(&self) -> bool {
        !self.0.starts_with('+')
    }
}

/// The digits of a text that has nothing else but `+` and what stands between digits, the `+` kept: what a telephone
/// dials where it is told to call `9-1-1`. `None` for a name or an address.
pub(super) fn dialled(text: &str) -> Option<String> {
    let written = signs::Written::read(&signs::plain(text)).filter(|written| written.letters == 0)?;
    Some(if written.plus { format!("+{}", written.digits) } else { written.digits })
}

/// Whether a text in normal form is a number that there may be.
pub fn is_number(text: &str) -> bool {
    is_short_code(text) || plan::look_up(text).is_some()
}

/// How many digits numbers have that begin so, country code and all, a bit each; any count where no code begins so.
///
/// The data says for a country how long its numbers may be: a Russian one has ten digits behind the code, and a few have
/// fourteen. So examples are tried, and where some fit, only their lengths count.
pub(super) fn lengths(leading: &str) -> u16 {
    let Some(known) = plan::lengths(leading) else { return !1 };
    if known.count_ones() == 1 {
        return known;
    }
    let fits = |count: usize| {
        let filled = |digit: char| format!("+{leading}{}", String::from(digit).repeat(count - leading.len()));
        known & 1 << count != 0 && ('0'..='9').any(|digit| plan::look_up(&filled(digit)).is_some())
    };
    let found = (leading.len()..=15).filter(|count| fits(*count)).fold(0, |set, count| set | 1 << count);
    if found == 0 { known } else { found }
}

fn is_short_code(text: &str) -> bool {
    (2..=Phone::LONGEST_SHORT).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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
            ("442079460123", "GB", "+442079460123"),
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
