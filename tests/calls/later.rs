//! What is done later on a real server: flows that run without a caller, the calls that they make, and calls back.

use super::one_engine::{is_the_same_everywhere, journals};
use super::queues::{humming, operators, outcomes, until};
use super::{LINE, NOWHERE, Person, loudest_tone, with_runtime};
use crate::harness::{Folder, Server, free_port, image, root, sipp};
use callwright::crm::outbox::State;
use callwright::crm::{Direction, Interaction};
use callwright::engine::Image;
use callwright::program::Channel;
use callwright::queues::Doing;
use callwright::server::{Moment, Telephone};
use callwright::source::MemoryFiles;
use callwright::store::{Options, Page, SqliteStore, Store};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const HEAD: &str = r#"
program later { languages en, ru; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes resolved, called_back }
prompt welcome { ru "Здравствуйте! Вы позвонили в банк." en "Hello! You have reached the bank." }
route main { call -> start; otherwise -> reject not_found }
"#;

fn program(flows: &str) -> Arc<Image> {
    image(&MemoryFiles::script(&format!("{HEAD}{flows}")))
}

/// The contacts, once there are so many.
async fn all_of(server: &Server, count: usize) -> Vec<Interaction> {
    for _ in 0..600 {
        let contacts = server.store.interactions(None, &Page::first(100)).expect("a list").items;
        if contacts.len() >= count {
            return contacts;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("there are never {count} contacts");
}

/// The contacts, once there are so many, all of them are over and all that they said is in them; the earliest first.
async fn all(server: &Server, count: usize) -> Vec<Interaction> {
    for _ in 0..600 {
        let mut contacts = server.store.interactions(None, &Page::first(100)).expect("a list").items;
        let is_over = contacts.iter().all(|contact| contact.ending.is_some());
        let is_said = server.store.outbox(State::Pending, 1).expect("the outbox").is_empty();
        if contacts.len() >= count && is_over && is_said {
            contacts.reverse();
            return contacts;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("there are never {count} contacts that are over");
}

const REMIND: &str = r#"
flow start {
    answer
    if caller is some number { afterwards do remind("tea", number) }
    outcome resolved
    hangup
}
flow remind(what: text, number: phone) {
    note what
    call number {
        ring 5s
        answered { say welcome; wait 500ms; say welcome }
        busy, no_answer, unavailable, refused, failed { note "nobody" }
    }
    return
}
"#;

#[test]
fn a_flow_runs_when_the_call_is_over_and_calls_the_caller() {
    with_runtime(async {
        let phone = humming().await;
        let image = program(REMIND);
        let server = Server::of(image.clone(), phone.address()).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        drop(caller);
        let contacts = all(&server, 2).await;
        let task = &contacts[1];
        assert_eq!((contacts[0].beginning.channel, task.beginning.channel), (Channel::Call, Channel::Task));
        let trail = task.trail.as_ref().expect("its way");
        assert_eq!((trail.direction, &*trail.path[0].flow), (Direction::Out, "remind"));
        let [reached] = trail.reached.as_slice() else { panic!("{:?}", trail.reached) };
        assert_eq!((&*reached.to, reached.answered.is_some()), ("+79656295719", true));
        assert!(reached.ended.is_some() && trail.legs.is_empty(), "{trail:?}");
        assert_eq!(task.beginning.from, contacts[0].beginning.from);
        assert_eq!(
            all(&phone, 1).await[0].beginning.to.to_string(),
            "+79656295719",
            "the number that called"
        );
        is_the_same_everywhere(&image, &journals(&server).await[0]);
    });
}

#[test]
fn whoever_is_busy_is_told_apart_and_no_more_calls_are_made_than_may_be() {
    let (trunk, mut child) = super::operator("busy.xml");
    with_runtime(async {
        let flows = r#"
flow start { answer; afterwards do try(1); outcome resolved; hangup }
flow try(round: number) {
    if caller is some number {
        call number {
            ring 5s
            answered { note "answered" }
            busy {
                note "busy"
                if round < 3 { afterwards do try(round + 1) }
            }
            no_answer, unavailable, refused { note "nobody" }
            failed { note "too many" }
        }
    }
    return
}
"#;
        let server = Server::set(program(flows), |config| {
            config.trunk = Some(trunk);
            config.outgoing.a_minute = 1;
        })
        .await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        drop(caller);
        let contacts = all(&server, 3).await;
        let notes = |contact: &Interaction| {
            contact.entries.iter().map(|written| written.entry.to_string()).collect::<Vec<_>>()
        };
        assert!(notes(&contacts[1]).contains(&"note \"busy\"".to_owned()), "{:?}", notes(&contacts[1]));
        assert!(notes(&contacts[2]).contains(&"note \"too many\"".to_owned()), "{:?}", notes(&contacts[2]));
        let came = |contact: &Interaction| contact.trail.as_ref()?.reached[0].result.clone();
        assert_eq!([&contacts[1], &contacts[2]].map(came), ["busy", "failed"].map(|word| Some(word.into())));
    });
    let _ = child.kill();
    let _ = child.wait();
}

const CALL_BACK: &str = r#"
queue desk { strategy longest_idle; ring 5s; wrap_up 1s; timeout 1m; callbacks -> call_back }
flow start {
    answer
    queue desk {
        1 "call me back" { callback keeping place; outcome called_back; hangup }
        timeout, full, closed -> gone
    }
}
flow call_back(number: phone, attempt: number) {
    call number {
        ring 5s
        answered { queue desk { timeout, full, closed -> gone } }
        busy, no_answer, unavailable, refused, failed -> gone
    }
}
flow gone { outcome abandoned; hangup }
"#;

#[test]
fn whoever_wants_to_be_called_back_is_when_an_operator_is_free() {
    with_runtime(async {
        let (ann, phone) = (humming().await, humming().await);
        let server = Server::set(program(CALL_BACK), |config| {
            operators(config, &[("ann", ann.address())]);
            config.trunk = Some(phone.address());
        })
        .await;
        let (_telephone, first) = Person::calls(&server, "+79656295718").await;
        let mut first = first.expect("answered");
        let heard = loudest_tone(&mut first.call, Duration::from_secs(10)).await;
        assert!(heard > 0.5, "ann speaks with the first: {heard}");
        let (_telephone, second) = Person::calls(&server, "+79656295719").await;
        let second = second.expect("answered");
        tokio::time::sleep(Duration::from_millis(300)).await;
        second.call.press("1").expect("a key");
        for _ in 0..200 {
            let queues = server.service.queues().await.expect("the queues");
            if queues.lines[0].call_backs == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(all(&phone, 0).await.len(), 0, "nobody is called back while ann speaks");
        first.call.hang_up().await;
        until(&server, "ann", Doing::WrapUp).await;
        until(&server, "ann", Doing::Speaking).await;
        assert_eq!(all_of(&ann, 2).await.len(), 2);
        ann.service.drain(Duration::ZERO).await;
        let contacts = all(&server, 3).await;
        assert_eq!(outcomes(&contacts), ["handed_over", "called_back", "handed_over"]);
        assert_eq!(contacts[2].beginning.channel, Channel::Task);
        assert_eq!(all(&phone, 1).await[0].beginning.to.to_string(), "+79656295719");
    });
}

/// A program in a folder of its own, run as it is installed.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    fn start(folder: &Path) -> Running {
        let port = free_port();
        let mut child = Command::new(env!("CARGO_BIN_EXE_callwright"))
            .arg("run")
            .arg(folder.join("program"))
            .arg("--config")
            .arg(folder.join("config.yaml"))
            .args(["--listen", &format!("127.0.0.1:{port}"), "--prompts", "prompts", "--data"])
            .arg(folder)
            .current_dir(root())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let ready = stdout.lines().map_while(Result::ok).find(|line| line.contains("answers at"));
        assert!(ready.is_some(), "it does not answer");
        Running { child, address: SocketAddr::new(NOWHERE.ip(), port) }
    }

    /// As a power failure of the process.
    fn kill(self) {
        drop(self);
    }
}

impl Drop for Running {
    /// A test that fails leaves no server behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const TIMERS: &str = r#"
program timers { languages en; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; in 3s do later("second"); in 2s do later("first"); outcome resolved; wait 30s; hangup }
flow later(what: text) { note what; return }
"#;

#[test]
fn timers_that_a_kill_9_missed_run_late_and_once() {
    let folder = Folder::new("timers");
    std::fs::create_dir(folder.path().join("program")).expect("a folder");
    std::fs::write(folder.path().join("program/main.flow"), TIMERS).expect("written");
    std::fs::write(folder.path().join("config.yaml"), "max_calls: 10\n").expect("written");
    let running = Running::start(folder.path());
    sipp("call.xml", running.address, &["-s", LINE, "-d", "700"]).unwrap_or_else(|report| panic!("{report}"));
    running.kill();
    // Both fall due while nobody is there.
    std::thread::sleep(Duration::from_secs(3));
    let notes = || {
        let store = SqliteStore::open(folder.path().join("callwright.db"), Options::default());
        let contacts =
            store.expect("the database").interactions(None, &Page::first(10)).expect("a list").items;
        let tasks = contacts.into_iter().filter(|contact| contact.beginning.channel == Channel::Task);
        tasks.flat_map(|task| task.entries).map(|written| written.entry.to_string()).collect::<Vec<_>>()
    };
    let running = Running::start(folder.path());
    // Where the kill came before the hang-up was noted, the caller's far end is asked first, and silent.
    for _ in 0..200 {
        std::thread::sleep(Duration::from_millis(200));
        if notes().len() >= 2 {
            break;
        }
    }
    running.kill();
    // Whoever starts once more finds nothing to do.
    let running = Running::start(folder.path());
    std::thread::sleep(Duration::from_secs(2));
    running.kill();
    let mut notes = notes();
    // They begin side by side.
    notes.sort();
    assert_eq!(notes, ["note \"first\"", "note \"second\""]);
}

#[test]
fn a_call_back_outlives_a_kill_9_in_front_of_it() {
    let folder = Folder::new("promised");
    std::fs::create_dir(folder.path().join("program")).expect("a folder");
    let script = format!("{HEAD}{CALL_BACK}");
    std::fs::write(folder.path().join("program/main.flow"), script).expect("written");
    with_runtime(async {
        let (ann, phone) = (humming().await, humming().await);
        let config = format!(
            "trunk: {}\noperators:\n  ann: {{ phone: \"sip:+78432035700@{}\", queues: [desk] }}\n",
            phone.address(),
            ann.address()
        );
        std::fs::write(folder.path().join("config.yaml"), config).expect("written");
        let running = Running::start(folder.path());
        let telephone = Telephone::plug_in(NOWHERE.ip()).expect("a telephone");
        let mut first = telephone.call(LINE, running.address, "+79656295718").await.expect("answered");
        let heard = loudest_tone(&mut first, Duration::from_secs(10)).await;
        assert!(heard > 0.5, "ann speaks with the first: {heard}");
        let mut second = telephone.call(LINE, running.address, "+79656295719").await.expect("answered");
        tokio::time::sleep(Duration::from_millis(300)).await;
        second.press("1").expect("a key");
        let ended = async { while !matches!(second.next().await, Moment::Ended(_)) {} };
        tokio::time::timeout(Duration::from_secs(20), ended).await.expect("promised, and hung up");
        running.kill();
        assert!(all(&phone, 0).await.is_empty(), "nobody has been called back");
        let running = Running::start(folder.path());
        // Ann and the first go on speaking, and she has time for others once they have ended.
        tokio::time::sleep(Duration::from_secs(2)).await;
        first.hang_up().await;
        let called = all_of(&phone, 1).await;
        assert_eq!(called[0].beginning.to.to_string(), "+79656295719");
        tokio::time::sleep(Duration::from_secs(2)).await;
        running.kill();
        assert_eq!(all_of(&phone, 1).await.len(), 1, "once");
    });
}
