//! What people do at their desks: cases, merges, lists, who looked, what is taken away.

use super::pins::attempt;
use super::{bank, beginning, caller, case, check, name_of, outcome, say};
use callwright::crm::outbox::State;
use callwright::crm::{
    Act, ActError, Attempt, EndedBy, Ending, Identity, Memory, Merge, MergeError, Proof, Trail, Update,
    Updated, Verdict,
};
use callwright::program::verb::Lock;
use callwright::program::{Caller, CaseMode, Entry, Record, Secret, Text, Type, Value, Vocabulary};
use callwright::store::{CaseFilter, Desk, Import, Kept, Look, Page, Reshape, Standing, StoreError};
use callwright::time::{DurationMs, Wall};

pub fn merge(from: &str, into: Option<&str>) -> Merge {
    let into = into.map(Text::from);
    Merge { from: from.into(), into, by: "olga".into(), because: "one passport".into(), at: Wall(9) }
}

pub fn look(what: &str) -> Look {
    let because = "a letter of the 3rd".into();
    Look { at: Wall(50), by: "olga".into(), what: what.into(), customer: "c1".into(), because }
}

fn numbers(desk: &dyn Desk, filter: CaseFilter) -> Vec<u64> {
    let found = desk.cases_like(&filter, &Page::first(10)).expect("cases");
    found.items.into_iter().map(|case| case.id).collect()
}

/// A contact of a customer's from its beginning to its end.
pub fn contact(desk: &dyn Desk, id: &str, started: i64, entries: &[Entry]) {
    desk.begin_interaction(&beginning(id, started)).expect("a beginning");
    say(desk, id, entries);
    let ending = Ending { at: Wall(started + 60_000), by: EndedBy::Caller, cause: "normal".into() };
    desk.end_interaction(id, &ending).expect("an end");
}

pub fn known(customer: &str) -> Entry {
    Entry::Identity { customer: customer.into(), verified: false }
}

#[test]
fn what_people_do_to_a_case_is_there_after_reopening_with_their_names() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        say(&*desk, "call-1", &[case(CaseMode::Auto, "modem", Some("c1"))]);
        let acts = [
            Act::Assign { to: Some("ivan".into()) },
            Act::Note { text: "third call".into(), mood: Some("angry".into()) },
            Act::Promise { what: "call back".into(), due: Wall(5_000) },
            Act::Wait { because: "a photo".into() },
        ];
        for act in &acts {
            desk.act(1, act, "olga", Wall(10)).expect("a case that is open");
        }
        drop(desk);
        let desk = backend.open();
        let case = desk.case(1).expect("an answer").expect("a case");
        assert_eq!((case.history.len(), case.owner().map(|owner| &**owner)), (5, Some("ivan")));
        assert!(case.is_overdue(Wall(5_001)) && !case.is_overdue(Wall(4_999)));
        let Ok(Identity::One(anna)) = desk.identify(&caller("+79656295719")) else { panic!("nobody") };
        let Value::Record(open) = anna.field("open_case") else { panic!("no open case: {anna:?}") };
        let seen = ["state", "owner", "mood"].map(|name| open.field(name).to_string());
        assert_eq!(seen, ["waiting", "ivan", "angry"]);
    });
}

#[test]
fn a_case_is_never_deleted_and_closed_only_for_a_reason() {
    check(|backend| {
        let desk = backend.open();
        say(&*desk, "call-1", &[case(CaseMode::New, "modem", None)]);
        let silent = desk.act(1, &Act::Close { because: "".into() }, "olga", Wall(1));
        assert_eq!(silent.err(), Some(StoreError::Act(ActError::NoReason)));
        let nobodys = desk.act(9, &Act::Resume, "olga", Wall(1));
        assert_eq!(nobodys.err(), Some(StoreError::NoSuchCase { id: 9 }));
        let mark = Act::Mark { mark: "wrong_number".into(), because: "wanted the pizzeria".into() };
        desk.act(1, &mark, "olga", Wall(2)).expect("a case");
        desk.act(1, &Act::Close { because: "a wrong number".into() }, "olga", Wall(3)).expect("a case");
        let marked = CaseFilter { mark: Some("wrong_number".into()), ..CaseFilter::default() };
        assert_eq!(numbers(&*desk, marked), [1]);
        assert_eq!(desk.counts().expect("counts").closed_cases, 1);
    });
}

