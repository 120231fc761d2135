//! What no scenario has reached, and the gate that refuses too much of that.

use super::{LINE, complained, line_with, path, printed, scenario, test};
use crate::harness::Folder;
use serde_json::Value;
use std::fs;

#[test]
fn what_was_never_reached_is_named_with_its_line() {
    let output = test(&[LINE, "--coverage", "--filter", "silence"]);
    let expected = "\
ok     silence

1 passed, 0 failed

50 % 9 of 18 exits of the program line were taken
  hello        66 %  4 of 6
      tests/journals/line/main.flow:28: menu never ended by `1`
      tests/journals/line/main.flow:30: goto was never reached
  digits        0 %  0 of 5
      tests/journals/line/main.flow:36: ask was never reached
      tests/journals/line/main.flow:37: say was never reached
      tests/journals/line/main.flow:38: outcome was never reached
      tests/journals/line/main.flow:39: hangup was never reached
  goodbye     100 %  3 of 3
  route main   50 %  1 of 2
      tests/journals/line/main.flow:23: rule was never reached
  default      50 %  1 of 2
      tests/journals/line/main.flow:6: outcome was never reached
";
    assert_eq!(printed(&output), expected);
}

#[test]
fn a_statement_of_default_is_one_whatever_flows_have_it() {
    let covered = |steps: &str| {
        let folder = line_with(&format!("scenarios:\n{}", scenario("one", &format!("steps: [ {steps} ]"))));
        printed(&test(&[&path(&folder), "--coverage"]))
    };
    // It has `give_up -> goodbye` and `hung_up { … }`, and every flow has both.
    let hangs_up = covered("hear: menu, hang up");
    assert!(hangs_up.contains("default      50 %  1 of 2\n"), "{hangs_up}");
    assert!(hangs_up.ends_with("main.flow:5: goto was never reached\n"), "{hangs_up}");
    let gives_up = covered("...");
    assert!(gives_up.ends_with("main.flow:6: outcome was never reached\n"), "{gives_up}");
}

#[test]
fn what_stands_in_default_is_one_in_one_flow_as_well() {
    let folder = Folder::new("copies");
    let script = "\
program a {
    languages en
    default { hung_up { outcome done } ; no_input { say hi } ; give_up -> bye }
}
crm { outcomes done }
prompt hi { en \"Hi.\" }
backend b { post pay() at \"https://b.example/pay\" }
route main { call -> start; otherwise -> reject not_found }
flow start {
    answer
    ask x: digits 4 { say hi }
    ask y: digits 4 { say hi }
    post b.pay() { ok { } failed, late { } }
    goto bye
}
flow bye { outcome done; hangup }
";
    fs::write(folder.path().join("main.flow"), script).expect("written");
    fs::write(
        folder.path().join("scenarios.yaml"),
        format!("scenarios:\n{}", scenario("one", "steps: [ ..., hang up ]")),
    )
    .expect("written");
    let output = test(&[&path(&folder), "--coverage"]);
    let told = printed(&output);
    let count = |line: &str| told.lines().filter(|told| told.contains(line)).count();
    assert_eq!(count("main.flow:3: say was never reached"), 1, "{told}{}", complained(&output));
    assert_eq!(count("main.flow:13: post was never reached"), 1, "{told}");
}

#[test]
fn too_little_fails() {
    let enough = test(&[LINE, "--min", "50"]);
    assert!(enough.status.success(), "{}", printed(&enough));
    let little = test(&[LINE, "--min", "100"]);
    assert_eq!(little.status.code(), Some(1));
    assert!(complained(&little).contains("100 % are wanted"), "{}", complained(&little));
}

#[test]
fn another_program_gets_what_was_reached() {
    let output = test(&[LINE, "--coverage", "--json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let covered = &document["coverage"][0];
    assert_eq!(covered["program"], "line");
    let open =
        covered["flows"].as_array().into_iter().flatten().flat_map(|flow| flow["unreached"].as_array());
    let open: Vec<&Value> = open.flatten().collect();
    assert!(open.iter().all(|open| open["file"] == "tests/journals/line/main.flow"), "{document:#}");
}
