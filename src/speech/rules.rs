//! What a language must know so that values can be spoken and written in it.

use super::Word;
use crate::program::{Case, Form, Gender};
use jiff::civil::{Date, DateTime, Time};

/// The rules of one language. Numbers are at most [`LARGEST`]; signs, units and groups are taken apart before.
pub(super) trait Rules: Sync {
    /// The words that stand alone.
    fn marks(&self) -> &'static Marks;

    /// How values are written.
    fn style(&self) -> &'static Style;

    /// A number: twenty-one. Without a gender as one counts, with one as it stands before a noun of that gender.
    fn cardinal(&self, number: u64, gender: Option<Gender>, case: Case, out: &mut Vec<Word>);

    /// A place in a row, up to [`LARGEST_ORDINAL`]: twenty-first.
    fn ordinal(&self, number: u64, gender: Gender, case: Case, out: &mut Vec<Word>);

    /// A number with decimal digits, of which the last is not zero: two point five.
    fn decimal(&self, whole: u64, fraction: &str, out: &mut Vec<Word>);

    /// Which of the forms that a prompt lists for its noun follows this count. Asked with `None` for a fraction.
    fn plural(&self, count: Option<u64>) -> usize;

    /// What stands between a number and the noun that it counts: «de» behind Spanish millions.
    fn before_noun(&self, _: u64) -> Option<Word> {
        None
    }

    /// So many of something, both in the right form: twenty-one minutes.
    fn counted(&self, count: u64, noun: Noun, case: Case, out: &mut Vec<Word>);

    /// The noun alone, in the form that the count asks for.
    fn noun(&self, count: u64, noun: Noun, case: Case) -> Word;

    /// What joins a major and a minor unit of money, where something does.
    fn money_join(&self) -> Option<Word>;

    /// The case of a length of time in an ordinary sentence.
    fn duration_case(&self) -> Case {
        Case::Accusative
    }

    /// A day of the year, with its weekday and its year where the form says so.
    fn date(&self, date: Date, form: &Form, out: &mut Vec<Word>);

    /// A time of day, to the minute.
    fn time(&self, time: Time, case: Option<Case>, out: &mut Vec<Word>);

    /// A day and a time of day.
    fn moment(&self, at: DateTime, form: &Form, out: &mut Vec<Word>);

    /// A moment so many days ahead: tomorrow at nine, on Monday at nine, on the nineteenth of May at nine.
    fn near(&self, days: i32, at: DateTime, out: &mut Vec<Word>);

    /// The same as written.
    fn written_near(&self, days: i32, at: DateTime) -> String;

    /// A place in a row, in figures.
    fn written_ordinal(&self, number: u64, gender: Gender, case: Case) -> String;

    /// A day as written; with its weekday the year only where the form says so.
    fn written_date(&self, date: Date, form: &Form) -> String;

    /// A time of day as written.
    fn written_time(&self, time: Time) -> String;

    /// A day and a time of day as written.
    fn written_moment(&self, at: DateTime, form: &Form) -> String {
        let (date, time) = (self.written_date(at.date(), form), self.written_time(at.time()));
        format!("{date}{}{time}", self.style().date_join)
    }
}

/// The largest number that is spoken.
pub(super) const LARGEST: u64 = 999_999_999_999_999;

/// The last place in a row that is spoken as such.
pub(super) const LARGEST_ORDINAL: u64 = 9999;

/// Words that stand alone.
pub(super) struct Marks {
    pub(super) minus: Word,
    /// Before a phone number.
    pub(super) plus: Word,
    pub(super) yes: Word,
    pub(super) no: Word,
    /// Before the last item of a list.
    pub(super) and: Word,
}

/// How a language writes values (CLDR 48).
pub(super) struct Style {
    /// Before the decimal digits.
    pub(super) decimal: char,
    /// Between groups of three digits.
    pub(super) group: char,
    /// Numbers of fewer digits before the decimal sign have no groups.
    pub(super) grouped_from: usize,
    /// Currencies that have a sign of their own; others are written by their letters.
    pub(super) signs: &'static [(&'static str, &'static str)],
    /// The currency stands before the amount.
    pub(super) currency_first: bool,
    /// Between a date and a time.
    pub(super) date_join: &'static str,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noun {
    Ruble,
    Kopeck,
    Dollar,
    Cent,
    Euro,
    EuroCent,
    Zloty,
    Grosz,
    Pound,
    Penny,
    Franc,
    Rappen,
    Day,
    Hour,
    Minute,
    Second,
}

/// The text at a position of a table; nothing beyond it.
pub(super) fn at(table: &[&'static str], position: u64) -> &'static str {
    usize::try_from(position).ok().and_then(|index| table.get(index)).copied().unwrap_or_default()
}

/// A number in groups of three digits that are not zero, the highest first: each with its power of a thousand.
pub(super) fn groups(number: u64) -> impl Iterator<Item = (u64, u32)> {
    (0..=4u32)
        .rev()
        .map(move |power| (number / 1000u64.pow(power) % 1000, power))
        .filter(|(count, _)| *count > 0)
}

/// Hundreds, tens and ones of a number below a thousand; ones run to nineteen.
pub(super) fn digits_of(number: u64) -> (u64, u64, u64) {
    let (hundreds, rest) = (number / 100, number % 100);
    if rest < 20 { (hundreds, 0, rest) } else { (hundreds, rest / 10, rest % 10) }
}

/// The day of the month, the month from zero, the weekday from Monday, the year without its sign.
pub(super) fn day_of(date: Date) -> (u64, u64, u64, u64) {
    let month = u64::from(date.month().unsigned_abs()).saturating_sub(1);
    let weekday = u64::from(date.weekday().to_monday_zero_offset().unsigned_abs());
    (u64::from(date.day().unsigned_abs()), month, weekday, u64::from(date.year().unsigned_abs()))
}

/// Hours and minutes.
pub(super) fn clock_of(time: Time) -> (u64, u64) {
    (u64::from(time.hour().unsigned_abs()), u64::from(time.minute().unsigned_abs()))
}
