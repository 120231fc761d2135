//! Customers, their numbers and their addresses.

use super::objects::{forget_keys, keep_keys};
use super::{cases, family, interactions};
use crate::crm::{Customer, Recent};
use crate::program::{Address, Phone, Record, Text, Trust};
use crate::store::Listing;
use crate::store::database::{Answer, Row, Transaction, to_json, values};
use std::collections::{BTreeMap, BTreeSet};

/// The kind under which customers' attributes are looked up.
pub(super) const KIND: &str = "customer";

const COLUMNS: &str = "SELECT id, name, language, attributes, merged_into FROM customer";

pub(super) fn customer(tx: &Transaction<'_>, id: &str) -> Answer<Option<Customer>> {
    let found = tx.one(&format!("{COLUMNS} WHERE id = ?1"), values![id], read)?;
    found.map(|customer| with_phones(tx, customer)).transpose()
}

/// A customer that is to change: nobody else changes it before this transaction ends.
pub(super) fn held(tx: &Transaction<'_>, id: &str) -> Answer<Option<Customer>> {
    let sql = format!("{COLUMNS} WHERE id = ?1 {}", tx.dialect().for_update());
    let found = tx.one(&sql, values![id], read)?;
    found.map(|customer| with_phones(tx, customer)).transpose()
}

/// Customers behind an id, by id.
pub(super) fn customers(tx: &Transaction<'_>, after: Option<&str>, rows: usize) -> Answer<Vec<Customer>> {
    let sql = format!("{COLUMNS} WHERE id > ?1 ORDER BY id LIMIT ?2");
    let mut found = tx.all(&sql, values![after.unwrap_or(""), rows], read)?;
    let ids: Vec<&Text> = found.iter().map(|customer| &customer.id).collect();
    let ids = to_json(&ids)?;
    reached(tx, &mut found, &tx.dialect().is_in("customer", "?1"), &ids)?;
    Ok(found)
}

/// Customers behind an id, and as flows see them; those that lead to others are shown with these. Without `history` nothing
/// is known of their cases and contacts. The next page begins behind the last that was looked at.
pub(super) fn records(
    tx: &Transaction<'_>,
    after: Option<&str>,
    rows: usize,
    history: bool,
) -> Answer<Listing<(Customer, Record)>> {
    let page = customers(tx, after, rows)?;
    let last = page.last().map(|customer| customer.id.clone());
    let ids: Vec<&Text> = page.iter().map(|customer| &customer.id).collect();
    let sql = format!(
        "SELECT DISTINCT merged_into FROM customer WHERE {}",
        tx.dialect().is_in("merged_into", "?1")
    );
    let led_to: BTreeSet<Text> =
        tx.all(&sql, values![to_json(&ids)?], |row| row.get(0))?.into_iter().collect();
    let mut records = Vec::new();
    for customer in page.into_iter().filter(|customer| customer.merged_into.is_none()) {
        records.extend(match led_to.contains(&customer.id) {
            true => family::whole(tx, &customer.id)?,
            false => Some((customer.clone(), vec![customer.id])),
        });
    }
    let seen = |(customer, family): (Customer, Vec<Text>)| -> Answer<(Customer, Record)> {
        let record = if history {
            told(tx, &customer, &family, Trust::Claimed)?
        } else {
            customer.record(None, &Recent::default(), Trust::Claimed)
        };
        Ok((customer, record))
    };
    let records = records.into_iter().map(seen).collect::<Answer<Vec<_>>>()?;
    Ok(Listing { items: records, next: last })
}

/// A customer with what is open and what was last.
fn told(tx: &Transaction<'_>, customer: &Customer, family: &[Text], trust: Trust) -> Answer<Record> {
    let open_case = cases::open_case_of(tx, family)?;
    let last = interactions::last_of(tx, family)?;
    let last = last.as_ref().map(Recent::of).unwrap_or_default();
    Ok(customer.record(open_case.as_ref(), &last, trust))
}

