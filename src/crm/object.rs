//! What a caller can key: an account, a card, an order. It belongs to a customer, or to nobody yet.

use crate::program::{ObjectRef, Record, Text, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An object of the CRM.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Its kind, as the vocabulary names it: `account`.
    pub kind: Text,
    /// Its key among those of its kind.
    pub id: Text,
    /// Its fields by name, without the owner.
    pub fields: BTreeMap<Text, Value>,
    /// The owner's id.
    pub owner: Option<Text>,
}

impl Object {
    /// An object with one field of digits, whose value is its key as well.
    pub fn keyed(kind: &str, field: &str, digits: &str, owner: Option<Text>) -> Object {
        let fields = [(field.into(), Value::Digits(digits.into()))].into();
        Object { kind: kind.into(), id: digits.into(), fields, owner }
    }

    /// What points at it.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef { kind: self.kind.clone(), id: self.id.clone() }
    }

    /// The object as a flow sees it: its fields, and `owner` as a record of kind `customer`.
    pub fn record(&self, owner: Option<Record>) -> Record {
        let mut record = Record::new(&self.kind, &self.id);
        record.fields.clone_from(&self.fields);
        if let Some(owner) = owner {
            record.fields.insert("owner".into(), Value::Record(Arc::new(owner)));
        }
        record
    }
}

/// The text by which a value is looked up; digits and text that read the same are the same key. `None` for a value
/// that nobody may look up by: a secret, a record, a list, nothing.
pub fn lookup_key(value: &Value) -> Option<Text> {
    match value {
        Value::None | Value::Secret(_) | Value::Record(_) | Value::List(_) | Value::Recording(_) => None,
        Value::Text(text) | Value::Digits(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Bool(_)
        | Value::Number(_)
        | Value::Phone(_)
        | Value::Money(_)
        | Value::Duration(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Moment(_) => Some(value.to_string().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Secret;

    #[test]
    fn a_leading_zero_is_a_part_of_the_key() {
        assert_ne!(lookup_key(&Value::Digits("0123".into())), lookup_key(&Value::Digits("123".into())));
        assert_eq!(lookup_key(&Value::Digits("0123".into())), lookup_key(&Value::text("0123")));
    }

    #[test]
    fn nothing_is_looked_up_by_a_secret() {
        assert_eq!(lookup_key(&Value::Secret(Secret::new("4711"))), None);
    }
}
