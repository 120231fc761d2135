//! Sealed attributes: kept, read and sealed anew.

use super::customers;
use crate::crm::Customer;
use crate::program::{Text, Value};
use crate::store::database::{Answer, Fault, Row, Transaction, values};
use crate::store::sealed::{DataKey, DataKeys, Place, open, salt, seal};
use crate::time::Wall;
use std::collections::{BTreeMap, BTreeSet};

/// A sealed value as it lies in the database.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::store) struct Sealed {
    pub customer: Text,
    pub field: Text,
    key: Text,
    content: Text,
}

impl Sealed {
    /// What was sealed; `None` where the key is not there, or where this is not what was sealed here.
    pub fn open(&self, keys: &DataKeys) -> Option<Value> {
        let Sealed { customer, field, key, content } = self;
        open(keys, key, Place { customer, field }, content)
    }
}

/// The attributes that are kept sealed.
pub(in crate::store) fn fields(tx: &Transaction<'_>) -> Answer<BTreeSet<Text>> {
    let sql = "SELECT field FROM sealed_field ORDER BY field";
    Ok(tx.all(sql, &[], |row| row.get(0))?.into_iter().collect())
}

/// Those of them of which some may still be open.
pub(in crate::store) fn unswept(tx: &Transaction<'_>) -> Answer<BTreeSet<Text>> {
    let sql = "SELECT field FROM sealed_field WHERE swept = 0 ORDER BY field";
    Ok(tx.all(sql, &[], |row| row.get(0))?.into_iter().collect())
}

/// From now on whoever writes these seals them.
pub(in crate::store) fn declare(tx: &Transaction<'_>, fields: &BTreeSet<Text>, now: Wall) -> Answer<()> {
    let sql = "INSERT INTO sealed_field VALUES (?1, ?2, 0) ON CONFLICT DO NOTHING";
    fields.iter().try_for_each(|field| tx.execute(sql, values![field, now]).map(drop))
}

/// None of these is open any more.
pub(in crate::store) fn swept(tx: &Transaction<'_>, fields: &BTreeSet<Text>) -> Answer<()> {
    let sql = "UPDATE sealed_field SET swept = 1 WHERE field = ?1";
    fields.iter().try_for_each(|field| tx.execute(sql, values![field]).map(drop))
}

/// Seals what is open of these in the customers behind an id; the last that was looked at, `None` behind the end.
pub(in crate::store) fn sweep(
    tx: &Transaction<'_>,
    key: &DataKey,
    fields: &BTreeSet<Text>,
    after: &str,
    rows: usize,
) -> Answer<Option<Text>> {
    let page = customers::customers(tx, Some(after), rows)?;
    let last = page.last().map(|customer| customer.id.clone());
    for customer in page {
        if !fields.iter().any(|field| customer.attributes.contains_key(field)) {
            continue;
        }
        let Some(mut customer) = customers::held(tx, &customer.id)? else { continue };
        seal_away(tx, key, fields, &mut customer)?;
        customers::keep(tx, &customer)?;
    }
    Ok(last)
}

/// Takes these attributes out of a customer, and keeps them sealed.
pub(in crate::store) fn seal_away(
    tx: &Transaction<'_>,
    key: &DataKey,
    fields: &BTreeSet<Text>,
    customer: &mut Customer,
) -> Answer<()> {
    // The customer is there already: it is being changed.
    for field in fields {
        if let Some(value) = customer.attributes.remove(field) {
            keep(tx, key, Place { customer: &customer.id, field }, &value)?;
        }
    }
    Ok(())
}

/// Keeps a value sealed, instead of what was there.
pub(in crate::store) fn keep(
    tx: &Transaction<'_>,
    key: &DataKey,
    place: Place<'_>,
    value: &Value,
) -> Answer<()> {
    let salt = salt().ok_or_else(|| Fault::unreadable(0, "the system gives no random numbers"))?;
    let content =
        seal(key, &salt, place, value).ok_or_else(|| Fault::unreadable(0, "it cannot be sealed"))?;
    let sql = "INSERT INTO sealed VALUES (?1, ?2, ?3, ?4) ON CONFLICT (customer, field) DO UPDATE
               SET key = excluded.key, content = excluded.content";
    tx.execute(sql, values![place.customer, place.field, key.name(), content]).map(drop)
}

