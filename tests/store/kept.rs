//! What outlives a contact, what backends shall be told, and fields that `update` changes.

use super::backends::check;
use super::bank;
use callwright::crm::outbox::{Event, Jitter};
use callwright::crm::{Attempt, Posting, Proof, Update, Updated, Verdict};
use callwright::program::verb::Lock;
use callwright::program::{Caller, Entry, Record, Secret, Text, Value};
use callwright::store::Store;
use callwright::time::{DurationMs, Wall};

fn say(store: &dyn Store, contact: &str, sequence: u64, at: i64, entry: Entry) {
    store.enqueue(&Posting { contact: contact.into(), sequence, at: Wall(at), entry }).expect("put in");
    store.deliver(Wall(at), 100, Jitter(0)).expect("delivered");
}

fn count(until: i64) -> Entry {
    let (keep, of) = ("wrong".into(), "+79656295719".into());
    Entry::Count { keep, of, at_first: 0.into(), by: 1.into(), until: Some(Wall(until)) }
}

fn wrong(store: &dyn Store, now: i64) -> Option<Value> {
    store.recall("wrong", "+79656295719", Wall(now)).expect("an answer")
}

#[test]
fn counts_of_several_contacts_add_up_and_end_by_the_first() {
    check(|backend| {
        let store = backend.open();
        say(&*store, "call-1", 1, 0, count(100));
        say(&*store, "call-2", 1, 50, count(150));
        // The same entry again has no effect again.
        say(&*store, "call-2", 1, 50, count(150));
        assert_eq!(wrong(&*store, 99), Some(Value::Number(2.into())));
        assert_eq!(wrong(&*store, 100), None);
        say(&*store, "call-3", 1, 120, count(220));
        assert_eq!(wrong(&*store, 120), Some(Value::Number(1.into())));
    });
}

#[test]
fn a_kept_value_survives_reopening() {
    check(|backend| {
        let store = backend.open();
        let stop = Record::new("stop", "").with("code", Value::Digits("4010".into()));
        let value = Value::List([Value::Record(stop.into()), Value::None].into());
        let entry = Entry::Keep { keep: "stop".into(), of: "c1".into(), value: value.clone(), until: None };
        say(&*store, "call-1", 1, 0, entry);
        drop(store);
        assert_eq!(backend.open().recall("stop", "c1", Wall(9)).expect("an answer"), Some(value));
    });
}

#[test]
fn an_errand_is_due_until_somebody_has_heard_it() {
    check(|backend| {
        let store = backend.open();
        let tell = Entry::Tell { backend: "bank".into(), operation: "seen".into(), args: Vec::new() };
        say(&*store, "call-1", 7, 0, tell);
        let due = |now: i64| store.errands(Wall(now), 10).expect("a list").len();
        assert_eq!(due(0), 1);
        let failed = Event::Failed { reason: "down".into(), jitter: Jitter(1000) };
        store.settle_errand(("call-1", 7), failed, Wall(0)).expect("kept");
        assert_eq!((due(999), due(1000)), (0, 1));
        store.settle_errand(("call-1", 7), Event::Delivered, Wall(1000)).expect("kept");
        assert_eq!(due(i64::MAX), 0);
    });
}

#[test]
fn a_field_changes_only_from_what_was_seen() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        let known = store.customer("c1").expect("an answer").expect("a customer");
        let tariff = Text::from("tariff");
        let seen = known.attributes.get(&tariff).cloned().unwrap_or(Value::None);
        let gold = Value::text("platinum");
        let update = |seen: &Value| {
            let update = Update { kind: "customer", of: "c1", field: "tariff", value: &gold, seen };
            store.update(&update, Wall(0)).expect("an answer")
        };
        assert_eq!(update(&Value::text("never this")), Updated::Conflict);
        assert_eq!(update(&seen), Updated::Done);
        assert_eq!(update(&seen), Updated::Conflict);
        let changed = store.customer("c1").expect("an answer").expect("a customer");
        assert_eq!(changed.attributes.get(&tariff), Some(&gold));
    });
}

#[test]
fn a_pin_that_was_updated_is_the_pin() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        let pin = Value::Secret(Secret::new("73950162"));
        let update = Update { kind: "customer", of: "c1", field: "pin", value: &pin, seen: &Value::None };
        assert_eq!(store.update(&update, Wall(0)).expect("an answer"), Updated::Done);
        let say = |digits: &str| super::pins::attempt(&*store, "c1", digits, "call-1", 1);
        assert_eq!(say("73950162"), Verdict::Right);
        assert_ne!(say("80915372"), Verdict::Right);
    });
}

#[test]
fn a_challenge_compares_a_field_and_counts_like_a_pin() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        let zip = Value::Digits("90012".into());
        let update = Update { kind: "customer", of: "c1", field: "zip", value: &zip, seen: &Value::None };
        store.update(&update, Wall(0)).expect("an answer");
        let lock = Lock { after: 2, length: DurationMs(1000), by_day: false, counted: false };
        let say = |digits: &str, now: i64| {
            let (secret, proof) = (Secret::new(digits), Proof::Field("zip"));
            let (customer, contact, now) = ("c1", "call-1", Wall(now));
            store
                .verify(&Attempt {
                    customer,
                    caller: &Caller::Withheld,
                    proof,
                    secret: &secret,
                    lock,
                    contact,
                    now,
                })
                .expect("a verdict")
        };
        assert_eq!(say("90012", 0), Verdict::Right);
        assert_eq!(say("90013", 1), Verdict::Wrong { left: 1 });
        assert_eq!(say("90014", 2), Verdict::Locked { until: Wall(1002) });
    });
}
