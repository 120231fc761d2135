//! The shipped programs: each compiles without a finding, each of its scenarios passes, each journal replays.

use crate::harness::root;
use callwright::cli::disk::DiskFiles;
use callwright::engine::{Image, Journal};
use callwright::language::compile;
use callwright::simulator::{ContactRun, Outcome, ScenarioFile, TestRun, replay, report, test};
use callwright::source::{Code, Style};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folders of the shipped programs.
fn programs() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("flows")).expect("a folder").flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn image(folder: &Path) -> Arc<Image> {
    let compiled = compile(&DiskFiles::new(folder));
    // One program has a hint that nobody has translated yet, and says that it may fall back.
    let is_known = |code: Code| code == Code::FallbackTranslation && folder.ends_with("reminders");
    let findings = compiled.diagnostics.iter().filter(|finding| !is_known(finding.code)).count();
    assert_eq!(findings, 0, "{}", compiled.report(Style::Plain));
    Image::new(compiled.program.expect("nothing was found")).expect("its functions compile")
}

fn runs(folder: &Path, image: &Arc<Image>) -> Vec<TestRun> {
    let entries = fs::read_dir(folder.join("scenarios")).expect("scenarios").flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let mut runs = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).expect("scenarios");
        let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        let file = ScenarioFile::read(&shown, &text, image).unwrap_or_else(|wrong| panic!("{wrong}"));
        for scenario in &file.scenarios {
            let run = test(image, scenario);
            assert!(run.passed(), "{}", report(image.program(), &shown, &run, false, true));
            runs.push(run);
        }
    }
    runs
}

#[test]
fn every_scenario_of_the_shipped_programs_passes_and_replays() {
    let mut scenarios = 0;
    for folder in programs() {
        let image = image(&folder);
        let runs = runs(&folder, &image);
        assert!(!runs.is_empty(), "{} has no scenarios", folder.display());
        scenarios += runs.len();
        let contacts: Vec<&ContactRun> = runs.iter().flat_map(|run| &run.contacts).collect();
        let behind = contacts.iter().flat_map(|contact| &contact.afterwards);
        for contact in contacts.iter().copied().chain(behind) {
            let journal = Journal::read(&contact.journal.write()).expect("what was written can be read");
            let again = replay(&image, &journal);
            assert!(matches!(again, Outcome::Same { .. }), "{}: {}", folder.display(), journal.write());
        }
    }
    assert!(scenarios >= 190, "only {scenarios} scenarios");
}
