//! Prompts and values as text, by the conventions of the language (CLDR 48).
//!
//! | kind | ru | pl | en | de | es |
//! |---|---|---|---|---|---|
//! | number | 12 021,5 | 12 021,5 | 12,021.5 | 12.021,5 | 12.021,5 |
//! | money | 2 021,00 ₽ | 2021,00 zł | $2,021.00 | 2.021,00 € | 2021,00 € |
//! | length of time | 1 час 30 минут | 1 godzinę 30 minut | 1 hour 30 minutes | 1 Stunde 30 Minuten | 1 hora 30 minutos |
//! | date | 20 ноября 2026 г. | 20 listopada 2026 | 20 November 2026 | 20. November 2026 | 20 de noviembre de 2026 |
//! | time of day | 09:30 | 09:30 | 9:30 am | 09:30 | 9:30 |
//! | phone number | +7 843 203-57-37 | | | | |
//!
//! Russian and Polish groups, and a unit behind its number, are joined by a no-break blank (U+00A0). Unlike speech, text
//! shows the year of a date, any currency and any amount. In a language without rules values are written as a script
//! writes them.

use super::phone::written_phone;
use super::prompt::noun_of;
use super::rules::Rules;
use super::words::{place_in_row, units_of_time};
use super::{rules_of, sentence};
use crate::program::{Case, Form, Gender, Money, Piece, Program, PromptId, Value};
use crate::time::DurationMs;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
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
            Piece::Param(index, form) => {
                Cow::Owned(written(args.get(*index).unwrap_or(&Value::None), form, &template.language))
            }
        };
        // An abbreviation at the end of a sentence has one full stop: `at 12:30 p.m.`
        let next = if text.ends_with('.') { next.strip_prefix('.').unwrap_or(&next) } else { &next };
        text += next;
    }
    text
}

/// Writes a value by the conventions of a language, in the form that a prompt asks for, its noun behind it. A secret is
/// written as hidden.
pub fn written(value: &Value, form: &Form, language: &str) -> String {
    match rules_of(language) {
        Ok(rules) => write(value, form, rules),
        Err(_) => value.to_string(),
    }
}

fn write(value: &Value, form: &Form, rules: &dyn Rules) -> String {
    match value {
        Value::Bool(true) => sentence(std::slice::from_ref(&rules.marks().yes)),
        Value::Bool(false) => sentence(std::slice::from_ref(&rules.marks().no)),
        Value::Number(number) => write_counted(*number, form, rules),
        Value::Money(money) => write_money(money, rules),
        Value::Duration(length) => write_duration(*length, form, rules),
        Value::Date(date) => rules.written_date(*date, form),
        Value::Time(time) => rules.written_time(*time),
        Value::Moment(moment) => match moment.days_ahead().filter(|_| form.near) {
            Some(days) => rules.written_near(days, moment.local()),
            None => rules.written_moment(moment.local(), form),
        },
        Value::Phone(phone) => written_phone(phone),
        Value::List(items) => write_list(items, form, rules),
        Value::None
        | Value::Text(_)
        | Value::Digits(_)
        | Value::Secret(_)
        | Value::Record(_)
        | Value::Recording(_) => value.to_string(),
    }
}

fn write_counted(number: Decimal, form: &Form, rules: &dyn Rules) -> String {
    let number = number.normalize();
    let written = match place_in_row(number).filter(|_| form.ordinal) {
        Some(place) => {
            let gender = form.gender.unwrap_or(Gender::Masculine);
            rules.written_ordinal(place, gender, form.case.unwrap_or(Case::Nominative))
        }
        None => write_number(&number.to_string(), rules),
    };
    match noun_of(number, form, rules) {
        Some((_, noun)) => {
            let whole = number.is_integer().then(|| number.abs().to_u64()).flatten();
            let between = whole.and_then(|count| rules.before_noun(count));
            let between = between.map_or(String::new(), |word| format!(" {}", word.text));
            format!("{written}{between} {noun}")
        }
        None => written,
    }
}

/// Sets groups of three digits apart and puts in the language's decimal sign.
fn write_number(plain: &str, rules: &dyn Rules) -> String {
    let style = rules.style();
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = whole.trim_start_matches('-');
    let mut out = whole[..whole.len() - digits.len()].to_owned();
    for (index, digit) in digits.char_indices() {
        let grouped = digits.len() >= style.grouped_from;
        if index > 0 && grouped && (digits.len() - index).is_multiple_of(3) {
            out.push(style.group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(style.decimal);
        out.push_str(fraction);
    }
    out
}

/// With all decimals that the currency has: `1 234,50 ₽`, `$1,234.50`, `PLN 5.00`.
fn write_money(money: &Money, rules: &dyn Rules) -> String {
    let style = rules.style();
    let decimals = u32::try_from(money.currency.decimals()).unwrap_or(2);
    let amount = money.amount.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    let amount = if amount.is_zero() { Decimal::ZERO } else { amount };
    let minus = if amount.is_sign_negative() { "-" } else { "" };
    let places = usize::try_from(decimals).unwrap_or(2);
    let number = write_number(&format!("{:.places$}", amount.abs()), rules);
    let letters = money.currency.letters();
    let sign = style.signs.iter().find(|(currency, _)| *currency == letters).map(|(_, sign)| *sign);
    match (style.currency_first, sign) {
        (true, Some(sign)) => format!("{minus}{sign}{number}"),
        (true, None) => format!("{minus}{letters}\u{a0}{number}"),
        (false, sign) => format!("{minus}{number}\u{a0}{}", sign.unwrap_or(letters)),
    }
}

fn write_duration(length: DurationMs, form: &Form, rules: &dyn Rules) -> String {
    let case = form.case.unwrap_or(rules.duration_case());
    let write = |(count, noun)| {
        let number = write_number(&u64::to_string(&count), rules);
        format!("{number} {}", rules.noun(count, noun, case).text)
    };
    units_of_time(length).into_iter().map(write).collect::<Vec<String>>().join(" ")
}

fn write_list(items: &[Value], form: &Form, rules: &dyn Rules) -> String {
    let items: Vec<String> = items.iter().map(|item| write(item, form, rules)).collect();
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {} {last}", others.join(", "), rules.marks().and.text),
    }
}
