//! Other legs on real calls: the far end is a second server, whose program presses keys or sends the call elsewhere.

use super::{NOWHERE, Person, loudest_tone, with_runtime};
use crate::harness::{Server, image};
use callwright::engine::Image;
use callwright::program::Text;
use callwright::server::TelephoneError;
use callwright::source::MemoryFiles;
use std::sync::Arc;
use std::time::Duration;

fn program(flows: &str) -> Arc<Image> {
    let head = r#"
program legs { languages en, ru; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
tone operator { 440Hz 20s }
prompt welcome { ru "Здравствуйте! Вы позвонили в банк." en "Hello! You have reached the bank." }
prompt welcome_back { ru "Рады слышать вас снова." en "Good to hear you again." }
route main { call -> start; otherwise -> reject not_found }
"#;
    image(&MemoryFiles::script(&format!("{head}{flows}")))
}

/// What the CRM was told of the only contact.
async fn outcome(server: &Server) -> Option<Text> {
    let contacts = server.contacts().await;
    contacts[0].outcomes().get(&None).cloned()
}

#[test]
fn whoever_presses_a_key_on_another_leg_takes_the_call() {
    with_runtime(async {
        let person =
            program("flow start { answer; wait 2s; send digits \"5\"; play operator until hung up }\n");
        let person = Server::of(person, NOWHERE).await;
        let hunt = program(
            r#"
flow start {
    transfer to +7 843 203-57-00 {
        ring 10s
        whisper say welcome_back
        accept 5 within 6s
        connected who { say welcome }
        busy, no_answer, unavailable, refused, redirected, failed -> reject unavailable
    }
}
"#,
        );
        let server = Server::of(hunt, person.address()).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered, since the other side took the call");
        caller.hears("en/welcome").await;
        let heard = loudest_tone(&mut caller.call, Duration::from_secs(8)).await;
        assert!(heard > 0.5, "the caller hears the other side's 440 Hz: {heard}");
        caller.call.hang_up().await;
        assert_eq!(outcome(&server).await.as_deref(), Some("handed_over"));
    });
}

#[test]
fn a_far_end_that_presses_nothing_does_not_take_the_call() {
    with_runtime(async {
        let machine =
            Server::of(program("flow start { answer; play operator until hung up }\n"), NOWHERE).await;
        let hunt = program(
            r#"
flow start {
    transfer to +7 843 203-57-00 {
        whisper say welcome_back
        accept any within 1s
        no_answer -> reject busy
        busy, unavailable, refused, redirected, failed -> reject unavailable
    }
}
"#,
        );
        let server = Server::of(hunt, machine.address()).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        assert_eq!(refused(caller), Some(486));
    });
}

fn refused(call: Result<Person, TelephoneError>) -> Option<u16> {
    match call {
        Err(TelephoneError::Refused { status, .. }) => Some(status),
        Ok(_) | Err(_) => None,
    }
}

#[test]
fn a_redirection_is_passed_on_to_the_caller() {
    with_runtime(async {
        let away =
            Server::of(program("flow start { redirect to \"sip:hotel@example.net\" }\n"), NOWHERE).await;
        let pass = program(
            r#"
flow start {
    transfer to +7 843 203-57-00 {
        redirected where -> redirect to where
        busy, no_answer, unavailable, refused, failed -> reject unavailable
    }
}
"#,
        );
        let server = Server::of(pass, away.address()).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        assert_eq!(refused(caller), Some(302));
        assert_eq!(outcome(&server).await.as_deref(), Some("handed_over"));
    });
}

#[test]
fn early_media_is_answered_with_the_same_ports() {
    with_runtime(async {
        let early = program(
            "flow start { ring; early media; play operator for 500ms; answer; say welcome; wait 2s; outcome resolved; hangup }\n",
        );
        let server = Server::of(early, NOWHERE).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        caller.expect("answered").hears("en/welcome").await;
        assert_eq!(outcome(&server).await.as_deref(), Some("resolved"));
    });
}

#[test]
fn a_program_that_real_calls_cannot_serve_does_not_start() {
    let program = program(
        "flow start {\n    answer\n    menu { say welcome; speech 5s; 1 \"bye\" -> bye; give_up -> bye }\n}\n\
        flow bye { outcome resolved; hangup }\n",
    );
    let refused = callwright::server::refused(&program);
    assert_eq!(refused, ["main.flow:10: `speech` is not served on real calls by this version"]);
}
