//! What flows ask of schedules.

use super::{compiled, script};
use callwright::engine::Image;
use callwright::language::compile;
use callwright::simulator::{ScenarioFile, report, test};
use callwright::source::{MemoryFiles, Style};

const LINE: &str = r#"
program p { languages en; default { hung_up { outcome abandoned } } }
crm { outcomes answered }
calendar holidays { jan 1 "New Year" }
hours office in "Europe/Moscow" {
    mon-fri 09:00-18:00
    closed on holidays
}
hours calling in any zone { mon-sun 09:00-21:00 }
shifts duty in "Europe/Moscow" {
    day   mon-fri 08:00-20:00
    night otherwise
}
prompt by_day   { en "Day." }
prompt by_night { en "Night." }
prompt back(at: time, on: date) { en "At {at} on {on}." }
prompt tomorrow(at: time) { en "Tomorrow at {at}." }
prompt again(at: moment) { en "We open {at: near}." }
prompt soon(at: time) { en "From {at}." }
prompt until(at: time) { en "Until {at}." }
route main {
    call {
        office is closed and duty is day -> closed
        otherwise                        -> desk
    }
    otherwise -> reject not_found
}
flow closed {
    answer
    if office.opens is some opens {
        say again(opens)
        match days_ahead(opens) {
            1         { say tomorrow(opens.time) }
            otherwise { say back(opens.time, opens.date) }
        }
    }
    let there = calling.opens in there_zone()
    if there is some first { say soon(first.time) }
    outcome answered
    hangup
}
flow desk {
    answer
    match duty {
        day   { say by_day }
        night { say by_night }
    }
    if duty.changes is some end { say until(end.time) }
    if office.closes is some end { say until(end.time) }
    outcome answered
    hangup
}
"#;

const SCENARIOS: &str = r#"
scenarios:
  - name: closed on the evening of a shift
    at: 2026-11-20T19:00:00+03:00
    call: { from: "+7 965 629-57-19", to: "+7 843 203-57-37" }
    steps: [ hear: { again: { at: "2026-11-23T09:00:00+03:00[Europe/Moscow]" } }, hear: { back: { at: "09:00", on: 2026-11-23 } }, hear: { soon: { at: "09:00" } } ]
  - name: closed by hand in the middle of the week it opens tomorrow
    at: 2026-11-18T19:00:00+03:00
    given: { override: { office: { closed: 2026-11-19T08:00:00+03:00 } } }
    call: { from: "+7 965 629-57-19", to: "+7 843 203-57-37" }
    steps: [ hear: { again: { at: "2026-11-19T09:00:00+03:00[Europe/Moscow]" } }, hear: { tomorrow: { at: "09:00" } }, hear: { soon: { at: "09:00" } } ]
  - name: open by day
    at: 2026-11-20T12:00:00+03:00
    call: { from: "+7 965 629-57-19", to: "+7 843 203-57-37" }
    steps: [ hear: by_day, hear: { until: { at: "20:00" } }, hear: { until: { at: "18:00" } } ]
  - name: at night
    at: 2026-11-20T23:00:00+03:00
    call: { from: "+7 965 629-57-19", to: "+7 843 203-57-37" }
    steps: [ hear: by_night, hear: { until: { at: "08:00" } }, hear: { until: { at: "18:00" } } ]
  - name: opened by hand in the evening it closes when the hand says so
    at: 2026-11-20T22:00:00+03:00
    given: { override: { office: { open: 2026-11-20T23:30:00+03:00 } } }
    call: { from: "+7 965 629-57-19", to: "+7 843 203-57-37" }
    steps: [ hear: by_night, hear: { until: { at: "08:00" } }, hear: { until: { at: "23:30" } } ]
"#;

