//! Whatever a session does is a way that the prover knows: every scenario of every program that has some.

use crate::harness::root;
use callwright::cli::disk::DiskFiles;
use callwright::engine::Image;
use callwright::explore::Explorer;
use callwright::language::compile;
use callwright::simulator::{ContactRun, ScenarioFile, test};
use std::fs;
use std::path::{Path, PathBuf};

/// The folders below these that hold a program with scenarios.
pub fn programs() -> Vec<PathBuf> {
    let folders = |at: &str| {
        let entries = fs::read_dir(root().join(at)).into_iter().flatten().flatten().map(|entry| entry.path());
        entries.filter(|path| path.join("main.flow").is_file()).collect::<Vec<_>>()
    };
    let mut programs: Vec<PathBuf> = [
        "flows",
        "tests/asking",
        "tests/data",
        "tests/issues",
        "tests/run",
        "tests/simulator",
        "tests/waiting",
    ]
    .into_iter()
    .flat_map(folders)
    .collect();
    programs.sort();
    programs
}

pub fn scenario_files(folder: &Path) -> Vec<PathBuf> {
    let in_folder = fs::read_dir(folder.join("scenarios")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = in_folder.map(|entry| entry.path()).collect();
    files.extend(Some(folder.join("scenarios.yaml")).filter(|path| path.is_file()));
    files.sort();
    files
}

pub fn contacts(run: &ContactRun) -> Vec<&ContactRun> {
    std::iter::once(run).chain(run.afterwards.iter()).collect()
}

#[test]
fn every_contact_of_every_scenario_is_a_way_that_the_prover_knows() {
    let (mut known, mut strayed) = (0, Vec::new());
    for folder in programs() {
        let compiled = compile(&DiskFiles::new(&folder));
        let Some(program) = compiled.program else { continue };
        let image = Image::new(program).expect("its functions compile");
        let explorer = Explorer::new(&image, callwright::time::Wall(1_767_225_600_000));
        for path in scenario_files(&folder) {
            let text = fs::read_to_string(&path).expect("scenarios");
            let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
            let Ok(file) = ScenarioFile::read(&shown, &text, &image) else { continue };
            for scenario in &file.scenarios {
                let run = test(&image, scenario);
                for contact in run.contacts.iter().flat_map(contacts) {
                    match explorer.follow(&contact.journal) {
                        Ok(()) => known += 1,
                        Err(at) => {
                            let place = &image.node(at.node).place;
                            let line = format!("{}:{}", place.path, place.line);
                            strayed.push(format!("{shown}: {}: {at:?} at {line}", scenario.name));
                        }
                    }
                }
            }
        }
    }
    assert!(strayed.is_empty(), "{}", strayed.join("\n"));
    assert!(known >= 250, "only {known} contacts");
}
