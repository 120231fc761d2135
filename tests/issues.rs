//! Faults that were found in use, each as the small program that showed it. A folder a fault, named after it.

use crate::harness::{image, root};
use callwright::cli::disk::DiskFiles;
use callwright::simulator::{ScenarioFile, report, test};
use std::fs;

#[test]
fn no_fault_that_was_mended_comes_back() {
    let folder = root().join("tests/issues");
    let mut names: Vec<_> =
        fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    names.sort();
    assert!(names.len() >= 5, "{names:?}");
    for path in names {
        let image = image(&DiskFiles::new(&path));
        let shown = path.join("scenarios.yaml");
        let text = fs::read_to_string(&shown).expect("scenarios");
        let file = ScenarioFile::read(&shown.display().to_string(), &text, &image);
        for scenario in file.unwrap_or_else(|wrong| panic!("{wrong}")).scenarios {
            let run = test(&image, &scenario);
            let shown = shown.display().to_string();
            assert!(run.passed(), "{}", report(image.program(), &shown, &run, false, true));
        }
    }
}
