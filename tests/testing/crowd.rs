//! Crowds: contacts at once, in one world, in the order of time.

use super::{complained, printed, test};
use crate::harness::{image, root};
use callwright::cli::disk::DiskFiles;
use callwright::simulator::{ScenarioFile, TestRun};
use std::fs;

const CROWD: &str = "tests/testing/crowd";

fn play(text: &str) -> TestRun {
    let image = image(&DiskFiles::new(root().join(CROWD)));
    let file = ScenarioFile::read("crowd.yaml", text, &image).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    callwright::simulator::test(&image, &file.scenarios[0])
}

fn crowd(rest: &str) -> String {
    format!(
        "given: {{ queues: {{ sales: {{ staff: 1, speaks: 30s }} }} }}\nscenarios:\n  - name: one\n    \
         at: 2026-03-10T10:00:00-04:00\n    call: {{ from: \"+12065550100\", to: \"101\" }}\n    {rest}\n"
    )
}

#[test]
fn the_crowds_of_the_example_go_as_they_say() {
    let output = test(&[CROWD]);
    assert!(output.status.success(), "{}{}", printed(&output), complained(&output));
}

#[test]
fn each_has_a_number_of_its_own_and_they_share_a_world() {
    let run = play(&crowd("crowd: 3 calls every 20s"));
    let told: Vec<String> = run
        .contacts
        .iter()
        .map(|contact| {
            let waited = contact.dealings.queued.iter().map(|place| place.waited.0).sum::<u64>();
            let header = &contact.journal.header.contact;
            format!("{} {} at {} waited {waited}", header.id, header.from, header.arrived.0 % 3_600_000)
        })
        .collect();
    let expected = [
        "sim-1 +12065550100 at 0 waited 0",
        "sim-2 +12065550101 at 20000 waited 10000",
        "sim-3 +12065550102 at 40000 waited 20000",
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_is_not_true_of_all_together_is_told() {
    let run =
        play(&crowd("crowd: 3 calls every 20s\n    together: { connected: { at most: 2 }, waited: 10s }"));
    let told: Vec<String> =
        run.failures.iter().map(|(_, failure)| format!("{} | {}", failure.expected, failure.but)).collect();
    assert_eq!(
        told,
        [
            "together connected at least 0 and at most 2 | 3",
            "together waited at least 10s and at most 10s | the longest wait was 20s"
        ]
    );
}

#[test]
fn the_same_seed_gives_the_same_crowd() {
    let bytes = || {
        let run = play(&crowd("seed: 5\n    crowd: 40 calls within 5m"));
        run.contacts.iter().map(|contact| contact.journal.write()).collect::<String>()
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn what_is_no_crowd_is_a_mistake() {
    let image = image(&DiskFiles::new(root().join(CROWD)));
    for (rest, told) in [
        ("crowd: many", "`many` is no crowd"),
        ("crowd: 20000 calls within 1h", "is no crowd"),
        ("together: { connected: 1 }", "there is no crowd of which this could be true"),
    ] {
        let wrong = ScenarioFile::read("crowd.yaml", &crowd(rest), &image).expect_err("a mistake");
        assert!(wrong.to_string().contains(told), "{wrong}");
    }
    let manual = fs::read_to_string(root().join("docs/scenarios.md")).expect("the manual");
    assert!(manual.contains("crowd: 200 calls within 10m"));
}
