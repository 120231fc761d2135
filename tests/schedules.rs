//! Hours, shifts and calendars, by what they say of moments.

mod calendars;
mod cli;
mod flows;
mod random;

use callwright::language::{Compiled, compile_on};
use callwright::program::{Schedule, Zone};
use callwright::source::{MemoryFiles, Style};
use callwright::time::Wall;
use jiff::civil::Date;

/// The day on which the tests compile.
const TODAY: Date = Date::constant(2026, 1, 1);
const HOUR_MS: i64 = 3_600_000;

/// A program with these declarations.
pub fn compiled(declarations: &str) -> Compiled {
    compile_on(&MemoryFiles::script(&script(declarations)), TODAY)
}

pub fn script(declarations: &str) -> String {
    format!(
        "program p {{ languages en\n default {{ hung_up {{ outcome abandoned }} }} }}\n\
         flow start {{ answer; outcome abandoned; hangup }}\n\
         route main {{ call -> start\n otherwise -> reject not_found }}\n{declarations}\n"
    )
}

/// The only schedule of these declarations.
pub fn schedule(declarations: &str) -> Schedule {
    let compiled = compiled(declarations);
    let report = compiled.report(Style::Plain);
    let program = compiled.program.unwrap_or_else(|| panic!("{report}"));
    program.schedules.into_iter().next().expect("a schedule")
}

/// Hours in New York.
fn new_york(lines: &str) -> Schedule {
    schedule(&format!("hours s in \"America/New_York\" {{\n{lines}\n}}"))
}

pub fn at(text: &str) -> Wall {
    Wall(text.parse::<jiff::Timestamp>().unwrap_or_else(|error| panic!("{text}: {error}")).as_millisecond())
}

/// Codes and findings.
fn findings(declarations: &str) -> (Vec<&'static str>, String) {
    let compiled = compiled(declarations);
    let codes = compiled.diagnostics.iter().map(|finding| finding.code.number()).collect();
    (codes, compiled.report(Style::Plain))
}

/// How long it is open from its opening at this moment on.
fn hours_open(schedule: &Schedule, opens: &str) -> f64 {
    let opens = at(opens);
    assert!(schedule.is_open(opens) && !schedule.is_open(Wall(opens.0 - 1)), "it opens then");
    let closes = schedule.next_change(opens).expect("it closes");
    (closes.0 - opens.0) as f64 / HOUR_MS as f64
}

#[test]
fn the_end_of_a_span_is_closed() {
    let office = new_york("mon-fri 09:00-17:00");
    assert!(office.is_open(at("2026-03-06T16:59:59.999-05:00")));
    assert!(!office.is_open(at("2026-03-06T17:00:00-05:00")));
}

#[test]
fn an_overnight_span_belongs_to_the_day_on_which_it_starts() {
    let night = new_york("fri 22:00-06:00");
    assert!(night.is_open(at("2026-03-07T05:59:00-05:00")));
    assert!(!night.is_open(at("2026-03-06T05:59:00-05:00")));
}

#[test]
fn the_night_on_which_the_clocks_change_has_its_own_length() {
    let night = new_york("sat 22:00-06:00");
    assert_eq!(hours_open(&night, "2026-10-31T22:00:00-04:00"), 9.0);
    assert_eq!(hours_open(&night, "2026-03-07T22:00:00-05:00"), 7.0);
}

#[test]
fn a_span_within_the_hour_that_is_skipped_is_empty() {
    let early = new_york("sun 02:00-03:00");
    let before = at("2026-03-07T12:00:00-05:00");
    assert_eq!(early.next_change(before), Some(at("2026-03-15T02:00:00-04:00")), "the eighth is left out");
}

#[test]
fn a_span_that_ends_in_the_gap_ends_at_the_jump() {
    let early = new_york("sun 01:00-02:30");
    assert_eq!(hours_open(&early, "2026-03-08T01:00:00-05:00"), 1.0);
}

