//! Kept values, and the fields that `update` changes.

use super::json::{from_json, to_json};
use super::{customers, objects};
use crate::crm::{Kept, Updated};
use crate::program::{Text, Value};
use crate::time::Wall;
use rusqlite::{Connection, OptionalExtension, Result};

/// What is kept under a name for somebody.
pub(super) fn kept(connection: &Connection, name: &str, holder: &str) -> Result<Option<Kept>> {
    let sql = "SELECT content, until FROM kept WHERE name = ?1 AND holder = ?2";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?));
    let found = connection.prepare_cached(sql)?.query_row((name, holder), read).optional()?;
    let kept = |(content, until): (String, Option<i64>)| {
        Ok(Kept { value: from_json(&content, 0)?, until: until.map(Wall) })
    };
    found.map(kept).transpose()
}

pub(super) fn keep(connection: &Connection, name: &str, holder: &str, kept: &Kept) -> Result<()> {
    let sql = "INSERT INTO kept VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name, holder) DO UPDATE
               SET content = excluded.content, until = excluded.until";
    let values = (name, holder, to_json(&kept.value)?, kept.until.map(|until| until.0));
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Changes a field where it still is what was seen.
pub(super) fn update(
    connection: &Connection,
    (kind, of): (&str, &str),
    field: Text,
    value: Value,
    seen: &Value,
) -> Result<Updated> {
    if kind == customers::KIND {
        let Some(mut customer) = customers::customer(connection, of)? else { return Ok(Updated::NoSuch) };
        if !customer.change(&field, value, seen) {
            return Ok(Updated::Conflict);
        }
        customers::keep(connection, &customer)?;
        return Ok(Updated::Done);
    }
    let Some(mut object) = objects::object(connection, kind, of)? else { return Ok(Updated::NoSuch) };
    if object.fields.get(&field).unwrap_or(&Value::None) != seen {
        return Ok(Updated::Conflict);
    }
    object.fields.insert(field, value);
    objects::keep(connection, &object)?;
    Ok(Updated::Done)
}
