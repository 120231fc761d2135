//! What `explore` tells a person.

use super::write::Told;
use crate::explore::{Finding, Report, Verdict, told};
use crate::program::{NodeId, Program};
use std::fmt::Write as _;
use std::path::Path;

/// Rounds of up to so many moves are told once, where they come so often one after another.
const LONGEST_ROUND: usize = 12;
const SEVERAL: usize = 4;

/// Every finding with its way, the shortest first.
pub fn findings(program: &Program, root: &Path, report: &Report, retold: &[Told]) -> String {
    let mut text = String::new();
    for (index, (finding, retold)) in report.findings.iter().zip(retold).enumerate() {
        let place = place(program, root, finding.node);
        let _ = writeln!(text, "{}. {place}: {}", index + 1, finding.message(program));
        text += &way(program, root, finding);
        text += &match (&retold.file, &retold.why) {
            (Some(file), _) => format!("     `{}` plays it\n", file.display()),
            (None, None) => "     a scenario plays it: `--out DIR` writes it\n".to_owned(),
            (None, Some(why)) => {
                format!("     possible: data decides whether a call goes this way; {why}\n")
            }
        };
        text.push('\n');
    }
    text
}

/// The way, a line a move; moves on which only the walk goes on are left out, and what repeats itself is told once.
fn way(program: &Program, root: &Path, finding: &Finding) -> String {
    let told = finding.story.steps.iter().filter_map(|step| Some((step.mv.node, told(program, step.mv)?)));
    let line = |(node, what): (NodeId, String)| format!("     {:<28} {what}\n", place(program, root, node));
    let lines: Vec<String> = told.map(line).collect();
    let (mut text, mut at) = (String::new(), 0);
    while at < lines.len() {
        let (length, times) = round(&lines[at..]);
        lines[at..at + length].iter().for_each(|line| text += line);
        if times > 1 {
            let of = if length == 1 { "line".to_owned() } else { format!("{length} lines") };
            let _ = writeln!(text, "     {:<28} the same {of} again, {} times", "…", times - 1);
        }
        at += length * times;
    }
    text
}

/// How many lines at the beginning of these are repeated at once, and how often they stand there.
fn round(lines: &[String]) -> (usize, usize) {
    for length in 1..=LONGEST_ROUND.min(lines.len() / SEVERAL) {
        let (round, behind) = lines.split_at(length);
        let times = 1 + behind.chunks_exact(length).take_while(|chunk| *chunk == round).count();
        if times >= SEVERAL {
            return (length, times);
        }
    }
    (1, 1)
}

/// What became of each promise.
pub fn promises(program: &Program, root: &Path, verdicts: &[Verdict]) -> String {
    let mut text = String::new();
    for verdict in verdicts {
        let Some(promise) = program.promises.get(verdict.promise) else { continue };
        let place = format!("{}:{}", root.join(&*promise.place.path).display(), promise.place.line);
        let _ = writeln!(text, "{place}: `{}`: {}", promise.text, became(verdict));
    }
    text
}

/// What became of a promise, in a word or two.
pub fn became(verdict: &Verdict) -> &'static str {
    match (verdict.broken.is_some(), verdict.is_met, verdict.is_complete) {
        (true, ..) => "not kept",
        (false, false, _) => "no contact meets its condition",
        (false, true, true) if verdict.stands_still => "kept while hours stand still",
        (false, true, true) => "kept",
        (false, true, false) => "not broken as far as was looked",
    }
}

/// The lines that no way comes to, each once.
pub fn unreached(program: &Program, root: &Path, report: &Report) -> String {
    let mut lines: Vec<String> = report
        .unreached
        .iter()
        .map(|node| format!("{}: {}", place(program, root, *node), program.node(*node).verb.spec().word))
        .collect();
    lines.sort();
    lines.dedup();
    lines.into_iter().fold(String::new(), |text, line| text + "no way comes to " + line.as_str() + "\n")
}

/// What was looked at.
pub fn summary(program: &Program, report: &Report) -> String {
    let Report { states, edges, findings, is_complete, max_states, reached, unreached: _ } = report;
    let nodes = program.nodes.len();
    let found = match findings.len() {
        0 => "nothing found".to_owned(),
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    };
    let bound = match is_complete {
        true => "every state that can be reached was looked at".to_owned(),
        false => format!("there are more than {max_states} states: what lies behind them was not looked at"),
    };
    format!("{}: {found}; {states} states, {edges} moves, {reached} of {nodes} nodes; {bound}", program.name)
}

/// A node's line, as a person opens it.
pub fn place(program: &Program, root: &Path, node: NodeId) -> String {
    let place = &program.node(node).place;
    format!("{}:{}", root.join(&*place.path).display(), place.line)
}
