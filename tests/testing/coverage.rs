//! What no scenario has reached, and the gate that refuses too much of that.

use super::{LINE, complained, line_with, path, printed, scenario, test};
use serde_json::Value;

#[test]
fn what_was_never_reached_is_named_with_its_line() {
    let output = test(&[LINE, "--coverage", "--filter", "silence"]);
    let expected = "\
ok     silence

1 passed, 0 failed

50 % 9 of 18 exits of the program line were taken
  hello        66 %  4 of 6
      tests/journals/line/main.flow:28: menu never ended by `choice 1`
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
