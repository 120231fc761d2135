//! What contacts tell, several at once.

use super::{beginning, check, deliver_all, outcome, posting};
use callwright::crm::outbox::Jitter;
use callwright::crm::{ContactNews, EndedBy, Ending, Trail};
use callwright::store::Desk;
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

#[test]
fn a_contact_may_tell_its_story_in_any_shares() {
    check(|backend| {
        let store = backend.open();
        let whole = call("call-1", 10);
        for news in whole.iter() {
            let taken = store.take_news(vec![vec![news.clone()].into()], Wall(1), Jitter(0));
            assert!(taken.iter().all(Result::is_ok), "{taken:?}");
        }
        deliver_all(&*store);
        assert_eq!(outcomes_of(&*store, "call-1"), 1);
        assert!(store.take_news(Vec::new(), Wall(1), Jitter(0)).is_empty(), "nobody tells anything");
    });
}
