//! What is SQLite's own: the bytes of its files, and files that are not what they should be.

use super::backends::{SqliteFile, options};
use super::desk::contact;
use super::pins::attempt;
use super::{bank, deliver_all, posting};
use callwright::crm::Verdict;
use callwright::crm::outbox::{Jitter, State};
use callwright::program::{Entry, Phone};
use callwright::store::{Desk, Kept, Look, Options, PinCost, Retention, SqliteStore, Store, StoreError};
use callwright::time::{DurationMs, Wall};
use std::path::Path;

fn tamper(path: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(path).expect("the file");
    connection.execute_batch(sql).expect("a change by hand");
}

#[test]
fn a_pin_is_in_no_file_of_the_database() {
    let file = SqliteFile::new();
    let store = file.store();
    bank(&store);
    attempt(&store, "c1", "80915372", "call-1", 1);
    attempt(&store, "c1", "55518234", "call-1", 2);
    let mut searched = 0;
    for entry in std::fs::read_dir(&file.folder).expect("the folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        searched += bytes.len();
        for pin in ["80915372", "55518234"] {
            assert!(!bytes.windows(pin.len()).any(|window| window == pin.as_bytes()), "{pin} is there");
        }
    }
    assert!(searched > 100_000, "the log was not there to be searched");
}

#[test]
fn an_erased_person_is_in_no_file_once_the_database_is_closed() {
    let file = SqliteFile::new();
    let store = file.store();
    bank(&store);
    let known = Entry::Identity { customer: "c1".into(), verified: true };
    let notes = [known, Entry::Note { text: "Анна from Kazan".into() }];
    for (index, entry) in notes.into_iter().enumerate() {
        store.enqueue(&posting("call-1", index as u64 + 1, entry)).expect("an entry");
    }
    deliver_all(&store);
    let because = "a letter".into();
    let look = Look { at: Wall(9), by: "olga".into(), what: "erase".into(), customer: "c1".into(), because };
    store.erase("c1", &look).expect("a customer");
    drop(store);
    for entry in std::fs::read_dir(&file.folder).expect("the folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        for word in ["Анна", "79656295719", "4081712345"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word} is there");
        }
    }
}

#[test]
fn what_was_forgotten_is_in_no_file_of_a_database_that_is_open() {
    let file = SqliteFile::new();
    let store = file.store();
    contact(&store, "call-1", 1_000, &[Entry::Note { text: "from Kazan".into() }]);
    let look = Look {
        at: Wall(9_999),
        by: "retention".into(),
        what: "retain contacts".into(),
        customer: "".into(),
        because: "older than 400d".into(),
    };
    let holds = || {
        std::fs::read_dir(&file.folder).expect("the folder").any(|entry| {
            let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
            bytes.windows(10).any(|window| window == b"from Kazan")
        })
    };
    assert!(holds(), "it was not there to be forgotten");
    assert_eq!(store.forget(Kept::Contacts, Wall(5_000), &look), Ok(1));
    assert!(!holds(), "the database's own log still has it");
    assert_eq!(store.count_older(Kept::Contacts, Wall(5_000)), Ok(0));
}

#[test]
fn the_count_is_durable_before_the_verdict() {
    let file = SqliteFile::new();
    let store = file.store();
    bank(&store);
    let (verdict, counted) = std::thread::scope(|scope| {
        // A hash that takes long stands for a process that dies while it computes.
        let slow = Options { pin_cost: PinCost { memory_kib: 64 * 1024, passes: 3 }, ..options() };
        let slow = SqliteStore::open(file.path(), slow).expect("a second store");
        let verdict = scope.spawn(move || attempt(&slow, "c2", "0000", "call-1", 1));
        let counted = loop {
            let seen = store.pin_attempts("c2", 1).expect("an audit");
            if let Some(line) = seen.first() {
                break (line.verdict.to_string(), store.lockout("c2").expect("a count").wrong_in_a_row);
            }
            std::thread::yield_now();
        };
        (verdict.join().expect("a verdict"), counted)
    });
    assert_eq!((verdict, counted), (Verdict::Wrong { left: 2 }, ("counted".to_owned(), 1)));
}

#[test]
fn an_entry_that_cannot_be_read_dies_and_holds_up_nobody() {
    let file = SqliteFile::new();
    let store = file.store();
    store.enqueue(&posting("call-1", 1, Entry::Note { text: "first".into() })).expect("an entry");
    store.enqueue(&posting("call-1", 2, Entry::Note { text: "second".into() })).expect("an entry");
    tamper(&file.path(), "UPDATE outbox SET content = '{\"torn' WHERE sequence = 1");
    let first = store.deliver(Wall(10), 10, Jitter(1000)).expect("a round");
    assert_eq!((first.delivered, first.failed, first.next_at), (0, 1, Some(Wall(1010))));
    let second = store.deliver(Wall(2000), 10, Jitter(1000)).expect("a round");
    assert_eq!((second.delivered, second.dead), (1, 1));
    let dead = store.outbox(State::Dead, 10).expect("dead entries");
    assert_eq!((dead.len(), &*dead[0].key, &*dead[0].shown), (1, "call-1/1", "{\"torn"));
    tamper(&file.path(), "UPDATE outbox SET content = '{\"note\":{\"text\":\"first\"}}' WHERE sequence = 1");
    assert_eq!(store.resend("call-1/1", Wall(3000)), Ok(true));
    assert_eq!((deliver_all(&store), store.resend("call-1/1", Wall(3000))), (1, Ok(false)));
    let interaction = store.interaction("call-1").expect("an answer").expect("an interaction");
    let order: Vec<u64> = interaction.entries.iter().map(|written| written.sequence).collect();
    assert_eq!(order, [1, 2]);
}

