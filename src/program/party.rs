//! Whom a leg calls.

use super::phone::{self, Phone};
use super::value::{Text, Value};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Somebody who can be called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A phone number.
    Phone(Phone),
    /// An extension of the house, by its digits.
    Extension(Text),
    /// A name that the deployment knows, or a SIP address.
    Name(Text),
}

impl Party {
    /// The party that a value names: a phone number, digits, a text. `None` where it names nobody.
    pub fn of(value: &Value) -> Option<Party> {
        match value {
            Value::Phone(phone) => Some(Party::Phone(phone.clone())),
            Value::Digits(digits) if !digits.is_empty() => Some(Party::Extension(digits.clone())),
            Value::Text(name) if !name.trim().is_empty() => Some(Party::Name(name.clone())),
            _ => None,
        }
    }

    /// The digits that are dialled to reach it, with `+` where it is a number of the world: also those of a text that has
    /// nothing but digits and what stands between them. `None` for a name and for an address.
    pub fn dialled(&self) -> Option<Text> {
        match self {
            Party::Phone(phone) => Some(phone.as_str().into()),
            Party::Extension(digits) => Some(digits.clone()),
            Party::Name(name) => phone::dialled(name).map(Text::from),
        }
    }

    /// The value that names it.
    pub fn value(&self) -> Value {
        match self {
            Party::Phone(phone) => Value::Phone(phone.clone()),
            Party::Extension(digits) => Value::Digits(digits.clone()),
            Party::Name(name) => Value::Text(name.clone()),
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Party::Phone(phone) => write!(f, "{phone}"),
            Party::Extension(name) | Party::Name(name) => write!(f, "{}", name.escape_debug()),
        }
    }
}
