//! JSON as values of the language: each by the type that a program declares for it.

use crate::program::{Limits, Moment, Money, Phone, Program, Record, Text, Type, Value, Zone};
use crate::time::DurationMs;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The longest text that a reply may bring into a flow.
const MAX_TEXT_BYTES: usize = Limits::DEFAULT.text;

/// What of a program decides how a reply is read.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    records: BTreeMap<Text, Vec<(Text, Type)>>,
    attributes: BTreeMap<Text, Type>,
    zone: Option<Zone>,
}

impl Typed {
    /// By what a program declares.
    pub fn of(program: &Program) -> Typed {
        let (records, attributes) = (program.records.clone(), program.vocabulary.customer.clone());
        Typed { records, attributes, zone: program.zone.clone() }
    }

    /// A customer's attribute; one that the program does not declare is text.
    pub fn attribute(&self, name: &str, json: &Json) -> Option<Value> {
        self.value(json, self.attributes.get(name).unwrap_or(&Type::Text))
    }

    /// The declared fields of an object; the name of the first that is none of its type.
    pub fn record(&self, kind: &str, declared: &[(Text, Type)], json: &Json) -> Result<Record, String> {
        let mut record = Record::new(kind, "");
        for (name, kind) in declared {
            let field = json.get(&**name).unwrap_or(&Json::Null);
            let value = self.value(field, kind).ok_or_else(|| format!("{name}: {kind}"))?;
            record.fields.insert(name.clone(), value);
        }
        Ok(record)
    }

    fn value(&self, json: &Json, kind: &Type) -> Option<Value> {
        if let Type::Optional(inner) = kind {
            return if json.is_null() { Some(Value::None) } else { self.value(json, inner) };
        }
        if let Type::List(item) = kind {
            let items: Option<Vec<Value>> =
                json.as_array()?.iter().map(|json| self.value(json, item)).collect();
            return Some(Value::List(items?.into()));
        }
        if let (Type::Bool, Some(truth)) = (kind, json.as_bool()) {
            return Some(Value::Bool(truth));
        }
        if let Type::Record(name) = kind {
            let record = self.record(name, self.records.get(name)?, json).ok()?;
            return json.is_object().then(|| Value::Record(Arc::new(record)));
        }
        let text = match json {
            Json::String(text) if text.len() <= MAX_TEXT_BYTES => text.clone(),
            Json::Number(number) => number.to_string(),
            _ => return None,
        };
        match kind {
            Type::Number => text.parse().ok().map(Value::Number),
            Type::Text => Some(Value::Text(text.into())),
            Type::Digits => text.bytes().all(|b| b.is_ascii_digit()).then(|| Value::Digits(text.into())),
            Type::Phone => Phone::parse(&text, None).map(Value::Phone),
            Type::Money => Money::parse(&text).map(Value::Money),
            Type::Duration => duration(&text).map(Value::Duration),
            Type::Date => text.parse().ok().map(Value::Date),
            Type::Moment => Moment::parse(&text, self.zone.as_ref()).map(Value::Moment),
            Type::Time => text.parse().ok().map(Value::Time),
            _ => None,
        }
    }
}

fn duration(text: &str) -> Option<DurationMs> {
    let seconds = text.strip_suffix('s').unwrap_or(text);
    Some(DurationMs::from_secs(seconds.parse::<u32>().ok()?.into()))
}