#[test]
fn a_file_that_is_none_of_ours_is_named() {
    let file = SqliteFile::new();
    std::fs::write(file.path(), "id,name\nc1,Anna\n".repeat(100)).expect("a file");
    let not_ours = StoreError::NotADatabase { path: file.path() };
    assert_eq!(SqliteStore::open(file.path(), options()).err(), Some(not_ours.clone()));
    std::fs::remove_file(file.path()).expect("it goes");
    tamper(&file.path(), "CREATE TABLE recipe (id INTEGER)");
    let before = std::fs::read(file.path()).expect("the file");
    assert_eq!(SqliteStore::open(file.path(), options()).err(), Some(not_ours));
    assert!(std::fs::read(file.path()).expect("the file") == before, "somebody else's file was changed");
    let nowhere = file.folder.join("no/such/folder.db");
    assert!(matches!(SqliteStore::open(nowhere, options()).err(), Some(StoreError::CannotOpen { .. })));
}

#[test]
fn several_may_make_the_file_at_the_same_time() {
    for _ in 0..20 {
        let file = SqliteFile::new();
        let opened = std::thread::scope(|scope| {
            let open = || SqliteStore::open(file.path(), options()).map(|store| store.counts());
            let openers: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
            openers.into_iter().map(|opener| opener.join().expect("no panic")).collect::<Vec<_>>()
        });
        assert!(opened.iter().all(|counts| matches!(counts, Ok(Ok(_)))), "{opened:?}");
    }
}

#[test]
fn a_file_of_a_later_version_is_refused() {
    let file = SqliteFile::new();
    drop(file.store());
    tamper(&file.path(), "INSERT INTO migration VALUES (99, 'from the future', 0)");
    let newer = StoreError::Newer { path: file.path(), found: 99, known: 16 };
    assert_eq!(SqliteStore::open(file.path(), options()).err(), Some(newer));
}

#[test]
fn a_phone_number_is_kept_in_normal_form() {
    let file = SqliteFile::new();
    let store = file.store();
    bank(&store);
    let anna = store.customer("c1").expect("an answer").expect("a customer");
    let phones: Vec<&str> = anna.phones.iter().map(Phone::as_str).collect();
    assert_eq!(phones, ["+79656295719", "+74952035737"]);
}

#[test]
fn a_database_whose_file_was_taken_away_says_so_and_takes_nothing() {
    for end in ["", "-wal", "-shm"] {
        let file = SqliteFile::new();
        let store = file.store();
        let note = |sequence| posting("call-1", sequence, Entry::Note { text: "hello".into() });
        store.enqueue(&note(1)).expect("an entry");
        let path = std::path::PathBuf::from(format!("{}{end}", file.path().display()));
        let away = file.folder.join("away");

        std::fs::rename(&path, &away).expect("it is taken away");
        let gone = StoreError::Gone { path: path.clone() };
        assert_eq!(store.enqueue(&note(2)).map(drop), Err(gone.clone()), "{end}: deleted, written");
        assert_eq!(store.has_pending().map(drop), Err(gone.clone()), "{end}: deleted, read");
        std::fs::copy(&away, &path).expect("another one in its place");
        assert_eq!(store.enqueue(&note(2)).map(drop), Err(gone), "{end}: replaced");

        std::fs::rename(&away, &path).expect("it is put back");
        store.enqueue(&note(2)).expect("an entry");
        deliver_all(&store);
        let kept = store.interaction("call-1").expect("a contact").map(|kept| kept.entries.len());
        assert_eq!(kept, Some(2), "{end}");
    }
}

#[test]
fn a_database_that_somebody_else_reads_as_it_is_opened_is_waited_for_as_long_as_was_said() {
    let file = SqliteFile::new();
    let path = file.path();
    let other = rusqlite::Connection::open(&path).expect("somebody else's");
    other.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").expect("held");
    let begun = std::time::Instant::now();
    let opened = SqliteStore::open(&path, Options { patience: DurationMs(200), ..options() });
    let took = begun.elapsed();
    assert_eq!(opened.map(drop), Err(StoreError::Busy { path }));
    assert!(took.as_secs() < 5, "it took {took:?}");
}
