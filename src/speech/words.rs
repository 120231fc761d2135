//! A value taken apart and put into words.

use super::phone::phone_groups;
use super::rules::{LARGEST, LARGEST_ORDINAL, Noun, Rules};
use super::{SpeechError, Word, rules_of};
use crate::program::{Case, Currency, Form, Gender, Money, Phone, Value};
use crate::time::DurationMs;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// More digits than this are read in groups.
const LONGEST_UNGROUPED: usize = 6;
/// Digits of a group.
const GROUP: usize = 4;

/// Puts a value into the words of a language, in the form that a prompt asks for. The nouns of the form are not among
/// the words: they are the prompt's own. A number that is no place in a row is said as a number.
///
/// # Errors
/// [`SpeechError::UnknownLanguage`], [`SpeechError::UnknownCurrency`], [`SpeechError::TooLarge`] beyond
/// 999,999,999,999,999, [`SpeechError::NotDigits`], and [`SpeechError::Unspeakable`] for nothing, text, secrets and
/// records.
pub fn words(value: &Value, form: &Form, language: &str) -> Result<Vec<Word>, SpeechError> {
    let mut out = Vec::new();
    say(value, form, rules_of(language)?, &mut out)?;
    Ok(out)
}

pub(super) fn say(
    value: &Value,
    form: &Form,
    rules: &dyn Rules,
    out: &mut Vec<Word>,
) -> Result<(), SpeechError> {
    match value {
        Value::Bool(true) => out.push(rules.marks().yes.clone()),
        Value::Bool(false) => out.push(rules.marks().no.clone()),
        Value::Number(number) => say_number(*number, form, rules, out)?,
        Value::Digits(digits) => say_digits(digits, rules, out)?,
        Value::Phone(phone) => say_phone(phone, rules, out),
        Value::Money(money) => say_money(money, form, rules, out)?,
        Value::Duration(length) => say_duration(*length, form, rules, out),
        Value::Date(date) => rules.date(*date, form, out),
        Value::Time(time) => rules.time(*time, form.case, out),
        Value::Moment(moment) => match moment.days_ahead().filter(|_| form.near) {
            Some(days) => rules.near(days, moment.local(), out),
            None => rules.moment(moment.local(), form, out),
        },
        Value::List(items) => say_list(items, form, rules, out)?,
        Value::None => return Err(SpeechError::Unspeakable { kind: "none" }),
        Value::Text(_) => return Err(SpeechError::Unspeakable { kind: "text" }),
        Value::Secret(_) => return Err(SpeechError::Unspeakable { kind: "secret" }),
        Value::Recording(_) => return Err(SpeechError::Unspeakable { kind: "recording" }),
        Value::Record(_) => return Err(SpeechError::Unspeakable { kind: "record" }),
    }
    Ok(())
}

fn say_number(
    number: Decimal,
    form: &Form,
    rules: &dyn Rules,
    out: &mut Vec<Word>,
) -> Result<(), SpeechError> {
    let number = number.normalize();
    let whole = whole_part(number)?;
    if let Some(place) = place_in_row(number).filter(|_| form.ordinal) {
        let gender = form.gender.unwrap_or(Gender::Masculine);
        rules.ordinal(place, gender, form.case.unwrap_or(Case::Nominative), out);
        return Ok(());
    }
    if number.is_sign_negative() && !number.is_zero() {
        out.push(rules.marks().minus.clone());
    }
    let fraction = number.fract().abs().to_string();
    match fraction.split_once('.') {
        Some((_, digits)) => rules.decimal(whole, digits, out),
        None => {
            rules.cardinal(whole, form.gender, form.case.unwrap_or(Case::Nominative), out);
            out.extend(rules.before_noun(whole).filter(|_| !form.nouns.is_empty()));
        }
    }
    Ok(())
}

/// A number that can be an ordinal.
pub(super) fn place_in_row(number: Decimal) -> Option<u64> {
    let place = if number.is_integer() { number.to_u64() } else { None };
    place.filter(|place| *place <= LARGEST_ORDINAL)
}

/// The number without its sign and without what follows the decimal sign.
fn whole_part(number: Decimal) -> Result<u64, SpeechError> {
    number.abs().trunc().to_u64().filter(|whole| *whole <= LARGEST).ok_or(SpeechError::TooLarge)
}

