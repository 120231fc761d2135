//! Programs with a mistake in them, beside others that look the same and have none: found, and not cried wolf at.

use super::{HEAD, Style, language, render};
use callwright::explore::{Breach, Explorer, Kind, Lengths, in_one_go, judge};
use callwright::program::PromptId;
use callwright::source::MemoryFiles;
use callwright::time::{DurationMs, Wall};

const FROM: Wall = Wall(1_767_225_600_000);

/// What is found in a program, and which of its promises are broken how.
fn told(flows: &str) -> Vec<String> {
    // Without the line that leads to `sorry` at once, which breaks most promises by itself.
    let line = "call to +7 843 203-57-99 -> sorry";
    let head = HEAD.replace(line, if flows.contains("promise") { "" } else { line });
    let text = format!("{head}{flows}");
    let compiled = language::compile(&MemoryFiles::script(&text));
    let report = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    let program = compiled.program.unwrap_or_else(|| panic!("{report}"));
    let (prompt, sound) = (|_: PromptId| DurationMs::from_secs(4), |_: &str| DurationMs(500));
    let lengths = Lengths { prompt: &prompt, sound: &sound };
    let report = Explorer::new(&program, FROM).explore(100_000);
    assert!(report.is_complete, "{flows}");
    let mut told: Vec<String> = report.findings.iter().map(|one| one.word().to_owned()).collect();
    for promise in 0..program.promises.len() {
        let verdict = judge(&program, promise, FROM, 100_000, &lengths, in_one_go);
        assert!(verdict.is_complete && verdict.is_met, "{flows}");
        told.extend(verdict.broken.map(|broken| match broken.kind {
            Kind::Promise(_, Breach::Takes(_)) => "Takes".to_owned(),
            Kind::Promise(_, breach) => format!("{breach:?}"),
            other => panic!("{other:?}"),
        }));
    }
    told
}

const DESK: &str = "queue desk { strategy longest_idle  timeout 10m }
flow d { queue desk { timeout, full, closed -> sorry } }
";
const RING: &str =
    "flow t { transfer to +7 843 203-57-00 { busy, no_answer, unavailable, refused, redirected -> sorry } }
";
const PIN: &str = "flow start { answer; identify caller { one client -> c(client); many, none -> sorry } }
flow d { say hello; outcome resolved; hangup }
";