#[test]
fn in_the_hour_that_comes_twice_both_passes_count() {
    let early = new_york("sun 01:00-02:00");
    assert_eq!(hours_open(&early, "2026-11-01T01:00:00-04:00"), 2.0);
    let half = new_york("sun 01:00-01:30");
    assert_eq!(hours_open(&half, "2026-11-01T01:00:00-04:00"), 0.5);
    assert_eq!(hours_open(&half, "2026-11-01T01:00:00-05:00"), 0.5, "the second pass");
}

#[test]
fn the_nth_and_the_last_weekday_are_what_they_say() {
    let office = new_york(
        "mon-sun 09:00-17:00\n4th thu of nov closed\nlast mon of may closed\njul 4 observed closed\nfeb 29 closed",
    );
    let open = |day: &str| office.is_open(at(&format!("{day}T12:00:00-05:00")));
    for closed in ["2026-11-26", "2027-11-25", "2026-05-25", "2026-07-03", "2026-07-04", "2028-02-29"] {
        assert!(!open(closed), "{closed}");
    }
    for other in
        ["2026-11-19", "2027-11-18", "2026-05-18", "2026-07-02", "2026-07-06", "2027-02-28", "2027-03-01"]
    {
        assert!(open(other), "{other}");
    }
}

#[test]
fn a_time_that_does_not_exist_in_berlin_is_the_moment_behind_the_gap() {
    let berlin = Zone::new("Europe/Berlin").expect("a zone");
    let skipped = "2026-03-29T02:30:00".parse().expect("a time");
    assert!(berlin.skips(skipped));
    assert_eq!(berlin.moment(skipped), Some(at("2026-03-29T03:00:00+02:00")));
}

#[test]
fn odd_zones_are_zones() {
    let kolkata = schedule("hours s in \"Asia/Kolkata\" { mon-sun 10:00-11:00 }");
    assert!(kolkata.is_open(at("2026-03-10T04:30:00Z")) && !kolkata.is_open(at("2026-03-10T04:29:59Z")));
    let kathmandu = schedule("hours s in \"Asia/Kathmandu\" { mon-sun 10:00-11:00 }");
    assert!(kathmandu.is_open(at("2026-03-10T04:15:00Z")) && !kathmandu.is_open(at("2026-03-10T04:14:59Z")));
    // Half an hour is put back on 5 April: 01:30 to 02:00 comes twice.
    let lord_howe = schedule("hours s in \"Australia/Lord_Howe\" { sun 01:00-02:00 }");
    assert_eq!(hours_open(&lord_howe, "2026-04-05T01:00:00+11:00"), 1.5);
    // West of the date line's bend until the end of 2011, east of it since.
    let apia = schedule("hours s in \"Pacific/Apia\" { sat 00:00-24:00 }");
    assert!(apia.is_open(at("2026-03-07T00:00:00+13:00")));
    assert_eq!(apia.next_change(at("2011-12-29T12:00:00-10:00")), Some(at("2011-12-31T00:00:00+14:00")));
}

#[test]
fn the_same_moment_is_read_on_two_clocks() {
    let evening = "hours s in any zone { tue 14:30-15:30 }";
    let hours = schedule(evening);
    let (honolulu, new_york) =
        (Zone::new("Pacific/Honolulu").expect("a zone"), Zone::new("America/New_York").expect("a zone"));
    let moment = at("2026-03-10T14:30:00-10:00");
    assert!(hours.is_open_in(&honolulu, moment) && !hours.is_open_in(&new_york, moment));
    assert_eq!(new_york.local(moment).to_string(), "2026-03-10T20:30:00");
}

