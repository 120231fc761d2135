//! What a contact said reaches the CRM once, wherever the process dies.

use crate::harness::{Folder, LINE, OPEN, Server, bank, crm, free_port, root, sipp};
use callwright::crm::{EndedBy, Interaction};
use callwright::engine::{Journal, Mark, SegmentLine};
use callwright::program::Entry;
use callwright::server::{BackendConfig, Config, Moment, Service, Telephone, TelephoneCall, find_journal};
use callwright::simulator::{Outcome, replay};
use callwright::store::{Options, Page, SqliteStore, Store};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

mod before_they_speak;
mod conversations;

const NOWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9);

fn outcomes(contact: &Interaction) -> Vec<&str> {
    fn outcome(entry: &Entry) -> Option<&str> {
        match entry {
            Entry::Outcome { outcome, .. } => Some(outcome),
            Entry::Case { .. }
            | Entry::Note { .. }
            | Entry::Identity { .. }
            | Entry::Keep { .. }
            | Entry::Count { .. }
            | Entry::Tell { .. } => None,
            Entry::Callback { .. } | Entry::Sms { .. } | Entry::Email { .. } => None,
            Entry::Task { .. } | Entry::Override { .. } => None,
        }
    }
    contact.entries.iter().filter_map(|written| outcome(&written.entry)).collect()
}

/// The journal of a real call that asked for a branch and hung up, and what the CRM knows of it.
async fn journal_of_a_call() -> (Interaction, String) {
    let server = Server::bank(NOWHERE).await;
    let telephone = Telephone::plug_in(NOWHERE.ip()).expect("a telephone");
    let mut call = telephone.call(LINE, server.address(), "+79990000000").await.expect("answered");
    tokio::time::sleep(Duration::from_millis(500)).await;
    call.press("3").expect("a key");
    let until = tokio::time::Instant::now() + Duration::from_secs(9);
    while tokio::time::timeout_at(until, call.next()).await.is_ok() {}
    call.hang_up().await;
    let contact = server.contacts().await.remove(0);
    let journal = journal_in(&server.folder, contact.id());
    (contact, journal)
}

/// A contact's journal, from wherever it is kept.
fn journal_in(folder: &Folder, id: &str) -> String {
    let found = find_journal(&[folder.path().join("journals")], id).expect("journals");
    found.expect("its journal is there")
}

async fn start_with(folder: &Folder, store: std::sync::Arc<dyn Store>) -> Service {
    let backend = BackendConfig { url: "http://127.0.0.1:9/".to_owned(), token_from: None };
    let config = Config {
        listen: SocketAddr::new(NOWHERE.ip(), 0),
        trunk: Some(NOWHERE),
        data: folder.path().to_owned(),
        prompts: Some(root().join("prompts")),
        at: Some(OPEN.parse().expect("a time")),
        backends: [("core_bank".to_owned(), backend)].into(),
        ..Config::default()
    };
    Service::start(config, bank(), store, None).await.unwrap_or_else(|error| panic!("{error}"))
}

/// What a process leaves that dies behind so many lines, perhaps in the middle of the next.
fn leave_segment(data: &Path, id: &str, lines: &[&str], torn: &[u8]) {
    let folder = data.join("journals");
    std::fs::create_dir_all(&folder).expect("a folder");
    let marks = std::iter::once(Mark::Begin).chain(std::iter::repeat(Mark::Step));
    let lines = marks.zip(lines).map(|(mark, json)| SegmentLine { mark, contact: id, json }.write());
    let mut bytes = lines.collect::<String>().into_bytes();
    bytes.extend(torn);
    std::fs::write(folder.join("00000001.segment"), bytes).expect("written");
}

/// The same by an earlier version, which kept a file a contact.
fn leave_file(data: &Path, id: &str, lines: &[&str], torn: &[u8]) {
    let mut cut = (lines.join("\n") + "\n").into_bytes();
    cut.extend(torn);
    let open = data.join("journals/open");
    std::fs::create_dir_all(&open).expect("a folder");
    std::fs::write(open.join(format!("{id}.jsonl")), cut).expect("written");
}

