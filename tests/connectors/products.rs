//! The shipped descriptions against fakes of their products, written from the products' public documentation: each refuses
//! what the product refuses, so that a wrong field or a missing key shows.

use super::fake::{Fake, Heard, Product};
use super::{Office, until};
use callwright::connector::shipped_text;
use callwright::server::{Config, ConnectorConfig};
use serde_json::{Value as Json, json};

/// Records by kind and id.
#[derive(Default)]
struct Records(Vec<(String, Json)>);

impl Records {
    /// Makes one; its id is its place, as text.
    fn make(&mut self, kind: &str, record: Json) -> String {
        self.0.push((kind.to_owned(), record));
        (self.0.len() - 1).to_string()
    }

    /// Those of a kind that have a value at a place, with their ids.
    fn with(&self, kind: &str, at: &str, value: &Json) -> Vec<(String, &Json)> {
        let all = self.0.iter().enumerate().filter(|(_, (of, _))| of == kind);
        all.filter(|(_, (_, record))| record.pointer(at) == Some(value))
            .map(|(id, (_, r))| (id.to_string(), r))
            .collect()
    }

    fn kinds(&self) -> Vec<&str> {
        self.0.iter().map(|(kind, _)| kind.as_str()).collect()
    }

    fn get(&mut self, id: &str) -> Option<&mut Json> {
        self.0.get_mut(id.parse::<usize>().ok()?).map(|(_, record)| record)
    }
}

/// Makes every fifth request fail although it had its effect, if it is told to.
#[derive(Default)]
struct Trouble {
    on: bool,
    count: usize,
}

impl Trouble {
    fn spoil(&mut self, reply: (u16, Json)) -> (u16, Json) {
        self.count += 1;
        match self.on && self.count % 5 == 2 {
            true => (504, json!({ "message": "gateway" })),
            false => reply,
        }
    }
}

#[derive(Default)]
struct Espo {
    records: Records,
    trouble: Trouble,
}

impl Product for Espo {
    fn answer(&mut self, heard: &Heard) -> (u16, Json) {
        if heard.header("x-api-key") != Some("espo-key") {
            return (401, Json::Null);
        }
        let path: Vec<&str> = heard.path.trim_start_matches("/api/v1/").split('/').collect();
        let reply = match (heard.method.as_str(), path.as_slice()) {
            ("GET", [kind]) => self.search(kind, heard),
            ("GET", ["Case" | "Call", id, "stream"]) => {
                let posts = self.records.with("Note", "/parentId", &json!(id));
                let list: Vec<Json> =
                    posts.iter().map(|(id, note)| json!({ "id": id, "post": note["post"] })).collect();
                (200, json!({ "total": list.len(), "list": list }))
            }
            ("POST", [kind @ ("Call" | "Case" | "Note" | "Attachment")]) => self.create(kind, &heard.body),
            ("PUT", ["Case", id]) => match self.records.get(id) {
                Some(case) => {
                    case["status"] = heard.body["status"].clone();
                    (200, case.clone())
                }
                None => (404, Json::Null),
            },
            _ => (404, Json::Null),
        };
        self.trouble.spoil(reply)
    }
}

impl Espo {
    fn search(&self, kind: &str, heard: &Heard) -> (u16, Json) {
        let (Some("equals"), Some(attribute), Some(value)) = (
            heard.query("where[0][type]"),
            heard.query("where[0][attribute]"),
            heard.query("where[0][value]"),
        ) else {
            return (400, Json::Null);
        };
        let found = self.records.with(kind, &format!("/{attribute}"), &json!(value));
        let list = found.into_iter().map(|(id, record)| {
            let mut record = record.clone();
            record["id"] = json!(id);
            record
        });
        let list: Vec<Json> = list.collect();
        (200, json!({ "total": list.len(), "list": list }))
    }

