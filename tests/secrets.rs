//! A PIN is nowhere: not in a log, a journal, a transcript, the database.

use crate::harness::{Folder, root};
use std::path::Path;
use std::process::Command;

/// The demo customer's PIN. The import file, scenarios and the demo's line for a visitor are the only places for it.
const PIN: &[u8] = b"4711";

/// Whether the PIN stands in these bytes as a word of its own, and not inside a longer number or name.
fn shows_pin(bytes: &[u8]) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let stands =
        |at: usize| !is_word(at.checked_sub(1).and_then(|i| bytes.get(i))) && !is_word(bytes.get(at + 4));
    bytes.windows(PIN.len()).enumerate().any(|(at, window)| window == PIN && stands(at))
}

/// What is printed, without the milliseconds at the beginning of a transcript's lines.
fn without_times(text: &[u8]) -> Vec<u8> {
    let lines = text.split(|byte| *byte == b'\n');
    lines
        .flat_map(|line| line.iter().copied().skip_while(|b| b" 0123456789".contains(b)).chain([b'\n']))
        .collect()
}

/// A segment of journals without the milliseconds of its entries, and without the positions in its index.
fn without_at(text: &[u8]) -> Vec<u8> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"I "));
    let text = lines.map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n");
    let entries = text.split("\"at\":").map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
    entries.collect::<String>().into_bytes()
}

fn search(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            search(&path, found);
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        let is_journal = path.extension().is_some_and(|ending| ending == "segment");
        if shows_pin(if is_journal { without_at(&bytes) } else { bytes }.as_slice()) {
            found.push(path.display().to_string());
        }
    }
}

#[test]
fn the_pin_of_a_real_call_is_nowhere() {
    let demo = || {
        let folder = Folder::new("secrets");
        let output = Command::new(env!("CARGO_BIN_EXE_callwright"))
            .args(["demo", "--once", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .env("RUST_LOG", "trace")
            .current_dir(root())
            .output()
            .expect("the demo runs");
        (folder, output)
    };
    let (mut folder, mut output) = demo();
    if !output.status.success() {
        // A caller who loses a moment of a word on a busy machine does not know what was said.
        (folder, output) = demo();
    }
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.contains("judged"), "the PIN was keyed: {shown}");
    let mut found = Vec::new();
    search(folder.path(), &mut found);
    for (name, text) in [("standard output", &output.stdout), ("the log", &output.stderr)] {
        if shows_pin(&without_times(text)) {
            found.push(name.to_owned());
        }
    }
    assert!(found.is_empty(), "the PIN stands in {found:?}");
    replays(folder.path());
}

/// The journal of the real call gives the same actions in the simulator.
fn replays(data: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_callwright"))
        .arg("replay")
        .arg(data.join("journals"))
        .args(["--program", "flows/bank"])
        .current_dir(root())
        .output()
        .expect("it replays");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 same, 0 different"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_search_finds_a_pin_that_is_there() {
    assert!(shows_pin(b"pin=4711;"));
    assert!(!shows_pin(b"id 847112 and c-4711af"));
}
