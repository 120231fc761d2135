//! `callwright test` as a person and a build server use it: paths, order, reports, coverage, exit statuses.

use crate::harness::{Folder, root, run};
use serde_json::Value;
use std::fs;
use std::process::Output;

mod coverage;
mod crowd;
mod faults;
mod mistakes;
mod notation;
mod places;
pub mod schemas;
mod told;
mod watch;

const LINE: &str = "tests/journals/line";

fn test(args: &[&str]) -> Output {
    run(env!("CARGO_BIN_EXE_callwright"), &[&["test"], args].concat())
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with the line's program and these scenarios beside it.
fn line_with(scenarios: &str) -> Folder {
    let folder = Folder::new("testing");
    let script = fs::read_to_string(root().join(LINE).join("main.flow")).expect("a script");
    fs::write(folder.path().join("main.flow"), script).expect("written");
    fs::write(folder.path().join("scenarios.yaml"), scenarios).expect("written");
    folder
}

fn path(folder: &Folder) -> String {
    folder.path().display().to_string()
}

/// A scenario of the line; `rest` are its steps and expectations.
fn scenario(name: &str, rest: &str) -> String {
    format!(
        "  - name: {name}\n    at: 2026-11-20T19:30:00+03:00\n    \
         call: {{ from: anonymous, to: \"+7 843 203-57-37\" }}\n    {rest}\n"
    )
}

/// Three scenarios, of which the second fails.
fn one_of_three_fails() -> Folder {
    let good = "steps: [ ..., hang up ]";
    let bad = "steps: [ hear: menu~, press: \"1\", hear: short_bye ]";
    let list = [("first", good), ("second", bad), ("third", good)].map(|(name, rest)| scenario(name, rest));
    line_with(&format!("scenarios:\n{}", list.concat()))
}

#[test]
fn the_order_is_that_of_the_files_whatever_runs_at_once() {
    let one = test(&["flows/bank", "flows/survey", "--jobs", "1"]);
    let many = test(&["flows/bank", "flows/survey", "--jobs", "8"]);
    assert!(one.status.success(), "{}", complained(&one));
    assert_eq!(printed(&one), printed(&many));
    let printed = printed(&one);
    let bank = printed.find("flows/bank/scenarios/arrival.yaml\nok ").expect("a heading");
    assert!(printed.find("flows/survey/scenarios/").is_some_and(|survey| survey > bank), "{printed}");
}

#[test]
fn a_folder_of_programs_a_script_and_a_file_of_scenarios_are_paths_as_well() {
    let folder = test(&["tests/journals"]);
    let script = test(&["tests/journals/line/main.flow"]);
    let file = test(&["tests/journals/line/scenarios.yaml"]);
    assert_eq!(printed(&folder), "ok     digits\nok     silence\n\n2 passed, 0 failed\n");
    assert_eq!(printed(&folder), printed(&script));
    assert_eq!(printed(&folder), printed(&file));
    let twice = test(&["tests/journals/line", "tests/journals/line/scenarios.yaml"]);
    assert_eq!(printed(&folder), printed(&twice));
}

#[test]
fn a_file_elsewhere_names_its_program() {
    let folder = Folder::new("elsewhere");
    let file = folder.path().join("found.yaml");
    let text = format!("flow: {LINE}\nscenarios:\n{}", scenario("one", "steps: [ hear: menu, hang up ]"));
    fs::write(&file, text).expect("written");
    let output = test(&[file.to_str().expect("a path")]);
    assert_eq!(printed(&output), "ok     one\n\n1 passed, 0 failed\n", "{}", complained(&output));
    fs::write(&file, "scenarios: []\n").expect("written");
    let output = test(&[file.to_str().expect("a path")]);
    assert!(complained(&output).contains("write `flow: DIR` into it"), "{}", complained(&output));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn scenarios_are_chosen_by_their_names() {
    let output = test(&[LINE, "--filter", "sil", "--filter", "nothing"]);
    assert_eq!(printed(&output), "ok     silence\n\n1 passed, 0 failed\n");
    let nobody = test(&[LINE, "--filter", "nobody"]);
    assert_eq!(nobody.status.code(), Some(2));
    let name = test(&[LINE, "silence"]);
    assert!(complained(&name).contains("`--filter \"silence\"`"), "{}", complained(&name));
    assert_eq!(name.status.code(), Some(2));
}

#[test]
fn the_status_says_how_it_went() {
    assert_eq!(test(&[LINE]).status.code(), Some(0));
    let folder = one_of_three_fails();
    assert_eq!(test(&[&path(&folder)]).status.code(), Some(1));
    fs::write(folder.path().join("scenarios.yaml"), "scenarios: [ { name: x } ]").expect("written");
    assert_eq!(test(&[&path(&folder)]).status.code(), Some(2));
    fs::write(folder.path().join("main.flow"), "program").expect("written");
    assert_eq!(test(&[&path(&folder)]).status.code(), Some(2));
}

#[test]
fn the_first_failure_may_be_the_last_that_runs() {
    let folder = one_of_three_fails();
    let output = test(&[&path(&folder), "--fail-fast", "--jobs", "4"]);
    let printed = printed(&output);
    assert!(printed.starts_with("ok     first\nFAILED second\n"), "{printed}");
    assert!(printed.ends_with("\n1 passed, 1 failed, 1 not run\n"), "{printed}");
}

#[test]
fn a_failure_shows_the_point_and_the_line_of_the_script() {
    let folder = one_of_three_fails();
    let output = test(&[&path(&folder)]);
    let printed = printed(&output);
    let point = format!(
        "        1000 > play 3 enter [en] «Key four digits.»\n        1000 ** expected: hear: short_bye\n             \
         **      but: `enter` was said\n                 at {0}/scenarios.yaml:9\n                 in {0}/main.flow:36 ask\n",
        path(&folder)
    );
    assert!(printed.contains(&point), "{printed}");
}

#[test]
fn a_list_that_differs_is_shown_line_by_line() {
    let expected = "expect: { said: [menu, nothing_heard, menu, menu, nothing_heard, short_bye] }";
    let folder = line_with(&format!("scenarios:\n{}", scenario("silent", expected)));
    let printed = printed(&test(&[&path(&folder)]));
    let difference = format!(
        "       43000 ** expected: said
                  menu
                  nothing_heard
                  menu
             +    nothing_heard                    at 22000, {0}/main.flow:31 say
                  menu
                  nothing_heard
                  short_bye
                 at {0}/scenarios.yaml:5
                 in {0}/main.flow:31 say
",
        path(&folder)
    );
    assert!(printed.contains(&difference), "{printed}");
}

#[test]
fn a_build_server_gets_its_report() {
    let folder = one_of_three_fails();
    let report = folder.path().join("report.xml");
    let _ = test(&[&path(&folder), "--junit", report.to_str().expect("a path")]);
    let text = fs::read_to_string(&report).expect("a report");
    let suite = format!(
        "<testsuite name=\"{}/scenarios.yaml\" tests=\"3\" failures=\"1\" errors=\"0\"",
        path(&folder)
    );
    assert!(text.contains(&suite), "{text}");
    assert!(text.contains("<testcase classname=\"line\" name=\"second\""), "{text}");
    let message = "<failure message=\"expected: hear: short_bye; but: `enter` was said\">FAILED second&#10;";
    assert!(text.contains(message), "{text}");
    assert_eq!(text.matches("<testcase ").count(), 3);
}

#[test]
fn another_program_gets_one_document() {
    let folder = one_of_three_fails();
    let output = test(&[&path(&folder), "--json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
    assert_eq!((&document["passed"], &document["failed"]), (&2.into(), &1.into()));
    let failed = &document["scenarios"][1];
    assert_eq!((&failed["name"], &failed["line"]), (&"second".into(), &6.into()));
    let failure = &failed["failures"][0];
    assert_eq!((&failure["at_ms"], &failure["line"]), (&1000.into(), &9.into()));
    let script = format!("{}/main.flow", path(&folder));
    assert_eq!((&failure["script"]["file"], &failure["script"]["line"]), (&script.into(), &36.into()));
}
