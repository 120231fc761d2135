//! What a language must know so that values can be spoken and written in it.

use super::Word;
use jiff::civil::{Date, Time};

/// The rules of one language. Numbers are at most [`LARGEST`]; signs, units and groups are taken apart before.
pub(super) trait Rules: Sync {
    /// The words that stand alone.
    fn marks(&self) -> &'static Marks;

    /// The ten digits as they are read out one by one.
    fn digits(&self) -> [Word; 10];

    /// A number by itself: twenty-one.
    fn cardinal(&self, number: u64, out: &mut Vec<Word>);

    /// A number with decimal digits, of which the last is not zero: two point five.
    fn decimal(&self, whole: u64, fraction: &str, out: &mut Vec<Word>);

    /// So many of something, both in the right form: twenty-one minutes.
    fn counted(&self, count: u64, noun: Noun, case: Case, out: &mut Vec<Word>);

    /// The noun alone, in the form that the count asks for.
    fn noun(&self, count: u64, noun: Noun, case: Case) -> Word;

    /// What joins a major and a minor unit of money, where something does.
    fn money_join(&self) -> Option<Word>;

    /// A day of the year.
    fn date(&self, date: Date, out: &mut Vec<Word>);

    /// A time of day, to the minute.
    fn time(&self, time: Time, out: &mut Vec<Word>);

    /// All words that values of a kind can need.
    fn inventory(&self, kind: Kind) -> Vec<Word>;

    /// The decimal sign and the sign between groups of three digits, as written.
    fn separators(&self) -> Separators;

    /// An amount whose number is written already, with its currency's letters.
    fn written_money(&self, number: &str, currency: &str) -> String;

    /// A day as written.
    fn written_date(&self, date: Date) -> String;

    /// A time of day as written.
    fn written_time(&self, time: Time) -> String;
}

/// The largest number that is spoken.
pub(super) const LARGEST: u64 = 999_999_999_999;

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

/// How numbers are written.
pub(super) struct Separators {
    pub(super) decimal: char,
    pub(super) group: char,
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
    Day,
    Hour,
    Minute,
    Second,
}

/// The case of what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Nominative,
    Accusative,
}

/// Kinds of values that are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Bool,
    Number,
    Digits,
    Phone,
    Money,
    Duration,
    Date,
    Time,
    /// The words between the items of a list.
    List,
}

impl Kind {
    pub(super) const ALL: [Kind; 9] = [
        Kind::Bool,
        Kind::Number,
        Kind::Digits,
        Kind::Phone,
        Kind::Money,
        Kind::Duration,
        Kind::Date,
        Kind::Time,
        Kind::List,
    ];

    /// As a studio's script calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Bool => "yes and no",
            Kind::Number => "numbers",
            Kind::Digits => "digits",
            Kind::Phone => "phone numbers",
            Kind::Money => "money",
            Kind::Duration => "lengths of time",
            Kind::Date => "dates",
            Kind::Time => "times of day",
            Kind::List => "lists",
        }
    }
}

/// The word at a position of a table.
pub(super) fn push(out: &mut Vec<Word>, table: &[Word], position: u64) {
    let found = usize::try_from(position).ok().and_then(|index| table.get(index));
    out.extend(found);
}

/// Decimal digits, one after another.
pub(super) fn push_digits(out: &mut Vec<Word>, table: &[Word; 10], digits: &str) {
    digits.bytes().for_each(|digit| push(out, table, u64::from(digit.wrapping_sub(b'0'))));
}

/// A day of the month: from the twenty-first on its ten and the ordinal of its last digit, but for the thirtieth.
/// `tens` begin with twenty; `ordinals` are the first to the twentieth and the thirtieth.
pub(super) fn push_day(out: &mut Vec<Word>, tens: &[Word], ordinals: &[Word; 21], date: Date) {
    match u64::from(date.day().unsigned_abs()) {
        30 => push(out, ordinals, 20),
        day @ ..=20 => push(out, ordinals, day.saturating_sub(1)),
        day => {
            push(out, tens, day / 10 - 2);
            push(out, ordinals, day % 10 - 1);
        }
    }
}
