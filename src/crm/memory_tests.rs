//! Stories about a CRM that many contacts and a few people work with.

use super::{
    Act, Attempt, CaseState, Customer, EndedBy, Ending, Identity, Memory, Merge, MergeError, Object, Proof,
    Verdict,
};
use crate::program::verb::Lock;
use crate::program::{Address, Caller, CaseMode, Entry, Phone, Record, Secret, Text, Value};
use crate::time::{DurationMs, Wall};

fn bank() -> Memory {
    let mut memory = Memory::default();
    let phones = vec![Phone::from_e164("+79656295719").expect("a number")];
    let anna = Customer { phones, ..Customer::new("c1", "Анна") };
    memory.add_customer(anna, Some(Secret::new("4711")));
    memory.add_object(Object::keyed("account", "number", "4081712345", Some("c1".into())));
    memory
}

fn case(topic: &str, customer: Option<&str>) -> Entry {
    let customer = customer.map(Text::from);
    Entry::Case { mode: CaseMode::Auto, topic: topic.into(), customer, about: None }
}

fn resolved(topic: &str) -> Entry {
    Entry::Outcome { outcome: "resolved".into(), topic: Some(topic.into()) }
}

#[test]
fn a_found_object_brings_its_owner() {
    let found = bank().find("account", "number", &Value::Digits("4081712345".into()));
    let Identity::One(account) = found else { panic!("{found:?}") };
    let Value::Record(owner) = account.field("owner") else { panic!("{account:?}") };
    assert_eq!(owner.field("name"), &Value::text("Анна"));
}

#[test]
fn a_lock_holds_for_the_next_contact() {
    let mut bank = bank();
    let lock = Lock { after: 2, length: DurationMs(1000), by_day: false, counted: false };
    let mut say = |contact: &str, pin: &str, now: i64| {
        let secret = Secret::new(pin);
        bank.verify(&Attempt {
            customer: "c1",
            caller: &Caller::Withheld,
            proof: Proof::Pin,
            secret: &secret,
            lock,
            contact,
            now: Wall(now),
        })
    };
    assert_eq!(say("call-1", "0000", 0), Verdict::Wrong { left: 1 });
    assert_eq!(say("call-1", "0001", 1), Verdict::Locked { until: Wall(1001) });
    assert_eq!(say("call-2", "4711", 2), Verdict::Locked { until: Wall(1001) });
    assert_eq!(say("call-3", "4711", 1001), Verdict::Right);
}

#[test]
fn a_case_closes_whichever_of_case_and_outcome_is_said_first() {
    for entries in
        [[case("balance", None), resolved("balance")], [resolved("balance"), case("balance", None)]]
    {
        let mut bank = bank();
        for (index, entry) in entries.into_iter().enumerate() {
            bank.write("call-1", index as u64 + 1, entry, Wall(5));
        }
        assert_eq!(bank.cases[&1].state, CaseState::Closed);
        assert_eq!(bank.cases[&1].opened_by().map(|id| &**id), Some("call-1"));
    }
}

#[test]
fn the_next_contact_joins_the_open_case_of_its_customer_and_of_nobody_else() {
    let mut bank = bank();
    bank.write("call-1", 1, case("modem", Some("c1")), Wall(1));
    bank.write("call-2", 1, case("modem", Some("c1")), Wall(2));
    bank.write("call-3", 1, case("modem", None), Wall(3));
    bank.write("call-4", 1, case("modem", None), Wall(4));
    let contacts: Vec<usize> = bank.cases.values().map(|case| case.contacts().len()).collect();
    assert_eq!(contacts, [2, 1, 1]);
}

#[test]
fn an_entry_delivered_again_changes_nothing() {
    let mut bank = bank();
    bank.write("call-1", 1, case("modem", Some("c1")), Wall(1));
    let once = bank.clone();
    bank.write("call-1", 1, case("modem", Some("c1")), Wall(1));
    assert_eq!(bank, once);
}

#[test]
fn a_case_of_nobody_belongs_to_whom_the_contact_turns_out_to_be() {
    let mut bank = bank();
    bank.write("call-1", 1, case("modem", None), Wall(1));
    bank.write("call-1", 2, Entry::Identity { customer: "c1".into(), verified: true }, Wall(2));
    assert_eq!(bank.cases[&1].customer.as_deref(), Some("c1"));
}