#[test]
fn people_list_what_is_theirs_what_is_not_settled_and_what_is_overdue() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        say(&*desk, "call-1", &[case(CaseMode::New, "modem", Some("c1"))]);
        say(&*desk, "call-2", &[case(CaseMode::New, "balance", None), outcome("resolved", "balance")]);
        say(&*desk, "call-3", &[case(CaseMode::New, "modem", Some("c2"))]);
        desk.act(3, &Act::Assign { to: Some("ivan".into()) }, "olga", Wall(1)).expect("a case");
        let promise = Act::Promise { what: "call back".into(), due: Wall(100) };
        desk.act(1, &promise, "ivan", Wall(1)).expect("a case");
        let any = CaseFilter::default;
        assert_eq!(numbers(&*desk, any()), [3, 2, 1]);
        assert_eq!(numbers(&*desk, CaseFilter { state: Some(Standing::Unsettled), ..any() }), [3, 1]);
        assert_eq!(numbers(&*desk, CaseFilter { owner: Some("ivan".into()), ..any() }), [3]);
        assert_eq!(numbers(&*desk, CaseFilter { topic: Some("balance".into()), ..any() }), [2]);
        assert_eq!(numbers(&*desk, CaseFilter { customer: Some("c1".into()), ..any() }), [1]);
        assert_eq!(numbers(&*desk, CaseFilter { due_before: Some(Wall(101)), ..any() }), [1]);
        desk.act(1, &Act::Keep { promise: 1 }, "ivan", Wall(2)).expect("a promise");
        assert_eq!(numbers(&*desk, CaseFilter { due_before: Some(Wall(101)), ..any() }), [0u64; 0]);
    });
}

#[test]
fn merged_customers_are_one_until_a_person_takes_it_back() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        contact(&*desk, "call-1", 10, &[known("c3"), case(CaseMode::Auto, "modem", Some("c3"))]);
        let who = |desk: &dyn Desk, number| name_of(desk.identify(&caller(number)).expect("an answer"));
        assert_eq!(who(&*desk, "+79031112233"), Identity::Many(2));
        desk.merge(&merge("c3", Some("c2"))).expect("two customers");
        drop(desk);
        let desk = backend.open();
        assert_eq!(who(&*desk, "+79031112233"), Identity::One("Boris".to_owned()));
        let boris = desk.whole("c3").expect("an answer").expect("a customer");
        assert_eq!((&*boris.id, boris.language.as_deref()), ("c2", Some("en")));
        say(&*desk, "call-2", &[case(CaseMode::Auto, "modem", Some("c2"))]);
        let case = desk.case(1).expect("an answer").expect("a case");
        assert_eq!(case.contacts().len(), 2);
        let contacts = desk.interactions(Some("c2"), &Page::first(10)).expect("contacts").items;
        assert_eq!(contacts.iter().map(|contact| &**contact.id()).collect::<Vec<_>>(), ["call-1"]);
        // The one that stands has no PIN, and that of the other is not its own.
        assert_eq!(attempt(&*desk, "c3", "60215", "call-3", 1), Verdict::Wrong { left: 2 });
        desk.merge(&merge("c3", None)).expect("a merge");
        assert_eq!(who(&*desk, "+79031112233"), Identity::Many(2));
        assert_eq!(attempt(&*desk, "c3", "60215", "call-3", 2), Verdict::Right);
        assert_eq!(desk.merges("c2").expect("merges").len() + desk.merges("c3").expect("merges").len(), 3);
    });
}

