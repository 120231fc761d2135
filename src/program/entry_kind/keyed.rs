//! Entries on a keypad.

use super::{EntryKind, Misfit, Reading};
use crate::program::{Key, Money, Phone, Value};
use rust_decimal::Decimal;

/// Digits of an amount before its decimal point, at the most: no currency needs more.
const LONGEST_AMOUNT: usize = 12;
/// Digits of a phone number as it is keyed: `00` and the 15 of E.164.
const LONGEST_PHONE: usize = 17;
/// Fewer digits are no phone number in any plan.
const SHORTEST_PHONE: usize = 4;
/// Digits of a time of day.
const TIME: usize = 4;

/// What the keys amount to while another may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyed {
    /// Another key may follow.
    Open,
    /// No other key belongs to it.
    Complete,
    /// It cannot be taken.
    Wrong(Misfit),
}

impl EntryKind {
    /// What the keys amount to while another may come.
    pub fn weigh(&self, keys: &[Key]) -> Keyed {
        let Some((last, before)) = keys.split_last() else { return Keyed::Open };
        if Some(*last) == self.until() {
            return self.weigh_as_is(before).map_or_else(Keyed::Wrong, |()| Keyed::Complete);
        }
        match self {
            EntryKind::YesNo { yes, no } if last == yes || last == no => Keyed::Complete,
            EntryKind::YesNo { .. } | EntryKind::Text | EntryKind::Passphrase { .. } => {
                Keyed::Wrong(Misfit::NoMatch)
            }
            EntryKind::Money { currency, .. } => weigh_amount(keys, currency.decimals()),
            _ if !keys.iter().all(|key| key.is_digit()) => Keyed::Wrong(Misfit::NoMatch),
            EntryKind::Number { high, .. } if is_last_digit(keys, *high) => Keyed::Complete,
            _ if keys.len() >= self.lengths().1 => Keyed::Complete,
            _ => Keyed::Open,
        }
    }

    /// Whether the keys are an entry when no other will come; the key behind `until` is not among them.
    pub fn weigh_as_is(&self, keys: &[Key]) -> Result<(), Misfit> {
        match self {
            EntryKind::YesNo { .. } | EntryKind::Text | EntryKind::Passphrase { .. } => Err(Misfit::NoMatch),
            EntryKind::Money { currency, .. } => amount_as_is(keys, currency.decimals()),
            _ if !keys.iter().all(|key| key.is_digit()) => Err(Misfit::NoMatch),
            _ if keys.len() < self.lengths().0 => Err(Misfit::TooShort),
            _ => Ok(()),
        }
    }

    /// The value of a complete entry, without the key behind `until`.
    pub fn value(&self, keys: &str, reading: &Reading) -> Result<Value, Misfit> {
        match self {
            EntryKind::Digits { .. } => Ok(Value::Digits(keys.into())),
            EntryKind::Number { low, high, .. } => match keys.parse::<u32>() {
                Ok(number) if (*low..=*high).contains(&number) => Ok(Value::Number(number.into())),
                Ok(_) | Err(_) => Err(Misfit::Invalid),
            },
            EntryKind::YesNo { yes, .. } => Ok(Value::Bool(keys.starts_with(yes.sign()))),
            EntryKind::Phone { .. } => phone(keys, reading.country),
            EntryKind::Money { currency, .. } => {
                let amount: Decimal = keys.replace('*', ".").parse().map_err(|_| Misfit::NoMatch)?;
                Ok(Value::Money(Money { amount, currency: *currency }))
            }
            EntryKind::Date { format, .. } => {
                format.read(keys, reading.today).map(Value::Date).ok_or(Misfit::Invalid)
            }
            EntryKind::Time { .. } => time(keys).ok_or(Misfit::Invalid),
            EntryKind::Text | EntryKind::Passphrase { .. } => Err(Misfit::NoMatch),
        }
    }

    /// The fewest and the most keys of an entry.
    fn lengths(&self) -> (usize, usize) {
        match self {
            EntryKind::Digits { min, max, .. } => (*min as usize, *max as usize),
            EntryKind::Number { high, .. } => (1, high.to_string().len()),
            EntryKind::Phone { .. } => (SHORTEST_PHONE, LONGEST_PHONE),
            EntryKind::Money { .. } => (1, LONGEST_AMOUNT),
            EntryKind::Date { format, .. } => (format.length(), format.length()),
            EntryKind::Time { .. } => (TIME, TIME),
            EntryKind::YesNo { .. } | EntryKind::Text | EntryKind::Passphrase { .. } => (1, 1),
        }
    }
}

