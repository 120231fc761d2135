//! Nothing lost: a disk that fails at any moment, and a process that dies there.
//!
//! A subject, this very program as a process of its own, tells a story to a store and to journals and says what was
//! acknowledged. A small library that is loaded into it (`tests/faults/shim.c`) lets the n-th change of a file go wrong,
//! for every n. Afterwards everything acknowledged must be there; and once the story was told again to the end, as
//! recovery does, all must be as if nothing had happened: nothing is missing, nothing is there twice.

mod desk;

use crate::harness::{Folder, root};
use callwright::crm::outbox::{Jitter, State};
use callwright::crm::{Attempt, Beginning, EndedBy, Ending, Posting, Proof};
use callwright::engine::{Journal, line};
use callwright::program::passphrase::passphrase;
use callwright::program::verb::Lock;
use callwright::program::{Caller, CaseMode, Channel, Entry, Secret, Value};
use callwright::server::{Clock, JournalReader, JournalSettings, Journals};
use callwright::store::{Import, Options, Page, PinCost, SqliteStore, Store, StoreError};
use callwright::time::{DurationMs, Wall};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Names the subject's folder; only the subject has it.
const SUBJECT: &str = "FAULT_FOLDER";
/// The subjects: tests that only run where they are told to.
const STORE: &str = "faults::subject_with_a_store";
const JOURNALS: &str = "faults::subject_with_journals";
/// No fault at all.
const UNHARMED: Fault = Fault { kind: "kill", at: 0 };
/// As often as whoever speaks for a contact says something again that was not taken.
pub(crate) const TRIES: usize = 3;

/// The library, compiled once.
fn shim() -> &'static Path {
    static BUILT: OnceLock<(Folder, PathBuf)> = OnceLock::new();
    let (_, library) = BUILT.get_or_init(|| {
        let folder = Folder::new("shim");
        let library = folder.path().join("shim.so");
        let mut cc = Command::new("cc");
        cc.args(["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1", "-o"]).arg(&library);
        let built = cc.arg(root().join("tests/faults/shim.c")).arg("-ldl").status();
        assert!(built.expect("cc; ./tests/run installs what the tests need").success());
        (folder, library)
    });
    library
}

/// What goes wrong, and where.
#[derive(Clone, Copy, Debug)]
struct Fault {
    kind: &'static str,
    at: u32,
}

/// What a subject said before it ended, and whether it ended by itself.
struct Heard {
    acknowledged: BTreeSet<String>,
    refused: Vec<String>,
    lived: bool,
    changes: u32,
}

/// Lets a subject tell its story in a folder.
fn run(subject: &str, folder: &Path, fault: Fault) -> Heard {
    let count = folder.with_extension("count");
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args([subject, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env("LD_PRELOAD", shim())
        .env(SUBJECT, folder)
        .env("FAULT_KIND", fault.kind)
        .env("FAULT_AT", fault.at.to_string())
        .env("FAULT_COUNT", &count)
        .output()
        .expect("a subject");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said =
        |word: &'static str| text.lines().filter_map(move |line| Some(line.split_once(word)?.1.to_owned()));
    let changes = std::fs::read_to_string(&count).ok().and_then(|text| text.trim().parse().ok());
    let _ = std::fs::remove_file(&count);
    let lived = output.status.code() == Some(0);
    let died = std::os::unix::process::ExitStatusExt::signal(&output.status) == Some(9);
    assert!(lived || died, "{fault:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    Heard {
        acknowledged: said("acknowledged: ").collect(),
        refused: said("refused: ").collect(),
        lived,
        changes: changes.unwrap_or(0),
    }
}

/// Runs a claim for every fault, on as many threads as there are processors.
fn for_each_fault(faults: Vec<Fault>, claim: impl Fn(Fault) + Sync) {
    let next = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                    claim(*fault);
                }
            });
        }
    });
}

/// A death at each of so many changes; of the other faults some, at changes that differ.
fn faults(changes: u32) -> Vec<Fault> {
    let at = |kind, first: u32, every| (first..=changes).step_by(every).map(move |at| Fault { kind, at });
    at("kill", 1, 1).chain(at("torn", 1, 3)).chain(at("eio", 2, 3)).chain(at("full", 3, 12)).collect()
}

pub(crate) type Step = (String, Box<dyn Fn(&dyn Store) -> Result<(), StoreError>>);

