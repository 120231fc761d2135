//! What a caller can key, and the table of what things are looked up by.

use super::customers;
use super::json::{json, limit, to_json};
use crate::crm::{Object, lookup_key};
use crate::program::{Record, Text, Trust, Value};
use rusqlite::{Connection, OptionalExtension, Result, Row};
use std::collections::BTreeMap;

/// Matches beyond this many are not counted.
const MOST_MATCHES: usize = 1000;

/// The ids of what has this value in that field.
pub(super) fn with_key(connection: &Connection, kind: &str, field: &str, key: &str) -> Result<Vec<Text>> {
    let sql = "SELECT id FROM field_key WHERE kind = ?1 AND field = ?2 AND key = ?3 LIMIT ?4";
    let mut statement = connection.prepare_cached(sql)?;
    let ids = statement.query_map((kind, field, key, limit(MOST_MATCHES)), |row| row.get(0))?;
    ids.collect()
}

/// An object as a flow sees it, with its owner.
pub(super) fn record(connection: &Connection, kind: &str, id: &str) -> Result<Option<Record>> {
    let sql = "SELECT kind, id, owner, fields FROM object WHERE kind = ?1 AND id = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let Some(object) = statement.query_row((kind, id), read).optional()? else { return Ok(None) };
    let owner = match &object.owner {
        Some(owner) => customers::record(connection, owner, Trust::Claimed)?,
        None => None,
    };
    Ok(Some(object.record(owner)))
}

/// An object by its kind and key.
pub(super) fn object(connection: &Connection, kind: &str, id: &str) -> Result<Option<Object>> {
    let sql = "SELECT kind, id, owner, fields FROM object WHERE kind = ?1 AND id = ?2";
    connection.prepare_cached(sql)?.query_row((kind, id), read).optional()
}

pub(super) fn objects_of(connection: &Connection, owner: &str) -> Result<Vec<Object>> {
    let sql = "SELECT kind, id, owner, fields FROM object WHERE owner = ?1 ORDER BY kind, id";
    let mut statement = connection.prepare_cached(sql)?;
    let objects = statement.query_map([owner], read)?;
    objects.collect()
}

/// Keeps an object, new or changed, with what it is looked up by.
pub(super) fn keep(connection: &Connection, object: &Object) -> Result<()> {
    let sql = "INSERT INTO object VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, id) DO UPDATE
               SET owner = excluded.owner, fields = excluded.fields";
    let (kind, id, owner) = (&*object.kind, &*object.id, object.owner.as_deref());
    connection.prepare_cached(sql)?.execute((kind, id, owner, to_json(&object.fields)?))?;
    forget_keys(connection, kind, id)?;
    keep_keys(connection, kind, id, &object.fields)
}

pub(super) fn forget_keys(connection: &Connection, kind: &str, id: &str) -> Result<()> {
    let sql = "DELETE FROM field_key WHERE kind = ?1 AND id = ?2";
    connection.prepare_cached(sql)?.execute((kind, id)).map(drop)
}

pub(super) fn keep_keys(
    connection: &Connection,
    kind: &str,
    id: &str,
    fields: &BTreeMap<Text, Value>,
) -> Result<()> {
    let mut insert = connection.prepare_cached("INSERT INTO field_key VALUES (?1, ?2, ?3, ?4)")?;
    for (field, value) in fields {
        if let Some(key) = lookup_key(value) {
            insert.execute((kind, &**field, &*key, id))?;
        }
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Object> {
    Ok(Object { kind: row.get(0)?, id: row.get(1)?, owner: row.get(2)?, fields: json(row, 3)? })
}
