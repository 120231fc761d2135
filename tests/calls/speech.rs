//! Free text on a real call: synthesized while it lasts.

use super::*;
use crate::harness::crm;
use crate::synthesis::parrot;
use callwright::server::{Config, Service};

const DESK: &str = r#"
program desk { languages en; default { give_up -> bye; hung_up { outcome abandoned } } }
prompt found(name: text) { en "{name}" }
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    let who = "Anna {contact.id}"
    menu { say found(who); 1 "bye" -> bye }
}
flow bye { outcome abandoned; hangup }
"#;

/// The text is not known before the call: it has the contact's name in it.
#[test]
fn a_text_is_said_on_a_call_when_it_has_been_synthesized() {
    with_runtime(async {
        let folder = Folder::new("speech-call");
        let (speech, notes) = parrot(folder.path());
        let program = image(&MemoryFiles::script(DESK));
        let config = Config {
            listen: SocketAddr::new(LOOPBACK, 0),
            data: folder.path().to_owned(),
            prompts: Some(folder.path().join("prompts")),
            speech: Some(speech),
            ..Config::default()
        };
        let store = crm(&bank(), folder.path());
        let service = Service::start(config, program, store, None).await.unwrap_or_else(|e| panic!("{e}"));
        let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
        let mut call = telephone.call(LINE, service.local(), "+79656295719").await.expect("answered");
        let heard = loudest_tone(&mut call, Duration::from_secs(12)).await;
        assert!(heard > 0.5, "the caller hears the synthesizer's 440 Hz: {heard}");
        call.hang_up().await;
        let said = std::fs::read_to_string(notes).expect("its notes");
        assert!(said.starts_with("en alto: Anna ") && said.lines().count() == 1, "{said}");
    });
}