    fn create(&mut self, kind: &str, body: &Json) -> (u16, Json) {
        let is_moment =
            |name: &str| body[name].as_str().is_some_and(|at| at.len() == 19 && at.as_bytes()[10] == b' ');
        let good = match kind {
            "Call" => {
                body["name"].is_string()
                    && body["status"] == "Held"
                    && is_moment("dateStart")
                    && is_moment("dateEnd")
            }
            "Case" => {
                body["name"].is_string()
                    && ["New", "Assigned", "Closed"].contains(&body["status"].as_str().unwrap_or(""))
            }
            "Attachment" => {
                let has = |field: &str| body[field].as_str().is_some_and(|text| !text.is_empty());
                ["name", "type", "role", "parentType", "field", "file"].into_iter().all(has)
            }
            _ => body["type"] == "Post" && body["post"].is_string() && body["parentId"].is_string(),
        };
        match good {
            true => (200, json!({ "id": self.records.make(kind, body.clone()) })),
            false => (400, json!({ "message": "not valid" })),
        }
    }
}

#[derive(Default)]
struct HubSpot {
    records: Records,
    trouble: Trouble,
}

impl Product for HubSpot {
    fn answer(&mut self, heard: &Heard) -> (u16, Json) {
        if heard.header("authorization") != Some("Bearer hub-token") {
            return (401, json!({ "category": "INVALID_AUTHENTICATION" }));
        }
        let path: Vec<&str> = heard.path.trim_start_matches("/crm/v3/objects/").split('/').collect();
        let reply = match (heard.method.as_str(), path.as_slice()) {
            ("POST", ["contacts", "search"]) => self.search(&heard.body),
            ("GET", [kind, key]) if heard.query("idProperty") == Some("callwright_key") => {
                match self.records.with(kind, "/properties/callwright_key", &json!(key)).first() {
                    Some((id, record)) => (200, json!({ "id": id, "properties": record["properties"] })),
                    None => (404, json!({ "category": "OBJECT_NOT_FOUND" })),
                }
            }
            ("POST", [kind @ ("calls" | "tickets" | "notes")]) => self.create(kind, &heard.body),
            ("POST", ["", "files", "v3", "files"] | ["files", "v3", "files"]) => {
                let whole = heard.text.contains("name=\"file\"; filename=\"call-1-call-1.wav\"")
                    && heard.text.contains("RIFF");
                let file = json!({ "whole": whole });
                (201, json!({ "id": self.records.make("files", file) }))
            }
            ("PATCH", ["calls", id]) => match self.records.get(id) {
                Some(call) => {
                    call["properties"]["hs_attachment_ids"] =
                        heard.body["properties"]["hs_attachment_ids"].clone();
                    (200, json!({ "id": id }))
                }
                None => (404, Json::Null),
            },
            ("PATCH", ["tickets", id]) => match self.records.get(id) {
                Some(ticket) => {
                    ticket["properties"]["hs_pipeline_stage"] =
                        heard.body["properties"]["hs_pipeline_stage"].clone();
                    (200, json!({ "id": id }))
                }
                None => (404, Json::Null),
            },
            _ => (404, Json::Null),
        };
        self.trouble.spoil(reply)
    }
}

impl HubSpot {
    /// As the product, the search ignores the country's code, so that it finds too much.
    fn search(&self, body: &Json) -> (u16, Json) {
        let groups = body["filterGroups"].as_array().cloned().unwrap_or_default();
        let wanted: Vec<String> = groups
            .iter()
            .filter_map(|group| Some(group.pointer("/filters/0/value")?.as_str()?.to_owned()))
            .collect();
        let contacts = self.records.0.iter().enumerate().filter(|(_, (kind, _))| kind == "contacts");
        let found = contacts.filter(|(_, (_, contact))| {
            let phone: String = contact["properties"]["phone"]
                .as_str()
                .unwrap_or("")
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            wanted.iter().any(|wanted| phone.ends_with(&wanted[4..]))
        });
        let results = found
            .map(|(id, (_, contact))| json!({ "id": id.to_string(), "properties": contact["properties"] }));
        (200, json!({ "results": results.collect::<Vec<_>>() }))
    }

