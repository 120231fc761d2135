//! The JSON Schema of scenarios, held to the reader: what one takes, the other takes, and what one refuses, too.

use crate::harness::{bank, image, root, run};
use callwright::cli::disk::DiskFiles;
use callwright::simulator::{ScenarioFile, schema};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// A scenario file as an editor sees it.
fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What a value has that the schema does not allow; the words of the schema that ours use, and no others.
pub fn misfit(root: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let Some(words) = schema.as_object() else {
        return if *schema == Value::Bool(true) {
            Ok(())
        } else {
            Err(format!("{at}: nothing may stand here"))
        };
    };
    for (word, rule) in words {
        match word.as_str() {
            "$ref" => {
                let path = rule.as_str().and_then(|path| path.strip_prefix('#')).expect("a local reference");
                misfit(root, root.pointer(path).expect("what it refers to"), value, at)?;
            }
            "type" => {
                let known = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                if !known.iter().any(|kind| is_kind(kind.as_str().expect("a type"), value)) {
                    return Err(format!("{at}: {value} is no {rule}"));
                }
            }
            "enum" if !rule.as_array().expect("a list").contains(value) => {
                return Err(format!("{at}: {value} is none of {rule}"));
            }
            "pattern" => {
                let pattern = regex::Regex::new(rule.as_str().expect("a pattern")).expect("a pattern");
                if value.as_str().is_some_and(|text| !pattern.is_match(text)) {
                    return Err(format!("{at}: {value} is not as {rule}"));
                }
            }
            "anyOf" => {
                let wrong = rule.as_array().expect("a list").iter().map(|one| misfit(root, one, value, at));
                let wrong: Vec<Result<(), String>> = wrong.collect();
                if wrong.iter().all(Result::is_err) {
                    return wrong.into_iter().last().unwrap_or(Ok(()));
                }
            }
            "if" => {
                let branch = if misfit(root, rule, value, at).is_ok() { "then" } else { "else" };
                misfit(root, &words[branch], value, at)?;
            }
            "required" => {
                let missing = rule
                    .as_array()
                    .expect("a list")
                    .iter()
                    .find(|key| value.get(key.as_str().unwrap_or("")).is_none());
                if let Some(key) = missing.filter(|_| value.is_object()) {
                    return Err(format!("{at}: {key} is missing"));
                }
            }
            "properties" => fields(root, schema, value, at)?,
            "additionalProperties" if !words.contains_key("properties") => fields(root, schema, value, at)?,
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    misfit(root, rule, item, &format!("{at}[{index}]"))?;
                }
            }
            "minProperties"
                if value.as_object().is_some_and(|map| map.len() < rule.as_u64().unwrap_or(0) as usize) =>
            {
                return Err(format!("{at}: too few"));
            }
            "maxProperties"
                if value.as_object().is_some_and(|map| map.len() > rule.as_u64().unwrap_or(0) as usize) =>
            {
                return Err(format!("{at}: too many"));
            }
            "minimum" if value.as_f64().is_some_and(|value| value < rule.as_f64().unwrap_or(0.0)) => {
                return Err(format!("{at}: too little"));
            }
            "enum" | "additionalProperties" | "minProperties" | "maxProperties" | "minimum" => {}
            "then" | "else" | "description" | "title" | "$schema" | "$defs" => {}
            other => panic!("the schema says `{other}`, which this test does not know"),
        }
    }
    Ok(())
}

fn fields(root: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    for (key, value) in value.as_object().into_iter().flatten() {
        let at = format!("{at}.{key}");
        match schema["properties"].get(key) {
            Some(rule) => misfit(root, rule, value, &at)?,
            None => {
                misfit(root, schema.get("additionalProperties").unwrap_or(&Value::Bool(true)), value, &at)?
            }
        }
    }
    Ok(())
}

fn is_kind(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("there is no type `{other}`"),
    }
}

