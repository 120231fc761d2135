//! What can be written in a scenario: each story is one that a shipped or an example program plays.

use super::{complained, line_with, path, printed, scenario, test};

/// What the command says of one scenario of the line: `rest` are its steps and expectations.
fn said_of(rest: &str) -> String {
    let folder = line_with(&format!("scenarios:\n{}", scenario("one", rest)));
    let output = test(&[&path(&folder)]);
    let text = format!("{}{}", printed(&output), complained(&output));
    text.replace(&format!("{}/", path(&folder)), "")
}

fn passes(rest: &str) {
    let said = said_of(rest);
    assert_eq!(said, "ok     one\n\n1 passed, 0 failed\n");
}

/// The two lines at the point: what was expected, and what came.
fn point(rest: &str) -> String {
    let said = said_of(rest);
    let lines: Vec<&str> =
        said.lines().filter_map(|line| line.split_once("** ")).map(|(_, text)| text.trim()).collect();
    lines.join(" | ")
}

#[test]
fn a_list_may_leave_places_open() {
    let steps = "steps: [ ..., hang up ]\n    expect:";
    passes("expect: { said: [menu, any, menu, ..., short_bye] }");
    passes("expect: { said: [...] , path: [..., goodbye], writes: { unordered: [ 'outcome ...' ] } }");
    let missing = said_of("expect: { path: { unordered: [goodbye, digits] } }");
    assert!(missing.contains("** expected: path, in any order\n"), "{missing}");
    assert!(
        missing.contains(
            "\n             -    digits\n             +    hello                            at 0\n"
        ),
        "{missing}"
    );
    let more = said_of(&format!("{steps} {{ said: [any] }}"));
    assert!(more.starts_with("ok"), "{more}");
}

#[test]
fn a_prompt_has_values_a_language_and_a_moment() {
    let steps = "steps: [ hear: \"menu [en]\", press: \"1\", hear: { enter: , at: 5s }, press: \"0123\", ";
    passes(&format!("{steps} hear: {{ bye: {{ number: \"0123\" }} }}, ended ]"));
    passes(&format!(
        "{steps} ... ]\n    expect: {{ said: [ menu, any, {{ bye: {{ number: \"0123\" }} }} ] }}"
    ));
    let late = point(&format!("{steps} ... ]\n    expect: {{ said: [ {{ menu: , at: 1s }}, any, any ] }}"));
    assert_eq!(late, "expected: said", "{late}");
    let early = point("steps: [ hear: { menu: , at: 2s } ]");
    assert_eq!(early, "expected: hear: { menu: , at: 2s } | but: `menu at 0s` was said");
}

#[test]
fn whom_the_caller_was_put_through_to_is_the_route() {
    let bank = "steps: [ ..., { hang up: { at: 60s } } ]";
    let call = |route: &str| {
        format!(
            "flow: flows/bank\ngiven: {{ dial: {{ \"+7 843 203-57-00\": busy }} }}\nscenarios:\n  - name: one\n    \
             at: 2026-11-20T12:00:00[Europe/Moscow]\n    call: {{ from: anonymous, to: \"+7 843 203-57-37\" }}\n    \
             {bank}\n    expect: {{ route: {route} }}\n"
        )
    };
    let folder = crate::harness::Folder::new("route");
    let file = folder.path().join("one.yaml");
    let said = |route: &str| {
        std::fs::write(&file, call(route)).expect("written");
        printed(&test(&[file.to_str().expect("a path")]))
    };
    assert!(said("{ to: \"+7 843 203-57-00\", result: busy }").starts_with("ok"));
    let other = said("none");
    assert!(other.contains("but: +78432035700: busy\n"), "{other}");
    passes("steps: [ hear: menu, hang up ]\n    expect: { route: none }");
}

#[test]
fn a_length_may_lie_within_bounds_and_an_end_has_other_words() {
    passes(
        "steps: [ hear: menu, hang up ]\n    expect: { duration: { at least: 4s, at most: 6s }, end: caller/normal }",
    );
    let long = point("steps: [ hear: menu, hang up ]\n    expect: { duration: { at least: 6s } }");
    assert_eq!(long, "expected: duration at least 6s | but: 5s");
}

#[test]
fn what_must_never_be_may_be_a_flow_an_entry_or_a_call() {
    passes(
        "steps: [ hear: menu, hang up ]\n    expect: { never: [ path: digits, write: outcome resolved, dial: pc ] }",
    );
    let found =
        point("steps: [ hear: menu, hang up ]\n    expect: { never: [ path: hello, write: 'outcome ...' ] }");
    assert_eq!(
        found,
        "expected: never enter hello | but: the path has it | expected: never write outcome ... | but: `outcome \
         abandoned` was written"
    );
}

#[test]
fn a_fax_and_an_e_mail_arrive_with_what_is_written() {
    for channel in ["sms", "email", "fax", "chat"] {
        let text = format!(
            "flow: tests/journals/line\nscenarios:\n  - name: one\n    at: 2026-11-20T12:00:00+03:00\n    \
             {channel}: {{ from: anonymous, to: desk, text: hello }}\n    \
             expect: {{ end: reject not_found, outcomes: {{ contact: rejected }} }}\n"
        );
        let folder = crate::harness::Folder::new("channel");
        let file = folder.path().join("one.yaml");
        std::fs::write(&file, text).expect("written");
        let output = test(&[file.to_str().expect("a path")]);
        assert!(output.status.success(), "{channel}: {}{}", printed(&output), complained(&output));
    }
}

#[test]
fn a_reply_that_nobody_asks_for_is_told() {
    let folder = crate::harness::Folder::new("unasked");
    let file = folder.path().join("one.yaml");
    let text = "flow: flows/bank\nscenarios:\n  - name: one\n    at: 2026-11-20T12:00:00+03:00\n    \
                call: { from: anonymous, to: \"+7 843 203-57-37\" }\n    \
                given: { backends: { core_bank: [ { balance: , replies: [ not_found, late ] } ] } }\n    \
                steps: [ ..., hang up ]\n";
    std::fs::write(&file, text).expect("written");
    let name = file.to_str().expect("a path");
    let output = test(&[name]);
    let told = "warning[W1101]: reply 2 of `core_bank.balance` was never asked for\n";
    assert!(output.status.success() && printed(&output).contains(told), "{}", printed(&output));
    assert_eq!(test(&[name, "--strict"]).status.code(), Some(1));
}