/// A promise, flows, and how it is broken; nothing where it is kept.
const PROMISES: [(&str, &str, &str, Option<&str>); 30] = [
    (
        "always human",
        DESK,
        "flow start { answer; if office is closed { say apology; outcome given_up; hangup }; goto d }",
        Some("NoWay"),
    ),
    (
        "when office is open: always human",
        DESK,
        "flow start { answer; if office is closed { say apology; outcome given_up; hangup }; goto d }",
        None,
    ),
    (
        "always human",
        DESK,
        "flow start { answer; menu { say question; 1 \"desk\" -> d; 2 \"other\" -> sorry } }",
        None,
    ),
    (
        "always human",
        DESK,
        "flow start { answer; menu { say question; 1 \"desk\" -> e; 2 \"other\" -> sorry } }\nflow e { if caller in vip -> d else -> sorry }",
        Some("NoWay"),
    ),
    (
        "always human",
        DESK,
        "flow start { answer; identify caller { one client -> d; many, none -> d } }",
        Some("NoWay"),
    ),
    (
        "always human",
        DESK,
        "flow start { answer; identify caller { one client -> d; many, none, failed -> d } }",
        None,
    ),
    (
        "always human and 1 keys",
        DESK,
        "flow start { answer; menu { say question; 1 \"deeper\" -> two; give_up -> sorry } }\nflow two { menu { say question; 1 \"desk\" -> d; give_up -> sorry } }",
        Some("MoreKeys(2)"),
    ),
    (
        "always human and 2 keys",
        DESK,
        "flow start { answer; menu { say question; 1 \"deeper\" -> two; give_up -> sorry } }\nflow two { menu { say question; 1 \"desk\" -> d; give_up -> sorry } }",
        None,
    ),
    (
        "always human and 4 keys",
        DESK,
        "flow start { answer; ask account: digits 8 { say question; give_up -> sorry }; goto d }",
        Some("MoreKeys(8)"),
    ),
    (
        "always human and 4 keys",
        DESK,
        "flow start { answer; ask account: digits 8 { say question; 0 \"none\" -> d; between_keys 2s; give_up -> sorry }; goto d }",
        None,
    ),
    (
        "always human within 20s",
        DESK,
        "flow start { answer; say whole hello; wait 30s; goto d }",
        Some("Takes"),
    ),
    ("always human within 20s", DESK, "flow start { answer; say whole hello; wait 5s; goto d }", None),
    (
        "always human within 20s",
        DESK,
        "flow start { answer; repeat at most 6 { say whole hello }; goto d }",
        Some("Takes"),
    ),
    (
        "never transfer outside office",
        RING,
        "flow start { answer; if office is open { wait 2h; goto t }; goto sorry }",
        Some("Happens"),
    ),
    (
        "never transfer outside office",
        RING,
        "flow start { answer; if office is open { wait 2s; goto t }; goto sorry }",
        None,
    ),
    (
        "never transfer outside office",
        RING,
        "keys { 0 -> t }\nflow start { answer; if office is closed -> sorry; goto t }",
        Some("Happens"),
    ),
    (
        "never transfer outside office",
        RING,
        "flow start { answer; if office is open or caller in vip -> t; goto sorry }",
        Some("Happens"),
    ),
    (
        "never transfer while caller in blocked",
        RING,
        "flow start { answer; if caller in both -> t; if caller in blocked -> sorry; goto t }",
        Some("Happens"),
    ),
    (
        "never transfer while caller in blocked",
        RING,
        "flow start { answer; if caller in vip -> t; if caller in blocked -> sorry; goto t }",
        None,
    ),
    (
        "never reaches d before verified",
        PIN,
        "flow c(client: customer) { authenticate client with pin { ask secret pin: digits 4 { say question }; verified known -> d; refused -> d; locked -> sorry } }",
        Some("Happens"),
    ),
    (
        "never reaches d before verified",
        PIN,
        "flow c(client: customer) { authenticate client with pin { ask secret pin: digits 4 { say question }; verified known -> d; refused, locked -> sorry } }",
        None,
    ),
    (
        "never reaches d before verified",
        PIN,
        "flow c(client: customer) { keys { ** -> d }; authenticate client with pin { ask secret pin: digits 4 { say question }; verified known -> d; refused, locked -> sorry } }",
        Some("Happens"),
    ),
    (
        "from vip and not from blocked: always reaches d",
        DESK,
        "flow start { answer; if office is closed -> sorry; if caller in vip -> d; goto sorry }",
        Some("EndsWithout"),
    ),
    (
        "from vip and not from blocked: always reaches d",
        DESK,
        "flow start { answer; if caller in blocked -> sorry; if caller in vip -> d; goto sorry }",
        None,
    ),
    ("always outcome handed_over", RING, "flow start { answer; goto t }", Some("EndsWithout")),
    (
        "never outcome given_up",
        RING,
        "flow start { answer; if caller in vip -> t; goto sorry }",
        Some("Happens"),
    ),
    (
        "when caller in vip: never outcome resolved",
        RING,
        "flow start { answer; if caller in vip -> t; outcome resolved; hangup }",
        None,
    ),
    (
        "always ends",
        RING,
        "tone hold { 425Hz 200ms, pause 1s }\nflow start { answer; if caller in vip -> t; outcome resolved; play hold until hung up }",
        Some("GoesOn"),
    ),
    (
        "always ends",
        RING,
        "tone hold { 425Hz 200ms, pause 1s }\nflow start { answer; if caller in vip -> t; outcome resolved; play hold for 10s; hangup }",
        None,
    ),
    (
        "never queue",
        DESK,
        "flow start { answer; menu { say question; 1 \"desk\" -> d; 2 \"other\" -> sorry } }",
        Some("Happens"),
    ),
];

#[test]
fn promises_are_broken_and_kept() {
    let mut wrong = Vec::new();
    for (promise, shared, flows, breach) in PROMISES {
        let told = told(&format!("{shared}{flows}\npromise {{\n{promise}\n}}\n"));
        let expected: Vec<String> = breach.into_iter().map(str::to_owned).collect();
        if told != expected {
            wrong.push(format!("{promise}: {flows}\n    {told:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const TELL: &str = "flow tell { do nothing(); outcome given_up; return }
flow nothing { return }
";

const SURE: &str = "flow sure { menu { say question; 1 \"yes\" { outcome resolved topic \"balance\" } 2 \"no\" { }; give_up { hangup } }; return }
";

/// Flows in which a topic has two outcomes, or has not.
const TWICE: [(&str, bool); 8] = [
    ("flow start { answer; do tell(); do tell(); hangup }", true),
    ("flow start { answer; do tell(); do sure(); do tell(); hangup }", false),
    ("flow start { answer; do tell(); do sure(); outcome resolved topic \"balance\"; hangup }", true),
    ("flow start { answer; do tell(); outcome resolved topic \"balance\"; hangup }", false),
    ("flow start { answer; do tell(); repeat at most 2 { say hello; do tell() }; hangup }", true),
    (
        "flow start { answer; do tell(); repeat at most 2 { menu { say question; 1 \"a\" { do tell() }; give_up { hangup } } }; hangup }",
        false,
    ),
    ("flow start { answer; do tell(); if caller in vip { do tell() }; hangup }", true),
    ("flow start { answer; if caller in vip { do tell() } else { do tell() }; hangup }", false),
];

#[test]
fn a_topic_that_is_told_of_twice_is_found_and_one_that_is_not_is_not() {
    for (flows, is_twice) in TWICE {
        let sure = if flows.contains("sure()") { SURE } else { "" };
        let told = told(&format!("{TELL}{sure}{flows}\n"));
        assert_eq!(told.contains(&"outcome-twice".to_owned()), is_twice, "{flows}: {told:?}");
    }
}
