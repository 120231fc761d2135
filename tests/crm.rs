//! `callwright crm` as people at their desks use it, and what the manual says of it.

use crate::harness::{Folder, image, root};
use callwright::crm::outbox::Jitter;
use callwright::crm::{Attempt, Beginning, EndedBy, Ending, Posting, Proof};
use callwright::program::verb::Lock;
use callwright::program::{Caller, CaseMode, Channel, Entry, Secret};
use callwright::server::{Clock, JournalSettings, Journals};
use callwright::simulator::{self, ScenarioFile};
use callwright::source::MemoryFiles;
use callwright::store::{Options, PinCost, SqliteStore, Store};
use callwright::time::{DurationMs, Wall};
use std::fs;
use std::process::{Command, Output};

const CUSTOMERS: &str = "id,name,phones,addresses,pin,tariff,object:account\n\
    anna,Anna Karenina,+7 965 629-57-19,Anna@Example.com,80915372,classic,4081712345\n\
    anna2,A. K.,+7 965 629-57-19;8 843 292-11-08,telegram:anna,,,\n";

/// A database with two customers who share a number, and one call about a modem.
struct Office {
    folder: Folder,
}

impl Office {
    fn new(name: &str) -> Office {
        let office = Office { folder: Folder::new(name) };
        let file = office.folder.path().join("customers.csv");
        fs::write(&file, CUSTOMERS).expect("written");
        office.good(&["import", file.to_str().expect("a path"), "--country", "RU"]);
        let options = Options { pin_cost: PinCost::LEAST, ..Options::default() };
        let store =
            SqliteStore::open(office.folder.path().join("callwright.db"), options).expect("a database");
        call_about_a_modem(&store, "call-1");
        office
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callwright"));
        command.current_dir(root()).arg("crm").args(args).env("USER", "olga");
        command.env("CALLWRIGHT_DATA", self.folder.path()).output().expect("it runs")
    }

