//! Dialogs as carriers lead them, with sipp as the far end: acknowledged provisionals, holds, session timers, REFER.

use super::{LOOPBACK, NOWHERE, Person, loudest_tone, sipp_call, with_runtime};
use crate::harness::{Folder, Server, free_port, image, root, sipp};
use callwright::engine::Image;
use callwright::server::Config;
use callwright::source::MemoryFiles;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

fn program(flows: &str) -> Arc<Image> {
    let head = r#"
program dialogs { languages en; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
tone operator { 440Hz 60s }
prompt welcome { en "Hello! You have reached the bank." }
route main { call -> start; otherwise -> reject not_found }
"#;
    image(&MemoryFiles::script(&format!("{head}{flows}")))
}

const HUMS: &str = "flow start { answer; play operator until hung up }\n";

/// Those who are trusted stand on the loopback.
fn trusting(config: &mut Config) {
    config.trusted = callwright::server::Networks(vec![LOOPBACK.into()]);
}

#[test]
fn early_media_is_acknowledged() {
    with_runtime(async {
        let early = program(
            "flow start { early media; play operator for 300ms; answer; play operator until hung up }\n",
        );
        let server = Server::of(early, NOWHERE).await;
        sipp_call("reliable.xml", server.address(), &["-s", "1000", "-d", "300"]).await;
        assert_eq!(server.contacts().await.len(), 1);
    });
}

#[test]
fn a_trunk_may_name_the_host_of_its_media_and_a_stranger_may_not() {
    with_runtime(async {
        let server = Server::of(program(HUMS), NOWHERE).await;
        sipp_call("named.xml", server.address(), &["-s", "1000", "-d", "300"]).await;
        let contacts = server.contacts().await;
        let sounded = &contacts[0].trail.as_ref().expect("its way").sounded;
        assert!(sounded[0].sent > 10, "{sounded:?}");
        let open = Server::set(program(HUMS), |_| {}).await;
        let target = open.address();
        let refused = move || sipp("named.xml", target, &["-s", "1000", "-d", "300"]);
        let report = tokio::task::spawn_blocking(refused).await.expect("sipp ran").expect_err("refused");
        assert!(report.contains("488 Not Acceptable Here"), "{report}");
        assert_eq!(open.contacts().await.len(), 0);
    });
}

#[test]
fn a_caller_holds_and_resumes_in_every_way() {
    with_runtime(async {
        let server = Server::of(program(HUMS), NOWHERE).await;
        sipp_call("holds.xml", server.address(), &["-s", "1000"]).await;
        assert_eq!(server.contacts().await.len(), 1);
    });
}

#[test]
fn a_caller_refreshes_its_session() {
    with_runtime(async {
        let server = Server::of(program(HUMS), NOWHERE).await;
        sipp_call("refreshes.xml", server.address(), &["-s", "1000", "-d", "300"]).await;
        assert_eq!(server.contacts().await.len(), 1);
    });
}

#[test]
#[ignore = "takes 45 seconds, half of the shortest session"]
fn a_caller_is_refreshed() {
    with_runtime(async {
        let server = Server::of(program(HUMS), NOWHERE).await;
        sipp_call("refreshed.xml", server.address(), &["-s", "1000"]).await;
        assert_eq!(server.contacts().await.len(), 1);
    });
}

/// A flow that gives its caller away.
const GIVES_AWAY: &str = "
flow start { answer; hand over to +7 843 203-57-00 { refused -> stays; failed -> broken } }
flow stays { outcome resolved; hangup }
flow broken { outcome abandoned; hangup }
";

async fn handed_over(scenario: &'static str) -> Option<String> {
    let server = Server::of(program(GIVES_AWAY), NOWHERE).await;
    sipp_call(scenario, server.address(), &["-s", "1000"]).await;
    let contacts = server.contacts().await;
    contacts[0].outcomes().get(&None).map(ToString::to_string)
}

#[test]
fn a_caller_is_handed_over() {
    with_runtime(async {
        assert_eq!(handed_over("handed_over.xml").await.as_deref(), Some("handed_over"));
    });
}

#[test]
fn a_caller_that_will_not_be_handed_over_stays() {
    with_runtime(async {
        assert_eq!(handed_over("not_handed_over.xml").await.as_deref(), Some("resolved"));
    });
}

/// sipp as an operator who sends every caller on to the desk.
struct Referring {
    child: Child,
    address: SocketAddr,
    folder: Folder,
}

impl Referring {
    fn start(desk: SocketAddr) -> Referring {
        let (port, folder) = (free_port(), Folder::new("refers"));
        let file = root().join("tests/sipp/refers.xml");
        let errors = folder.path().join("errors.log");
        let child = Command::new("sipp")
            .args(["-sf", file.to_str().expect("a path"), "-i", "127.0.0.1", "-p", &port.to_string()])
            .args([
                "-m",
                "1",
                "-nostdin",
                "-timeout",
                "90",
                "-timeout_error",
                "-key",
                "desk",
                &desk.to_string(),
            ])
            .args(["-trace_err", "-error_file", errors.to_str().expect("a path")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sipp is installed");
        Referring { child, address: SocketAddr::new(LOOPBACK, port), folder }
    }

    /// How it ended, and what it complains of.
    fn ended(&mut self) -> (bool, String) {
        let status = self.child.wait().expect("it ran");
        let log = std::fs::read_to_string(self.folder.path().join("errors.log")).unwrap_or_default();
        (status.success(), log)
    }
}

impl Drop for Referring {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A flow that connects its caller with the operator.
const CONNECTS: &str = "
flow start {
    answer
    transfer to +7 843 203-57-00 { busy, no_answer, unavailable, refused, redirected, failed -> gone }
}
flow gone { outcome abandoned; hangup }
";

#[test]
fn an_operator_who_is_trusted_sends_the_caller_on() {
    with_runtime(async {
        let desk = Server::of(program(HUMS), NOWHERE).await;
        let mut operator = Referring::start(desk.address());
        let trunk = operator.address;
        let server = Server::set(program(CONNECTS), |config| {
            trusting(config);
            config.trunk = Some(trunk);
        })
        .await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered");
        let heard = loudest_tone(&mut caller.call, Duration::from_secs(12)).await;
        let (ended, log) = tokio::task::spawn_blocking(move || operator.ended()).await.expect("it ran");
        assert!(ended, "{log}");
        assert!(heard > 0.5, "the caller hears the desk's 440 Hz: {heard}");
        caller.call.hang_up().await;
        let contacts = server.contacts().await;
        assert_eq!(contacts[0].outcomes().get(&None).map(|o| &**o), Some("handed_over"));
        assert_eq!(desk.contacts().await.len(), 1);
    });
}

#[test]
fn a_redirection_is_followed_where_that_is_allowed() {
    with_runtime(async {
        let desk = Server::of(program(HUMS), NOWHERE).await;
        let away = format!("flow start {{ redirect to \"sip:desk@{}\" }}\n", desk.address());
        let away = Server::of(program(&away), NOWHERE).await;
        let server = Server::set(program(CONNECTS), |config| {
            config.trunk = Some(away.address());
            config.follow_redirects = callwright::server::Networks(vec![LOOPBACK.into()]);
        })
        .await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered");
        let heard = loudest_tone(&mut caller.call, Duration::from_secs(8)).await;
        assert!(heard > 0.5, "the caller hears the desk's 440 Hz: {heard}");
        caller.call.hang_up().await;
        assert_eq!(desk.contacts().await.len(), 1);
    });
}
