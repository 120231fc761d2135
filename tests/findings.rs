//! What `check --json` and `check --sarif` write for other programs.
//!
//! `UPDATE_GOLDEN=1` writes the expected file anew; read it before you commit it.

use crate::harness::{Folder, root};
use callwright::source::Code;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A command in a folder, so that the paths in its output are short.
fn check(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callwright"));
    command.arg("check").args(args).current_dir(folder).output().expect("the program runs")
}

/// The program with findings of every kind: two scripts, Cyrillic before the place, related places, a warning.
fn check_shop(how: &str) -> Output {
    check(&root().join("tests/findings"), &["shop", how])
}

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("one JSON document and nothing else")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[test]
fn the_json_document_is_the_one_in_the_golden_file() {
    let output = check_shop("--json");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let golden = root().join("tests/findings/shop.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &printed).expect("written");
    }
    assert_eq!(printed, fs::read_to_string(golden).unwrap_or_default());
}

#[test]
fn the_json_of_the_manual_is_what_check_writes() {
    let folder = Folder::new("manual");
    let script = fs::read_to_string(root().join("examples/hello/main.flow")).expect("the example");
    fs::create_dir(folder.path().join("hello")).expect("a folder");
    let script = script.replace("say welcome;", "say welcom;");
    fs::write(folder.path().join("hello/main.flow"), script).expect("written");
    let manual = fs::read_to_string(root().join("docs/running.md")).expect("the manual");
    let shown =
        manual.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let shown: Value = serde_json::from_str(shown).expect("the manual shows JSON");
    assert_eq!(document(&check(folder.path(), &["hello", "--json"])), shown);
}

#[test]
fn columns_count_characters_and_offsets_bytes() {
    let found = document(&check_shop("--json"));
    for finding in list(&found["findings"]) {
        let file = finding["file"].as_str().expect("a path");
        let text = fs::read_to_string(root().join("tests/findings").join(file)).expect("the script");
        let place = |end: &str, of: &str| finding[end][of].as_u64().expect("a number") as usize;
        let (start, end) = (place("start", "offset"), place("end", "offset"));
        let line = text.lines().nth(place("start", "line") - 1).expect("the line");
        let (from, to) = (place("start", "column") - 1, place("end", "column") - 1);
        let by_columns: String = line.chars().skip(from).take(to - from).collect();
        assert_eq!(by_columns, text[start..end]);
    }
}

#[test]
fn a_program_without_findings_is_an_empty_list() {
    let output = check(&root(), &["flows/bank", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let found = document(&output);
    assert_eq!((&found["findings"], &found["errors"]), (&Value::Array(Vec::new()), &Value::from(0)));
}

#[test]
fn a_folder_that_is_not_there_is_a_document_with_one_finding() {
    let output = check(&root(), &["flows/nowhere", "--json"]);
    assert_eq!((output.status.code(), output.stderr.len()), (Some(2), 0));
    let found = &document(&output)["findings"];
    let [finding] = list(found) else { panic!("one finding: {found}") };
    assert_eq!((&finding["code"], &finding["file"]), (&"E0901".into(), &"flows/nowhere".into()));
    assert_eq!(finding["message"], "there is no folder `flows/nowhere`");
    let output = check(&root(), &["flows/nowhere", "--sarif"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(list(&document(&output)["runs"][0]["results"]).len(), 1);
}

#[test]
fn the_sarif_log_has_what_its_standard_requires() {
    let output = check_shop("--sarif");
    assert_eq!(output.status.code(), Some(2));
    let log = document(&output);
    // SARIF 2.1.0 §3.13: `version` and `runs`; §3.14: `tool`; §3.18: `driver`; §3.19: its `name`.
    assert_eq!(log["version"], "2.1.0");
    let [run] = list(&log["runs"]) else { panic!("one run: {log}") };
    let driver = &run["tool"]["driver"];
    assert_eq!((&driver["name"], &run["columnKind"]), (&"callwright".into(), &"unicodeCodePoints".into()));
    let rules = list(&driver["rules"]);
    assert_eq!(rules.len(), Code::ALL.len());
    for (rule, code) in rules.iter().zip(Code::ALL) {
        assert_eq!(rule["id"], code.number());
        assert_eq!(rule["shortDescription"]["text"], code.title());
        // §3.12.3: where there is Markdown, there is text.
        assert!(rule["help"]["text"].is_string(), "{rule}");
        assert!(is_level(&rule["defaultConfiguration"]["level"]), "{rule}");
    }
    for result in list(&run["results"]) {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(is_level(&result["level"]) && result["message"]["text"].is_string(), "{result}");
        let [primary] = list(&result["locations"]) else { panic!("one place: {result}") };
        for location in std::iter::once(primary).chain(list(&result["relatedLocations"])) {
            is_location(location);
        }
    }
}

fn is_level(value: &Value) -> bool {
    value == "error" || value == "warning"
}

/// §3.28 to §3.30: a place is a file and a region whose end is not before its start.
fn is_location(location: &Value) {
    let place = &location["physicalLocation"];
    let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
    assert!(uri.is_ascii() && !uri.contains([' ', '\\']), "{uri}");
    let number =
        |of: &str| place["region"][of].as_u64().filter(|number| *number > 0).expect("counted from one");
    let (start, end) =
        ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
    assert!(start <= end, "{location}");
}

#[test]
fn both_documents_tell_of_the_same_findings_in_the_same_order() {
    let (json, sarif) = (document(&check_shop("--json")), document(&check_shop("--sarif")));
    let codes = |findings: &Value, name: &str| -> Vec<String> {
        list(findings).iter().map(|finding| finding[name].to_string()).collect()
    };
    assert_eq!(codes(&json["findings"], "code"), codes(&sarif["runs"][0]["results"], "ruleId"));
}

#[test]
fn findings_for_a_person_end_with_where_to_read_on() {
    let output = check(&root().join("tests/findings"), &["shop"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let last: Vec<&str> = told.lines().rev().take(3).collect();
    assert_eq!(last[0], "shop does not compile: 4 findings");
    assert_eq!(last[1..], ["callwright explain E0201 tells more; so for E0202, E0405, W0601", ""]);
}
