//! The databases that the store's tests run against.
//!
//! SQLite always. PostgreSQL where `CALLWRIGHT_TEST_POSTGRES` has the address of a server whose user may make schemas, as
//! `tests/run` starts one: then a server that cannot be reached fails the tests. Without it they say that they did not try.

use callwright::crm::outbox::Policy;
use callwright::store::{DataKeys, DatabaseUrl, Desk, Options, PinCost, PostgresStore, SqliteStore};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

/// Names the server.
const POSTGRES: &str = "CALLWRIGHT_TEST_POSTGRES";

/// A database of a test's own; opening it again finds what was left in it.
pub trait Backend: Sync {
    fn open(&self) -> Box<dyn Desk> {
        self.open_with(DataKeys::default())
    }
    /// With keys for what is sensitive.
    fn open_with(&self, keys: DataKeys) -> Box<dyn Desk>;
    /// Every row of every table, as text.
    fn rows(&self) -> String;
}

/// Runs a claim against every database there is.
pub fn check(claim: impl Fn(&dyn Backend)) {
    claim(&SqliteFile::new());
    if let Some(schema) = PostgresSchema::new() {
        claim(&schema);
    }
}

pub fn options() -> Options {
    let policy = Policy { attempts: 2, ..Policy::DEFAULT };
    Options { pin_cost: PinCost::LEAST, policy, ..Options::default() }
}

fn unique(name: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("callwright_{name}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A file in a folder that goes when the test ends.
pub struct SqliteFile {
    pub folder: PathBuf,
}

impl SqliteFile {
    pub fn new() -> SqliteFile {
        let folder = std::env::temp_dir().join(unique("store"));
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        SqliteFile { folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.join("callwright.db")
    }

    pub fn store(&self) -> SqliteStore {
        SqliteStore::open(self.path(), options()).expect("a store")
    }
}

impl Backend for SqliteFile {
    fn open_with(&self, keys: DataKeys) -> Box<dyn Desk> {
        Box::new(SqliteStore::open(self.path(), Options { keys, ..options() }).expect("a store"))
    }

    fn rows(&self) -> String {
        let file = rusqlite::Connection::open(self.path()).expect("the file");
        let column = |sql: &str| -> Vec<String> {
            let mut statement = file.prepare(sql).expect("a question");
            let rows = statement.query_map([], |row| row.get(0)).expect("an answer");
            rows.collect::<Result<_, _>>().expect("rows")
        };
        let tables =
            column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
        let of = |table: String| {
            let cells = column(&format!("SELECT name FROM pragma_table_info('{table}')"));
            let cells: Vec<String> = cells.iter().map(|cell| format!("coalesce({cell}, '')")).collect();
            let row = format!("SELECT '{table}|' || {} FROM {table}", cells.join(" || '|' || "));
            column(&row).join("\n")
        };
        tables.into_iter().map(of).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for SqliteFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A schema in the server's database that goes when the test ends.
pub struct PostgresSchema {
    server: String,
    name: String,
}

impl PostgresSchema {
    /// Nothing where no server is named.
    pub fn new() -> Option<PostgresSchema> {
        let Ok(server) = std::env::var(POSTGRES) else {
            static SAID: Once = Once::new();
            // Not by the macro, which a test that passes keeps to itself.
            let say =
                || writeln!(std::io::stderr(), "{POSTGRES} is not set: the store was tried with SQLite only");
            SAID.call_once(|| drop(say()));
            return None;
        };
        let schema = PostgresSchema { server, name: unique("schema") };
        schema.tell_server(&format!("CREATE SCHEMA {}", schema.name));
        Some(schema)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address by which the schema is the one that is used.
    pub fn url(&self) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        let PostgresSchema { server, name } = self;
        format!("{server}{joint}options=-csearch_path%3D{name}&application_name={name}")
    }

    pub fn address(&self) -> DatabaseUrl {
        DatabaseUrl::parse(&self.url(), None).expect("an address")
    }

    pub fn store(&self) -> PostgresStore {
        PostgresStore::open(&self.address(), options()).expect("a store")
    }

    /// Ends every connection to it, as a server does that is stopped.
    pub fn cut(&self) {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name";
        self.tell_server(&format!("{sql} = '{}'", self.name));
    }

    /// Executes statements in the schema, by hand.
    pub fn tell(&self, sql: &str) {
        self.tell_server(&format!("SET search_path = {}; {sql}", self.name));
    }

    pub fn client(&self) -> postgres::Client {
        postgres::Client::connect(&self.url(), postgres::NoTls)
            .expect("the server that the environment names")
    }

    /// On a thread of its own: the test's may run something asynchronous.
    fn tell_server(&self, sql: &str) {
        let tell = || {
            let client = postgres::Client::connect(&self.server, postgres::NoTls);
            client
                .expect("the server that the environment names")
                .batch_execute(sql)
                .expect("a change by hand");
        };
        std::thread::scope(|scope| scope.spawn(tell).join().expect("the server is told"));
    }
}

impl Backend for PostgresSchema {
    fn open_with(&self, keys: DataKeys) -> Box<dyn Desk> {
        Box::new(PostgresStore::open(&self.address(), Options { keys, ..options() }).expect("a store"))
    }

    fn rows(&self) -> String {
        let mut client = self.client();
        let mut column = |sql: &str| -> Vec<String> {
            client.query(sql, &[]).expect("an answer").iter().map(|row| row.get(0)).collect()
        };
        let tables = column("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()");
        let mut of = |table: &String| {
            column(&format!("SELECT '{table}|' || kept::text FROM {table} AS kept")).join("\n")
        };
        tables.iter().map(&mut of).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for PostgresSchema {
    fn drop(&mut self) {
        self.tell_server(&format!("DROP SCHEMA {} CASCADE", self.name));
    }
}
