//! Customers, their numbers and their addresses.

use super::objects::{forget_keys, keep_keys};
use super::{cases, family, interactions};
use crate::crm::{Customer, Recent};
use crate::program::{Address, Phone, Record, Text, Trust};
use crate::store::database::{Answer, Row, Transaction, to_json, values};

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
    let found = tx.all(&sql, values![after.unwrap_or(""), rows], read)?;
    found.into_iter().map(|customer| with_phones(tx, customer)).collect()
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
    let open_case = cases::open_case_of(tx, &family)?;
    let last = interactions::last_of(tx, &family)?;
    let last = last.as_ref().map(Recent::of).unwrap_or_default();
    Ok(Some(customer.record(open_case.as_ref(), &last, trust)))
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

fn with_phones(tx: &Transaction<'_>, mut customer: Customer) -> Answer<Customer> {
    let sql = "SELECT number FROM phone WHERE customer = ?1 ORDER BY position";
    let numbers: Vec<Text> = tx.all(sql, values![&customer.id], |row| row.get(0))?;
    customer.phones = numbers.iter().filter_map(|number| Phone::from_e164(number)).collect();
    let sql = "SELECT address FROM address WHERE customer = ?1 ORDER BY position";
    let addresses: Vec<Text> = tx.all(sql, values![&customer.id], |row| row.get(0))?;
    customer.addresses = addresses.iter().filter_map(|address| Address::parse(address)).collect();
    Ok(customer)
}
