//! `--json`: one document about a test run.

use super::coverage::Covered;
use super::load::Suite;
use super::play::{Job, Played};
use crate::simulator::{DiffLine, Mismatch, Side, Unasked};
use serde_json::{Value, json};

/// The shape of the document; a new number when something in it changes its meaning or goes away.
const VERSION: u32 = 1;

/// The document about all scenarios that were played.
pub fn document(
    suites: &[Suite],
    jobs: &[Job<'_>],
    results: &[Played],
    covered: Option<&[Covered]>,
) -> Value {
    let failed = results.iter().filter(|played| !played.passed()).count();
    let mut document = json!({
        "version": VERSION,
        "programs": suites.iter().map(|suite| &*suite.image.name).collect::<Vec<&str>>(),
        "passed": results.len() - failed,
        "failed": failed,
        "not_run": jobs.len() - results.len(),
        "scenarios": jobs.iter().zip(results).map(|(job, played)| scenario(job, played)).collect::<Vec<_>>(),
    });
    if let Some(covered) = covered {
        document["coverage"] = covered.iter().map(Covered::json).collect();
    }
    document
}

fn scenario(job: &Job<'_>, played: &Played) -> Value {
    let failures = played.failures.iter().map(|(contact, failure)| self::failure(job, *contact, failure));
    json!({
        "program": &*job.of.image.name,
        "file": job.path,
        "line": job.scenario.line,
        "name": job.scenario.name,
        "passed": played.passed(),
        "panic": played.panic,
        "failures": failures.collect::<Vec<Value>>(),
        "unasked": played.unasked.iter().map(unasked).collect::<Vec<Value>>(),
    })
}

fn unasked(reply: &Unasked) -> Value {
    json!({ "of": &*reply.of, "number": reply.number, "line": reply.line })
}

fn failure(job: &Job<'_>, contact: usize, failure: &Mismatch) -> Value {
    let node = failure.node.map(|node| job.of.image.node(node));
    let script = node.map(|node| {
        json!({
            "file": format!("{}{}", job.of.folder, node.place.path),
            "line": node.place.line,
            "statement": node.verb.spec().word,
        })
    });
    let line = |line: &DiffLine| {
        let side = match line.side {
            Side::Both => "both",
            Side::Missing => "missing",
            Side::Extra => "extra",
        };
        json!({ "side": side, "text": line.text, "at_ms": line.at.map(|at| at.0) })
    };
    json!({
        "contact": contact,
        "at_ms": failure.at.0,
        "line": failure.line,
        "expected": failure.expected,
        "but": failure.but,
        "script": script,
        "diff": failure.diff.iter().map(line).collect::<Vec<Value>>(),
    })
}