#[test]
fn a_merge_into_nobody_or_in_a_circle_is_refused() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        desk.merge(&merge("c3", Some("c2"))).expect("two customers");
        let same = MergeError::Same { from: "c2".into(), into: "c3".into() };
        assert_eq!(desk.merge(&merge("c2", Some("c3"))), Err(StoreError::Merge(same)));
        let nobody = MergeError::NoSuchCustomer { id: "c9".to_owned() };
        assert_eq!(desk.merge(&merge("c1", Some("c9"))), Err(StoreError::Merge(nobody)));
    });
}

#[test]
fn an_address_finds_whose_it_is_and_a_desk_finds_by_anything() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        let file = "id,name,addresses\nc1,Анна,Anna@Example.com; telegram:@Anna\n";
        let import = Import::read(file, &Vocabulary::default(), None).expect("a file without mistakes");
        desk.import(&import, Wall(1)).expect("an import");
        let from =
            |text: &str| desk.identify(&Caller::parse(text, None)).map(|found| found.map(|one| one.id));
        assert_eq!(from("Anna K. <anna@example.com>"), Ok(Identity::One("c1".into())));
        assert_eq!(from("telegram:anna"), Ok(Identity::One("c1".into())));
        assert_eq!((from("anna@example.org"), from("anonymous")), (Ok(Identity::None), Ok(Identity::None)));
        for words in ["8 965 629-57-19", "anna@example.com", "4081712345", "gold", "c1", "Анн"] {
            let found = desk.seek(words, Some("RU"), 10).expect("customers");
            assert_eq!(found.iter().map(|one| &*one.id).collect::<Vec<_>>(), ["c1"], "{words}");
        }
        assert_eq!(desk.seek("Nemo", None, 10).expect("customers"), []);
    });
}

#[test]
fn a_returning_caller_brings_the_last_contact_that_is_over() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        contact(&*desk, "call-1", 1_000, &[known("c1"), outcome("resolved", "balance")]);
        contact(&*desk, "call-2", 2_000, &[known("c1"), outcome("handed_over", "modem")]);
        desk.begin_interaction(&beginning("call-3", 3_000)).expect("a beginning");
        say(&*desk, "call-3", &[known("c1"), outcome("resolved", "invoice")]);
        let Ok(Identity::One(anna)) = desk.identify(&caller("+79656295719")) else { panic!("nobody") };
        let last = ["last_topic", "last_outcome"].map(|name| anna.field(name).to_string());
        assert_eq!(last, ["modem", "handed_over"]);
    });
}

#[test]
fn one_pin_on_many_accounts_locks_the_caller_on_all_of_them() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        let number = caller("+79990001122");
        let lock = Lock { after: 2, length: DurationMs(1000), by_day: false, counted: false };
        let guess = |customer: &str, pin: &str, now: i64| {
            let secret = Secret::new(pin);
            let (proof, contact, now) = (Proof::Pin, "call-1", Wall(now));
            let attempt = Attempt { customer, caller: &number, proof, secret: &secret, lock, contact, now };
            desk.verify(&attempt).expect("a verdict")
        };
        let heard: Vec<Verdict> =
            (0..6).map(|account| guess(&format!("a{account}"), "1234", account)).collect();
        assert_eq!((heard[3], heard[4]), (Verdict::Wrong { left: 1 }, Verdict::Wrong { left: 1 }));
        assert_eq!(heard[5], Verdict::Locked { until: Wall(1005) });
        assert_eq!(guess("c1", "80915372", 6), Verdict::Locked { until: Wall(1005) });
        assert_eq!(attempt(&*desk, "c1", "80915372", "call-2", 7), Verdict::Right);
        assert_eq!(desk.unlock("caller:+79990001122", Wall(8)), Ok(true));
        assert_eq!(guess("c1", "80915372", 9), Verdict::Right);
    });
}

#[test]
fn the_way_of_a_contact_is_kept_with_it() {
    check(|backend| {
        let desk = backend.open();
        contact(&*desk, "call-1", 10, &[]);
        let mut trail = Trail::default();
        trail.enter(DurationMs(0), &"reception".into());
        trail.take(DurationMs(900), &"••••".into());
        desk.keep_trail("call-1", &trail).expect("kept");
        let kept = desk.interaction("call-1").expect("an answer").expect("a contact");
        assert_eq!(kept.trail, Some(trail));
    });
}

