//! A contact's way into a service that fails wherever the test wants it to.

use super::*;
use crate::crm::{Beginning, EndedBy, Ending, Interaction, Memory, Posting, post};
use crate::program::{Caller, CaseMode, Channel, Entry, Phone};
use crate::time::{DurationMs, Wall};
use serde_json::{Value as Json, json};

/// A service with searches, creations and nothing else; ours calls a contact a call and a case a ticket.
const DESCRIPTION: &str = r#"
connector: shop
base: "https://crm.example/api"
customer: { id: /id, name: /name }
find_customer:
  by_number:
    get: /people
    query: { phone: "{number}" }
    list: /items
    same: { at: /phone, with: "{number}", last: 10 }
    pages: { offset: { parameter: offset, size: 2 } }
    most_pages: 3
create_interaction:
  unless: { get: /calls, query: { key: "{key}" }, list: /items, id: /id }
  post: /calls
  json: { key: "{key}", title: "{contact.title}", person: { id: "{customer.id}" } }
  id: /id
create_case:
  unless: { get: /tickets, query: { key: "{key}" }, list: /items, id: /id }
  post: /tickets
  json: { key: "{key}", title: "{case.title}", state: "{case.state}", person: { id: "{customer.id}" } }
  id: /id
append_case:
  unless: { get: /notes, query: { key: "{key}" }, list: /items, id: /id }
  post: /notes
  json: { key: "{key}", ticket: "{case.foreign}" }
  id: /id
set_case:
  put: "/tickets/{case.foreign}"
  json: { state: "{case.state}" }
"#;

fn description() -> Arc<Description> {
    Arc::new(Description::read("shop.yaml", DESCRIPTION).unwrap_or_else(|error| panic!("{error}")))
}

/// The service: what was made, in order, and people by number.
#[derive(Default)]
struct Service {
    people: Vec<Json>,
    made: Vec<(String, Json)>,
    changed: Vec<String>,
    requests: usize,
}

impl Service {
    fn answer(&mut self, request: &Request) -> Reply {
        self.requests += 1;
        let path = request.url.strip_prefix("https://crm.example/api/").unwrap_or("?");
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let body: Json = serde_json::from_slice(&request.body).unwrap_or_default();
        match (request.method.word(), path) {
            ("GET", "people") => {
                let offset = query.split_once("offset=").and_then(|(_, n)| n.parse().ok()).unwrap_or(0);
                let items: Vec<&Json> = self.people.iter().skip(offset).take(2).collect();
                ok(json!({ "items": items }))
            }
            ("GET", kind) => {
                let key = query.strip_prefix("key=").unwrap_or("?");
                let made = self.made.iter().enumerate();
                let found = made.filter(|(_, (of, body))| of == kind && body["key"] == key);
                let found: Vec<Json> = found.map(|(id, _)| json!({ "id": id })).collect();
                ok(json!({ "items": found }))
            }
            ("POST", kind) => {
                self.made.push((kind.to_owned(), body));
                ok(json!({ "id": self.made.len() - 1 }))
            }
            _ => {
                self.changed.push(format!("{path} {}", body["state"]));
                ok(json!({}))
            }
        }
    }

    fn kinds(&self) -> Vec<&str> {
        self.made.iter().map(|(kind, _)| kind.as_str()).collect()
    }
}

fn ok(body: Json) -> Reply {
    Reply { status: 200, body, ..Reply::default() }
}