/// Whether a further digit would make every number too great.
fn is_last_digit(keys: &[Key], high: u32) -> bool {
    let keyed: String = keys.iter().map(|key| key.sign()).collect();
    keyed.parse::<u64>().is_ok_and(|number| number > 0 && number * 10 > u64::from(high))
}

fn weigh_amount(keys: &[Key], decimals: usize) -> Keyed {
    let point = keys.iter().position(|key| *key == Key::STAR);
    let whole = point.unwrap_or(keys.len());
    let fraction = point.map_or(0, |at| keys.len() - at - 1);
    let other = keys.iter().filter(|key| !key.is_digit()).count() > usize::from(point.is_some());
    match point {
        _ if other || whole == 0 || fraction > decimals => Keyed::Wrong(Misfit::NoMatch),
        Some(_) if decimals == 0 => Keyed::Wrong(Misfit::NoMatch),
        Some(_) if fraction == decimals => Keyed::Complete,
        None if whole > LONGEST_AMOUNT => Keyed::Wrong(Misfit::Invalid),
        Some(_) | None => Keyed::Open,
    }
}

/// An amount is whole, or has exactly the decimals of its currency: `250*5` may be 2.50 cut short.
fn amount_as_is(keys: &[Key], decimals: usize) -> Result<(), Misfit> {
    match keys.iter().position(|key| *key == Key::STAR) {
        None if keys.is_empty() => Err(Misfit::TooShort),
        None if keys.iter().all(|key| key.is_digit()) => Ok(()),
        Some(at) if keys.len() - at - 1 == decimals && decimals > 0 => Ok(()),
        None | Some(_) => Err(Misfit::NoMatch),
    }
}

/// A number of the plan; a short code is none that could be called back.
pub(super) fn phone(text: &str, country: Option<&str>) -> Result<Value, Misfit> {
    let international = text.strip_prefix("00").map(|rest| format!("+{rest}"));
    let read = Phone::parse(text, country).or_else(|| Phone::parse(&international?, country));
    read.filter(|phone| !phone.is_short()).map(Value::Phone).ok_or(Misfit::Invalid)
}

/// `0930`
pub(super) fn time(digits: &str) -> Option<Value> {
    let (hour, minute) = digits.split_at_checked(2)?;
    jiff::civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok().map(Value::Time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Currency;
    use jiff::civil::date;

    fn keys(signs: &str) -> Vec<Key> {
        signs.chars().filter_map(Key::from_char).collect()
    }

    fn weighed(kind: &EntryKind, signs: &str) -> Keyed {
        kind.weigh(&keys(signs))
    }

    fn rubles() -> EntryKind {
        EntryKind::Money { currency: Currency::parse("RUB").expect("a currency"), until: Key::POUND }
    }

    #[test]
    fn a_number_is_complete_when_no_digit_can_follow() {
        let rating = EntryKind::Number { low: 1, high: 10, until: Key::POUND };
        assert_eq!(["1", "5", "10", "05"].map(|signs| weighed(&rating, signs)), {
            [Keyed::Open, Keyed::Complete, Keyed::Complete, Keyed::Complete]
        });
        let reading = Reading { country: None, today: date(2026, 11, 20), language: "en" };
        assert_eq!(rating.value("11", &reading), Err(Misfit::Invalid));
        assert_eq!(rating.value("10", &reading), Ok(Value::Number(10.into())));
    }

    #[test]
    fn an_amount_is_whole_or_has_all_its_decimals() {
        assert_eq!(weighed(&rubles(), "250*50"), Keyed::Complete);
        assert_eq!(weighed(&rubles(), "250*5"), Keyed::Open);
        assert_eq!(weighed(&rubles(), "250*5#"), Keyed::Wrong(Misfit::NoMatch));
        assert_eq!(weighed(&rubles(), "250#"), Keyed::Complete);
        assert_eq!(weighed(&rubles(), "*"), Keyed::Wrong(Misfit::NoMatch));
        assert_eq!(rubles().weigh_as_is(&keys("250*5")), Err(Misfit::NoMatch));
    }

    #[test]
    fn what_is_too_short_is_told_from_what_is_wrong() {
        let pin = EntryKind::Digits { min: 4, max: 8, until: Some(Key::POUND) };
        assert_eq!(weighed(&pin, "12#"), Keyed::Wrong(Misfit::TooShort));
        assert_eq!(weighed(&pin, "12*"), Keyed::Wrong(Misfit::NoMatch));
        assert_eq!(pin.weigh_as_is(&keys("123")), Err(Misfit::TooShort));
    }
}