    fn create(&mut self, kind: &str, body: &Json) -> (u16, Json) {
        let properties = &body["properties"];
        if !self.records.with(kind, "/properties/callwright_key", &properties["callwright_key"]).is_empty() {
            return (409, json!({ "category": "CONFLICT" }));
        }
        let needed = if kind == "tickets" {
            ["subject", "hs_pipeline_stage"]
        } else {
            ["hs_timestamp", "callwright_key"]
        };
        let linked = [("calls", 194), ("tickets", 16), ("notes", 228)];
        let links = body["associations"].as_array().cloned().unwrap_or_default();
        let types_hold = links.iter().all(|link| {
            let id = link.pointer("/types/0/associationTypeId").and_then(Json::as_i64);
            linked.contains(&(kind, id.unwrap_or(0) as i32)) && link.pointer("/to/id").is_some()
        });
        let texts = properties.as_object().is_some_and(|all| all.values().all(Json::is_string));
        match types_hold && texts && needed.iter().all(|name| properties[*name].is_string()) {
            true => (201, json!({ "id": self.records.make(kind, body.clone()) })),
            false => (400, json!({ "category": "VALIDATION_ERROR" })),
        }
    }
}

#[derive(Default)]
struct Bitrix {
    records: Records,
    trouble: Trouble,
}

impl Product for Bitrix {
    fn answer(&mut self, heard: &Heard) -> (u16, Json) {
        let Some(method) = heard.path.strip_prefix("/rest/1/b24-code/") else {
            return (401, json!({ "error": "INVALID_CREDENTIALS" }));
        };
        let reply = self.call(method, &heard.body);
        self.trouble.spoil(reply)
    }
}

impl Bitrix {
    fn call(&mut self, method: &str, body: &Json) -> (u16, Json) {
        let fields = &body["fields"];
        let wrong = || (400, json!({ "error": "ERROR_CORE", "error_description": "required" }));
        let by_origin = |records: &Records, kind: &str, at: &str, value: &Json, id: &str| {
            let found = records.with(kind, at, value).into_iter();
            found.map(|(found, _)| json!({ id: found })).collect::<Vec<_>>()
        };
        match method {
            "crm.duplicate.findbycomm" => {
                let found = self.records.with("contact", "/phone", &body["values"][0]);
                let ids: Vec<u64> = found.iter().filter_map(|(id, _)| id.parse().ok()).collect();
                let result = if ids.is_empty() { json!([]) } else { json!({ "CONTACT": ids }) };
                (200, json!({ "result": result }))
            }
            "crm.contact.get" => {
                let id = body["id"].as_str().unwrap_or("").to_owned();
                match self.records.get(&id) {
                    Some(contact) => {
                        let phones = json!([{ "VALUE": contact["phone"], "VALUE_TYPE": "WORK" }]);
                        (
                            200,
                            json!({ "result": { "ID": id, "NAME": contact["name"], "LAST_NAME": "", "PHONE": phones } }),
                        )
                    }
                    None => (400, json!({ "error": "", "error_description": "Not found" })),
                }
            }
            "crm.activity.list" => {
                let found =
                    by_origin(&self.records, "activity", "/ORIGIN_ID", &body["filter"]["ORIGIN_ID"], "ID");
                (200, json!({ "result": found, "total": found.len() }))
            }
            "crm.activity.add" => {
                let number = fields.pointer("/COMMUNICATIONS/0/VALUE").is_some_and(Json::is_string);
                let owned =
                    fields["OWNER_TYPE_ID"] == 3 && fields["OWNER_ID"].is_string() && fields["TYPE_ID"] == 2;
                match number && owned && fields["SUBJECT"].is_string() {
                    true => (
                        200,
                        json!({ "result": self.records.make("activity", fields.clone()).parse::<u64>().ok() }),
                    ),
                    false => wrong(),
                }
            }
            "crm.item.list" => {
                let found = by_origin(&self.records, "deal", "/originId", &body["filter"]["originId"], "id");
                (200, json!({ "result": { "items": found } }))
            }
            "crm.item.add" if body["entityTypeId"] == 2 => {
                let id = self.records.make("deal", fields.clone()).parse::<u64>().ok();
                (200, json!({ "result": { "item": { "id": id } } }))
            }
            "crm.item.update" if body["entityTypeId"] == 2 => {
                match self.records.get(body["id"].as_str().unwrap_or("")) {
                    Some(deal) => {
                        deal["stageId"] = fields["stageId"].clone();
                        (200, json!({ "result": { "item": {} } }))
                    }
                    None => wrong(),
                }
            }
            "crm.timeline.comment.list" => {
                let found = self.records.with("comment", "/ENTITY_ID", &body["filter"]["ENTITY_ID"]);
                let found =
                    found.iter().map(|(id, comment)| json!({ "ID": id, "COMMENT": comment["COMMENT"] }));
                (200, json!({ "result": found.collect::<Vec<_>>() }))
            }
            "crm.timeline.comment.add"
                if matches!(fields["ENTITY_TYPE"].as_str(), Some("deal" | "contact")) =>
            {
                (200, json!({ "result": self.records.make("comment", fields.clone()).parse::<u64>().ok() }))
            }
            _ => (404, json!({ "error": "ERROR_METHOD_NOT_FOUND" })),
        }
    }
}

