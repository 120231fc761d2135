//! A connection to a SQLite file as a session: values in, rows out, savepoints, and SQLite's errors in our words.

use crate::store::database::{Answer, Cell, Cells, Dialect, Fault, FaultKind, Param, Row, Session};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, ToSql, params_from_iter};
use std::cell::Cell as Told;

impl Session for Connection {
    fn execute(&self, sql: &str, values: &[Param<'_>]) -> Answer<u64> {
        let changed = self.prepare_cached(sql)?.execute(params_from_iter(values))?;
        Ok(changed as u64)
    }

    fn query(
        &self,
        sql: &str,
        values: &[Param<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Answer<()>,
    ) -> Answer<()> {
        let mut statement = self.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            each(Row(row))?;
        }
        Ok(())
    }

    /// A full or failing disk may end the whole transaction; then there is nothing left to undo.
    fn undoable(&self, work: &mut dyn FnMut() -> Answer<()>) -> Answer<()> {
        Session::execute(self, "SAVEPOINT work", &[])?;
        let outcome = work();
        if outcome.is_err() && !self.is_autocommit() {
            Session::execute(self, "ROLLBACK TO work", &[])?;
        }
        if !self.is_autocommit() {
            Session::execute(self, "RELEASE work", &[])?;
        }
        outcome
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}

/// A connection in the middle of changes that are undone together or not at all: no savepoint is set, and what could only be
/// undone alone has failed.
pub(super) struct Together<'a> {
    connection: &'a Connection,
    has_failed: Told<bool>,
}

impl<'a> Together<'a> {
    pub fn new(connection: &'a Connection) -> Together<'a> {
        Together { connection, has_failed: Told::new(false) }
    }

    /// Whether something was to be undone: what came of the work is worth nothing then.
    pub fn has_failed(&self) -> bool {
        self.has_failed.get()
    }
}

impl Session for Together<'_> {
    fn execute(&self, sql: &str, values: &[Param<'_>]) -> Answer<u64> {
        Session::execute(self.connection, sql, values)
    }

    fn query(
        &self,
        sql: &str,
        values: &[Param<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Answer<()>,
    ) -> Answer<()> {
        Session::query(self.connection, sql, values, each)
    }

    fn undoable(&self, work: &mut dyn FnMut() -> Answer<()>) -> Answer<()> {
        let outcome = work();
        if outcome.is_err() {
            self.has_failed.set(true);
        }
        outcome
    }

    fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }
}

impl Cells for rusqlite::Row<'_> {
    fn cell(&self, column: usize) -> Answer<Cell<'_>> {
        match self.get_ref(column)? {
            ValueRef::Null => Ok(Cell::Null),
            ValueRef::Integer(number) => Ok(Cell::Number(number)),
            ValueRef::Text(bytes) => {
                let text = std::str::from_utf8(bytes);
                text.map(Cell::Text).map_err(|error| Fault::unreadable(column, error))
            }
            ValueRef::Real(_) | ValueRef::Blob(_) => Err(Fault::unreadable(column, "no number and no text")),
        }
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Param::Null => ValueRef::Null,
            Param::Number(number) => ValueRef::Integer(*number),
            Param::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => FaultKind::Constraint,
            Some(ErrorCode::CannotOpen) => FaultKind::CannotOpen,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => FaultKind::ReadOnly,
            Some(ErrorCode::DiskFull) => FaultKind::Full,
            Some(ErrorCode::SystemIoFailure) => FaultKind::Disk,
            Some(ErrorCode::NotADatabase) => FaultKind::NotADatabase,
            Some(ErrorCode::DatabaseCorrupt) => FaultKind::Damaged,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => FaultKind::Busy,
            Some(_) => FaultKind::Refused,
            None => FaultKind::Unreadable,
        };
        Fault { kind, reason: error.to_string() }
    }
}
