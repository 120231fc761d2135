//! Kept values, and the fields that `update` changes.

use super::{customers, family, objects, vault};
use crate::crm::{Kept, Updated};
use crate::program::{Text, Value};
use crate::store::database::{Answer, Fault, Transaction, to_json, values};
use crate::store::sealed::{DataKeys, Place};

/// What is kept under a name for somebody.
pub(super) fn kept(tx: &Transaction<'_>, name: &str, holder: &str) -> Answer<Option<Kept>> {
    let sql = "SELECT content, until FROM kept WHERE name = ?1 AND holder = ?2";
    tx.one(sql, values![name, holder], |row| Ok(Kept { value: row.json(0)?, until: row.get(1)? }))
}

pub(super) fn keep(tx: &Transaction<'_>, name: &str, holder: &str, kept: &Kept) -> Answer<()> {
    let sql = "INSERT INTO kept VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name, holder) DO UPDATE
               SET content = excluded.content, until = excluded.until";
    tx.execute(sql, values![name, holder, to_json(&kept.value)?, kept.until]).map(drop)
}

/// Changes a sensitive attribute: nobody has seen it, and so nobody has seen it otherwise.
fn update_sealed(
    tx: &Transaction<'_>,
    keys: &DataKeys,
    of: &str,
    field: &Text,
    value: &Value,
) -> Answer<Updated> {
    let standing = family::standing(tx, of)?;
    if customers::held(tx, &standing)?.is_none() {
        return Ok(Updated::NoSuch);
    }
    let place = Place { customer: &standing, field };
    match (value, keys.current()) {
        (Value::None, _) => vault::forget(tx, place)?,
        (value, Some(key)) => vault::keep(tx, key, place, value)?,
        (_, None) => return Err(Fault::unreadable(0, "there is no data key to seal it with")),
    }
    Ok(Updated::Done)
}

/// Changes a field of the customer that stands, where it still is what was seen: its own, or that of one who was merged
/// into it.
fn update_customer(
    tx: &Transaction<'_>,
    of: &str,
    field: &Text,
    value: Value,
    seen: &Value,
) -> Answer<Updated> {
    let standing = family::standing(tx, of)?;
    let Some(mut customer) = customers::held(tx, &standing)? else { return Ok(Updated::NoSuch) };
    let known = family::whole(tx, &standing)?.map(|(known, _)| known.field(field));
    if known.as_ref() != Some(seen) {
        return Ok(Updated::Conflict);
    }
    customer.set(field, value);
    customers::keep(tx, &customer)?;
    Ok(Updated::Done)
}

/// Changes a field where it still is what was seen.
pub(super) fn update(
    tx: &Transaction<'_>,
    keys: &DataKeys,
    (kind, of): (&str, &str),
    field: Text,
    value: Value,
    seen: &Value,
) -> Answer<Updated> {
    if kind == customers::KIND && vault::is_sealed(tx, &field)? {
        return update_sealed(tx, keys, of, &field, &value);
    }
    if kind == customers::KIND {
        return update_customer(tx, of, &field, value, seen);
    }
    let Some(mut object) = objects::held(tx, kind, of)? else { return Ok(Updated::NoSuch) };
    if object.fields.get(&field).unwrap_or(&Value::None) != seen {
        return Ok(Updated::Conflict);
    }
    object.fields.insert(field, value);
    objects::keep(tx, &object)?;
    Ok(Updated::Done)
}