#[test]
fn an_outcome_taken_back_reopens_the_case_that_it_closed() {
    let mut bank = bank();
    bank.write("call-1", 1, case("modem", None), Wall(1));
    bank.write("call-1", 2, resolved("modem"), Wall(2));
    let handed = Entry::Outcome { outcome: "handed_over".into(), topic: Some("modem".into()) };
    bank.write("call-1", 3, handed, Wall(3));
    assert_eq!((bank.cases[&1].state, bank.cases[&1].closed), (CaseState::Open, None));
}

fn calls(bank: &Memory, number: &str) -> Identity<Record> {
    bank.identify(&Caller::parse(number, Some("RU")))
}

fn merge(from: &str, into: Option<&str>) -> Merge {
    let into = into.map(Text::from);
    Merge { from: from.into(), into, by: "olga".into(), because: "one passport".into(), at: Wall(9) }
}

/// Anna is in the CRM twice: once with her mobile, once, from the shop, with her landline and the same mobile.
fn anna_twice() -> Memory {
    let mut bank = bank();
    let phones = ["+79656295719", "+78432921108"].map(|number| Phone::from_e164(number).expect("a number"));
    let twin = Customer { phones: phones.into(), ..Customer::new("c7", "A. K.") };
    bank.add_customer(twin, Some(Secret::new("0000")));
    bank.add_object(Object::keyed("account", "number", "777", Some("c7".into())));
    bank
}

#[test]
fn the_card_of_the_first_of_five_does_not_pop_up() {
    let mut bank = bank();
    for id in ["c2", "c3", "c4", "c5"] {
        let phones = vec![Phone::from_e164("+79656295719").expect("a number")];
        bank.add_customer(Customer { phones, ..Customer::new(id, id) }, None);
    }
    assert_eq!(calls(&bank, "8 965 629-57-19"), Identity::Many(5));
}

#[test]
fn a_wrong_number_makes_no_customer_and_no_case() {
    let mut bank = bank();
    let before = bank.customers.clone();
    assert_eq!(calls(&bank, "+7 999 000-00-00"), Identity::None);
    let rejected = Entry::Outcome { outcome: "rejected".into(), topic: None };
    bank.write("call-9", 1, rejected, Wall(1));
    assert_eq!((bank.customers == before, bank.cases.len(), bank.interactions.len()), (true, 0, 1));
}

#[test]
fn a_case_stands_above_its_calls_and_one_call_may_open_two_cases_or_none() {
    let mut bank = bank();
    bank.write("call-1", 1, case("modem", Some("c1")), Wall(1));
    bank.write("call-1", 2, case("invoice", Some("c1")), Wall(2));
    bank.write("call-2", 1, case("modem", Some("c1")), Wall(3));
    bank.write("call-3", 1, Entry::Note { text: "asked for the time".into() }, Wall(4));
    let contacts: Vec<Vec<&str>> = bank
        .cases
        .values()
        .map(|case| case.contacts().into_iter().map(|contact| &**contact).collect())
        .collect();
    assert_eq!(contacts, [vec!["call-1", "call-2"], vec!["call-1"]]);
}

#[test]
fn customers_that_were_merged_are_one_and_their_ids_lead_to_the_one_that_stands() {
    let mut bank = anna_twice();
    assert_eq!(calls(&bank, "+79656295719"), Identity::Many(2));
    bank.write("call-1", 1, case("modem", Some("c7")), Wall(1));
    assert_eq!(bank.merge(merge("c7", Some("c1"))), Ok(()));
    for number in ["+79656295719", "+78432921108"] {
        let Identity::One(anna) = calls(&bank, number) else { panic!("{number} is not one") };
        assert_eq!((&*anna.id, anna.field("name")), ("c1", &Value::text("Анна")));
        assert_ne!(anna.field("open_case"), &Value::None);
    }
    let Identity::One(account) = bank.find("account", "number", &Value::text("777")) else { panic!("none") };
    let Value::Record(owner) = account.field("owner") else { panic!("{account:?}") };
    assert_eq!(&*owner.id, "c1");
    bank.write("call-2", 1, case("modem", Some("c1")), Wall(2));
    assert_eq!(bank.cases[&1].contacts().len(), 2);
}

