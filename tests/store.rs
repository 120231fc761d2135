//! The store's contract: one suite for whatever stands behind the trait. PINs and what is a database's own stand beside.

pub mod backends;
mod count;
mod cut;
mod desk;
mod erasure;
mod hours;
mod jobs;
mod kept;
mod month;
mod news;
mod outgoing;
mod pins;
mod postgres;
mod reports;
mod shifts;
mod sqlite;
mod vault;

use backends::check;
use callwright::crm::outbox::Jitter;
use callwright::crm::{Beginning, CaseState, Change, EndedBy, Ending, Identity, Memory, Posting, Verdict};
use callwright::program::{Caller, CaseMode, Channel, Entry, ObjectRef, Record, Text, Value, Vocabulary};
use callwright::store::{Import, Page, Row, Store};
use callwright::time::Wall;
use pins::attempt;

const BANK: &str = "id,name,phones,language,pin,object:account,tariff\n\
                    c1,Анна,+7 965 629-57-19; 8 495 203-57-37,ru,80915372,4081712345,gold\n\
                    c2,Boris,+79031112233,,,4081700001,\n\
                    c3,Vera,+79031112233,en,60215,,\n";

fn bank(store: &dyn Store) {
    let import = Import::read(BANK, &Vocabulary::default(), Some("RU")).expect("a file without mistakes");
    store.import(&import, Wall(0)).expect("an import");
}

fn caller(user: &str) -> Caller {
    Caller::parse(user, Some("RU"))
}

fn name_of(found: Identity<Record>) -> Identity<String> {
    found.map(|record| record.field("name").to_string())
}

fn posting(contact: &str, sequence: u64, entry: Entry) -> Posting {
    Posting { contact: contact.into(), sequence, at: Wall(sequence as i64), entry }
}

fn case(mode: CaseMode, topic: &str, customer: Option<&str>) -> Entry {
    Entry::Case { mode, topic: topic.into(), customer: customer.map(Text::from), about: None }
}

fn outcome(word: &str, topic: &str) -> Entry {
    Entry::Outcome { outcome: word.into(), topic: Some(topic.into()) }
}

fn beginning(contact: &str, started: i64) -> Beginning {
    Beginning {
        contact: contact.into(),
        channel: Channel::Call,
        from: caller("+79656295719"),
        to: "+78001000000".into(),
        started: Wall(started),
        program: "bank".into(),
        version: "v1".into(),
    }
}

fn deliver_all(store: &dyn Store) -> usize {
    store.deliver(Wall(1_000_000), usize::MAX, Jitter(0)).expect("a round of deliveries").delivered
}

fn say(store: &dyn Store, contact: &str, entries: &[Entry]) {
    for (index, entry) in entries.iter().enumerate() {
        store.enqueue(&posting(contact, index as u64 + 1, entry.clone())).expect("an entry in the outbox");
    }
    deliver_all(store);
}

#[test]
fn one_many_and_none_are_told_apart() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        let who = |user| name_of(store.identify(&caller(user)).expect("an answer"));
        assert_eq!(who("+79656295719"), Identity::One("Анна".to_owned()));
        assert_eq!(who("+79031112233"), Identity::Many(2));
        assert_eq!(who("+79990000000"), Identity::None);
    });
}

#[test]
fn a_number_finds_its_owner_however_it_is_written() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        for user in ["+7 965 629 57 19", "8 (965) 629-57-19", "8 495 203-57-37", "+7 965 629-57-19 ext. 4"] {
            let who = name_of(store.identify(&caller(user)).expect("an answer"));
            assert_eq!(who, Identity::One("Анна".to_owned()), "{user}");
        }
    });
}

#[test]
fn a_caller_without_a_number_is_nobody() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        for user in ["anonymous", "", "unavailable", "bob'; DROP TABLE customer"] {
            assert_eq!(store.identify(&caller(user)).expect("an answer"), Identity::None, "{user}");
        }
    });
}

#[test]
fn a_customer_comes_with_attributes_and_the_open_case() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        say(&*store, "call-1", &[case(CaseMode::Auto, "modem", Some("c1"))]);
        let Ok(Identity::One(anna)) = store.identify(&caller("+79656295719")) else { panic!("nobody") };
        assert_eq!(
            (anna.field("tariff"), anna.field("language")),
            (&Value::text("gold"), &Value::text("ru"))
        );
        let Value::Record(open) = anna.field("open_case") else { panic!("no open case: {anna:?}") };
        assert_eq!(open.field("topic"), &Value::text("modem"));
    });
}

