//! The code keeps to the table of rooms in ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a pure room may not name, and why.
const IMPURE: [(&str, &str); 12] = [
    ("Instant::now", "reads a clock"),
    ("SystemTime", "reads a clock"),
    ("Timestamp::now", "reads a clock"),
    ("Zoned::now", "reads a clock"),
    ("thread::", "starts threads"),
    ("std::fs", "opens files"),
    ("std::env::", "reads the environment"),
    ("UdpSocket", "opens sockets"),
    ("TcpStream", "opens sockets"),
    ("HashMap", "has no order"),
    ("HashSet", "has no order"),
    ("tokio", "is the runtime"),
];

struct Room {
    imports: BTreeSet<String>,
    is_pure: bool,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rooms() -> BTreeMap<String, Room> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md is there");
    let rows = text.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit());
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let imports = cells[3].split_whitespace().filter(|word| *word != "–").map(str::to_owned).collect();
        (cells[2].to_owned(), Room { imports, is_pure: cells[4] == "no" })
    })
    .collect()
}

fn sources(room: &str) -> Vec<PathBuf> {
    let folder = root().join("src").join(room);
    let single = folder.with_extension("rs");
    let mut found = Vec::new();
    if single.is_file() {
        found.push(single);
    }
    collect(&folder, &mut found);
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => collect(&path, found),
            false if path.extension().is_some_and(|ending| ending == "rs") => found.push(path),
            false => {}
        }
    }
}

/// The code of a file: no comments, and nothing behind its unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let is_test = path.file_stem().is_some_and(|name| name.to_string_lossy().ends_with("tests"));
    let kept = if is_test { "" } else { text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("") };
    let code = |line: &str| line.split("//").next().unwrap_or("").to_owned();
    kept.lines().map(code).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_room_of_the_source_is_in_the_table() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs is there");
    let declared = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let rooms = rooms();
    let missing: Vec<&str> = declared.filter(|room| !rooms.contains_key(*room)).collect();
    assert!(missing.is_empty(), "rooms that ARCHITECTURE.md does not know: {missing:?}");
}

#[test]
fn no_room_imports_what_the_table_does_not_allow() {
    let mut wrong = Vec::new();
    for (room, rules) in rooms() {
        for path in sources(&room) {
            for import in code(&path).split("crate::").skip(1) {
                let word: String = import.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if word != room && rooms().contains_key(&word) && !rules.imports.contains(&word) {
                    wrong.push(format!("{} imports {word}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "against the table in ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_name_nothing_impure() {
    let mut wrong = Vec::new();
    for (room, _) in rooms().into_iter().filter(|(_, rules)| rules.is_pure) {
        for path in sources(&room) {
            let code = code(&path);
            let named = IMPURE.iter().filter(|(word, _)| code.contains(word));
            wrong.extend(named.map(|(word, why)| format!("{}: {word} {why}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "in rooms that ARCHITECTURE.md calls pure:\n{}", wrong.join("\n"));
}

/// The lint's switch and the table agree: clippy's list is denied to the library and allowed to whoever does I/O.
#[test]
fn the_lint_s_exceptions_are_the_rooms_that_do_io() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs is there");
    assert!(lib.contains("#![deny(clippy::disallowed_methods, clippy::disallowed_types)]"));
    let allowed =
        lib.split("#[allow(clippy::disallowed_methods, clippy::disallowed_types)]\npub mod ").skip(1);
    let allowed: BTreeSet<&str> = allowed.filter_map(|rest| rest.split(';').next()).collect();
    let rooms = rooms();
    let impure: BTreeSet<&str> =
        rooms.iter().filter(|(_, rules)| !rules.is_pure).map(|(room, _)| room.as_str()).collect();
    assert_eq!(allowed, impure);
    let mut found = Vec::new();
    for room in rooms.iter().filter(|(_, rules)| rules.is_pure).map(|(room, _)| room) {
        found.extend(sources(room).into_iter().filter(|path| code(path).contains("clippy::disallowed")));
    }
    assert!(found.is_empty(), "pure rooms that switch the lint off: {found:?}");
}

#[test]
fn only_the_sip_room_names_its_message_crates() {
    let mut found = Vec::new();
    collect(&root().join("src"), &mut found);
    let outside = found.iter().filter(|path| !path.starts_with(root().join("src/sip")));
    let naming = outside.filter(|path| {
        let code = code(path);
        code.contains("rsip::") || code.contains("sdp_types::")
    });
    let naming: Vec<_> = naming.collect();
    assert!(naming.is_empty(), "{naming:?}");
}
