//! Whatever a session does is a way that the prover knows, also where drivers report what they please.

use super::containment::{contacts, programs, scenario_files};
use crate::engine::walk::{actions, walk};
use crate::harness::{image, root};
use callwright::cli::disk::DiskFiles;
use callwright::engine::{Action, Note};
use callwright::explore::Explorer;
use callwright::simulator::{ScenarioFile, plans, test_with};
use callwright::time::Wall;

/// Programs with the numbers of their lines.
const PROGRAMS: [(&str, &[&str]); 5] = [
    ("flows/bank", &["+78432035737"]),
    ("tests/waiting/care", &["+14155550100"]),
    ("tests/waiting/voicemail", &["+12065550100", "+12065550101", "+12065550102"]),
    ("tests/waiting/office", &["+78432035701", "+78432035702", "+78432035703", "+78432035704"]),
    ("tests/waiting/legs", &["+12065550100", "+12065550101", "+12065550102"]),
];
/// Walks of each.
const WALKS: u64 = 60;

#[test]
fn every_random_walk_is_a_way_that_the_prover_knows() {
    for (folder, lines) in PROGRAMS {
        let image = image(&DiskFiles::new(root().join(folder)));
        let explorer = Explorer::new(&image, Wall(1_767_225_600_000));
        for seed in 0..WALKS {
            let journal = walk(&image, seed, lines);
            if let Err(at) = explorer.follow(&journal) {
                let place = &image.node(at.node).place;
                let left = actions(&journal).filter_map(|action| match action {
                    Action::Note(Note::Left { node, exit }) => {
                        Some(format!("{}:{exit}", image.node(*node).place.line))
                    }
                    _ => None,
                });
                let exits: Vec<String> = left.take(at.known + 1).collect();
                panic!("{folder}, seed {seed}: {at:?} at {}:{} {exits:?}", place.path, place.line);
            }
        }
    }
}

/// What the random calls are drawn from.
const SEED: u64 = 20_261_122;

#[test]
fn every_random_call_through_the_shipped_programs_is_a_way_that_the_prover_knows() {
    let (mut calls, mut strayed) = (0, Vec::new());
    for folder in programs().into_iter().filter(|folder| folder.starts_with(root().join("flows"))) {
        let image = image(&DiskFiles::new(&folder));
        let explorer = Explorer::new(&image, Wall(1_767_225_600_000));
        for path in scenario_files(&folder) {
            let text = std::fs::read_to_string(&path).expect("scenarios");
            let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
            let Ok(file) = ScenarioFile::read(&shown, &text, &image) else { continue };
            for scenario in
                file.scenarios.iter().filter(|one| one.contacts.iter().all(|one| one.crowd.is_none()))
            {
                // Its caller loses the thread and presses what comes, in a world in which several things fail.
                let plans = plans(&image, scenario, SEED, 2);
                for plan in plans.iter().filter(|plan| plan.faults.len() > 1) {
                    let run = test_with(&image, scenario, plan);
                    for contact in run.contacts.iter().flat_map(contacts) {
                        calls += 1;
                        if let Err(at) = explorer.follow(&contact.journal) {
                            let place = &image.node(at.node).place;
                            let line = format!("{}:{}", place.path, place.line);
                            let name = &scenario.name;
                            strayed.push(format!("{shown}: {name}, seed {SEED}: {plan}: {at:?} at {line}"));
                        }
                    }
                }
            }
        }
    }
    assert!(strayed.is_empty(), "{} of {calls}:\n{}", strayed.len(), strayed.join("\n"));
    assert!(calls > 200, "only {calls} calls");
}
