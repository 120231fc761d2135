//! Sensitive attributes: sealed in the database, opened by whoever has the key.

use super::backends::{Backend, check};
use callwright::crm::{Attempt, Merge, Proof, Update, Updated, Verdict};
use callwright::program::verb::Lock;
use callwright::program::{Caller, Secret, Text, Value, Vocabulary};
use callwright::store::{DataKeys, Desk, Import, Look, StoreError};
use callwright::time::{DurationMs, Wall};
use std::collections::BTreeSet;

const FILE: &str = "id,name,phones,passport:digits,tariff\n\
                    c1,Anna,+79656295719,4510123456,gold\n\
                    c2,Boris,+79031112233,,\n";
const LOCK: Lock = Lock { after: 5, length: DurationMs(1000), by_day: false, counted: false };

fn keys(words: &[&str]) -> DataKeys {
    let words: Vec<String> = words.iter().map(|word| word.repeat(32)).collect();
    DataKeys::parse(&words.join("\n")).expect("keys")
}

fn passport() -> BTreeSet<Text> {
    ["passport".into()].into()
}

fn import(store: &dyn Desk, file: &str) {
    let import = Import::read(file, &Vocabulary::default(), None).expect("a file without mistakes");
    store.import(&import, Wall(0)).expect("an import");
}

/// A bank that keeps passports sealed.
fn bank(backend: &dyn Backend) -> Box<dyn Desk> {
    let store = backend.open_with(keys(&["5c"]));
    store.seal_attributes(&passport(), Wall(0)).expect("a promise to seal");
    import(&*store, FILE);
    store
}

fn opened(store: &dyn Desk, customer: &str) -> String {
    let all = store.sensitive(customer, true).expect("an answer");
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn keyed(store: &dyn Desk, digits: &str) -> Result<Verdict, StoreError> {
    let secret = Secret::new(digits);
    store.verify(&Attempt {
        customer: "c1",
        caller: &Caller::Withheld,
        proof: Proof::Field("passport"),
        secret: &secret,
        lock: LOCK,
        contact: "call-1",
        now: Wall(1),
    })
}

#[test]
fn what_is_sensitive_is_in_no_record_and_no_list_and_is_opened_by_who_asks() {
    check(|backend| {
        let store = bank(backend);
        let anna = store.customer("c1").expect("an answer").expect("a customer");
        assert_eq!(anna.attributes.keys().map(|name| &**name).collect::<Vec<_>>(), ["tariff"]);
        let found = store.seek("4510123456", None, 10).expect("an answer");
        assert!(found.is_empty(), "{found:?}");
        let dossier = store.dossier("c1").expect("an answer").expect("a customer");
        let told = serde_json::to_string(&dossier).expect("JSON");
        assert!(told.contains("passport") && !told.contains("4510123456"), "{told}");
        assert!(!format!("{dossier:?}").contains("4510123456"));
        assert_eq!(opened(&*store, "c1"), "passport=4510123456");
        assert_eq!(opened(&*store, "c2"), "");
    });
}

#[test]
fn a_challenge_compares_what_is_sealed() {
    check(|backend| {
        let store = bank(backend);
        assert_eq!(keyed(&*store, "4510123456"), Ok(Verdict::Right));
        assert_eq!(keyed(&*store, "4510123457"), Ok(Verdict::Wrong { left: 4 }));
    });
}

#[test]
fn a_flow_changes_it_by_a_secret_and_an_import_by_its_column() {
    check(|backend| {
        let store = bank(backend);
        let (value, seen) = (Value::Secret(Secret::new("0042")), Value::None);
        let update = Update { kind: "customer", of: "c1", field: "passport", value: &value, seen: &seen };
        assert_eq!(store.update(&update, Wall(1)), Ok(Updated::Done));
        assert_eq!(opened(&*store, "c1"), "passport=0042");
        assert_eq!(store.update(&Update { of: "c9", ..update }, Wall(1)), Ok(Updated::NoSuch));
        import(&*store, "id,name,tariff\nc1,Anna,silver\n");
        assert_eq!(opened(&*store, "c1"), "passport=0042");
        import(&*store, "id,name,passport:digits\nc1,Anna,77\n");
        assert_eq!(opened(&*store, "c1"), "passport=77");
        import(&*store, "id,name,passport:digits\nc1,Anna,\n");
        assert_eq!(opened(&*store, "c1"), "");
    });
}

#[test]
fn what_lay_open_is_sealed_when_it_is_called_sensitive() {
    check(|backend| {
        let store = backend.open_with(keys(&["5c"]));
        import(&*store, FILE);
        assert_eq!(store.seek("4510123456", None, 10).map(|found| found.len()), Ok(1));
        store.seal_attributes(&passport(), Wall(1)).expect("sealed");
        assert_eq!(store.seek("4510123456", None, 10).map(|found| found.len()), Ok(0));
        let anna = store.customer("c1").expect("an answer").expect("a customer");
        assert!(!anna.attributes.contains_key("passport"));
        assert_eq!(opened(&*store, "c1"), "passport=4510123456");
        assert_eq!(store.sealed_attributes(), Ok(passport()));
    });
}

#[test]
fn without_a_key_nothing_sensitive_is_taken_in_and_nothing_is_told() {
    check(|backend| {
        drop(bank(backend));
        let store = backend.open();
        assert_eq!(opened(&*store, "c1"), "passport=•••");
        let lost: Vec<Text> = keys(&["5c"]).names().map(Text::from).collect();
        assert_eq!(store.lost_keys(), Ok(lost));
        let file = Import::read(FILE, &Vocabulary::default(), None).expect("a file without mistakes");
        assert!(matches!(store.import(&file, Wall(1)), Err(StoreError::NoDataKey { .. })));
        assert!(matches!(keyed(&*store, "4510123456"), Err(StoreError::LostKeys { .. })));
        assert!(matches!(store.rekey(), Err(StoreError::NoDataKey { .. })));
        let more: BTreeSet<Text> = ["visa".into()].into();
        assert!(matches!(store.seal_attributes(&more, Wall(1)), Err(StoreError::NoDataKey { .. })));
    });
}

#[test]
fn a_new_key_takes_over_what_the_old_one_sealed() {
    check(|backend| {
        drop(bank(backend));
        let store = backend.open_with(keys(&["aa"]));
        assert!(matches!(store.rekey(), Err(StoreError::LostKeys { .. })));
        drop(store);
        let store = backend.open_with(keys(&["aa", "5c"]));
        assert_eq!(store.rekey(), Ok(1));
        assert_eq!(store.rekey(), Ok(0));
        drop(store);
        let store = backend.open_with(keys(&["aa"]));
        assert_eq!(store.lost_keys(), Ok(Vec::new()));
        assert_eq!(opened(&*store, "c1"), "passport=4510123456");
    });
}

#[test]
fn a_merged_customer_lends_what_it_has_and_an_erased_one_has_nothing() {
    check(|backend| {
        let store = bank(backend);
        let (from, into) = ("c1".into(), Some("c2".into()));
        let (by, because) = (Text::from("olga"), Text::from("one passport"));
        store
            .merge(&Merge { from, into, by: by.clone(), because: because.clone(), at: Wall(1) })
            .expect("merged");
        assert_eq!(opened(&*store, "c2"), "passport=4510123456");
        let look = Look { at: Wall(2), by, what: "erase".into(), customer: "c2".into(), because };
        store.erase("c2", &look).expect("erased");
        assert_eq!([opened(&*store, "c2"), opened(&*store, "c1")], ["", ""]);
    });
}
