//! Programs with several legs, and the scenarios beside them.

use super::{image, journals, reread, scenarios};
use callwright::simulator::{Outcome, TestRun, replay, report, test};
use std::path::Path;

/// Plays the scenarios of a folder; all must pass, and every journal must replay.
fn passes(folder: &str) -> Vec<TestRun> {
    let image = image(folder);
    let file = scenarios(&image, &Path::new(folder).join("scenarios.yaml"));
    let runs: Vec<TestRun> = file.scenarios.iter().map(|scenario| test(&image, scenario)).collect();
    let failed = runs.iter().filter(|run| !run.passed());
    let reports: Vec<String> = failed.map(|run| report(&image, folder, run, false, true)).collect();
    assert!(reports.is_empty(), "{}", reports.join("\n"));
    for journal in journals(&runs) {
        let read = reread(journal);
        let steps = read.entries.len();
        assert_eq!(replay(&image, &read), Outcome::Same { steps });
    }
    runs
}

#[test]
fn calls_are_handled_before_any_answer() {
    passes("tests/simulator/jones");
}

#[test]
fn only_a_person_takes_the_call_of_a_hunt() {
    passes("tests/simulator/on_call");
}

#[test]
fn a_conference_counts_who_is_there_and_waits_for_its_moderator() {
    passes("tests/simulator/centre");
}