    /// What a command prints that does what it should.
    fn good(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{args:?}: {told}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What a command says that refuses.
    fn bad(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(!output.status.success(), "{args:?} succeeds");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

/// A call of Anna's, from its beginning to its end.
fn call_about_a_modem(store: &dyn Store, id: &str) {
    let call = Beginning {
        contact: id.into(),
        channel: Channel::Call,
        from: Caller::parse("+79656295719", None),
        to: "+78432035737".into(),
        started: Wall(1_795_159_800_000),
        program: "bank".into(),
        version: "v1".into(),
    };
    store.begin_interaction(&call).expect("a beginning");
    let known = Entry::Identity { customer: "anna".into(), verified: true };
    let (mode, topic, customer) = (CaseMode::Auto, "modem".into(), Some("anna".into()));
    let case = Entry::Case { mode, topic, customer, about: None };
    for (index, entry) in [known, case].into_iter().enumerate() {
        let (contact, sequence, at) = (id.into(), index as u64 + 1, call.started);
        store.enqueue(&Posting { contact, sequence, at, entry }).expect("an entry");
    }
    store.deliver(call.started, 100, Jitter(0)).expect("delivered");
    let end = Ending { at: Wall(1_795_159_890_000), by: EndedBy::Caller, cause: "normal".into() };
    store.end_interaction(id, &end).expect("an end");
}

/// The words of a line as a shell reads them: quotes hold blanks, and what stands behind `#` is said to people.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            '#' if !quoted => break,
            ' ' if !quoted => words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())),
            sign => word.push(sign),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

fn blocks(document: &str, language: &str) -> Vec<String> {
    let manual = fs::read_to_string(root().join(document)).expect("the manual");
    let fence = format!("```{language}\n");
    manual.split(&fence).skip(1).filter_map(|rest| Some(rest.split("```").next()?.to_owned())).collect()
}

#[test]
fn every_command_of_the_manual_does_what_it_says() {
    every_command_of("docs/crm.md", 20);
    every_command_of("docs/reports.md", 10);
}

fn every_command_of(document: &str, at_least: usize) {
    let office = Office::new("manual");
    let lines: Vec<Vec<String>> =
        blocks(document, "sh").iter().flat_map(|block| block.lines().map(words)).collect();
    assert!(lines.len() > at_least, "{lines:?}");
    for line in lines.iter().filter(|line| !line.is_empty()) {
        assert_eq!(line[..2], ["callwright", "crm"], "{line:?}");
        office.good(&line[2..].iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn the_flow_of_the_manual_compiles() {
    let flows = blocks("docs/crm.md", "flow");
    assert_eq!(flows.len(), 2);
    flows.iter().for_each(|flow| drop(image(&MemoryFiles::script(flow))));
}

#[test]
fn an_operator_sees_who_called_what_about_and_who_worked_on_it() {
    let office = Office::new("operator");
    office.good(&["case", "assign", "1", "ivan"]);
    office.good(&["case", "note", "1", "third call", "--mood", "angry", "--by", "ivan"]);
    let shown = office.good(&["case", "mark", "1", "duplicate", "--because", "of case 7"]);
    for words in
        ["case 1  modem  open", "Anna Karenina", "owner        ivan", "olga, ivan", "angry", "duplicate"]
    {
        assert!(shown.contains(words), "{words} is not in\n{shown}");
    }
    let listed = office.good(&["cases", "--owner", "ivan", "--csv"]);
    assert!(listed.lines().nth(1).is_some_and(|line| line.starts_with("1,modem,Anna Karenina,")), "{listed}");
    assert_eq!(office.good(&["cases", "--state", "closed", "--csv"]).lines().count(), 1);
}

#[test]
fn whoever_is_shown_with_a_contact_or_a_case_was_looked_at() {
    let office = Office::new("looked");
    for what in ["anna", "call-1", "1"] {
        office.good(&["show", what, "--by", "ivan"]);
    }
    assert_eq!(office.good(&["looks", "anna"]).matches("ivan  show").count(), 3);
}

#[test]
fn a_case_is_not_closed_without_a_reason_or_by_nobody() {
    let office = Office::new("reason");
    assert!(office.bad(&["case", "close", "1"]).contains("--because"));
    assert!(office.bad(&["case", "close", "1", "--because", " "]).contains("this needs a reason"));
    assert!(office.bad(&["case", "close", "1", "--because", "done", "--by", ""]).contains("name yourself"));
    assert!(office.bad(&["case", "reopen", "1", "--because", "dark"]).contains("the case is open"));
    assert!(office.bad(&["case", "promise", "1", "call", "--until", "soon"]).contains("no moment"));
    assert!(office.bad(&["case", "close", "9", "--because", "done"]).contains("there is no case `9`"));
}

#[test]
fn there_is_no_command_that_deletes() {
    let office = Office::new("delete");
    for word in ["delete", "remove", "drop"] {
        assert!(office.bad(&["case", word, "1"]).contains("unrecognized subcommand"));
    }
}

#[test]
fn two_who_share_a_number_are_both_found_until_a_person_merges_them() {
    let office = Office::new("merge");
    let found = |words: &str| office.good(&["find", words, "--country", "RU", "--by", "ivan"]);
    assert_eq!(found("8 965 629-57-19").lines().count(), 3);
    office.good(&["merge", "anna2", "anna", "--because", "one passport"]);
    let one = found("8 965 629-57-19");
    assert_eq!((one.lines().count(), one.contains("+78432921108")), (2, true), "{one}");
    assert!(office.good(&["show", "anna2"]).contains("customer anna  Anna Karenina"));
    assert!(office.bad(&["merge", "anna", "anna2", "--because", "x"]).contains("are one customer already"));
    office.good(&["unmerge", "anna2", "--because", "mother and daughter"]);
    assert_eq!(found("8 965 629-57-19").lines().count(), 3);
    let looks = office.good(&["looks", "anna", "--limit", "9"]);
    assert_eq!(looks.matches("ivan  find").count(), 3, "{looks}");
}

#[test]
fn an_export_has_everything_but_the_pin_and_erasing_asks_first() {
    let office = Office::new("export");
    let exported = office.good(&["export", "anna", "--because", "her letter"]);
    let read: serde_json::Value = serde_json::from_str(&exported).expect("JSON");
    assert_eq!(read["customers"][0]["name"], "Anna Karenina");
    assert_eq!(
        (read["contacts"].as_array().map(Vec::len), read["cases"].as_array().map(Vec::len)),
        (Some(1), Some(1))
    );
    assert!(!exported.contains("80915372") && !exported.contains("argon2"), "{exported}");
    assert!(office.good(&["erase", "anna", "--because", "her letter"]).contains("say --yes"));
    assert!(office.good(&["show", "anna"]).contains("Anna Karenina"));
    office.good(&["erase", "anna", "--because", "her letter", "--yes"]);
    let shown = office.good(&["show", "anna"]);
    assert!(!shown.contains("Karenina") && shown.contains("modem"), "{shown}");
}

#[test]
fn a_pin_that_was_set_with_a_pepper_is_nothing_without_it() {
    let office = Office::new("pepper");
    let path = office.folder.path().join("callwright.db");
    let file = office.folder.path().join("pins.csv");
    fs::write(&file, "id,name,pin\nvera,Vera,73915264\n").expect("written");
    let import = |pepper: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callwright"));
        command.args(["crm", "import"]).arg(&file).env("CALLWRIGHT_DATA", office.folder.path());
        match pepper {
            Some(pepper) => command.env("CALLWRIGHT_PEPPER", pepper),
            None => command.env_remove("CALLWRIGHT_PEPPER"),
        };
        let output = command.output().expect("it runs");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let verdict = || {
        let store = SqliteStore::open(&path, Options::default()).expect("a database");
        crate::store::vera(&store)
    };
    assert!(import(None).0);
    assert!(verdict());
    let (done, told) = import(Some("short"));
    assert!(!done && told.contains("CALLWRIGHT_PEPPER"), "{told}");
    assert!(import(Some("sixteen letters or more")).0);
    assert!(!verdict());
}

/// The day of the call, in Moscow.
const PERIOD: [&str; 6] = ["--from", "2026-11-20", "--to", "2026-11-21", "--zone", "Europe/Moscow"];

fn asked<'a>(question: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["report", question], PERIOD.as_slice(), more].concat()
}

#[test]
fn a_report_counts_the_day_s_contacts_by_the_hours_of_the_zone() {
    let office = Office::new("report");
    let told = office.good(&asked("contacts", &["--by", "hour", "--format", "csv"]));
    assert_eq!(told.lines().count(), 25, "{told}");
    assert!(told.starts_with("hour,contacts,share,known,verified,average_ms\n00,0,0.0000,"), "{told}");
    assert!(told.contains("\n10,1,1.0000,1,1,90000\n"), "{told}");
    let told = office.good(&asked("contacts", &["--by", "topic"]));
    let expected = "contacts from 2026-11-20 00:00 until 2026-11-21 00:00 (Europe/Moscow)\n\
                    TOPIC  CONTACTS  SHARE    KNOWN  VERIFIED  AVERAGE\n\
                    modem  1         100.0 %  1      1         1 min 30 s\n\
                    all    1         100.0 %  1      1         1 min 30 s\n";
    assert_eq!(told, expected);
}

#[test]
fn a_report_for_programs_says_what_was_asked_and_keeps_lengths_in_milliseconds() {
    let office = Office::new("json");
    let told = office.good(&asked("contacts", &["--by", "channel", "--format", "json"]));
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(
        (&told["question"], &told["by"], &told["counted"]),
        (&"contacts".into(), &"channel".into(), &1.into())
    );
    assert_eq!(told["rows"][0]["channel"], "call");
    assert_eq!((&told["rows"][0]["average_ms"], &told["rows"][0]["share"]), (&90_000.into(), &1.0.into()));
}

#[test]
fn a_period_is_half_open_and_an_empty_one_says_so() {
    let office = Office::new("empty");
    let call = "2026-11-20T07:30:00Z";
    let counted = |from: &str, to: &str| office.good(&["report", "contacts", "--from", from, "--to", to]);
    assert!(counted(call, "2026-11-20T07:30:00.001Z").contains("100.0 %"));
    let told = counted("2026-11-20T00:00:00Z", call);
    assert_eq!(told, "there were no contacts from 2026-11-20 00:00 until 2026-11-20 07:30 (UTC)\n");
}

#[test]
fn a_wrong_question_lists_the_right_ones() {
    let office = Office::new("wrong");
    assert!(office.bad(&["report", "contact"]).contains("the questions are contacts, containment"));
    assert!(office.bad(&asked("contacts", &["--by", "colour"])).contains("the splits are all, channel"));
    assert!(office.bad(&asked("repeat", &["--by", "owner"])).contains("but by times, caller"));
    assert!(office.bad(&["report", "contacts"]).contains("--from 2026-11-01"));
    assert!(office.bad(&["report", "contacts", "--from", "2026-11-01"]).contains("--zone Europe/Moscow"));
    assert!(office.bad(&["report", "contacts", "--from", "30d", "--by", "day"]).contains("needs a zone"));
    assert!(office.bad(&asked("open", &[])).contains("of this moment"));
    assert!(office.good(&["report"]).contains("containment"));
}

#[test]
fn a_customer_that_was_merged_is_shown_by_its_old_id_with_who_took_it_over() {
    let office = Office::new("merged");
    office.good(&["merge", "anna2", "anna", "--because", "one passport"]);
    let shown = office.good(&["show", "anna2"]);
    assert!(shown.starts_with("anna2 was merged and is anna now, by olga on "), "{shown}");
    assert!(shown.contains("one passport\n\ncustomer anna  Anna Karenina"), "{shown}");
    assert!(office.good(&["show", "anna"]).starts_with("customer anna"));
}

const FUNNEL: &str = r#"
program line { languages en; zone "Europe/Moscow"; default { hung_up { outcome abandoned }; give_up -> bye } }
crm { outcomes sold }
prompt choose { en "Press one." }
prompt sold { en "Thank you." }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; menu main { say choose; 1 "buy" -> sell } }
flow sell { say sold; outcome sold; hangup }
flow bye { outcome abandoned; hangup }
"#;

const CALLERS: &str = r#"
flow: .
scenarios:
  - name: buys
    at: 2026-11-20T10:30:00+03:00
    call: { from: "+7 965 629-57-19", to: "1" }
    steps: [ { hear: choose }, { press: "1" }, { hear: sold } ]
    expect: { path: [start, sell] }
  - name: leaves
    at: 2026-11-20T10:31:00+03:00
    call: { from: "+7 965 629-57-20", to: "1" }
    steps: [ { hear: choose }, hang up ]
    expect: { path: [start] }
"#;

/// Plays the callers and leaves their journals in the office's folder.
fn play(office: &Office) {
    let image = image(&MemoryFiles::script(FUNNEL));
    let file =
        ScenarioFile::read("scenarios.yaml", CALLERS, &image).unwrap_or_else(|error| panic!("{error}"));
    let now = Some(Wall(1_795_159_800_000));
    let journals = Journals::new(office.folder.path(), &JournalSettings::default(), Clock::start_at(now));
    let journals = journals.expect("a folder for journals");
    for (index, scenario) in file.scenarios.iter().enumerate() {
        let mut journal = simulator::test(&image, scenario).contacts[0].journal.clone();
        journal.header.contact.id = format!("played-{index}").into();
        let mut file = journals.create(&journal.header).expect("begun");
        journal.entries.iter().for_each(|entry| file.append(entry).expect("written"));
        journals.close(&journal.header.contact.id).expect("closed");
    }
}

#[test]
fn where_callers_leave_is_read_from_their_journals() {
    let office = Office::new("leaving");
    assert!(office.good(&asked("leaving", &[])).starts_with("there are no journals"), "nobody called yet");
    play(&office);
    let told = office.good(&asked("leaving", &["--format", "csv"]));
    let expected = "flow,came,share,ended,leaving,caller,program,operator,fault\n\
                    route main,2,1.0000,0,0.0000,0,0,0,0\n\
                    start,2,1.0000,1,0.5000,1,0,0,0\n\
                    sell,1,0.5000,1,0.0000,0,1,0,0\n";
    assert_eq!(told, expected);
    let told = office.good(&asked("leaving", &["--by", "prompt"]));
    assert!(told.contains("start: choose"), "{told}");
    assert!(
        office.good(&["report", "leaving", "--from", "2026-11-20T07:32:00Z"]).starts_with("there are no")
    );
}

/// Every file below a folder that holds a word.
fn holding(folder: &std::path::Path, word: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(holding(&path, word)),
            false => {
                let bytes = fs::read(&path).expect("a file");
                let is_there = bytes.windows(word.len()).any(|window| window == word.as_bytes());
                found.extend(is_there.then_some(path));
            }
        }
    }
    found
}

