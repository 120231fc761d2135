//! Queues on real calls: operators are telephones of their own, and take what the queue gives them.

use super::one_engine::{is_the_same_everywhere, journals};
use super::{Baresip, LOOPBACK, NOWHERE, OPERATORS, Person, loudest_tone, operator, with_runtime};
use crate::harness::{Server, image, run};
use callwright::crm::Interaction;
use callwright::engine::Image;
use callwright::queues::Doing;
use callwright::server::{Config, Moment, OperatorConfig, Service, Telephone};
use callwright::source::MemoryFiles;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const HEAD: &str = r#"
program desk { languages en, ru; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
tone operator { 440Hz 20s }
prompt welcome { ru "Здравствуйте! Вы позвонили в банк." en "Hello! You have reached the bank." }
prompt welcome_back { ru "Рады слышать вас снова." en "Good to hear you again." }
route main { call -> start; otherwise -> reject not_found }
"#;

fn program(flows: &str) -> Arc<Image> {
    image(&MemoryFiles::script(&format!("{HEAD}{flows}")))
}

/// A queue with a strategy, where the caller hears a word, and whoever answers is noted.
pub(super) fn desk(strategy: &str, more: &str) -> Arc<Image> {
    program(&format!(
        "queue desk {{ strategy {strategy}; ring 2s; wrap_up 1s; timeout 40s }}
flow start {{
    answer
    queue desk {{
        say welcome every 30s
        {more}
        connected who {{ note who }}
        timeout, full, closed -> gone
    }}
}}
flow gone {{ outcome abandoned; hangup }}
"
    ))
}

/// Operators of the queue `desk` at their addresses.
pub(super) fn operators(config: &mut Config, at: &[(&str, SocketAddr)]) {
    for (name, address) in at {
        let phone = Some(format!("sip:{OPERATORS}@{address}"));
        let operator = OperatorConfig { phone, queues: vec!["desk".into()], pause_after: 1 };
        config.operators.insert((*name).into(), operator);
    }
}

/// A telephone that answers at once and hums until it is hung up.
pub(super) async fn humming() -> Server {
    Server::of(program("flow start { answer; play operator until hung up }\n"), NOWHERE).await
}

pub(super) fn outcomes(contacts: &[Interaction]) -> Vec<String> {
    contacts
        .iter()
        .map(|contact| contact.outcomes().get(&None).map_or_else(String::new, |o| o.to_string()))
        .collect()
}

/// Waits until an operator does something.
pub(super) async fn until(server: &Server, name: &str, doing: Doing) {
    for _ in 0..300 {
        let view = server.service.queues().await.expect("the queues");
        let operator = view.operators.iter().find(|operator| *operator.name == *name).expect("an operator");
        if operator.doing == doing {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{name} is never {doing}");
}

#[test]
fn a_caller_waits_and_speaks_with_whoever_is_free() {
    with_runtime(async {
        let ann = humming().await;
        let image = desk("longest_idle", "");
        let server = Server::set(image.clone(), |config| operators(config, &[("ann", ann.address())])).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered");
        let heard = loudest_tone(&mut caller.call, Duration::from_secs(8)).await;
        assert!(heard > 0.5, "the caller hears ann's 440 Hz: {heard}");
        until(&server, "ann", Doing::Speaking).await;
        caller.call.hang_up().await;
        until(&server, "ann", Doing::WrapUp).await;
        let contacts = server.contacts().await;
        assert_eq!(outcomes(&contacts), ["handed_over"]);
        let leg = &contacts[0].trail.as_ref().expect("its way").legs[0];
        assert_eq!((&*leg.to, leg.answered.is_some()), ("desk", true));
        is_the_same_everywhere(&image, &journals(&server).await[0]);
    });
}

#[test]
fn two_operators_serve_three_callers_and_none_has_two_at_once() {
    let (ann, bob) = (Baresip::start(true), Baresip::start(true));
    with_runtime(async {
        let image = desk("ring_all", "");
        let at = [("ann", ann.address), ("bob", bob.address)];
        let server = Server::set(image.clone(), |config| operators(config, &at)).await;
        let callers = (0..3).map(|number| async move {
            let from = format!("+7965629570{number}");
            let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
            (telephone, from)
        });
        let address = server.address();
        let mut talks = Vec::new();
        for caller in callers {
            let (telephone, from) = caller.await;
            talks.push(tokio::spawn(async move {
                let mut call = telephone.call("1000", address, &from).await.expect("answered");
                let heard = loudest_tone(&mut call, Duration::from_secs(25)).await;
                call.hang_up().await;
                heard
            }));
        }
        for talk in talks {
            let heard = talk.await.expect("it ran");
            assert!(heard > 0.5, "each caller hears an operator: {heard}");
        }
        let contacts = server.contacts().await;
        assert_eq!(outcomes(&contacts), ["handed_over"; 3]);
        none_has_two_at_once(&contacts);
        for journal in journals(&server).await {
            is_the_same_everywhere(&image, &journal);
        }
    });
}

/// By the CRM: who spoke from when to when.
fn none_has_two_at_once(contacts: &[Interaction]) {
    let mut talks: Vec<(String, u64, u64)> = Vec::new();
    for contact in contacts {
        let noted = contact.entries.iter().map(|written| written.entry.to_string());
        let who = noted.filter(|entry| entry.starts_with("note")).collect::<Vec<_>>().join("");
        let began = contact.beginning.started.0.unsigned_abs();
        let legs = &contact.trail.as_ref().expect("its way").legs;
        let answered = |leg: &callwright::crm::Leg| Some((leg.answered?.0, leg.ended?.0));
        talks.extend(
            legs.iter().filter_map(answered).map(|(from, to)| (who.clone(), began + from, began + to)),
        );
    }
    assert_eq!(talks.len(), 3, "{talks:?}");
    talks.sort();
    for pair in talks.windows(2) {
        let apart = pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1;
        assert!(apart, "{} speaks with two at once: {talks:?}", pair[0].0);
    }
}

#[test]
fn who_does_not_answer_is_passed_over_and_paused() {
    let (ann, mut child) = operator("rings.xml");
    with_runtime(async {
        let bob = humming().await;
        let at = [("ann", ann), ("bob", bob.address())];
        let server = Server::set(desk("longest_idle", ""), |config| operators(config, &at)).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered");
        let heard = loudest_tone(&mut caller.call, Duration::from_secs(10)).await;
        assert!(heard > 0.5, "the caller hears bob's 440 Hz: {heard}");
        caller.call.hang_up().await;
        let view = server.service.queues().await.expect("the queues");
        assert!(view.operators[0].paused && !view.operators[1].paused, "{view:?}");
        server.service.pause("ann", false);
        let view = server.service.queues().await.expect("the queues");
        assert!(!view.operators[0].paused, "{view:?}");
    });
    let _ = child.kill();
    let _ = child.wait();
}

#[test]
fn a_caller_who_hangs_up_while_it_rings_leaves_the_operator_free_for_the_next() {
    with_runtime(async {
        // She lets it ring for a second before she answers.
        let ann = program("flow start { ring; wait 1s; answer; play operator until hung up }\n");
        let ann = Server::of(ann, NOWHERE).await;
        let server =
            Server::set(desk("longest_idle", ""), |config| operators(config, &[("ann", ann.address())]))
                .await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let caller = caller.expect("answered");
        until(&server, "ann", Doing::Ringing).await;
        caller.call.hang_up().await;
        let (_telephone, caller) = Person::calls(&server, "+79656295718").await;
        let mut caller = caller.expect("answered");
        let heard = loudest_tone(&mut caller.call, Duration::from_secs(10)).await;
        assert!(heard > 0.5, "the next caller hears ann's 440 Hz: {heard}");
        caller.call.hang_up().await;
        assert_eq!(outcomes(&server.contacts().await), ["handed_over", "abandoned"]);
    });
}

#[test]
fn an_operator_hears_what_it_is_about_and_takes_the_call_with_a_key() {
    with_runtime(async {
        // The first presses nothing, the second presses the key until somebody must have heard it: both hear the whisper.
        let deaf = humming().await;
        let presses = "wait 1s; send digits \"5\"; ".repeat(5);
        let ann = program(&format!("flow start {{ answer; {presses} play operator until hung up }}\n"));
        let ann = Server::of(ann, NOWHERE).await;
        let at = [("a", deaf.address()), ("b", ann.address())];
        let image = desk("longest_idle", "whisper say welcome_back\naccept 5 within 4s");
        let server = Server::set(image.clone(), |config| operators(config, &at)).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered");
        caller.hears("en/welcome").await;
        let heard = loudest_tone(&mut caller.call, Duration::from_secs(30)).await;
        assert!(heard > 0.5, "the caller hears the second: {heard}");
        caller.call.hang_up().await;
        let contacts = server.contacts().await;
        let noted = contacts[0].entries.iter().any(|written| written.entry.to_string() == "note \"b\"");
        assert!(noted, "{:?}", contacts[0].entries);
        is_the_same_everywhere(&image, &journals(&server).await[0]);
    });
}

#[test]
fn an_operator_who_hangs_up_ends_the_call() {
    with_runtime(async {
        let ann = program("flow start { answer; play operator for 2s; outcome resolved; hangup }\n");
        let ann = Server::of(ann, NOWHERE).await;
        let server =
            Server::set(desk("round_robin", ""), |config| operators(config, &[("ann", ann.address())])).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered");
        let ended = async {
            loop {
                if let Moment::Ended(_) = caller.call.next().await {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(15), ended).await.expect("it ends");
        until(&server, "ann", Doing::WrapUp).await;
        assert_eq!(outcomes(&server.contacts().await), ["handed_over"]);
    });
}

/// Asks the server on a folder as a person does; what is printed, and the exit status.
async fn asks(folder: &Path, words: &'static [&'static str]) -> (String, Option<i32>) {
    let data = folder.to_str().expect("a path").to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        let args = [&["operators", "--data", &data][..], words].concat();
        run(env!("CARGO_BIN_EXE_callwright"), &args)
    });
    let output = asked.await.expect("it ran");
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
}

#[test]
fn people_see_who_takes_calls_and_pause_and_resume_them() {
    with_runtime(async {
        let image = desk("longest_idle", "");
        let server =
            Server::set(image, |config| operators(config, &[("ann", NOWHERE), ("bob", NOWHERE)])).await;
        let folder = server.folder.path().to_owned();
        let (printed, status) = asks(&folder, &["pause", "bob"]).await;
        let shown = "QUEUE  CALLERS  CALL BACKS  OPERATORS\n\
            desk   0        0           1\n\
            \n\
            OPERATOR  DOES          TAKEN  MISSED  QUEUES\n\
            ann       free          0      0       desk\n\
            bob       free, paused  0      0       desk\n";
        assert_eq!((&*printed, status), (shown, Some(0)));
        assert_eq!(asks(&folder, &["pause", "cid"]).await.1, Some(1));
        let (printed, _) = asks(&folder, &["resume", "bob", "--json"]).await;
        assert!(printed.contains("\"paused\": false") && !printed.contains("\"paused\": true"), "{printed}");
        server.service.drain(Duration::ZERO).await;
        assert_eq!(asks(&folder, &["list"]).await.1, Some(2));
    });
}

#[test]
fn a_queue_without_anybody_who_takes_its_calls_is_refused_at_the_start() {
    let image = desk("longest_idle", "");
    let refused = |config: &Config| {
        let problem = Service::check(config, &image).expect_err("it would not start").to_string();
        problem
            .lines()
            .filter(|line| line.contains("queue") || line.contains("operators"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let prompts = Some(crate::harness::root().join("prompts"));
    let mut config = Config { prompts, ..Config::default() };
    assert_eq!(
        refused(&config),
        [
            "main.flow:11: nobody takes the calls of the queue `desk`: name somebody under `operators`, or `members` in the queue"
        ]
    );
    let ann = OperatorConfig { phone: None, queues: vec!["dsk".into(), "desk".into()], pause_after: 3 };
    config.operators.insert("ann".into(), ann);
    assert_eq!(
        refused(&config),
        [
            "`operators`: ann takes calls of `dsk`, and the program has no queue of that name",
            "`operators`: ann cannot be called: nobody is configured under `parties` for `ann`"
        ]
    );
    let parties = [("ann".to_owned(), "sip:ann@127.0.0.1".to_owned())].into();
    let ann = OperatorConfig { phone: None, queues: vec!["desk".into()], pause_after: 3 };
    let operators = [("ann".to_owned(), ann)].into();
    let config = Config { parties, operators, ..config };
    assert!(Service::check(&config, &image).is_ok());
}