#[test]
fn a_merge_is_taken_back_and_nothing_is_lost() {
    let mut bank = anna_twice();
    let before = bank.clone();
    bank.merge(merge("c7", Some("c1"))).expect("two customers");
    bank.merge(merge("c7", None)).expect("a merge");
    assert_eq!(bank.merges.len(), 2);
    assert_eq!(Memory { merges: Vec::new(), ..bank }, before);
}

#[test]
fn a_merge_has_a_reason_and_no_circles() {
    let mut bank = anna_twice();
    let error = |bank: &mut Memory, merge: Merge| bank.merge(merge).expect_err("a mistake");
    let silent = Merge { because: "".into(), ..merge("c7", Some("c1")) };
    assert_eq!(error(&mut bank, silent), MergeError::NoReason);
    assert_eq!(error(&mut bank, merge("c9", Some("c1"))), MergeError::NoSuchCustomer { id: "c9".into() });
    bank.merge(merge("c7", Some("c1"))).expect("two customers");
    let same = MergeError::Same { from: "c1".into(), into: "c7".into() };
    assert_eq!(error(&mut bank, merge("c1", Some("c7"))), same);
    let merged = MergeError::Merged { from: "c7".into(), into: "c1".into() };
    assert_eq!(error(&mut bank, merge("c7", Some("c1"))), merged);
    assert_eq!(error(&mut bank, merge("c1", None)), MergeError::NotMerged { from: "c1".into() });
}

#[test]
fn an_e_mail_and_a_handle_find_whose_they_are() {
    let mut bank = bank();
    let addresses =
        ["Anna@Example.com", "telegram:anna"].map(|text| Address::parse(text).expect("an address"));
    bank.customers.get_mut("c1").expect("anna").addresses = addresses.into();
    for from in ["anna@example.com", "Anna <ANNA@example.com>", "telegram:@Anna"] {
        let found = bank.identify(&Caller::parse(from, None)).map(|record| record.id);
        assert_eq!(found, Identity::One("c1".into()), "{from}");
    }
    for from in ["anonymous", "", "anna@example.org", "anna"] {
        assert_eq!(bank.identify(&Caller::parse(from, None)), Identity::None, "{from}");
    }
}

#[test]
fn a_returning_caller_brings_the_last_topic_of_a_contact_that_is_over() {
    let mut bank = bank();
    let known = Entry::Identity { customer: "c1".into(), verified: false };
    bank.write("call-1", 1, known.clone(), Wall(1_000));
    bank.write("call-1", 2, resolved("balance"), Wall(2_000));
    let last_topic = |bank: &Memory| {
        let Identity::One(anna) = calls(bank, "+79656295719") else { panic!("nobody") };
        (anna.field("last_topic").clone(), anna.field("last_outcome").clone())
    };
    assert_eq!(last_topic(&bank), (Value::None, Value::None));
    let ending = Ending { at: Wall(3_000), by: EndedBy::Caller, cause: "normal".into() };
    bank.end_interaction("call-1", ending);
    bank.write("call-2", 1, known, Wall(9_000));
    assert_eq!(last_topic(&bank), (Value::text("balance"), Value::text("resolved")));
}

#[test]
fn an_erased_person_is_nobody_and_is_counted_as_before() {
    let mut bank = bank();
    bank.write("call-1", 1, case("modem", Some("c1")), Wall(1));
    bank.write("call-1", 2, Entry::Note { text: "Anna K. from Kazan".into() }, Wall(2));
    let note = Act::Note { text: "Anna is angry".into(), mood: Some("angry".into()) };
    bank.act(1, note, "ivan", Wall(3)).expect("a case").expect("a sentence");
    bank.customers.values_mut().for_each(Customer::erase);
    bank.interactions.values_mut().for_each(super::Interaction::erase);
    bank.cases.values_mut().for_each(super::Case::erase);
    let shown = format!("{:?}{:?}{:?}", bank.customers, bank.interactions, bank.cases);
    for word in ["Анна", "Anna", "79656295719"] {
        assert!(!shown.contains(word), "{word} is still there: {shown}");
    }
    assert!(bank.customers["c1"].is_erased());
    assert_eq!((bank.cases[&1].history.len(), bank.interactions["call-1"].entries.len()), (3, 2));
    assert_eq!(&*bank.cases[&1].topic, "modem");
}
