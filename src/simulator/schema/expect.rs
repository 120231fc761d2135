//! What must be true of a contact.

use super::names::Names;
use super::{any_of, by_name, object, reference, text, told, wanted, word};
use crate::simulator::expect::{BEHIND, BOUNDS, CALL, CASE_KEYS, KEYS, NEVER, ROUTE};
use crate::simulator::expect_dealings::{PLACE, RESULTS, TAPE};
use serde_json::{Map, Value, json};

pub(super) fn put(parts: &mut Map<String, Value>, names: &Names<'_>) {
    let fields = fields(names);
    let behind = object(&BEHIND, fields.clone());
    let mut all = fields;
    let afterwards = any_of(vec![behind, wanted(text())]);
    all.push(("afterwards", told(afterwards, "The same of what ran without a caller behind this contact.")));
    parts.insert("expect".into(), object(&KEYS, all));
}

fn fields(names: &Names<'_>) -> Vec<(&'static str, Value)> {
    let route = object(&ROUTE, vec![("to", text()), ("result", text())]);
    let bounds = object(&BOUNDS, vec![("at least", reference("length")), ("at most", reference("length"))]);
    let requests = wanted(json!({ "type": ["object", "null"] }));
    vec![
        ("path", told(wanted(names.flows()), "The flows gone through, in order.")),
        ("said", told(wanted(reference("prompt")), "Every prompt in order, with ~ where a key cut it.")),
        ("outcomes", told(names.topics(names.outcomes()), "By topic, and for the contact as a whole.")),
        ("writes", told(wanted(text()), "All that the CRM was told, as a transcript shows it.")),
        ("dialled", told(wanted(call()), "Everybody called, and what became of it.")),
        ("route", told(any_of(vec![text(), route]), "Whom the caller was put through to in the end.")),
        ("whispered", told(wanted(names.bare_prompt()), "What was said to others than the caller.")),
        ("posted", told(by_name(requests), "What operations got by post and tell.")),
        ("delivered", told(wanted(text()), "What went out through the outbox, with every try.")),
        ("recorded", told(wanted(tape()), "What was recorded of rooms and of the call.")),
        ("queued", told(wanted(place()), "The places in queues.")),
        ("crm", told(object(&["cases"], vec![("cases", wanted(case(names)))]), "What the CRM holds.")),
        ("end", told(text(), "Who ended it: system, caller, callee, reject decline, redirect sip:…")),
        ("duration", told(any_of(vec![reference("length"), bounds]), "From the arrival to the end.")),
        ("never", told(super::list(never(names)), "What must not be.")),
        (
            "sound",
            told(
                json!({ "const": "yes" }),
                "It ends, with an outcome; no topic has two; the flow can always go on.",
            ),
        ),
        ("promise", told(names.promises(), "A promise of the program, which this contact does not break.")),
    ]
}

fn call() -> Value {
    object(
        &CALL,
        vec![
            ("to", text()),
            ("result", text()),
            ("at", text()),
            ("rang", reference("length")),
            ("caller_id", text()),
        ],
    )
}

fn tape() -> Value {
    let length = || reference("length");
    object(&TAPE, vec![("room", text()), ("at", length()), ("after", length()), ("length", length())])
}

fn place() -> Value {
    let length = || reference("length");
    let fields = vec![("queue", text()), ("at", length()), ("waited", length()), ("result", word(&RESULTS))];
    object(&PLACE, fields)
}

fn case(_: &Names<'_>) -> Value {
    object(&CASE_KEYS, CASE_KEYS.iter().map(|key| (*key, text())).collect())
}

fn never(names: &Names<'_>) -> Value {
    let mut never = object(
        &NEVER,
        vec![
            ("say", told(text(), "No prompt says this text.")),
            ("log", told(text(), "This text is in no journal and in no transcript.")),
            ("hear", told(names.bare_prompt(), "This prompt is not said.")),
            ("path", told(names.flows(), "This flow is not entered.")),
            ("write", told(text(), "The CRM is not told this.")),
            ("dial", told(text(), "Nobody calls this number.")),
        ],
    );
    never["minProperties"] = 1.into();
    never["maxProperties"] = 1.into();
    never
}
