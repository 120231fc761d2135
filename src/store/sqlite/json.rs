//! JSON and words in columns, read back with an error that names the column.

use crate::time::Wall;
use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value as JSON, for a column.
pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(Box::new(error)))
}

/// A column's JSON as a value.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    from_json(row.get_ref(column)?.as_str()?, column)
}

/// A text that was a column's JSON as a value.
pub(super) fn from_json<T: DeserializeOwned>(text: &str, column: usize) -> Result<T> {
    let fault = |error| Error::FromSqlConversionFailure(column, Type::Text, Box::new(error));
    serde_json::from_str(text).map_err(fault)
}

/// A column's word as what it stands for.
pub(super) fn word<T>(row: &Row<'_>, column: usize, read: impl FnOnce(&str) -> Option<T>) -> Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    let fault =
        || Error::FromSqlConversionFailure(column, Type::Text, format!("unknown word `{text}`").into());
    read(text).ok_or_else(fault)
}

/// A column's moment.
pub(super) fn wall(row: &Row<'_>, column: usize) -> Result<Wall> {
    row.get(column).map(Wall)
}

/// A number for a column; one too large for the database stays the largest there is.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A column's number; one below zero is zero.
pub(super) fn unsigned(row: &Row<'_>, column: usize) -> Result<u64> {
    row.get(column).map(|number: i64| u64::try_from(number).unwrap_or(0))
}

/// A limit for a statement, with one row more to see whether there is more.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
