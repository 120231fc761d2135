//! How many recorded contacts a second run on another program: from segments on disk to groups, as the command does it.
//!
//! The contacts are those of the bank's scenarios, over and over, interleaved as a hundred calls at a time are. A million of
//! them is asked for by `CONTACTS=1000000` (about ten gigabytes on disk); without it there are twenty thousand.
//!
//! `cargo bench --bench replay`

// It reads files, runs a process and looks at the clock; clippy.toml's list is for the pure rooms.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use callwright::cli::disk::DiskFiles;
use callwright::engine::{Image, Journal};
use callwright::language;
use callwright::server::{Clock, JournalSettings, Journals};
use callwright::simulator::{ScenarioFile, test};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

const PROGRAM: &str = "flows/bank";
/// Contacts that last at the same time.
const AT_A_TIME: usize = 100;
/// The promise: so many in five minutes.
const PROMISED: f64 = 1_000_000.0 / 300.0;

fn bank() -> Arc<Image> {
    let program = language::compile(&DiskFiles::new(PROGRAM)).program.expect("the bank compiles");
    Image::new(program).expect("its functions load")
}

/// The journals of the bank's scenarios.
fn recorded(image: &Arc<Image>) -> Vec<Journal> {
    let entries = std::fs::read_dir(Path::new(PROGRAM).join("scenarios")).expect("scenarios").flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let mut journals = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("scenarios");
        let file = ScenarioFile::read(&path.display().to_string(), &text, image).expect("no mistakes");
        let runs = file.scenarios.iter().map(|scenario| test(image, scenario));
        journals.extend(runs.flat_map(|run| run.contacts).map(|contact| contact.journal));
    }
    journals
}

/// Writes so many contacts, a step of each in turn.
fn generate(data: &Path, journals: &[Journal], count: usize) {
    let settings = JournalSettings::default();
    let segments = Journals::new(data, &settings, Clock::start()).expect("a folder");
    let mut open = VecDeque::new();
    let mut begun = 0;
    while begun < count || !open.is_empty() {
        if begun < count && open.len() < AT_A_TIME {
            let journal = &journals[begun % journals.len()];
            let mut header = journal.header.clone();
            header.contact.id = format!("c-{begun:032x}").into();
            let file = segments.create(&header).expect("begun");
            open.push_back((file, journal.entries.iter(), header.contact.id));
            begun += 1;
        }
        let Some((mut file, mut entries, id)) = open.pop_front() else { continue };
        match entries.next() {
            Some(entry) => {
                file.append(entry).expect("written");
                open.push_back((file, entries, id));
            }
            None => segments.close(&id).expect("closed"),
        }
    }
    segments.seal().expect("sealed");
}

fn size(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("segments").flatten();
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
}

/// The most memory that the process has had, in kilobytes, where the system says so.
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn main() {
    let count: usize = std::env::var("CONTACTS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let data = std::env::temp_dir().join(format!("callwright-bench-replay-{}", std::process::id()));
    let journals = recorded(&bank());
    let steps: usize = journals.iter().map(|journal| journal.entries.len()).sum();
    generate(&data, &journals, count);
    let folder = data.join("journals");
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_callwright"))
        .arg("replay")
        .arg(&folder)
        .args(["--against", PROGRAM, "--json", "--jobs", "2"])
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    let mut memory = 0;
    let status = loop {
        memory = peak(&child).unwrap_or(0).max(memory);
        if let Some(status) = child.try_wait().expect("it runs") {
            break status;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    let seconds = began.elapsed().as_secs_f64();
    let rate = count as f64 / seconds;
    println!(
        "{count} contacts of {} steps each on average, {} MB",
        steps / journals.len(),
        size(&folder) / 1_000_000
    );
    println!(
        "{seconds:.1} s with two jobs: {rate:.0} contacts a second; a million takes {:.0} s",
        1e6 / rate
    );
    println!(
        "at most {} MB of memory; {status}; {:.1} times what is promised",
        memory / 1000,
        rate / PROMISED
    );
    let _ = std::fs::remove_dir_all(data);
}
