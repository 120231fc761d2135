//! Recorded contacts on other programs: who would have noticed, and what.

use crate::harness::{Folder, image, root};
use callwright::cli::disk::DiskFiles;
use callwright::engine::{Image, Journal, Reply};
use callwright::simulator::{
    Assumed, ChangeKind, Comparison, Rerun, ScenarioFile, TestRun, compare, rerun, test,
};
use callwright::source::MemoryFiles;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

/// The program that contacts were recorded with.
const OLD: &str = r#"
program line {
    languages en
    default { failed, late, give_up, busy, no_answer, unavailable, refused, redirected, not_found -> bye; hung_up { outcome abandoned } }
}
crm { outcomes resolved }
backend bank { get balance(account: digits) -> { sum: money } at "balance" statuses not_found }
prompt welcome { en "Welcome." }
prompt menu { en "One for the balance, two for a person." }
prompt account { en "Key your account." }
prompt balance_is(sum: money) { en "It is {sum}." }
prompt goodbye { en "Goodbye." }
route main { call -> hello; otherwise -> reject not_found }
flow hello {
    answer
    say welcome
    menu {
        say menu
        1 -> balance
        2 -> person
    }
}
flow balance {
    ask account: digits 4 { say account }
    get bank.balance(account) {
        ok reply { say balance_is(reply.sum) }
    }
    outcome resolved
    hangup
}
flow person {
    transfer to "+7 843 203-57-01" { ring 20s; completed { outcome resolved; hangup } }
}
flow bye { say goodbye; outcome abandoned; hangup }
"#;

const CALLS: &str = r#"
given:
  backends: { bank: [ { balance: { account: "1111" }, replies: [ { after: 300ms, ok: { sum: 5 RUB } }, { ok: { sum: 6 RUB } } ] }, { balance: { account: "2222" }, replies: [ not_found ] } ] }
  dial: { "+7 843 203-57-01": { answers: 3s, hangs_up: 20s } }
scenarios:
  - { name: balance, at: 2026-11-20T19:30:00+03:00, call: { from: "+7 965 629-57-19", to: "100" }, steps: [ hear: welcome, hear: menu~, press: "1", hear: account~, press: "1111", hear: balance_is, ended ] }
  - { name: patient, at: 2026-11-20T19:30:00+03:00, call: { from: "+7 965 629-57-19", to: "100" }, steps: [ ..., wait: 9s, press: "1", press: "2222", ..., ended ] }
  - { name: person, at: 2026-11-20T19:30:00+03:00, call: { from: "+7 965 629-57-19", to: "100" }, steps: [ hear: welcome, hear: menu~, press: "2", connected, ended ] }
  - { name: nobody, at: 2026-11-20T19:30:00+03:00, call: { from: "+7 965 629-57-19", to: "100" }, steps: [ hear: welcome~, hang up ] }
  - { name: impatient, at: 2026-11-20T19:30:00+03:00, call: { from: "+7 965 629-57-19", to: "100" }, steps: [ hear: welcome, hear: menu~, press: "2", wait: 1s, hang up ] }
"#;

fn program(script: &str) -> Arc<Image> {
    image(&MemoryFiles::script(script))
}

fn runs(image: &Arc<Image>, path: &str, text: &str) -> Vec<TestRun> {
    let file = ScenarioFile::read(path, text, image).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    file.scenarios.iter().map(|scenario| test(image, scenario)).collect()
}

/// The journal of one of the calls on the old program, as it comes back from a file.
fn recorded(name: &str) -> Journal {
    let runs = runs(&program(OLD), "calls.yaml", CALLS);
    let run = runs.iter().find(|run| run.name == name).expect("there is such a call");
    assert!(run.passed(), "{:?}", run.failures);
    Journal::read(&run.contacts[0].journal.write()).expect("it can be read")
}

fn again(new: &str, name: &str) -> (Comparison, Rerun) {
    let (old, new, journal) = (program(OLD), program(new), recorded(name));
    let again = rerun(&new, &journal, &Assumed::default());
    (compare(Some(&old), &journal, &new, &again.journal), again)
}

fn noticed(new: &str, name: &str) -> ChangeKind {
    match again(new, name).0 {
        Comparison::Noticed(change) => change.kind,
        other => panic!("{other:?}"),
    }
}

fn line_of(script: &str, text: &str) -> String {
    let number = script.lines().position(|line| line.contains(text)).expect("it stands there") + 1;
    format!("main.flow:{number}")
}

