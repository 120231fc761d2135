//! Conversations, queues and full trunks behind a crash: the program as it is installed is killed, and another process takes its
//! place at the same address.

use super::{NOWHERE, Running, journal_in, outcomes};
use crate::calls::{Person, loudest_tone, with_runtime};
use crate::harness::{Folder, LINE, OPEN, Server, free_port, image};
use callwright::crm::{EndedBy, Interaction};
use callwright::engine::Journal;
use callwright::server::{Moment, Telephone, TelephoneCall, TelephoneError};
use callwright::simulator::{Outcome, replay};
use callwright::source::MemoryFiles;
use callwright::store::{Options, Page, SqliteStore, Store};
use std::net::SocketAddr;
use std::time::Duration;

pub(super) const HEAD: &str = r#"
program desk { languages en, ru; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
tone operator { 440Hz 20s }
prompt welcome { ru "Здравствуйте! Вы позвонили в банк." en "Hello! You have reached the bank." }
route main { call -> start; otherwise -> reject not_found }
"#;

/// The caller is connected with a number, and hears a word when whoever is there has gone.
pub(super) const TRANSFER: &str = r#"
flow start {
    answer
    transfer to +7 843 203-57-00 {
        completed { say welcome; wait 1s }
        busy, no_answer, unavailable, refused, redirected, failed -> gone
    }
    outcome resolved
    hangup
}
flow gone { outcome abandoned; hangup }
"#;

const QUEUE: &str = r#"
queue desk { strategy longest_idle; ring 20s; wrap_up 1s; timeout 60s }
flow start {
    answer
    queue desk {
        say welcome every 30s
        timeout, full, closed -> gone
    }
}
flow gone { outcome abandoned; hangup }
"#;

pub(super) const HUMS: &str = "flow start { answer; play operator until hung up }\n";
const RINGS: &str = "flow start { ring; wait 60s; answer; play operator until hung up }\n";

/// A program with its settings, its data and its address, whichever process runs it.
pub(super) struct Desk {
    folder: Folder,
    script: String,
    settings: String,
    port: u16,
}

impl Desk {
    pub(super) fn new(flows: &str, settings: &str) -> Desk {
        let (folder, script) = (Folder::new("desk"), format!("{HEAD}{flows}"));
        std::fs::create_dir(folder.path().join("desk")).expect("a folder");
        std::fs::write(folder.path().join("desk/main.flow"), &script).expect("written");
        std::fs::write(folder.path().join("settings.yaml"), settings).expect("written");
        Desk { folder, script, settings: settings.to_owned(), port: free_port() }
    }

    pub(super) fn address(&self) -> SocketAddr {
        SocketAddr::new(NOWHERE.ip(), self.port)
    }

    pub(super) fn start(&self) -> Running {
        let (program, settings) = (self.folder.path().join("desk"), self.folder.path().join("settings.yaml"));
        let more = ["--at", OPEN, "--prompts", "prompts"];
        Running::of(&program, &settings, self.folder.path(), self.port, &more)
    }

    /// The only contacts that there were, the first one first.
    pub(super) fn contacts(&self) -> Vec<Interaction> {
        let file = self.folder.path().join("callwright.db");
        let store = SqliteStore::open(file, Options::default()).expect("the database");
        assert_eq!(store.counts().expect("counts").pending, 0);
        let mut contacts = store.interactions(None, &Page::first(10)).expect("a list").items;
        contacts.reverse();
        contacts
    }

    /// The contact went on in another process, and a replay does the same.
    pub(super) fn went_on(&self, contact: &Interaction) {
        let journal = journal_in(&self.folder, contact.id());
        assert_eq!(journal.matches("taken_up").count(), 1, "{journal}");
        let journal = Journal::read(&journal).expect("a journal");
        let replayed = replay(&image(&MemoryFiles::script(&self.script)), &journal);
        assert!(matches!(replayed, Outcome::Same { .. }), "{replayed:?}, settings {}", self.settings);
    }
}

pub(super) async fn calls(desk: &Desk, from: &str) -> (Telephone, Result<TelephoneCall, TelephoneError>) {
    let telephone = Telephone::plug_in(NOWHERE.ip()).expect("a telephone");
    let call = telephone.call(LINE, desk.address(), from).await;
    (telephone, call)
}

/// Whether a far end's 440 Hz are heard within this time.
pub(super) async fn hears_the_other(call: &mut TelephoneCall, within: Duration) -> bool {
    let listening = tokio::time::timeout(within + Duration::from_secs(1), loudest_tone(call, within));
    listening.await.is_ok_and(|share| share > 0.5)
}

/// Listens while a process is started: the caller holds the line, and follows where the media goes.
pub(super) async fn restarted(desk: &Desk, running: Running, caller: &mut Person) -> Running {
    running.kill();
    let (started, mut is_there) = tokio::sync::oneshot::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || drop(started.send(desk.start())));
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                loop {
                    tokio::select! {
                        running = &mut is_there => return running.expect("it starts"),
                        () = caller.holds_the_line() => {}
                    }
                }
            })
        })
    })
}

