//! A person who wants to be forgotten: what is searched is every row of every table, whatever was going on.

use super::backends::{Backend, check};
use super::desk::{contact, known, look, merge};
use super::{bank, beginning, caller, case, deliver_all, posting};
use callwright::crm::outbox::{Event, Jitter, State};
use callwright::crm::{Attempt, Beginning, EndedBy, Ending, Job, Proof, Subscriber, Trail};
use callwright::program::verb::Lock;
use callwright::program::{Caller, CaseMode, Channel, Due, Entry, Message, ObjectRef, Secret, Value};
use callwright::store::{Desk, Import};
use callwright::time::{DurationMs, Wall};

/// What says who she was: a name, numbers, addresses, an account, and a word that flows and people wrote.
const HERS: [&str; 7] = ["Анна", "79656295719", "74952035737", "anna", "4081712345", "gold", "Kazan"];

fn with_addresses(desk: &dyn Desk) {
    bank(desk);
    let file = "id,name,addresses\nc1,Анна,Anna@Example.com;telegram:@Anna\n";
    let import = Import::read(file, &Default::default(), None).expect("a file without mistakes");
    desk.import(&import, Wall(1)).expect("an import");
}

fn sms() -> Entry {
    let to = caller("+79656295719").number().expect("a number").clone();
    Entry::Sms { to, message: Message::Text("from Kazan".into()) }
}

fn remind() -> Entry {
    let (due, args) = (Due::At(Wall(500)), vec![Value::text("Kazan")]);
    Entry::Task { due, flow: "remind".into(), args, language: None }
}

fn note() -> Entry {
    Entry::Note { text: "Анна from Kazan".into() }
}

fn is_nowhere(backend: &dyn Backend) {
    let rows = backend.rows();
    for word in HERS {
        let left: Vec<&str> = rows.lines().filter(|row| row.contains(word)).collect();
        assert!(left.is_empty(), "{word} is still there: {left:#?}");
    }
}

fn written(contact: &str, from: &str) -> Beginning {
    Beginning { channel: Channel::Chat, from: Caller::parse(from, None), ..beginning(contact, 20) }
}

fn end(desk: &dyn Desk, contact: &str) {
    let ending = Ending { at: Wall(90), by: EndedBy::Caller, cause: "normal".into() };
    desk.end_interaction(contact, &ending).expect("an end");
}

fn guess(desk: &dyn Desk, from: &Caller) {
    let (secret, lock) =
        (Secret::new("0000"), Lock { after: 9, length: DurationMs(1_000), by_day: false, counted: false });
    let (customer, proof, contact, now) = ("c1", Proof::Pin, "call-1", Wall(30));
    let attempt = Attempt { customer, caller: from, proof, secret: &secret, lock, contact, now };
    desk.verify(&attempt).expect("a verdict");
}

