//! A customer: who it is, where it calls and writes from, and what the deployment knows of it.

use super::Case;
use super::recent::Recent;
use crate::program::{Address, Moment, Phone, Record, Text, Trust, Value, Zone};
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
    /// Where it writes from, in normal form.
    #[serde(default)]
    pub addresses: Vec<Address>,
    /// The customer that this one turned out to be, where a person said so: its id leads there.
    #[serde(default)]
    pub merged_into: Option<Text>,
}

impl Customer {
    /// A customer with a name and nothing else known.
    pub fn new(id: &str, name: &str) -> Customer {
        Customer { id: id.into(), name: name.into(), ..Customer::default() }
    }

    /// An attribute or the language; [`Value::None`] for what is not known.
    pub fn field(&self, field: &str) -> Value {
        match field {
            "language" => self.language.clone().map_or(Value::None, Value::Text),
            _ => self.attributes.get(field).cloned().unwrap_or(Value::None),
        }
    }

    /// Gives an attribute or the language another value; [`Value::None`] takes it away.
    pub fn set(&mut self, field: &Text, value: Value) {
        match (&**field, value) {
            ("language", Value::Text(language)) => self.language = Some(language),
            ("language", _) => self.language = None,
            (_, Value::None) => drop(self.attributes.remove(field)),
            (_, value) => drop(self.attributes.insert(field.clone(), value)),
        }
    }

    /// The same with what is known of customers that were merged into it: their numbers and addresses, and what only they
    /// say of themselves. Nothing is copied, so that a merge can be undone.
    pub fn joined(mut self, others: impl IntoIterator<Item = Customer>) -> Customer {
        for other in others {
            self.phones.extend(other.phones);
            self.addresses.extend(other.addresses);
            self.language = self.language.or(other.language);
            for (name, value) in other.attributes {
                self.attributes.entry(name).or_insert(value);
            }
        }
        self.phones = distinct(self.phones);
        self.addresses = distinct(self.addresses);
        self
    }

    /// The customer as a flow sees it: kind `customer`, with `name`, `language`, `open_case`, `phones`, `addresses`,
    /// `last_topic`, `last_outcome`, `last_contact` and every attribute. What is not known is no field, and so reads as
    /// missing.
    pub fn record(&self, open_case: Option<&Case>, last: &Recent, trust: Trust) -> Record {
        let mut record = Record { trust, ..Record::new("customer", &self.id) };
        record.fields.clone_from(&self.attributes);
        record.fields.insert("name".into(), Value::Text(self.name.clone()));
        let phones = self.phones.iter().cloned().map(Value::Phone).collect();
        record.fields.insert("phones".into(), Value::List(phones));
        let addresses = self.addresses.iter().map(|address| Value::text(address.as_str())).collect();
        record.fields.insert("addresses".into(), Value::List(addresses));
        for (name, word) in [("last_topic", &last.topic), ("last_outcome", &last.outcome)] {
            record.fields.extend(word.iter().map(|word| (name.into(), Value::Text(word.clone()))));
        }
        if let Some(at) = last.at {
            record.fields.insert("last_contact".into(), Value::Moment(Moment::new(at, Zone::utc())));
        }
        if let Some(language) = &self.language {
            record.fields.insert("language".into(), Value::Text(language.clone()));
        }
        if let Some(case) = open_case {
            record.fields.insert("open_case".into(), Value::Record(Arc::new(case.record())));
        }
        record
    }
}

fn distinct<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut kept = Vec::with_capacity(all.len());
    for one in all {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
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
        let record = anna.record(Some(&case), &Recent::default(), Trust::Verified);
        assert_eq!((&*record.kind, &*record.id, record.trust), ("customer", "c1", Trust::Verified));
        assert_eq!(record.field("tariff"), &Value::text("gold"));
        assert_eq!(record.field("language"), &Value::None);
        assert_eq!(record.field("phones").to_string(), "[+79656295719]");
        let Value::Record(open) = record.field("open_case") else { panic!("no open case: {record:?}") };
        assert_eq!(open.field("topic"), &Value::text("balance"));
    }

    #[test]
    fn whoever_was_merged_adds_what_was_not_known_and_changes_nothing() {
        let phone = |text: &str| Phone::from_e164(text).expect("a number");
        let attribute = |name: &str, word: &str| (Text::from(name), Value::text(word));
        let anna = Customer {
            phones: vec![phone("+79656295719")],
            attributes: [attribute("tariff", "gold")].into(),
            ..Customer::new("c1", "Anna")
        };
        let other = Customer {
            phones: vec![phone("+79031112233"), phone("+79656295719")],
            language: Some("ru".into()),
            attributes: [attribute("tariff", "classic"), attribute("city", "Kazan")].into(),
            ..Customer::new("c7", "A. K.")
        };
        let joined = anna.joined([other]);
        let numbers: Vec<&str> = joined.phones.iter().map(Phone::as_str).collect();
        assert_eq!(numbers, ["+79656295719", "+79031112233"]);
        let known = joined.attributes.iter().map(|(name, value)| format!("{name}={value}"));
        assert_eq!(known.collect::<Vec<_>>(), ["city=Kazan", "tariff=gold"]);
        assert_eq!((&*joined.name, joined.language.as_deref()), ("Anna", Some("ru")));
    }
}