const NAMES: [&str; 5] = ["balance", "patient", "person", "nobody", "impatient"];

#[test]
fn on_the_same_program_nobody_notices_anything() {
    for name in NAMES {
        let (compared, again) = again(OLD, name);
        assert_eq!((compared, again.lacks), (Comparison::Same, Vec::new()), "{name}");
        let untouched = recorded(name).entries;
        let times = |entries: &[callwright::engine::JournalEntry]| -> Vec<u64> {
            entries.iter().filter(|entry| !entry.actions.is_empty()).map(|entry| entry.at.0).collect()
        };
        assert_eq!(times(&again.journal.entries), times(&untouched), "{name}: every step at its moment");
    }
}

/// All programs that are shipped or tested, with their scenarios.
fn folders() -> Vec<PathBuf> {
    let below = |name: &str| std::fs::read_dir(root().join(name)).expect("programs").flatten();
    let mut folders: Vec<PathBuf> =
        ["flows", "tests/data"].into_iter().flat_map(below).map(|e| e.path()).collect();
    folders.sort();
    folders
}

fn scenario_files(folder: &Path) -> Vec<PathBuf> {
    let in_folder =
        |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
    let is_beside = |path: &PathBuf| path.ends_with("scenarios.yaml");
    let mut files: Vec<PathBuf> = in_folder(folder.join("scenarios")).collect();
    files.extend(in_folder(folder.to_owned()).filter(is_beside));
    files.sort();
    files
}