/// Two contacts, as a server speaks for them. Every step may be taken again.
pub(crate) fn story() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    steps.push(("known".to_owned(), Box::new(|store| store.import(&customer(), Wall(0)).map(drop))));
    let words = passphrase("under our old bridge");
    let set = move |store: &dyn Store| store.set_passphrase("c1", &words, Wall(1));
    steps.push(("changed".to_owned(), Box::new(set)));
    for contact in ["a", "b"] {
        let beginning = Beginning {
            contact: contact.into(),
            channel: Channel::Call,
            from: Caller::Withheld,
            to: "1".into(),
            started: Wall(1),
            program: "bank".into(),
            version: "1".into(),
        };
        steps.push((format!("begin {contact}"), Box::new(move |store| store.begin_interaction(&beginning))));
        for (sequence, entry) in (1..).zip(entries()) {
            let posting = Posting { contact: contact.into(), sequence, at: Wall(2), entry };
            steps.push((format!("said {}", posting.key()), Box::new(move |store| store.enqueue(&posting))));
        }
        let deliver = |store: &dyn Store| store.deliver(Wall(3), 100, Jitter(0)).map(drop);
        steps.push((format!("delivered {contact}"), Box::new(deliver)));
        let ending = Ending { at: Wall(4), by: EndedBy::Caller, cause: "normal".into() };
        steps
            .push((format!("end {contact}"), Box::new(move |store| store.end_interaction(contact, &ending))));
    }
    steps
}

/// A customer with a PIN and a passphrase.
fn customer() -> Import {
    let file = "id,name,pin,passphrase\nc1,Anna,4711,seven green pears\n";
    Import::read(file, &Default::default(), None).expect("a file without mistakes")
}

fn entries() -> Vec<Entry> {
    let count = ("calls".into(), "c1".into());
    vec![
        Entry::Identity { customer: "c1".into(), verified: false },
        Entry::Case { mode: CaseMode::New, topic: "modem".into(), customer: None, about: None },
        Entry::Count { keep: count.0, of: count.1, at_first: 0.into(), by: 1.into(), until: None },
        Entry::Tell { backend: "bank".into(), operation: "seen".into(), args: Vec::new() },
        Entry::Outcome { outcome: "resolved".into(), topic: Some("modem".into()) },
    ]
}

fn open(folder: &Path) -> Result<SqliteStore, StoreError> {
    let options = Options { pin_cost: PinCost::LEAST, readers: 1, ..Options::default() };
    SqliteStore::open(folder.join("callwright.db"), options)
}

fn guess(store: &dyn Store) -> Result<(), StoreError> {
    let (secret, lock) =
        (Secret::new("0000"), Lock { after: 9, length: DurationMs(1000), by_day: false, counted: false });
    let (customer, caller, proof, contact, now) = ("c1", &Caller::Withheld, Proof::Pin, "a", Wall(1));
    store.verify(&Attempt { customer, caller, proof, secret: &secret, lock, contact, now }).map(drop)
}

/// Says something until it is taken, as a contact's ledger does.
pub(crate) fn insist(what: &str, take: impl Fn() -> Result<(), StoreError>) {
    for _ in 0..TRIES {
        match take() {
            Ok(()) => return println!("acknowledged: {what}"),
            Err(error) => println!("refused: {error}"),
        }
    }
}

#[test]
#[ignore = "the subject of the tests beside it"]
fn subject_with_a_store() {
    let Some(folder) = std::env::var_os(SUBJECT).map(PathBuf::from) else { return };
    let opened = (0..TRIES).find_map(|_| match open(&folder) {
        Ok(store) => Some(store),
        Err(error) => {
            println!("refused: {error}");
            None
        }
    });
    let Some(store) = opened else { return };
    for (what, step) in story() {
        insist(&what, || step(&store));
    }
    insist("guess", || guess(&store));
}

/// All that the story leaves, once it was told to its end.
pub(crate) fn state(store: &dyn Store) -> String {
    while store.deliver(Wall(i64::MAX / 2), 100, Jitter(0)).expect("a round").delivered > 0 {}
    let contacts = store.interactions(None, &Page::first(9)).expect("contacts").items;
    let mut cases = store.cases(None, &Page::first(9)).expect("cases").items;
    // PostgreSQL gives no number of a case twice, whether the first time was taken back or not.
    cases.iter_mut().rev().zip(1..).for_each(|(case, number)| case.id = number);
    let calls = store.recall("calls", "c1", Wall(9)).expect("a count");
    assert_eq!(calls, Some(Value::Number(2.into())));
    let errands = store.errands(Wall(i64::MAX / 2), 9).expect("errands").len();
    serde_json::to_string_pretty(&(contacts, cases, errands)).expect("JSON")
}

