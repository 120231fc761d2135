//! Who has answered a call of ours: a server of a test's own plays the person, the machine, and the fax.

use super::*;

const CALLS: &str = r#"
program calls { languages en; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
tone hum { 440Hz 300ms }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; afterwards do find_out(); outcome resolved; hangup }
flow find_out {
    if caller is some number {
        call number {
            ring 5s
            detect machine
            answered { note "a person"; play hum }
            machine  { note "a machine"; play hum }
            fax      { note "a fax" }
            busy, no_answer, unavailable, refused, failed { note "nobody" }
        }
    }
    return
}
"#;

/// Two tones at once, in syllables, are a voice to whoever listens for the cadence alone.
const FAR: &str = r#"
program far { languages en; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
tone word { 350+700Hz 250ms, pause 60ms, 420+900Hz 250ms, pause 400ms }
tone beep { 1000Hz 400ms }
tone ced { 2100Hz 3s }
route main { call -> start; otherwise -> reject not_found }
"#;

/// What came of a call to a far end that does this.
async fn noted(flow: &str) -> Vec<String> {
    let far = Server::of(image(&MemoryFiles::script(&format!("{FAR}{flow}"))), NOWHERE).await;
    let server = Server::of(image(&MemoryFiles::script(CALLS)), far.address()).await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let call = telephone.call("1000", server.address(), "+79656295719").await.expect("answered");
    drop(call);
    let notes = || {
        let contacts = server.store.interactions(None, &Page::first(10)).expect("a list").items;
        let entries = contacts.into_iter().flat_map(|contact| contact.entries);
        let note = |written: callwright::crm::Written| match written.entry {
            callwright::program::Entry::Note { text, .. } => Some(text.to_string()),
            _ => None,
        };
        entries.filter_map(note).collect::<Vec<String>>()
    };
    for _ in 0..600 {
        if !notes().is_empty() {
            return notes();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody was found out")
}

#[test]
fn a_person_a_machine_and_a_fax_are_told_apart_on_real_calls() {
    with_runtime(async {
        let person =
            noted("flow start { answer; wait 300ms; play word; wait 20s; outcome resolved; hangup }\n");
        let machine = noted(
            "flow start { answer; play word; play word; play word; play word; play word; play beep; wait 9s; outcome resolved; hangup }\n",
        );
        let fax = noted("flow start { answer; wait 500ms; play ced; wait 9s; outcome resolved; hangup }\n");
        let (person, machine, fax) = tokio::join!(person, machine, fax);
        assert_eq!(
            (person, machine, fax),
            (vec!["a person".into()], vec!["a machine".into()], vec!["a fax".into()])
        );
    });
}
