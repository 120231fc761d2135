//! Programs with several legs, and the scenarios beside them.

use super::{image, journals, reread, scenarios};
use callwright::simulator::{Outcome, ScenarioFile, TestRun, replay, report, test};
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

#[test]
fn what_a_contact_has_to_do_with_others_can_be_expected() {
    passes("tests/simulator/dealings");
}

#[test]
fn dealings_that_are_not_as_expected_are_shown_as_they_were() {
    let image = image("tests/simulator/dealings");
    let text = "\
scenarios:
  - name: nothing is as expected
    at: 2026-03-10T10:00:00-04:00
    given: { backends: { desk: [ { visit: {}, replies: [ ok ] } ] }, dial: { \"+12065550123\": busy } }
    call: { from: \"+12065550123\", to: \"101\" }
    expect:
      said: [ \"hello [de]\" ]
      posted: { desk.visit: [ { room: \"13\" } ] }
      delivered: [ \"sms: ok\" ]
      recorded: [ { room: board } ]
      queued: [ { queue: sales } ]
      afterwards: { dialled: [ { to: \"+12065550123\", caller_id: none } ] }
";
    let file = ScenarioFile::read("one.yaml", text, &image).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let run = test(&image, &file.scenarios[0]);
    let found: Vec<String> =
        run.failures.iter().map(|(_, failure)| format!("{} | {}", failure.expected, failure.but)).collect();
    assert_eq!(
        found,
        [
            "said [hello [de]] | [hello [en]] (differs from number 1)",
            "afterwards dialled [+12065550123 shown none] | [+12065550123 shown +12065550100] (differs from number 1)",
            "posted desk.visit [{room: 13}] | [{room: 12, number: +12065550123}] (differs from number 1)",
            "delivered [sms: ok] | [desk.log: ok, desk.log: ok, sms: ok] (differs from number 1)",
            "recorded [room board] | [the call] (differs from number 1)",
            "queued [sales] | [] (differs from number 1)",
        ]
    );
}

#[test]
fn a_queue_passes_over_whoever_does_not_press_its_key() {
    let runs = passes("tests/simulator/offer");
    let joins = runs[3].contacts[0].journal.write();
    assert!(joins.contains(r#""announce":{"id":"sim-1-4""#), "the room gets the name: {joins}");
}