#[test]
fn a_flow_knows_the_shift_and_when_hours_turn() {
    let line = LINE
        .replace("calling.opens in there_zone()", "calling.opens in zone_there")
        .replace("    let there", "    let zone_there = \"America/New_York\"\n    let there");
    let compiled = compile(&MemoryFiles::script(&line));
    let findings = compiled.report(Style::Plain);
    let image = Image::new(compiled.program.unwrap_or_else(|| panic!("{findings}"))).expect("no functions");
    let file =
        ScenarioFile::read("scenarios.yaml", SCENARIOS, &image).unwrap_or_else(|wrong| panic!("{wrong}"));
    for scenario in &file.scenarios {
        let run = test(&image, scenario);
        assert!(run.passed(), "{}", report(&image, "scenarios.yaml", &run, true, false));
    }
}

/// What a moment is called from another, spoken and written.
#[test]
fn a_prompt_says_how_far_off_a_moment_is() {
    use callwright::program::{Form, Moment, Value};
    use callwright::speech::{sentence, words, written};
    let form = Form::parse("near").expect("a form");
    let opens = Moment::parse("2026-11-24T09:00:00+03:00[Europe/Moscow]", None).expect("a moment");
    let cases = [
        (
            "24T08:00:00",
            "сегодня в девять часов",
            "today at nine a.m.",
            "сегодня в 09:00",
            "today at 9:00 am",
        ),
        (
            "23T23:59:59",
            "завтра в девять часов",
            "tomorrow at nine a.m.",
            "завтра в 09:00",
            "tomorrow at 9:00 am",
        ),
        (
            "20T12:00:00",
            "во вторник в девять часов",
            "on Tuesday at nine a.m.",
            "во вторник в 09:00",
            "on Tuesday at 9:00 am",
        ),
        (
            "10T12:00:00",
            "двадцать четвёртого ноября в девять часов",
            "on the twenty-fourth of November at nine a.m.",
            "24 ноября 2026 г. в 09:00",
            "on 24 November 2026 at 9:00 am",
        ),
    ];
    for (from, ru, en, ru_written, en_written) in cases {
        let now = super::at(&format!("2026-11-{from}+03:00"));
        let value = Value::Moment(opens.clone().seen_at(now));
        let said = |language: &str| sentence(&words(&value, &form, language).expect("words"));
        assert_eq!((said("ru").as_str(), said("en").as_str()), (ru, en));
        let wrote = |language: &str| written(&value, &form, language).replace('\u{a0}', " ");
        assert_eq!((wrote("ru").as_str(), wrote("en").as_str()), (ru_written, en_written));
    }
}

/// The findings about a flow's statement, with hours, shifts and hours in any zone declared.
fn found(statement: &str) -> String {
    let declared = "hours office in \"UTC\" { mon-fri 09:00-18:00 }\nhours calling in any zone { mon-fri 09:00-18:00 }\n\
                    shifts duty in \"UTC\" { day mon-fri 08:00-20:00\n night otherwise }";
    let text =
        script(declared).replace("flow start { answer;", &format!("flow start {{ answer\n{statement}\n"));
    compile(&MemoryFiles::script(&text)).report(Style::Plain)
}

#[test]
fn a_match_that_forgets_a_shift_does_not_compile() {
    let report = found("match duty { day { } }");
    assert!(report.contains("error[E0307]"), "{report}");
    let report = found("match duty { day { }\n nigth { }\n otherwise { } }");
    assert!(
        report.contains("`duty` has no shift `nigth`") && report.contains("did you mean `night`?"),
        "{report}"
    );
    assert_eq!(found("match duty { day { }\n night { } }"), "");
}

#[test]
fn what_a_schedule_does_not_have_is_told() {
    let report = found("if duty is evening { }");
    assert!(report.contains("`duty` has no shift `evening`"), "{report}");
    let report = found("let x = office.close");
    assert!(report.contains("a schedule has no field `close`") && report.contains("`closes`?"), "{report}");
    let report = found("let x = calling.opens");
    assert!(report.contains("in which zone?"), "{report}");
    let report = found("override duty closed");
    assert!(report.contains("`duty` are shifts"), "{report}");
    assert!(compiled("hours a in \"UTC\" { mon 09:00-10:00 }").program.is_some());
}
