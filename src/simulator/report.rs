//! What a test run prints: a line a scenario, and for a failed one its transcript with the point marked, what was
//! expected beside what came, and the line of the script at which the contact stood.

use super::contact::{ContactRun, DiffLine, Mismatch, Side};
use super::dealings::Delivery;
use super::test::TestRun;
use super::transcript::Transcript;
use crate::program::{NodeId, Program};
use crate::source::Code;
use std::collections::BTreeSet;

/// How scenarios are told.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The program that they ran.
    pub program: &'a Program,
    /// What stands before the paths of its scripts: its folder with a `/`, or nothing.
    pub folder: &'a str,
    /// Whether every transcript is shown, not only where one fails.
    pub transcripts: bool,
    /// Whether transcripts show by which exit each node was left.
    pub verbose: bool,
}

/// So many lines as expected are shown on both sides of one that is not.
const AROUND: usize = 3;
/// Columns of an entry, behind which its time stands.
const ENTRY_WIDTH: usize = 32;

/// Of rounds without end so many are shown from the beginning, and from the end.
const FIRST: usize = 3;
const LAST: usize = 2;

/// One scenario: `ok` or `FAILED`, its name; where it failed, or where `transcripts` asks for it, its transcripts.
pub fn report(program: &Program, path: &str, run: &TestRun, transcripts: bool, verbose: bool) -> String {
    Report { program, folder: "", transcripts, verbose }.scenario(path, run)
}

impl Report<'_> {
    /// One scenario of the file at `path`.
    pub fn scenario(&self, path: &str, run: &TestRun) -> String {
        let mut text =
            format!("{} {}\n", if run.passed() { "ok    " } else { "FAILED" }, one_line(&run.name));
        for (index, contact) in run.contacts.iter().enumerate() {
            let number = index + 1;
            let failures: Vec<&Mismatch> =
                run.failures.iter().filter(|(of, _)| *of == number).map(|(_, failure)| failure).collect();
            if !self.transcripts && failures.is_empty() {
                continue;
            }
            if run.contacts.len() > 1 {
                text.push_str(&format!("\n    contact {number}\n"));
            }
            text.push_str(&self.contact(contact));
            failures.iter().for_each(|failure| text.push_str(&self.failed(path, failure)));
            text.push_str(&remarks(contact));
            text.push('\n');
        }
        for unasked in &run.unasked {
            let line = unasked.line;
            text.push_str(&format!(
                "       warning[{}]: {unasked}\n           at {path}:{line}\n",
                Code::ReplyUnasked
            ));
        }
        text
    }

    /// The transcript of a contact, and of what ran behind it.
    fn contact(&self, contact: &ContactRun) -> String {
        let mut text = indent(&Transcript::new(self.program, self.verbose).journal(&contact.journal));
        text.push_str(&indent(&deliveries(contact)));
        text.push_str(&self.afterwards(contact));
        text
    }

    /// What ran behind a contact; of rounds without end the first and the last.
    fn afterwards(&self, contact: &ContactRun) -> String {
        let one = |task: &ContactRun| {
            let journal = indent(&Transcript::new(self.program, self.verbose).journal(&task.journal));
            [journal, indent(&deliveries(task)), remarks(task)].concat()
        };
        let tasks = &contact.afterwards;
        let all = || tasks.iter().map(one).collect();
        if contact.endless.is_none() {
            return all();
        }
        match (tasks.get(..FIRST), tasks.len().checked_sub(LAST).filter(|last| *last > FIRST)) {
            (Some(first), Some(last)) => {
                let left_out = format!("\n    … {} more …\n\n", last - FIRST);
                first.iter().map(one).chain([left_out]).chain(tasks[last..].iter().map(one)).collect()
            }
            _ => all(),
        }
    }

    fn failed(&self, path: &str, failure: &Mismatch) -> String {
        let Mismatch { at, line, expected, but, node, diff } = failure;
        let mut text = match diff.is_empty() {
            true => {
                format!("    {:>8} ** expected: {expected}\n             **      but: {but}\n", at.0)
            }
            false => {
                let what = expected.split(" [").next().unwrap_or(expected);
                let order = if expected.ends_with(" in any order") { ", in any order" } else { "" };
                format!("    {:>8} ** expected: {what}{order}\n{}", at.0, self.compared(diff))
            }
        };
        text.push_str(&format!("                 at {path}:{line}\n"));
        if let Some(node) = node {
            text.push_str(&format!("                 in {}\n", self.place(*node)));
        }
        text
    }

    /// What was expected beside what came; far from a difference nothing is shown.
    fn compared(&self, diff: &[DiffLine]) -> String {
        let differs = |index: usize| diff.get(index).is_some_and(|line| line.side != Side::Both);
        let is_near = |index: usize| (index.saturating_sub(AROUND)..=index + AROUND).any(differs);
        let mut text = String::new();
        let mut left_out = 0;
        for (index, line) in diff.iter().enumerate() {
            if !is_near(index) {
                left_out += 1;
                continue;
            }
            text.push_str(&skipped(left_out));
            left_out = 0;
            text.push_str(&self.line(line));
        }
        text.push_str(&skipped(left_out));
        text
    }

    fn line(&self, line: &DiffLine) -> String {
        let sign = match line.side {
            Side::Both => ' ',
            Side::Missing => '-',
            Side::Extra => '+',
        };
        let at = line.at.map(|at| format!("at {}", at.0));
        let place = line.node.map(|node| self.place(node));
        let notes: Vec<String> = match line.side {
            Side::Extra => at.into_iter().chain(place).collect(),
            Side::Both | Side::Missing => Vec::new(),
        };
        let shown = format!("{:<ENTRY_WIDTH$} {}", line.text, notes.join(", "));
        format!("             {sign}    {}\n", shown.trim_end())
    }

    /// A node as a person finds it: `flows/bank/main.flow:41 menu`.
    pub fn place(&self, node: NodeId) -> String {
        let node = self.program.node(node);
        format!("{}{}:{} {}", self.folder, node.place.path, node.place.line, node.verb.spec().word)
    }
}

/// A name on one line, whatever is in it.
fn one_line(name: &str) -> String {
    let sign = |sign: char| match sign.is_control() {
        true => sign.escape_default().to_string(),
        false => sign.to_string(),
    };
    name.chars().map(sign).collect()
}

fn skipped(lines: usize) -> String {
    match lines {
        0 => String::new(),
        _ => format!("                  ({lines} as expected)\n"),
    }
}

/// Deliveries that did not succeed at once.
fn deliveries(contact: &ContactRun) -> String {
    let lines = contact.dealings.delivered.iter().filter_map(Delivery::line);
    lines.map(|(at, line)| format!("{:>8} {line}\n", at.0)).collect()
}

fn remarks(contact: &ContactRun) -> String {
    let mut told = BTreeSet::new();
    let once = contact.remarks.iter().filter(|remark| told.insert(*remark));
    once.map(|remark| format!("             ** {remark}\n")).collect()
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
