//! A customer: who it is, which numbers it calls from, and what the deployment knows of it.

use super::Case;
use crate::program::{Phone, Record, Text, Trust, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A customer as the CRM holds it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// The key; never given to somebody else.
    pub id: Text,
    /// How people call this customer.
    pub name: Text,
    /// Two letters of ISO 639, where the customer prefers a language.
    pub language: Option<Text>,
    /// The deployment's own attributes; one that is not known is not there.
    pub attributes: BTreeMap<Text, Value>,
    /// The numbers it calls from, in normal form, the main one first. Another customer may have the same.
    pub phones: Vec<Phone>,
}

impl Customer {
    /// A customer with a name and nothing else known.
    pub fn new(id: &str, name: &str) -> Customer {
        Customer { id: id.into(), name: name.into(), ..Customer::default() }
    }

    /// Gives an attribute or the language another value; false, and nothing is changed, where it is not what was seen.
    pub fn change(&mut self, field: &Text, value: Value, seen: &Value) -> bool {
        if &**field == "language" {
            let known = self.language.clone().map_or(Value::None, Value::Text);
            let language = if let Value::Text(language) = &value { Some(language.clone()) } else { None };
            let unchanged = known == *seen;
            if unchanged {
                self.language = language;
            }
            return unchanged;
        }
        if self.attributes.get(field).unwrap_or(&Value::None) != seen {
            return false;
        }
        match value {
            Value::None => drop(self.attributes.remove(field)),
            value => drop(self.attributes.insert(field.clone(), value)),
        }
        true
    }

    /// The customer as a flow sees it: kind `customer`, with `name`, `language`, `open_case`, `phones` and every attribute.
    /// What is not known is no field, and so reads as missing.
    pub fn record(&self, open_case: Option<&Case>, trust: Trust) -> Record {
        let mut record = Record { trust, ..Record::new("customer", &self.id) };
        record.fields.clone_from(&self.attributes);
        record.fields.insert("name".into(), Value::Text(self.name.clone()));
        let phones = self.phones.iter().cloned().map(Value::Phone).collect();
        record.fields.insert("phones".into(), Value::List(phones));
        if let Some(language) = &self.language {
            record.fields.insert("language".into(), Value::Text(language.clone()));
        }
        if let Some(case) = open_case {
            record.fields.insert("open_case".into(), Value::Record(Arc::new(case.record())));
        }
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Wall;

    #[test]
    fn a_record_has_every_attribute_and_the_open_case() {
        let mut anna = Customer::new("c1", "Анна");
        anna.attributes.insert("tariff".into(), Value::text("gold"));
        anna.phones.extend(Phone::from_e164("+79656295719"));
        let case = Case::open(7, "balance", Some("c1".into()), None, Wall(0));
        let record = anna.record(Some(&case), Trust::Verified);
        assert_eq!((&*record.kind, &*record.id, record.trust), ("customer", "c1", Trust::Verified));
        assert_eq!(record.field("tariff"), &Value::text("gold"));
        assert_eq!(record.field("language"), &Value::None);
        assert_eq!(record.field("phones").to_string(), "[+79656295719]");
        let Value::Record(open) = record.field("open_case") else { panic!("no open case: {record:?}") };
        assert_eq!(open.field("topic"), &Value::text("balance"));
    }
}
