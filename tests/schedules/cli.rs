//! The command `hours`.

use crate::harness::{Folder, run};
use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

const LINE: &str = "\
calendar holidays { jan 1 \"New Year\" }
hours office in \"America/New_York\" {
    mon-fri 09:00-18:00
    closed on holidays
}
shifts duty in \"America/New_York\" {
    day   mon-fri 08:00-20:00
    night otherwise
}
hours calling in any zone { mon-sun 09:00-21:00 }";

struct Line {
    folder: Folder,
}

impl Line {
    fn new(name: &str) -> Line {
        let folder = Folder::new(name);
        fs::write(folder.path().join("main.flow"), super::script(LINE)).expect("written");
        Line { folder }
    }

    fn hours(&self, arguments: &[&str]) -> Output {
        let program = self.folder.path().to_str().expect("a path");
        let mut all = vec!["hours", program];
        all.extend(arguments);
        run(env!("CARGO_BIN_EXE_callwright"), &all)
    }

    /// A command about hours by hand.
    fn by_hand(&self, arguments: &[&str]) -> Output {
        let data = self.folder.path().join("data");
        let mut all = vec!["hours"];
        all.extend(arguments);
        all.extend(["--data", data.to_str().expect("a path")]);
        run(env!("CARGO_BIN_EXE_callwright"), &all)
    }
}

fn printed(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_year_is_printed_day_by_day() {
    let text = printed(&Line::new("year").hours(&["office", "--calendar", "2026"]));
    assert!(text.starts_with("office in America/New_York, 2026\n\nJanuary\n"), "{text}");
    assert!(text.contains("  thu  1            closed                      New Year\n"), "{text}");
    assert!(text.contains("  mon  5 - fri  9   09:00-18:00\n"), "{text}");
    assert!(
        text.contains("  sun  8            closed                        [clocks go forward 60 min]\n"),
        "{text}"
    );
    let shifts = printed(&Line::new("year-of-shifts").hours(&["duty", "--calendar", "2026"]));
    assert!(
        shifts.contains("  mon  5 - fri  9   day 08:00-20:00\n") && shifts.contains("night\n"),
        "{shifts}"
    );
}

#[test]
fn a_year_is_drawn() {
    let line = Line::new("picture");
    let file = line.folder.path().join("office.svg");
    let drawn = line.hours(&["office", "--calendar", "2026", "--svg", file.to_str().expect("a path")]);
    assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
    let svg = fs::read_to_string(file).expect("a picture");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert_eq!(svg.matches("<text ").count() - svg.matches("</text>").count(), 0);
    assert_eq!(svg.matches("fill=\"#e8e8ec\"/>").count(), 366, "a row a day, and the legend");
    for word in ["office 2026", "America/New_York", "December", "New Year", "closed"] {
        assert!(svg.contains(word), "{word}");
    }
}

#[test]
fn a_moment_is_explained() {
    let line = Line::new("moment");
    let text = printed(&line.hours(&["office", "--at", "2027-01-01T10:00"]));
    assert!(text.starts_with("office: closed at 2027-01-01T10:00:00-05:00[America/New_York]\n"), "{text}");
    assert!(text.contains("decides   holiday closed on holidays: closed  (New Year)"), "{text}");
    assert!(text.contains("week    mon-fri 09:00-18:00: open"), "{text}");
    assert!(text.contains("next change 2027-01-04T09:00:00-05:00"), "{text}");
    let there = printed(&line.hours(&["calling", "--zone", "Asia/Tokyo", "--at", "2027-01-01T10:00"]));
    assert!(there.starts_with("calling: open at 2027-01-01T10:00:00+09:00[Asia/Tokyo]"), "{there}");
}

#[test]
fn many_moments_are_read_from_the_input() {
    let line = Line::new("moments");
    let mut child = Command::new(env!("CARGO_BIN_EXE_callwright"))
        .args(["hours", line.folder.path().to_str().expect("a path"), "office", "--at", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut input = child.stdin.take().expect("its input");
    writeln!(input, "2027-01-01T10:00\n\n2027-01-04T10:00:00-05:00").expect("written");
    drop(input);
    let output = child.wait_with_output().expect("ended");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "2027-01-01T10:00:00-05:00[America/New_York]\toffice\tclosed\t2027-01-04T09:00:00-05:00[America/New_York]\n\
         2027-01-04T10:00:00-05:00[America/New_York]\toffice\topen\t2027-01-04T18:00:00-05:00[America/New_York]\n"
    );
}

#[test]
fn hours_are_set_by_hand_with_their_reason_and_cleared() {
    let line = Line::new("by-hand");
    let until = ["until", "2099-12-01T09:00", "--zone", "America/New_York"];
    let set =
        [&["override", "office", "closed"], &until[..], &["--because", "a storm", "--by", "ann"]].concat();
    let told = printed(&line.by_hand(&set));
    assert!(told.contains("office closed until 2099-12-01T14:00:00Z  by ann: a storm"), "{told}");
    let data = line.folder.path().join("data");
    let at = ["office", "--at", "2099-11-30T10:00", "--data", data.to_str().expect("a path")];
    let why = printed(&line.hours(&at));
    assert!(why.starts_with("office: closed at 2099-11-30T10:00:00-05:00"), "{why}");
    assert!(why.contains("decides   by hand closed until 2099-12-01T09:00:00-05:00"), "{why}");
    assert!(why.contains("next change 2099-12-01T09:00:00-05:00"), "the end of what was set: {why}");
    printed(&line.by_hand(&["clear", "office", "--because", "it is over", "--by", "ann"]));
    let list = printed(&line.by_hand(&["list"]));
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert!(lines[0].contains("office by its lines  by ann: it is over"), "{list}");
    assert!(!printed(&line.hours(&at)).contains("by hand"));
}

#[test]
fn an_override_that_makes_no_sense_is_refused() {
    let line = Line::new("by-hand-wrong");
    let program = line.folder.path().to_str().expect("a path");
    for (arguments, reason) in [
        (&["override", "office", "closed", "until", "2001-01-01T09:00Z", "--because", "x"][..], "is over"),
        (
            &["override", "office", "closed", "until", "2099-01-01T09:00", "--because", "x"][..],
            "needs a clock",
        ),
        (&["override", "office", "closed"][..], "--because"),
        (
            &["override", "ofice", "closed", "--because", "x", "--program", program][..],
            "has no schedule `ofice`",
        ),
    ] {
        let output = line.by_hand(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(reason), "{told}");
    }
}