#[test]
fn an_object_is_found_by_what_was_keyed_and_brings_its_owner() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        let find = |digits: &str| store.find("account", "number", &Value::Digits(digits.into()));
        let Ok(Identity::One(account)) = find("4081712345") else { panic!("no account") };
        let Value::Record(owner) = account.field("owner") else { panic!("no owner: {account:?}") };
        assert_eq!((&*owner.id, owner.field("tariff")), ("c1", &Value::text("gold")));
        assert_eq!(find("04081712345"), Ok(Identity::None));
        assert_eq!(store.find("card", "number", &Value::Digits("4081712345".into())), Ok(Identity::None));
    });
}

#[test]
fn an_interaction_is_the_same_whatever_is_said_of_it_first_and_how_often() {
    check(|backend| {
        let store = backend.open();
        let ending = Ending { at: Wall(90), by: EndedBy::Caller, cause: "normal".into() };
        say(&*store, "call-1", &[outcome("resolved", "balance")]);
        store.end_interaction("call-1", &ending).expect("an end");
        for _ in 0..2 {
            store.begin_interaction(&beginning("call-1", 10)).expect("a beginning");
        }
        let late = Ending { at: Wall(99), by: EndedBy::Fault, cause: "late".into() };
        store.end_interaction("call-1", &late).expect("an end");
        let kept = store.interaction("call-1").expect("an answer").expect("an interaction");
        assert_eq!((kept.beginning, kept.ending), (beginning("call-1", 10), Some(ending)));
        assert_eq!(kept.entries.len(), 1);
    });
}

#[test]
fn a_case_is_closed_by_resolved_whichever_is_said_first() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        say(
            &*store,
            "call-1",
            &[case(CaseMode::Auto, "balance", Some("c1")), outcome("resolved", "balance")],
        );
        say(
            &*store,
            "call-2",
            &[outcome("resolved", "balance"), case(CaseMode::Auto, "balance", Some("c1"))],
        );
        let cases = store.cases(Some("c1"), &Page::first(10)).expect("cases").items;
        let told: Vec<_> = cases.iter().map(|case| (case.state, case.opened_by().map(|id| &**id))).collect();
        assert_eq!(told, [(CaseState::Closed, Some("call-2")), (CaseState::Closed, Some("call-1"))]);
    });
}

#[test]
fn a_second_contact_continues_the_open_case_and_new_opens_another() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        say(&*store, "call-1", &[case(CaseMode::Auto, "modem", Some("c1"))]);
        say(&*store, "call-2", &[case(CaseMode::Auto, "modem", Some("c1")), outcome("resolved", "modem")]);
        say(&*store, "call-3", &[case(CaseMode::Auto, "modem", Some("c1"))]);
        say(&*store, "call-4", &[case(CaseMode::New, "modem", Some("c1"))]);
        let cases = store.cases(None, &Page::first(10)).expect("cases").items;
        let told: Vec<_> = cases.iter().map(|case| (case.id, case.state, case.contacts().len())).collect();
        let expected = [(3, CaseState::Open, 1), (2, CaseState::Open, 1), (1, CaseState::Closed, 2)];
        assert_eq!(told, expected);
    });
}

#[test]
fn a_later_outcome_replaces_and_the_history_keeps_both() {
    check(|backend| {
        let store = backend.open();
        let entries = [
            case(CaseMode::Auto, "modem", None),
            outcome("resolved", "modem"),
            outcome("handed_over", "modem"),
        ];
        say(&*store, "call-1", &entries);
        let interaction = store.interaction("call-1").expect("an answer").expect("an interaction");
        assert_eq!(interaction.outcome_for("modem").as_deref(), Some("handed_over"));
        let case = store.case(1).expect("an answer").expect("a case");
        let changes: Vec<Change> = case.history.into_iter().map(|event| event.change).collect();
        let outcome = |word: &str| Change::Outcome { outcome: word.into() };
        let opened = Change::Contact { about: None };
        let expected =
            [opened, outcome("resolved"), Change::Closed, outcome("handed_over"), Change::Reopened];
        assert_eq!((changes.as_slice(), case.state), (expected.as_slice(), CaseState::Open));
    });
}

#[test]
fn an_entry_said_twice_has_its_effect_once() {
    check(|backend| {
        let store = backend.open();
        let entries = [case(CaseMode::New, "modem", None), Entry::Note { text: "call back".into() }];
        say(&*store, "call-1", &entries);
        let once = store.case(1).expect("an answer");
        say(&*store, "call-1", &entries);
        assert_eq!(store.case(1).expect("an answer"), once);
        assert_eq!(store.counts().expect("counts").open_cases, 1);
    });
}