/// The settings for a shipped connector.
fn shipped(office: &Office, name: &str, settings: &[(&str, &str)], secret: (&str, &str)) -> ConnectorConfig {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let secrets = [(secret.0.to_owned(), office.secret(secret.1))].into();
    ConnectorConfig { settings, secrets, ..ConnectorConfig::named(name) }
}

/// The same from a file, so that a test need not wait for minutes.
fn hurried(office: &Office, name: &str, config: ConnectorConfig) -> ConnectorConfig {
    let text = shipped_text(name).expect("it is shipped").replace("search_lag: 30s", "");
    let limits = "limits: { per_second: 500, burst: 500, within: 5s }\nbreaker: { failures: 5, pause: 100ms }\nsearch_lag: 50ms\n";
    let text = text.lines().filter(|line| !line.starts_with("limits:")).map(|line| format!("{line}\n"));
    let text = text.collect::<String>() + limits;
    ConnectorConfig { description: office.description(&text).description, ..config }
}

/// Two contacts of one caller about one case, and everything that the product shall then hold, each once.
async fn told(
    office: &Office,
    connector: ConnectorConfig,
    mut count: impl FnMut() -> usize,
    expected: usize,
) {
    let config = Config { connector: Some(connector), ..office.config() };
    let service = office.serve(config).await;
    office.contact("call-1", "+79656295719", "open");
    until("the first contact arrives", || count() >= 2).await;
    office.contact("call-2", "+79656295719", "resolved");
    let store = office.store.clone();
    until("all is delivered", || {
        let counts = store.dispatch_counts().expect("counts");
        assert_eq!(counts.dead, 0, "{:?}", store.dispatches(callwright::crm::outbox::State::Dead, 9));
        counts.pending == 0 && count() >= expected
    })
    .await;
    service.drain(std::time::Duration::ZERO).await;
    assert_eq!(count(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn espocrm_is_told_of_contacts_and_cases_once() {
    for trouble in [false, true] {
        let (office, fake) = (Office::new(), Fake::start(Espo::default()).await);
        {
            let mut espo = fake.product.lock().expect("nobody panics here");
            espo.records.make("Contact", json!({ "name": "Анна", "phoneNumber": "+79656295719" }));
            espo.trouble.on = trouble;
        }
        let connector = shipped(&office, "espocrm", &[("url", &fake.url())], ("api_key", "espo-key"));
        let connector = if trouble { hurried(&office, "espocrm", connector) } else { connector };
        told(&office, connector, || fake.look(|espo| espo.records.0.len() - 1), 4).await;
        fake.look(|espo| {
            assert_eq!(espo.records.kinds(), ["Contact", "Call", "Case", "Call", "Note"]);
            let (call, case) = (&espo.records.0[1].1, &espo.records.0[2].1);
            assert_eq!(call["contactsIds"], json!(["0"]));
            assert_eq!(call["dateStart"], "2026-11-18 11:06:40");
            assert_eq!(call["cCallwrightKey"], "call-1");
            assert!(
                call["description"]
                    .as_str()
                    .is_some_and(|text| text.contains("he said \"now\"\nand {contact.to} <b>"))
            );
            assert_eq!((&case["name"], &case["status"]), (&json!("delivery"), &json!("Closed")));
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hubspot_is_told_of_contacts_and_cases_once() {
    for trouble in [false, true] {
        let (office, fake) = (Office::new(), Fake::start(HubSpot::default()).await);
        {
            let mut hub = fake.product.lock().expect("nobody panics here");
            // The first has another number that the product's search takes for the same.
            hub.records.make(
                "contacts",
                json!({ "properties": { "firstname": "Boris", "phone": "+1 212 629-57-19" } }),
            );
            hub.records.make(
                "contacts",
                json!({ "properties": { "firstname": "Anna", "phone": "8 (965) 629-57-19" } }),
            );
            hub.trouble.on = trouble;
        }
        let connector = shipped(&office, "hubspot", &[("url", &fake.url())], ("token", "hub-token"));
        let connector = if trouble { hurried(&office, "hubspot", connector) } else { connector };
        told(&office, connector, || fake.look(|hub| hub.records.0.len() - 2), 4).await;
        fake.look(|hub| {
            assert_eq!(hub.records.kinds(), ["contacts", "contacts", "calls", "tickets", "calls", "notes"]);
            let (call, ticket) = (&hub.records.0[2].1, &hub.records.0[3].1);
            assert_eq!(call.pointer("/associations/0/to/id"), Some(&json!("1")));
            assert_eq!(call.pointer("/properties/hs_call_duration"), Some(&json!("75000")));
            assert_eq!(ticket.pointer("/properties/hs_pipeline_stage"), Some(&json!("4")));
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bitrix24_is_told_of_contacts_and_cases_once() {
    for trouble in [false, true] {
        let (office, fake) = (Office::new(), Fake::start(Bitrix::default()).await);
        {
            let mut bitrix = fake.product.lock().expect("nobody panics here");
            bitrix.records.make("contact", json!({ "name": "Анна", "phone": "+79656295719" }));
            bitrix.trouble.on = trouble;
        }
        let settings = [("url", fake.url()), ("user", "1".to_owned())];
        let settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let connector = shipped(&office, "bitrix24", &settings, ("code", "b24-code"));
        let connector = if trouble { hurried(&office, "bitrix24", connector) } else { connector };
        told(&office, connector, || fake.look(|bitrix| bitrix.records.0.len() - 1), 4).await;
        fake.look(|bitrix| {
            assert_eq!(bitrix.records.kinds(), ["contact", "activity", "deal", "activity", "comment"]);
            let (activity, deal) = (&bitrix.records.0[1].1, &bitrix.records.0[2].1);
            assert_eq!(activity["OWNER_ID"], "0");
            assert_eq!(activity["START_TIME"], "2026-11-18T11:06:40Z");
            assert_eq!((&deal["stageId"], &deal["contactId"]), (&json!("WON"), &json!("0")));
        });
        assert!(
            fake.heard
                .lock()
                .expect("nobody panics here")
                .iter()
                .all(|heard| !heard.text.contains("b24-code"))
        );
    }
}

/// A second of silence, recorded of a contact.
fn record(office: &Office, contact: &str) {
    let folder = office.folder.path().join("recordings").join(contact);
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut file = std::io::Cursor::new(Vec::new());
    callwright::media::wav::write(&[0; 8000], &mut file).expect("a recording");
    std::fs::write(folder.join("call-1.wav"), file.into_inner()).expect("written");
}

/// One contact that was recorded, until everything of it has arrived.
async fn recorded(office: &Office, connector: ConnectorConfig) {
    let config = Config { connector: Some(connector), ..office.config() };
    let service = office.serve(config).await;
    record(office, "call-1");
    office.contact("call-1", "+79656295719", "open");
    let store = office.store.clone();
    until("all is delivered", || {
        let counts = store.dispatch_counts().expect("counts");
        assert_eq!(counts.dead, 0, "{:?}", store.dispatches(callwright::crm::outbox::State::Dead, 9));
        counts.pending == 0
    })
    .await;
    service.drain(std::time::Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn espocrm_gets_the_recording_of_a_call_in_its_stream_once_whichever_reply_is_lost() {
    for lost in 0..6 {
        let (office, fake) = (Office::new(), Fake::start(Espo::default()).await);
        let trouble = lost > 0;
        fake.product.lock().expect("nobody panics here").trouble = Trouble { on: trouble, count: lost };
        let connector = shipped(&office, "espocrm", &[("url", &fake.url())], ("api_key", "espo-key"));
        let connector = if trouble { hurried(&office, "espocrm", connector) } else { connector };
        recorded(&office, connector).await;
        fake.look(|espo| {
            let kinds = espo.records.kinds();
            assert_eq!(kinds.iter().filter(|kind| **kind == "Call").count(), 1, "{kinds:?}");
            assert_eq!(kinds.iter().filter(|kind| **kind == "Note").count(), 1, "{lost}: {kinds:?}");
            let note = espo.records.0.iter().find(|(kind, _)| kind == "Note").map(|(_, note)| note.clone());
            let note = note.expect("a note with the recording");
            assert_eq!((&note["parentType"], &note["post"]), (&json!("Call"), &json!("call-1-call-1.wav")));
            let file =
                espo.records.0.iter().find(|(kind, _)| kind == "Attachment").map(|(_, file)| file.clone());
            let file = file.expect("an attachment")["file"].to_string();
            assert!(file.starts_with("\"data:audio/wav;base64,UklGR"), "{file}");
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hubspot_gets_the_recording_of_a_call_as_its_file() {
    let (office, fake) = (Office::new(), Fake::start(HubSpot::default()).await);
    let connector = shipped(&office, "hubspot", &[("url", &fake.url())], ("token", "hub-token"));
    recorded(&office, connector).await;
    fake.look(|hub| {
        assert_eq!(hub.records.kinds(), ["calls", "tickets", "files"]);
        assert_eq!(hub.records.0[2].1["whole"], json!(true));
        assert_eq!(hub.records.0[0].1.pointer("/properties/hs_attachment_ids"), Some(&json!("2")));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn bitrix24_gets_the_recording_of_a_known_caller_as_one_comment_whichever_reply_is_lost() {
    for lost in 0..6 {
        let (office, fake) = (Office::new(), Fake::start(Bitrix::default()).await);
        let contact = json!({ "name": "Анна", "phone": "+79656295719" });
        let trouble = Trouble { on: lost > 0, count: lost };
        {
            let mut bitrix = fake.product.lock().expect("nobody panics here");
            bitrix.records.make("contact", contact);
            bitrix.trouble = trouble;
        }
        let url = fake.url();
        let connector = shipped(&office, "bitrix24", &[("url", &url), ("user", "1")], ("code", "b24-code"));
        let connector = if lost > 0 { hurried(&office, "bitrix24", connector) } else { connector };
        recorded(&office, connector).await;
        fake.look(|bitrix| {
            assert_eq!(bitrix.records.kinds(), ["contact", "activity", "deal", "comment"], "{lost}");
            let comment = &bitrix.records.0[3].1;
            assert_eq!(comment["FILES"][0][0], json!("call-1-call-1.wav"));
            assert!(comment["FILES"][0][1].as_str().is_some_and(|file| file.starts_with("UklGR")));
        });
    }
}
