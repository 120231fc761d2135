//! The JSON Schema of the settings, held to the reader: what it names is read, and what it refuses is refused.

use crate::harness::{Folder, root, run};
use crate::testing::schemas::misfit;
use callwright::server::Config;
use serde_json::Value;

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

#[test]
fn every_setting_of_the_schema_is_one() {
    let schema = schema();
    let parts = ["trunk", "register", "phone"].map(|part| &schema["$defs"][part]);
    for part in parts.into_iter().chain([&schema]) {
        for (name, rule) in part["properties"].as_object().expect("settings") {
            assert!(!rule["description"].is_null() || !rule["$ref"].is_null(), "{name} is explained");
        }
    }
    let text = "nothing_of_the_kind: 1\n";
    let folder = Folder::new("settings");
    let file = folder.path().join("settings.yaml");
    std::fs::write(&file, text).expect("written");
    let said = Config::read(&file).expect_err("no such setting").to_string();
    for name in schema["properties"].as_object().expect("settings").keys() {
        let text = format!("{name}: {{ a: {{ b: [c] }} }}\n");
        std::fs::write(&file, text).expect("written");
        let error = Config::read(&file).expect_err("not like this").to_string();
        assert!(
            !error.contains("unknown field `") || !error.contains(&format!("`{name}`, expected")),
            "{error}\n{said}"
        );
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
