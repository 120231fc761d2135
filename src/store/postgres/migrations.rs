//! Brings a database's schema up to date, and refuses one that is not ours or of a later version.
//!
//! Our tables stand in the first schema of the connection's search path, which nobody else may use.

use super::DatabaseUrl;
use super::session::Connected;
use crate::store::StoreError;
use crate::store::database::{
    Answer, Dialect, Fault, FaultKind, MIGRATION_TABLE, STEPS, Session, Transaction, values,
};

/// Marks the table of migrations, and so the schema, as ours.
const MARK: &str = "callwright";

/// Whether two nodes would make the tables at the same time: the second waits for the first. The number is arbitrary.
const TURN: &str = "SELECT pg_advisory_xact_lock(1129800562, hashtext(current_schema()))";

/// Connects, and applies what is missing in one transaction. On a thread of its own: the caller's may belong to a runtime.
pub(super) fn migrate(address: &DatabaseUrl) -> Result<(), StoreError> {
    let work = || apply(address).map_err(|fault| fault.at(&address.place()));
    let found = std::thread::scope(|scope| scope.spawn(work).join().unwrap_or(Err(StoreError::Closed)))?;
    let known = STEPS.len() as u32;
    match found {
        None => Err(StoreError::Occupied { database: address.to_string() }),
        Some(found) if found > known => Err(StoreError::Newer { path: address.place(), found, known }),
        Some(_) => Ok(()),
    }
}

/// Returns the schema's number; nothing where somebody else keeps tables there.
fn apply(address: &DatabaseUrl) -> Answer<Option<u32>> {
    let connected = Connected::new(address.connect()?);
    connected.begin("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")?;
    let found = in_turn(&connected);
    match found {
        Ok(_) => connected.commit()?,
        Err(_) => connected.roll_back(),
    }
    found
}

fn in_turn(connected: &Connected) -> Answer<Option<u32>> {
    let tx = Transaction::new(connected);
    usable(&tx)?;
    tx.execute(TURN, &[])?;
    if !is_ours_or_empty(&tx)? {
        return Ok(None);
    }
    connected.tell(&tx.dialect().schema(MIGRATION_TABLE))?;
    connected.tell(&format!("COMMENT ON TABLE migration IS '{MARK}'"))?;
    let sql = "SELECT coalesce(max(number), 0) FROM migration";
    let found: u32 = tx.only(sql, &[], |row| row.get(0))?;
    for (index, (name, sql)) in STEPS.iter().enumerate().skip(found as usize) {
        connected.tell(&Dialect::Postgres.schema(sql))?;
        let note = "INSERT INTO migration VALUES (?1, ?2, (extract(epoch FROM now()) * 1000)::bigint)";
        Session::execute(connected, note, values![index + 1, *name])?;
    }
    Ok(Some(found.max(STEPS.len() as u32)))
}

/// Refuses a database that cannot hold every letter, or has no schema for our tables.
fn usable(tx: &Transaction<'_>) -> Answer<()> {
    let sql = "SELECT current_setting('server_encoding'), current_schema()::text";
    let read = |row: &crate::store::database::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (encoding, schema): (String, Option<String>) = tx.only(sql, &[], read)?;
    let refused = |reason: String| Err(Fault { kind: FaultKind::Refused, reason });
    if encoding != "UTF8" {
        return refused(format!("its encoding is {encoding}; create it with ENCODING 'UTF8'"));
    }
    if schema.is_none() {
        return refused("it has no schema for the tables; create the one of its search path".to_owned());
    }
    Ok(())
}

fn is_ours_or_empty(tx: &Transaction<'_>) -> Answer<bool> {
    let sql = "SELECT coalesce(obj_description(to_regclass(quote_ident(current_schema()) || '.migration'), 'pg_class')
                               = ?1, false)
                   OR NOT EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                                  WHERE nspname = current_schema() AND relkind IN ('r', 'p', 'v', 'm'))";
    tx.only(sql, values![MARK], |row| row.get(0))
}
