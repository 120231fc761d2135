//! A service that is away: contacts go on, and all of them arrive when it is back, in order and once.

use super::fake::{Fake, Heard, Product};
use super::{Office, until};
use crate::harness::run;
use callwright::crm::outbox::State;
use callwright::server::Config;
use serde_json::{Value as Json, json};

const OWN: &str = r#"
connector: shop
base: "http://ADDRESS"
limits: { per_second: 500, burst: 500, within: 2s }
breaker: { failures: 3, pause: 300ms }
search_lag: 20ms
create_interaction:
  unless: { get: /calls, query: { key: "{key}" }, list: /items, id: /id }
  post: /calls
  json: { key: "{key}", from: "{contact.from}" }
  id: /id
"#;

/// Keeps calls; refuses those of one number.
#[derive(Default)]
struct Shop {
    calls: Vec<String>,
    refuse: Option<&'static str>,
}

impl Product for Shop {
    fn answer(&mut self, heard: &Heard) -> (u16, Json) {
        if heard.method == "GET" {
            let known = self.calls.iter().filter(|key| heard.query("key") == Some(key));
            return (200, json!({ "items": known.map(|key| json!({ "id": key })).collect::<Vec<_>>() }));
        }
        if self.refuse.is_some_and(|number| heard.body["from"] == number) {
            return (422, json!({ "message": "no such country" }));
        }
        let key = heard.body["key"].as_str().unwrap_or("?").to_owned();
        self.calls.push(key.clone());
        (201, json!({ "id": key }))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_while_the_service_is_away_arrives_when_it_is_back() {
    let office = Office::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port");
    let connector = office.description(&OWN.replace("ADDRESS", &free.to_string()));
    let service = office.serve(Config { connector: Some(connector), ..office.config() }).await;
    for number in 1..=20 {
        office.contact(&format!("call-{number:02}"), "+79656295719", "open");
    }
    let store = office.store.clone();
    until("somebody has tried", || {
        let waiting = store.dispatches(State::Pending, 1).expect("a list");
        waiting.first().is_some_and(|first| first.progress.reason.as_deref() == Some("it cannot be reached"))
    })
    .await;
    let fake = Fake::start_at(Shop::default(), free).await;
    until("all has arrived", || store.dispatch_counts().expect("counts").pending == 0).await;
    let arrived = fake.look(|shop| shop.calls.clone());
    assert_eq!(arrived, (1..=20).map(|number| format!("call-{number:02}")).collect::<Vec<_>>());
    assert_eq!(store.dispatch_counts().expect("counts").dead, 0);
    service.drain(std::time::Duration::ZERO).await;
}

/// What `callwright crm outbox` says.
fn outbox(office: &Office, args: &[&str]) -> (bool, String) {
    let data = office.folder.path().to_str().expect("a path");
    let output = run(env!("CARGO_BIN_EXE_callwright"), &[&["crm", "--data", data, "outbox"], args].concat());
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_refuses_is_listed_explained_resent_and_dropped_by_command() {
    let office = Office::new();
    let fake = Fake::start(Shop { refuse: Some("+79656295719"), ..Shop::default() }).await;
    let connector = office.description(&OWN.replace("ADDRESS", &fake.address.to_string()));
    let service = office.serve(Config { connector: Some(connector), ..office.config() }).await;
    office.contact("call-1", "+79656295719", "open");
    office.contact("call-2", "+79990000000", "open");
    let store = office.store.clone();
    until("one is refused", || store.dispatch_counts().expect("counts").dead == 1).await;
    until("the other has arrived", || fake.look(|shop| shop.calls.clone()) == ["call-2"]).await;
    let (_, list) = outbox(&office, &[]);
    assert!(list.starts_with("0 pending, 1 dead\n") && list.contains("contact call-1"), "{list}");
    let (_, shown) = outbox(&office, &["show", "shop#1"]);
    assert!(shown.contains("it answered 422: {\"message\":\"no such country\"}"), "{shown}");
    assert!(shown.contains("a field or a value is not taken"), "{shown}");
    fake.product.lock().expect("nobody panics here").refuse = None;
    assert_eq!(outbox(&office, &["resend", "--dead"]), (true, "shop#1 is delivered next\n".to_owned()));
    until("it has arrived now", || fake.look(|shop| shop.calls.len()) == 2).await;
    assert!(!outbox(&office, &["resend", "shop#1"]).0, "it was delivered");
    service.drain(std::time::Duration::ZERO).await;
    office.contact("call-3", "+79656295719", "open");
    let dropped = outbox(&office, &["drop", "shop#3", "--because", "a test", "--by", "ann"]);
    assert_eq!(dropped, (true, "shop#3 is given up for good\n".to_owned()));
    let (_, shown) = outbox(&office, &["show", "shop#3"]);
    assert!(shown.contains("dropped") && shown.contains("a test (ann)"), "{shown}");
    assert_eq!(outbox(&office, &[]).1, "0 pending, 0 dead\n");
}

#[test]
fn connectors_are_listed_printed_and_checked_by_command() {
    let callwright = env!("CARGO_BIN_EXE_callwright");
    let list = String::from_utf8_lossy(&run(callwright, &["connectors"]).stdout).into_owned();
    assert!(list.contains("hubspot  HubSpot") && list.contains("in ESPOCRM_API_KEY unless"), "{list}");
    let office = Office::new();
    let printed = run(callwright, &["connectors", "hubspot"]).stdout;
    let file = office.folder.path().join("own.yaml");
    std::fs::write(&file, &printed).expect("written");
    let path = file.to_str().expect("a path");
    let checked =
        String::from_utf8_lossy(&run(callwright, &["connectors", "--check", path]).stdout).into_owned();
    assert!(checked.contains("can be used: by_number, by_email"), "{checked}");
    let wrong = String::from_utf8_lossy(&printed).replace("{contact.from}", "{contact.form}");
    std::fs::write(&file, wrong).expect("written");
    let settings = office.folder.path().join("callwright.yaml");
    std::fs::write(&settings, format!("connector: {path}\n")).expect("written");
    let settings = settings.to_str().expect("a path");
    let output = run(callwright, &["run", "flows/bank", "--config", settings, "--check"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("own.yaml:") && said.contains("did you mean `contact.from`?"), "{said}");
}
