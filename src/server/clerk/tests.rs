//! What contacts tell reaches a real database: how often it is written there, what fails alone, and what outlives the process.

use super::*;
use crate::crm::{Beginning, EndedBy, Ending, Posting, Trail};
use crate::program::{Caller, Channel, Entry};
use crate::store::{Options, PinCost, SqliteStore};
use crate::time::{DurationMs, Wall};
use std::path::{Path, PathBuf};

/// A folder of its own, which goes with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("callwright-clerk-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Folder(path)
    }

    fn database(&self) -> PathBuf {
        self.0.join("callwright.db")
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn open(&self) -> Arc<SqliteStore> {
        let options = Options { pin_cost: PinCost::LEAST, patience: DurationMs(200), ..Options::default() };
        SqliteStore::open(self.database(), options).map_or_else(|error| panic!("{error}"), Arc::new)
    }

    /// Another program that has the database open.
    pub fn beside(&self, statements: &str) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.database());
        let connection = connection.unwrap_or_else(|error| panic!("{error}"));
        connection.execute_batch(statements).unwrap_or_else(|error| panic!("{error}"));
        connection
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Transactions in the database's log: a frame that ends one says how long the file is then
/// (<https://www.sqlite.org/fileformat2.html#wal_file_format>).
fn transactions(database: &Path) -> usize {
    let log = std::fs::read(database.with_extension("db-wal")).unwrap_or_default();
    let number = |at: usize| {
        log.get(at..at + 4).map_or(0, |four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
    };
    let frame = 24 + number(8) as usize;
    (32..log.len()).step_by(frame).filter(|at| number(at + 4) > 0).count()
}

/// All that one contact tells.
pub fn contact(id: &str) -> Arc<[ContactNews]> {
    let began = Beginning {
        contact: id.into(),
        channel: Channel::Call,
        from: Caller::Missing,
        to: "1000".into(),
        started: Wall(10),
        program: "bank".into(),
        version: "v1".into(),
    };
    let entry = Entry::Outcome { outcome: "resolved".into(), topic: None };
    let said = Posting { contact: id.into(), sequence: 1, at: Wall(20), entry };
    let ending = Ending { at: Wall(30), by: EndedBy::Caller, cause: "caller".into() };
    let ended = ContactNews::Ended { contact: id.into(), ending, trail: Box::new(Trail::default()) };
    vec![ContactNews::Began(began), ContactNews::Said(said), ended].into()
}

/// Hands in what a contact tells that tells nothing more.
async fn take(clerk: &Clerk, news: &[ContactNews]) -> Result<(), String> {
    let (_, inbox) = mpsc::unbounded_channel();
    let told = clerk.take(Telling { news: news.to_vec(), inbox }).await;
    told.map_or(Err("nobody takes it".to_owned()), |told| told.answer.map(drop))
}

/// So many contacts tell all they have at the same time; the answers in their order.
async fn at_once(clerk: &Clerk, count: usize) -> Vec<Result<(), String>> {
    let tell = |number: usize| {
        let (clerk, news) = (clerk.clone(), contact(&format!("c-{number}")));
        tokio::spawn(async move { take(&clerk, &news).await })
    };
    let told: Vec<_> = (0..count).map(tell).collect();
    let mut answers = Vec::new();
    for one in told {
        answers.push(one.await.unwrap_or_else(|panic| Err(panic.to_string())));
    }
    answers
}

pub fn is_there(store: &dyn Store, number: usize) -> bool {
    let found = store.interaction(&format!("c-{number}")).unwrap_or_else(|error| panic!("{error}"));
    found.is_some_and(|contact| contact.ending.is_some())
}

pub fn with_runtime<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap_or_else(|error| panic!("{error}"));
    runtime.block_on(work)
}

#[test]
fn what_contacts_tell_at_the_same_time_is_one_transaction() {
    let folder = Folder::new("together");
    with_runtime(async {
        let store = folder.open();
        let clerk = Clerk::start(store.clone(), Clock::start());
        let before = transactions(&folder.database());
        assert_eq!(at_once(&clerk, 100).await, vec![Ok(()); 100]);
        assert_eq!(
            transactions(&folder.database()) - before,
            1,
            "a hundred contacts, three hundred pieces of news"
        );
        assert!((0..100).all(|number| is_there(&*store, number)));
    });
}