#[test]
fn whatever_was_going_on_an_erased_person_is_in_no_row() {
    check(|backend| {
        let desk = backend.open();
        with_addresses(&*desk);
        let name = |name: &str| Subscriber { name: name.into(), contacts: true, cases: true };
        desk.subscribe(&[name("hook")]).expect("a subscriber");
        let about = Some(ObjectRef { kind: "account".into(), id: "4081712345".into() });
        let card = Entry::Case { mode: CaseMode::New, topic: "card".into(), customer: None, about };
        contact(&*desk, "call-1", 10, &[known("c1"), card, note(), sms(), remind()]);
        desk.keep_trail("call-1", &Trail::default()).expect("a trail");
        // Contacts from her number and her address in which nobody asked who it was.
        contact(&*desk, "call-2", 11, &[case(CaseMode::New, "modem", None), note()]);
        for (id, from) in [("chat-1", "telegram:@ANNA"), ("mail-1", "Анна <Anna@Example.com>")] {
            desk.begin_interaction(&written(id, from)).expect("a beginning");
            end(&*desk, id);
            guess(&*desk, &Caller::parse(from, None));
        }
        guess(&*desk, &caller("+79656295719"));
        // What services answered repeats what they were told.
        let failed = Event::Failed { reason: "no such number +79656295719".into(), jitter: Jitter(0) };
        for dispatch in desk.dispatches(State::Pending, 99).expect("a list") {
            let done = desk.change_outbox(&dispatch.key(), failed.clone(), Wall(40));
            assert_eq!(done, Ok(true), "{}", dispatch.key());
        }
        for errand in desk.errands(Wall(60), 9).expect("errands") {
            let key = (&*errand.contact, errand.sequence);
            (0..2).for_each(|_| desk.settle_errand(key, failed.clone(), Wall(61)).expect("settled"));
        }
        desk.merge(&merge("c3", Some("c1"))).expect("two customers");
        let mut merged = merge("c3", None);
        merged.because = "Анна is from Kazan".into();
        desk.merge(&merged).expect("taken back");
        let erased = desk.erase("c1", &look("erase")).expect("a customer");
        assert_eq!((erased.contacts.len(), erased.cases), (4, 2));
        is_nowhere(backend);
        assert_eq!(desk.outbox(State::Dead, 9).expect("a list"), []);
    });
}

#[test]
fn what_a_contact_says_after_it_was_erased_says_no_more_who_it_was() {
    check(|backend| {
        let desk = backend.open();
        with_addresses(&*desk);
        let began = beginning("call-1", 10);
        desk.begin_interaction(&began).expect("a beginning");
        for (sequence, entry) in (1..).zip([known("c1"), case(CaseMode::New, "modem", None), sms()]) {
            desk.enqueue(&posting("call-1", sequence, entry)).expect("an entry");
        }
        deliver_all(&*desk);
        let errands = desk.errands(Wall(60), 9).expect("errands");
        // One that nobody has heard yet when she is erased.
        desk.enqueue(&posting("call-1", 4, note())).expect("an entry");
        desk.erase("c1", &look("erase")).expect("a customer");
        for (sequence, entry) in (5..).zip([note(), sms(), remind()]) {
            desk.enqueue(&posting("call-1", sequence, entry)).expect("an entry");
        }
        deliver_all(&*desk);
        // A restart tells of it again from its journal.
        desk.begin_interaction(&began).expect("a beginning");
        desk.keep_trail("call-1", &Trail::default()).expect("a trail");
        end(&*desk, "call-1");
        assert_eq!(desk.claim_jobs(Wall(9_000), DurationMs(9), 9), Ok(Vec::<Job>::new()));
        // Messages that waited are sent yet, and nothing stays of them.
        let sent = errands.into_iter().chain(desk.errands(Wall(70), 9).expect("errands"));
        let told: Vec<String> = sent.map(|errand| errand.key()).collect();
        assert_eq!(told, ["call-1/3", "call-1/6"]);
        let refused = Event::Refused { reason: "not from Kazan".into() };
        desk.settle_errand(("call-1", 3), Event::Delivered, Wall(80)).expect("settled");
        desk.settle_errand(("call-1", 6), refused, Wall(80)).expect("settled");
        is_nowhere(backend);
        assert_eq!(desk.change_outbox("call-1/6", Event::Resend, Wall(99)), Ok(false));
    });
}

#[test]
fn contacts_from_a_number_that_others_have_too_stay() {
    check(|backend| {
        let desk = backend.open();
        bank(&*desk);
        let shared = Beginning { from: caller("+79031112233"), ..beginning("call-1", 10) };
        desk.begin_interaction(&shared).expect("a beginning");
        assert_eq!(desk.erase("c2", &look("erase")).expect("a customer").contacts.len(), 0);
        let left = desk.interaction("call-1").expect("an answer").expect("a contact");
        assert_eq!(left.beginning.from, shared.from);
        assert_eq!(desk.erase("c3", &look("erase")).expect("a customer").contacts.len(), 1);
    });
}