/// Whether what was acknowledged is there, before anything is said again.
pub(crate) fn is_there(store: &dyn Store, what: &str, acknowledged: &BTreeSet<String>) -> bool {
    let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
    let pending = || store.outbox(State::Pending, 99).expect("the outbox");
    let kept = |contact: &str| store.interaction(contact).expect("an answer");
    let set = |what: &str| {
        let audit = store.pin_attempts("c1", 99).expect("an audit");
        audit.iter().any(|line| &*line.what == what)
    };
    match verb {
        "known" => store.customer("c1").expect("an answer").is_some() && set("set_pin"),
        "changed" => set("set_passphrase"),
        "begin" => kept(rest).is_some_and(|kept| &*kept.beginning.program == "bank"),
        "end" => kept(rest).is_some_and(|kept| kept.ending.is_some()),
        // What had been acknowledged before, that is, and a disk that is full again takes nothing more.
        "delivered" => (1..=entries().len() as u64).all(|sequence| {
            let said = acknowledged.contains(&format!("said {rest}/{sequence}"));
            !said || kept(rest).is_some_and(|kept| kept.entries.iter().any(|e| e.sequence == sequence))
        }),
        "said" => {
            let (contact, sequence) = Posting::parse_key(rest).expect("a key");
            let waits = pending().iter().any(|parcel| &*parcel.key == rest);
            waits || kept(contact).is_some_and(|kept| kept.entries.iter().any(|e| e.sequence == sequence))
        }
        "guess" => store.lockout("c1").expect("a count").wrong_in_a_row >= 1,
        _ => panic!("{what}"),
    }
}

/// A folder with a database in which nothing was said yet.
fn nothing_said() -> Folder {
    let folder = Folder::new("made");
    drop(open(folder.path()).expect("a store"));
    folder
}

/// Lets a subject tell its story in a copy of a folder, with a fault; then checks what was acknowledged, and tells it again.
/// Whether the subject lived.
fn survives(fault: Fault, begin_with: Option<&Path>, expected: &str) -> bool {
    let folder = Folder::new("fault");
    if let Some(made) = begin_with {
        std::fs::copy(made.join("callwright.db"), folder.path().join("callwright.db")).expect("copied");
    }
    let heard = run(STORE, folder.path(), fault);
    let store = open(folder.path()).unwrap_or_else(|error| panic!("{fault:?}: {error}"));
    for what in &heard.acknowledged {
        assert!(
            is_there(&store, what, &heard.acknowledged),
            "{fault:?}: `{what}` was acknowledged and is not there"
        );
    }
    for (what, step) in story() {
        step(&store).unwrap_or_else(|error| panic!("{fault:?}: {what}: {error}"));
    }
    assert_eq!(state(&store), expected, "{fault:?}");
    heard.lived
}

#[test]
fn a_store_whose_disk_or_process_fails_at_any_change_loses_and_doubles_nothing() {
    let (made, whole) = (nothing_said(), nothing_said());
    let unharmed = run(STORE, whole.path(), UNHARMED);
    assert!(unharmed.lived && unharmed.refused.is_empty() && unharmed.changes > 50, "{}", unharmed.changes);
    let expected = state(&open(whole.path()).expect("a store"));
    let died = AtomicU32::new(0);
    for_each_fault(faults(unharmed.changes), |fault| {
        let lived = survives(fault, Some(made.path()), &expected);
        died.fetch_add(u32::from(!lived), Ordering::Relaxed);
    });
    assert!(died.into_inner() >= unharmed.changes, "the faults were not injected");
}

#[test]
fn a_database_that_is_being_made_survives_a_death_as_well() {
    let whole = Folder::new("whole");
    let unharmed = run(STORE, whole.path(), UNHARMED);
    let expected = state(&open(whole.path()).expect("a store"));
    let first = faults(unharmed.changes).into_iter().filter(|fault| fault.at <= unharmed.changes * 2 / 3);
    for_each_fault(first.step_by(13).collect(), |fault| {
        survives(fault, None, &expected);
    });
}

