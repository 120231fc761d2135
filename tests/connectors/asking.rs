//! `identify` and `find customer` on a real call, answered by a foreign CRM: in the flow's time or not at all.

use super::fake::{Fake, Heard, Product};
use super::{Office, until};
use crate::harness::image;
use callwright::program::Entry;
use callwright::server::{Config, ConnectorConfig, Moment, Telephone};
use callwright::source::MemoryFiles;
use callwright::store::Page;
use serde_json::{Value as Json, json};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Says who it was, in a note.
const CENTRE: &str = r#"
program centre {
    languages en
    default { hung_up { outcome abandoned } }
}
crm { customer { tariff: text } outcomes found }
route main { call -> begin; otherwise -> reject not_found }
flow begin {
    answer
    identify caller {
        within 1s
        one c { note "one {c.name} {c.tariff}"; outcome found; hangup }
        many { note "many"; outcome found; hangup }
        none { note "none"; outcome found; hangup }
        failed { note "failed"; outcome found; hangup }
    }
}
"#;

const OWN: &str = r#"
connector: own
settings: { url: { about: where } }
secrets: { id: who, key: what }
base: "{setting.url}"
auth: { oauth2: { token_url: "{setting.url}/token", client_id: "{secret.id}", client_secret: "{secret.key}" } }
limits: { per_second: 100, burst: 100, within: 60s }
customer: { id: /id, name: /name, phones: /phone }
find_customer:
  by_number: { get: /people, query: { phone: "{number}" }, list: /items }
"#;

/// People by number; a token is good until it is revoked.
struct People {
    items: Vec<Json>,
    tokens: usize,
    revoke_first: bool,
    slow: Duration,
}

impl Product for People {
    fn answer(&mut self, heard: &Heard) -> (u16, Json) {
        if heard.path == "/token" {
            let good = "grant_type=client_credentials&client_id=the-id&client_secret=the-key";
            if heard.text != good {
                return (400, json!({ "error": "invalid_client" }));
            }
            self.tokens += 1;
            return (200, json!({ "access_token": format!("t{}", self.tokens), "expires_in": 3600 }));
        }
        let first = if self.revoke_first { "Bearer t2" } else { "Bearer t1" };
        if heard.header("authorization") != Some(first) {
            return (401, Json::Null);
        }
        let wanted = heard.query("phone").unwrap_or("?");
        let items: Vec<&Json> = self.items.iter().filter(|person| person["phone"] == wanted).collect();
        (200, json!({ "items": items }))
    }

    fn delay(&self, heard: &Heard) -> Duration {
        if heard.path == "/people" { self.slow } else { Duration::ZERO }
    }
}

fn people(items: Vec<Json>) -> People {
    People { items, tokens: 0, revoke_first: false, slow: Duration::ZERO }
}

/// What the flow noted of a call.
async fn noted(office: &Office, fake: &Fake<People>) -> String {
    let connector = ConnectorConfig {
        settings: [("url".to_owned(), fake.url())].into(),
        secrets: [("id".to_owned(), office.secret("the-id")), ("key".to_owned(), office.secret("the-key"))]
            .into(),
        fields: [("tariff".to_owned(), "/plan".to_owned())].into(),
        ..office.description(OWN)
    };
    let config = Config { connector: Some(connector), ..office.config() };
    let service = office.run(image(&MemoryFiles::script(CENTRE)), config).await;
    let telephone = Telephone::plug_in(LOOPBACK).expect("a telephone");
    let mut call = telephone.call("100", service.local(), "+79656295719").await.expect("answered");
    let _ = tokio::time::timeout(Duration::from_secs(10), async {
        while !matches!(call.next().await, Moment::Ended(_)) {}
    })
    .await;
    let mut note = None;
    until("the note is in the CRM", || {
        let contacts = office.store.interactions(None, &Page::first(9)).expect("a list").items;
        let entries = contacts.first().map(|contact| contact.entries.clone()).unwrap_or_default();
        note = entries.iter().find_map(|written| match &written.entry {
            Entry::Note { text } => Some(text.to_string()),
            _ => None,
        });
        note.is_some()
    })
    .await;
    note.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_who_has_the_number_is_known_with_the_programs_attributes() {
    let anna = json!({ "id": 7, "name": "Anna", "phone": "+79656295719", "plan": "gold" });
    let other = json!({ "id": 8, "name": "Boris", "phone": "+79990000000" });
    let (office, fake) = (Office::new(), Fake::start(people(vec![other, anna])).await);
    assert_eq!(noted(&office, &fake).await, "one Anna gold");
    fake.look(|people| assert_eq!(people.tokens, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_nobody_is_taken_and_a_refused_token_is_renewed_once() {
    let anna = json!({ "id": 7, "name": "Anna", "phone": "+79656295719" });
    let vera = json!({ "id": 9, "name": "Vera", "phone": "+79656295719" });
    let (office, fake) = (Office::new(), Fake::start(people(vec![anna, vera])).await);
    fake.product.lock().expect("nobody panics here").revoke_first = true;
    assert_eq!(noted(&office, &fake).await, "many");
    fake.look(|people| assert_eq!(people.tokens, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_service_holds_no_call_longer_than_the_flow_says() {
    let anna = json!({ "id": 7, "name": "Anna", "phone": "+79656295719" });
    let (office, fake) = (Office::new(), Fake::start(people(vec![anna])).await);
    // Longer than the description's own minute, and than anybody waits here: only the flow's second ends it.
    fake.product.lock().expect("nobody panics here").slow = Duration::from_secs(100);
    assert_eq!(noted(&office, &fake).await, "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_reply_is_failed() {
    let wrong = json!({ "id": 7, "name": "Anna", "phone": "+79656295719", "plan": { "no": "text" } });
    let (office, fake) = (Office::new(), Fake::start(people(vec![wrong])).await);
    assert_eq!(noted(&office, &fake).await, "failed");
}
