//! Calls that sipp makes.

use super::{NOWHERE, sipp_call, with_runtime};
use crate::harness::{LINE, Server, free_port, image, root, run};
use callwright::crm::EndedBy;
use callwright::source::MemoryFiles;

#[test]
fn sipp_calls_and_hangs_up() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        sipp_call("call.xml", server.address(), &["-s", LINE, "-d", "4000"]).await;
        let contacts = server.contacts().await;
        assert_eq!(contacts.len(), 1);
        assert_eq!(contacts[0].customer.as_deref(), Some("anna"), "the caller's number is known");
        assert_eq!(contacts[0].ending.as_ref().map(|end| end.by), Some(EndedBy::Caller));
        assert_eq!(contacts[0].outcome_for("balance").as_deref(), Some("abandoned"));
        let trail = contacts[0].trail.as_ref().expect("the way that it went");
        let path: Vec<&str> = trail.path.iter().map(|step| &*step.flow).collect();
        assert_eq!(
            (&path[..2], trail.lookups.as_slice()),
            (&["route main", "reception"][..], &["one".into()][..])
        );
    });
}

#[test]
fn sipp_makes_two_calls_at_once_and_twenty_in_all() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        let many = &["-s", LINE, "-d", "1000", "-l", "10", "-m", "20", "-r", "10"];
        sipp_call("call.xml", server.address(), many).await;
        assert_eq!(server.contacts().await.len(), 20);
    });
}

#[test]
fn the_scenario_that_sipp_brings_along_gets_through() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        let (target, port) = (server.address().to_string(), free_port().to_string());
        let sipp = tokio::task::spawn_blocking(move || {
            let args = [&*target, "-sn", "uac", "-i", "127.0.0.1", "-p", &port, "-s", LINE];
            run("sipp", &[&args[..], &["-m", "2", "-d", "200", "-nostdin", "-timeout", "20"]].concat())
        });
        assert!(sipp.await.expect("sipp ran").status.success());
        assert_eq!(server.contacts().await.len(), 2);
    });
}

#[test]
fn a_blocked_caller_is_declined_and_the_crm_knows() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        sipp_call("rejected.xml", server.address(), &["-s", LINE]).await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].outcomes().get(&None).map(|o| &**o), Some("rejected"));
    });
}

#[test]
fn a_number_that_nobody_has_is_not_found() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        sipp_call("unknown.xml", server.address(), &["-s", "+74950000000"]).await;
    });
}

#[test]
fn options_are_answered() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        sipp_call("options.xml", server.address(), &[]).await;
    });
}

const SLOW: &str = r#"
program slow { languages en; default { hung_up { outcome abandoned } } }
crm { topics "balance"; outcomes resolved }
route main { call -> start; otherwise -> reject not_found }
flow start { wait 10s; answer; outcome resolved; hangup }
"#;

#[test]
fn a_caller_who_gives_up_before_the_answer_has_abandoned() {
    with_runtime(async {
        let server = Server::of(image(&MemoryFiles::script(SLOW)), NOWHERE).await;
        sipp_call("cancel.xml", server.address(), &["-s", "1000"]).await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].ending.as_ref().map(|end| &*end.cause), Some("cancelled"));
        assert_eq!(contacts[0].outcomes().get(&None).map(|o| &**o), Some("abandoned"));
    });
}

#[test]
fn a_caller_who_gives_up_under_another_address_has_abandoned() {
    with_runtime(async {
        let server = Server::of(image(&MemoryFiles::script(SLOW)), NOWHERE).await;
        sipp_call("cancel_moved.xml", server.address(), &["-s", "1000"]).await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].ending.as_ref().map(|end| &*end.cause), Some("cancelled"));
    });
}

#[test]
fn a_caller_with_habits_of_its_own_is_understood() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        sipp_call("habits.xml", server.address(), &["-s", LINE]).await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].ending.as_ref().map(|end| end.by), Some(EndedBy::Caller));
    });
}

const SHORT: &str = r#"
program short { languages en; default { hung_up { outcome abandoned } } }
crm { topics "balance"; outcomes resolved }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; wait 1s; outcome resolved; hangup }
"#;

#[test]
fn a_flow_that_hangs_up_sends_bye() {
    with_runtime(async {
        let server = Server::of(image(&MemoryFiles::script(SHORT)), NOWHERE).await;
        sipp_call("hung_up_on.xml", server.address(), &["-s", "1000"]).await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].ending.as_ref().map(|end| end.by), Some(EndedBy::Program));
    });
}

#[test]
fn malformed_datagrams_disturb_no_call() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        let target = server.address();
        let noise = tokio::task::spawn_blocking(move || {
            let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
            for message in
                std::fs::read_dir(root().join("tests/torture/sip")).expect("the torture set").flatten()
            {
                let bytes = std::fs::read(message.path()).expect("a message");
                socket.send_to(&bytes, target).expect("sent");
                socket.send_to(&bytes[..bytes.len() / 2], target).expect("sent");
            }
            for seed in 0..2000_u32 {
                let bytes: Vec<u8> =
                    (0..seed % 400).map(|n| (seed.wrapping_mul(31).wrapping_add(n * 7)) as u8).collect();
                let _ = socket.send_to(&bytes, target);
            }
        });
        sipp_call("call.xml", target, &["-s", LINE, "-d", "1500"]).await;
        noise.await.expect("the noise was made");
        sipp_call("call.xml", target, &["-s", LINE, "-d", "200"]).await;
    });
}
