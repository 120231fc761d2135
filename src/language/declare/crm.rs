//! `crm`: the vocabulary.

use super::Declared;
use crate::language::ast::{Crm, Field, Name};
use crate::language::load::Loaded;
use crate::program::{ObjectType, Text, Type};
use crate::source::{Code, Diagnostic};
use std::collections::{BTreeMap, BTreeSet};

/// Fields that a record of the CRM never shows.
const SECRETS: [&str; 5] = ["pin", "password", "passphrase", "passcode", "passwd"];

/// The attribute by which customers belong to segments.
const SEGMENT: &str = "segment";

/// What every customer has.
pub(in crate::language) fn customer_fields() -> [(&'static str, Type); 8] {
    let optional = |ty: Type| Type::Optional(Box::new(ty));
    [
        ("name", Type::Text),
        ("language", optional(Type::Text)),
        ("open_case", optional(Type::Case)),
        ("phones", Type::List(Box::new(Type::Phone))),
        ("addresses", Type::List(Box::new(Type::Text))),
        ("last_topic", optional(Type::Text)),
        ("last_outcome", optional(Type::Text)),
        ("last_contact", optional(Type::Moment)),
    ]
}

/// What every case has.
pub(in crate::language) fn case_fields() -> Vec<(&'static str, Type)> {
    let optional = |ty: Type| Type::Optional(Box::new(ty));
    vec![
        ("topic", Type::Text),
        ("state", Type::Text),
        ("opened", Type::Moment),
        ("age", Type::Duration),
        ("contacts", Type::Number),
        ("priority", Type::Text),
        ("owner", optional(Type::Text)),
        ("mood", optional(Type::Text)),
        ("mark", optional(Type::Text)),
        ("promised", optional(Type::Moment)),
        ("overdue", Type::Bool),
    ]
}

impl Declared {
    pub(super) fn crm(&mut self, items: &[Crm], loaded: &mut Loaded<'_>) {
        if let [first, second, ..] = items {
            let finding = Diagnostic::new(Code::DuplicateName, second.span, "there are two `crm` blocks");
            loaded.diagnostics.push(finding.related(first.span, "the first"));
        }
        let Some(item) = items.first() else { return };
        for object in &item.objects {
            let objects = &mut self.program.vocabulary.objects;
            if objects.insert(object.name.text.clone(), ObjectType::default()).is_some() {
                twice(&object.name, loaded);
            }
        }
        let sensitive: BTreeSet<Text> = self.sensitive(&item.customer, loaded);
        let plain = |field: &Field| Field { sensitive: None, ..field.clone() };
        let fields: Vec<Field> = item.customer.iter().map(plain).collect();
        let mut customer = self.record(&fields, loaded);
        for (name, ty) in customer_fields() {
            if customer.get(name).is_some_and(|declared| *declared != ty && *declared != Type::Unknown) {
                let message = format!("every customer has `{name}: {ty}`");
                let span = item.customer.iter().find(|field| &*field.name.text == name).map(|f| f.ty.span);
                loaded.diagnostics.push(Diagnostic::new(
                    Code::TypeMismatch,
                    span.unwrap_or(item.span),
                    message,
                ));
            }
            customer.remove(name);
        }
        self.program.vocabulary.customer = customer;
        self.program.vocabulary.sensitive = sensitive;
        for object in &item.objects {
            let fields = self.record(&object.fields, loaded);
            let is_digits = |field: &&Field| fields.get(&field.name.text) == Some(&Type::Digits);
            let key = object.fields.iter().find(is_digits).map(|field| field.name.text.clone());
            self.object_keys.insert(object.name.text.clone(), key);
            self.program.vocabulary.objects.insert(object.name.text.clone(), ObjectType { fields });
        }
        self.program.vocabulary.topics = words(&item.topics, loaded);
        self.program.vocabulary.outcomes = words(&item.outcomes, loaded);
    }

    /// The attributes that are kept encrypted. What every customer has is looked for, and what segments go by is read.
    fn sensitive(&self, fields: &[Field], loaded: &mut Loaded<'_>) -> BTreeSet<Text> {
        let mut sensitive = BTreeSet::new();
        for field in fields {
            let Some(span) = field.sensitive else { continue };
            let name = &field.name.text;
            if &**name == SEGMENT || customer_fields().iter().any(|(known, _)| *known == &**name) {
                let message = format!("`{name}` cannot be sensitive: customers are told apart by it");
                loaded.diagnostics.push(
                    Diagnostic::new(Code::InvalidSetting, span, message)
                        .hint("take the word out, or keep what is sensitive in an attribute of its own"),
                );
            } else {
                sensitive.insert(name.clone());
            }
        }
        sensitive
    }

    fn record(&self, fields: &[Field], loaded: &mut Loaded<'_>) -> BTreeMap<Text, Type> {
        fields.iter().filter(|field| SECRETS.contains(&&*field.name.text)).for_each(|field| {
            let message = format!("`{}` would be known to everybody who reads the record", field.name.text);
            let finding = Diagnostic::new(Code::SecretLeak, field.name.span, message);
            loaded.diagnostics.push(finding.hint(
                "take it out: the CRM keeps it to itself, `authenticate client with pin`, or `with passphrase`, verifies it, and `update client.pin = new` changes it",
            ));
        });
        self.plain_params(fields, loaded).into_iter().collect()
    }
}

fn words(names: &[Name], loaded: &mut Loaded<'_>) -> Vec<Text> {
    let mut words: Vec<Text> = Vec::new();
    for name in names {
        if words.contains(&name.text) {
            twice(name, loaded);
        } else {
            words.push(name.text.clone());
        }
    }
    words
}

fn twice(name: &Name, loaded: &mut Loaded<'_>) {
    let message = format!("`{}` is there twice", name.text);
    loaded
        .diagnostics
        .push(Diagnostic::new(Code::DuplicateName, name.span, message).hint("remove one of them"));
}
