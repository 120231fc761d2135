//! The notation of scenarios as a JSON Schema (draft 2020-12), for editors that complete and check while one writes.
//!
//! What a map may hold comes from the readers' own lists, so that the two cannot part. Without a program, names are any
//! text; with one, its prompts, flows, topics and so on are listed.

mod expect;
mod given;
mod names;
mod steps;

use super::crowd::TOGETHER;
use super::expect::BOUNDS;
use super::scenario::{ARRIVAL, CONTACT, FILE, SEVERAL, TASK};
use crate::program::{Channel, Program};
use names::Names;
use serde_json::{Map, Value, json};

/// The dialect that the schema is written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a file of scenarios: of any program, or of one.
pub fn schema(program: Option<&Program>) -> Value {
    let names = Names { program };
    let title = match program {
        Some(program) => format!("Scenarios of the Callwright program {}", program.name),
        None => "Scenarios of a Callwright program".to_owned(),
    };
    let mut schema = object(
        &FILE,
        vec![
            ("flow", told(text(), "The program's folder, where the file does not stand in it.")),
            ("given", told(reference("given"), "What is given in all scenarios of this file.")),
            ("scenarios", list(reference("scenario"))),
        ],
    );
    schema["$schema"] = DIALECT.into();
    schema["title"] = title.into();
    schema["required"] = json!(["scenarios"]);
    let mut parts = Map::new();
    parts.insert("length".into(), length());
    parts.insert("moment".into(), told(text(), "A date, a time, and the zone\'s offset or name."));
    parts.insert("scenario".into(), scenario(&names));
    parts.insert("contact".into(), contact(&names, &[]));
    parts.insert("arrival".into(), arrival(false));
    parts.insert("arrival_in_writing".into(), arrival(true));
    given::put(&mut parts, &names);
    steps::put(&mut parts, &names);
    expect::put(&mut parts, &names);
    schema["$defs"] = Value::Object(parts);
    schema
}

fn scenario(names: &Names<'_>) -> Value {
    let mut several = object(
        &SEVERAL,
        vec![
            ("name", told(text(), "What the scenario claims.")),
            ("given", reference("given")),
            ("contacts", told(list(reference("contact")), "Contacts that share a world, one after another.")),
        ],
    );
    several["required"] = json!(["name", "contacts"]);
    let mut one = contact(names, &["name"]);
    one["required"] = json!(["name", "at"]);
    json!({ "if": { "required": ["contacts"] }, "then": several, "else": one })
}

fn contact(names: &Names<'_>, more: &[&str]) -> Value {
    let channels = Channel::ALL.map(Channel::word);
    let known: Vec<&str> = more.iter().chain(&CONTACT).chain(&channels).copied().collect();
    let task = object(
        &TASK,
        vec![("flow", names.flows()), ("args", json!({ "type": "object" })), ("language", text())],
    );
    let mut fields = vec![
        ("name", told(text(), "What the scenario claims.")),
        ("at", told(reference("moment"), "When the contact arrives.")),
        ("seed", told(json!({ "type": "integer", "minimum": 0 }), "Seeds its random choices.")),
        ("given", told(reference("given"), "What has changed by then.")),
        ("steps", told(reference("steps"), "What the caller does and hears.")),
        ("expect", told(reference("expect"), "What must be true afterwards.")),
        ("task", told(task, "A flow that runs without a caller.")),
        ("crowd", told(text(), "How many arrive so: 200 calls within 10m, 200 calls every 3s.")),
        ("together", told(together(), "What must be true of all of a crowd.")),
    ];
    let channel = |channel: Channel| match channel {
        Channel::Call | Channel::Task => "arrival",
        Channel::Sms | Channel::Email | Channel::Fax | Channel::Chat => "arrival_in_writing",
    };
    let by_channel = Channel::ALL.map(|one| (one.word(), reference(channel(one))));
    fields.extend(by_channel.into_iter().filter(|(word, _)| *word != "task"));
    let mut contact = object(&known, fields);
    contact["required"] = json!(["at"]);
    contact
}

fn together() -> Value {
    let bounded = |one: Value| {
        let bounds = object(&BOUNDS, vec![("at least", one.clone()), ("at most", one.clone())]);
        any_of(vec![one, bounds])
    };
    let fields = TOGETHER.iter().map(|key| match *key {
        "waited" => (*key, bounded(reference("length"))),
        _ => (*key, bounded(json!({ "type": "integer", "minimum": 0 }))),
    });
    object(&TOGETHER, fields.collect())
}

fn arrival(in_writing: bool) -> Value {
    let mut known = ARRIVAL.to_vec();
    known.extend(in_writing.then_some("text"));
    let from = "A number, an address, or `anonymous`; nothing where the network says nothing.";
    let mut arrival = object(
        &known,
        vec![
            ("from", told(json!({ "type": ["string", "null"] }), from)),
            ("to", told(text(), "What is dialled or addressed.")),
            ("language", told(text(), "What the channel says of the caller\'s language.")),
            ("priority", told(text(), "How urgent the channel says it is.")),
            ("attested", told(yes_or_no(), "Whether the network signs for the number.")),
            ("text", told(text(), "The message with which it comes.")),
        ],
    );
    arrival["required"] = json!(["to"]);
    arrival
}

/// A map that may hold what the reader knows, and nothing else.
fn object(known: &[&str], fields: Vec<(&str, Value)>) -> Value {
    let field = |key: &&str| {
        let found = fields.iter().find(|(name, _)| name == key);
        ((*key).to_owned(), found.map_or(Value::Bool(true), |(_, schema)| schema.clone()))
    };
    let properties: Map<String, Value> = known.iter().map(field).collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn told(mut schema: Value, what: &str) -> Value {
    schema["description"] = what.into();
    schema
}

/// Any scalar: what it means depends on the program, and digits may be written without quotes.
fn text() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn list(of: Value) -> Value {
    json!({ "type": ["array", "null"], "items": of })
}

/// A list of what is expected: in its order or in any, with `any` and `...` in it.
fn wanted(of: Value) -> Value {
    let items = any_of(vec![of, word(&["any", "..."])]);
    let list = list(items);
    any_of(vec![list.clone(), object(&["unordered"], vec![("unordered", list)])])
}

fn word(words: &[&str]) -> Value {
    json!({ "enum": words })
}

fn any_of(schemas: Vec<Value>) -> Value {
    json!({ "anyOf": schemas })
}

fn yes_or_no() -> Value {
    json!({ "enum": ["yes", "no", true, false] })
}

/// A map by names that only a program knows.
fn by_name(value: Value) -> Value {
    json!({ "type": ["object", "null"], "additionalProperties": value })
}

fn length() -> Value {
    json!({
        "type": "string",
        "pattern": "^\\s*([0-9]+(\\.[0-9]{1,3})?(ms|s|m|h|d))+\\s*$",
        "description": "A length of time: 300ms, 2.5s, 1m30s.",
    })
}

/// Keys of a telephone; a number where YAML takes it for one.
fn keys() -> Value {
    any_of(vec![
        json!({ "type": "string", "pattern": "^[0-9*#A-Da-d ]+$" }),
        json!({ "type": "integer", "minimum": 0 }),
    ])
}
