//! Customers and their numbers.

use super::cases::open_case_of;
use super::objects::{forget_keys, keep_keys};
use crate::crm::{Customer, Recent};
use crate::program::{Phone, Record, Text, Trust};
use crate::store::database::{Answer, Row, Transaction, to_json, values};

/// The kind under which customers' attributes are looked up.
pub(super) const KIND: &str = "customer";

const COLUMNS: &str = "SELECT id, name, language, attributes FROM customer";

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

/// A customer as a flow sees it.
pub(super) fn record(tx: &Transaction<'_>, id: &str, trust: Trust) -> Answer<Option<Record>> {
    let Some(customer) = customer(tx, id)? else { return Ok(None) };
    let open_case = open_case_of(tx, id)?;
    Ok(Some(customer.record(open_case.as_ref(), &Recent::default(), trust)))
}

/// Keeps a customer, new or changed, with its numbers and what it is looked up by.
pub(super) fn keep(tx: &Transaction<'_>, customer: &Customer) -> Answer<()> {
    let sql = "INSERT INTO customer VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE
               SET name = excluded.name, language = excluded.language, attributes = excluded.attributes";
    let Customer { id, name, language, attributes, phones, .. } = customer;
    tx.execute(sql, values![id, name, language.as_ref(), to_json(attributes)?])?;
    tx.execute("DELETE FROM phone WHERE customer = ?1", values![id])?;
    let sql = "INSERT INTO phone VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    for (position, number) in phones.iter().enumerate() {
        tx.execute(sql, values![number.as_str(), id, position])?;
    }
    forget_keys(tx, KIND, id)?;
    keep_keys(tx, KIND, id, attributes)
}

fn read(row: &Row<'_>) -> Answer<Customer> {
    let (id, name, language) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(Customer { id, name, language, attributes: row.json(3)?, ..Customer::default() })
}

fn with_phones(tx: &Transaction<'_>, mut customer: Customer) -> Answer<Customer> {
    let sql = "SELECT number FROM phone WHERE customer = ?1 ORDER BY position";
    let numbers: Vec<Text> = tx.all(sql, values![&customer.id], |row| row.get(0))?;
    customer.phones = numbers.iter().filter_map(|number| Phone::from_e164(number)).collect();
    Ok(customer)
}
