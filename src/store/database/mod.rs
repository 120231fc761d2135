//! SQL that is written once: a transaction that executes and asks, values, rows and faults, whatever the database.
//!
//! A statement has its parameters as `?1`, `?2` …; it uses what both SQLite and PostgreSQL understand, and where they
//! differ, [`Dialect`] has both words. Numbers, truths and moments are 64-bit integers in columns, everything else is text.

mod dialect;
mod fault;
mod row;
mod schema;
mod value;

pub(super) use dialect::Dialect;
pub(super) use fault::{Fault, FaultKind};
pub(super) use row::{Cell, Cells, Row, from_json};
pub(super) use schema::{MIGRATION_TABLE, STEPS};
pub(super) use value::{Param, to_json, values};

use super::StoreError;
use super::pin::PinHasher;
use super::sealed::DataKeys;
use crate::crm::outbox::Policy;

/// What came of a statement, or of several.
pub(super) type Answer<T> = Result<T, Fault>;

/// A database with our tables in it. Work may be run again from its beginning, so it changes nothing but the database.
pub(super) trait Database: Send + Sync {
    /// Asks in one snapshot.
    fn read<T, A>(&self, ask: A) -> Result<T, StoreError>
    where
        T: Send + 'static,
        A: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static;

    /// Changes something in one transaction; returns when it is durable.
    fn write<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static;

    /// Makes several changes, each for itself and in order: one that fails takes nothing of the others with it.
    fn write_all<T, W>(&self, works: Vec<W>) -> Vec<Result<T, StoreError>>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        works.into_iter().map(|work| self.write(work)).collect()
    }

    /// Whether [`Database::write_all`] makes them in one transaction.
    fn gathers(&self) -> bool {
        false
    }

    /// Whether several servers may share it.
    fn is_shared(&self) -> bool {
        true
    }

    /// Has what was overwritten leave the database's own log, too, if that can be done now. It need not: the change itself is
    /// made, and the log is emptied when the database is closed at the latest.
    fn forget_overwritten(&self) {}

    /// As [`Database::write`], for work that only adds rows which nobody else changes meanwhile: it may share a
    /// transaction with others of its kind without waiting for anybody in the middle of it.
    fn append<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        self.write(work)
    }

    /// What makes and checks PIN hashes.
    fn pins(&self) -> &PinHasher;

    /// How often a delivery is tried.
    fn policy(&self) -> Policy;

    /// What seals and opens sensitive attributes.
    fn keys(&self) -> &DataKeys;
}

/// A connection in the middle of a transaction, as a database provides it.
pub(super) trait Session {
    /// Executes a statement and says how many rows it changed.
    fn execute(&self, sql: &str, values: &[Param<'_>]) -> Answer<u64>;

    /// Hands the rows of a question over, one by one.
    fn query(
        &self,
        sql: &str,
        values: &[Param<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Answer<()>,
    ) -> Answer<()>;

    /// Runs work that is undone as a whole if it fails, and nothing else with it.
    fn undoable(&self, work: &mut dyn FnMut() -> Answer<()>) -> Answer<()>;

    /// How it wants to be spoken to.
    fn dialect(&self) -> Dialect;
}

/// A database in the middle of a change, or of a question in one snapshot.
#[derive(Clone, Copy)]
pub(super) struct Transaction<'a>(&'a dyn Session);

impl<'a> Transaction<'a> {
    pub fn new(session: &'a dyn Session) -> Transaction<'a> {
        Transaction(session)
    }

    /// Executes a statement and says how many rows it changed.
    pub fn execute(&self, sql: &str, values: &[Param<'_>]) -> Answer<u64> {
        self.0.execute(sql, values)
    }

    /// All rows of a question.
    pub fn all<T>(
        &self,
        sql: &str,
        values: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Answer<T>,
    ) -> Answer<Vec<T>> {
        let mut found = Vec::new();
        self.0.query(sql, values, &mut |row| {
            found.push(read(&row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Hands the rows of a question over one by one, so that only what is made of them is kept. Nothing else may be asked
    /// before the last of them.
    pub fn each(
        &self,
        sql: &str,
        values: &[Param<'_>],
        mut take: impl FnMut(&Row<'_>) -> Answer<()>,
    ) -> Answer<()> {
        self.0.query(sql, values, &mut |row| take(&row))
    }

    /// The first row of a question, where there is one.
    pub fn one<T>(
        &self,
        sql: &str,
        values: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Answer<T>,
    ) -> Answer<Option<T>> {
        Ok(self.all(sql, values, read)?.into_iter().next())
    }

    /// The only row of a question that always has one.
    pub fn only<T>(
        &self,
        sql: &str,
        values: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Answer<T>,
    ) -> Answer<T> {
        self.one(sql, values, read)?.ok_or_else(|| Fault::unreadable(0, "no row"))
    }

    /// Whether a question has a row.
    pub fn exists(&self, sql: &str, values: &[Param<'_>]) -> Answer<bool> {
        self.one(sql, values, |_| Ok(())).map(|found| found.is_some())
    }

    /// Runs work that is undone as a whole if it fails, and nothing else with it.
    pub fn undoable<T>(&self, mut work: impl FnMut(&Transaction<'_>) -> Answer<T>) -> Answer<T> {
        let mut outcome = None;
        self.0.undoable(&mut || {
            outcome = Some(work(self)?);
            Ok(())
        })?;
        outcome.ok_or_else(|| Fault::unreadable(0, "no outcome"))
    }

    /// Waits until nobody else is in the middle of changing what a table says of a key; keeps them waiting until the
    /// transaction ends. Not for many keys at once: two who wait for each other are begun again.
    pub fn in_turn(&self, table: &str, key: &str) -> Answer<()> {
        match self.dialect().turn() {
            Some(sql) => self.execute(sql, values![table, key]).map(drop),
            None => Ok(()),
        }
    }

    /// The same without waiting: whether the turn was free.
    pub fn in_turn_if_free(&self, table: &str, key: &str) -> Answer<bool> {
        match self.dialect().turn_if_free() {
            Some(sql) => self.only(sql, values![table, key], |row| row.get(0)),
            None => Ok(true),
        }
    }

    /// How the database wants to be spoken to.
    pub fn dialect(&self) -> Dialect {
        self.0.dialect()
    }
}
