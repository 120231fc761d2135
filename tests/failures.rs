//! Failures that call systems are known for, each written down as its designer did, and what happens to it here.

use callwright::language::compile;
use callwright::program::{Form, Program, Value};
use callwright::simulator::{ScenarioFile, report, test};
use callwright::source::{MemoryFiles, Style};
use callwright::speech;
use callwright::time::Wall;
use callwright::{engine::Image, program::Money};

/// A program around flows and declarations.
fn script(rest: &str) -> String {
    format!(
        "program p {{ languages en\n default {{ give_up, failed, late -> bye\n hung_up {{ outcome abandoned }} }} }}\n\
         crm {{ outcomes resolved }}\n\
         prompt hi {{ en \"Hi.\" }}\nprompt choices {{ en \"Press one.\" }}\n\
         flow bye {{ outcome abandoned; hangup }}\n{rest}\n"
    )
}

/// What the compiler says: codes and findings.
fn findings(rest: &str) -> (Vec<&'static str>, String) {
    let compiled = compile(&MemoryFiles::script(&script(rest)));
    let codes = compiled.diagnostics.iter().map(|finding| finding.code.number()).collect();
    (codes, compiled.report(Style::Plain))
}

fn compiled(rest: &str) -> Program {
    let compiled = compile(&MemoryFiles::script(&script(rest)));
    let findings = compiled.report(Style::Plain);
    compiled.program.unwrap_or_else(|| panic!("{findings}"))
}

fn at(text: &str) -> Wall {
    Wall(text.parse::<jiff::Timestamp>().unwrap_or_else(|error| panic!("{text}: {error}")).as_millisecond())
}

/// Plays scenarios; each must pass.
fn plays(rest: &str, scenarios: &str) {
    let image = Image::new(compiled(rest)).expect("no functions");
    let file =
        ScenarioFile::read("scenarios.yaml", scenarios, &image).unwrap_or_else(|wrong| panic!("{wrong}"));
    for scenario in &file.scenarios {
        let run = test(&image, scenario);
        assert!(run.passed(), "{}", report(&image, "scenarios.yaml", &run, true, false));
    }
}

/// Each holiday a condition, all of which must hold at once: only a day that is two days would be a holiday.
#[test]
fn sibling_holiday_conditions_of_which_none_can_match_do_not_compile() {
    let (codes, report) = findings(
        "flow start(month: number, number: number) {\n\
         if month = 1 and number = 1 and month = 7 and number = 4 { reject busy }\n outcome abandoned\n reject decline\n}\n\
         route main { call -> start(1, 1)\n otherwise -> reject not_found }",
    );
    assert!(codes.contains(&"E0420"), "{report}");
}

/// Written as a list of days, every one of them counts.
#[test]
fn every_day_of_a_calendar_closes() {
    let program = compiled(
        "calendar holidays { jan 1; jul 4 }\n\
         hours office in \"America/New_York\" { mon-fri 09:00-17:00; closed on holidays }\n\
         route main { call { office is open -> bye\n otherwise -> bye }\n otherwise -> reject not_found }",
    );
    let office = &program.schedules[0];
    assert!(!office.is_open(at("2026-01-01T10:00:00-05:00")), "a Thursday");
    assert!(!office.is_open(at("2029-07-04T10:00:00-04:00")), "a Wednesday");
    assert!(office.is_open(at("2026-01-02T10:00:00-05:00")));
}

/// "9 am to 6 pm" that means the whole hour in which six o'clock is.
#[test]
fn nine_to_six_is_closed_at_six() {
    let program = compiled(
        "hours office in \"Europe/Berlin\" { mon-fri 09:00-18:00 }\n\
         route main { call { office is open -> bye\n otherwise -> bye }\n otherwise -> reject not_found }",
    );
    let office = &program.schedules[0];
    assert!(!office.is_open(at("2026-06-15T08:59:59+02:00")));
    assert!(office.is_open(at("2026-06-15T09:00:00+02:00")));
    assert!(office.is_open(at("2026-06-15T17:59:59+02:00")));
    assert!(!office.is_open(at("2026-06-15T18:00:00+02:00")));
    assert!(!office.is_open(at("2026-06-15T18:59:00+02:00")));
}

