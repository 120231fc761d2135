//! English, as the British count: two thousand and twenty-one, the twentieth of November.
//!
//! Times of day have twelve hours and say which half of the day: nine thirty a.m., noon, midnight. Decimals are read
//! digit by digit, years by two pairs: twenty twenty-six. Written: money as in `$1,234.50`, days as in `19 May 2026`,
//! times as in `9:05 am` (CLDR `en` and `en-GB`, a clock of twelve hours).

use super::Word;
use super::rules::{Marks, Noun, Rules, Style, at, clock_of, day_of, digits_of, groups};
use super::word::word;
use crate::program::{Case, Form, Gender};
use jiff::civil::{Date, DateTime, Time};

pub(super) struct English;

static MARKS: Marks = Marks {
    minus: word("minus", "minus"),
    plus: word("plus", "plus"),
    yes: word("yes", "yes"),
    no: word("no", "no"),
    and: AND,
};

static STYLE: Style = Style {
    decimal: '.',
    group: ',',
    grouped_from: 4,
    signs: &[("USD", "$"), ("EUR", "€"), ("GBP", "£"), ("JPY", "¥")],
    currency_first: true,
    date_join: " at ",
};

const AND: Word = word("and", "and");
const POINT: Word = word("point", "point");
const HUNDRED: Word = word("hundred", "hundred");
const HUNDREDTH: Word = word("d_100", "hundredth");
const THE: Word = word("the", "the");
const OF: Word = word("of", "of");
const OH: Word = word("oh", "oh");
const AT: Word = word("at", "at");
const ON: Word = word("on", "on");
const TODAY: Word = word("today", "today");
const TOMORROW: Word = word("tomorrow", "tomorrow");
const MIDNIGHT: Word = word("midnight", "midnight");
const NOON: Word = word("noon", "noon");
/// Before and after noon.
const HALVES: [Word; 2] = [word("am", "a.m."), word("pm", "p.m.")];
/// From one thousand.
static SCALES: [Word; 4] = [
    word("thousand", "thousand"),
    word("million", "million"),
    word("billion", "billion"),
    word("trillion", "trillion"),
];

static ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
/// From twenty.
static TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
static ONES_ORDINAL: [&str; 20] = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];
static TENS_ORDINAL: [&str; 8] =
    ["twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"];
static MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
static WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Its key, the singular and the plural.
fn forms(noun: Noun) -> (&'static str, [&'static str; 2]) {
    match noun {
        Noun::Ruble => ("rub", ["ruble", "rubles"]),
        Noun::Kopeck => ("kopeck", ["kopeck", "kopecks"]),
        Noun::Dollar => ("usd", ["dollar", "dollars"]),
        Noun::Cent | Noun::EuroCent => ("cent", ["cent", "cents"]),
        Noun::Euro => ("eur", ["euro", "euros"]),
        Noun::Zloty => ("pln", ["zloty", "zlotys"]),
        Noun::Grosz => ("grosz", ["grosz", "groszy"]),
        Noun::Pound => ("gbp", ["pound", "pounds"]),
        Noun::Penny => ("penny", ["penny", "pence"]),
        Noun::Franc => ("chf", ["franc", "francs"]),
        Noun::Rappen => ("rappen", ["centime", "centimes"]),
        Noun::Day => ("day", ["day", "days"]),
        Noun::Hour => ("hour", ["hour", "hours"]),
        Noun::Minute => ("minute", ["minute", "minutes"]),
        Noun::Second => ("second", ["second", "seconds"]),
    }
}

fn ones(number: u64, ordinal: bool) -> Word {
    match ordinal {
        true => Word::made(format!("d_{number}"), at(&ONES_ORDINAL, number)),
        false => Word::made(format!("n_{number}"), at(&ONES, number)),
    }
}

fn tens(number: u64, ordinal: bool) -> Word {
    match ordinal {
        true => Word::made(format!("d_{number}0"), at(&TENS_ORDINAL, number - 2)),
        false => Word::made(format!("n_{number}0"), at(&TENS, number - 2)),
    }
}

/// The number's last group takes an «and» after anything before it.
fn number(number: u64, ordinal: bool, out: &mut Vec<Word>) {
    if number == 0 {
        return out.push(ones(0, ordinal));
    }
    for (count, power) in groups(number) {
        if power == 0 {
            below_thousand(count, ordinal, number >= 1000, out);
            continue;
        }
        below_thousand(count, false, false, out);
        match ordinal && number.is_multiple_of(1000u64.pow(power)) {
            true => out.push(word("d_1000", "thousandth")),
            false => out.push(SCALES[power as usize - 1].clone()),
        }
    }
}

fn below_thousand(number: u64, ordinal: bool, joined: bool, out: &mut Vec<Word>) {
    let (hundreds, rest) = (number / 100, number % 100);
    if hundreds > 0 {
        out.push(ones(hundreds, false));
        out.push(if ordinal && rest == 0 { HUNDREDTH } else { HUNDRED });
    }
    if rest > 0 && (hundreds > 0 || joined) {
        out.push(AND);
    }
    below_hundred(rest, ordinal, out);
}

/// Nothing for zero.
fn below_hundred(number: u64, ordinal: bool, out: &mut Vec<Word>) {
    let (_, tens_of, ones_of) = digits_of(number);
    if tens_of > 0 {
        out.push(tens(tens_of, ordinal && ones_of == 0));
    }
    if tens_of > 0 && ones_of > 0 {
        out.push(Word::HYPHEN);
    }
    if ones_of > 0 {
        out.push(ones(ones_of, ordinal));
    }
}

