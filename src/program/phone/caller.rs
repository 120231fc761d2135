//! Who calls, as far as the network says.

use super::Phone;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Who calls, as far as the network says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    /// A number. A claim, not an identity.
    Number(Phone),
    /// The caller asked the network not to show it (RFC 3323, RFC 3325).
    Withheld,
    /// The network said nothing.
    Missing,
    /// The network said something that is no number; kept for people to read.
    Invalid(Arc<str>),
}

impl Caller {
    /// Reads the user part or the address that a network shows. `anonymous` and its relatives are withheld, and whoever
    /// calls from `anonymous.invalid` (RFC 3323 §4.1.1.3).
    pub fn parse(user: &str, country: Option<&str>) -> Caller {
        let user = user.trim();
        let lower = user.to_ascii_lowercase();
        match lower.as_str() {
            "" | "+" => Caller::Missing,
            "anonymous" | "restricted" | "withheld" | "private" => Caller::Withheld,
            "unavailable" | "unknown" => Caller::Missing,
            address if address.ends_with("@anonymous.invalid") => Caller::Withheld,
            _ => match Phone::parse(user, country) {
                Some(phone) => Caller::Number(phone),
                None => Caller::Invalid(user.into()),
            },
        }
    }

    /// Reads what a network shows where callers have addresses: a number by its user part, anything else whole. Whoever
    /// calls from `anonymous.invalid` is withheld (RFC 3323 §4.1.1.3).
    pub fn at(user: &str, host: &str, country: Option<&str>) -> Caller {
        if host.eq_ignore_ascii_case("anonymous.invalid") {
            return Caller::Withheld;
        }
        match Caller::parse(user, country) {
            Caller::Invalid(user) if !host.is_empty() => Caller::Invalid(format!("{user}@{host}").into()),
            known => known,
        }
    }

    /// The number or the address that the network shows; empty where it shows none.
    pub fn shown(&self) -> &str {
        match self {
            Caller::Number(phone) => phone.as_str(),
            Caller::Invalid(text) => text,
            Caller::Withheld | Caller::Missing => "",
        }
    }

    /// The number, where there is one.
    pub fn number(&self) -> Option<&Phone> {
        match self {
            Caller::Number(phone) => Some(phone),
            Caller::Withheld | Caller::Missing | Caller::Invalid(_) => None,
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Caller::Number(phone) => write!(f, "{phone}"),
            Caller::Withheld => f.write_str("withheld"),
            Caller::Missing => f.write_str("missing"),
            Caller::Invalid(text) => write!(f, "invalid `{}`", text.escape_default()),
        }
    }
}
