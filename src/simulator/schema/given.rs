//! What is given.

use super::names::Names;
use super::{any_of, by_name, keys, list, object, reference, text, told, word};
use crate::simulator::far_end::{MORE, WORDS};
use crate::simulator::given::{CRM, CUSTOMER, GIVEN, REPLY};
use crate::simulator::given_cases::{CASE, CONTACT};
use crate::simulator::queues::{AGENT, QUEUE, TRANSCRIPT};
use crate::simulator::rooms::ROOM;
use serde_json::{Map, Value, json};

const HEALTH: [&str; 3] = ["well", "down", "late"];
/// How the CRM answers one question.
const MOODS: [&str; 4] = ["well", "down", "late", "conflict"];

pub(super) fn put(parts: &mut Map<String, Value>, names: &Names<'_>) {
    parts.insert("given".into(), given(names));
    parts.insert("reply".into(), reply());
    parts.insert("far_end".into(), far_end());
    parts.insert("agent".into(), agent());
}

fn given(names: &Names<'_>) -> Value {
    let lane = json!({ "type": "object", "properties": { "replies": list(reference("reply")) } });
    let dial = by_name(any_of(vec![reference("far_end"), list(reference("far_end"))]));
    let tries = any_of(vec![word(&["failed", "ok"]), list(word(&["failed", "ok"]))]);
    let hours = any_of(vec![
        word(&["open", "closed"]),
        object(&["open", "closed"], vec![("open", reference("moment")), ("closed", reference("moment"))]),
    ]);
    let refusal = word(&["full", "closed"]);
    object(
        &GIVEN,
        vec![
            ("crm", told(any_of(vec![word(&HEALTH), crm()]), "What the CRM holds, and how it is.")),
            ("backends", told(names.backends(list(lane)), "Replies, used once each, in order.")),
            ("dial", told(dial, "Whoever is called, and what becomes of it.")),
            ("rooms", told(by_name(any_of(vec![text(), room()])), "Who else is in a room.")),
            ("queues", told(names.queues(any_of(vec![refusal, queue()])), "Who is free when.")),
            ("recordings", told(tries.clone(), "Messages that cannot be recorded.")),
            ("transcripts", told(list(transcript()), "The words of recordings, used once each, in order.")),
            ("override", told(names.schedules(hours), "Hours set by hand.")),
            ("prompts", told(by_name(reference("length")), "Lengths; each is every other one\'s.")),
            ("kept", told(any_of(vec![word(&HEALTH), names.kept(json!(true))]), "Kept values.")),
            ("outbox", told(by_name(tries.clone()), "Deliveries that fail.")),
            ("sms", told(tries, "Text messages that fail.")),
            ("code", told(text(), "The code that authenticate sends.")),
        ],
    )
}

/// Records of the kinds that a program declares stand beside what every CRM has.
fn crm() -> Value {
    let mut customer = object(
        &CUSTOMER,
        vec![
            ("id", text()),
            ("name", text()),
            ("phones", list(text())),
            ("addresses", list(text())),
            ("pin", text()),
            ("passphrase", text()),
            ("language", text()),
            ("locked", told(reference("moment"), "Until then, after wrong attempts of earlier contacts.")),
            (
                "wrong",
                told(json!({ "type": "integer", "minimum": 0 }), "Wrong attempts of earlier contacts."),
            ),
        ],
    );
    customer["additionalProperties"] = true.into();
    customer["required"] = json!(["id"]);
    let words = |known: &[&'static str]| known.iter().map(|word| (*word, text())).collect();
    let mut case = object(&CASE, words(&CASE));
    case["required"] = json!(["topic"]);
    let mut contact = object(&CONTACT, words(&CONTACT));
    contact["required"] = json!(["customer"]);
    let fields = vec![
        ("customers", list(customer)),
        ("cases", told(list(case), "Cases of earlier contacts.")),
        ("contacts", told(list(contact), "Contacts that are over.")),
        ("is", any_of(vec![word(&MOODS), list(word(&MOODS))])),
        ("after", reference("length")),
    ];
    let mut crm = object(&CRM, fields);
    crm["additionalProperties"] = list(json!({ "type": "object" }));
    crm
}

fn reply() -> Value {
    let fields = vec![
        ("after", reference("length")),
        ("ok", told(json!({ "type": ["object", "null"] }), "The fields of a good reply.")),
        ("status", told(text(), "Another answer that the backend declares; failed; late.")),
    ];
    any_of(vec![text(), object(&REPLY, fields)])
}

fn far_end() -> Value {
    let known: Vec<&str> = WORDS.into_iter().chain(MORE).collect();
    let mut fields: Vec<(&str, Value)> = WORDS.into_iter().map(|word| (word, json!(true))).collect();
    fields.extend([
        ("hangs_up", told(reference("length"), "How long after the answer it hangs up.")),
        ("presses", told(keys(), "The keys that it presses.")),
        ("after", told(reference("length"), "How long after the answer it presses the first.")),
        ("greeting", told(reference("length"), "How long a machine greets.")),
    ]);
    any_of(vec![word(&WORDS), object(&known, fields)])
}

fn room() -> Value {
    let when = told(text(), "A length of time, or `at 60s`, which counts from the arrival.");
    let nobody = any_of(vec![json!({ "type": "null" }), when.clone()]);
    let members = json!({ "type": ["integer", "string"] });
    let fields = vec![("members", members), ("moderator", nobody), ("ends", when.clone()), ("removes", when)];
    object(&ROOM, fields)
}

fn queue() -> Value {
    let fields = vec![
        ("agents", told(list(reference("agent")), "Each takes one call.")),
        ("staff", told(json!({ "type": "integer", "minimum": 0 }), "Those who take one call after another.")),
        ("speaks", told(reference("length"), "How long each of the staff speaks.")),
        ("ahead", json!({ "type": "integer", "minimum": 0 })),
        ("expected", reference("length")),
    ];
    object(&QUEUE, fields)
}

fn agent() -> Value {
    let fields = vec![
        ("name", text()),
        ("free", told(text(), "So long after the caller began to wait.")),
        ("hangs_up", reference("length")),
        ("presses", keys()),
        ("after", reference("length")),
    ];
    object(&AGENT, fields)
}

fn transcript() -> Value {
    let fields = vec![("after", reference("length")), ("words", text())];
    any_of(vec![word(&["failed", "late"]), object(&TRANSCRIPT, fields)])
}