/// By two pairs: nineteen hundred, nineteen oh five, twenty twenty-six; two thousand and five.
fn year(year: u64, out: &mut Vec<Word>) {
    let (century, rest) = (year / 100, year % 100);
    if !(11..100).contains(&century) || century % 10 == 0 && rest < 10 {
        return number(year, false, out);
    }
    below_hundred(century, false, out);
    match rest {
        0 => out.push(HUNDRED),
        1..=9 => out.extend([OH, ones(rest, false)]),
        _ => below_hundred(rest, false, out),
    }
}

impl Rules for English {
    fn marks(&self) -> &'static Marks {
        &MARKS
    }

    fn style(&self) -> &'static Style {
        &STYLE
    }

    fn cardinal(&self, count: u64, _: Option<Gender>, _: Case, out: &mut Vec<Word>) {
        number(count, false, out);
    }

    fn ordinal(&self, place: u64, _: Gender, _: Case, out: &mut Vec<Word>) {
        number(place, true, out);
    }

    fn decimal(&self, whole: u64, fraction: &str, out: &mut Vec<Word>) {
        number(whole, false, out);
        out.push(POINT);
        out.extend(fraction.bytes().map(|digit| ones(u64::from(digit.wrapping_sub(b'0')), false)));
    }

    fn plural(&self, count: Option<u64>) -> usize {
        usize::from(count != Some(1))
    }

    fn counted(&self, count: u64, noun: Noun, case: Case, out: &mut Vec<Word>) {
        number(count, false, out);
        out.push(self.noun(count, noun, case));
    }

    fn noun(&self, count: u64, noun: Noun, _: Case) -> Word {
        let (key, [one, many]) = forms(noun);
        if count == 1 { Word::made(format!("{key}_1"), one) } else { Word::made(format!("{key}_2"), many) }
    }

    fn money_join(&self) -> Option<Word> {
        Some(AND)
    }

    fn date(&self, date: Date, form: &Form, out: &mut Vec<Word>) {
        let (day, month, weekday, year_of) = day_of(date);
        if form.weekday {
            out.push(Word::made(format!("weekday_{}", weekday + 1), at(&WEEKDAYS, weekday)));
        }
        out.push(THE);
        number(day, true, out);
        out.push(OF);
        out.push(Word::made(format!("month_{}", month + 1), at(&MONTHS, month)));
        if form.year {
            year(year_of, out);
        }
    }

    fn time(&self, time: Time, _: Option<Case>, out: &mut Vec<Word>) {
        let (hour, minute) = clock_of(time);
        match (hour, minute) {
            (0, 0) => return out.push(MIDNIGHT),
            (12, 0) => return out.push(NOON),
            _ => out.push(ones((hour + 11) % 12 + 1, false)),
        }
        match minute {
            0 => {}
            1..=9 => out.extend([OH, ones(minute, false)]),
            _ => below_hundred(minute, false, out),
        }
        out.push(HALVES[usize::from(hour >= 12)].clone());
    }

    fn moment(&self, moment: DateTime, form: &Form, out: &mut Vec<Word>) {
        self.date(moment.date(), form, out);
        out.push(AT);
        self.time(moment.time(), None, out);
    }

    fn near(&self, days: i32, moment: DateTime, out: &mut Vec<Word>) {
        let (_, _, weekday, _) = day_of(moment.date());
        match days {
            0 => out.push(TODAY),
            1 => out.push(TOMORROW),
            2..=6 => {
                out.extend([ON, Word::made(format!("weekday_{}", weekday + 1), at(&WEEKDAYS, weekday))]);
            }
            _ => {
                out.push(ON);
                self.date(moment.date(), &Form::default(), out);
            }
        }
        out.push(AT);
        self.time(moment.time(), None, out);
    }

    fn written_near(&self, days: i32, moment: DateTime) -> String {
        let (_, _, weekday, _) = day_of(moment.date());
        let day = match days {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            2..=6 => format!("on {}", at(&WEEKDAYS, weekday)),
            _ => format!("on {}", self.written_date(moment.date(), &Form::default())),
        };
        format!("{day} at {}", self.written_time(moment.time()))
    }

    fn written_ordinal(&self, number: u64, _: Gender, _: Case) -> String {
        let ending = match (number % 100, number % 10) {
            (11..=13, _) => "th",
            (_, 1) => "st",
            (_, 2) => "nd",
            (_, 3) => "rd",
            _ => "th",
        };
        format!("{number}{ending}")
    }

    fn written_date(&self, date: Date, form: &Form) -> String {
        let (day, month, weekday, _) = day_of(date);
        let (month, weekday, year) = (at(&MONTHS, month), at(&WEEKDAYS, weekday), date.year());
        match (form.weekday, form.year) {
            (false, _) => format!("{day} {month} {year}"),
            (true, false) => format!("{weekday} {day} {month}"),
            (true, true) => format!("{weekday}, {day} {month} {year}"),
        }
    }

    fn written_time(&self, time: Time) -> String {
        let (hour, minute) = clock_of(time);
        let half = if hour < 12 { "am" } else { "pm" };
        format!("{}:{minute:02} {half}", (hour + 11) % 12 + 1)
    }
}