#[test]
fn a_journal_cut_at_any_line_gives_one_contact_with_one_end_and_one_outcome() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let (contact, text) = journal_of_a_call().await;
        let id = contact.id().to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() > 8, "a call of some length: {text}");
        for count in 1..=lines.len() {
            // Whole, torn in the middle of a line, torn inside a letter; an earlier version's file.
            let torn = [&b""[..], &b"S 0b8f1c22 c-7f {\"at\":17,\"ev"[..], &b"S 0b8f1c22 c-\xe2\x80"[..]];
            let folder = Folder::new("cut");
            match torn.get(count % 4) {
                Some(torn) => leave_segment(folder.path(), &id, &lines[..count], torn),
                None => leave_file(folder.path(), &id, &lines[..count], b"{\"at\":17,\"event\":\"\xe2\x80"),
            }
            recovers(&folder, &contact, count, lines.len()).await;
        }
    });
}

async fn recovers(folder: &Folder, was: &Interaction, count: usize, of: usize) {
    let store = crm(&bank(), folder.path());
    for round in 1..=2 {
        let service = start_with(folder, store.clone()).await;
        assert!(service.settle(Duration::from_secs(30)).await, "cut at {count}, start {round}");
        check_cut(&*store, was, count, of);
        service.drain(Duration::from_secs(1)).await;
    }
    let journal = Journal::read(&journal_in(folder, was.id()));
    let journal = journal.unwrap_or_else(|error| panic!("cut at {count}: {error}"));
    let replayed = replay(&bank(), &journal);
    assert!(matches!(replayed, Outcome::Same { .. }), "cut at {count}: {replayed:?}");
}

fn check_cut(store: &dyn Store, was: &Interaction, count: usize, of: usize) {
    let contacts = store.interactions(None, &Page::first(10)).expect("a list").items;
    assert_eq!(contacts.len(), 1, "cut at line {count} of {of}");
    let contact = &contacts[0];
    assert_eq!(contact.id(), was.id());
    assert_eq!(outcomes(contact).len(), 1, "cut at line {count} of {of}: {:?}", contact.entries);
    let ending = |contact: &Interaction| contact.ending.clone().expect("an end");
    let (found, known) = (ending(contact), ending(was));
    if count < of {
        assert_eq!((found.by, &*found.cause), (EndedBy::Fault, "restart"), "cut at line {count} of {of}");
    } else {
        // What had ended is told as it ended, and when, however late the next process starts.
        assert_eq!((found.by, found.cause), (known.by, known.cause));
        let later = known.at.0 - found.at.0;
        assert!((0..1000).contains(&later), "{later} ms");
    }
}

/// The program as it is installed, answering calls.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    fn start(data: &Path) -> Running {
        Running::start_at(data, free_port())
    }

    fn start_at(data: &Path, port: u16) -> Running {
        let more = ["--at", OPEN, "--trunk", "127.0.0.1:9", "--prompts", "prompts"];
        Running::of(Path::new("flows/bank"), &config(data), data, port, &more)
    }

    /// A program with its settings.
    fn of(program: &Path, settings: &Path, data: &Path, port: u16, more: &[&str]) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_callwright"))
            .arg("run")
            .arg(program)
            .arg("--config")
            .arg(settings)
            .args(["--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(data)
            .args(more)
            .current_dir(root())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let ready = stdout.lines().map_while(Result::ok).find(|line| line.contains("answers at"));
        assert!(ready.is_some(), "it does not answer");
        Running { child, address: SocketAddr::new(NOWHERE.ip(), port) }
    }

    /// As a power failure of the process: nothing is said, nothing is closed.
    fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
        assert!(self.child.wait().expect("gone").success(), "it drains and ends well");
    }
}

/// A test that fails leaves nobody behind.
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The settings beside the data: those that are there already, or the usual ones.
fn config(data: &Path) -> std::path::PathBuf {
    let file = data.join("config.yaml");
    if !file.exists() {
        set(data, "");
    }
    file
}

