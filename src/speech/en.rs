//! English, as the British count: two thousand and twenty-one, the twentieth of November.
//!
//! Times of day have twelve hours and say which half of the day: nine thirty a.m., noon, midnight. Decimals are read
//! digit by digit.

use super::Word;
use super::rules::{Case, Kind, Marks, Noun, Rules, Separators, push, push_day, push_digits};
use super::word::word;
use jiff::civil::{Date, Time};

pub(super) struct English;

static MARKS: Marks = Marks {
    minus: word("minus", "minus"),
    plus: word("plus", "plus"),
    yes: word("yes", "yes"),
    no: word("no", "no"),
    and: AND,
};

const AND: Word = word("and", "and");
const POINT: Word = word("point", "point");
const HUNDRED: Word = word("hundred", "hundred");
const THOUSAND: Word = word("thousand", "thousand");
const MILLION: Word = word("million", "million");
const BILLION: Word = word("billion", "billion");
const THE: Word = word("the", "the");
const OF: Word = word("of", "of");
const OH: Word = word("oh", "oh");
const MIDNIGHT: Word = word("midnight", "midnight");
const NOON: Word = word("noon", "noon");
/// Before and after noon.
const HALVES: [Word; 2] = [word("am", "a.m."), word("pm", "p.m.")];

static ONES: [Word; 20] = [
    word("n_0", "zero"),
    word("n_1", "one"),
    word("n_2", "two"),
    word("n_3", "three"),
    word("n_4", "four"),
    word("n_5", "five"),
    word("n_6", "six"),
    word("n_7", "seven"),
    word("n_8", "eight"),
    word("n_9", "nine"),
    word("n_10", "ten"),
    word("n_11", "eleven"),
    word("n_12", "twelve"),
    word("n_13", "thirteen"),
    word("n_14", "fourteen"),
    word("n_15", "fifteen"),
    word("n_16", "sixteen"),
    word("n_17", "seventeen"),
    word("n_18", "eighteen"),
    word("n_19", "nineteen"),
];

/// From twenty.
static TENS: [Word; 8] = [
    word("n_20", "twenty"),
    word("n_30", "thirty"),
    word("n_40", "forty"),
    word("n_50", "fifty"),
    word("n_60", "sixty"),
    word("n_70", "seventy"),
    word("n_80", "eighty"),
    word("n_90", "ninety"),
];

/// Days of the month from the first; the twentieth and the thirtieth close the row.
static DAYS: [Word; 21] = [
    word("d_1", "first"),
    word("d_2", "second"),
    word("d_3", "third"),
    word("d_4", "fourth"),
    word("d_5", "fifth"),
    word("d_6", "sixth"),
    word("d_7", "seventh"),
    word("d_8", "eighth"),
    word("d_9", "ninth"),
    word("d_10", "tenth"),
    word("d_11", "eleventh"),
    word("d_12", "twelfth"),
    word("d_13", "thirteenth"),
    word("d_14", "fourteenth"),
    word("d_15", "fifteenth"),
    word("d_16", "sixteenth"),
    word("d_17", "seventeenth"),
    word("d_18", "eighteenth"),
    word("d_19", "nineteenth"),
    word("d_20", "twentieth"),
    word("d_30", "thirtieth"),
];

/// From January.
static MONTHS: [Word; 12] = [
    word("month_1", "January"),
    word("month_2", "February"),
    word("month_3", "March"),
    word("month_4", "April"),
    word("month_5", "May"),
    word("month_6", "June"),
    word("month_7", "July"),
    word("month_8", "August"),
    word("month_9", "September"),
    word("month_10", "October"),
    word("month_11", "November"),
    word("month_12", "December"),
];

/// Singular and plural.
fn forms(noun: Noun) -> [Word; 2] {
    match noun {
        Noun::Ruble => [word("rub_1", "ruble"), word("rub_2", "rubles")],
        Noun::Kopeck => [word("kopeck_1", "kopeck"), word("kopeck_2", "kopecks")],
        Noun::Dollar => [word("usd_1", "dollar"), word("usd_2", "dollars")],
        Noun::Cent | Noun::EuroCent => [word("cent_1", "cent"), word("cent_2", "cents")],
        Noun::Euro => [word("eur_1", "euro"), word("eur_2", "euros")],
        Noun::Day => [word("day_1", "day"), word("day_2", "days")],
        Noun::Hour => [word("hour_1", "hour"), word("hour_2", "hours")],
        Noun::Minute => [word("minute_1", "minute"), word("minute_2", "minutes")],
        Noun::Second => [word("second_1", "second"), word("second_2", "seconds")],
    }
}