#[test]
fn an_erased_person_is_in_no_row_and_is_counted_as_before() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        let note = Entry::Note { text: "Анна from Kazan".into() };
        contact(&*desk, "call-1", 10, &[known("c1"), case(CaseMode::Auto, "modem", Some("c1")), note]);
        desk.act(1, &Act::Note { text: "Анна again".into(), mood: None }, "ivan", Wall(20)).expect("a case");
        let before = desk.counts().expect("counts");
        let erased = desk.erase("c1", &look("erase")).expect("a customer");
        assert_eq!((erased.contacts.len(), erased.cases, erased.objects), (1, 1, 1));
        assert_eq!(desk.identify(&caller("+79656295719")), Ok(Identity::None));
        let left = desk.dossier("c1").expect("an answer").expect("an id");
        let left = serde_json::to_string(&left).expect("text");
        for word in ["Анна", "9656295719", "gold", "4081712345"] {
            assert!(!left.contains(word), "{word} is still there: {left}");
        }
        let after = desk.counts().expect("counts");
        assert_eq!((after.interactions, after.open_cases), (before.interactions, before.open_cases));
        assert_eq!(desk.looks(Some("c1"), 10).expect("looks")[0], look("erase"));
        assert_eq!(attempt(&*desk, "c1", "80915372", "call-9", 60), Verdict::Wrong { left: 2 });
    });
}

#[test]
fn what_only_the_merged_one_knew_is_changed_on_the_one_that_stands() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        desk.merge(&merge("c1", Some("c2"))).expect("two customers");
        let (seen, value) = (Value::text("gold"), Value::text("classic"));
        let update = Update { kind: "customer", of: "c2", field: "tariff", value: &value, seen: &seen };
        assert_eq!(desk.update(&update, Wall(1)), Ok(Updated::Done));
        assert_eq!(desk.update(&update, Wall(2)), Ok(Updated::Conflict));
        let tariff = |id: &str| desk.customer(id).expect("an answer").expect("a customer").field("tariff");
        assert_eq!((tariff("c1"), tariff("c2")), (seen.clone(), value.clone()));
    });
}

#[test]
fn what_is_old_says_no_more_who_it_was_and_is_counted_once() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        let note = Entry::Note { text: "from Kazan".into() };
        contact(&*desk, "call-1", 1_000, &[known("c1"), note.clone()]);
        contact(&*desk, "call-2", 9_000, &[known("c1"), note]);
        let look = Look {
            at: Wall(9_999),
            by: "retention".into(),
            what: "retain contacts".into(),
            customer: "".into(),
            because: "older than 400d".into(),
        };
        let old = || desk.count_older(Kept::Contacts, Wall(5_000)).expect("a count");
        let forget = || desk.forget(Kept::Contacts, Wall(5_000), &look).expect("a count");
        let kept = |state: State| -> Vec<String> {
            desk.outbox(state, 9).expect("a list").iter().map(|parcel| parcel.key.to_string()).collect()
        };
        assert_eq!(kept(State::Delivered), ["call-1/1", "call-1/2", "call-2/1", "call-2/2"]);
        assert_eq!([old(), old(), forget(), forget(), old()], [1, 1, 1, 0, 0]);
        assert_eq!(kept(State::Delivered), ["call-2/1", "call-2/2"]);
        let trail = desk.looks(Some("c1"), 10).expect("a trail");
        assert_eq!((&*trail[0].what, &*trail[0].by), ("retain contacts call-1", "retention"));
        let notes = ["call-1", "call-2"].map(|id| {
            let contact = desk.interaction(id).expect("an answer").expect("a contact");
            contact.entries[1].entry.to_string()
        });
        assert_eq!(notes, ["note \"erased\"", "note \"from Kazan\""]);
    });
}