/// Settings beside the usual ones.
fn set(data: &Path, more: &str) {
    let usual = "backends:\n  core_bank:\n    url: http://127.0.0.1:9/\n";
    std::fs::write(data.join("config.yaml"), format!("{usual}{more}")).expect("written");
}

#[test]
fn kill_9_around_the_end_of_a_call_loses_and_doubles_nothing() {
    for after_ms in [0, 5, 20, 100] {
        let folder = Folder::new("kill");
        let running = Running::start(folder.path());
        sipp("call.xml", running.address, &["-s", LINE, "-d", "700"])
            .unwrap_or_else(|report| panic!("{report}"));
        std::thread::sleep(Duration::from_millis(after_ms));
        running.kill();
        the_contact_is_there_once(folder.path(), &[EndedBy::Caller, EndedBy::Fault]);
    }
}

/// What a process leaves that was killed in the middle of a call, of which the CRM had heard, and whose far end has gone since.
fn killed_in_the_middle() -> Folder {
    let folder = Folder::new("kill");
    let running = Running::start(folder.path());
    let target = running.address;
    let caller =
        std::thread::spawn(move || sipp("call.xml", target, &["-s", LINE, "-d", "6000", "-timeout", "8"]));
    let store =
        SqliteStore::open(folder.path().join("callwright.db"), Options::default()).expect("the database");
    let is_known = || !store.interactions(None, &Page::first(1)).expect("a list").items.is_empty();
    let until = Instant::now() + Duration::from_secs(10);
    while !is_known() {
        assert!(Instant::now() < until, "the CRM hears of the call");
        std::thread::sleep(Duration::from_millis(50));
    }
    running.kill();
    let _ = caller.join();
    folder
}

#[test]
fn kill_9_in_the_middle_of_a_call_ends_it_in_the_crm_with_the_reason() {
    let folder = killed_in_the_middle();
    let contact = the_contact_is_there_once(folder.path(), &[EndedBy::Fault]);
    assert_eq!(contact.ending.map(|ending| ending.cause.to_string()).as_deref(), Some("restart"));
}

#[test]
fn a_contact_that_the_crm_knows_and_no_journal_does_is_ended_all_the_same() {
    let folder = killed_in_the_middle();
    std::fs::remove_dir_all(folder.path().join("journals")).expect("they were there");
    let contact = the_contact_is_there_once(folder.path(), &[EndedBy::Fault]);
    assert_eq!(contact.ending.as_ref().map(|ending| &*ending.cause), Some("restart"));
    let later = the_contact_is_there_once(folder.path(), &[EndedBy::Fault]);
    assert_eq!(later.ending, contact.ending, "a further start changes nothing");
}

/// The bank dies while the caller hears its greeting, and another process takes its place at the same address.
async fn goes_on(telephone: &Telephone, data: &Path) -> (TelephoneCall, Running) {
    let running = Running::start(data);
    let address = running.address;
    let call = telephone.call(LINE, address, "+79990000000").await.expect("answered");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    running.kill();
    (call, Running::start_at(data, address.port()))
}

/// Listens until somebody speaks; how long that took.
async fn until_it_speaks(call: &mut TelephoneCall) -> Duration {
    let began = tokio::time::Instant::now();
    let patience = began + Duration::from_secs(20);
    while let Ok(moment) = tokio::time::timeout_at(patience, call.next()).await {
        match moment {
            Moment::Sound(samples) if samples.iter().any(|sample| sample.unsigned_abs() > 1000) => {
                return began.elapsed();
            }
            Moment::Ended(why) => panic!("the call has ended: {why}"),
            Moment::Sound(_) | Moment::Key(_) | Moment::KeysSent => {}
        }
    }
    panic!("nobody speaks any more");
}

#[test]
fn a_caller_who_is_still_there_after_a_kill_9_hears_where_he_was_and_goes_on() {
    survives(|telephone| telephone, "");
}

