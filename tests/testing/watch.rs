//! `--watch`: a file that changes runs again, and nothing else.

use super::{line_with, path, scenario};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// The command, which has no end of its own.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_file_that_changes_runs_again() {
    let good = scenario("one", "steps: [ hear: menu, hang up ]");
    let folder = line_with(&format!("scenarios:\n{good}"));
    fs::write(folder.path().join("other.scenario.yaml"), format!("scenarios:\n{}", scenario("two", "")))
        .expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_callwright"));
    let child =
        command.args(["test", &path(&folder), "--watch"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut watching = Watching(child);
    let mut lines = BufReader::new(watching.0.stdout.take().expect("a pipe")).lines();
    let mut until = |end: &str| {
        let lines = lines.by_ref().map(|line| line.expect("a line"));
        let mut seen: Vec<String> = Vec::new();
        for line in lines {
            seen.push(line);
            if seen.last().is_some_and(|line| line.starts_with(end)) {
                break;
            }
        }
        seen.join("\n")
    };
    assert!(until("watching").contains("2 passed, 0 failed"));
    let bad = scenario("one", "steps: [ hear: enter, hang up ]");
    fs::write(folder.path().join("scenarios.yaml"), format!("# changed\nscenarios:\n{bad}"))
        .expect("written");
    let again = until("watching");
    assert!(again.contains("FAILED one") && again.contains("0 passed, 1 failed"), "{again}");
}