#[test]
fn a_database_that_may_only_be_read_is_refused_and_named() {
    let folder = Folder::new("readonly");
    drop(open(folder.path()).expect("a store"));
    let heard = run(STORE, folder.path(), Fault { kind: "readonly", at: 0 });
    assert!(heard.lived && heard.acknowledged.is_empty());
    let refused = heard.refused.first().expect("a refusal");
    assert!(refused.contains("cannot be written") && refused.contains("callwright.db"), "{refused}");
}

#[test]
fn a_file_that_is_no_multiple_of_a_page_or_has_lost_its_end_is_read_or_refused_never_taken_for_whole() {
    let folder = Folder::new("short");
    let import = Import::read("id,name\nc1,Anna\n", &Default::default(), None).expect("a file");
    open(folder.path()).expect("a store").import(&import, Wall(0)).expect("taken in");
    let path = folder.path().join("callwright.db");
    let bytes = std::fs::read(&path).expect("the database");
    for kept in [bytes.len() - 1, bytes.len() - 4096, bytes.len() / 2, 4096, 100] {
        std::fs::write(&path, &bytes[..kept]).expect("cut");
        match open(folder.path()).and_then(|store| store.customer("c1")) {
            Ok(found) => assert!(found.is_some(), "{kept} of {}", bytes.len()),
            Err(
                StoreError::Damaged { .. } | StoreError::NotADatabase { .. } | StoreError::Refused { .. },
            ) => {}
            Err(error) => panic!("{kept} of {}: {error}", bytes.len()),
        }
        for log in ["callwright.db-wal", "callwright.db-shm"] {
            let _ = std::fs::remove_file(folder.path().join(log));
        }
    }
}

fn journal(id: &str) -> Journal {
    let text = std::fs::read_to_string(root().join("tests/journals/line/digits.1.jsonl")).expect("a journal");
    let mut journal = Journal::read(&text).expect("a journal");
    journal.header.contact.id = id.into();
    journal
}

#[test]
#[ignore = "the subject of the tests beside it"]
fn subject_with_journals() {
    let Some(data) = std::env::var_os(SUBJECT).map(PathBuf::from) else { return };
    let Ok(journals) = Journals::new(&data, &JournalSettings::default(), Clock::start()) else { return };
    for id in ["a", "b"] {
        let journal = journal(id);
        let Ok(mut file) = journals.create(&journal.header) else { continue };
        println!("acknowledged: {id} 0");
        for (number, entry) in (1..).zip(&journal.entries) {
            // A call goes on without a line that the disk did not take.
            if file.append(entry).is_ok() {
                println!("acknowledged: {id} {number}");
            }
        }
        let _ = journals.close(id);
    }
    let _ = journals.seal();
}

/// The lines of a contact that are there after the next start, none of them twice.
fn lines(data: &Path, id: &str) -> Vec<String> {
    drop(Journals::new(data, &JournalSettings::default(), Clock::start()).expect("the next start"));
    let reader = JournalReader::open(&[data.join("journals")]).expect("journals");
    let found = reader.map(|found| found.expect("readable").text);
    let found: Vec<String> = found.filter(|text| text.contains(&format!("\"id\":\"{id}\""))).collect();
    assert!(found.len() <= 1, "{id} is there {} times", found.len());
    found.iter().flat_map(|text| text.lines().map(str::to_owned)).collect()
}

#[test]
fn journals_whose_disk_or_process_fails_at_any_change_keep_every_line_they_acknowledged_once() {
    let whole = Folder::new("whole");
    let unharmed = run(JOURNALS, whole.path(), UNHARMED);
    assert!(unharmed.lived && unharmed.changes > 10, "{}", unharmed.changes);
    for_each_fault(faults(unharmed.changes), |fault| {
        let folder = Folder::new("fault");
        let heard = run(JOURNALS, folder.path(), fault);
        for id in ["a", "b"] {
            let (journal, kept) = (journal(id), lines(folder.path(), id));
            let header = line(&journal.header).trim_end().to_owned();
            let written = std::iter::once(header)
                .chain(journal.entries.iter().map(|entry| line(entry).trim_end().to_owned()));
            let acknowledged: Vec<String> = written
                .enumerate()
                .filter(|(number, _)| heard.acknowledged.contains(&format!("{id} {number}")))
                .map(|(_, line)| line)
                .collect();
            // What died between the write and its acknowledgement may be there too, behind the others.
            assert!(
                kept.starts_with(&acknowledged) && kept.len() <= acknowledged.len() + 1,
                "{fault:?} {id}"
            );
        }
    });
}
