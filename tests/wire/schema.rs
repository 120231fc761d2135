//! The JSON Schema of the settings, held to the reader: what it names is read, and what it refuses is refused.

use crate::harness::{Folder, root, run};
use crate::testing::schemas::misfit;
use callwright::server::Config;
use serde_json::Value;
use std::collections::BTreeSet;

fn schema() -> Value {
    let text = std::fs::read_to_string(root().join("schemas/settings.schema.json")).expect("the schema");
    serde_json::from_str(&text).expect("JSON")
}

/// What the schema and what the reader say of a text: whether it is good.
fn judged(text: &str) -> (bool, bool) {
    let folder = Folder::new("settings");
    let file = folder.path().join("settings.yaml");
    std::fs::write(&file, text).expect("written");
    let value: Value = serde_yaml::from_str(text).expect("YAML");
    let schema = schema();
    (misfit(&schema, &schema, &value, "settings").is_ok(), Config::read(&file).is_ok())
}

#[test]
fn the_schema_takes_the_examples_and_the_manuals_settings() {
    let manual = std::fs::read_to_string(root().join("docs/trunks.md")).expect("the manual");
    let blocks = manual.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let examples =
        ["registering.yaml", "address.yaml", "asterisk/callwright.yaml", "kamailio/callwright.yaml"];
    let examples = examples
        .map(|file| std::fs::read_to_string(root().join("examples/trunks").join(file)).expect("an example"));
    for text in blocks.map(str::to_owned).chain(examples) {
        assert_eq!(judged(&text), (true, true), "{text}");
    }
}

#[test]
fn what_the_reader_refuses_the_schema_refuses() {
    for text in [
        "trunks: { a: { transport: udp } }\n",
        "trunks: { a: { server: 'sip:a.example' } }\n",
        "trunks: { a: { server: a.example, transport: sctp } }\n",
        "trunks: { a: { server: a.example, allow: [everybody] } }\n",
        "trunks: { a: { server: a.example, weights: 2 } }\n",
        "trunks: { a: { server: a.example, register: { password_from: A } } }\n",
        "trunks: { a: { server: a.example, numbers: { out: [{ from: '8' }] } } }\n",
        "listeners: [127.0.0.1:5060]\n",
        "tls: { cert: a.pem }\n",
        "phones: { anna: { password: sesame } }\n",
        "phone_digest: sha1\n",
    ] {
        assert_eq!(judged(text), (false, false), "{text}");
    }
}

/// All fields of an object of the schema, by the YAML that leads to it.
fn objects(
    schema: &Value,
    rule: &Value,
    around: &dyn Fn(&str) -> String,
    found: &mut Vec<(String, BTreeSet<String>)>,
) {
    let rule = match rule["$ref"].as_str().and_then(|path| path.strip_prefix('#')) {
        Some(path) => schema.pointer(path).expect("what it refers to"),
        None => rule,
    };
    for one in rule["anyOf"].as_array().into_iter().flatten() {
        objects(schema, one, around, found);
    }
    if let Some(fields) = rule["properties"].as_object() {
        assert_eq!(rule["additionalProperties"], false, "{}", around(""));
        found.push((around("nothing_of_the_kind: 1"), fields.keys().cloned().collect()));
        for (name, rule) in fields {
            let explained = !rule["description"].is_null() || !rule["$ref"].is_null();
            assert!(explained, "{name} is explained");
            objects(schema, rule, &|inner| around(&format!("{name}: {{ {inner} }}")), found);
        }
    } else if rule["additionalProperties"].is_object() {
        objects(schema, &rule["additionalProperties"], &|inner| around(&format!("a: {{ {inner} }}")), found);
    }
    if rule["items"].is_object() {
        // The braces of the one object are there already: a list of one is written as such.
        objects(
            schema,
            &rule["items"],
            &|inner| around(inner).replacen(&format!("{{ {inner} }}"), &format!("[{{ {inner} }}]"), 1),
            found,
        );
    }
}

/// What the reader says that it knows where it met something that it does not.
fn known(text: &str) -> BTreeSet<String> {
    let folder = Folder::new("settings");
    let file = folder.path().join("settings.yaml");
    std::fs::write(&file, format!("{{ {text} }}\n")).expect("written");
    let said = Config::read(&file).map(drop).expect_err("no such setting").to_string();
    let (_, list) = said.split_once("expected ").unwrap_or_else(|| panic!("{text}: {said}"));
    let list = list.lines().next().unwrap_or_default().trim_start_matches("one of ");
    list.split(", ").map(|name| name.trim_matches('`').to_owned()).collect()
}

#[test]
fn the_schema_has_every_setting_that_is_read_and_no_other() {
    let schema = schema();
    let mut found = Vec::new();
    objects(&schema, &schema, &str::to_owned, &mut found);
    assert!(found.len() > 20, "{found:?}");
    for (text, fields) in found {
        assert_eq!(known(&text), fields, "{text}");
    }
}

#[test]
fn a_wrong_setting_is_shown_with_its_line() {
    let folder = Folder::new("settings");
    let file = folder.path().join("settings.yaml");
    let text = "max_calls: 3\ntrunks:\n  carrier:\n    server: a.example\n    register:\n      user: anna\n";
    std::fs::write(&file, text).expect("written");
    let file = file.to_str().expect("a path");
    let args = ["run", "examples/hello", "--check", "--config", file];
    let output = run(env!("CARGO_BIN_EXE_callwright"), &args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    let expected = format!("{file}:3: `trunks.carrier`: `register` needs one of `password_from`");
    assert!(said.contains(&expected), "{said}");
}

#[test]
fn what_is_wrong_with_operators_mail_and_webhooks_is_shown_with_its_line() {
    let folder = Folder::new("settings");
    let file = folder.path().join("settings.yaml");
    let text = "operators:\n  ivan:\n    queues: [nowhere]\nemail:\n  server: smtp.example.com\n  from: nobody\n\
        webhooks:\n  erp:\n    url: https://erp.example/\n    secret: { env: CALLWRIGHT_NO_SUCH }\n\
        backends:\n  shop:\n    url: nonsense\nretention: { contacts: 90d }\noutgoing: { at_once: 3 }\n";
    std::fs::write(&file, text).expect("written");
    let file = file.to_str().expect("a path");
    let args = ["run", "examples/hello", "--check", "--config", file];
    let output = run(env!("CARGO_BIN_EXE_callwright"), &args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    for expected in [
        ":2: `operators`: ivan takes calls of `nowhere`, and the program has no queue of that name",
        ":4: `email`: ",
        ":8: `erp`: the secret ",
        ":12: backend `shop`: `nonsense` is no http or https address",
    ] {
        assert!(said.contains(&format!("{file}{expected}")), "{expected}\n{said}");
    }
}
