//! A customer as a service holds it, read by a description's places, and as a flow sees it.

use super::pointer::Pointer;
use super::typed::Typed;
use crate::program::{Phone, Record, Text, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Where a customer's fields stand in what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerPlaces {
    /// The id, by which everything else is linked.
    pub id: Pointer,
    /// The parts of the name, joined by spaces.
    pub name: Vec<Pointer>,
    /// Numbers.
    pub phones: Vec<Pointer>,
    /// Two letters of ISO 639.
    pub language: Option<Pointer>,
    /// Attributes, by the names that the program's `crm` block declares.
    pub fields: BTreeMap<Text, Pointer>,
}

impl CustomerPlaces {
    /// The customer as a flow sees it, its identity claimed.
    ///
    /// # Errors
    /// The name of the first field that is no value of its declared type; `id` where there is none.
    pub fn record(&self, found: &Json, typed: &Typed, country: Option<&str>) -> Result<Record, String> {
        let id = self.id.text(found).ok_or("id")?;
        let name: Vec<String> = self.name.iter().filter_map(|at| at.text(found)).collect();
        let mut record = Record::new("customer", &id).with("name", Value::Text(name.join(" ").into()));
        let phones = self.phones.iter().filter_map(|at| Phone::parse(&at.text(found)?, country));
        record = record.with("phones", Value::List(phones.map(Value::Phone).collect()));
        if let Some(language) = self.language.as_ref().and_then(|at| at.text(found)) {
            let language = language.get(..2).unwrap_or(&language).to_lowercase();
            record = record.with("language", Value::Text(language.into()));
        }
        for (name, at) in &self.fields {
            if let Some(json) = at.find(found).filter(|json| json.as_str() != Some("")) {
                let value = typed.attribute(name, json).ok_or_else(|| name.to_string())?;
                record = record.with(name, value);
            }
        }
        Ok(record)
    }
}