fn say_money(money: &Money, form: &Form, rules: &dyn Rules, out: &mut Vec<Word>) -> Result<(), SpeechError> {
    let (major, minor) = units_of(money.currency)?;
    let case = form.case.unwrap_or(Case::Nominative);
    let amount = rounded(money.amount);
    let (whole, hundredths) = (whole_part(amount)?, hundredths(amount));
    if amount.is_sign_negative() && !amount.is_zero() {
        out.push(rules.marks().minus.clone());
    }
    if whole > 0 || hundredths == 0 {
        rules.counted(whole, major, case, out);
    }
    if whole > 0 && hundredths > 0 {
        out.extend(rules.money_join());
    }
    if hundredths > 0 {
        rules.counted(hundredths, minor, case, out);
    }
    Ok(())
}

/// An amount to the minor unit; half of one counts as one.
pub(super) fn rounded(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

fn hundredths(amount: Decimal) -> u64 {
    (amount.fract().abs() * Decimal::ONE_HUNDRED).trunc().to_u64().unwrap_or(0)
}

/// The currencies that are spoken.
pub(super) const CURRENCIES: [&str; 6] = ["RUB", "USD", "EUR", "PLN", "GBP", "CHF"];

fn units_of(currency: Currency) -> Result<(Noun, Noun), SpeechError> {
    match currency.letters() {
        "RUB" => Ok((Noun::Ruble, Noun::Kopeck)),
        "USD" => Ok((Noun::Dollar, Noun::Cent)),
        "EUR" => Ok((Noun::Euro, Noun::EuroCent)),
        "PLN" => Ok((Noun::Zloty, Noun::Grosz)),
        "GBP" => Ok((Noun::Pound, Noun::Penny)),
        "CHF" => Ok((Noun::Franc, Noun::Rappen)),
        unknown => Err(SpeechError::UnknownCurrency { currency: unknown.into() }),
    }
}

fn say_duration(length: DurationMs, form: &Form, rules: &dyn Rules, out: &mut Vec<Word>) {
    for (count, noun) in units_of_time(length) {
        rules.counted(count, noun, form.case.unwrap_or(rules.duration_case()), out);
    }
}

/// Days, hours, minutes and seconds of a length rounded up to whole seconds: who waits is not told too little.
/// What is zero is left out; no time at all is zero seconds.
pub(super) fn units_of_time(length: DurationMs) -> Vec<(u64, Noun)> {
    let seconds = length.0.div_ceil(1000);
    let units = [
        (seconds / 86_400, Noun::Day),
        (seconds / 3600 % 24, Noun::Hour),
        (seconds / 60 % 60, Noun::Minute),
        (seconds % 60, Noun::Second),
    ];
    match seconds {
        0 => vec![(0, Noun::Second)],
        _ => units.into_iter().filter(|(count, _)| *count > 0).collect(),
    }
}

fn say_digits(digits: &str, rules: &dyn Rules, out: &mut Vec<Word>) -> Result<(), SpeechError> {
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(SpeechError::NotDigits);
    }
    let size = if digits.len() > LONGEST_UNGROUPED { GROUP } else { LONGEST_UNGROUPED };
    for (index, digit) in digits.bytes().enumerate() {
        if index > 0 && index % size == 0 {
            out.push(Word::PAUSE);
        }
        say_digit(digit, rules, out);
    }
    Ok(())
}

/// A digit as one counts.
fn say_digit(digit: u8, rules: &dyn Rules, out: &mut Vec<Word>) {
    rules.cardinal(u64::from(digit.wrapping_sub(b'0')), None, Case::Nominative, out);
}

fn say_phone(phone: &Phone, rules: &dyn Rules, out: &mut Vec<Word>) {
    if !phone.is_short() {
        out.push(rules.marks().plus.clone());
    }
    for (index, group) in phone_groups(phone).into_iter().enumerate() {
        if index > 0 {
            out.push(Word::PAUSE);
        }
        group.bytes().for_each(|digit| say_digit(digit, rules, out));
    }
}

fn say_list(items: &[Value], form: &Form, rules: &dyn Rules, out: &mut Vec<Word>) -> Result<(), SpeechError> {
    let last = items.len().checked_sub(1).ok_or(SpeechError::Unspeakable { kind: "empty list" })?;
    for (index, item) in items.iter().enumerate() {
        match index {
            0 => {}
            _ if index == last => out.push(rules.marks().and.clone()),
            _ => out.push(Word::PAUSE),
        }
        say(item, form, rules, out)?;
    }
    Ok(())
}