/// Every file of scenarios below a folder, with the program's folder.
fn files(folder: &Path, found: &mut Vec<(PathBuf, PathBuf)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && path.join("main.flow").is_file() {
            let inner = fs::read_dir(path.join("scenarios")).into_iter().flatten().flatten();
            found.extend(inner.map(|entry| (path.clone(), entry.path())));
            let beside = path.join("scenarios.yaml");
            found.extend(beside.is_file().then_some((path, beside)));
        } else if path.is_dir() && name != "mistakes" {
            files(&path, found);
        }
    }
}

#[test]
fn every_scenario_there_is_fits_the_schema_and_that_of_its_program() {
    let general = schema(None);
    let mut found = Vec::new();
    ["flows", "tests", "examples"].iter().for_each(|folder| files(&root().join(folder), &mut found));
    assert!(found.len() > 50, "{found:?}");
    let mut wrong = Vec::new();
    for (program, file) in &found {
        let document = yaml(&fs::read_to_string(file).expect("scenarios"));
        let own = schema(Some(&image(&DiskFiles::new(program))));
        for schema in [&general, &own] {
            wrong.extend(
                misfit(schema, schema, &document, "").err().map(|why| format!("{}: {why}", file.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_reader_refuses_as_unknown_the_schema_refuses_too() {
    let (bank, schema) = (bank(), schema(None));
    let base = json!({
        "given": { "crm": { "customers": [ { "id": "a" } ], "is": "well" }, "dial": { "pc": { "answers": "2s" } } },
        "scenarios": [ {
            "name": "x", "at": "2026-11-20T19:30:00+03:00", "call": { "from": "anonymous", "to": "+7 843 203-57-37" },
            "steps": [ { "press": { "keys": "1", "at": "5s" } } ],
            "expect": { "path": ["reception"], "dialled": [ { "to": "pc" } ], "never": [ { "say": "1" } ] }
        } ]
    });
    assert_eq!(misfit(&schema, &schema, &base, ""), Ok(()));
    assert!(ScenarioFile::read("x.yaml", &base.to_string(), &bank).is_ok());
    let places = [
        "",
        "/given",
        "/given/dial/pc",
        "/scenarios/0",
        "/scenarios/0/call",
        "/scenarios/0/steps/0/press",
        "/scenarios/0/expect",
        "/scenarios/0/expect/dialled/0",
    ];
    for place in places {
        let mut document = base.clone();
        document.pointer_mut(place).expect("a place")["surprise"] = json!("x");
        assert!(misfit(&schema, &schema, &document, "").is_err(), "the schema takes a surprise in {place}");
        let read = ScenarioFile::read("x.yaml", &document.to_string(), &bank);
        assert!(read.is_err_and(|wrong| wrong.to_string().contains("surprise")), "{place}");
    }
}

#[test]
fn every_mistake_in_a_name_or_a_word_is_one_for_the_program_s_schema() {
    let own = schema(Some(&bank()));
    for case in ["E1102_step", "E1102_key", "E1102_result", "E1103_names"] {
        let text =
            fs::read_to_string(root().join(format!("tests/testing/mistakes/{case}.yaml"))).expect("a case");
        assert!(misfit(&own, &own, &yaml(&text), "").is_err(), "{case}");
    }
}

#[test]
fn the_schema_that_ships_is_the_reader_s() {
    let shipped = root().join("schemas/scenario.schema.json");
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["test", "--schema"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&shipped, &text).expect("written");
    }
    assert_eq!(fs::read_to_string(&shipped).unwrap_or_default(), text, "UPDATE_GOLDEN=1 writes it anew");
}

#[test]
fn a_program_s_own_schema_has_its_names() {
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["test", "--schema", "flows/bank"]);
    let own: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let flows = &own["$defs"]["expect"]["properties"]["path"];
    assert!(flows.to_string().contains("\"main_menu\""), "{flows}");
}
