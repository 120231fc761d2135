//! PINs, lock-outs and their audit.

use super::backends::check;
use super::bank;
use callwright::crm::{Attempt, Proof, Verdict};
use callwright::program::passphrase::passphrase;
use callwright::program::verb::Lock;
use callwright::program::{Caller, Secret};
use callwright::store::{Store, StoreError};
use callwright::time::{DurationMs, Wall};

const LOCK: Lock = Lock { after: 3, length: DurationMs(1000), by_day: false, counted: false };

pub fn attempt(store: &dyn Store, customer: &str, pin: &str, contact: &str, now: i64) -> Verdict {
    let secret = Secret::new(pin);
    let attempt = Attempt {
        customer,
        caller: &Caller::Withheld,
        proof: Proof::Pin,
        secret: &secret,
        lock: LOCK,
        contact,
        now: Wall(now),
    };
    store.verify(&attempt).expect("a verdict")
}

fn written(store: &dyn Store, customer: &str, words: &str, now: i64) -> Verdict {
    let attempt = Attempt {
        customer,
        caller: &Caller::Withheld,
        proof: Proof::Passphrase,
        secret: &passphrase(words),
        lock: LOCK,
        contact: "sms-1",
        now: Wall(now),
    };
    store.verify(&attempt).expect("a verdict")
}

#[test]
fn a_right_pin_is_right_and_a_wrong_one_says_how_many_are_left() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        assert_eq!(attempt(&*store, "c1", "0000", "call-1", 1), Verdict::Wrong { left: 2 });
        assert_eq!(attempt(&*store, "c1", "80915372", "call-1", 2), Verdict::Right);
        assert_eq!(attempt(&*store, "c1", "0000", "call-2", 3), Verdict::Wrong { left: 2 });
    });
}

#[test]
fn a_lock_survives_reopening_and_holds_for_every_contact_of_that_customer_only() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        for contact in ["call-1", "call-1", "call-2"] {
            attempt(&*store, "c1", "0000", contact, 0);
        }
        drop(store);
        let store = backend.open();
        assert_eq!(attempt(&*store, "c1", "80915372", "call-3", 999), Verdict::Locked { until: Wall(1000) });
        assert_eq!(attempt(&*store, "c3", "60215", "call-3", 999), Verdict::Right);
        assert_eq!(attempt(&*store, "c1", "80915372", "call-4", 1000), Verdict::Right);
    });
}

#[test]
fn somebody_unknown_and_somebody_without_a_pin_hear_what_a_wrong_pin_hears() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        for customer in ["c1", "c2", "nobody"] {
            let heard = [1, 2, 3].map(|now| attempt(&*store, customer, "4711", "call-1", now));
            let locked = Verdict::Locked { until: Wall(1003) };
            assert_eq!(heard, [Verdict::Wrong { left: 2 }, Verdict::Wrong { left: 1 }, locked], "{customer}");
        }
    });
}

#[test]
fn guesses_made_at_the_same_time_are_counted_one_by_one() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        let verdicts: Vec<Verdict> = std::thread::scope(|scope| {
            let guess = |_| scope.spawn(|| attempt(&*store, "c1", "0000", "call-1", 5));
            let guesses: Vec<_> = (0..12).map(guess).collect();
            guesses.into_iter().filter_map(|guess| guess.join().ok()).collect()
        });
        let wrong = verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Wrong { .. })).count();
        assert_eq!((verdicts.len(), wrong), (12, 2));
    });
}

#[test]
fn every_attempt_is_in_the_audit_and_a_person_can_release_the_lock() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        for now in 1..=4 {
            attempt(&*store, "c1", "0000", "call-1", now);
        }
        assert_eq!(store.unlock("c1", Wall(5)), Ok(true));
        assert_eq!(store.unlock("c1", Wall(6)), Ok(false));
        assert_eq!(attempt(&*store, "c1", "80915372", "call-2", 7), Verdict::Right);
        let audit = store.pin_attempts("c1", 10).expect("an audit");
        let told: Vec<String> = audit.iter().map(|line| format!("{} {}", line.what, line.verdict)).collect();
        let expected = [
            "verify right",
            "unlock done",
            "verify locked",
            "verify locked",
            "verify wrong",
            "verify wrong",
            "set_pin done",
        ];
        assert_eq!(told, expected);
    });
}

#[test]
fn a_pin_is_set_for_a_customer_and_for_nobody_else() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        assert_eq!(store.set_pin("c2", &Secret::new("73915"), Wall(0)), Ok(()));
        assert_eq!(attempt(&*store, "c2", "73915", "call-1", 1), Verdict::Right);
        let unknown = StoreError::NoSuchCustomer { id: "c9".to_owned() };
        assert_eq!(store.set_pin("c9", &Secret::new("73915"), Wall(0)), Err(unknown));
    });
}

#[test]
fn a_passphrase_stands_beside_the_pin_and_neither_is_taken_for_the_other() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        let words = passphrase("Seven Green  Pears");
        assert_eq!(store.set_passphrase("c1", &words, Wall(0)), Ok(()));
        assert_eq!(written(&*store, "c1", "seven green pears", 1), Verdict::Right);
        assert_eq!(attempt(&*store, "c1", "80915372", "call-1", 2), Verdict::Right);
        assert_eq!(written(&*store, "c1", "80915372", 3), Verdict::Wrong { left: 2 });
        assert_eq!(attempt(&*store, "c1", "seven green pears", "call-1", 4), Verdict::Wrong { left: 1 });
        let unknown = StoreError::NoSuchCustomer { id: "c9".to_owned() };
        assert_eq!(store.set_passphrase("c9", &words, Wall(0)), Err(unknown));
    });
}

#[test]
fn wrong_words_and_wrong_keys_are_counted_together_and_say_the_same_of_everybody() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        store.set_passphrase("c1", &passphrase("seven green pears"), Wall(0)).expect("set");
        for customer in ["c1", "c2", "nobody"] {
            assert_eq!(written(&*store, customer, "seven red pears", 1), Verdict::Wrong { left: 2 });
            assert_eq!(attempt(&*store, customer, "0000", "call-1", 2), Verdict::Wrong { left: 1 });
            let locked = Verdict::Locked { until: Wall(1003) };
            assert_eq!(written(&*store, customer, "seven blue pears", 3), locked, "{customer}");
            assert_eq!(written(&*store, customer, "seven green pears", 4), locked, "{customer}");
        }
    });
}

#[test]
fn a_passphrase_is_changed_taken_away_and_told_of_in_the_audit() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        store.set_passphrase("c2", &passphrase("seven green pears"), Wall(0)).expect("set");
        store.set_passphrase("c2", &passphrase("under our old bridge"), Wall(1)).expect("set");
        assert_eq!(written(&*store, "c2", "seven green pears", 2), Verdict::Wrong { left: 2 });
        assert_eq!(written(&*store, "c2", "under our old bridge", 3), Verdict::Right);
        assert_eq!(store.forget_passphrase("c2", Wall(4)), Ok(true));
        assert_eq!(store.forget_passphrase("c2", Wall(5)), Ok(false));
        assert_eq!(written(&*store, "c2", "under our old bridge", 6), Verdict::Wrong { left: 2 });
        let audit = store.pin_attempts("c2", 10).expect("an audit");
        let told: Vec<String> = audit.iter().map(|line| format!("{} {}", line.what, line.verdict)).collect();
        let expected = [
            "verify wrong",
            "forget_passphrase done",
            "verify right",
            "verify wrong",
            "set_passphrase done",
            "set_passphrase done",
        ];
        assert_eq!(told, expected);
    });
}
