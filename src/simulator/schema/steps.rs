//! What a caller does and hears.

use super::names::Names;
use super::{any_of, keys, list, object, reference, text, told, word};
use crate::simulator::step::{HANG_UP, PRESS, TELL, WORDS};
use serde_json::{Map, Value, json};

/// Steps that stand alone, as a word.
const ALONE: [&str; 5] = ["...", "silence", "hang up", "connected", "ended"];

pub(super) fn put(parts: &mut Map<String, Value>, names: &Names<'_>) {
    parts.insert("prompt".into(), prompt(names));
    parts.insert("step".into(), step());
    parts.insert("steps".into(), list(reference("step")));
}

/// `name`, `name~ [de]`, `{ cut: name }`, `{ name: { parameter: value }, at: 9s }`.
fn prompt(names: &Names<'_>) -> Value {
    any_of(vec![names.prompt(), json!({ "type": "object", "minProperties": 1, "maxProperties": 2 })])
}

fn step() -> Value {
    let moment = told(text(), "So long after the arrival (12s), or after a prompt began (menu+800ms).");
    let press = object(
        &PRESS,
        vec![
            ("keys", keys()),
            ("secret", told(keys(), "Keys that nobody may see afterwards.")),
            ("at", moment.clone()),
            ("every", reference("length")),
        ],
    );
    let tell = object(&TELL, vec![("text", text()), ("secret", text()), ("at", moment.clone())]);
    let written = any_of(vec![text(), tell]);
    let fields = vec![
        ("hear", told(reference("prompt"), "The next thing said is this prompt.")),
        ("press", told(any_of(vec![keys(), press]), "Presses keys.")),
        ("say", told(written.clone(), "Says something that is recognised.")),
        ("text", told(written, "Writes a message.")),
        ("speak", told(reference("length"), "Says something into a recording for so long.")),
        ("wait", told(reference("length"), "Lets time pass.")),
        ("hang up", told(object(&HANG_UP, vec![("at", moment)]), "Hangs up.")),
        ("connected", told(text(), "Is put through to this number or name.")),
    ];
    let with_value: Vec<&str> =
        WORDS.into_iter().filter(|word| !matches!(*word, "silence" | "ended" | "...")).collect();
    let mut map = object(&with_value, fields);
    map["minProperties"] = 1.into();
    map["maxProperties"] = 1.into();
    any_of(vec![word(&ALONE), map])
}
