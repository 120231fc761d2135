//! What a test run prints: a line a scenario, and for a failed one its transcript with the point marked.

use super::contact::{ContactRun, Mismatch};
use super::dealings::Delivery;
use super::test::TestRun;
use super::transcript::Transcript;
use crate::program::Program;

/// One scenario: `ok` or `FAILED`, its name; where it failed, or where `transcripts` asks for it, its transcripts.
pub fn report(program: &Program, path: &str, run: &TestRun, transcripts: bool, verbose: bool) -> String {
    let mut text = format!("{} {}\n", if run.passed() { "ok    " } else { "FAILED" }, run.name);
    for (index, contact) in run.contacts.iter().enumerate() {
        let number = index + 1;
        let failures: Vec<&Mismatch> =
            run.failures.iter().filter(|(of, _)| *of == number).map(|(_, failure)| failure).collect();
        if !transcripts && failures.is_empty() {
            continue;
        }
        if run.contacts.len() > 1 {
            text.push_str(&format!("\n    contact {number}\n"));
        }
        text.push_str(&indent(&Transcript::new(program, verbose).journal(&contact.journal)));
        text.push_str(&indent(&deliveries(contact)));
        for task in &contact.afterwards {
            text.push_str(&indent(&Transcript::new(program, verbose).journal(&task.journal)));
            text.push_str(&indent(&deliveries(task)));
            text.push_str(&remarks(task));
        }
        failures.iter().for_each(|failure| text.push_str(&failed(path, failure)));
        text.push_str(&remarks(contact));
        text.push('\n');
    }
    text
}

fn failed(path: &str, failure: &Mismatch) -> String {
    let Mismatch { at, line, expected, but } = failure;
    format!(
        "    {:>8} ** expected: {expected}\n             **      but: {but}\n                 at {path}:{line}\n",
        at.0
    )
}

/// Deliveries that did not succeed at once.
fn deliveries(contact: &ContactRun) -> String {
    let lines = contact.dealings.delivered.iter().filter_map(Delivery::line);
    lines.map(|(at, line)| format!("{:>8} {line}\n", at.0)).collect()
}

fn remarks(contact: &ContactRun) -> String {
    contact.remarks.iter().map(|remark| format!("             ** {remark}\n")).collect()
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
