//! What the CRM and backends hand to a flow: a record with a kind, an id and named fields.

use super::value::{Text, Trust, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A customer, an object, a case or a reply, as a flow sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// `customer`, `case`, an object's or a record's name, or `backend.operation`.
    pub kind: Text,
    /// Its key in the CRM; empty for a reply.
    pub id: Text,
    /// For a customer: how far the identity may be believed in this contact.
    #[serde(default)]
    pub trust: Trust,
    /// Its fields by name; one that is not there reads as [`Value::None`].
    #[serde(default)]
    pub fields: BTreeMap<Text, Value>,
}

impl Record {
    /// A record without fields.
    pub fn new(kind: &str, id: &str) -> Record {
        Record { kind: kind.into(), id: id.into(), trust: Trust::Claimed, fields: BTreeMap::new() }
    }

    /// The same record with one more field.
    pub fn with(mut self, name: &str, value: Value) -> Record {
        self.fields.insert(name.into(), value);
        self
    }

    /// The segment that a customer belongs to: its field `segment`, a text.
    pub fn segment(&self) -> Option<Text> {
        match self.field("segment") {
            Value::Text(segment) => Some(segment.clone()),
            _ => None,
        }
    }

    /// A field's value; [`Value::None`] where the record has none.
    pub fn field(&self, name: &str) -> &Value {
        self.fields.get(name).unwrap_or(&Value::None)
    }
}
