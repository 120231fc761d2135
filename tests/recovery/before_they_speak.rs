//! Crashes before two speak: somebody is called for the caller, is about to be connected, or the caller is handed over.

use super::conversations::{Desk, HEAD, HUMS, TRANSFER, calls, hears_the_other, outcome_of, restarted};
use super::{NOWHERE, Running};
use crate::calls::{Person, with_runtime};
use crate::harness::{LINE, Server, image, sipp};
use callwright::crm::EndedBy;
use callwright::server::Telephone;
use callwright::source::MemoryFiles;
use std::time::Duration;

/// Whoever is called lets it ring for so long that a process dies meanwhile.
const RINGS: &str = "flow start { ring; wait 5s; answer; play operator until hung up }\n";

/// The caller hears a word before the two are connected.
const CONNECTED: &str = r#"
flow start {
    answer
    transfer to +7 843 203-57-00 {
        connected { note "taken"; say welcome; say welcome; note "connected" }
        completed { say welcome; wait 1s }
        busy, no_answer, unavailable, refused, redirected, failed -> gone
    }
    outcome resolved
    hangup
}
flow gone { outcome abandoned; hangup }
"#;

/// A flow that gives its caller away.
const GIVES_AWAY: &str = "
flow start { answer; hand over to +7 843 203-57-00 { refused -> stays; failed -> broken } }
flow stays { outcome resolved; hangup }
flow broken { outcome abandoned; hangup }
";

/// The desk, and a caller whom it has answered.
async fn answered(desk: &Desk) -> (Running, Telephone, Person) {
    let running = desk.start();
    let (telephone, call) = calls(desk, "+79990000000").await;
    (running, telephone, Person::of(call.expect("answered")))
}

/// The caller hangs up, and the desk is closed.
async fn leaves(caller: Person, running: Running) {
    caller.call.hang_up().await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    running.stop();
}

#[test]
fn whoever_rang_for_a_caller_is_called_again_and_the_two_speak() {
    with_runtime(async {
        let far = Server::of(image(&MemoryFiles::script(&format!("{HEAD}{RINGS}"))), NOWHERE).await;
        let desk = Desk::new(TRANSFER, &format!("trunk: {}\n", far.address()));
        let (running, _telephone, mut caller) = answered(&desk).await;
        let rings = tokio::time::timeout(Duration::from_secs(2), async {
            loop {
                caller.holds_the_line().await;
            }
        });
        assert!(rings.await.is_err(), "it rings for two seconds");

        let running = restarted(&desk, running, &mut caller).await;
        assert!(
            hears_the_other(&mut caller.call, Duration::from_secs(15)).await,
            "whoever rang has answered"
        );
        leaves(caller, running).await;
        let contacts = desk.contacts();
        assert_eq!(contacts.len(), 1);
        assert_eq!(outcome_of(&contacts[0]), (vec!["handed_over"], Some(EndedBy::Caller)));
        desk.went_on(&contacts[0]);
    });
}

#[test]
fn what_runs_before_the_two_are_connected_goes_on_and_says_nothing_twice() {
    with_runtime(async {
        let far = Server::of(image(&MemoryFiles::script(&format!("{HEAD}{HUMS}"))), NOWHERE).await;
        let desk = Desk::new(CONNECTED, &format!("trunk: {}\n", far.address()));
        let (running, _telephone, mut caller) = answered(&desk).await;
        caller.hears("en/welcome").await;

        let running = restarted(&desk, running, &mut caller).await;
        assert!(hears_the_other(&mut caller.call, Duration::from_secs(10)).await, "the two are connected");
        leaves(caller, running).await;
        assert_eq!(far.contacts().await.len(), 1, "it was one call there, too");
        let contacts = desk.contacts();
        assert_eq!(outcome_of(&contacts[0]), (vec!["handed_over"], Some(EndedBy::Caller)));
        let notes = format!("{:?}", contacts[0].entries);
        assert_eq!((notes.matches("taken").count(), notes.matches("connected").count()), (1, 1), "{notes}");
        desk.went_on(&contacts[0]);
    });
}

#[test]
fn whoever_is_lost_before_the_two_are_connected_has_left_the_conversation() {
    with_runtime(async {
        let far = Desk::new(HUMS, "{}\n");
        let hums = far.start();
        let desk = Desk::new(CONNECTED, &format!("trunk: {}\n", far.address()));
        let (running, _telephone, mut caller) = answered(&desk).await;
        caller.hears("en/welcome").await;

        hums.kill();
        let running = restarted(&desk, running, &mut caller).await;
        caller.hears("en/welcome").await;
        leaves(caller, running).await;
        let contacts = desk.contacts();
        assert_eq!(outcome_of(&contacts[0]).0[0], "handed_over");
        desk.went_on(&contacts[0]);
    });
}

/// A caller of sipp is handed over while the process dies behind its REFER.
fn is_handed_over(scenario: &'static str) {
    let desk = Desk::new(GIVES_AWAY, "trunk: 127.0.0.1:9\n");
    let (running, target) = (desk.start(), desk.address());
    let caller = std::thread::spawn(move || sipp(scenario, target, &["-s", LINE]));
    std::thread::sleep(Duration::from_millis(1500));
    running.kill();
    let running = desk.start();
    caller.join().expect("sipp ran").unwrap_or_else(|report| panic!("{report}"));
    std::thread::sleep(Duration::from_millis(700));
    running.stop();
    let contacts = desk.contacts();
    assert_eq!((contacts.len(), outcome_of(&contacts[0]).0), (1, vec!["handed_over"]));
    desk.went_on(&contacts[0]);
}

#[test]
fn a_caller_who_had_taken_a_hand_over_tells_the_next_process_how_it_went() {
    is_handed_over("handed_over_on.xml");
}

#[test]
fn a_caller_who_had_not_taken_a_hand_over_is_asked_again() {
    is_handed_over("handed_over_again.xml");
}

#[test]
fn a_caller_who_had_taken_a_hand_over_and_is_gone_has_gone_where_it_was_sent() {
    let desk = Desk::new(GIVES_AWAY, "trunk: 127.0.0.1:9\n");
    let (running, target) = (desk.start(), desk.address());
    // It is gone before anybody asks for it, which its scenario does not expect.
    let caller =
        std::thread::spawn(move || sipp("handed_over_on.xml", target, &["-s", LINE, "-timeout", "2"]));
    std::thread::sleep(Duration::from_millis(1300));
    running.kill();
    assert!(caller.join().expect("sipp ran").is_err());
    desk.start().stop();
    let contacts = desk.contacts();
    assert_eq!(outcome_of(&contacts[0]), (vec!["handed_over"], Some(EndedBy::Fault)));
}