#[test]
fn who_is_erased_is_in_no_file_beside_the_database_either() {
    let office = Office::new("files");
    play(&office);
    let folder = office.folder.path();
    let options = Options { pin_cost: PinCost::LEAST, ..Options::default() };
    call_about_a_modem(
        &SqliteStore::open(folder.join("callwright.db"), options).expect("a database"),
        "played-0",
    );
    fs::remove_file(folder.join("customers.csv")).expect("the file that was imported");
    for contact in ["played-0", "played-1"] {
        let recordings = folder.join("recordings").join(contact);
        fs::create_dir_all(&recordings).expect("a folder");
        fs::write(recordings.join("call-1.wav"), contact).expect("a recording");
    }
    // Whoever has the same number is erased as well: else contacts from it are not Anna's alone.
    office.good(&["erase", "anna2", "--because", "her letter", "--yes"]);
    let told = office.good(&["erase", "anna", "--because", "her letter", "--yes"]);
    assert!(told.contains("2 contacts, 1 cases"), "{told}");
    assert!(told.contains("journals of 1 contacts and 1 recordings here are gone"), "{told}");
    assert_eq!(holding(folder, "79656295719"), Vec::<std::path::PathBuf>::new());
    assert_eq!(
        holding(&folder.join("recordings"), "played-"),
        [folder.join("recordings/played-1/call-1.wav")]
    );
    let left = office.good(&asked("leaving", &["--format", "csv"]));
    assert!(left.contains("start,1,1.0000"), "the other caller's journal is as it was: {left}");
}

#[test]
fn a_caller_that_is_locked_out_is_released_by_its_number_or_its_address() {
    let office = Office::new("callers");
    let options = Options { pin_cost: PinCost::LEAST, ..Options::default() };
    let path = office.folder.path().join("callwright.db");
    let store = SqliteStore::open(path, options).expect("a database");
    let (secret, proof, contact, now) = (Secret::new("0000"), Proof::Pin, "call-1", Wall(1));
    let lock = Lock { after: 1, length: DurationMs::from_secs(900), by_day: false, counted: false };
    for from in ["+79031112233", "telegram:@Vera"] {
        let caller = &Caller::parse(from, None);
        for nobody in ["x1", "x2", "x3"] {
            let customer = &format!("{nobody} {from}");
            let attempt = Attempt { customer, caller, proof, secret: &secret, lock, contact, now };
            store.verify(&attempt).expect("a verdict");
        }
        assert!(office.good(&["unlock", from]).contains("may try again"), "{from}");
        assert!(office.good(&["unlock", from]).contains("was not locked out"), "{from}");
    }
    assert!(office.bad(&["unlock", "nobody"]).contains("there is no customer `nobody`"));
}
