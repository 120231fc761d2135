//! Mistakes in scenarios against their case files: one code a file, beside it what is said about it.
//!
//! `UPDATE_GOLDEN=1` writes the expected files anew; read them before you commit them.

use crate::harness::{Folder, bank, root, run};
use callwright::simulator::ScenarioFile;
use std::fs;
use std::path::PathBuf;

fn cases() -> Vec<PathBuf> {
    let entries =
        fs::read_dir(root().join("tests/testing/mistakes")).expect("the folder of the cases").flatten();
    let is_case = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yaml");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_case).collect();
    cases.sort();
    cases
}

#[test]
fn every_mistake_in_a_scenario_is_told_as_its_case_file_says() {
    let bank = bank();
    let mut wrong = Vec::new();
    for path in cases() {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a case");
        let mistakes =
            ScenarioFile::read(&format!("{name}.yaml"), &text, &bank).expect_err("it has a mistake");
        let report = format!("{mistakes}\n");
        let golden = path.with_extension("txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &report).expect("written");
        }
        let code = name.split('_').next().unwrap_or_default();
        let (found, _) = mistakes.diagnostics();
        let is_alone = found.iter().all(|found| found.code.number() == code);
        if !is_alone || fs::read_to_string(&golden).unwrap_or_default() != report {
            wrong.push(format!("{name}:\n{report}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "these differ from their .txt, or tell more than their code:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn whoever_runs_scenarios_is_told_where_more_is_written() {
    let folder = Folder::new("mistake");
    let file = folder.path().join("one.yaml");
    let text = fs::read_to_string(root().join("tests/testing/mistakes/E1102_step.yaml")).expect("a case");
    fs::write(&file, format!("flow: flows/bank\n{text}")).expect("written");
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["test", file.to_str().expect("a path")]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("error[E1102]: `hangup` is no step"), "{told}");
    assert!(told.ends_with("callwright explain E1102 tells more\n\n"), "{told}");
    assert_eq!(output.status.code(), Some(2));
}