#[test]
fn what_was_put_in_and_not_delivered_is_delivered_once_after_reopening() {
    check(|backend| {
        let store = backend.open();
        store.enqueue(&posting("call-1", 1, case(CaseMode::New, "modem", None))).expect("an entry");
        drop(store);
        let store = backend.open();
        assert_eq!((deliver_all(&*store), deliver_all(&*store)), (1, 0));
        let counts = store.counts().expect("counts");
        assert_eq!((counts.open_cases, counts.pending, counts.dead), (1, 0, 0));
    });
}

#[test]
fn entries_of_a_contact_keep_their_order_whatever_order_they_came_in() {
    check(|backend| {
        let store = backend.open();
        for sequence in [3, 1, 2] {
            let note = Entry::Note { text: sequence.to_string().into() };
            store.enqueue(&posting("call-1", sequence, note)).expect("an entry");
        }
        store.enqueue(&posting("call-1", 0, case(CaseMode::New, "modem", None))).expect("an entry");
        for _ in 0..4 {
            let one = store.deliver(Wall(10), 1, Jitter(0)).expect("a round").delivered;
            assert_eq!(one, 1);
        }
        let case = store.case(1).expect("an answer").expect("a case");
        let notes = case.history.iter().filter_map(|event| match &event.change {
            Change::Note { text } => Some(&**text),
            _ => None,
        });
        assert_eq!(notes.collect::<Vec<_>>(), ["1", "2", "3"]);
    });
}

#[test]
fn what_one_contact_resolved_is_closed_before_the_next_contact_looks() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        for contact in ["call-1", "call-2"] {
            let entries = [case(CaseMode::Auto, "modem", Some("c1")), outcome("resolved", "modem")];
            for (index, entry) in entries.into_iter().enumerate() {
                store.enqueue(&posting(contact, index as u64, entry)).expect("an entry");
            }
        }
        deliver_all(&*store);
        assert_eq!(store.counts().expect("counts").closed_cases, 2);
    });
}

#[test]
fn an_entry_is_due_at_once_even_if_the_clock_was_set_back_since() {
    check(|backend| {
        let store = backend.open();
        let note = Entry::Note { text: "from the future".into() };
        store.enqueue(&posting("call-1", 50, note)).expect("an entry");
        let round = store.deliver(Wall(49), 10, Jitter(0)).expect("a round");
        assert_eq!((round.delivered, round.next_at), (1, None));
    });
}

#[test]
fn many_writers_at_once_lose_nothing() {
    check(|backend| {
        let store = backend.open();
        std::thread::scope(|scope| {
            for writer in 0..16 {
                let store = &store;
                scope.spawn(move || {
                    for sequence in 1..=10 {
                        let entry = case(CaseMode::New, "modem", None);
                        let put = store.enqueue(&posting(&format!("call-{writer}"), sequence, entry));
                        assert_eq!(put, Ok(()));
                    }
                });
            }
        });
        assert_eq!(store.counts().expect("counts").pending, 160);
        assert_eq!(deliver_all(&*store), 160);
        assert_eq!(store.counts().expect("counts").open_cases, 160);
    });
}

#[test]
fn pages_go_on_where_the_last_one_ended() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        for (index, contact) in ["call-1", "call-2", "call-3", "call-4", "call-5"].into_iter().enumerate() {
            // Two contacts of one moment are still two.
            store.begin_interaction(&beginning(contact, index as i64 / 2)).expect("a beginning");
        }
        let (mut page, mut seen) = (Some(Page::first(2)), Vec::new());
        while let Some(asked) = page {
            let listing = store.interactions(None, &asked).expect("interactions");
            page = Page::behind(&listing, 2);
            seen.extend(listing.items.into_iter().map(|interaction| interaction.id().to_string()));
        }
        assert_eq!(seen, ["call-5", "call-4", "call-3", "call-2", "call-1"]);
        let second = store.customers(&Page { after: Some("c1".into()), limit: 1 }).expect("customers");
        assert_eq!((&*second.items[0].id, second.next.as_deref()), ("c2", Some("c2")));
    });
}