/// A time condition whose closed side is the time condition.
#[test]
fn a_time_condition_that_points_at_itself_does_not_compile() {
    let (codes, report) = findings(
        "hours office in \"Europe/Berlin\" { mon-fri 09:00-18:00 }\n\
         route main { call -> check_time\n otherwise -> reject not_found }\n\
         flow check_time { if office is open -> bye\n goto check_time }",
    );
    assert_eq!(codes, ["E0406"], "{report}");
}

/// A greeting that nobody chose, so that the system's own is heard.
#[test]
fn a_greeting_that_is_not_there_does_not_compile() {
    let (codes, report) = findings(
        "route main { call -> start\n otherwise -> reject not_found }\n\
         flow start { answer\n say welcome\n goto bye }",
    );
    assert_eq!(codes, ["E0201"], "{report}");
}

/// «Один тысяча»: a thousand is feminine, and so is a kopek.
#[test]
fn a_thousand_is_feminine() {
    let sum = Value::Money(Money::parse("1021.01 RUB").expect("an amount"));
    let words = speech::words(&sum, &Form::default(), "ru").expect("it can be said");
    assert_eq!(speech::sentence(&words), "одна тысяча двадцать один рубль одна копейка");
}

/// A night that begins on Saturday and ends on the Sunday on which the clocks change.
#[test]
fn a_night_over_the_change_of_the_clocks_ends_when_the_clock_says_so() {
    let program = compiled(
        "hours night in \"Europe/Berlin\" { sat 22:00-06:00 }\n\
         route main { call { night is open -> bye\n otherwise -> bye }\n otherwise -> reject not_found }",
    );
    let night = &program.schedules[0];
    // 2026-03-29: at 02:00 it becomes 03:00.
    assert!(night.is_open(at("2026-03-28T22:00:00+01:00")));
    assert!(night.is_open(at("2026-03-29T05:59:59+02:00")));
    assert!(!night.is_open(at("2026-03-29T06:00:00+02:00")));
    // 2026-10-25: at 03:00 it becomes 02:00; the hour from two to three comes twice and is night both times.
    assert!(night.is_open(at("2026-10-25T02:30:00+02:00")));
    assert!(night.is_open(at("2026-10-25T02:30:00+01:00")));
    assert!(!night.is_open(at("2026-10-25T06:00:00+01:00")));
    assert!(!night.is_open(at("2026-10-25T22:30:00+01:00")), "it is Sunday's evening");
}

const LATE: &str = "backend bank { get balance(account: digits) -> { amount: money } at \"b/{account}\" within 2s }\n\
    prompt late_text { en \"Too late.\" }\n prompt balance(sum: money) { en \"You have {sum}.\" }\n\
    route main { call -> start\n otherwise -> reject not_found }\n";

/// A time-out that leaves by the same branch as an answer, with an empty answer.
#[test]
fn a_late_reply_never_leaves_by_the_branch_of_a_good_one() {
    let flow = "flow start { answer\n get bank.balance(\"12\") { ok reply { say balance(reply.amount) }\n \
        late { say late_text }\n failed { say hi } }\n goto bye }";
    plays(
        &format!("{LATE}{flow}"),
        "scenarios:\n  - name: the bank is late\n    at: 2026-11-20T10:00:00+01:00\n    call: { from: \"+49 30 901820\", to: \"1\" }\n    \
         given: { backends: { bank: [ { balance: {}, replies: [ { after: 2001ms, ok: { amount: 5 EUR } } ] } ] } }\n    \
         steps: [ hear: late_text, ended ]\n    expect: { duration: 6s }\n",
    );
    let forgets = "flow start { answer\n get bank.balance(\"12\") { ok reply { say balance(reply.amount) } }\n goto bye }";
    let without_default =
        script(&format!("{LATE}{forgets}")).replace("give_up, failed, late -> bye", "give_up -> bye");
    let compiled = compile(&MemoryFiles::script(&without_default));
    let report = compiled.report(Style::Plain);
    assert!(report.contains("E0401") && report.contains("`failed`") && report.contains("`late`"), "{report}");
}

/// Five customers have this number, and the card of the first comes up.
#[test]
fn the_first_of_several_customers_cannot_be_taken() {
    let (codes, report) = findings(
        "route main { call -> start\n otherwise -> reject not_found }\n\
         flow start { answer\n identify caller { one client { say hi } }\n goto bye }",
    );
    assert_eq!(codes, ["E0401"], "{report}");
    assert!(report.contains("`many`") && report.contains("`none`"), "{report}");
}