/// What a contact said, as the built-in CRM has it.
fn tell(crm: &mut Memory, contact: &str, from: Option<&str>, outcome: &str) -> Report {
    let caller = from.and_then(Phone::from_e164).map_or(Caller::Withheld, Caller::Number);
    let beginning = Beginning { from: caller, to: "100".into(), channel: Channel::Call, ..unknown(contact) };
    crm.interactions.insert(contact.into(), Interaction::begin(beginning));
    let entries = [
        Entry::Case {
            mode: CaseMode::Auto,
            topic: "delivery".into(),
            customer: Some("c1".into()),
            about: None,
        },
        Entry::Outcome { outcome: outcome.into(), topic: Some("delivery".into()) },
    ];
    for (sequence, entry) in entries.into_iter().enumerate() {
        let posting = Posting { contact: contact.into(), sequence: sequence as u64 + 1, at: Wall(10), entry };
        let Ok(()) = post(crm, &posting);
    }
    let mut interaction = crm.interactions[&Text::from(contact)].clone();
    interaction.ending = Some(Ending { at: Wall(75_000), by: EndedBy::Caller, cause: "normal".into() });
    let about = |case: &&Case| case.history.iter().any(|event| &*event.contact == contact);
    Report { interaction, cases: crm.cases.values().filter(about).cloned().collect() }
}

fn unknown(contact: &str) -> Beginning {
    Beginning::unknown(contact, Wall(0))
}

/// What breaks: the n-th request, before or after it has had its effect.
#[derive(Clone, Copy)]
enum Fault {
    Never,
    Before(usize),
    After(usize),
}

/// Delivers until it has arrived, and from the beginning after each failure, with what was learned.
fn deliver(
    report: &Report,
    service: &mut Service,
    learned: &mut BTreeMap<Text, Text>,
    fault: Fault,
) -> Vec<Failure> {
    let mut failures = Vec::new();
    loop {
        let mut delivery =
            Delivery::new(description(), Facts::default(), report.clone(), learned.clone(), None);
        let mut todo = delivery.step(Input::Begin);
        while let Some(output) = (!todo.is_empty()).then(|| todo.remove(0)) {
            match output {
                Output::Learn(name, value) => drop(learned.insert(name, value)),
                Output::Done => return failures,
                Output::Failed(failure) => failures.push(failure),
                Output::Send(request) => {
                    let number = service.requests + 1;
                    let broken = Input::Broken(Failure::away("no answer"));
                    todo = delivery.step(match fault {
                        Fault::Before(n) if n == number => {
                            service.requests += 1;
                            broken
                        }
                        Fault::After(n) if n == number => {
                            let _ = service.answer(&request);
                            broken
                        }
                        Fault::Never | Fault::Before(_) | Fault::After(_) => {
                            Input::Reply(service.answer(&request))
                        }
                    });
                }
            }
        }
    }
}

#[test]
fn a_contact_and_its_case_are_made_once_and_the_next_contact_is_appended() {
    let (mut crm, mut service, mut learned) = (Memory::default(), Service::default(), BTreeMap::new());
    service.people.push(json!({ "id": 7, "phone": "8 (965) 629-57-19" }));
    let first = tell(&mut crm, "call-1", Some("+79656295719"), "open");
    assert_eq!(deliver(&first, &mut service, &mut learned, Fault::Never), []);
    let second = tell(&mut crm, "call-2", Some("+79656295719"), "resolved");
    assert_eq!(deliver(&second, &mut service, &mut learned, Fault::Never), []);
    assert_eq!(service.kinds(), ["calls", "tickets", "calls", "notes"]);
    assert_eq!(service.made[0].1["person"], json!({ "id": "7" }));
    assert_eq!(service.made[1].1["state"], "open");
    assert_eq!(service.made[3].1, json!({ "key": "call-2-case-1-entry", "ticket": "1" }));
    assert_eq!(service.changed, ["tickets/1 \"closed\""]);
}

#[test]
fn whatever_request_breaks_everything_is_there_once() {
    for number in 1..=9 {
        for fault in [Fault::Before(number), Fault::After(number)] {
            let (mut crm, mut service, mut learned) =
                (Memory::default(), Service::default(), BTreeMap::new());
            let first = tell(&mut crm, "call-1", Some("+79656295719"), "open");
            let second = tell(&mut crm, "call-2", Some("+79656295719"), "resolved");
            let _ = deliver(&first, &mut service, &mut learned, fault);
            let _ = deliver(&second, &mut service, &mut learned, fault);
            assert_eq!(service.kinds(), ["calls", "tickets", "calls", "notes"], "request {number}");
        }
    }
}

