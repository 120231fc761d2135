//! `--watch`: runs again what a change concerns. A file of scenarios that changes runs alone; a script, or anything else in
//! the program's folder, runs all of the program's scenarios.
//!
//! Files are looked at every so often, not by the system's notices: that works on every file system, mounted ones
//! included, and a program has a few dozen files.

use super::args::TestArgs;
use super::find::{self, Found};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// How long until files are looked at again.
const EVERY: Duration = Duration::from_millis(300);
/// The deepest folder that is looked into.
const DEPTH: usize = 8;

/// What is known of a file: when it was written, and how long it is.
type Files = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Runs everything, and then, without an end, whatever changes.
pub fn run(args: &TestArgs) -> Result<ExitCode> {
    let mut again = TestArgs { watch: false, ..args.clone() };
    let mut known = files(&find::programs(&args.paths)?);
    loop {
        if let Err(error) = super::run(again.clone()) {
            eprintln!("callwright: {error:#}");
        }
        say!("\nwatching {} files", known.len());
        again.paths = loop {
            std::thread::sleep(EVERY);
            // While a file is being written, its program may be gone for a moment.
            let Ok(programs) = find::programs(&args.paths) else { continue };
            let now = files(&programs);
            let changed = changed(&known, &now);
            known = now;
            let concerned = concerned(&programs, &changed);
            if !concerned.is_empty() {
                break concerned;
            }
        };
        say!("");
    }
}

/// All files of the programs, and of their scenarios.
fn files(programs: &[Found]) -> Files {
    let mut files = Files::new();
    for program in programs {
        collect(&program.program, 0, &mut files);
        program.files.iter().for_each(|file| add(file, &mut files));
    }
    files
}

fn collect(folder: &Path, depth: usize, files: &mut Files) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        match path.is_dir() {
            _ if is_hidden => {}
            true if depth < DEPTH => collect(&path, depth + 1, files),
            true => {}
            false => add(&path, files),
        }
    }
}

fn add(path: &Path, files: &mut Files) {
    if let Ok(known) = path.metadata() {
        files.insert(path.to_owned(), (known.modified().ok(), known.len()));
    }
}

/// What is new, gone, or not as it was.
fn changed(before: &Files, now: &Files) -> BTreeSet<PathBuf> {
    let all = before.keys().chain(now.keys());
    all.filter(|path| before.get(*path) != now.get(*path)).cloned().collect()
}

/// The files of scenarios that run again.
fn concerned(programs: &[Found], changed: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let of_program = |found: &Found| -> Vec<PathBuf> {
        let is_scenarios = |path: &PathBuf| found.files.contains(path);
        let mut inside = changed.iter().filter(|path| path.starts_with(&found.program));
        match inside.any(|path| !is_scenarios(path)) {
            true => found.files.clone(),
            false => found.files.iter().filter(|file| changed.contains(*file)).cloned().collect(),
        }
    };
    programs.iter().flat_map(of_program).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concerned_by(changed: &[&str]) -> Vec<String> {
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<PathBuf>>();
        let program = |name: &str| Found {
            program: name.into(),
            files: paths(&[&format!("{name}/scenarios/a.yaml"), &format!("{name}/scenarios/b.yaml")]),
        };
        let changed = changed.iter().map(PathBuf::from).collect();
        let concerned = concerned(&[program("one"), program("two")], &changed);
        concerned.iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn only_what_a_change_concerns_runs_again() {
        assert_eq!(concerned_by(&["one/scenarios/b.yaml"]), ["one/scenarios/b.yaml"]);
        assert_eq!(concerned_by(&["two/main.flow"]), ["two/scenarios/a.yaml", "two/scenarios/b.yaml"]);
        assert_eq!(concerned_by(&["three/main.flow"]), [""; 0]);
    }
}
