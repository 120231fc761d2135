//! Calendars from files.

use super::{TODAY, at, script};
use callwright::language::{Compiled, compile_on};
use callwright::source::{MemoryFiles, Style};

fn compiled(events: &str, hours: &str) -> Compiled {
    let file = format!("BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n");
    let text = script(&format!("calendar events from \"events.ics\"\n{hours}"));
    compile_on(&MemoryFiles::script(&text).with("events.ics", file), TODAY)
}

const MEETING: &str = "BEGIN:VEVENT\r\nSUMMARY:Staff meeting\r\nDTSTART;TZID=America/New_York:20260302T100000\r\n\
    DTEND;TZID=America/New_York:20260302T113000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\nEXDATE;TZID=America/New_York:20260309T100000\r\n\
    END:VEVENT\r\n";

#[test]
fn an_event_at_a_time_of_day_closes_for_its_time() {
    let compiled = compiled(
        MEETING,
        "hours office in \"Europe/Berlin\" {\nmon-fri 09:00-18:00\nclosed on events\n2026-03-23 09:00-18:00\n}",
    );
    let program = compiled.program.as_ref().unwrap_or_else(|| panic!("{}", compiled.report(Style::Plain)));
    let office = &program.schedules[0];
    // Ten in New York is four in the afternoon in Berlin, and three between the two changes of the clocks.
    let open = |text: &str| office.is_open(at(text));
    assert!(open("2026-03-02T15:59:00+01:00") && !open("2026-03-02T16:00:00+01:00"));
    assert!(!open("2026-03-02T17:29:00+01:00") && open("2026-03-02T17:30:00+01:00"));
    assert!(open("2026-03-09T15:30:00+01:00"), "left out");
    assert!(!open("2026-03-16T15:00:00+01:00") && open("2026-03-16T16:30:00+01:00"));
    assert!(open("2026-03-23T15:30:00+01:00"), "a date outranks it");
    let why = office.explain(&office.zone, at("2026-03-02T16:30:00+01:00"));
    assert_eq!((why.verdicts[0].name.as_str(), why.says.as_str()), ("Staff meeting", "closed"));
    assert_eq!(why.next, Some(at("2026-03-02T17:30:00+01:00")));
}

#[test]
fn an_event_without_a_zone_is_on_the_clock_of_the_hours() {
    let lunch = "BEGIN:VEVENT\r\nDTSTART:20260302T120000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2\r\nEND:VEVENT\r\n";
    let hours = |zone: &str| format!("hours office {zone} {{\nmon-fri 09:00-18:00\nclosed on events\n}}");
    let program = compiled(lunch, &hours("in \"Asia/Tokyo\"")).program.expect("it compiles");
    let office = &program.schedules[0];
    assert!(
        !office.is_open(at("2026-03-03T12:30:00+09:00")) && office.is_open(at("2026-03-04T12:30:00+09:00"))
    );
    let report = compiled(lunch, &hours("in any zone")).report(Style::Plain);
    assert!(report.contains("error[E0501]"), "{report}");
}

#[test]
fn an_event_that_opens_what_a_holiday_closes_is_a_contradiction() {
    let compiled = compiled(
        MEETING,
        "calendar shut { mar 16 }\nhours office in \"America/New_York\" {\nmon-fri 09:00-18:00\nclosed on shut\nopen on events\n}",
    );
    let report = compiled.report(Style::Plain);
    assert!(report.contains("error[E0503]") && report.contains("first on mon 2026-03-16 10:00"), "{report}");
}

#[test]
fn a_mistake_in_a_file_is_shown_in_the_file() {
    let wrong = "BEGIN:VEVENT\r\nDTSTART;TZID=Mars/Olympus:20260302T100000\r\nEND:VEVENT\r\n";
    let report = compiled(wrong, "").report(Style::Plain);
    assert!(report.contains("events.ics:3:1"), "{report}");
    assert!(report.contains("there is no time zone `Mars/Olympus`"), "{report}");
}

#[test]
fn what_is_no_calendar_is_one_finding() {
    // Nothing is proved of hours whose holidays nobody knows.
    for text in ["", "<html>Please log in</html>", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"] {
        let hours = "hours line in \"Europe/Berlin\" {\nmon-sun 00:00-24:00\nclosed on events\n}";
        let script = script(&format!("calendar events from \"events.ics\"\n{hours}"));
        let compiled = compile_on(&MemoryFiles::script(&script).with("events.ics", text), TODAY);
        let codes: Vec<_> = compiled.diagnostics.iter().map(|finding| finding.code.number()).collect();
        assert_eq!(codes, ["E0902"], "{}", compiled.report(Style::Plain));
    }
}

#[test]
fn the_day_of_the_compilation_has_no_say_in_the_program() {
    let file = format!("BEGIN:VCALENDAR\r\n{MEETING}END:VCALENDAR\r\n");
    let text = script(
        "calendar events from \"events.ics\"\nhours o in \"UTC\" {\nmon-fri 09:00-18:00\nclosed on events\n}",
    );
    let files = MemoryFiles::script(&text).with("events.ics", file);
    let on = |year: i16| {
        compile_on(&files, jiff::civil::Date::constant(year, 5, 17)).program.expect("it compiles")
    };
    assert_eq!(on(2026), on(2031));
}
