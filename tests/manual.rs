//! The manual's examples are run as a reader would run them.

use crate::harness::{Folder, root, run};
use std::fs;

/// The fenced blocks of a document whose first line is `KIND FILE`, in order: the kind, the file, the text.
fn files(document: &str) -> Vec<(String, String, String)> {
    let text = fs::read_to_string(root().join(document)).expect("a document");
    let blocks = text.split("\n```").collect::<Vec<_>>();
    let named = blocks.iter().skip(1).step_by(2).filter_map(|block| {
        let (first, body) = block.split_once('\n')?;
        let (kind, file) = first.split_once(' ')?;
        Some((kind.to_owned(), file.to_owned(), body.to_owned() + "\n"))
    });
    named.collect()
}

#[test]
fn the_tutorial_leads_from_nothing_to_a_tested_flow() {
    let folder = Folder::new("tutorial");
    let steps = files("docs/tutorial.md");
    assert!(steps.len() >= 5, "{steps:?}");
    for (kind, file, text) in steps {
        let (dir, name) = file.split_once('/').expect("a folder and a file");
        let dir = folder.path().join(dir);
        fs::create_dir_all(&dir).expect("a folder");
        // Scenarios of an earlier step are not for the script of this one.
        let scenarios = dir.join("scenarios.yaml");
        if kind == "flow" && scenarios.exists() {
            fs::remove_file(&scenarios).expect("removed");
        }
        fs::write(dir.join(name), text).expect("written");
        let command = if kind == "flow" { "check" } else { "test" };
        let output = run(env!("CARGO_BIN_EXE_callwright"), &[command, dir.to_str().expect("a path")]);
        let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{file}:\n{printed}");
        assert!(!printed.contains("warning"), "{file}:\n{printed}");
    }
}

/// `UPDATE_GOLDEN=1` writes the page anew.
#[test]
fn the_reference_of_verbs_is_what_the_compiler_knows_of_them() {
    let path = root().join("docs/verbs.md");
    let written = callwright::cli::verbs::reference();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &written).expect("written");
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        written,
        "UPDATE_GOLDEN=1 writes docs/verbs.md anew"
    );
}
