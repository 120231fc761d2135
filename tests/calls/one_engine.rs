//! The journal of a real call gives the same actions wherever it is run: by hand, verified, in virtual time, as a scenario.

use super::*;
use callwright::engine::{Event, Image, Journal, JournalEntry, Session, restore_keys};
use callwright::server::find_journal;
use callwright::simulator::{
    Assumed, Comparison, Outcome, Recounting, ScenarioFile, compare, recount, replay, report, rerun, test,
};
use callwright::time::Millis;
use std::sync::Arc;

/// The journal of the only contact of a server.
pub(super) async fn journal(server: &Server) -> Journal {
    Journal::read(&written(server).await).expect("it can be read")
}

/// The journals of all contacts, the latest first.
pub(super) async fn journals(server: &Server) -> Vec<Journal> {
    let folder = [server.folder.path().join("journals")];
    let contacts = server.contacts().await;
    let read = |id: &str| find_journal(&folder, id).expect("journals").expect("a journal");
    contacts.iter().map(|contact| Journal::read(&read(contact.id())).expect("it can be read")).collect()
}

/// The same as it was written.
pub(super) async fn written(server: &Server) -> String {
    let contacts = server.contacts().await;
    let text = find_journal(&[server.folder.path().join("journals")], contacts[0].id()).expect("journals");
    text.expect("the contact has a journal")
}

/// The steps of a session that is told what the real one was told.
fn stepped(image: &Arc<Image>, journal: &Journal) -> Vec<JournalEntry> {
    let mut entries = journal.entries.clone();
    restore_keys(&mut entries);
    let (mut session, arrival) = Session::start(image.clone(), journal.header.contact.clone(), Millis(0));
    let mut arrival = Some(arrival);
    let step = |entry: JournalEntry| {
        let actions = match arrival.take() {
            Some(arrival) => arrival,
            None => session.step(Millis(entry.at.0), entry.event.clone().unwrap_or(Event::Tick)),
        };
        JournalEntry::new(entry.at, entry.event.as_ref(), &actions)
    };
    entries.into_iter().map(step).collect()
}

/// A journal as text: secrets compare as they are written.
fn lines(entries: &[JournalEntry]) -> Vec<String> {
    entries.iter().map(callwright::engine::line).collect()
}

pub(super) fn is_the_same_everywhere(image: &Arc<Image>, journal: &Journal) {
    assert!(journal.entries.len() > 5, "a call of some length: {}", journal.write());
    assert_eq!(lines(&stepped(image, journal)), lines(&journal.entries));
    assert_eq!(replay(image, journal), Outcome::Same { steps: journal.entries.len() });
    let again = rerun(image, journal, &Assumed::default());
    let compared = compare(Some(image), journal, image, &again.journal);
    assert_eq!((compared, again.lacks), (Comparison::Same, Vec::new()), "{}", journal.write());
    let recounted = recount(image, journal, &Recounting::default()).expect("a scenario");
    assert_eq!(recounted.differs, Comparison::Same, "{}\n{}", recounted.yaml, journal.write());
    let file =
        ScenarioFile::read("recounted", &recounted.yaml, image).unwrap_or_else(|wrong| panic!("{wrong}"));
    let run = test(image, &file.scenarios[0]);
    assert!(run.passed(), "{}\n{}", recounted.yaml, report(image, "recounted", &run, false, true));
}

#[test]
fn a_real_call_with_a_pin_and_a_backend_is_the_same_in_the_simulator() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let mut person = person.expect("answered");
        person.hears("ru/welcome_back").await;
        person.call.press("1").expect("a key");
        person.hears("ru/enter_account").await;
        person.call.press("4081712345#").expect("keys");
        person.hears("ru/enter_pin").await;
        person.call.press("4711").expect("keys");
        person.hears("ru/words/rub_1").await;
        person.call.hang_up().await;
        is_the_same_everywhere(&bank(), &journal(&server).await);
    });
}

#[test]
fn a_real_call_that_errs_and_falls_silent_is_the_same_in_the_simulator() {
    with_runtime(async {
        let server = Server::bank(NOWHERE).await;
        let (_telephone, person) = Person::calls(&server, "+79656295719").await;
        let mut person = person.expect("answered");
        person.hears("ru/welcome_back").await;
        person.call.press("9").expect("the other language");
        // Nothing is pressed, then a key that means nothing, then an account that nobody has.
        person.hears("en/still_there").await;
        person.call.press("7").expect("a key");
        person.hears("en/wrong_key").await;
        person.call.press("1").expect("a key");
        person.hears("en/enter_account").await;
        person.call.press("4081799999#").expect("keys");
        person.hears("en/no_such_account").await;
        person.call.hang_up().await;
        is_the_same_everywhere(&bank(), &journal(&server).await);
    });
}

/// Somebody is called who takes the call and hangs up.
const DESK: &str = r#"
program desk { languages en, ru; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
prompt welcome { ru "Здравствуйте! Вы позвонили в банк." en "Hello! You have reached the bank." }
route main { call -> start; otherwise -> reject not_found }
flow start {
    answer
    say welcome
    transfer to +7 843 203-57-00 {
        ring 10s
        completed { outcome resolved; hangup }
        busy, no_answer, unavailable, refused, redirected, failed { outcome abandoned; hangup }
    }
}
"#;

const PERSON: &str = r#"
program person { languages en, ru; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
prompt welcome { ru "Здравствуйте! Вы позвонили в банк." en "Hello! You have reached the bank." }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; say welcome; outcome resolved; hangup }
"#;

#[test]
fn a_real_call_with_two_legs_is_the_same_in_the_simulator() {
    with_runtime(async {
        let person = Server::of(image(&MemoryFiles::script(PERSON)), NOWHERE).await;
        let desk = image(&MemoryFiles::script(DESK));
        let server = Server::of(desk.clone(), person.address()).await;
        let (_telephone, caller) = Person::calls(&server, "+79656295719").await;
        let mut caller = caller.expect("answered");
        let until = tokio::time::Instant::now() + Duration::from_secs(30);
        loop {
            match tokio::time::timeout_at(until, caller.call.next()).await.expect("it ends in time") {
                Moment::Ended(_) => break,
                Moment::Sound(_) | Moment::Key(_) | Moment::KeysSent => {}
            }
        }
        is_the_same_everywhere(&desk, &journal(&server).await);
    });
}
