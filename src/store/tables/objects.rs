//! What a caller can key, and the table of what things are looked up by.

use super::customers;
use crate::crm::{Object, lookup_key};
use crate::program::{Record, Text, Trust, Value};
use crate::store::database::{Answer, Row, Transaction, to_json, values};
use std::collections::BTreeMap;

/// The longest value that something is looked up by, in bytes: nobody keys more, and an index of PostgreSQL holds little
/// more than 2,700.
const LONGEST_KEY: usize = 500;

/// Matches beyond this many are not counted.
const MOST_MATCHES: usize = 1000;

const COLUMNS: &str = "SELECT kind, id, owner, fields FROM object";

/// The ids of what has this value in that field.
pub(super) fn with_key(tx: &Transaction<'_>, kind: &str, field: &str, key: &str) -> Answer<Vec<Text>> {
    let sql = "SELECT id FROM field_key WHERE kind = ?1 AND field = ?2 AND key = ?3 LIMIT ?4";
    tx.all(sql, values![kind, field, key, MOST_MATCHES], |row| row.get(0))
}

/// An object as a flow sees it, with its owner.
pub(super) fn record(tx: &Transaction<'_>, kind: &str, id: &str) -> Answer<Option<Record>> {
    let Some(object) = object(tx, kind, id)? else { return Ok(None) };
    let owner = match &object.owner {
        Some(owner) => customers::record(tx, owner, Trust::Claimed)?,
        None => None,
    };
    Ok(Some(object.record(owner)))
}

/// An object by its kind and key.
pub(super) fn object(tx: &Transaction<'_>, kind: &str, id: &str) -> Answer<Option<Object>> {
    tx.one(&format!("{COLUMNS} WHERE kind = ?1 AND id = ?2"), values![kind, id], read)
}

/// An object that is to change: nobody else changes it before this transaction ends.
pub(super) fn held(tx: &Transaction<'_>, kind: &str, id: &str) -> Answer<Option<Object>> {
    let sql = format!("{COLUMNS} WHERE kind = ?1 AND id = ?2 {}", tx.dialect().for_update());
    tx.one(&sql, values![kind, id], read)
}

pub(super) fn objects_of(tx: &Transaction<'_>, owner: &str) -> Answer<Vec<Object>> {
    tx.all(&format!("{COLUMNS} WHERE owner = ?1 ORDER BY kind, id"), values![owner], read)
}

/// Keeps an object, new or changed, with what it is looked up by.
pub(super) fn keep(tx: &Transaction<'_>, object: &Object) -> Answer<()> {
    let sql = "INSERT INTO object VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, id) DO UPDATE
               SET owner = excluded.owner, fields = excluded.fields";
    let Object { kind, id, owner, fields } = object;
    tx.execute(sql, values![kind, id, owner.as_ref(), to_json(fields)?])?;
    forget_keys(tx, kind, id)?;
    keep_keys(tx, kind, id, fields)
}

/// Takes away what a customer owns, and says how much that was.
pub(super) fn forget_all_of(tx: &Transaction<'_>, owner: &str) -> Answer<u64> {
    let owned = objects_of(tx, owner)?;
    for object in &owned {
        forget_keys(tx, &object.kind, &object.id)?;
    }
    tx.execute("DELETE FROM object WHERE owner = ?1", values![owner])
}

pub(super) fn forget_keys(tx: &Transaction<'_>, kind: &str, id: &str) -> Answer<()> {
    tx.execute("DELETE FROM field_key WHERE kind = ?1 AND id = ?2", values![kind, id]).map(drop)
}

pub(super) fn keep_keys(
    tx: &Transaction<'_>,
    kind: &str,
    id: &str,
    fields: &BTreeMap<Text, Value>,
) -> Answer<()> {
    for (field, value) in fields {
        if let Some(key) = lookup_key(value).filter(|key| key.len() <= LONGEST_KEY) {
            let sql = "INSERT INTO field_key VALUES (?1, ?2, ?3, ?4)";
            tx.execute(sql, values![kind, field, &*key, id])?;
        }
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Answer<Object> {
    Ok(Object { kind: row.get(0)?, id: row.get(1)?, owner: row.get(2)?, fields: row.json(3)? })
}