#[test]
fn every_scenario_that_is_shipped_is_the_same_on_its_own_program() {
    let (mut count, mut wrong) = (0, Vec::new());
    for folder in folders() {
        let image = image(&DiskFiles::new(&folder));
        for path in scenario_files(&folder) {
            let text = std::fs::read_to_string(&path).expect("scenarios");
            let played = runs(&image, &path.display().to_string(), &text);
            let contacts = played.iter().flat_map(|run| run.contacts.iter().map(move |one| (&run.name, one)));
            for (name, contact) in contacts {
                let again = rerun(&image, &contact.journal, &Assumed::default());
                count += 1;
                match compare(Some(&image), &contact.journal, &image, &again.journal) {
                    Comparison::Same if again.lacks.is_empty() => {}
                    other => wrong.push(format!("{}: {name}: {other:?} {:?}", path.display(), again.lacks)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} contacts:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 100, "{count}");
}

#[test]
fn another_prompt_is_told_with_its_line_on_both_sides() {
    let new = OLD.replace("say welcome", "say hello_there").replace("prompt welcome", "prompt hello_there");
    for name in NAMES {
        let kind = noticed(&new, name);
        let said = (kind.old.as_deref(), kind.new.as_deref());
        assert_eq!(said, (Some("welcome"), Some("hello_there")), "{name}");
        assert_eq!(kind.old_place, Some(line_of(OLD, "say welcome")));
        assert_eq!(kind.new_place, Some(line_of(&new, "say hello_there")));
    }
}

#[test]
fn the_caller_acts_behind_the_same_prompt_wherever_it_is_said_now() {
    // A longer way to the menu: whoever pressed a second into it still does.
    let new = OLD.replace("    menu {\n", "    say goodbye\n    menu {\n");
    let (compared, again) = again(&new, "balance");
    let Comparison::Noticed(change) = compared else { panic!("{compared:?}") };
    assert_eq!((change.kind.old.as_deref(), change.kind.new.as_deref()), (Some("menu"), Some("goodbye")));
    let said: Vec<String> =
        again.journal.entries.iter().flat_map(|e| &e.actions).map(ToString::to_string).collect();
    assert!(said.iter().any(|action| action.contains("balance_is(5.00 RUB)")), "{said:#?}");
    assert!(again.lacks.is_empty(), "{:?}", again.lacks);
}

#[test]
fn a_menu_that_has_another_name_still_gets_its_key() {
    let new = OLD.replace("say menu", "say choose").replace("prompt menu", "prompt choose");
    let (compared, again) = again(&new, "balance");
    assert!(matches!(compared, Comparison::Noticed(_)));
    let said: Vec<String> =
        again.journal.entries.iter().flat_map(|e| &e.actions).map(ToString::to_string).collect();
    assert!(said.iter().any(|action| action.contains("balance_is(5.00 RUB)")), "{said:#?}");
}

#[test]
fn another_target_and_another_end_are_noticed() {
    let new = OLD.replace("203-57-01", "203-57-02");
    let kind = noticed(&new, "person");
    assert_eq!(kind.old.as_deref(), Some("a call to +7 843 203-57-01"));
    assert_eq!(kind.new.as_deref(), Some("a call to +7 843 203-57-02"));
    assert_eq!(again(&new, "balance").0, Comparison::Same);
    let lacks = again(&new, "person").1.lacks;
    assert_eq!(lacks.len(), 1, "nobody knows who has that number: {lacks:?}");
    assert!(lacks[0].question == "dial +7 843 203-57-02" && lacks[0].taken.ends_with("failed"), "{lacks:?}");
}

#[test]
fn what_only_the_books_or_the_path_show_is_not_noticed_by_the_caller() {
    let renamed = OLD.replace("balance\n        2", "sums\n        2").replace("flow balance", "flow sums");
    let Comparison::Unnoticed(change) = again(&renamed, "balance").0 else { panic!("noticed") };
    let line = line_of(OLD, "ask account");
    assert_eq!(change.kind.to_string(), format!("flow balance ({line}) → flow sums ({line})"));
    let outcome = OLD.replace("    outcome resolved\n    hangup", "    outcome abandoned\n    hangup");
    let Comparison::Unnoticed(change) = again(&outcome, "balance").0 else { panic!("noticed") };
    let told = (change.kind.old.as_deref(), change.kind.new.as_deref());
    assert_eq!(told, (Some("outcome resolved"), Some("outcome abandoned")));
}

/// What a contact does beside what is heard.
const DEALS: &str = r#"
program deals {
    languages en
    default { hung_up { outcome abandoned } }
}
crm { outcomes resolved }
backend bank { post pay(amount: money) at "pay" }
prompt thanks { en "Thanks." }
route main { call -> hello; otherwise -> reject not_found }
flow hello {
    answer
    record call
    note "tea"
    post bank.pay(5 RUB) { ok { } failed, late { } }
    in 10m do later("tea")
    say thanks
    outcome resolved
    hangup
}
flow later(what: text) { note what; return }
"#;

const DEAL: &str = r#"
given: { backends: { bank: [ { pay: {}, replies: [ ok ] } ] } }
scenarios:
  - { name: deal, at: 2026-11-20T19:30:00+03:00, call: { from: anonymous, to: "100" }, steps: [ ..., ended ] }
"#;

#[test]
fn what_a_contact_does_beside_what_is_heard_is_compared_as_well() {
    let old = program(DEALS);
    let runs = runs(&old, "deal.yaml", DEAL);
    assert!(runs[0].passed(), "{:?}", runs[0].failures);
    let journal = Journal::read(&runs[0].contacts[0].journal.write()).expect("it can be read");
    let changed = |from: &str, to: &str| {
        assert!(DEALS.contains(from), "{from}");
        let new = program(&DEALS.replace(from, to));
        let again = rerun(&new, &journal, &Assumed::default());
        match compare(Some(&old), &journal, &new, &again.journal) {
            Comparison::Same => "the same".to_owned(),
            Comparison::Noticed(change) => format!("noticed: {}", change.kind.old.unwrap_or_default()),
            Comparison::Unnoticed(change) => format!("unnoticed: {}", change.kind.old.unwrap_or_default()),
        }
    };
    assert_eq!(changed("answer", "answer"), "the same");
    assert_eq!(changed("pay(5 RUB)", "pay(6 RUB)"), "unnoticed: post bank.pay");
    assert_eq!(changed("note \"tea\"", "note \"coffee\""), "unnoticed: a note");
    assert_eq!(changed("in 10m", "in 20m"), "unnoticed: flow later for later");
    assert_eq!(changed("later(\"tea\")", "later(\"coffee\")"), "unnoticed: flow later for later");
    assert_eq!(changed("    record call\n", ""), "noticed: the call is recorded");
    // The order is the same, a little later.
    assert_eq!(
        changed(
            "    in 10m do later(\"tea\")\n    say thanks\n",
            "    say thanks\n    in 10m do later(\"tea\")\n"
        ),
        "the same"
    );
}

#[test]
fn a_journal_that_was_cut_off_is_not_over() {
    let folder = Folder::new("torn");
    let whole = recorded("balance").write();
    std::fs::write(folder.path().join("torn.jsonl"), &whole[..whole.len() * 2 / 3]).expect("written");
    std::fs::write(folder.path().join("main.flow"), OLD).expect("written");
    let program = folder.path().display().to_string();
    let (_, told) = replay_cli(&[&format!("{program}/torn.jsonl"), "--against", &program, "--json"]);
    assert!(told.contains("\"unfinished\":1") && told.contains("\"noticed\":0"), "{told}");
}

#[test]
fn an_answer_that_the_journal_lacks_is_named_and_fails_unless_it_is_assumed() {
    let asks = OLD.replace(
        "get balance(",
        "get blocked(account: digits) -> {} at \"blocked\" statuses not_found\n    get balance(",
    );
    let asks = asks
        .replace("backend bank { get", "backend bank {\n    get")
        .replace("statuses not_found }", "statuses not_found\n}");
    let new = asks.replace(
        "    get bank.balance(account) {",
        "    get bank.blocked(account) { ok -> next }\n    get bank.balance(account) {",
    );
    let new = new.replace("ok -> next", "ok { }");
    let (compared, run) = again(&new, "balance");
    let Comparison::Noticed(change) = compared else { panic!("{compared:?}") };
    assert_eq!(
        (change.kind.old.as_deref(), change.kind.new.as_deref()),
        (Some("balance_is"), Some("goodbye"))
    );
    assert_eq!(run.lacks.len(), 1);
    assert_eq!(run.lacks[0].question, "bank.blocked");
    let ok = callwright::program::Record::new("bank.blocked", "");
    let replies = vec![("bank".into(), "blocked".into(), Reply::Ok(Arc::new(ok)))];
    let image = program(&new);
    let journal = recorded("balance");
    let run = rerun(&image, &journal, &Assumed { replies, world: None });
    let compared = compare(None, &journal, &image, &run.journal);
    assert_eq!(compared, Comparison::Same, "{:?}", run.lacks);
    assert!(run.lacks[0].taken.ends_with("ok"), "an assumption is named all the same: {:?}", run.lacks);
}

fn replay_cli(args: &[&str]) -> (Output, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_callwright")).arg("replay").args(args).output().expect("it runs");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    (output, shown)
}

/// `UPDATE_GOLDEN=1` writes the file anew.
fn golden(name: &str, text: &str) {
    let path = root().join("tests/replay").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).expect("written");
    }
    assert_eq!(
        text,
        std::fs::read_to_string(&path).unwrap_or_default(),
        "UPDATE_GOLDEN=1 writes {} anew",
        path.display()
    );
}

#[test]
fn the_command_groups_counts_and_opens() {
    let folder = Folder::new("replay");
    let dir = |name: &str, script: &str| {
        let dir = folder.path().join(name);
        std::fs::create_dir_all(&dir).expect("a folder");
        std::fs::write(dir.join("main.flow"), script).expect("written");
        dir.display().to_string()
    };
    let (old, same) = (dir("old", OLD), dir("same", &format!("{OLD}\n// Nothing else.\n")));
    let new = dir(
        "new",
        &OLD.replace("203-57-01", "203-57-02").replace("say balance_is(reply.sum)", "say goodbye"),
    );
    let journals = folder.path().join("journals");
    std::fs::create_dir_all(&journals).expect("a folder");
    for name in NAMES {
        std::fs::write(journals.join(format!("{name}.jsonl")), recorded(name).write()).expect("written");
    }
    let journals = journals.display().to_string();
    let (output, shown) = replay_cli(&[&journals, "--against", &same, "--program", &old]);
    assert_eq!(shown, "5 contacts, 5 the same, 0 noticed, 0 unnoticed\n");
    assert_eq!(output.status.code(), Some(0));
    let (output, shown) =
        replay_cli(&[&journals, "--against", &new, "--program", &old, "--jobs", "2", "--show", "1"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    golden("against.txt", &shown.replace(&folder.path().display().to_string(), ""));
    let group = shown
        .lines()
        .find(|line| line.contains("balance_is"))
        .and_then(|line| line.split_whitespace().nth(1));
    let (_, opened) =
        replay_cli(&[&journals, "--against", &new, "--program", &old, "--open", group.expect("a group")]);
    assert!(opened.contains("this is balance"), "{opened}");
    let (_, json) = replay_cli(&[&journals, "--against", &new, "--program", &old, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("one document");
    assert_eq!(
        (json["contacts"].as_u64(), json["noticed"].as_u64(), json["same"].as_u64()),
        (Some(5), Some(3), Some(2))
    );
    assert_eq!(json["lacks"][0]["question"], "dial +7 843 203-57-02");
}
