//! What contacts tell, several at once.

use super::{bank, beginning, case, check, deliver_all, outcome, posting};
use callwright::crm::outbox::Jitter;
use callwright::crm::{ContactNews, EndedBy, Ending, Trail};
use callwright::program::{CaseMode, Entry};
use callwright::store::{Desk, Page};
use callwright::time::Wall;
use std::sync::Arc;

fn ended(contact: &str, at: i64) -> ContactNews {
    let ending = Ending { at: Wall(at), by: EndedBy::Caller, cause: "caller".into() };
    ContactNews::Ended { contact: contact.into(), ending, trail: Box::new(Trail::default()) }
}

/// A whole contact.
fn call(contact: &str, at: i64) -> Arc<[ContactNews]> {
    let said = posting(contact, 1, outcome("resolved", "balance"));
    vec![ContactNews::Began(beginning(contact, at)), ContactNews::Said(said), ended(contact, at + 9)].into()
}

fn outcomes_of(store: &dyn Desk, contact: &str) -> usize {
    let contact = store.interaction(contact).expect("an answer").expect("it is there");
    assert_eq!(contact.ending.map(|ending| ending.by), Some(EndedBy::Caller));
    contact.entries.len()
}

#[test]
fn what_contacts_tell_together_is_there_once_however_often_it_is_told() {
    check(|backend| {
        let store = backend.open();
        let shares: Vec<_> = (0..20).map(|n| call(&format!("call-{n}"), n * 10)).collect();
        for round in 1..=2 {
            let answers = store.take_news(shares.clone(), Wall(1), Jitter(0));
            assert!(answers.iter().all(Result::is_ok), "round {round}: {answers:?}");
            deliver_all(&*store);
            assert!((0..20).all(|n| outcomes_of(&*store, &format!("call-{n}")) == 1), "round {round}");
        }
        assert_eq!(store.counts().expect("counts").pending, 0);
    });
}

/// A contact that says who it was, opens a case of its own, and closes it.
fn story(contact: &str) -> Vec<ContactNews> {
    let said = [
        Entry::Identity { customer: "c1".into(), verified: true },
        case(CaseMode::New, "balance", None),
        Entry::Note { text: "asked twice".into() },
        outcome("resolved", "balance"),
    ];
    let said = said
        .into_iter()
        .zip(1..)
        .map(|(entry, sequence)| ContactNews::Said(posting(contact, sequence, entry)));
    let begin = ContactNews::Began(beginning(contact, 10));
    std::iter::once(begin).chain(said).chain([ended(contact, 19)]).collect()
}

/// The shares of a story that is cut behind each news whose bit is set.
fn cut(news: &[ContactNews], cuts: usize) -> Vec<Arc<[ContactNews]>> {
    let mut shares = vec![Vec::new()];
    for (index, news) in news.iter().enumerate() {
        shares.last_mut().expect("one").push(news.clone());
        if cuts & (1 << index) != 0 {
            shares.push(Vec::new());
        }
    }
    shares.into_iter().filter(|share| !share.is_empty()).map(Into::into).collect()
}

/// What the CRM has of a contact, but for its names.
fn kept(store: &dyn Desk, contact: &str) -> String {
    let found = store.interaction(contact).expect("an answer").expect("it is there");
    let said: Vec<String> = found.entries.iter().map(|written| written.entry.to_string()).collect();
    let cases = store.cases(None, &Page::first(1000)).expect("cases").items;
    let own = cases.iter().filter(|case| case.history.iter().any(|event| *event.contact == *contact));
    let own: Vec<_> = own.map(|case| (&case.topic, &case.customer, case.state, case.history.len())).collect();
    format!("{said:?} {:?} {} {:?} {:?} {own:?}", found.customer, found.verified, found.ending, found.trail)
}

#[test]
fn a_contact_may_tell_its_story_in_any_shares() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        let length = story("").len();
        let mut kept_of = Vec::new();
        for cuts in 0..1 << (length - 1) {
            let contact = format!("call-{cuts}");
            let shares = cut(&story(&contact), cuts);
            // Those that are told again change nothing.
            for share in shares.iter().chain(&shares) {
                let taken = store.take_news(vec![share.clone()], Wall(1), Jitter(0));
                assert!(taken.iter().all(Result::is_ok), "{taken:?}");
            }
            deliver_all(&*store);
            kept_of.push(kept(&*store, &contact));
        }
        assert!(kept_of[0].contains("asked twice") && kept_of[0].contains("\"c1\""), "{}", kept_of[0]);
        for (cuts, kept) in kept_of.iter().enumerate() {
            assert_eq!(*kept, kept_of[0], "cut at {cuts:b}");
        }
        assert!(store.take_news(Vec::new(), Wall(1), Jitter(0)).is_empty(), "nobody tells anything");
    });
}
