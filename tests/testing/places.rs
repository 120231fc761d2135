//! How far it is from a scenario that fails to the script: every expectation names the line that did what came instead.

use super::{complained, path, printed, test};
use crate::harness::Folder;
use std::fs;

const DESK: &str = r#"program desk {
    languages en
    country RU
    default {
        failed, late, give_up -> bye
        hung_up { outcome abandoned }
    }
}
crm { topics "balance"  outcomes resolved }
backend log {
    post seen(what: text) at "seen"
    post question(what: text) at "question"
}
queue desk { strategy longest_idle  timeout 30s }
prompt offer { en "One or two." }
prompt hello { en "Hello." }
route main { call -> start; otherwise -> reject not_found }
flow start {
    answer
    record call
    menu {
        say offer
        1 "desk"  -> wait_for_desk
        2 "other" -> other
    }
}
flow wait_for_desk {
    tell log.seen("desk")
    send sms to +7 965 629-57-19 text "hello"
    queue desk { timeout, full, closed -> other }
}
flow other {
    post log.question("other") { ok { } }
    transfer to +7 843 203-57-00 { busy, no_answer, unavailable, refused, redirected -> bye }
}
flow bye {
    say hello
    outcome resolved topic "balance"
    outcome abandoned
    hangup
}
"#;

/// What is said of a call that waits in vain, calls in vain and is let go, where this is expected of it.
fn told(expect: &str) -> String {
    let folder = Folder::new("places");
    fs::write(folder.path().join("main.flow"), DESK).expect("written");
    let scenarios = format!(
        "given:\n  backends: {{ log: [ {{ question: {{}}, replies: [ ok ] }} ] }}\n  dial: {{ \"+7 843 203-57-00\": busy }}\n\
         scenarios:\n  - name: one\n    at: 2026-11-20T19:30:00+03:00\n    \
         call: {{ from: anonymous, to: \"+7 843 203-57-37\" }}\n    \
         steps: [ hear: offer, press: \"1\", ..., ended ]\n    expect: {{ {expect} }}\n"
    );
    fs::write(folder.path().join("scenarios.yaml"), scenarios).expect("written");
    let output = test(&[&path(&folder)]);
    format!("{}{}", printed(&output), complained(&output))
}

#[test]
fn every_expectation_that_fails_names_the_line_of_the_script() {
    for (expect, line) in [
        ("path: [start, wait_for_desk, bye]", "queue desk { timeout"),
        ("path: [start, other, bye]", "1 \"desk\""),
        ("said: [offer]", "say hello"),
        ("said: [offer, offer, hello]", "say hello"),
        ("outcomes: { contact: abandoned }", "outcome resolved topic"),
        ("outcomes: { contact: resolved, balance: resolved }", "outcome abandoned\n    hangup"),
        ("writes: [ 'sms ...', any, any ]", "tell log.seen"),
        ("posted: { log.question: [] }", "post log.question"),
        ("posted: { log.seen: [] }", "tell log.seen"),
        ("delivered: [ \"log.seen: ok\" ]", "send sms"),
        ("recorded: []", "record call"),
        ("queued: []", "queue desk { timeout"),
        ("dialled: []", "transfer to"),
        ("route: none", "transfer to"),
        ("end: caller", "hangup\n}\n"),
        ("duration: 1s", "hangup\n}\n"),
        ("never: [ hear: hello ]", "say hello"),
        ("never: [ say: Hello ]", "say hello"),
        ("never: [ path: other ]", "queue desk { timeout"),
        ("never: [ write: 'outcome abandoned' ]", "outcome abandoned\n    hangup"),
        ("never: [ dial: \"+7 843 203-57-00\" ]", "transfer to"),
    ] {
        let said = told(expect);
        let at = DESK.find(line).expect("it stands there");
        let number = DESK[..at].lines().count().max(1) + usize::from(DESK[..at].ends_with('\n'));
        let place = format!("/main.flow:{} ", number);
        let names = |shown: &str| shown.trim_start().starts_with("in ") && shown.contains(&place);
        assert!(said.starts_with("FAILED") && said.lines().any(names), "{expect}: {place}\n{said}");
    }
}