#[test]
fn a_changed_type_is_converted_or_told_and_never_lost() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        let mut reshape = Reshape::default();
        reshape.vocabulary.customer.insert("tariff".into(), Type::Number);
        let misfits = desk.reshape(&reshape, false).expect("a report");
        assert_eq!((misfits.len(), &*misfits[0].value, &misfits[0].becomes), (1, "gold", &None));
        let anna = desk.customer("c1").expect("an answer").expect("a customer");
        assert_eq!(anna.attributes["tariff"], Value::text("gold"));
    });
}

#[test]
fn an_attribute_with_a_new_name_is_found_by_it_and_whoever_has_none_gets_one() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        let mut reshape = Reshape::default();
        reshape.vocabulary.customer.insert("plan".into(), Type::Text);
        reshape.renamed.insert("tariff".into(), "plan".into());
        reshape.filled.insert("plan".into(), Value::text("classic"));
        let asked = desk.reshape(&reshape, true).expect("a report");
        assert_eq!(desk.reshape(&reshape, false), Ok(asked.clone()));
        let becomes: Vec<_> = asked.iter().filter_map(|misfit| misfit.becomes.as_deref()).collect();
        assert_eq!(becomes, ["plan=gold", "classic", "classic"]);
        assert_eq!(desk.reshape(&reshape, false), Ok(Vec::new()), "there is nothing more to be done");
        let found = |field: &str, key: &str| {
            name_of(desk.find("customer", field, &Value::text(key)).expect("an answer"))
        };
        assert_eq!(found("plan", "gold"), Identity::One("Анна".to_owned()));
        assert_eq!((found("plan", "classic"), found("tariff", "gold")), (Identity::Many(2), Identity::None));
    });
}

/// What a look-up says of a customer and of the case that is open.
fn seen(found: Identity<Record>) -> Identity<[String; 3]> {
    found.map(|one| {
        let open = |name: &str| match one.field("open_case") {
            Value::Record(case) => case.field(name).to_string(),
            _ => "none".to_owned(),
        };
        [one.id.to_string(), open("topic"), open("contacts")]
    })
}

/// Both CRMs are told the same, in an order that a seed chooses, and must answer the same.
#[test]
fn the_store_and_the_memory_follow_whom_people_merge() {
    check(|backend| {
        for seed in 1..=5u64 {
            println!("seed {seed}");
            let (desk, mut memory) = (backend.open(), Memory::default());
            let mut chance = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut below = |bound: u64| {
                chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (chance >> 33) % bound
            };
            let id = |number: u64| Text::from(format!("s{seed}-{number}"));
            // Three numbers for five customers, so that some share one.
            let phone = |number: u64| format!("+7903{seed:03}{:04}", number % 3);
            let rows = (0..5).map(|number| format!("{},Name,{}\n", id(number), phone(number)));
            let file = rows.fold("id,name,phones\n".to_owned(), |file, row| file + &*row);
            let import = Import::read(&file, &Vocabulary::default(), None).expect("a file without mistakes");
            desk.import(&import, Wall(0)).expect("an import");
            import.rows.into_iter().for_each(|row| memory.add_customer(row.customer, None));
            for step in 1..=40u64 {
                let (one, other, contact) = (id(below(5)), id(below(5)), format!("s{seed}-call-{step}"));
                match below(3) {
                    0 => {
                        let topic = ["modem", "invoice"][below(2) as usize];
                        let entries =
                            [case(CaseMode::Auto, topic, Some(&one)), outcome("resolved", "invoice")];
                        say(&*desk, &contact, &entries);
                        for (index, entry) in entries.into_iter().enumerate() {
                            memory.write(&contact, index as u64 + 1, entry, Wall(index as i64 + 1));
                        }
                    }
                    way => {
                        let into = Some(other).filter(|_| way == 1);
                        let said = Merge { from: one, into, ..merge("", None) };
                        let expected = memory.merge(said.clone()).map_err(StoreError::Merge);
                        assert_eq!(desk.merge(&said), expected, "step {step}");
                    }
                }
                for number in 0..3 {
                    let from = caller(&phone(number));
                    let found = desk.identify(&from).expect("an answer");
                    assert_eq!(seen(found), seen(memory.identify(&from)), "step {step}, number {number}");
                }
            }
        }
    });
}