#[test]
fn after_an_unknown_fate_the_next_attempt_waits_until_it_could_be_found() {
    let (mut crm, mut service, mut learned) = (Memory::default(), Service::default(), BTreeMap::new());
    let report = tell(&mut crm, "call-1", None, "open");
    let lost = deliver(&report, &mut service, &mut learned, Fault::After(2));
    assert_eq!(lost, [Failure::away("no answer").no_sooner(DurationMs::from_secs(5))]);
    let (mut service, mut learned) = (Service::default(), BTreeMap::new());
    let asked = deliver(&report, &mut service, &mut learned, Fault::After(1));
    assert_eq!(asked, [Failure::away("no answer")]);
}

#[test]
fn a_case_that_was_found_is_told_where_it_stands_now() {
    let (mut crm, mut service, mut learned) = (Memory::default(), Service::default(), BTreeMap::new());
    let first = tell(&mut crm, "call-1", None, "open");
    let mut delivery = Delivery::new(description(), Facts::default(), first, learned.clone(), None);
    let mut outputs = delivery.step(Input::Begin);
    // The case is made, and its reply is lost; meanwhile the next contact closes it.
    while !service.kinds().contains(&"tickets") {
        let Some(Output::Send(request)) = outputs.pop() else { panic!("it asks for nothing") };
        outputs = delivery.step(Input::Reply(service.answer(&request)));
    }
    let second = tell(&mut crm, "call-2", None, "resolved");
    assert_eq!(deliver(&second, &mut service, &mut learned, Fault::Never), []);
    assert_eq!(service.kinds(), ["calls", "tickets", "calls", "notes"]);
    assert_eq!(service.changed, ["tickets/1 \"closed\""]);
}

#[test]
fn nobody_is_linked_to_the_first_of_several() {
    let (mut crm, mut service, mut learned) = (Memory::default(), Service::default(), BTreeMap::new());
    let other = json!({ "id": 6, "phone": "+7 843 292 11 08" });
    let (anna, boris) =
        (json!({ "id": 7, "phone": "89656295719" }), json!({ "id": 8, "phone": "+79656295719" }));
    service.people.extend([other.clone(), anna.clone(), other, anna, boris]);
    let report = tell(&mut crm, "call-1", Some("+79656295719"), "open");
    assert_eq!(deliver(&report, &mut service, &mut learned, Fault::Never), []);
    assert_eq!(
        service.made[0].1,
        json!({ "key": "call-1", "title": "Call from +79656295719: delivery: open" })
    );
}

/// The same contact as a flow that ran by itself, and called somebody if that is said.
fn as_a_task(mut report: Report, called: Option<&str>) -> Report {
    report.interaction.beginning.channel = Channel::Task;
    let mut trail = crate::crm::Trail::default();
    called.iter().for_each(|called| trail.reach(DurationMs::ZERO, called));
    report.interaction.trail = Some(trail);
    report
}

#[test]
fn whom_a_flow_called_is_told_as_called_and_a_flow_that_called_nobody_as_no_contact() {
    let (mut service, mut crm) = (Service::default(), Memory::default());
    let report = tell(&mut crm, "t-1", Some("+79656295719"), "resolved");
    let called = as_a_task(report.clone(), Some("+79031112233"));
    let facts = super::super::telling::contact_facts(&called.interaction);
    let told = ["contact.direction", "contact.from", "contact.to"].map(|name| facts.get(name));
    assert_eq!(told, ["outbound", "100", "+79031112233"].map(Json::from));
    deliver(&called, &mut service, &mut BTreeMap::new(), Fault::Never);
    assert_eq!(service.made[0].1["title"], "Call to +79031112233: delivery: resolved");
    let mut service = Service::default();
    let alone = as_a_task(report, None);
    deliver(&alone, &mut service, &mut BTreeMap::new(), Fault::Never);
    assert_eq!(service.kinds(), ["tickets"]);
}