/// Whether an attribute is kept sealed.
pub(in crate::store) fn is_sealed(tx: &Transaction<'_>, field: &str) -> Answer<bool> {
    tx.exists("SELECT 1 FROM sealed_field WHERE field = ?1", values![field])
}

/// Keeps of these attributes what is known, and takes away what is known no more.
pub(in crate::store) fn take_in(
    tx: &Transaction<'_>,
    keys: &DataKeys,
    customer: &str,
    fields: &BTreeSet<Text>,
    known: &BTreeMap<Text, Value>,
) -> Answer<()> {
    for field in fields {
        let place = Place { customer, field };
        match (known.get(field), keys.current()) {
            (None, _) => forget(tx, place)?,
            (Some(value), Some(key)) => keep(tx, key, place, value)?,
            (Some(_), None) => return Err(Fault::unreadable(0, "there is no data key to seal it with")),
        }
    }
    Ok(())
}

/// Takes a value away.
pub(in crate::store) fn forget(tx: &Transaction<'_>, place: Place<'_>) -> Answer<()> {
    let sql = "DELETE FROM sealed WHERE customer = ?1 AND field = ?2";
    tx.execute(sql, values![place.customer, place.field]).map(drop)
}

/// Takes all of a customer's away.
pub(in crate::store) fn forget_all_of(tx: &Transaction<'_>, customer: &str) -> Answer<()> {
    tx.execute("DELETE FROM sealed WHERE customer = ?1", values![customer]).map(drop)
}

const COLUMNS: &str = "SELECT customer, field, key, content FROM sealed";

/// What is sealed of several customers, who are one: the first who has a field is the one whose it is.
pub(in crate::store) fn of_family(tx: &Transaction<'_>, family: &[Text]) -> Answer<Vec<Sealed>> {
    let mut found: Vec<Sealed> = Vec::new();
    for id in family {
        for sealed in tx.all(&format!("{COLUMNS} WHERE customer = ?1 ORDER BY field"), values![id], read)? {
            if !found.iter().any(|known| known.field == sealed.field) {
                found.push(sealed);
            }
        }
    }
    Ok(found)
}

/// The names of all keys by which something is sealed.
pub(in crate::store) fn keys_in_use(tx: &Transaction<'_>) -> Answer<Vec<Text>> {
    let sql = "SELECT key FROM sealed WHERE key > ?1 ORDER BY key LIMIT 1";
    let mut names: Vec<Text> = Vec::new();
    loop {
        let last = names.last().map_or("", |name| &**name);
        match tx.one(sql, values![last], |row| row.get(0))? {
            Some(next) => names.push(next),
            None => return Ok(names),
        }
    }
}

/// Seals with this key some of what another sealed; how many that were. What does not open is an error.
pub(in crate::store) fn rekey(
    tx: &Transaction<'_>,
    keys: &DataKeys,
    key: &DataKey,
    rows: usize,
) -> Answer<usize> {
    let Some(other) = keys_in_use(tx)?.into_iter().find(|name| **name != *key.name()) else { return Ok(0) };
    let sql = format!("{COLUMNS} WHERE key = ?1 LIMIT ?2");
    let found = tx.all(&sql, values![&other, rows], read)?;
    for sealed in &found {
        let (customer, field) = (&sealed.customer, &sealed.field);
        let value = sealed.open(keys).ok_or_else(|| {
            Fault::unreadable(3, format_args!("`{field}` of customer `{customer}` does not open"))
        })?;
        keep(tx, key, Place { customer, field }, &value)?;
    }
    Ok(found.len())
}

fn read(row: &Row<'_>) -> Answer<Sealed> {
    Ok(Sealed { customer: row.get(0)?, field: row.get(1)?, key: row.get(2)?, content: row.get(3)? })
}
