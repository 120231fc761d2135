//! The store in one SQLite file (WAL mode): one thread writes, a few connections read.
//!
//! A write returns when its transaction is on the disk (`synchronous=FULL`); writes that wait together share one
//! transaction. Other processes may open the same file: `callwright crm` looks into it while the server runs.

mod migrations;
mod presence;
mod readers;
mod session;
mod writer;

use super::StoreError;
use super::database::{Answer, Database, Fault, Transaction};
use super::pin::{PinCost, PinHasher};
use super::sealed::DataKeys;
use crate::crm::outbox::Policy;
use crate::time::DurationMs;
use presence::Presence;
use readers::Readers;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use writer::Writer;

/// The store in a SQLite file. Clones share it; the last one closes it.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    presence: Presence,
    /// Before the writer, so that the writer's connection is the last one to close and leaves no log behind.
    readers: Readers,
    writer: Writer,
    pins: PinHasher,
    policy: Policy,
    keys: DataKeys,
    patience: DurationMs,
}

/// How a file is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// What a PIN hash costs.
    pub pin_cost: PinCost,
    /// How often a delivery is tried.
    pub policy: Policy,
    /// How many may read at once.
    pub readers: usize,
    /// How long another process may hold the file before an operation fails.
    pub patience: DurationMs,
    /// What seals and opens sensitive attributes; none where the deployment has none.
    pub keys: DataKeys,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            pin_cost: PinCost::OWASP,
            policy: Policy::DEFAULT,
            readers: 4,
            patience: DurationMs::from_secs(5),
            keys: DataKeys::default(),
        }
    }
}

/// Statements that a connection keeps compiled: more than there are.
const STATEMENTS: usize = 512;
/// Between two tries to switch a file that somebody else is making.
const WAL_RETRY: DurationMs = DurationMs(10);

impl SqliteStore {
    /// Opens a file, makes it where there is none, and brings its schema up to date.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<SqliteStore, StoreError> {
        let path = path.as_ref();
        let fault = |error: rusqlite::Error| Fault::from(error).at(path);
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_CREATE, options.patience).map_err(fault)?;
        if connection.is_readonly("main").map_err(fault)? {
            return Err(StoreError::ReadOnly { path: path.to_path_buf() });
        }
        migrations::refuse_foreign(&connection, path)?;
        write_ahead(&connection, options.patience).map_err(fault)?;
        connection.pragma_update(None, "synchronous", "full").map_err(fault)?;
        // What is erased is overwritten, not only let go.
        connection.pragma_update(None, "secure_delete", true).map_err(fault)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(fault)?;
        migrations::migrate(&mut connection, path)?;
        // What SQLite notes to undo a change holds customers, and belongs into no directory for temporary files.
        connection.pragma_update(None, "temp_store", "memory").map_err(fault)?;
        let readers = (0..options.readers.max(1)).map(|_| reader(path, options.patience));
        let readers = readers.collect::<rusqlite::Result<Vec<Connection>>>().map_err(fault)?;
        let presence = Presence::of(path);
        let inner = Inner {
            writer: Writer::start(connection, presence.clone())?,
            presence,
            readers: Readers::new(readers),
            pins: PinHasher::new(options.pin_cost)?,
            policy: options.policy,
            keys: options.keys,
            patience: options.patience,
        };
        Ok(SqliteStore { inner: Arc::new(inner) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.inner.presence.path()
    }
}

impl Database for SqliteStore {
    fn read<T, A>(&self, ask: A) -> Result<T, StoreError>
    where
        T: Send + 'static,
        A: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        let presence = &self.inner.presence;
        presence.check()?;
        self.inner.readers.with(ask).map_err(|fault| fault.at(presence.path()))
    }

    fn write<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        self.inner.writer.run(work)
    }

    fn write_all<T, W>(&self, works: Vec<W>) -> Vec<Result<T, StoreError>>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        self.inner.writer.run_all(works)
    }

    fn gathers(&self) -> bool {
        true
    }

    /// The file lies in one server's `data`; other programs only look into it.
    fn is_shared(&self) -> bool {
        false
    }

    fn forget_overwritten(&self) {
        let presence = &self.inner.presence;
        if presence.check().is_err() {
            return;
        }
        let connection = connect(presence.path(), OpenFlags::empty(), self.inner.patience);
        let emptied = connection
            .and_then(|connection| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        // Whoever reads, or a full disk, may be in the way.
        let _ = emptied;
    }

    fn pins(&self) -> &PinHasher {
        &self.inner.pins
    }

    fn policy(&self) -> Policy {
        self.inner.policy
    }

    fn keys(&self) -> &DataKeys {
        &self.inner.keys
    }
}

/// Opens a connection. It is used by one thread at a time, so SQLite's own lock is not needed.
fn connect(path: &Path, more: OpenFlags, patience: DurationMs) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(patience.to_std())?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise a statement that might use a partial index is compiled anew for every value that is bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Switches the file to a write-ahead log. SQLite waits for others only sometimes there: two processes that make the file at
/// the same time find it busy at once. So all of the waiting is done here, for `patience` at the most.
fn write_ahead(connection: &Connection, patience: DurationMs) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::ZERO)?;
    let switch = || connection.pragma_update(None, "journal_mode", "wal");
    let is_busy = |done: &rusqlite::Result<()>| matches!(done, Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
    let mut done = switch();
    for _ in 0..patience.0 / WAL_RETRY.0 {
        if !is_busy(&done) {
            break;
        }
        std::thread::sleep(WAL_RETRY.to_std());
        done = switch();
    }
    done?;
    connection.busy_timeout(patience.to_std())
}

fn reader(path: &Path, patience: DurationMs) -> rusqlite::Result<Connection> {
    let connection = connect(path, OpenFlags::empty(), patience)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}