#[test]
fn an_import_updates_who_is_known_and_merges_nobody() {
    check(|backend| {
        let store = backend.open();
        bank(&*store);
        let file = "id,name,phones\nc1,Anna Maria,+79031112233\nc4,Gleb,\n";
        let import = Import::read(file, &Vocabulary::default(), None).expect("a file without mistakes");
        let done = store.import(&import, Wall(1)).expect("an import");
        assert_eq!((done.added, done.updated), (1, 1));
        let anna = store.customer("c1").expect("an answer").expect("a customer");
        assert_eq!((&*anna.name, &anna.attributes["tariff"]), ("Anna Maria", &Value::text("gold")));
        let who = store.identify(&caller("+79031112233")).expect("an answer");
        assert_eq!(who, Identity::Many(3));
        assert_eq!(attempt(&*store, "c1", "80915372", "call-1", 1), Verdict::Right);
    });
}

#[test]
fn an_attribute_of_any_length_is_kept() {
    check(|backend| {
        let store = backend.open();
        let story: String = (0..4000).map(|number| format!("{number} ")).collect();
        let file = format!("id,name,story\nc1,Anna,{story}\n");
        let import = Import::read(&file, &Vocabulary::default(), None).expect("a file without mistakes");
        store.import(&import, Wall(0)).expect("an import");
        let anna = store.customer("c1").expect("an answer").expect("a customer");
        assert_eq!(anna.attributes["story"].to_string().trim(), story.trim());
    });
}

#[test]
fn an_import_that_fails_in_the_middle_leaves_nothing() {
    check(|backend| {
        let store = backend.open();
        let import = Import::read("id,name\nc1,Anna\n", &Vocabulary::default(), None);
        let mut import = import.expect("a file without mistakes");
        let mut stray = callwright::crm::Object::keyed("account", "number", "1", Some("nobody".into()));
        stray.id = "1".into();
        let row = Row { objects: vec![stray], ..import.rows[0].clone() };
        import.rows.push(row);
        assert!(store.import(&import, Wall(0)).is_err());
        assert_eq!(store.counts().expect("counts").customers, 0);
    });
}

/// Both CRMs are told the same, in an order that a seed chooses, and must hold the same in the end.
#[test]
fn the_store_and_the_simulators_memory_follow_the_same_rules() {
    check(|backend| {
        for seed in 1..=30u64 {
            println!("seed {seed}");
            let (store, mut memory) = (backend.open(), Memory::default());
            let mut chance = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut below = |bound: u64| {
                chance ^= chance << 13;
                chance ^= chance >> 7;
                chance ^= chance << 17;
                chance % bound
            };
            let (before, mut sequences) = (store.counts().expect("counts"), [0u64; 3]);
            for _ in 0..40 {
                let call = below(3) as usize;
                sequences[call] += 1;
                let customer = format!("{seed}-c{}", below(2));
                let topic = ["modem", "balance"][below(2) as usize];
                let entry = match below(5) {
                    0 => case(CaseMode::Auto, topic, Some(&customer)),
                    1 => case([CaseMode::Auto, CaseMode::New][below(2) as usize], topic, None),
                    2 => outcome(["resolved", "handed_over"][below(2) as usize], topic),
                    3 => Entry::Outcome { outcome: "resolved".into(), topic: None },
                    _ => Entry::Identity { customer: customer.as_str().into(), verified: below(2) == 0 },
                };
                let said = posting(&format!("{seed}-call-{call}"), sequences[call], entry);
                memory.apply(&said);
                store.enqueue(&said).expect("an entry");
                deliver_all(&*store);
            }
            let earlier = before.open_cases + before.closed_cases;
            for (id, expected) in &memory.cases {
                let mut kept = store.case(id + earlier).expect("an answer").expect("a case");
                kept.id = *id;
                assert_eq!(&kept, expected);
            }
            for (contact, expected) in &memory.interactions {
                assert_eq!(store.interaction(contact).expect("an answer").as_ref(), Some(expected));
            }
        }
    });
}

#[test]
fn an_object_that_was_keyed_is_named_by_contact_and_case() {
    check(|backend| {
        let store = backend.open();
        let about = ObjectRef { kind: "account".into(), id: "4081712345".into() };
        let entry = Entry::Case {
            mode: CaseMode::Auto,
            topic: "balance".into(),
            customer: None,
            about: Some(about.clone()),
        };
        say(&*store, "call-1", &[entry]);
        let case = store.case(1).expect("an answer").expect("a case");
        let interaction = store.interaction("call-1").expect("an answer").expect("an interaction");
        assert_eq!((case.about, interaction.about()), (Some(about.clone()), vec![about]));
    });
}

/// Whether Vera's PIN is right.
pub fn vera(store: &dyn Store) -> bool {
    attempt(store, "vera", "73915264", "call-1", 1) == Verdict::Right
}
