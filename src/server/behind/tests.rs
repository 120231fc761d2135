//! A contact speaks while neither the database nor the journal takes a word.

use super::*;
use crate::server::clerk::Clerk;
use crate::server::clerk::tests::{Folder, contact, is_there, with_runtime};
use crate::server::journals::{JournalSettings, Journals};
use crate::server::ledger::Ledger;
use tokio::sync::{Notify, mpsc};

/// What ledgers need, on this folder.
fn office(folder: &Folder) -> Office {
    let (store, clock) = (folder.open(), Clock::start());
    let clerk = Clerk::start(store.clone(), clock);
    let journals = Journals::new(folder.path(), &JournalSettings::default(), clock);
    let journals = journals.unwrap_or_else(|error| panic!("{error}"));
    Office { store, clerk, journals, bell: Arc::new(Notify::new()), behind: Behind::default() }
}

/// Tells all that a contact has to tell.
fn speak(office: &Office, id: &str) {
    let (call, _inbox) = mpsc::channel(1);
    let (alive, _) = mpsc::channel(1);
    let mut ledger = Some(Ledger::open(office.clone(), id.to_owned(), call.downgrade(), alive));
    for news in contact(id).iter().cloned() {
        match (news, ledger.take()) {
            (ContactNews::Ended { contact, ending, trail }, Some(last)) => last.end(contact, ending, *trail),
            (ContactNews::Began(beginning), Some(some)) => {
                some.begin(beginning);
                ledger = Some(some);
            }
            (ContactNews::Said(posting), Some(some)) => {
                some.post(posting);
                ledger = Some(some);
            }
            (_, None) => panic!("nothing follows the end"),
        }
    }
}

#[test]
fn what_neither_the_database_nor_the_journal_took_is_told_when_there_is_room_again() {
    let folder = Folder::new("no-room");
    with_runtime(async {
        let office = office(&folder);
        let holder = folder.beside("BEGIN IMMEDIATE");
        // No line of it is in a journal, as on a disk that is full.
        speak(&office, "c-7");
        // The ledger gives up after some seconds: it goes by the runtime's clock, as the database's patience does.
        let untold = loop {
            match office.behind.first() {
                Some((_, untold)) => break untold,
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        assert!(!take_up(&office, "c-7", &untold), "the store still does not take it");
        assert!(!is_there(&*office.store, 7));
        holder.execute_batch("ROLLBACK").unwrap_or_else(|error| panic!("{error}"));
        for round in 1..=2 {
            assert!(take_up(&office, "c-7", &untold));
            let found = office.store.interaction("c-7").unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(found.map(|contact| contact.entries.len()), Some(1), "what came of it, round {round}");
        }
    });
}

#[test]
fn of_very_many_contacts_the_journals_have_the_rest() {
    let behind = Behind::default();
    let news = contact("c-1");
    let Some(ContactNews::Ended { ending, .. }) = news.last() else { panic!("it ends") };
    for number in 0..=KEPT {
        behind.keep(&format!("c-{number:05}"), ending.clone(), news.clone());
    }
    let kept = behind.contacts.lock().values().filter(|untold| untold.news.is_some()).count();
    assert_eq!((kept, behind.contacts.lock().len()), (KEPT, KEPT + 1));
}
