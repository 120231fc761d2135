//! Values and types of the language: a phone number is not digits, digits are no number, a secret is no text.

use super::moment::Moment;
use super::phone::Phone;
use super::record::Record;
use super::recording::Recording;
use super::secret::Secret;
use crate::time::DurationMs;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A piece of shared text.
pub type Text = Arc<str>;

/// What a variable, a field or an argument can hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// An optional value that is not there.
    None,
    /// `yes` or `no`.
    Bool(bool),
    /// A number to count and compare with.
    Number(Decimal),
    /// Free text.
    Text(Text),
    /// Digits as they were keyed: an account, an order. Leading zeros count.
    Digits(Text),
    /// A phone number in normal form.
    Phone(Phone),
    /// An amount in a currency.
    Money(Money),
    /// A length of time.
    Duration(DurationMs),
    /// A day.
    Date(jiff::civil::Date),
    /// A time of day.
    Time(jiff::civil::Time),
    /// An instant, read in a zone.
    Moment(Moment),
    /// Digits that nobody may see.
    Secret(Secret),
    /// A customer, an object, a case, a backend's reply.
    Record(Arc<Record>),
    /// Several values of one type.
    List(Arc<[Value]>),
    /// What a caller has said after the tone.
    Recording(Arc<Recording>),
}

/// What the compiler knows of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `yes_no`.
    Bool,
    /// `number`.
    Number,
    /// `text`.
    Text,
    /// `digits`.
    Digits,
    /// `phone`.
    Phone,
    /// `money`.
    Money,
    /// `duration`.
    Duration,
    /// `date`.
    Date,
    /// `time`.
    Time,
    /// `moment`.
    Moment,
    /// `secret`: digits.
    Secret,
    /// `passphrase`: words.
    Passphrase,
    /// `customer`, or `verified customer`.
    Customer(Trust),
    /// An object of the `crm` block, by its name.
    Object(Text),
    /// A case.
    Case,
    /// A record that the program declares, by its name.
    Record(Text),
    /// What a backend's operation replies: `backend.operation`.
    Reply(Text),
    /// `list of T`.
    List(Box<Type>),
    /// `T?`: may be missing.
    Optional(Box<Type>),
    /// `recording`.
    Recording,
    /// A mistake was reported; whatever follows from it is not reported again.
    Unknown,
}

/// How far an identity may be believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Somebody says so: a caller number.
    #[default]
    Claimed,
    /// The network signs for the number (STIR/SHAKEN, full attestation).
    Attested,
    /// Authenticated in this contact.
    Verified,
}

/// An exact amount of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In the currency's main unit: 12.50.
    pub amount: Decimal,
    /// Three letters of ISO 4217.
    pub currency: Currency,
}

/// A currency by its ISO 4217 letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Value {
    /// Which of two values comes first; `None` for values that are in no order, or of different kinds.
    pub fn order(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
            (Value::Money(a), Value::Money(b)) if a.currency == b.currency => Some(a.amount.cmp(&b.amount)),
            (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
            (Value::Moment(a), Value::Moment(b)) => Some(a.at.cmp(&b.at)),
            _ => None,
        }
    }

    /// Whether it is of this type. Records of the CRM and replies are known by their kind.
    pub fn is_of(&self, ty: &Type) -> bool {
        match (self, ty) {
            (_, Type::Unknown) | (Value::None, Type::Optional(_)) => true,
            (value, Type::Optional(inner)) => value.is_of(inner),
            (Value::Bool(_), Type::Bool)
            | (Value::Number(_), Type::Number)
            | (Value::Text(_), Type::Text)
            | (Value::Digits(_), Type::Digits)
            | (Value::Phone(_), Type::Phone)
            | (Value::Money(_), Type::Money)
            | (Value::Duration(_), Type::Duration)
            | (Value::Date(_), Type::Date)
            | (Value::Time(_), Type::Time)
            | (Value::Moment(_), Type::Moment)
            | (Value::Secret(_), Type::Secret | Type::Passphrase) => true,
            (Value::List(items), Type::List(item)) => items.iter().all(|value| value.is_of(item)),
            (Value::Record(record), Type::Object(name) | Type::Record(name) | Type::Reply(name)) => {
                record.kind == *name
            }
            (Value::Record(record), Type::Customer(_)) => &*record.kind == "customer",
            (Value::Record(record), Type::Case) => &*record.kind == "case",
            _ => false,
        }
    }

    /// A value of free text.
    pub fn text(text: &str) -> Value {
        Value::Text(text.into())
    }
}

impl Money {
    /// An amount in whole minor units of its currency (ISO 4217): halves are rounded away from zero, as in commerce.
    pub fn rounded(amount: Decimal, currency: Currency) -> Money {
        let decimals = u32::try_from(currency.decimals()).unwrap_or(2);
        let amount = amount.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        Money { amount, currency }
    }