#[cfg(feature = "opus")]
#[test]
fn a_caller_in_opus_who_is_still_there_after_a_kill_9_goes_on_in_opus() {
    let opus = vec![callwright::sip::sdp::Codec::Opus];
    survives(|telephone| telephone.with_codecs(opus), "codecs: [opus, pcma]\n");
}

/// A call of a telephone outlives the process that answered it, with these settings beside the usual ones.
fn survives(plugged: impl FnOnce(Telephone) -> Telephone, settings: &str) {
    let folder = Folder::new("standing");
    set(folder.path(), settings);
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let telephone = plugged(Telephone::plug_in(NOWHERE.ip()).expect("a telephone"));
        let (mut call, running) = goes_on(&telephone, folder.path()).await;
        let took = until_it_speaks(&mut call).await;
        println!("the caller hears something {took:?} after the start");
        // The branches, after which the bank hangs up by itself or is left.
        call.press("3").expect("a key");
        let until = tokio::time::Instant::now() + Duration::from_secs(6);
        while tokio::time::timeout_at(until, call.next()).await.is_ok() {}
        call.hang_up().await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        running.stop();
    });
    let store =
        SqliteStore::open(folder.path().join("callwright.db"), Options::default()).expect("the database");
    let contacts = store.interactions(None, &Page::first(10)).expect("a list").items;
    assert_eq!(contacts.len(), 1, "it is one contact");
    assert_eq!(outcomes(&contacts[0]).len(), 1, "{:?}", contacts[0].entries);
    let by = contacts[0].ending.as_ref().map(|ending| ending.by);
    assert_eq!(by, Some(EndedBy::Caller), "{:?}", contacts[0].ending);

    let journal = journal_in(&folder, contacts[0].id());
    assert!(journal.contains("taken_up"), "{journal}");
    assert!(journal.contains("took"), "the key was heard: {journal}");
    let journal = Journal::read(&journal).expect("a journal");
    let replayed = replay(&bank(), &journal);
    assert!(matches!(replayed, Outcome::Same { .. }), "{replayed:?}");
}

#[test]
fn what_a_contact_said_while_the_database_was_held_arrives_when_it_answers_again() {
    let folder = Folder::new("held");
    let patience = callwright::time::DurationMs(20);
    let options = Options { patience, pin_cost: callwright::store::PinCost::LEAST, ..Options::default() };
    let path = folder.path().join("callwright.db");
    let store = SqliteStore::open(&path, options).expect("a database");
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let server = Server::bank_on(std::sync::Arc::new(store), Folder::new("bank"), NOWHERE).await;
        let telephone = Telephone::plug_in(NOWHERE.ip()).expect("a telephone");
        let call = telephone.call(LINE, server.address(), "+79990000000").await.expect("answered");
        let holder = rusqlite::Connection::open(&path).expect("the file");
        holder.execute_batch("BEGIN IMMEDIATE").expect("held");
        call.hang_up().await;
        // So long that nobody who speaks for the contact tries any more.
        let settled = server.service.settle(Duration::from_secs(4)).await;
        assert!(!settled, "nothing is settled while another process holds the database");
        holder.execute_batch("ROLLBACK").expect("let go");
        let contacts = server.contacts().await;
        let ending = contacts[0].ending.as_ref().map(|ending| ending.by);
        assert_eq!(
            (contacts.len(), ending, outcomes(&contacts[0])),
            (1, Some(EndedBy::Caller), vec!["abandoned"])
        );
    });
}

fn the_contact_is_there_once(data: &Path, ended_by: &[EndedBy]) -> Interaction {
    Running::start(data).stop();
    let store = SqliteStore::open(data.join("callwright.db"), Options::default()).expect("the database");
    let contacts = store.interactions(None, &Page::first(10)).expect("a list").items;
    assert_eq!(contacts.len(), 1);
    let contact = contacts.into_iter().next().expect("one");
    assert_eq!(outcomes(&contact), ["abandoned"]);
    assert!(
        contact.ending.as_ref().is_some_and(|ending| ended_by.contains(&ending.by)),
        "{:?}",
        contact.ending
    );
    assert_eq!(store.counts().expect("counts").pending, 0);
    contact
}