/// The names of some customers, by their ids.
pub(super) fn names(tx: &Transaction<'_>, ids: &[Text]) -> Answer<BTreeMap<Text, Text>> {
    let sql = format!("SELECT id, name FROM customer WHERE {}", tx.dialect().is_in("id", "?1"));
    let found = tx.all(&sql, values![to_json(&ids)?], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.into_iter().collect())
}

/// The ids of all customers with a number.
pub(super) fn with_number(tx: &Transaction<'_>, number: &Phone) -> Answer<Vec<Text>> {
    tx.all("SELECT customer FROM phone WHERE number = ?1", values![number.as_str()], |row| row.get(0))
}

/// The ids of all customers with an address.
pub(super) fn with_address(tx: &Transaction<'_>, address: &Address) -> Answer<Vec<Text>> {
    tx.all("SELECT customer FROM address WHERE address = ?1", values![address.as_str()], |row| row.get(0))
}

/// A customer as a flow sees it, by the id of any that was merged into it.
pub(super) fn record(tx: &Transaction<'_>, id: &str, trust: Trust) -> Answer<Option<Record>> {
    let Some((customer, family)) = family::whole(tx, id)? else { return Ok(None) };
    told(tx, &customer, &family, trust).map(Some)
}

/// Keeps a customer, new or changed, with its numbers, its addresses and what it is looked up by. Where it leads is
/// changed by a merge alone.
pub(super) fn keep(tx: &Transaction<'_>, customer: &Customer) -> Answer<()> {
    let sql = "INSERT INTO customer (id, name, language, attributes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE
               SET name = excluded.name, language = excluded.language, attributes = excluded.attributes";
    let Customer { id, name, language, attributes, phones, addresses, merged_into: _ } = customer;
    tx.execute(sql, values![id, name, language.as_ref(), to_json(attributes)?])?;
    tx.execute("DELETE FROM phone WHERE customer = ?1", values![id])?;
    let sql = "INSERT INTO phone VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    for (position, number) in phones.iter().enumerate() {
        tx.execute(sql, values![number.as_str(), id, position])?;
    }
    tx.execute("DELETE FROM address WHERE customer = ?1", values![id])?;
    let sql = "INSERT INTO address VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    for (position, address) in addresses.iter().enumerate() {
        tx.execute(sql, values![address.as_str(), id, position])?;
    }
    forget_keys(tx, KIND, id)?;
    keep_keys(tx, KIND, id, attributes)
}

fn read(row: &Row<'_>) -> Answer<Customer> {
    let (id, name, language) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (attributes, merged_into) = (row.json(3)?, row.get(4)?);
    Ok(Customer { id, name, language, attributes, merged_into, ..Customer::default() })
}

fn with_phones(tx: &Transaction<'_>, customer: Customer) -> Answer<Customer> {
    let (id, mut one) = (customer.id.clone(), [customer]);
    reached(tx, &mut one, "customer = ?1", &id)?;
    let [customer] = one;
    Ok(customer)
}

/// Adds the numbers and addresses at which the customers at a place are reached, the main ones first.
fn reached(tx: &Transaction<'_>, customers: &mut [Customer], place: &str, value: &str) -> Answer<()> {
    let listed = |table: &str, column: &str| -> Answer<BTreeMap<Text, Vec<(u64, Text)>>> {
        let sql = format!("SELECT customer, position, {column} FROM {table} WHERE {place}");
        let mut listed: BTreeMap<Text, Vec<(u64, Text)>> = BTreeMap::new();
        tx.each(&sql, values![value], |row| {
            listed.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
            Ok(())
        })?;
        listed.values_mut().for_each(|list| list.sort());
        Ok(listed)
    };
    let (mut numbers, mut addresses) = (listed("phone", "number")?, listed("address", "address")?);
    for customer in customers {
        let numbers = numbers.remove(&customer.id).unwrap_or_default();
        customer.phones = numbers.iter().filter_map(|(_, number)| Phone::from_e164(number)).collect();
        let addresses = addresses.remove(&customer.id).unwrap_or_default();
        customer.addresses = addresses.iter().filter_map(|(_, address)| Address::parse(address)).collect();
    }
    Ok(())
}