pub(super) fn outcome_of(contact: &Interaction) -> (Vec<&str>, Option<EndedBy>) {
    (outcomes(contact), contact.ending.as_ref().map(|ending| ending.by))
}

#[test]
fn two_who_spoke_hear_each_other_again_within_two_seconds() {
    with_runtime(async {
        let far = Server::of(image(&MemoryFiles::script(&format!("{HEAD}{HUMS}"))), NOWHERE).await;
        let desk = Desk::new(TRANSFER, &format!("trunk: {}\n", far.address()));
        let running = desk.start();
        let (_telephone, call) = calls(&desk, "+79990000000").await;
        let mut caller = Person::of(call.expect("answered"));
        assert!(hears_the_other(&mut caller.call, Duration::from_secs(10)).await, "they speak");

        let running = restarted(&desk, running, &mut caller).await;
        let began = tokio::time::Instant::now();
        assert!(hears_the_other(&mut caller.call, Duration::from_secs(6)).await, "they speak again");
        println!("a second of the other side was heard {:?} after the start", began.elapsed());

        caller.call.hang_up().await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        running.stop();
        let at_the_far_end = far.contacts().await;
        assert_eq!(at_the_far_end.len(), 1, "it was one call there, too");
        assert_eq!(at_the_far_end[0].ending.as_ref().map(|ending| ending.by), Some(EndedBy::Caller));
        let contacts = desk.contacts();
        assert_eq!(contacts.len(), 1);
        assert_eq!(outcome_of(&contacts[0]), (vec!["handed_over"], Some(EndedBy::Caller)));
        desk.went_on(&contacts[0]);
    });
}

#[test]
fn a_caller_whose_other_side_is_lost_goes_on_where_the_conversation_ends() {
    with_runtime(async {
        let far = Desk::new(HUMS, "{}\n");
        let hums = far.start();
        let desk = Desk::new(TRANSFER, &format!("trunk: {}\n", far.address()));
        let running = desk.start();
        let (_telephone, call) = calls(&desk, "+79990000000").await;
        let mut caller = Person::of(call.expect("answered"));
        assert!(hears_the_other(&mut caller.call, Duration::from_secs(10)).await, "they speak");

        hums.kill();
        let running = restarted(&desk, running, &mut caller).await;
        caller.hears("en/welcome").await;
        let ended = async { while !matches!(caller.call.next().await, Moment::Ended(_)) {} };
        tokio::time::timeout(Duration::from_secs(10), ended).await.expect("the flow hangs up");
        running.stop();
        let contacts = desk.contacts();
        assert_eq!(outcome_of(&contacts[0]), (vec!["handed_over", "resolved"], Some(EndedBy::Fault)));
        assert_eq!(contacts[0].ending.as_ref().map(|ending| &*ending.cause), Some("restart"));
        desk.went_on(&contacts[0]);
    });
}

