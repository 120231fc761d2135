//! A message: what a caller has said after the tone, by the name under which the driver keeps it.

use super::value::{Text, Value};
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A message. Its sound lies with the driver; a flow knows how long it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// Where it lies: the contact's id and the number of the action that recorded it.
    pub id: Text,
    /// How long something was said, silence at both ends left out.
    pub length: DurationMs,
    /// Whether it was cut because the longest time was over.
    pub cut: bool,
    /// The address under which it can be fetched; empty where the driver has none.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub link: Text,
}

fn is_empty(link: &Text) -> bool {
    link.is_empty()
}

impl Recording {
    /// The fields that a script reads.
    pub const FIELDS: [&'static str; 3] = ["length", "cut", "link"];

    /// A field's value; [`Value::None`] where there is none of that name.
    pub fn field(&self, name: &str) -> Value {
        match name {
            "length" => Value::Duration(self.length),
            "cut" => Value::Bool(self.cut),
            "link" => Value::Text(self.link.clone()),
            "id" => Value::Text(self.id.clone()),
            _ => Value::None,
        }
    }
}

impl fmt::Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cut = if self.cut { ", cut" } else { "" };
        write!(f, "recording {} ({}{cut})", self.id, self.length)
    }
}
