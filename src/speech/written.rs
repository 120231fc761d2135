//! Prompts and values as text, by the conventions of the language.
//!
//! | kind | ru | en |
//! |---|---|---|
//! | number | 2 021,5 | 2,021.5 |
//! | money | 2 021,00 ₽ | 2,021.00 RUB |
//! | length of time | 1 час 30 минут | 1 hour 30 minutes |
//! | date | 20 ноября 2026 г. | 20 November 2026 |
//! | time of day | 09:30 | 9:30 a.m. |
//! | phone number | +7 843 203 57 37 | +7 843 203 57 37 |
//!
//! Russian groups and units are joined by a no-break blank (U+00A0). Unlike speech, text shows the year of a date,
//! any currency and any amount. In a language without rules values are written as a script writes them.

use super::phone::written_phone;
use super::rules::{Case, Rules};
use super::words::{rounded, units_of_time};
use super::{rules_of, sentence};
use crate::program::{Money, Piece, Program, PromptId, Value};
use crate::time::DurationMs;
use rust_decimal::Decimal;
use std::borrow::Cow;

/// Writes a prompt with its values, in the program's language at this position.
pub fn text(program: &Program, prompt: PromptId, args: &[Value], language_index: usize) -> String {
    let prompt = program.prompt(prompt);
    let Some(template) = prompt.texts.get(language_index).or(prompt.texts.first()) else {
        return String::new();
    };
    let mut text = String::new();
    for piece in &template.pieces {
        let next = match piece {
            Piece::Words(words) => Cow::Borrowed(&**words),
            Piece::Param(index) => {
                Cow::Owned(written(args.get(*index).unwrap_or(&Value::None), &template.language))
            }
        };
        // An abbreviation at the end of a sentence has one full stop: `at 12:30 p.m.`
        let next = if text.ends_with('.') { next.strip_prefix('.').unwrap_or(&next) } else { &next };
        text += next;
    }
    text
}

/// Writes a value by the conventions of a language. A secret is written as hidden.
pub fn written(value: &Value, language: &str) -> String {
    match rules_of(language) {
        Ok(rules) => write(value, rules),
        Err(_) => value.to_string(),
    }
}

fn write(value: &Value, rules: &dyn Rules) -> String {
    match value {
        Value::Bool(true) => sentence(&[rules.marks().yes]),
        Value::Bool(false) => sentence(&[rules.marks().no]),
        Value::Number(number) => write_number(&number.normalize().to_string(), rules),
        Value::Money(money) => write_money(money, rules),
        Value::Duration(length) => write_duration(*length, rules),
        Value::Date(date) => rules.written_date(*date),
        Value::Time(time) => rules.written_time(*time),
        Value::Moment(moment) => {
            let local = moment.local();
            format!("{}, {}", rules.written_date(local.date()), rules.written_time(local.time()))
        }
        Value::Phone(phone) => written_phone(phone),
        Value::List(items) => write_list(items, rules),
        Value::None
        | Value::Text(_)
        | Value::Digits(_)
        | Value::Secret(_)
        | Value::Record(_)
        | Value::Recording(_) => value.to_string(),
    }
}

/// Sets groups of three digits apart and puts in the language's decimal sign.
fn write_number(plain: &str, rules: &dyn Rules) -> String {
    let separators = rules.separators();
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = whole.trim_start_matches('-');
    let mut out = whole[..whole.len() - digits.len()].to_owned();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separators.group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(separators.decimal);
        out.push_str(fraction);
    }
    out
}

fn write_money(money: &Money, rules: &dyn Rules) -> String {
    let amount = rounded(money.amount);
    let amount = if amount.is_zero() { Decimal::ZERO } else { amount };
    rules.written_money(&write_number(&format!("{amount:.2}"), rules), money.currency.letters())
}

fn write_duration(length: DurationMs, rules: &dyn Rules) -> String {
    let write = |(count, noun)| format!("{count} {}", rules.noun(count, noun, Case::Accusative).text);
    units_of_time(length).into_iter().map(write).collect::<Vec<String>>().join(" ")
}

fn write_list(items: &[Value], rules: &dyn Rules) -> String {
    let items: Vec<String> = items.iter().map(|item| write(item, rules)).collect();
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {} {last}", others.join(", "), rules.marks().and.text),
    }
}