#[test]
fn the_layers_have_a_fixed_rank_whatever_their_order() {
    let office = schedule(
        "calendar holidays { dec 24 to dec 31 \"Christmas\" }\n\
         hours office in \"Europe/Berlin\" {\n\
         2026-12-31 10:00-12:00\n\
         closed on holidays\n\
         season winter dec 1 to feb 28 { mon-fri 10:00-16:00; sat, sun closed }\n\
         mon-fri 09:00-18:00\n\
         sat 09:00-13:00\n}",
    );
    let open = |text: &str| office.is_open(at(&format!("{text}:00+01:00")));
    assert!(open("2026-11-28T09:30"), "the week");
    assert!(!open("2026-12-05T09:30") && !open("2026-12-07T09:30") && open("2026-12-07T10:00"), "the season");
    assert!(!open("2026-12-30T11:00"), "the holiday");
    assert!(open("2026-12-31T11:00") && !open("2026-12-31T12:00"), "the date");
}

#[test]
fn a_season_may_go_over_the_turn_of_the_year() {
    let pool = schedule(
        "hours pool in \"Europe/Berlin\" {\nmon-sun 06:00-22:00\nseason winter nov 1 to mar 31 { sat 10:00-12:00 }\n}",
    );
    assert!(!pool.is_open(at("2027-01-04T10:00:00+01:00")) && pool.is_open(at("2027-01-02T10:00:00+01:00")));
    assert!(pool.is_open(at("2027-04-01T10:00:00+02:00")));
}

#[test]
fn seconds_are_kept() {
    let bell = new_york("mon 08:30:15-08:30:45");
    assert!(
        bell.is_open(at("2026-03-02T08:30:15-05:00")) && !bell.is_open(at("2026-03-02T08:30:14.999-05:00"))
    );
    assert!(!bell.is_open(at("2026-03-02T08:30:45-05:00")));
}

#[test]
fn a_day_may_end_at_24_00() {
    let late = new_york("mon 12:00-24:00");
    assert!(
        late.is_open(at("2026-03-02T23:59:59.999-05:00")) && !late.is_open(at("2026-03-03T00:00:00-05:00"))
    );
}

#[test]
fn holidays_may_have_hours_of_their_own() {
    let shop = schedule(
        "hours shop in \"Europe/Warsaw\" {\nmon-fri 09:00-18:00\neaster - 2 10:00-14:00\northodox easter + 1 closed\n}",
    );
    assert!(shop.is_open(at("2026-04-03T10:00:00+02:00")) && !shop.is_open(at("2026-04-03T14:00:00+02:00")));
    assert!(!shop.is_open(at("2026-04-13T12:00:00+02:00")));
}

#[test]
fn a_calendar_may_open_days_too() {
    let office = schedule(
        "calendar working { 2026-12-26 }\n\
         hours office in \"Europe/Moscow\" {\nmon-fri 09:00-18:00\nopen on working 09:00-17:00\n}",
    );
    assert!(
        office.is_open(at("2026-12-26T16:59:00+03:00")) && !office.is_open(at("2026-12-26T17:00:00+03:00"))
    );
}

#[test]
fn two_lines_of_one_layer_that_disagree_do_not_compile() {
    let (codes, report) = findings("hours s in \"America/New_York\" {\nmon-sun 09:00-17:00\nwed closed\n}");
    assert_eq!(codes, ["E0503"], "{report}");
    assert!(report.contains("first on wed 2026-01-07 09:00"), "{report}");
    let (codes, report) = findings(
        "calendar a { dec 24 }\ncalendar b { dec 24 }\nhours s in \"America/New_York\" {\nmon-sun 09:00-17:00\n\
         closed on a\nopen on b 10:00-12:00\n}",
    );
    assert_eq!(codes, ["E0503"], "{report}");
    assert!(report.contains("first on thu 2026-12-24 10:00"), "{report}");
}

#[test]
fn what_began_the_day_before_contradicts_the_first_day() {
    // The day of the compilation is a Thursday: its morning belongs to the night of Wednesday.
    let (codes, report) = findings(
        "shifts s in \"America/New_York\" {\nday mon-sun 07:59:59-20:00\nnight mon-sun 20:00-08:00\n}",
    );
    assert_eq!(codes, ["E0505"], "{report}");
    assert!(report.contains("first on thu 2026-01-01 07:59:59"), "{report}");
}

