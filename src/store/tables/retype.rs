//! Attributes whose declared type has changed: told, and converted where that loses nothing.

use super::customers;
use crate::crm::Customer;
use crate::program::{Text, Type, Value, Vocabulary};
use crate::store::database::{Answer, Transaction};
use crate::store::{Misfit, read_value};

/// Customers that are looked at in one go.
const AT_ONCE: usize = 1000;

/// Every attribute that is not of its declared type; with `convert`, those that can be are converted and kept.
pub(super) fn misfits(
    tx: &Transaction<'_>,
    vocabulary: &Vocabulary,
    country: Option<&str>,
    convert: bool,
) -> Answer<Vec<Misfit>> {
    let mut misfits = Vec::new();
    let mut after: Option<Text> = None;
    loop {
        let page = customers::customers(tx, after.as_deref(), AT_ONCE)?;
        let Some(last) = page.last().map(|customer| customer.id.clone()) else { return Ok(misfits) };
        for mut customer in page {
            let found = retyped(&mut customer, vocabulary, country);
            if convert && found.iter().any(|misfit| misfit.becomes.is_some()) {
                customers::keep(tx, &customer)?;
            }
            misfits.extend(found);
        }
        after = Some(last);
    }
}

/// The attributes of a customer that do not fit; those that can be are converted in it.
fn retyped(customer: &mut Customer, vocabulary: &Vocabulary, country: Option<&str>) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    for (attribute, wanted) in &vocabulary.customer {
        let Some(value) = customer.attributes.get_mut(attribute).filter(|value| !value.is_of(wanted)) else {
            continue;
        };
        let before = value.to_string();
        let converted = converted(&before, wanted, country);
        misfits.push(Misfit {
            customer: customer.id.clone(),
            attribute: attribute.clone(),
            value: before.into(),
            wanted: wanted.to_string().into(),
            becomes: converted.as_ref().map(|value| value.to_string().into()),
        });
        if let Some(converted) = converted {
            *value = converted;
        }
    }
    misfits
}

/// The value that a text is in another type; `None` where that would lose anything: read back, it must be the same text,
/// but for the plus of a number.
fn converted(text: &str, wanted: &Type, country: Option<&str>) -> Option<Value> {
    let value = read_value(text, wanted, country)?;
    let same = value.to_string() == text || matches!(value, Value::Phone(_));
    same.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_type_is_converted_where_nothing_is_lost_and_else_stays() {
        let mut anna = Customer::new("c1", "Anna");
        for (name, value) in [
            ("account", Value::text("0123")),
            ("size", Value::Digits("0042".into())),
            ("since", Value::text("2026-11-20")),
            ("tariff", Value::text("gold")),
        ] {
            anna.attributes.insert(name.into(), value);
        }
        let mut vocabulary = Vocabulary::default();
        for (name, ty) in
            [("account", Type::Digits), ("size", Type::Number), ("since", Type::Date), ("tariff", Type::Text)]
        {
            vocabulary.customer.insert(name.into(), ty);
        }
        let told = retyped(&mut anna, &vocabulary, None);
        let told: Vec<_> =
            told.iter().map(|misfit| (&*misfit.attribute, misfit.becomes.as_deref())).collect();
        assert_eq!(told, [("account", Some("0123")), ("since", Some("2026-11-20")), ("size", None)]);
        assert_eq!(anna.attributes["account"], Value::Digits("0123".into()));
        assert_eq!(anna.attributes["size"], Value::Digits("0042".into()));
        assert_eq!(retyped(&mut anna, &vocabulary, None).len(), 1);
    }
}
