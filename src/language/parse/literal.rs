//! Literals: what their digits mean, and which of them mean nothing.

use super::item::unescape;
use super::{Reader, Rule};
use crate::language::ast::{Pattern, Spanned};
use crate::program::{Key, Money, NumberPattern, PatternError, Phone, Text, Value};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;
use jiff::civil::{Date, Time};
use pest::iterators::Pair;

/// What patterns there are.
const PATTERNS: &str = "write `+7 843 203-57-37`, `+7 843 ...`, `+7 843 203-57-00 .. +7 843 203-57-99`, or with classes `+1 NXX 976-XXXX` and `[1237-9]XX`";

/// ISO 4217 letters of currencies in use.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP \
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF \
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD \
    LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR \
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY \
    TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// Whether these letters are a currency's.
pub(in crate::language) fn is_currency(letters: &str) -> bool {
    CURRENCIES.split_whitespace().any(|known| known == letters)
}

impl Reader<'_> {
    /// A text in quotes.
    pub(super) fn text(&mut self, pair: &Pair<'_, Rule>) -> Spanned<Text> {
        let inner = pair.clone().into_inner();
        let span = self.span(pair);
        self.escapes(inner.as_str(), span.start + 1);
        Spanned { value: unescape(inner.as_str()), span }
    }

    /// Reports signs behind a backslash that mean nothing there; the text begins at a byte of the script.
    pub(super) fn escapes(&mut self, text: &str, begin: u32) {
        let mut signs = text.char_indices();
        while let Some((at, sign)) = signs.next() {
            let Some((_, meant)) = (sign == '\\').then(|| signs.next()).flatten() else { continue };
            if matches!(meant, '"' | '\\' | 'n' | '{' | '}') {
                continue;
            }
            let start = begin + at as u32;
            let span = Span { source: self.source, start, end: start + 1 + meant.len_utf8() as u32 };
            let message = format!("`\\{meant}` means nothing in a text");
            let finding = Diagnostic::new(Code::InvalidLiteral, span, message);
            self.diagnostics.push(finding.hint(
                "`\\n` begins a new line, `\\\"` is a quote and `\\{` a brace; a backslash is written `\\\\`",
            ));
        }
    }

    /// A length of time; zero, and reported, where it is longer than a year.
    pub(super) fn duration(&mut self, pair: &Pair<'_, Rule>) -> DurationMs {
        let longest = DurationMs::from_secs(366 * 86_400);
        match milliseconds(pair.as_str()).filter(|length| *length <= longest) {
            Some(length) => length,
            None => {
                let message = format!("`{}` is no length of time", pair.as_str());
                let finding = Diagnostic::new(Code::InvalidLiteral, self.span(pair), message);
                self.diagnostics
                    .push(finding.hint("write `300ms`, `5s`, `15m`, `1h30m` or `2d`, a year at the most"));
                DurationMs::ZERO
            }
        }
    }

    /// A whole number.
    pub(super) fn count(&mut self, pair: &Pair<'_, Rule>) -> Spanned<u64> {
        let span = self.span(pair);
        let value = pair.as_str().parse().unwrap_or(u64::MAX);
        Spanned { value, span }
    }

    /// A whole number between two bounds; the nearer bound, and reported, where it lies outside.
    pub(super) fn count_within(&mut self, pair: &Pair<'_, Rule>, what: &str, low: u64, high: u64) -> u64 {
        let Spanned { value, span } = self.count(pair);
        if !(low..=high).contains(&value) {
            let message = format!("{what} is {low} to {high}, found {}", pair.as_str());
            let finding = Diagnostic::new(Code::InvalidSetting, span, message);
            self.diagnostics.push(finding.hint(format!("write `{}`", value.clamp(low, high))));
        }
        value.clamp(low, high)
    }

    /// A day of the calendar.
    pub(super) fn date(&mut self, pair: &Pair<'_, Rule>) -> Option<Date> {
        let text = pair.as_str();
        let mut parts = text.split('-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        match Date::new(year, month, day) {
            Ok(date) => Some(date),
            Err(_) => {
                let message = format!("there is no {text} in the calendar");
                let finding = Diagnostic::new(Code::NoSuchTime, self.span(pair), message);
                let hint = match Date::new(year, month, 1) {
                    Ok(first) => format!("that month has {} days", first.days_in_month()),
                    Err(_) => "a date is written year, month, day: `2026-12-31`".to_owned(),
                };
                self.diagnostics.push(finding.hint(hint));
                None
            }
        }
    }

    /// A time of day in seconds; 24:00 only where a span ends.
    pub(super) fn seconds(&mut self, pair: &Pair<'_, Rule>, is_end: bool) -> Option<u32> {
        let text = pair.as_str();
        let mut parts = text.split(':').map(|part| part.parse::<u32>().ok());
        let (hour, minute) = (parts.next()??, parts.next()??);
        let second = parts.next().unwrap_or(Some(0))?;
        let midnight = is_end && (hour, minute, second) == (24, 0, 0);
        if (hour < 24 && minute < 60 && second < 60) || midnight {
            return Some(hour * 3600 + minute * 60 + second);
        }
        let hint =
            if hour == 24 { "only a span may end at 24:00" } else { "times go from 00:00 to 23:59:59" };
        let message = format!("there is no {text} on the clock");
        self.diagnostics.push(Diagnostic::new(Code::NoSuchTime, self.span(pair), message).hint(hint));
        None
    }

    /// A phone number, a short code, or a pattern of them; `None` in it where it is neither, which has been reported.
    pub(super) fn pattern(&mut self, pair: &Pair<'_, Rule>) -> Spanned<Pattern> {
        let span = self.span(pair);
        let written = pair.as_str().trim_end();
        let value = match NumberPattern::parse(written, None) {
            Ok(pattern) => Some(pattern),
            Err(PatternError::NoNumber(_)) if !written.contains("..") => {
                self.no_phone(span, written);
                None
            }
            Err(error) => {
                let finding = Diagnostic::new(Code::InvalidLiteral, span, error.to_string());
                self.diagnostics.push(finding.hint(PATTERNS));
                None
            }
        };
        Spanned { value, span }
    }

    /// A phone number that can be one.
    pub(super) fn phone(&mut self, pair: &Pair<'_, Rule>) -> Option<Phone> {
        let phone = Phone::parse(pair.as_str(), None);
        if phone.is_none() {
            self.no_phone(self.span(pair), pair.as_str());
        }
        phone
    }

    fn no_phone(&mut self, span: Span, written: &str) {
        let message = format!("`{written}` is no phone number of its country");
        let finding = Diagnostic::new(Code::InvalidLiteral, span, message);
        self.diagnostics.push(finding.hint(match written.strip_prefix('+') {
            Some(digits) if digits.starts_with("999") || digits.starts_with('0') => {
                "no country has this code; a number is written with the code of its country: `+7 843 203-57-37`"
            }
            Some(_) => {
                "count its digits, and look at its area code; the beginning of several numbers ends with `...`: `+7 843 ...`"
            }
            None => "write it with `+` and its country: `+7 843 203-57-37`",
        }));
    }

    /// An amount, which has no more decimals than its currency; where it has, which is reported, it is rounded.
    fn payable(&mut self, pair: &Pair<'_, Rule>, money: Money) -> Money {
        let most = money.currency.decimals();
        let rounded = Money { amount: money.amount.round_dp(most as u32), ..money };
        if rounded.amount != money.amount {
            let message = format!("{} has {}, found `{}`", money.currency, decimals(most), pair.as_str());
            let finding = Diagnostic::new(Code::InvalidLiteral, self.span(pair), message);
            self.diagnostics
                .push(finding.hint(format!("write `{:.most$} {}`", rounded.amount, money.currency)));
        }
        rounded
    }

    /// The value of a literal; `None` where it means nothing, which has been reported.
    pub(super) fn literal(&mut self, pair: &Pair<'_, Rule>) -> Option<Value> {
        let text = pair.as_str();
        match pair.as_rule() {
            Rule::string => Some(Value::Text(self.text(pair).value)),
            Rule::truth => Some(Value::Bool(text == "yes")),
            Rule::duration => Some(Value::Duration(self.duration(pair))),
            Rule::date => self.date(pair).map(Value::Date),
            Rule::clock => {
                let second = self.seconds(pair, false)?;
                Time::new((second / 3600) as i8, (second / 60 % 60) as i8, (second % 60) as i8, 0)
                    .ok()
                    .map(Value::Time)
            }
            Rule::phone => self.phone(pair).map(Value::Phone),
            Rule::money => {
                let money = Money::parse(text).filter(|money| is_currency(money.currency.letters()));
                if money.is_none() {
                    let message = format!("`{text}` is no amount of a currency");
                    let finding = Diagnostic::new(Code::InvalidLiteral, self.span(pair), message);
                    let hint = "a currency is the three letters of ISO 4217, as in `12.50 EUR`";
                    self.diagnostics.push(finding.hint(hint));
                }
                money.map(|money| Value::Money(self.payable(pair, money)))
            }
            _ => {
                let number = text.parse().ok();
                if text.len() > 1 && text.starts_with('0') && !text.starts_with("0.") {
                    let message = format!("the number `{text}` begins with 0");
                    let finding = Diagnostic::new(Code::InvalidLiteral, self.span(pair), message);
                    self.diagnostics.push(finding.hint(format!("digits stand in quotes: `\"{text}\"`")));
                    return None;
                }
                if number.is_none() {
                    self.report(
                        Code::InvalidLiteral,
                        self.span(pair),
                        format!("`{text}` is too long a number"),
                    );
                }
                number.map(Value::Number)
            }
        }
    }
}

/// As many decimals as a person reads: `no decimals`, `2 decimals`.
fn decimals(count: usize) -> String {
    match count {
        0 => "no decimals".to_owned(),
        count => format!("{count} decimals"),
    }
}

/// The key of a one-sign text.
pub(super) fn key(pair: &Pair<'_, Rule>) -> Option<Key> {
    pair.as_str().chars().next().and_then(Key::from_char)
}

/// `1h30m` in milliseconds.
fn milliseconds(text: &str) -> Option<DurationMs> {
    let mut rest = text;
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (count, tail) = rest.split_at(digits);
        let unit = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit);
        let size: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        total = total.checked_add(count.parse::<u64>().ok()?.checked_mul(size)?)?;
        rest = tail;
    }
    Some(DurationMs(total))
}
