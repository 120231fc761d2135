//! A connection to PostgreSQL as a session: statements prepared once, values in, rows out, savepoints.

use crate::store::database::{Answer, Cell, Cells, Dialect, Fault, FaultKind, Param, Row, Session};
use bytes::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Statement};
use std::cell::{Cell as Slot, RefCell};
use std::collections::HashMap;
use std::error::Error;

/// A connection of one thread.
pub(super) struct Connected {
    client: RefCell<Client>,
    prepared: RefCell<HashMap<String, Statement>>,
    /// Whether a statement of this transaction failed that no savepoint took back: the server would commit nothing, and
    /// say that it is done.
    failed: Slot<bool>,
}

impl Connected {
    pub fn new(client: Client) -> Connected {
        let (client, prepared) = (RefCell::new(client), RefCell::default());
        Connected { client, prepared, failed: Slot::new(false) }
    }

    /// Whether it is known to be lost.
    pub fn is_closed(&self) -> bool {
        self.client.borrow().is_closed()
    }

    /// Executes statements without parameters.
    pub fn tell(&self, sql: &str) -> Answer<()> {
        let done = self.client.borrow_mut().batch_execute(sql);
        self.noticed(done.map_err(Fault::from))
    }

    /// Begins a transaction.
    pub fn begin(&self, sql: &str) -> Answer<()> {
        self.failed.set(false);
        self.tell(sql)
    }

    /// Ends a transaction. [`FaultKind::InDoubt`] where the connection was lost before the server could say.
    pub fn commit(&self) -> Answer<()> {
        if self.failed.get() {
            self.roll_back();
            return Err(Fault::unreadable(0, "a statement failed and nobody noticed"));
        }
        self.tell("COMMIT").map_err(|fault| match fault.kind {
            FaultKind::Lost => Fault { kind: FaultKind::InDoubt, ..fault },
            _ => fault,
        })
    }

    /// Takes everything back; where that fails the connection is lost, and the server does it.
    pub fn roll_back(&self) {
        let _ = self.tell("ROLLBACK");
    }

    fn statement(&self, sql: &str) -> Answer<Statement> {
        if let Some(known) = self.prepared.borrow().get(sql) {
            return Ok(known.clone());
        }
        let statement = self.client.borrow_mut().prepare(&numbered(sql))?;
        self.prepared.borrow_mut().insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn rows(&self, sql: &str, values: &[Param<'_>]) -> Answer<Vec<postgres::Row>> {
        let statement = self.statement(sql)?;
        let rows = self.client.borrow_mut().query(&statement, &references(values))?;
        Ok(rows)
    }

    fn change(&self, sql: &str, values: &[Param<'_>]) -> Answer<u64> {
        let statement = self.statement(sql)?;
        let changed = self.client.borrow_mut().execute(&statement, &references(values))?;
        Ok(changed)
    }

    fn noticed<T>(&self, answer: Answer<T>) -> Answer<T> {
        self.failed.set(self.failed.get() || answer.is_err());
        answer
    }
}

impl Session for Connected {
    fn execute(&self, sql: &str, values: &[Param<'_>]) -> Answer<u64> {
        self.noticed(self.change(sql, values))
    }

    fn query(
        &self,
        sql: &str,
        values: &[Param<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Answer<()>,
    ) -> Answer<()> {
        let rows = self.noticed(self.rows(sql, values))?;
        rows.iter().try_for_each(|row| each(Row(row)))
    }

    fn undoable(&self, work: &mut dyn FnMut() -> Answer<()>) -> Answer<()> {
        self.tell("SAVEPOINT work")?;
        let outcome = work();
        match &outcome {
            Ok(()) if !self.failed.get() => self.tell("RELEASE work")?,
            Ok(()) | Err(_) => {
                self.tell("ROLLBACK TO work; RELEASE work")?;
                self.failed.set(false);
            }
        }
        outcome
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }
}

/// Parameters as PostgreSQL numbers them. No statement of ours has a question mark for anything else.
fn numbered(sql: &str) -> String {
    sql.replace('?', "$")
}

fn references<'a>(values: &'a [Param<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Param<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Param::Null => Ok(IsNull::Yes),
            Param::Number(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Param::Number(number) => number.to_sql(kind, out),
            // A text of PostgreSQL has no NUL; what the network brought may have one.
            Param::Text(text) if text.contains('\0') => text.replace('\0', "\u{fffd}").to_sql(kind, out),
            Param::Text(text) => text.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Cells for postgres::Row {
    fn cell(&self, column: usize) -> Answer<Cell<'_>> {
        let fault = |reason: &str| Fault::unreadable(column, reason);
        let kind = self.columns().get(column).map(|column| column.type_().clone());
        let cell = match kind.ok_or_else(|| fault("there is no such column"))? {
            Type::INT8 => self.try_get::<_, Option<i64>>(column)?.map(Cell::Number),
            Type::INT4 => self.try_get::<_, Option<i32>>(column)?.map(|number| Cell::Number(number.into())),
            Type::BOOL => self.try_get::<_, Option<bool>>(column)?.map(|truth| Cell::Number(truth.into())),
            Type::TEXT | Type::VARCHAR | Type::NAME => {
                self.try_get::<_, Option<&str>>(column)?.map(Cell::Text)
            }
            _ => return Err(fault("no number and no text")),
        };
        Ok(cell.unwrap_or(Cell::Null))
    }
}
