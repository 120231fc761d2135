//! What `ask` takes: how each kind of entry is keyed and written, and the value it has.
//!
//! Pure functions, so that whoever runs a program and whoever reasons about one read an entry alike. Keys are weighed by
//! their signs alone: a secret's digits may be hidden. The value needs the digits themselves.

mod check;
mod date;
mod keyed;
mod written;
mod yes_no;

pub use check::Check;
pub use date::DateFormat;
pub use keyed::Keyed;

use super::key::Key;
use super::value::{Currency, Type};
use jiff::civil::Date;

/// A kind of entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Digits as they are keyed.
    Digits {
        /// The fewest.
        min: u8,
        /// The most; at these the entry is complete.
        max: u8,
        /// The key that completes an entry and is no part of it.
        until: Option<Key>,
    },
    /// A whole number.
    Number {
        /// The least.
        low: u32,
        /// The greatest.
        high: u32,
        /// The key that completes an entry.
        until: Key,
    },
    /// Yes or no.
    YesNo {
        /// The key for yes.
        yes: Key,
        /// The key for no.
        no: Key,
    },
    /// A phone number, read by the plan of the program's country.
    Phone {
        /// The key that completes an entry.
        until: Key,
    },
    /// An amount; `*` is the decimal point.
    Money {
        /// Of this currency.
        currency: Currency,
        /// The key that completes an entry.
        until: Key,
    },
    /// A day.
    Date {
        /// How its digits stand.
        format: DateFormat,
        /// The key that completes an entry.
        until: Key,
    },
    /// A time of day, as hour and minute: `0930`.
    Time {
        /// The key that completes an entry.
        until: Key,
    },
    /// Free text, written or spoken.
    Text,
    /// Words that nobody may see, written: so many signs in their one form.
    Passphrase {
        /// The fewest.
        min: u8,
        /// The most.
        max: u8,
    },
}

/// Why an entry is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Misfit {
    /// It is nothing of the kind.
    NoMatch,
    /// It has too few digits.
    TooShort,
    /// It is complete, and means nothing: out of range, no number of its country, no day of the calendar.
    Invalid,
}

/// What an entry is read by.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The country whose national form a phone number has, by its two letters.
    pub country: Option<&'a str>,
    /// The day on which it is read.
    pub today: Date,
    /// The language that the contact speaks, by its two letters.
    pub language: &'a str,
}

impl EntryKind {
    /// The key that ends an entry where the script names none.
    pub const UNTIL: Key = Key::POUND;

    /// The type of its value.
    pub fn ty(&self) -> Type {
        match self {
            EntryKind::Digits { .. } => Type::Digits,
            EntryKind::Number { .. } => Type::Number,
            EntryKind::YesNo { .. } => Type::Bool,
            EntryKind::Phone { .. } => Type::Phone,
            EntryKind::Money { .. } => Type::Money,
            EntryKind::Date { .. } => Type::Date,
            EntryKind::Time { .. } => Type::Time,
            EntryKind::Text => Type::Text,
            EntryKind::Passphrase { .. } => Type::Passphrase,
        }
    }

    /// The key that completes an entry, if there is one.
    pub fn until(&self) -> Option<Key> {
        match self {
            EntryKind::Digits { until, .. } => *until,
            EntryKind::Number { until, .. }
            | EntryKind::Phone { until }
            | EntryKind::Money { until, .. }
            | EntryKind::Date { until, .. }
            | EntryKind::Time { until } => Some(*until),
            EntryKind::YesNo { .. } | EntryKind::Text | EntryKind::Passphrase { .. } => None,
        }
    }
}
