//! Passphrases: who writes proves who it is by words, and they stand nowhere.

use crate::harness::{Folder, image, root};
use callwright::cli::disk::DiskFiles;
use callwright::crm::{Attempt, Proof, Verdict};
use callwright::engine::{Image, Journal};
use callwright::program::passphrase::passphrase;
use callwright::program::verb::Lock;
use callwright::program::{Caller, Text};
use callwright::simulator::{
    Outcome, Recounting, ScenarioFile, TestRun, Transcript, recount, replay, report, test,
};
use callwright::store::{Options, PinCost, SqliteStore, Store};
use callwright::time::Wall;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

/// Words of the scenarios that are said as secrets, in their one form.
const WORDS: [&str; 4] = ["seven", "pears", "under our", "password"];

fn desk() -> Arc<Image> {
    image(&DiskFiles::new(root().join("tests/passphrases")))
}

fn runs(image: &Arc<Image>, text: &str) -> Vec<TestRun> {
    let file = ScenarioFile::read("scenarios.yaml", text, image).unwrap_or_else(|wrong| panic!("{wrong}"));
    let runs: Vec<TestRun> = file.scenarios.iter().map(|scenario| test(image, scenario)).collect();
    let failed = runs.iter().filter(|run| !run.passed());
    let reports: Vec<String> = failed.map(|run| report(image, "desk", run, true, true)).collect();
    assert!(reports.is_empty(), "{}\n{text}", reports.join("\n"));
    runs
}

fn scenarios() -> String {
    fs::read_to_string(root().join("tests/passphrases/scenarios.yaml")).expect("scenarios")
}

#[test]
fn who_writes_proves_who_it_is_and_every_contact_replays() {
    let desk = desk();
    for contact in runs(&desk, &scenarios()).iter().flat_map(|run| &run.contacts) {
        let journal = Journal::read(&contact.journal.write()).expect("it can be read");
        assert_eq!(replay(&desk, &journal), Outcome::Same { steps: journal.entries.len() });
    }
}

#[test]
fn no_word_of_it_is_in_a_journal_a_transcript_or_a_scenario_made_of_one() {
    let (desk, mut made) = (desk(), 0);
    for run in runs(&desk, &scenarios()) {
        let alone = run.contacts.len() == 1;
        for contact in &run.contacts {
            let journal = contact.journal.write();
            let reread = Journal::read(&journal).expect("it can be read");
            let (transcript, recounted) =
                (Transcript::new(&desk, true).journal(&reread), recounted(&desk, &reread));
            let told = contact.journal.header.contact.message.clone();
            let is_told = |word: &str| told.as_ref().is_some_and(|told| told.contains(word));
            for word in WORDS.into_iter().filter(|word| !is_told(word)) {
                for text in [&journal, &transcript, &recounted] {
                    assert!(!text.to_lowercase().contains(word), "{}: {word} in {text}", run.name);
                }
            }
            if alone {
                runs(&desk, &recounted);
                made += 1;
            }
        }
    }
    assert!(made > 6, "{made}");
}

fn recounted(desk: &Arc<Image>, journal: &Journal) -> String {
    recount(desk, journal, &Recounting::default()).expect("a scenario").yaml
}

#[test]
fn a_journal_says_how_long_it_is_and_not_where_its_words_end() {
    let desk = desk();
    let first = &runs(&desk, &scenarios())[0].contacts[0];
    assert!(first.journal.write().contains(&format!("\"shape\":\"{}\"", "\u{2022}".repeat(17))));
}

struct Office {
    folder: Folder,
}

impl Office {
    fn new(name: &str, customers: &str) -> (Office, Output) {
        let office = Office { folder: Folder::new(name) };
        let file = office.folder.path().join("customers.csv");
        fs::write(&file, customers).expect("written");
        let done = office.crm(&["import", file.to_str().expect("a path")], "");
        fs::remove_file(file).expect("removed");
        (office, done)
    }

    fn crm(&self, args: &[&str], typed: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callwright"));
        command.current_dir(root()).arg("crm").args(args).env("USER", "olga");
        command.env("CALLWRIGHT_DATA", self.folder.path()).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        child.stdin.take().expect("a pipe").write_all(typed.as_bytes()).expect("it reads");
        child.wait_with_output().expect("it ends")
    }