fn with_ann(address: SocketAddr) -> String {
    format!("operators: {{ ann: {{ phone: \"sip:78432035700@{address}\", queues: [desk] }} }}\n")
}

#[test]
fn an_operator_who_speaks_goes_on_speaking_and_is_not_rung_for_anybody_else() {
    with_runtime(async {
        let ann = Server::of(image(&MemoryFiles::script(&format!("{HEAD}{HUMS}"))), NOWHERE).await;
        let desk = Desk::new(QUEUE, &with_ann(ann.address()));
        let running = desk.start();
        let (_telephone, call) = calls(&desk, "+79990000001").await;
        let mut caller = Person::of(call.expect("answered"));
        assert!(hears_the_other(&mut caller.call, Duration::from_secs(15)).await, "ann has taken the call");

        let running = restarted(&desk, running, &mut caller).await;
        assert!(hears_the_other(&mut caller.call, Duration::from_secs(6)).await, "they speak again");
        let (_another, second) = calls(&desk, "+79990000002").await;
        let mut second = second.expect("answered");
        assert!(!hears_the_other(&mut second, Duration::from_secs(4)).await, "ann is busy");
        caller.call.hang_up().await;
        assert!(hears_the_other(&mut second, Duration::from_secs(15)).await, "ann is free again");
        second.hang_up().await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        running.stop();
        assert_eq!(ann.contacts().await.len(), 2);
        let contacts = desk.contacts();
        assert_eq!(contacts.len(), 2);
        let by_caller = (vec!["handed_over"], Some(EndedBy::Caller));
        assert_eq!((outcome_of(&contacts[0]), outcome_of(&contacts[1])), (by_caller.clone(), by_caller));
        desk.went_on(&contacts[0]);
    });
}

#[test]
fn a_caller_for_whom_an_operator_rang_waits_in_the_queue_again() {
    with_runtime(async {
        let ann = Server::of(image(&MemoryFiles::script(&format!("{HEAD}{RINGS}"))), NOWHERE).await;
        let desk = Desk::new(QUEUE, &with_ann(ann.address()));
        let running = desk.start();
        let (_telephone, call) = calls(&desk, "+79990000000").await;
        let mut caller = Person::of(call.expect("answered"));
        caller.hears("en/welcome").await;

        let running = restarted(&desk, running, &mut caller).await;
        caller.hears("en/welcome").await;
        caller.call.hang_up().await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        running.stop();
        let contacts = desk.contacts();
        assert_eq!(outcome_of(&contacts[0]), (vec!["abandoned"], Some(EndedBy::Caller)));
        desk.went_on(&contacts[0]);
    });
}

#[test]
fn a_call_that_goes_on_has_its_room_on_a_full_trunk_and_a_new_one_has_none() {
    with_runtime(async {
        let trunk = "trunks: { near: { server: 127.0.0.1:9, keep_alive_s: 0, max_calls: 1 } }\n";
        let desk = Desk::new(HUMS, trunk);
        let running = desk.start();
        let (_telephone, call) = calls(&desk, "+79990000000").await;
        let mut caller = Person::of(call.expect("answered"));
        assert!(hears_the_other(&mut caller.call, Duration::from_secs(10)).await);

        let running = restarted(&desk, running, &mut caller).await;
        let (_another, second) = calls(&desk, "+79990000002").await;
        let second = second.map(drop);
        assert!(matches!(second, Err(TelephoneError::Refused { status: 503, .. })), "{second:?}");
        assert!(
            hears_the_other(&mut caller.call, Duration::from_secs(6)).await,
            "who was there is not refused"
        );
        caller.call.hang_up().await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        let (_third, third) = calls(&desk, "+79990000003").await;
        third.expect("there is room again").hang_up().await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        running.stop();
        let contacts = desk.contacts();
        assert_eq!(contacts.len(), 2, "whoever was refused is no contact");
        desk.went_on(&contacts[0]);
    });
}
