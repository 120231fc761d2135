//! Attributes that the `crm` block names or types otherwise than before: told, and brought to it where that loses nothing.

use super::customers;
use crate::crm::Customer;
use crate::program::{Text, Type, Value};
use crate::store::database::{Answer, Transaction};
use crate::store::{Misfit, Reshape, read_value};

/// Customers that are looked at in one transaction: contacts wait no longer than that.
const AT_ONCE: usize = 1000;

/// Some customers after an id: what does not fit, and the last id; nothing behind the last customer.
pub(super) struct Looked {
    pub misfits: Vec<Misfit>,
    pub last: Option<Text>,
}

/// Looks at some customers; with `change`, what can be brought to the declaration is, and kept.
pub(super) fn some(
    tx: &Transaction<'_>,
    reshape: &Reshape,
    after: Option<&str>,
    change: bool,
) -> Answer<Looked> {
    let mut misfits = Vec::new();
    let page = customers::customers(tx, after, AT_ONCE)?;
    let last = page.last().map(|customer| customer.id.clone());
    for mut customer in page {
        let mut found = reshaped(&mut customer, reshape);
        // A flow may have changed it since: it is looked at again, and held.
        if change
            && found.iter().any(|misfit| misfit.becomes.is_some())
            && let Some(mut held) = customers::held(tx, &customer.id)?
        {
            found = reshaped(&mut held, reshape);
            customers::keep(tx, &held)?;
        }
        misfits.extend(found);
    }
    Ok(Looked { misfits, last })
}

/// What of a customer does not fit; what can be brought to the declaration is, in it.
fn reshaped(customer: &mut Customer, reshape: &Reshape) -> Vec<Misfit> {
    if customer.is_erased() {
        return Vec::new();
    }
    let mut misfits = renamed(customer, reshape);
    misfits.extend(retyped(customer, reshape));
    misfits.extend(filled(customer, reshape));
    misfits
}

/// Attributes that have another name now. One whose new name is taken, or whose value does not fit there, stays.
fn renamed(customer: &mut Customer, reshape: &Reshape) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    for (old, new) in &reshape.renamed {
        let Some(value) = customer.attributes.get(old) else { continue };
        let wanted = reshape.vocabulary.customer.get(new);
        let fits = wanted.filter(|_| !customer.attributes.contains_key(new)).and_then(|wanted| {
            if value.is_of(wanted) {
                Some(value.clone())
            } else {
                converted(&value.to_string(), wanted, reshape)
            }
        });
        misfits.push(Misfit {
            customer: customer.id.clone(),
            attribute: old.clone(),
            value: value.to_string().into(),
            wanted: new.clone(),
            becomes: fits.as_ref().map(|value| format!("{new}={value}").into()),
        });
        if let Some(value) = fits {
            customer.attributes.remove(old);
            customer.attributes.insert(new.clone(), value);
        }
    }
    misfits
}

/// The attributes of a customer that are not of their type.
fn retyped(customer: &mut Customer, reshape: &Reshape) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    for (attribute, wanted) in &reshape.vocabulary.customer {
        let Some(value) = customer.attributes.get_mut(attribute).filter(|value| !value.is_of(wanted)) else {
            continue;
        };
        let before = value.to_string();
        let converted = converted(&before, wanted, reshape);
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

/// What somebody gets who has nothing of the name; whoever leads to another reads it there.
fn filled(customer: &mut Customer, reshape: &Reshape) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    let missing = reshape.filled.iter().filter(|_| customer.merged_into.is_none());
    for (attribute, value) in missing.collect::<Vec<_>>() {
        if customer.attributes.contains_key(attribute) {
            continue;
        }
        misfits.push(Misfit {
            customer: customer.id.clone(),
            attribute: attribute.clone(),
            value: "".into(),
            wanted: reshape
                .vocabulary
                .customer
                .get(attribute)
                .map(Type::to_string)
                .unwrap_or_default()
                .into(),
            becomes: Some(value.to_string().into()),
        });
        customer.attributes.insert(attribute.clone(), value.clone());
    }
    misfits
}

/// The value that a text is in another type; `None` where that would lose anything: read back, it must be the same text,
/// but for the plus of a number.
fn converted(text: &str, wanted: &Type, reshape: &Reshape) -> Option<Value> {
    let value = read_value(text, wanted, reshape.country.as_deref())?;
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
        let mut reshape = Reshape::default();
        for (name, ty) in
            [("account", Type::Digits), ("size", Type::Number), ("since", Type::Date), ("tariff", Type::Text)]
        {
            reshape.vocabulary.customer.insert(name.into(), ty);
        }
        let told = reshaped(&mut anna, &reshape);
        let told: Vec<_> =
            told.iter().map(|misfit| (&*misfit.attribute, misfit.becomes.as_deref())).collect();
        assert_eq!(told, [("account", Some("0123")), ("since", Some("2026-11-20")), ("size", None)]);
        assert_eq!(anna.attributes["account"], Value::Digits("0123".into()));
        assert_eq!(anna.attributes["size"], Value::Digits("0042".into()));
        assert_eq!(reshaped(&mut anna, &reshape).len(), 1);
    }

    #[test]
    fn an_attribute_takes_its_new_name_unless_that_is_taken_and_whoever_has_none_gets_one() {
        let mut reshape = Reshape::default();
        reshape.vocabulary.customer.insert("plan".into(), Type::Text);
        reshape.renamed.insert("tariff".into(), "plan".into());
        reshape.filled.insert("plan".into(), Value::text("classic"));
        let someone = |attributes: &[(&str, &str)]| {
            let mut customer = Customer::new("c1", "Anna");
            customer
                .attributes
                .extend(attributes.iter().map(|(name, value)| ((*name).into(), Value::text(value))));
            customer
        };
        let after = |mut customer: Customer| {
            let told = reshaped(&mut customer, &reshape);
            let told: Vec<_> =
                told.iter().map(|misfit| misfit.becomes.as_deref().map(str::to_owned)).collect();
            let left: Vec<_> =
                customer.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
            (told, left.join(" "))
        };
        assert_eq!(
            after(someone(&[("tariff", "gold")])),
            (vec![Some("plan=gold".to_owned())], "plan=gold".to_owned())
        );
        let both = someone(&[("tariff", "gold"), ("plan", "silver")]);
        assert_eq!(after(both), (vec![None], "plan=silver tariff=gold".to_owned()));
        assert_eq!(after(someone(&[])), (vec![Some("classic".to_owned())], "plan=classic".to_owned()));
        let mut erased = someone(&[]);
        erased.erase();
        assert_eq!(after(erased), (Vec::new(), String::new()));
    }
}
