//! Brings a file's schema up to date, and refuses files that are not ours or of a later version.

use crate::store::StoreError;
use crate::store::database::{Dialect, Fault, MIGRATION_TABLE, STEPS};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Marks a file as ours (`PRAGMA application_id`): the letters `CWcr`.
const APPLICATION: i32 = 0x4357_6372;

/// Refuses a file in which somebody else keeps tables, before anything in it is changed.
pub(super) fn refuse_foreign(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    match is_ours_or_empty(connection) {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::NotADatabase { path: path.to_path_buf() }),
        Err(error) => Err(Fault::from(error).at(path)),
    }
}

/// Brings a database up to date; refuses one that a later version made.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let known = STEPS.len() as u32;
    let found = apply(connection).map_err(|error| Fault::from(error).at(path))?;
    if found > known {
        return Err(StoreError::Newer { path: path.to_path_buf(), found, known });
    }
    Ok(())
}

/// Whether nobody else keeps tables in the file. One snapshot: another process of ours may be making them.
fn is_ours_or_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let snapshot = connection.unchecked_transaction()?;
    let tables: i64 = snapshot.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application: i32 = snapshot.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok(application == APPLICATION || tables == 0)
}

/// Applies what is missing, all in one transaction, and returns the schema's number.
fn apply(connection: &mut Connection) -> rusqlite::Result<u32> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(MIGRATION_TABLE)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    let found: u32 =
        transaction.query_row("SELECT coalesce(max(number), 0) FROM migration", [], |row| row.get(0))?;
    for (index, (name, sql)) in STEPS.iter().enumerate().skip(found as usize) {
        transaction.execute_batch(&Dialect::Sqlite.schema(sql))?;
        let note = "INSERT INTO migration VALUES (?1, ?2, unixepoch() * 1000)";
        transaction.execute(note, (index as u32 + 1, name))?;
    }
    transaction.commit()?;
    Ok(found.max(STEPS.len() as u32))
}
