//! `explore --json`: one document with everything that the text shows.

use super::text::became;
use super::write::Told;
use crate::explore::{Finding, Report, Verdict, told};
use crate::program::{NodeId, Program};
use serde_json::{Value, json};
use std::path::Path;

/// The shape of the document; a new number when something in it changes its meaning or goes away.
const VERSION: u32 = 1;

/// The document about a program, named as the command line named it.
pub fn document(
    name: &str,
    program: &Program,
    root: &Path,
    report: &Report,
    retold: &[Told],
    verdicts: &[Verdict],
) -> Value {
    let findings = report.findings.iter().zip(retold);
    let findings = findings.map(|(found, retold)| finding(program, root, found, retold));
    let unreached = report.unreached.iter().map(|node| place(program, root, *node));
    json!({
        "version": VERSION,
        "program": name,
        "findings": findings.collect::<Vec<_>>(),
        "states": report.states,
        "moves": report.edges,
        "complete": report.is_complete,
        "max_states": report.max_states,
        "promises": verdicts.iter().map(|verdict| promise(program, root, verdict)).collect::<Vec<_>>(),
        "unreached": unreached.collect::<Vec<_>>(),
    })
}

fn finding(program: &Program, root: &Path, finding: &Finding, retold: &Told) -> Value {
    let step = |step: &crate::explore::StoryStep| {
        let what = told(program, step.mv)?;
        let mut move_ = place(program, root, step.mv.node);
        move_["what"] = what.into();
        Some(move_)
    };
    let way: Vec<Value> = finding.story.steps.iter().filter_map(step).collect();
    let mut document = place(program, root, finding.node);
    document["kind"] = finding.word().into();
    document["message"] = finding.message(program).into();
    document["plays"] = retold.why.is_none().into();
    document["why"] = retold.why.clone().into();
    document["scenario"] = retold.file.as_ref().map(|file| file.display().to_string()).into();
    document["way"] = way.into();
    document
}

fn promise(program: &Program, root: &Path, verdict: &Verdict) -> Value {
    let promise = &program.promises[verdict.promise];
    json!({
        "promise": promise.text,
        "file": root.join(&*promise.place.path).display().to_string(),
        "line": promise.place.line,
        "became": became(verdict),
        "kept": verdict.broken.is_none() && verdict.is_complete && verdict.is_met && !verdict.stands_still,
        "states": verdict.states,
    })
}

fn place(program: &Program, root: &Path, node: NodeId) -> Value {
    let place = &program.node(node).place;
    json!({ "file": root.join(&*place.path).display().to_string(), "line": place.line })
}
