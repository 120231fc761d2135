//! A value taken apart and put into words.

use super::phone::phone_groups;
use super::rules::{Case, LARGEST, Noun, Rules, push_digits};
use super::{SpeechError, Word, rules_of};
use crate::program::{Currency, Money, Phone, Value};
use crate::time::DurationMs;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// More digits than this are read in groups.
const LONGEST_UNGROUPED: usize = 6;
/// Digits of a group.
const GROUP: usize = 4;

/// Puts a value into the words of a language.
///
/// # Errors
/// [`SpeechError::UnknownLanguage`], [`SpeechError::UnknownCurrency`], [`SpeechError::TooLarge`] beyond
/// 999,999,999,999, [`SpeechError::NotDigits`], and [`SpeechError::Unspeakable`] for nothing, text, secrets and
/// records.
pub fn words(value: &Value, language: &str) -> Result<Vec<Word>, SpeechError> {
    let mut out = Vec::new();
    say(value, rules_of(language)?, &mut out)?;
    Ok(out)
}

fn say(value: &Value, rules: &dyn Rules, out: &mut Vec<Word>) -> Result<(), SpeechError> {
    match value {
        Value::Bool(true) => out.push(rules.marks().yes),
        Value::Bool(false) => out.push(rules.marks().no),
        Value::Number(number) => say_number(*number, rules, out)?,
        Value::Digits(digits) => say_digits(digits, rules, out)?,
        Value::Phone(phone) => say_phone(phone, rules, out),
        Value::Money(money) => say_money(money, rules, out)?,
        Value::Duration(length) => say_duration(*length, rules, out),
        Value::Date(date) => rules.date(*date, out),
        Value::Time(time) => rules.time(*time, out),
        Value::Moment(moment) => {
            rules.date(moment.local().date(), out);
            rules.time(moment.local().time(), out);
        }
        Value::List(items) => say_list(items, rules, out)?,
        Value::None => return Err(SpeechError::Unspeakable { kind: "none" }),
        Value::Text(_) => return Err(SpeechError::Unspeakable { kind: "text" }),
        Value::Secret(_) => return Err(SpeechError::Unspeakable { kind: "secret" }),
        Value::Recording(_) => return Err(SpeechError::Unspeakable { kind: "recording" }),
        Value::Record(_) => return Err(SpeechError::Unspeakable { kind: "record" }),
    }
    Ok(())
}

fn say_number(number: Decimal, rules: &dyn Rules, out: &mut Vec<Word>) -> Result<(), SpeechError> {
    let number = number.normalize();
    let whole = whole_part(number)?;
    if number.is_sign_negative() && !number.is_zero() {
        out.push(rules.marks().minus);
    }
    let fraction = number.fract().abs().to_string();
    match fraction.split_once('.') {
        Some((_, digits)) => rules.decimal(whole, digits, out),
        None => rules.cardinal(whole, out),
    }
    Ok(())
}

/// The number without its sign and without what follows the decimal sign.
fn whole_part(number: Decimal) -> Result<u64, SpeechError> {
    number.abs().trunc().to_u64().filter(|whole| *whole <= LARGEST).ok_or(SpeechError::TooLarge)
}

fn say_money(money: &Money, rules: &dyn Rules, out: &mut Vec<Word>) -> Result<(), SpeechError> {
    let (major, minor) = units_of(money.currency)?;
    let amount = rounded(money.amount);
    let (whole, hundredths) = (whole_part(amount)?, hundredths(amount));
    if amount.is_sign_negative() && !amount.is_zero() {
        out.push(rules.marks().minus);
    }
    if whole > 0 || hundredths == 0 {
        rules.counted(whole, major, Case::Nominative, out);
    }
    if whole > 0 && hundredths > 0 {
        out.extend(rules.money_join());
    }
    if hundredths > 0 {
        rules.counted(hundredths, minor, Case::Nominative, out);
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

fn units_of(currency: Currency) -> Result<(Noun, Noun), SpeechError> {
    match currency.letters() {
        "RUB" => Ok((Noun::Ruble, Noun::Kopeck)),
        "USD" => Ok((Noun::Dollar, Noun::Cent)),
        "EUR" => Ok((Noun::Euro, Noun::EuroCent)),
        unknown => Err(SpeechError::UnknownCurrency { currency: unknown.into() }),
    }
}

fn say_duration(length: DurationMs, rules: &dyn Rules, out: &mut Vec<Word>) {
    for (count, noun) in units_of_time(length) {
        rules.counted(count, noun, Case::Accusative, out);
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
    for (index, digit) in digits.char_indices() {
        if index > 0 && index % size == 0 {
            out.push(Word::PAUSE);
        }
        push_digits(out, &rules.digits(), digit.encode_utf8(&mut [0; 4]));
    }
    Ok(())
}

fn say_phone(phone: &Phone, rules: &dyn Rules, out: &mut Vec<Word>) {
    if !phone.is_short() {
        out.push(rules.marks().plus);
    }
    for (index, group) in phone_groups(phone).into_iter().enumerate() {
        if index > 0 {
            out.push(Word::PAUSE);
        }
        push_digits(out, &rules.digits(), group);
    }
}

fn say_list(items: &[Value], rules: &dyn Rules, out: &mut Vec<Word>) -> Result<(), SpeechError> {
    let last = items.len().checked_sub(1).ok_or(SpeechError::Unspeakable { kind: "empty list" })?;
    for (index, item) in items.iter().enumerate() {
        match index {
            0 => {}
            _ if index == last => out.push(rules.marks().and),
            _ => out.push(Word::PAUSE),
        }
        say(item, rules, out)?;
    }
    Ok(())
}