#[test]
fn hours_of_a_date_that_run_into_the_next_are_a_contradiction() {
    let dated = |lines: &str| findings(&format!("hours s in \"UTC\" {{\nmon-fri 09:00-17:00\n{lines}\n}}"));
    let (codes, report) = dated("2027-01-01 22:00-06:00\n2027-01-02 05:00-10:00");
    assert_eq!(codes, ["E0503"], "{report}");
    assert!(report.contains("first on sat 2027-01-02 05:00"), "{report}");
    let (codes, report) = dated("2027-01-01 22:00-05:00\n2027-01-02 05:00-10:00");
    assert!(codes.is_empty(), "{report}");
}

#[test]
fn a_date_settles_what_two_holidays_dispute() {
    let lines = "calendar a { jan 1 }\nhours s in \"UTC\" {\nmon-fri 09:00-17:00\n1st sat of jan 10:00-12:00\nclosed on a\n";
    let (codes, report) = findings(&format!("{lines}}}"));
    assert_eq!(codes, ["E0503"], "{report}");
    assert!(report.contains("first on sat 2028-01-01 10:00"), "{report}");
    // Within the ten years it is disputed again: each of its days is to be settled.
    let (codes, report) = findings(&format!("{lines}2028-01-01 closed\n2033-01-01 closed\n}}"));
    assert!(codes.is_empty(), "{report}");
}

#[test]
fn a_switch_holds_until_a_person_turns_it() {
    let (codes, report) =
        findings("hours storm in \"UTC\" { always closed }\nhours line in \"UTC\" { always open }");
    assert!(codes.is_empty(), "{report}");
    let storm = schedule("hours storm in \"UTC\" { always closed }");
    let line = schedule("hours line in \"UTC\" { always open }");
    let (sunday, monday) = (at("2026-03-29T03:00:00Z"), at("2026-03-30T23:59:59Z"));
    assert!([sunday, monday].iter().all(|moment| !storm.is_open(*moment) && line.is_open(*moment)));
    let (codes, report) = findings("hours storm in \"UTC\" { always closed\nmon-fri 09:00-17:00 }");
    assert_eq!(codes, ["E0503"], "{report}");
    assert!(report.contains("`always closed` leaves no day to another line"), "{report}");
}

#[test]
fn two_calendars_that_agree_are_no_contradiction() {
    let (codes, report) = findings(
        "calendar a { jan 1 }\ncalendar b { jan 1; may 1 }\nhours s in \"America/New_York\" {\nmon-sun 09:00-17:00\n\
         closed on a\nclosed on b\n}",
    );
    assert!(codes.is_empty(), "{report}");
}

#[test]
fn shifts_are_exactly_one_at_any_moment() {
    let duty = schedule(
        "calendar holidays { jan 1 }\n\
         shifts duty in \"Europe/Moscow\" {\nday mon-fri 08:00-20:00\nweekend on holidays\nweekend sat-sun 08:00-20:00\nnight otherwise\n}",
    );
    let on = |text: &str| duty.shift_name(duty.shift(at(text))).to_owned();
    assert_eq!(on("2026-11-20T08:00:00+03:00"), "day");
    assert_eq!(on("2026-11-20T20:00:00+03:00"), "night");
    assert_eq!(on("2026-11-21T12:00:00+03:00"), "weekend");
    assert_eq!(on("2027-01-01T03:00:00+03:00"), "weekend");
    assert_eq!(duty.next_change(at("2026-11-20T12:00:00+03:00")), Some(at("2026-11-20T20:00:00+03:00")));
}

