//! What was wrong with scenarios, and was not told; what `explore`, `sim` and `--faults` write and count.

use super::{complained, path, printed, test};
use crate::harness::{Folder, bank, run};
use callwright::simulator::ScenarioFile;
use std::fs;

/// What is said of a scenario of the bank, without the text of the file.
fn told(scenarios: &str) -> Vec<(String, Option<String>)> {
    match ScenarioFile::read("one.yaml", scenarios, &bank()) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(|one| (one.message.clone(), one.hint.clone())).collect(),
    }
}

fn one(at: &str, rest: &str) -> String {
    format!("scenarios:\n  - name: one\n    at: {at}\n    call: {{ to: \"+7 843 203-57-37\" }}\n    {rest}\n")
}

const EVENING: &str = "2026-11-20T19:30:00+03:00";

/// What is said first, and its hint.
fn first(scenarios: &str) -> (String, String) {
    let (message, hint) = told(scenarios).into_iter().next().unwrap_or_default();
    (message, hint.unwrap_or_default())
}

#[test]
fn a_second_document_is_no_green_run() {
    let two = format!("{}---\n{}", one(EVENING, "steps: [ ... ]"), one(EVENING, "steps: [ ended ]"));
    assert_eq!(first(&two).0, "a second document begins here, of which nothing would be read");
}

#[test]
fn a_moment_that_does_not_exist_is_told() {
    let (message, hint) = first(&one("2027-03-28T02:30:00[Europe/Berlin]", "steps: [ ... ]"));
    assert!(message.ends_with("does not exist: the clocks of `Europe/Berlin` jump over it"), "{message}");
    assert_eq!(hint, "they go on at `2027-03-28T03:00:00`");
    let (message, hint) = first(&one("2026-11-20T19:30:00[Europe/Moskow]", "steps: [ ... ]"));
    assert_eq!((&*message, &*hint), ("there is no zone `Europe/Moskow`", "did you mean `Europe/Moscow`?"));
    let (message, _) = first(&one("9999-12-31T19:30:00+03:00", "steps: [ ... ]"));
    assert_eq!(message, "`9999-12-31T19:30:00+03:00` is too far away");
    let (message, _) = first(&one(EVENING, "steps: [ press: { keys: \"1\", at: -5s } ]"));
    assert_eq!(message, "`-5s` is before the contact arrives");
}

#[test]
fn words_of_which_there_are_few_are_compared_with_them() {
    let hint = |rest: &str| first(&one(EVENING, rest)).1;
    assert_eq!(hint("expect: { dialled: [ { to: pc, result: bussy } ] }"), "did you mean `busy`?");
    assert_eq!(hint("expect: { route: { to: pc, result: conected } }"), "did you mean `connected`?");
    assert_eq!(hint("expect: { crm: { cases: [ { state: opened } ] } }"), "did you mean `open`?");
    assert_eq!(hint("expect: { crm: { cases: [ { topic: blance } ] } }"), "did you mean `balance`?");
    assert_eq!(hint("expect: { delivered: [ \"smss: ok\" ] }"), "did you mean `sms`?");
    assert_eq!(hint("expect: { delivered: [ \"sms: faild\" ] }"), "did you mean `failed`?");
    assert_eq!(hint("given: { prompts: { welcom: 9s } }"), "did you mean `welcome`?");
}

#[test]
fn what_names_a_customer_names_one_that_is_given() {
    let crm = "given: { crm: { customers: [ { id: c1 } ], accounts: [ { number: \"1\", owner: c9 } ] } }";
    assert_eq!(first(&one(EVENING, crm)).0, "no customer `c9` is given");
    let behind = "given: { crm: { accounts: [ { number: \"1\", owner: c1 } ], customers: [ { id: c1 } ] } }";
    assert_eq!(told(&one(EVENING, behind)), []);
}

#[test]
fn a_contact_arrives_in_one_way() {
    let both = one(EVENING, "sms: { to: \"+7 843 203-57-37\" }");
    assert_eq!(first(&both).0, "a contact arrives in one way, and here are `call` and `sms`");
    let (message, hint) = first(&one(EVENING, "attested: yes"));
    assert_eq!(message, "`attested` means nothing in a contact");
    assert_eq!(hint, "write it behind the channel: `call: { …, attested: … }`");
}

#[test]
fn both_marks_of_a_prompt_stand_in_either_order() {
    assert_eq!(told(&one(EVENING, "steps: [ hear: \"welcome~ [ru]\", hear: \"welcome [ru]~\", ... ]")), []);
}

