//! Entries as people write and say them: a message of a chat, a recognised utterance.

use super::keyed::{phone, time};
use super::yes_no::yes_no;
use super::{EntryKind, Misfit, Reading};
use crate::program::passphrase::of_length;
use crate::program::{Key, Money, Value};
use rust_decimal::Decimal;

impl EntryKind {
    /// The value of a whole message.
    pub fn value_of_text(&self, text: &str, reading: &Reading) -> Result<Value, Misfit> {
        let text = text.trim();
        match self {
            EntryKind::Digits { min, max, .. } => digits(text, *min as usize, *max as usize),
            EntryKind::Number { .. } if is_digits(text) => self.value(text, reading),
            EntryKind::Number { .. } => Err(Misfit::NoMatch),
            EntryKind::YesNo { yes, no } => truth(text, *yes, *no, reading.language),
            EntryKind::Phone { .. } if text.chars().any(char::is_alphabetic) => Err(Misfit::NoMatch),
            EntryKind::Phone { .. } => phone(text, reading.country),
            EntryKind::Money { currency, .. } => {
                let amount = text.strip_suffix(currency.letters()).unwrap_or(text).trim();
                let amount = amount_of(amount, currency.decimals())?;
                Ok(Value::Money(Money { amount, currency: *currency }))
            }
            EntryKind::Date { format, .. } => {
                if let Ok(date) = text.parse() {
                    return Ok(Value::Date(date));
                }
                let parts: Vec<&str> = text.split(['.', '/', '-']).map(str::trim).collect();
                let digits = format.digits_of(&parts).unwrap_or_else(|| text.to_owned());
                if !is_digits(&digits) {
                    return Err(Misfit::NoMatch);
                }
                format.read(&digits, reading.today).map(Value::Date).ok_or(Misfit::Invalid)
            }
            EntryKind::Time { .. } => time_of(text),
            EntryKind::Text if text.is_empty() => Err(Misfit::NoMatch),
            EntryKind::Text => Ok(Value::text(text)),
            EntryKind::Passphrase { min, max } => of_length(text, *min, *max).map(Value::Secret),
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits with blanks and hyphens between them.
fn digits(text: &str, min: usize, max: usize) -> Result<Value, Misfit> {
    let digits: String = text.chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
    match digits.len() {
        _ if !is_digits(&digits) => Err(Misfit::NoMatch),
        length if length < min => Err(Misfit::TooShort),
        length if length > max => Err(Misfit::NoMatch),
        _ => Ok(Value::Digits(digits.into())),
    }
}

fn truth(text: &str, yes: Key, no: Key, language: &str) -> Result<Value, Misfit> {
    let is = |key: Key| text.chars().eq([key.sign()]);
    match (is(yes), is(no)) {
        (true, _) => Ok(Value::Bool(true)),
        (_, true) => Ok(Value::Bool(false)),
        (false, false) => yes_no(text, language).map(Value::Bool).ok_or(Misfit::NoMatch),
    }
}

/// `250`, `250.50`, `250,50`, `250*50`.
fn amount_of(text: &str, decimals: usize) -> Result<Decimal, Misfit> {
    let (whole, fraction) = match text.split_once(['.', ',', '*']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let fits = is_digits(whole) && fraction.is_none_or(|part| is_digits(part) && part.len() == decimals);
    if !fits {
        return Err(Misfit::NoMatch);
    }
    format!("{whole}.{}", fraction.unwrap_or("0")).parse().map_err(|_| Misfit::Invalid)
}

/// `9:30`, `09.30`, `0930`.
fn time_of(text: &str) -> Result<Value, Misfit> {
    let digits = match text.split_once([':', '.']) {
        Some((hour, minute)) if hour.len() <= 2 && minute.len() == 2 => format!("{hour:0>2}{minute}"),
        Some(_) | None => text.to_owned(),
    };
    match digits.len() {
        _ if !is_digits(&digits) => Err(Misfit::NoMatch),
        0..4 => Err(Misfit::TooShort),
        4 => time(&digits).ok_or(Misfit::Invalid),
        _ => Err(Misfit::NoMatch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Currency, DateFormat};
    use jiff::civil::date;

    const HERE: Reading = Reading { country: Some("RU"), today: date(2026, 11, 20), language: "ru" };

    #[test]
    fn a_message_is_read_by_its_kind() {
        let rating = EntryKind::Number { low: 1, high: 5, until: Key::POUND };
        assert_eq!(rating.value_of_text(" 5 ", &HERE), Ok(Value::Number(5.into())));
        assert_eq!(rating.value_of_text("5 stars", &HERE), Err(Misfit::NoMatch));
        assert_eq!(rating.value_of_text("9", &HERE), Err(Misfit::Invalid));
        let agreed = EntryKind::YesNo { yes: Key::STAR, no: Key::POUND };
        assert_eq!(agreed.value_of_text("Да", &HERE), Ok(Value::Bool(true)));
        assert_eq!(agreed.value_of_text("no", &HERE), Ok(Value::Bool(false)));
        assert_eq!(agreed.value_of_text("#", &HERE), Ok(Value::Bool(false)));
    }

    #[test]
    fn days_times_and_amounts_are_written_in_many_ways() {
        let day = EntryKind::Date { format: DateFormat::DayMonthYear, until: Key::POUND };
        for text in ["24.12.2026", "24/12/2026", "2026-12-24", "24122026"] {
            assert_eq!(day.value_of_text(text, &HERE), Ok(Value::Date(date(2026, 12, 24))), "{text}");
        }
        assert_eq!(day.value_of_text("31.02.2026", &HERE), Err(Misfit::Invalid));
        let time = EntryKind::Time { until: Key::POUND };
        let half_past_nine = Ok(Value::Time(jiff::civil::time(9, 30, 0, 0)));
        assert_eq!(time.value_of_text("9:30", &HERE), half_past_nine);
        assert_eq!(time.value_of_text("0930", &HERE), half_past_nine);
        let sum =
            EntryKind::Money { currency: Currency::parse("RUB").expect("a currency"), until: Key::POUND };
        assert_eq!(sum.value_of_text("250,50 RUB", &HERE), sum.value("250*50", &HERE));
        assert_eq!(sum.value_of_text("250.5", &HERE), Err(Misfit::NoMatch));
    }

    #[test]
    fn a_phone_number_is_read_by_the_country() {
        let kind = EntryKind::Phone { until: Key::POUND };
        let written = kind.value_of_text("8 (843) 203-57-37", &HERE);
        assert_eq!(written, kind.value("88432035737", &HERE));
        assert!(written.is_ok(), "{written:?}");
        assert_eq!(kind.value("00442079460123", &HERE), kind.value_of_text("+44 20 7946 0123", &HERE));
        assert_eq!(kind.value("12345", &HERE), Err(Misfit::Invalid));
        assert_eq!(kind.value_of_text("call me", &HERE), Err(Misfit::NoMatch));
    }
}