/// The number's last group takes an «and» after anything before it.
fn number(number: u64, out: &mut Vec<Word>) {
    if number == 0 {
        return push(out, &ONES, 0);
    }
    for (size, scale) in [(1_000_000_000, BILLION), (1_000_000, MILLION), (1000, THOUSAND)] {
        let count = number / size % 1000;
        if count > 0 {
            below_thousand(count, false, out);
            out.push(scale);
        }
    }
    below_thousand(number % 1000, number >= 1000, out);
}

fn below_thousand(number: u64, joined: bool, out: &mut Vec<Word>) {
    let (hundreds, rest) = (number / 100, number % 100);
    if hundreds > 0 {
        push(out, &ONES, hundreds);
        out.push(HUNDRED);
    }
    if rest > 0 && (hundreds > 0 || joined) {
        out.push(AND);
    }
    below_hundred(rest, out);
}

/// Nothing for zero.
fn below_hundred(number: u64, out: &mut Vec<Word>) {
    let (tens, ones) = if number < 20 { (0, number) } else { (number / 10, number % 10) };
    if tens > 0 {
        push(out, &TENS, tens - 2);
    }
    if ones > 0 {
        push(out, &ONES, ones);
    }
}

fn month(date: Date) -> Word {
    MONTHS[usize::from(date.month().unsigned_abs().clamp(1, 12) - 1)]
}

impl Rules for English {
    fn marks(&self) -> &'static Marks {
        &MARKS
    }

    fn digits(&self) -> [Word; 10] {
        std::array::from_fn(|digit| ONES[digit])
    }

    fn cardinal(&self, count: u64, out: &mut Vec<Word>) {
        number(count, out);
    }

    fn decimal(&self, whole: u64, fraction: &str, out: &mut Vec<Word>) {
        number(whole, out);
        out.push(POINT);
        push_digits(out, &self.digits(), fraction);
    }

    fn counted(&self, count: u64, noun: Noun, case: Case, out: &mut Vec<Word>) {
        number(count, out);
        out.push(self.noun(count, noun, case));
    }

    fn noun(&self, count: u64, noun: Noun, _: Case) -> Word {
        let [one, many] = forms(noun);
        if count == 1 { one } else { many }
    }

    fn money_join(&self) -> Option<Word> {
        Some(AND)
    }

    fn date(&self, date: Date, out: &mut Vec<Word>) {
        out.push(THE);
        push_day(out, &TENS, &DAYS, date);
        out.push(OF);
        out.push(month(date));
    }

    fn time(&self, time: Time, out: &mut Vec<Word>) {
        let (hour, minute) = (u64::from(time.hour().unsigned_abs()), u64::from(time.minute().unsigned_abs()));
        match (hour, minute) {
            (0, 0) => return out.push(MIDNIGHT),
            (12, 0) => return out.push(NOON),
            _ => push(out, &ONES, (hour + 11) % 12 + 1),
        }
        match minute {
            0 => {}
            1..=9 => {
                out.push(OH);
                push(out, &ONES, minute);
            }
            _ => below_hundred(minute, out),
        }
        push(out, &HALVES, hour / 12);
    }

    fn inventory(&self, kind: Kind) -> Vec<Word> {
        let scales = [HUNDRED, THOUSAND, MILLION, BILLION, AND];
        let numbers = || [&ONES[..], &TENS, &scales].concat();
        let nouns = |nouns: &[Noun]| nouns.iter().flat_map(|noun| forms(*noun)).collect::<Vec<Word>>();
        match kind {
            Kind::Bool => vec![MARKS.yes, MARKS.no],
            Kind::Number => [numbers(), vec![POINT, MARKS.minus]].concat(),
            Kind::Digits => self.digits().to_vec(),
            Kind::Phone => [&self.digits()[..], &[MARKS.plus]].concat(),
            Kind::Money => {
                let units = nouns(&[Noun::Ruble, Noun::Kopeck, Noun::Dollar, Noun::Cent, Noun::Euro]);
                [numbers(), units, vec![MARKS.minus]].concat()
            }
            Kind::Duration => {
                [numbers(), nouns(&[Noun::Day, Noun::Hour, Noun::Minute, Noun::Second])].concat()
            }
            Kind::Date => [&[THE, OF][..], &TENS[..2], &DAYS, &MONTHS].concat(),
            Kind::Time => [&ONES[1..], &TENS[..4], &[OH, MIDNIGHT, NOON], &HALVES].concat(),
            Kind::List => vec![AND],
        }
    }

    fn separators(&self) -> Separators {
        Separators { decimal: '.', group: ',' }
    }

    fn written_money(&self, number: &str, currency: &str) -> String {
        format!("{number} {currency}")
    }

    fn written_date(&self, date: Date) -> String {
        format!("{} {} {}", date.day(), month(date).text, date.year())
    }

    fn written_time(&self, time: Time) -> String {
        let hour = time.hour().rem_euclid(24);
        let half = if hour < 12 { "a.m." } else { "p.m." };
        format!("{}:{:02} {half}", (hour + 11) % 12 + 1, time.minute())
    }
}
