//! The words that the values of a kind can need: found by saying enough of them.
//!
//! Numbers are said group by group, so that the last group of three digits is tried with all that it can be, and each
//! higher one with every word that it can have. A test says many more at random and finds no word that is not here.

use super::Word;
use super::rules::Rules;
use super::words::{CURRENCIES, say};
use crate::program::{Currency, Form, Money, Phone, Value};
use crate::time::DurationMs;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

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
    Moment,
    /// The words between the items of a list.
    List,
}

impl Kind {
    pub(super) const ALL: [Kind; 10] = [
        Kind::Bool,
        Kind::Number,
        Kind::Digits,
        Kind::Phone,
        Kind::Money,
        Kind::Duration,
        Kind::Date,
        Kind::Time,
        Kind::Moment,
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
            Kind::Moment => "moments",
            Kind::List => "lists",
        }
    }
}

/// All words that values of a kind can need in a form, in the order of their keys.
pub(super) fn inventory(rules: &dyn Rules, kind: Kind, form: &Form) -> BTreeSet<Word> {
    let mut words = Vec::new();
    match kind {
        // What is no place in a row is said as a number.
        Kind::Number if form.ordinal => {
            words.extend(inventory(rules, kind, &Form { ordinal: false, ..form.clone() }));
            say_all(kind, form, rules, &mut words);
        }
        Kind::Moment => {
            let day = Date::constant(2028, 1, 1);
            let moments = days(form).map(|date| DateTime::from_parts(date, Time::midnight()));
            let times = times().map(|time| DateTime::from_parts(day, time));
            let moments: Vec<DateTime> = moments.chain(times).collect();
            moments.iter().for_each(|moment| rules.moment(*moment, form, &mut words));
            if form.near {
                // Each day of the year from each distance at which it is called otherwise.
                for days in 0..=7 {
                    moments.iter().for_each(|moment| rules.near(days, *moment, &mut words));
                }
            }
        }
        Kind::List => words.push(rules.marks().and.clone()),
        _ => say_all(kind, form, rules, &mut words),
    }
    words.into_iter().filter(|word| !word.is_joint()).collect()
}

fn say_all(kind: Kind, form: &Form, rules: &dyn Rules, words: &mut Vec<Word>) {
    for value in samples(kind, form) {
        // What cannot be said needs no words.
        let _ = say(&value, form, rules, words);
    }
}

/// Values of a kind that between them need every word.
fn samples(kind: Kind, form: &Form) -> Vec<Value> {
    match kind {
        Kind::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Kind::Digits => vec![Value::Digits("0123456789".into())],
        Kind::Phone => Phone::from_e164("+1234567890").map(Value::Phone).into_iter().collect(),
        Kind::Number if form.ordinal => {
            let places = (0..=1100).chain((1100..=9900).step_by(100));
            places.map(|place| Value::Number(Decimal::from(place))).collect()
        }
        Kind::Number if form.gender.is_some() || form.case.is_some() => {
            // Fractions are said in their usual form whatever a prompt asks for.
            let halves = counts().map(|whole| Decimal::from(whole) + Decimal::new(5, 1));
            numbers().chain(halves.map(Value::Number)).collect()
        }
        Kind::Number => numbers().collect(),
        Kind::Money => CURRENCIES.into_iter().flat_map(amounts).collect(),
        Kind::Duration => lengths().collect(),
        Kind::Date => days(form).map(Value::Date).collect(),
        Kind::Time => times().map(Value::Time).collect(),
        Kind::Moment | Kind::List => Vec::new(),
    }
}

/// A thousand numbers for the last group, and a few for each higher one.
fn counts() -> impl Iterator<Item = u64> {
    let higher = |power| {
        let tens = (1..=22).chain((30..100).step_by(10)).chain([31, 101, 121]);
        let counts = tens.chain((100..1000).step_by(100));
        counts.flat_map(move |count| [0, 1, 101].map(|rest| count * 1000u64.pow(power) + rest))
    };
    (0..=1000).chain((1..=4).flat_map(higher))
}

fn numbers() -> impl Iterator<Item = Value> {
    let wholes = counts().map(Decimal::from).chain([Decimal::NEGATIVE_ONE]);
    let fractions = [0, 1, 2, 5, 11, 21, 1002].into_iter().flat_map(|whole: i64| {
        let parts = [(1, 1), (2, 1), (5, 1), (1, 2), (2, 2), (11, 2), (1, 3), (2, 3), (123_456_789, 10)];
        parts.map(|(part, places)| Decimal::from(whole) + Decimal::new(part, places))
    });
    wholes.chain(fractions).chain(hundredths()).map(Value::Number)
}

/// Fractions with every word below a thousand.
fn hundredths() -> impl Iterator<Item = Decimal> {
    (1..1000).map(|part| Decimal::new(part, 3))
}

fn amounts(letters: &str) -> Vec<Value> {
    let Some(currency) = Currency::parse(letters) else { return Vec::new() };
    let wholes = counts().map(Decimal::from);
    let small = (-2..=100).chain(100..=300).map(|hundredth| Decimal::new(hundredth, 2));
    wholes.chain(small).map(|amount| Value::Money(Money { amount, currency })).collect()
}

fn lengths() -> impl Iterator<Item = Value> {
    const LONGEST_DAYS: u64 = u64::MAX / 86_400_000;
    let days = counts().filter(|days| *days <= LONGEST_DAYS).map(|days| days * 86_400);
    let seconds =
        (0..=60).chain((1..60).map(|minutes| minutes * 60)).chain((1..24).map(|hours| hours * 3600));
    days.chain(seconds).map(|seconds| Value::Duration(DurationMs::from_secs(seconds)))
}

/// A leap year, and with years every word that a year can need.
fn days(form: &Form) -> impl Iterator<Item = Date> {
    let year = Date::constant(2028, 1, 1).series(jiff::Span::new().days(1)).take(366);
    let years = (1..=100).chain((100..=9900).step_by(100)).chain(1101..=1200).chain(2001..=2100);
    let years = years.chain((1100..=9900).step_by(100).flat_map(|century| [century + 1, century + 11]));
    let firsts = years.filter_map(|year| Date::new(year, 1, 1).ok());
    year.chain(firsts.filter(|_| form.year).collect::<Vec<Date>>())
}

fn times() -> impl Iterator<Item = Time> {
    (0..24i8).flat_map(|hour| (0..60i8).filter_map(move |minute| Time::new(hour, minute, 0, 0).ok()))
}
