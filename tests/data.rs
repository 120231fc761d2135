//! Data in flows, by small programs with their scenarios: each folder of tests/data is one.

use callwright::cli::disk::DiskFiles;
use callwright::engine::{Image, Journal};
use callwright::language;
use callwright::simulator::{Outcome, ScenarioFile, TestRun, replay, report, test};
use callwright::source::{Style, render};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Digits that callers key as secrets in these scenarios.
const SECRETS: [&str; 6] = ["80412639", "73950162", "73950163", "904117", "4826", "9999"];

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let entries = std::fs::read_dir(root).expect("the programs are there");
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

fn image(folder: &Path) -> Arc<Image> {
    let compiled = language::compile(&DiskFiles::new(folder));
    let findings = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    let program = compiled.program.unwrap_or_else(|| panic!("{}:\n{findings}", folder.display()));
    Image::new(program).expect("its functions load")
}

fn runs(image: &Arc<Image>, folder: &Path) -> Vec<TestRun> {
    let path = folder.join("scenarios.yaml");
    let text = std::fs::read_to_string(&path).expect("the scenarios can be read");
    let file = ScenarioFile::read(&path.display().to_string(), &text, image);
    let file = file.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    file.scenarios.iter().map(|scenario| test(image, scenario)).collect()
}

#[test]
fn the_programs_do_what_their_scenarios_say() {
    let mut failed = Vec::new();
    for folder in folders() {
        let image = image(&folder);
        let runs = runs(&image, &folder);
        assert!(!runs.is_empty(), "{}", folder.display());
        let wrong = runs.iter().filter(|run| !run.passed());
        failed.extend(wrong.map(|run| report(&image, &folder.display().to_string(), run, false, true)));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn their_journals_replay_and_show_no_secret() {
    for folder in folders() {
        let image = image(&folder);
        for contact in runs(&image, &folder).iter().flat_map(|run| &run.contacts) {
            let written = contact.journal.write();
            let journal = Journal::read(&written).expect("what was written can be read");
            let outcome = replay(&image, &journal);
            assert_eq!(outcome, Outcome::Same { steps: journal.entries.len() }, "{}", folder.display());
            let words = written.split(|sign: char| !sign.is_ascii_alphanumeric());
            let shown: Vec<&str> = words.filter(|word| SECRETS.contains(word)).collect();
            assert_eq!(shown, [""; 0], "{}", folder.display());
        }
    }
}
