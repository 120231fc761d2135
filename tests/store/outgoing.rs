//! What others are told: put in with what it tells of, in order, once, until it was heard.

use super::check;
use callwright::crm::outbox::{Event, Jitter, State};
use callwright::crm::{Beginning, Dispatch, EndedBy, Ending, Posting, Subject, Subscriber};
use callwright::program::{CaseMode, Entry, Text};
use callwright::store::Store;
use callwright::time::{DurationMs, Wall};

const LEASE: DurationMs = DurationMs(60_000);

fn subscriber(name: &str, contacts: bool, cases: bool) -> Subscriber {
    Subscriber { name: name.into(), contacts, cases }
}

/// A contact of Anna about her balance, from its beginning to its end; its entries are delivered afterwards.
fn contact(store: &dyn Store, contact: &str, outcome: &str) {
    let at = Wall(10);
    store.begin_interaction(&Beginning::unknown(contact, at)).expect("begun");
    let entries = [
        Entry::Identity { customer: "anna".into(), verified: true },
        Entry::Case { mode: CaseMode::Auto, topic: "balance".into(), customer: None, about: None },
        Entry::Outcome { outcome: outcome.into(), topic: Some("balance".into()) },
    ];
    for (sequence, entry) in (1..).zip(entries) {
        store.enqueue(&Posting { contact: contact.into(), sequence, at, entry }).expect("kept");
    }
    let ending = Ending { at: Wall(20), by: EndedBy::Caller, cause: "normal".into() };
    store.end_interaction(contact, &ending).expect("ended");
}

fn claim(store: &dyn Store, target: &str, now: i64) -> Vec<Dispatch> {
    store.claim(target, Wall(now), LEASE, 10).expect("an answer")
}

fn subjects(dispatches: &[Dispatch]) -> Vec<String> {
    dispatches.iter().map(|dispatch| dispatch.subject.to_string()).collect()
}

#[test]
fn a_contact_is_told_of_when_all_that_it_said_has_had_its_effect() {
    check(|backend| {
        let store = backend.open();
        store.subscribe(&[subscriber("shop", true, false)]).expect("kept");
        contact(&*store, "call-1", "open");
        assert_eq!(claim(&*store, "shop", 100), [], "its case is not there yet");
        store.deliver(Wall(100), 100, Jitter(0)).expect("delivered");
        let due = claim(&*store, "shop", 100);
        assert_eq!(subjects(&due), ["contact call-1"]);
        assert_eq!(&*due[0].lane, "anna");
        let report = store.report("call-1").expect("an answer").expect("a contact");
        assert_eq!((report.interaction.entries.len(), report.cases.len()), (3, 1));
    });
}

#[test]
fn whoever_wants_cases_hears_of_each_change() {
    check(|backend| {
        let store = backend.open();
        store.subscribe(&[subscriber("hook", false, true)]).expect("kept");
        contact(&*store, "call-1", "open");
        store.deliver(Wall(100), 100, Jitter(0)).expect("delivered");
        let due = claim(&*store, "hook", 100);
        assert_eq!(due[0].subject, Subject::Case { id: 1, from: 0, to: 1 });
        let told = store.settle_dispatch(due[0].id, Event::Delivered, Wall(100)).expect("kept");
        assert!(told);
        assert_eq!(claim(&*store, "hook", 100)[0].subject, Subject::Case { id: 1, from: 1, to: 2 });
    });
}

#[test]
fn of_one_customer_the_second_waits_for_the_first() {
    check(|backend| {
        let store = backend.open();
        store.subscribe(&[subscriber("shop", true, false)]).expect("kept");
        contact(&*store, "call-1", "open");
        contact(&*store, "call-2", "resolved");
        store.deliver(Wall(100), 100, Jitter(0)).expect("delivered");
        let first = claim(&*store, "shop", 100);
        assert_eq!(subjects(&first), ["contact call-1"]);
        assert_eq!(claim(&*store, "shop", 60_099), [], "it is under way");
        assert_eq!(
            subjects(&claim(&*store, "shop", 60_100)),
            ["contact call-1"],
            "nobody said what became of it"
        );
        store.settle_dispatch(first[0].id, Event::Delivered, Wall(60_200)).expect("kept");
        assert_eq!(subjects(&claim(&*store, "shop", 60_200)), ["contact call-2"]);
    });
}

#[test]
fn a_dead_one_steps_aside_and_is_sent_again_or_dropped_by_hand() {
    check(|backend| {
        let store = backend.open();
        store.subscribe(&[subscriber("shop", true, false)]).expect("kept");
        contact(&*store, "call-1", "open");
        contact(&*store, "call-2", "resolved");
        store.deliver(Wall(100), 100, Jitter(0)).expect("delivered");
        let first = claim(&*store, "shop", 100).remove(0);
        let refused = Event::Refused { reason: "it answered 422".into() };
        store.settle_dispatch(first.id, refused, Wall(100)).expect("kept");
        assert_eq!(subjects(&claim(&*store, "shop", 100)), ["contact call-2"]);
        let dead = store.dispatches(State::Dead, 10).expect("a list");
        assert_eq!(dead[0].progress.reason.as_deref(), Some("it answered 422"));
        assert!(store.resend(&first.key(), Wall(200)).expect("kept"));
        assert_eq!(subjects(&claim(&*store, "shop", 200)), ["contact call-1"]);
        let dropped = Event::Drop { reason: "a test".into() };
        assert!(store.change_outbox(&first.key(), dropped, Wall(300)).expect("kept"));
        assert_eq!(
            store.dispatch(first.id).expect("an answer").map(|d| d.progress.state),
            Some(State::Dropped)
        );
        assert!(!store.resend("shop#999", Wall(300)).expect("an answer"));
    });
}

#[test]
fn what_was_learned_is_known_after_reopening() {
    check(|backend| {
        let news: [(Text, Text); 2] = [("contact/call-1".into(), "7".into()), ("case/1".into(), "8".into())];
        backend.open().learn("shop", &news).expect("kept");
        backend.open().learn("shop", &[("case/1".into(), "9".into())]).expect("kept");
        let names = ["contact/call-1".into(), "case/1".into(), "case/2".into()];
        let known = backend.open().learned("shop", &names).expect("an answer");
        let known: Vec<(&str, &str)> = known.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(known, [("case/1", "9"), ("contact/call-1", "7")]);
        assert!(backend.open().learned("other", &["case/1".into()]).expect("an answer").is_empty());
    });
}

#[test]
fn nobody_is_told_where_nobody_wants_to_hear() {
    check(|backend| {
        let store = backend.open();
        contact(&*store, "call-1", "open");
        store.deliver(Wall(100), 100, Jitter(0)).expect("delivered");
        store.subscribe(&[subscriber("shop", true, true)]).expect("kept");
        assert_eq!(claim(&*store, "shop", 100), []);
    });
}
