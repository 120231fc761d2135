//! How much a contact's outcome costs until it is durable and has its effect, how quickly a caller is found, and what a
//! page of a long list costs.
//!
//! `cargo bench --bench store`; `CUSTOMERS=1000000` asks among a million instead of ten thousand, and
//! `INTERACTIONS=10000000` turns the pages of ten million instead of a hundred thousand. `POSTGRES=postgres://user@host/name` asks
//! PostgreSQL, in schemas of its own, which go afterwards.

// clippy.toml's list is for the pure rooms.
#![allow(clippy::disallowed_methods)]

use callwright::crm::outbox::Jitter;
use callwright::crm::{Beginning, Customer, Identity, Posting};
use callwright::program::{Caller, CaseMode, Channel, Entry, Phone};
use callwright::store::{
    DatabaseUrl, Import, Options, Page, PinCost, PostgresStore, Row, SqliteStore, Store,
};
use callwright::time::Wall;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// Outcomes of a round, and entries delivered in one go.
const AT_ONCE: usize = 250;
/// Contacts that say something at the same time.
const WRITERS: u64 = 50;

struct Bench {
    folder: PathBuf,
    /// The server and the schema, where it is PostgreSQL that is asked.
    schema: Option<(String, String)>,
    store: Box<dyn Store>,
    next: AtomicU64,
}

impl Bench {
    fn new(name: &str) -> Bench {
        let folder = std::env::temp_dir().join(format!("callwright-bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let options = Options { pin_cost: PinCost::LEAST, ..Options::default() };
        let schema =
            std::env::var("POSTGRES").ok().map(|url| (url, format!("bench_{name}_{}", std::process::id())));
        let store: Box<dyn Store> = match &schema {
            Some((url, schema)) => {
                tell(url, &format!("CREATE SCHEMA {schema}"));
                let address = DatabaseUrl::parse(&within(url, schema), None).expect("an address");
                Box::new(PostgresStore::open(&address, options).expect("a store"))
            }
            None => Box::new(SqliteStore::open(folder.join("callwright.db"), options).expect("a store")),
        };
        Bench { folder, schema, store, next: AtomicU64::new(0) }
    }

    /// Puts so many contacts of a thousand customers into the tables, without taking the time of the store.
    fn fill(&self, count: u64) {
        let sql = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < $1)
                   INSERT INTO interaction (id, channel, caller, shown, called, started, program, version, ended, ended_by,
                                            cause, customer, verified)
                   SELECT 'c-' || n, 'call', NULL, '\"missing\"', '1', n, 'bench', '1', n, 'caller', 'normal',
                          'k-' || (n % 1000), 0 FROM number";
        match &self.schema {
            Some((url, schema)) => {
                let sql = sql.replace("$1", &count.to_string());
                tell(&within(url, schema), &format!("{sql}; ANALYZE interaction"));
            }
            None => {
                let connection =
                    rusqlite::Connection::open(self.folder.join("callwright.db")).expect("the file");
                connection.execute(sql, [count as i64]).expect("filled");
            }
        }
    }

    /// A contact's outcome, durably in the outbox. Delivered it is four rows: contact, entry, case, and the case's history.
    fn say(&self) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let entry = Entry::Case { mode: CaseMode::New, topic: "modem".into(), customer: None, about: None };
        let posting = Posting { contact: format!("c-{number}").into(), sequence: 1, at: Wall(0), entry };
        self.store.enqueue(&posting).expect("it is taken");
    }

    /// So many outcomes from contacts that end together.
    fn say_together(&self, count: u64) {
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| (0..count / WRITERS).for_each(|_| self.say()));
            }
        });
    }

    fn begin(&self, contacts: u64) {
        let first = self.next.load(Ordering::Relaxed);
        for number in first..first + contacts {
            let beginning = Beginning {
                contact: format!("c-{number}").into(),
                channel: Channel::Call,
                from: caller(number),
                to: "+78432035737".into(),
                started: Wall(0),
                program: "bench".into(),
                version: "1".into(),
            };
            self.store.begin_interaction(&beginning).expect("it is taken");
        }
    }
}

/// The address by which a schema is the one that is used.
fn within(url: &str, schema: &str) -> String {
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}options=-csearch_path%3D{schema}")
}

/// Executes statements by hand.
fn tell(url: &str, sql: &str) {
    let mut client = postgres::Client::connect(url, postgres::NoTls).expect("a server");
    client.batch_execute(sql).expect("done");
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some((url, schema)) = &self.schema {
            tell(url, &format!("DROP SCHEMA {schema} CASCADE"));
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn caller(number: u64) -> Caller {
    Caller::Number(Phone::from_e164(&format!("+7900{number:07}")).expect("a number"))
}

fn outcomes(criterion: &mut Criterion) {
    let bench = Bench::new("outcomes");
    let mut group = criterion.benchmark_group("store");
    group.sample_size(10);
    group.throughput(Throughput::Elements(AT_ONCE as u64));
    group.bench_function("250 outcomes from 50 writers become durable", |b| {
        b.iter(|| bench.say_together(AT_ONCE as u64));
    });
    while bench.store.deliver(Wall(1), 10_000, Jitter(0)).expect("delivered").delivered > 0 {}
    group.bench_function("250 outcomes are delivered", |b| {
        let fill = || {
            bench.begin(AT_ONCE as u64);
            bench.say_together(AT_ONCE as u64);
        };
        b.iter_batched(fill, |()| bench.store.deliver(Wall(1), AT_ONCE, Jitter(0)), BatchSize::PerIteration);
    });
    group.finish();
}

fn how_many(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(otherwise)
}

/// Pages of fifty, anywhere in the list: what is before them does not matter.
fn pages(criterion: &mut Criterion) {
    let bench = Bench::new("pages");
    let count = how_many("INTERACTIONS", 100_000);
    bench.fill(count);
    for (name, place) in [("first", count), ("middle", count / 2), ("last", 60)] {
        let page = Page { after: Some(format!("c-{place}").into()), limit: 50 };
        criterion.bench_function(&format!("the {name} page of {count} interactions"), |b| {
            b.iter(|| assert_eq!(bench.store.interactions(None, &page).expect("a page").items.len(), 50));
        });
        criterion.bench_function(&format!("the {name} page of a customer's, among {count}"), |b| {
            b.iter(|| assert!(bench.store.interactions(Some("k-7"), &page).is_ok()));
        });
    }
}

fn identify(criterion: &mut Criterion) {
    let bench = Bench::new("identify");
    let count = how_many("CUSTOMERS", 10_000);
    let rows = (0..count).map(|number| {
        let phones = caller(number).number().cloned().into_iter().collect();
        let customer = Customer { phones, ..Customer::new(&format!("k-{number}"), "Anna") };
        Row { customer, pin: None, passphrase: None, objects: Vec::new() }
    });
    let import = Import {
        rows: rows.collect(),
        has_phones: true,
        has_addresses: false,
        has_language: false,
        attributes: Vec::new(),
    };
    bench.store.import(&import, Wall(0)).expect("taken in");
    let mut at = 0;
    criterion.bench_function(&format!("identify among {count}"), |b| {
        b.iter(|| {
            at = (at + 7919) % count;
            let found = bench.store.identify(&caller(at)).expect("an answer");
            assert!(matches!(found, Identity::One(_)));
        });
    });
}

criterion_group!(benches, outcomes, identify, pages);
criterion_main!(benches);
