//! `check --json`: one document with everything that the text shows.

use super::{Position, ends, pointer};
use crate::cli::explain::headline;
use crate::source::{Diagnostic, Diagnostics, Label, Severity, SourceMap};
use serde_json::{Value, json};

/// The shape of the document; a new number when something in it changes its meaning or goes away.
const VERSION: u32 = 1;

/// The document about a program, named as the command line named it.
pub fn document(program: &str, diagnostics: &Diagnostics, sources: &SourceMap) -> Value {
    let count = |severity| diagnostics.iter().filter(|found| found.code.severity() == severity).count();
    json!({
        "version": VERSION,
        "program": program,
        "findings": diagnostics.iter().map(|found| finding(found, sources)).collect::<Vec<_>>(),
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
    })
}

fn finding(found: &Diagnostic, sources: &SourceMap) -> Value {
    let (start, end) = places(&found.primary, sources);
    json!({
        "code": found.code.number(),
        "severity": found.code.severity().to_string(),
        "title": headline(found.code),
        "message": found.message,
        "label": found.primary.text,
        "file": &**sources.path(found.primary.span.source),
        "start": start,
        "end": end,
        "related": found.related.iter().map(|label| related(label, sources)).collect::<Vec<_>>(),
        "hints": found.hint.iter().collect::<Vec<_>>(),
        "explain": pointer(found.code),
    })
}

fn related(label: &Label, sources: &SourceMap) -> Value {
    let (start, end) = places(label, sources);
    json!({
        "message": label.text,
        "file": &**sources.path(label.span.source),
        "start": start,
        "end": end,
    })
}

fn places(label: &Label, sources: &SourceMap) -> (Value, Value) {
    let (start, end) = ends(label.span, sources);
    (place(start), place(end))
}

fn place(position: Position) -> Value {
    json!({ "line": position.line, "column": position.column, "offset": position.offset })
}