    /// Reads `2021.00 RUB`; `None` where either half is not one.
    pub fn parse(text: &str) -> Option<Money> {
        let (amount, currency) = text.trim().rsplit_once(' ')?;
        let amount = amount.trim().parse().ok()?;
        Some(Money { amount, currency: Currency::parse(currency)? })
    }
}

impl Currency {
    /// Three capital letters.
    pub fn parse(text: &str) -> Option<Currency> {
        let letters: [u8; 3] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Currency(letters))
    }

    /// The euro.
    pub const EURO: Currency = Currency(*b"EUR");

    /// How many decimals its amounts have (ISO 4217).
    pub fn decimals(&self) -> usize {
        const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
        const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";
        let is_among = |list: &str| list.split(' ').any(|letters| letters == self.letters());
        match (is_among(NONE), is_among(THREE)) {
            (true, _) => 0,
            (false, true) => 3,
            (false, false) => 2,
        }
    }

    /// The letters.
    pub fn letters(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl Type {
    /// The type of what is inside: of a list's items, of a value that may be missing.
    pub fn plain(&self) -> &Type {
        match self {
            Type::Optional(inner) | Type::List(inner) => inner.plain(),
            plain => plain,
        }
    }

    /// The type of a value that may be missing, where it is there.
    pub fn present(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner.present(),
            present => present,
        }
    }

    /// Whether a value of `self` may stand where `wanted` is asked for.
    pub fn fits(&self, wanted: &Type) -> bool {
        match (self, wanted) {
            (Type::Unknown, _) | (_, Type::Unknown) => true,
            (Type::Customer(have), Type::Customer(need)) => have >= need,
            (Type::Optional(have), Type::Optional(need)) => have.fits(need),
            (have, Type::Optional(need)) => have.fits(need),
            (Type::List(have), Type::List(need)) => have.fits(need),
            (have, need) => have == need,
        }
    }
}

impl Type {
    /// Whether nobody may see a value of this type.
    pub fn is_secret(&self) -> bool {
        matches!(self, Type::Secret | Type::Passphrase)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Bool => f.write_str("yes_no"),
            Type::Number => f.write_str("number"),
            Type::Text => f.write_str("text"),
            Type::Digits => f.write_str("digits"),
            Type::Phone => f.write_str("phone"),
            Type::Money => f.write_str("money"),
            Type::Duration => f.write_str("duration"),
            Type::Date => f.write_str("date"),
            Type::Time => f.write_str("time"),
            Type::Moment => f.write_str("moment"),
            Type::Secret => f.write_str("secret"),
            Type::Passphrase => f.write_str("passphrase"),
            Type::Customer(Trust::Verified) => f.write_str("verified customer"),
            Type::Customer(Trust::Attested) => f.write_str("attested customer"),
            Type::Customer(Trust::Claimed) => f.write_str("customer"),
            Type::Object(name) | Type::Record(name) => f.write_str(name),
            Type::Case => f.write_str("case"),
            Type::Reply(name) => write!(f, "reply of {name}"),
            Type::List(item) => write!(f, "list of {item}"),
            Type::Optional(inner) => write!(f, "{inner}?"),
            Type::Recording => f.write_str("recording"),
            Type::Unknown => f.write_str("unknown"),
        }
    }
}

/// As a transcript shows it. A secret shows as hidden.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("none"),
            Value::Bool(true) => f.write_str("yes"),
            Value::Bool(false) => f.write_str("no"),
            Value::Number(number) => write!(f, "{}", number.normalize()),
            Value::Text(text) | Value::Digits(text) => f.write_str(text),
            Value::Phone(phone) => write!(f, "{phone}"),
            Value::Money(money) => write!(f, "{money}"),
            Value::Duration(length) => write!(f, "{length}"),
            Value::Date(date) => write!(f, "{date}"),
            Value::Time(time) if time.second() == 0 => write!(f, "{}", time.strftime("%H:%M")),
            Value::Time(time) => write!(f, "{time}"),
            Value::Moment(moment) => write!(f, "{moment}"),
            Value::Secret(secret) => write!(f, "{secret}"),
            Value::Record(record) if record.id.is_empty() => f.write_str(&record.kind),
            Value::Record(record) => write!(f, "{} {}", record.kind, record.id),
            Value::Recording(recording) => write!(f, "{recording}"),
            Value::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = self.currency.decimals().max(2);
        let shown = u32::try_from(decimals).unwrap_or(2);
        let amount = self.amount.round_dp_with_strategy(shown, RoundingStrategy::MidpointAwayFromZero);
        write!(f, "{amount:.decimals$} {}", self.currency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letters())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letters())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.letters())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let text = String::deserialize(deserializer)?;
        Currency::parse(&text).ok_or_else(|| serde::de::Error::custom("a currency is three capital letters"))
    }
}