#[test]
fn shifts_with_a_gap_do_not_compile() {
    let (codes, report) =
        findings("shifts duty in \"Europe/Moscow\" {\nday mon-sun 08:00-20:00\nnight mon-sun 20:00-07:00\n}");
    assert_eq!(codes, ["E0505"], "{report}");
    assert!(report.contains("nobody is on from thu 2026-01-01 07:00 to thu 2026-01-01 08:00"), "{report}");
}

#[test]
fn shifts_that_overlap_do_not_compile() {
    let (codes, report) =
        findings("shifts duty in \"Europe/Moscow\" {\nday mon-sun 08:00-20:30\nnight mon-sun 20:00-08:00\n}");
    assert_eq!(codes, ["E0505"], "{report}");
    assert!(report.contains("first on thu 2026-01-01 20:00"), "{report}");
}

#[test]
fn shifts_that_the_change_of_the_clocks_tears_apart_do_not() {
    // By local time they follow each other through both changes.
    let (codes, report) = findings(
        "shifts duty in \"America/New_York\" {\nday mon-sun 02:30-14:00\nnight mon-sun 14:00-02:30\n}",
    );
    assert!(codes.is_empty(), "{report}");
}

#[test]
fn a_line_that_is_outranked_for_ever_leaves_hours_never_open() {
    let (codes, report) = findings("hours s in \"UTC\" {\nmon-fri 09:00-17:00\njan 1 to dec 31 closed\n}");
    assert_eq!(codes, ["E0504"], "{report}");
}

#[test]
fn a_shift_that_the_others_leave_nothing_is_never_on() {
    let (codes, report) = findings("shifts duty in \"UTC\" {\nday mon-sun 00:00-24:00\nnight otherwise\n}");
    assert_eq!(codes, ["E0504"], "{report}");
}

#[test]
fn hours_that_never_close_are_a_warning() {
    let (codes, report) = findings("hours s in \"UTC\" { mon-sun 00:00-24:00 }");
    assert_eq!(codes, ["W0501"], "{report}");
}

/// The schedules of the manual compile as they stand.
#[test]
fn the_schedules_of_the_manual_compile() {
    let manual =
        std::fs::read_to_string(crate::harness::root().join("docs/reference.md")).expect("the manual");
    let shown = manual.split("```flow-declarations\n").nth(1).and_then(|rest| rest.split("```").next());
    let (codes, report) = findings(shown.expect("an example"));
    assert!(codes.is_empty(), "{report}");
}

#[test]
fn an_explanation_names_the_winner_and_the_losers() {
    let office = schedule(
        "calendar holidays { jan 1 \"New Year\" }\nhours office in \"Europe/Moscow\" {\nmon-fri 09:00-18:00\n\
         closed on holidays\n2027-01-01 \"stocktaking\" 10:00-12:00\n}",
    );
    let why = office.explain(&office.zone, at("2027-01-01T11:00:00+03:00"));
    let told: Vec<String> = why
        .verdicts
        .iter()
        .map(|verdict| {
            format!(
                "{} {} [{}] {} {}",
                verdict.layer.word(),
                verdict.line,
                verdict.name,
                verdict.says,
                verdict.wins
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "date 2027-01-01 10:00-12:00 [stocktaking] open true",
            "holiday closed on holidays [New Year] closed false",
            "week mon-fri 09:00-18:00 [] open false"
        ]
    );
    assert_eq!((why.says.as_str(), why.next), ("open", Some(at("2027-01-01T12:00:00+03:00"))));
}

#[test]
fn an_explanation_names_the_shift_that_takes_the_rest() {
    let duty = schedule("shifts duty in \"UTC\" {\nday mon-fri 08:00-20:00\nnight otherwise\n}");
    let why = duty.explain(&duty.zone, at("2027-01-04T21:00:00Z"));
    let told: Vec<String> = why
        .verdicts
        .iter()
        .map(|verdict| format!("{}: {} {}", verdict.line, verdict.says, verdict.wins))
        .collect();
    assert_eq!(told, ["night otherwise: night true", "day mon-fri 08:00-20:00: not then false"]);
}