/// A program that breaks its promise for whoever presses 1.
const BROKEN: &str = "\
program p { languages en; default { hung_up { outcome bad } ; give_up, no_input { outcome bad; hangup } } }
crm { outcomes good, bad }
prompt hello { en \"One.\" }
promise { never reaches x }
route main { call -> s; otherwise -> reject not_found }
flow s { answer; menu { say hello; 1 -> x } }
flow x { outcome good; hangup }
";

#[test]
fn what_explore_writes_is_run_wherever_it_stands() {
    let folder = Folder::new("found");
    let (program, found) = (folder.path().join("program"), folder.path().join("found"));
    fs::create_dir_all(&program).expect("a folder");
    fs::create_dir_all(&found).expect("a folder");
    fs::write(program.join("main.flow"), BROKEN).expect("written");
    let mine = found.join("mine.scenario.yaml");
    fs::write(&mine, "# Mine.\nflow: ../program\nscenarios: []\n").expect("written");
    let (program, found) = (program.display().to_string(), found.display().to_string());
    let exe = env!("CARGO_BIN_EXE_callwright");
    let explored = run(exe, &["explore", &program, "--out", &found]);
    assert_eq!(explored.status.code(), Some(1), "{}", printed(&explored));
    let first = format!("{found}/01-promise.scenario.yaml");
    let played = test(&[&first]);
    assert!(
        printed(&played).contains("promise: never reaches x"),
        "{}{}",
        printed(&played),
        complained(&played)
    );
    fs::remove_file(&mine).expect("there");
    let all = test(&[&found]);
    assert!(printed(&all).contains("0 passed, 1 failed"), "{}{}", printed(&all), complained(&all));
    // Once the program keeps its promise, the old finding is gone, and what somebody else wrote is not.
    fs::write(&mine, "# Mine.\nflow: ../program\nscenarios: []\n").expect("written");
    fs::write(format!("{program}/main.flow"), BROKEN.replace("never reaches x", "never transfer"))
        .expect("written");
    let explored = run(exe, &["explore", &program, "--out", &found]);
    assert!(!fs::exists(&first).expect("a folder"), "{}{}", printed(&explored), complained(&explored));
    assert!(mine.exists());
}

#[test]
fn a_queue_holds_so_many_of_a_crowd() {
    let folder = Folder::new("full");
    let script = "\
program a { languages en; default { hung_up { outcome abandoned } } }
crm { outcomes informed }
prompt hi { en \"Hi.\" }
queue sales { timeout 5m; at most 3 }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; queue sales { timeout, closed { } full { say hi } } ; outcome informed; hangup }
";
    let scenarios = "\
given: { queues: { sales: { staff: 1, speaks: 10m } } }
scenarios:
  - name: ten
    at: 2026-11-20T10:00:00+01:00
    crowd: 10 calls every 5s
    call: { from: \"+49 30 901840\", to: \"1000\" }
    steps: [ ... ]
    together: { full: 6, timeout: 3, connected: 1 }
";
    fs::write(folder.path().join("main.flow"), script).expect("written");
    fs::write(folder.path().join("scenarios.yaml"), scenarios).expect("written");
    let output = test(&[&path(&folder)]);
    assert!(output.status.success(), "{}{}", printed(&output), complained(&output));
    // Each count that differs is told.
    let wrong = scenarios.replace("full: 6, timeout: 3", "full: 0, timeout: 8");
    fs::write(folder.path().join("scenarios.yaml"), wrong).expect("written");
    let output = printed(&test(&[&path(&folder)]));
    assert!(output.contains("together full 0") && output.contains("together timeout 8"), "{output}");
}

#[test]
fn a_key_that_was_pressed_ahead_is_something_done() {
    let folder = Folder::new("ahead");
    let script = "\
program a { languages en; default { hung_up { outcome abandoned } ; no_input, give_up { hangup } } }
crm { outcomes informed; topics \"hours\" }
prompt menu_says { en \"One.\" }
prompt open { en \"Open.\" }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; outcome informed; goto main_menu }
flow main_menu { menu { say menu_says; 1 -> tells } }
flow tells { say open; outcome informed topic \"hours\"; goto main_menu }
";
    let scenarios = "\
scenarios:
  - name: twice
    at: 2026-11-20T10:00:00+01:00
    call: { from: \"+49 30 901840\", to: \"1000\" }
    steps: [ hear: menu_says, press: \"1\", hear: open, hear: menu_says, hang up ]
";
    fs::write(folder.path().join("main.flow"), script).expect("written");
    fs::write(folder.path().join("scenarios.yaml"), scenarios).expect("written");
    let output = test(&[&path(&folder), "--faults", "--runs", "0"]);
    assert!(output.status.success(), "{}{}", printed(&output), complained(&output));
}
