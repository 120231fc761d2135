//! How long the questions of an operational CRM take after a month of contacts, and whether the answers are right.
//!
//! `cargo bench --bench report`; `CONTACTS=10000` makes a shorter month than 100,000, and `POSTGRES=postgres://user@host/name` asks
//! PostgreSQL, in a database that has no tables yet. Every answer is compared with a count of what happened before it is
//! measured.

// clippy.toml's list is for the pure rooms.
#![allow(clippy::disallowed_methods)]

#[path = "../tests/store/count.rs"]
mod count;
#[path = "../tests/store/month.rs"]
mod month;

use callwright::crm::question::Question;
use callwright::store::{DatabaseUrl, Desk, Options, PinCost, PostgresStore, SqliteStore};
use criterion::{Criterion, criterion_group, criterion_main};
use month::Month;

fn reports(criterion: &mut Criterion) {
    let contacts = std::env::var("CONTACTS").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000);
    let folder = std::env::temp_dir().join(format!("callwright-bench-report-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let options = Options { pin_cost: PinCost::LEAST, ..Options::default() };
    let (name, store): (&str, Box<dyn Desk>) = match std::env::var("POSTGRES") {
        Ok(url) => {
            let address = DatabaseUrl::parse(&url, None).expect("an address");
            ("postgresql", Box::new(PostgresStore::open(&address, options).expect("a database")))
        }
        Err(_) => {
            let file = folder.join("callwright.db");
            ("sqlite", Box::new(SqliteStore::open(file, options).expect("a database")))
        }
    };
    let month = Month::new(20_261_001, contacts);
    month.tell(&*store);
    count::compare(&*store, &month);
    let mut group = criterion.benchmark_group(format!("{name}, {contacts} contacts"));
    group.sample_size(10);
    for question in Question::ALL.into_iter().filter(|question| *question != Question::Leaving) {
        for by in question.splits().iter().take(6) {
            let asked = format!("{} by {}", question.word(), by.word());
            group.bench_function(asked, |bench| {
                bench.iter(|| count::answer(&*store, question, *by, false));
            });
        }
    }
    group.finish();
    let _ = std::fs::remove_dir_all(&folder);
}

criterion_group!(benches, reports);
criterion_main!(benches);
