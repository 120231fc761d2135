//! The CRM's words, typed, so that a misspelt one does not compile.

use super::record::Record;
use super::value::{Text, Type, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the `crm` block declares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    /// A customer's attributes beside the ones that every customer has.
    pub customer: BTreeMap<Text, Type>,
    /// Those of them that are kept encrypted, and that no flow reads.
    pub sensitive: BTreeSet<Text>,
    /// What a caller can key, by name.
    pub objects: BTreeMap<Text, ObjectType>,
    /// What a contact can be about.
    pub topics: Vec<Text>,
    /// What can come of it.
    pub outcomes: Vec<Text>,
}

/// An object of the CRM: its fields by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectType {
    /// Names and types of its fields.
    pub fields: BTreeMap<Text, Type>,
}

impl Vocabulary {
    /// Outcomes that the engine itself sets, known in every program.
    pub const BUILT_IN_OUTCOMES: [&'static str; 3] = ["abandoned", "handed_over", "rejected"];

    /// Whether an outcome is declared or built in.
    pub fn has_outcome(&self, word: &str) -> bool {
        Vocabulary::BUILT_IN_OUTCOMES.contains(&word) || self.outcomes.iter().any(|known| &**known == word)
    }

    /// A record of the CRM without what is not of its declared type: that reads as missing, whatever wrote it, until somebody
    /// converts it. What it holds of other records is looked at as well.
    pub fn fitting(&self, record: &Arc<Record>) -> Arc<Record> {
        let declared = match &*record.kind {
            "customer" => Some(&self.customer),
            kind => self.objects.get(kind).map(|object| &object.fields),
        };
        let fits = |name: &Text, value: &Value| {
            declared.and_then(|declared| declared.get(name)).is_none_or(|ty| value.is_of(ty))
        };
        if record.fields.iter().all(|(name, value)| fits(name, value) && !matches!(value, Value::Record(_))) {
            return record.clone();
        }
        let mut fields = record.fields.clone();
        fields.retain(|name, value| fits(name, value));
        for value in fields.values_mut() {
            if let Value::Record(inner) = value {
                *inner = self.fitting(inner);
            }
        }
        if fields == record.fields {
            record.clone()
        } else {
            Arc::new(Record { fields, ..Record::clone(record) })
        }
    }

    /// Whether a topic is declared.
    pub fn has_topic(&self, topic: &str) -> bool {
        self.topics.iter().any(|known| &**known == topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_of_its_type_reads_as_missing_wherever_it_stands() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.customer.insert("contract_end".into(), Type::Optional(Box::new(Type::Date)));
        vocabulary.customer.insert("tariff".into(), Type::Text);
        let mut anna = Record::new("customer", "anna");
        for (name, value) in [("contract_end", "soon"), ("tariff", "gold"), ("undeclared", "stays")] {
            anna.fields.insert(name.into(), Value::text(value));
        }
        let mut card = Record::new("card", "4081");
        card.fields.insert("owner".into(), Value::Record(Arc::new(anna.clone())));
        let fitting = vocabulary.fitting(&Arc::new(card));
        let Value::Record(owner) = fitting.field("owner") else { panic!("an owner") };
        assert_eq!(owner.field("contract_end"), &Value::None);
        assert_eq!(owner.field("tariff"), &Value::text("gold"));
        assert_eq!(owner.field("undeclared"), &Value::text("stays"));
        let whole = Arc::new(Record::new("customer", "boris"));
        assert!(Arc::ptr_eq(&vocabulary.fitting(&whole), &whole), "nothing is copied where all fits");
    }
}