    fn verdict(&self, customer: &str, words: &str) -> Verdict {
        let options = Options { pin_cost: PinCost::LEAST, ..Options::default() };
        let store = SqliteStore::open(self.folder.path().join("callwright.db"), options).expect("a database");
        let (caller, secret) = (Caller::Withheld, passphrase(words));
        let (proof, lock, contact, now) = (Proof::Passphrase, Lock::default(), "sms-1", Wall(1));
        let attempt = Attempt { customer, caller: &caller, proof, secret: &secret, lock, contact, now };
        store.verify(&attempt).expect("a verdict")
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn holding(folder: &Path, word: &str) -> Vec<Text> {
    let files = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let holds = |path: &Path| {
        let bytes = fs::read(path).expect("a file");
        String::from_utf8_lossy(&bytes).to_lowercase().contains(word)
    };
    files.filter(|path| path.is_file() && holds(path)).map(|path| path.display().to_string().into()).collect()
}

#[test]
fn a_person_sets_it_and_takes_it_away_and_both_are_written_down() {
    let (office, _) = Office::new("passphrase", "id,name\nanna,Anna Petrova\n");
    let set = office.crm(&["passphrase", "anna"], "Seven Green Pears\n");
    assert_eq!(said(&set), "the passphrase of anna is set\n");
    assert_eq!(office.verdict("anna", "seven green pears"), Verdict::Right);
    assert_eq!(holding(office.folder.path(), "seven green"), Vec::<Text>::new());
    assert_eq!(
        said(&office.crm(&["passphrase", "anna", "--forget"], "")),
        "anna has no passphrase any more\n"
    );
    assert_eq!(said(&office.crm(&["passphrase", "anna", "--forget"], "")), "anna had no passphrase\n");
    assert!(matches!(office.verdict("anna", "seven green pears"), Verdict::Wrong { .. }));
    let looks = said(&office.crm(&["looks", "anna"], ""));
    for what in ["set_passphrase", "forget_passphrase", "olga"] {
        assert!(looks.contains(what), "{looks}");
    }
    let shown = said(&office.crm(&["show", "anna"], ""));
    assert!(shown.contains("passphrase set done"), "{shown}");
}

#[test]
fn a_weak_one_is_refused_and_not_repeated() {
    let (office, _) = Office::new("passphrase-weak", "id,name\nanna,Anna Petrova\n");
    for (typed, why) in [
        ("pears", "at least 8 signs"),
        ("pearspears", "not one word over and over"),
        ("anna petrova 7", "more than the name"),
        ("", "at least 8 signs"),
    ] {
        let refused = office.crm(&["passphrase", "anna"], typed);
        let told = said(&refused);
        assert!(!refused.status.success() && told.contains(why), "{typed}: {told}");
        assert!(typed.is_empty() || !told.contains(typed), "{told}");
    }
    let unknown = said(&office.crm(&["passphrase", "nobody"], "seven green pears\n"));
    assert!(unknown.contains("there is no customer `nobody`"), "{unknown}");
}

#[test]
fn a_file_brings_them_in_hashed_and_weak_ones_not_at_all() {
    let customers = "id,name,passphrase\nanna,Anna Petrova,Seven Green Pears\nboris,Boris,\n";
    let (office, done) = Office::new("passphrase-file", customers);
    assert_eq!(said(&done), "2 customers added, 0 updated, 0 objects, 0 PINs, 1 passphrases\n");
    assert_eq!(office.verdict("anna", "seven green pears"), Verdict::Right);
    assert_eq!(holding(office.folder.path(), "seven green"), Vec::<Text>::new());
    let (_, refused) = Office::new("passphrase-bad-file", "id,name,passphrase\nanna,Anna,anna anna\n");
    let told = said(&refused);
    assert!(!refused.status.success() && told.contains("line 2, passphrase: a passphrase is"), "{told}");
    assert!(!told.contains("anna anna"), "{told}");
}

#[test]
fn one_person_has_neither_pin_nor_passphrase_once_erased() {
    let (office, _) = Office::new("passphrase-erased", "id,name,passphrase\nanna,Anna,seven green pears\n");
    let erased = office.crm(&["erase", "anna", "--because", "her letter", "--yes"], "");
    assert!(erased.status.success(), "{}", said(&erased));
    assert!(matches!(office.verdict("anna", "seven green pears"), Verdict::Wrong { .. }));
}
