//! Scenarios of recorded contacts: they pass, they do what was recorded, and they know no secret.

use crate::harness::{Folder, image, root};
use callwright::cli::disk::DiskFiles;
use callwright::engine::{Image, Journal};
use callwright::simulator::{Comparison, Recounting, ScenarioFile, TestRun, recount, report, test};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

fn runs(image: &Arc<Image>, path: &str, text: &str) -> Vec<TestRun> {
    let file = ScenarioFile::read(path, text, image).unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"));
    file.scenarios.iter().map(|scenario| test(image, scenario)).collect()
}

fn scenario_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join("scenarios")).expect("scenarios").flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

#[test]
fn contacts_of_the_shipped_programs_become_scenarios_that_pass_and_do_the_same() {
    let (mut count, mut wrong) = (0, Vec::new());
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root().join("flows"))
        .expect("programs")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    for folder in folders {
        let image = image(&DiskFiles::new(&folder));
        for path in scenario_files(&folder) {
            let text = std::fs::read_to_string(&path).expect("scenarios");
            for run in runs(&image, &path.display().to_string(), &text) {
                // A contact that others came before meets a world that they have changed.
                let [contact] = run.contacts.as_slice() else { continue };
                if contact.journal.header.contact.task.is_some() {
                    continue;
                }
                count += 1;
                wrong.extend(
                    problem(&image, &contact.journal)
                        .map(|why| format!("{}: {}: {why}", path.display(), run.name)),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 100, "{count}");
}

/// What is wrong with the scenario of a journal.
fn problem(image: &Arc<Image>, journal: &Journal) -> Option<String> {
    let journal = Journal::read(&journal.write()).expect("it can be read");
    let recounted = match recount(image, &journal, &Recounting::default()) {
        Ok(recounted) => recounted,
        Err(reason) => return Some(reason),
    };
    let file = match ScenarioFile::read("recounted", &recounted.yaml, image) {
        Ok(file) => file,
        Err(mistakes) => return Some(mistakes.to_string()),
    };
    let run = test(image, &file.scenarios[0]);
    if !run.passed() {
        let failure = &run.failures[0].1;
        return Some(format!("it fails: {} | {}", failure.expected, failure.but));
    }
    match recounted.differs {
        Comparison::Same => None,
        Comparison::Noticed(change) | Comparison::Unnoticed(change) => {
            Some(format!("it differs: {} {:?}", change.kind, recounted.limits))
        }
    }
}

fn bank() -> Arc<Image> {
    image(&DiskFiles::new(root().join("flows/bank")))
}

/// A call of the bank in which a PIN was keyed, wrongly first.
fn with_a_pin() -> Journal {
    let path = root().join("flows/bank/scenarios/balance.yaml");
    let text = std::fs::read_to_string(path).expect("scenarios");
    let runs = runs(&bank(), "balance.yaml", &text);
    let run = runs.into_iter().find(|run| run.name.contains("right PIN")).expect("such a scenario");
    run.contacts[0].journal.clone()
}

#[test]
fn a_secret_is_made_up_in_its_shape_and_the_crm_knows_the_same() {
    let recounted = recount(&bank(), &with_a_pin(), &Recounting::default()).expect("a scenario");
    assert!(!recounted.yaml.contains("4711"), "{}", recounted.yaml);
    assert!(
        recounted.yaml.contains("pin: \"2580\"") && recounted.yaml.contains("secret: \"2580\""),
        "{}",
        recounted.yaml
    );
}

#[test]
fn people_have_other_numbers_and_names_where_that_is_asked() {
    let how = Recounting { anonymous: true, name: Some("a balance".to_owned()) };
    let recounted = recount(&bank(), &with_a_pin(), &how).expect("a scenario");
    for personal in ["9656295719", "Анна"] {
        assert!(!recounted.yaml.contains(personal), "{personal} in {}", recounted.yaml);
    }
    assert!(
        recounted.yaml.contains("+79656290001") && recounted.yaml.contains("Person 1"),
        "{}",
        recounted.yaml
    );
    let run = runs(&bank(), "recounted", &recounted.yaml).remove(0);
    assert!(run.passed(), "{}", report(&bank(), "recounted", &run, false, true));
}

#[test]
fn the_command_writes_a_scenario_that_the_test_command_passes() {
    let folder = Folder::new("recount");
    let flows = folder.path().join("bank");
    let copied = Command::new("cp").args(["-r"]).arg(root().join("flows/bank")).arg(&flows).status();
    assert!(copied.expect("cp runs").success());
    let journal = folder.path().join("one.jsonl");
    std::fs::write(&journal, with_a_pin().write()).expect("written");
    let callwright = || Command::new(env!("CARGO_BIN_EXE_callwright"));
    let output = callwright()
        .args(["scenario", "from"])
        .arg(&journal)
        .args(["--name", "a call of yesterday", "--program"])
        .arg(&flows)
        .arg("--out")
        .arg(flows.join("scenarios/yesterday.yaml"))
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*told), (Some(0), ""));
    let tested = callwright()
        .arg("test")
        .arg(&flows)
        .args(["--filter", "a call of yesterday"])
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&tested.stdout);
    assert!(tested.status.success() && told.contains("1 passed"), "{told}");
}

#[test]
fn a_flow_without_a_caller_keeps_what_it_took() {
    let script = r#"
program p { languages en; default { hung_up { outcome done } } }
crm { outcomes done }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; in 10m do later("tea"); outcome done; hangup }
flow later(what: text) { note what; return }
"#;
    let image = image(&callwright::source::MemoryFiles::script(script));
    let scenarios = r#"
scenarios:
  - { name: later, at: 2026-11-20T19:30:00+03:00, task: { flow: later, args: { what: tea } }, expect: { writes: [ 'note "tea"' ] } }
"#;
    for run in runs(&image, "p.yaml", scenarios) {
        assert!(run.passed(), "{:?}", run.failures);
        assert_eq!(problem(&image, &run.contacts[0].journal), None, "{}", run.name);
    }
}
