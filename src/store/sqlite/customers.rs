//! Customers and their numbers.

use super::cases::open_case_of;
use super::json::{json, limit, to_json};
use super::objects::{forget_keys, keep_keys};
use crate::crm::Customer;
use crate::program::{Phone, Record, Text, Trust};
use rusqlite::{Connection, OptionalExtension, Result, Row};

/// The kind under which customers' attributes are looked up.
pub(super) const KIND: &str = "customer";

const COLUMNS: &str = "SELECT id, name, language, attributes FROM customer";

pub(super) fn customer(connection: &Connection, id: &str) -> Result<Option<Customer>> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
    let found = statement.query_row([id], read).optional()?;
    found.map(|customer| with_phones(connection, customer)).transpose()
}

/// Customers behind an id, by id.
pub(super) fn customers(connection: &Connection, after: Option<&str>, rows: usize) -> Result<Vec<Customer>> {
    let sql = format!("{COLUMNS} WHERE id > ?1 ORDER BY id LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map((after.unwrap_or(""), limit(rows)), read)?;
    found.map(|customer| with_phones(connection, customer?)).collect()
}

/// The ids of all customers with a number.
pub(super) fn with_number(connection: &Connection, number: &Phone) -> Result<Vec<Text>> {
    let mut statement = connection.prepare_cached("SELECT customer FROM phone WHERE number = ?1")?;
    let ids = statement.query_map([number.as_str()], |row| row.get(0))?;
    ids.collect()
}

/// A customer as a flow sees it.
pub(super) fn record(connection: &Connection, id: &str, trust: Trust) -> Result<Option<Record>> {
    let Some(customer) = customer(connection, id)? else { return Ok(None) };
    let open_case = open_case_of(connection, id)?;
    Ok(Some(customer.record(open_case.as_ref(), trust)))
}

/// Keeps a customer, new or changed, with its numbers and what it is looked up by.
pub(super) fn keep(connection: &Connection, customer: &Customer) -> Result<()> {
    let sql = "INSERT INTO customer VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE
               SET name = excluded.name, language = excluded.language, attributes = excluded.attributes";
    let (id, attributes) = (&*customer.id, to_json(&customer.attributes)?);
    connection.prepare_cached(sql)?.execute((
        id,
        &*customer.name,
        customer.language.as_deref(),
        attributes,
    ))?;
    connection.prepare_cached("DELETE FROM phone WHERE customer = ?1")?.execute([id])?;
    let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO phone VALUES (?1, ?2, ?3)")?;
    for (position, number) in customer.phones.iter().enumerate() {
        insert.execute((number.as_str(), id, limit(position)))?;
    }
    forget_keys(connection, KIND, id)?;
    keep_keys(connection, KIND, id, &customer.attributes)
}

fn read(row: &Row<'_>) -> Result<Customer> {
    let (id, name, language) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(Customer { id, name, language, attributes: json(row, 3)?, phones: Vec::new() })
}

fn with_phones(connection: &Connection, mut customer: Customer) -> Result<Customer> {
    let sql = "SELECT number FROM phone WHERE customer = ?1 ORDER BY position";
    let mut statement = connection.prepare_cached(sql)?;
    let numbers = statement.query_map([&*customer.id], |row| row.get::<_, Text>(0))?;
    for number in numbers {
        customer.phones.extend(Phone::from_e164(&number?));
    }
    Ok(customer)
}
