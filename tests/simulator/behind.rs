//! What runs without a caller behind a contact, and what a failed scenario says of it and of secrets.

use super::{compiled, mistakes};
use callwright::language;
use callwright::simulator::{ScenarioFile, TestRun, report, test};
use callwright::source::MemoryFiles;

fn play_in(program: &str, scenario: &str) -> TestRun {
    play_and_report(program, scenario).0
}

/// A scenario, and what is printed of it.
fn play_and_report(program: &str, scenario: &str) -> (TestRun, String) {
    let image = compiled(language::compile(&MemoryFiles::script(program)));
    let file = ScenarioFile::read("behind.yaml", scenario, &image);
    let run = test(&image, &file.unwrap_or_else(|mistakes| panic!("{mistakes}")).scenarios[0]);
    let printed = report(&image, "behind.yaml", &run, false, false);
    (run, printed)
}

#[test]
fn a_flow_that_orders_itself_for_ever_fails_the_scenario() {
    let (run, printed) = play_and_report(
        r#"
program p { languages en; default { hung_up { outcome abandoned } } }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; outcome abandoned; in 1h do wake(1); hangup }
flow wake(try: number) { if try < 1000 { in 5m do wake(try + 1) }; hangup }
"#,
        r#"
scenarios:
  - name: a thousand times
    at: 2026-11-20T19:30:00+01:00
    call: { from: "+49 30 901820", to: "+49 30 901821" }
"#,
    );
    let (contact, mismatch) = &run.failures[0];
    assert_eq!((*contact, mismatch.line), (1, 3));
    assert_eq!(mismatch.expected, "the flows that run behind this contact to come to an end");
    let but =
        "200 have run, `wake` 200 times, and it is to run again: count its attempts, and stop ordering it";
    assert_eq!(mismatch.but, but);
    // The first and the last rounds tell all that there is to see.
    let left_out = printed.lines().filter(|line| line.trim() == "… 195 more …").count();
    assert_eq!(left_out, 1, "{printed}");
    assert!(printed.lines().count() < 100, "{printed}");
}

#[test]
fn a_job_that_goes_on_from_day_to_day_is_run_twice_behind_a_scenario() {
    let run = play_in(
        r#"
program p { languages en; default { hung_up { outcome abandoned } } }
route main { call -> start; task -> nightly; otherwise -> reject not_found }
flow start { answer; outcome abandoned; afterwards do nightly(); hangup }
flow nightly { note "counted"; at 02:00 in "Europe/Berlin" do nightly(); return }
"#,
        r#"
scenarios:
  - name: the nights behind a call
    at: 2026-11-20T19:30:00+01:00
    call: { from: "+49 30 901820", to: "+49 30 901821" }
"#,
    );
    assert!(run.passed(), "{:?}", run.failures);
    assert_eq!(run.contacts[0].afterwards.len(), 2);
}

#[test]
fn a_moment_with_its_offset_needs_no_zone_of_the_program() {
    let program = r#"
program p { languages en; default { failed, late -> bye; hung_up { outcome abandoned } } }
record visit { id: digits, at: moment }
backend planner { get visit() -> { visit: visit } at "visit" }
prompt item(at: moment) { en "{at}" }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; get planner.visit() { ok reply { say item(reply.visit.at) } }; goto bye }
flow bye { outcome abandoned; hangup }
"#;
    let scenario = |at: &str| {
        format!(
            "given: {{ backends: {{ planner: [ {{ visit: {{}}, replies: [ {{ ok: {{ visit: {{ id: \"1\", at: {at} }} }} }} ] }} ] }} }}\n\
             scenarios:\n  - {{ name: a visit, at: 2026-11-20T19:30:00+01:00, call: {{ to: \"+49 30 901821\" }}, \
             steps: [ hear: {{ item: {{ at: {at} }} }}, ended ] }}\n"
        )
    };
    let run = play_in(program, &scenario("2026-12-01T09:00:00+01:00"));
    assert!(run.passed(), "{:?}", run.failures);
    // What cannot be read is told once, and not as missing as well.
    let image = compiled(language::compile(&MemoryFiles::script(program)));
    let mistakes = ScenarioFile::read("behind.yaml", &scenario("noon"), &image).expect_err("no moment");
    assert!(!mistakes.to_string().contains("which is missing"), "{mistakes}");
}

#[test]
fn a_secret_that_shows_is_named_with_its_place() {
    let run = play_in(
        r#"
program p { languages en; default { give_up -> bye; hung_up { outcome abandoned } } }
prompt which { en "Your code?" }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; ask code: digits 4 { say which }; note "code {code}"; goto bye }
flow bye { outcome abandoned; hangup }
"#,
        r#"
scenarios:
  - name: an open question
    at: 2026-11-20T19:30:00+01:00
    call: { from: "+49 30 901820", to: "+49 30 901821" }
    steps: [ hear: which, press: { secret: "4711" } ]
"#,
    );
    let (_, mismatch) = &run.failures[0];
    assert_eq!(
        mismatch.expected,
        "the digits of `press: \u{2022}\u{2022}\u{2022}\u{2022}` to be seen nowhere"
    );
    let but = "it is in the transcript at 6500: `. took \u{2022}\u{2022}\u{2022}\u{2022}`";
    assert_eq!((mismatch.at.0, mismatch.but.as_str()), (6500, but));
}

#[test]
fn an_outcome_that_is_not_known_is_told_all_that_are() {
    let text = "scenarios:\n  - { name: a, at: 2026-11-20T19:30:00+03:00, call: { to: \"+7 843 203-57-37\" }, expect: { outcomes: { contact: abandonned } } }\n";
    assert!(mistakes(text).contains("did you mean `abandoned`?"), "{}", mistakes(text));
}