#[test]
fn what_a_contact_tells_until_its_turn_comes_goes_in_the_same_transaction() {
    let folder = Folder::new("until-its-turn");
    with_runtime(async {
        let store = folder.open();
        let clerk = Clerk::start(store.clone(), Clock::start());
        let before = transactions(&folder.database());
        let (sender, inbox) = mpsc::unbounded_channel();
        let mut news = contact("c-0").to_vec();
        let later = news.split_off(1);
        let waiting = tokio::spawn(async move { clerk.take(Telling { news, inbox }).await });
        tokio::task::yield_now().await;
        later.into_iter().for_each(|news| sender.send(news).unwrap_or_else(|error| panic!("{error}")));
        let told = waiting.await.unwrap_or_else(|panic| panic!("{panic}")).expect("an answer");
        assert_eq!((told.answer.is_ok(), told.news.len()), (true, 3));
        assert_eq!(transactions(&folder.database()) - before, 1);
        assert!(is_there(&*store, 0));
    });
}

#[test]
fn one_whose_news_cannot_be_taken_does_not_take_the_others_down() {
    let folder = Folder::new("one-fails");
    with_runtime(async {
        let store = folder.open();
        let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON interaction WHEN NEW.id = 'c-3' BEGIN SELECT RAISE(ABORT, 'no'); END";
        let beside = folder.beside(refuse);
        let clerk = Clerk::start(store.clone(), Clock::start());
        let answers = at_once(&clerk, 10).await;
        let failed: Vec<usize> = (0..10).filter(|number| answers[*number].is_err()).collect();
        assert_eq!(failed, [3], "{answers:?}");
        assert!((0..10).all(|number| is_there(&*store, number) == (number != 3)), "nothing of it is there");
        // What was refused can be handed in again.
        beside.execute_batch("DROP TRIGGER refuse").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(take(&clerk, &contact("c-3")).await, Ok(()));
        assert!(is_there(&*store, 3));
    });
}

#[test]
fn what_was_acknowledged_is_on_the_disk_and_what_was_not_can_be_told_again() {
    let folder = Folder::new("acknowledged");
    with_runtime(async {
        let store = folder.open();
        let clerk = Clerk::start(store, Clock::start());
        assert_eq!(at_once(&clerk, 5).await, vec![Ok(()); 5]);
        // A process that dies now leaves the file and its log: another one reads what was acknowledged.
        let found = folder.beside("PRAGMA query_only = on");
        let count = "SELECT count(*) FROM interaction WHERE ended IS NOT NULL";
        let count = || found.query_row(count, [], |row| row.get::<_, i64>(0));
        assert_eq!(count(), Ok(5));

        // While somebody else holds the database nothing is acknowledged, and nothing is there.
        let holder = folder.beside("BEGIN IMMEDIATE");
        let answers = at_once(&clerk, 8).await;
        assert!(answers.iter().all(Result::is_err), "{answers:?}");
        holder.execute_batch("ROLLBACK").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(count(), Ok(5));
        assert_eq!(at_once(&clerk, 8).await, vec![Ok(()); 8], "five of them for the second time");
        assert_eq!(count(), Ok(8));
    });
}

#[test]
fn what_was_handed_in_is_taken_although_the_last_clerk_has_gone() {
    let folder = Folder::new("gone");
    with_runtime(async {
        let store = folder.open();
        let clerk = Clerk::start(store.clone(), Clock::start());
        let told = tokio::spawn(async move { take(&clerk, &contact("c-0")).await });
        assert_eq!(told.await.unwrap_or_else(|panic| Err(panic.to_string())), Ok(()));
        assert!(is_there(&*store, 0));
        assert_eq!(Arc::strong_count(&store), 1, "nothing of the store is held where nobody waits");
    });
}
