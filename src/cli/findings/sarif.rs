//! `check --sarif`: a log by OASIS SARIF 2.1.0, which code-scanning pages and editors read.
//!
//! One run; a rule for every code there is (§3.49), a result for every finding (§3.27). Columns are counted in
//! characters, and the log says so (`columnKind`, §3.14.17). A hint stands in the message, behind the finding.

use super::{ends, pointer};
use crate::cli::explain::page;
use crate::source::{Code, Diagnostic, Diagnostics, Label, Severity, SourceMap};
use serde_json::{Value, json};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The log of one compilation.
pub fn log(diagnostics: &Diagnostics, sources: &SourceMap) -> Value {
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "callwright",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": Code::ALL.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": diagnostics.iter().map(|found| result(found, sources)).collect::<Vec<_>>(),
        }],
    })
}

fn rule(code: Code) -> Value {
    let mut help = json!({ "text": format!("{} tells more.", pointer(code)) });
    if let Some(page) = page(code) {
        help["markdown"] = page.into();
    }
    json!({
        "id": code.number(),
        "name": format!("{code:?}"),
        "shortDescription": { "text": code.title() },
        "help": help,
        "defaultConfiguration": { "level": level(code) },
    })
}

fn result(found: &Diagnostic, sources: &SourceMap) -> Value {
    let text = match &found.hint {
        Some(hint) => format!("{}\nhelp: {hint}", found.message),
        None => found.message.clone(),
    };
    let related = found.related.iter().enumerate();
    json!({
        "ruleId": found.code.number(),
        // The place of the rule in the list above, which is `Code::ALL`, in the order of the enum.
        "ruleIndex": found.code as usize,
        "level": level(found.code),
        "message": { "text": text },
        "locations": [location(0, &found.primary, sources)],
        "relatedLocations":
            related.map(|(index, label)| location(index + 1, label, sources)).collect::<Vec<_>>(),
    })
}

/// A place, by a number of its own within its result (§3.28.2).
fn location(id: usize, label: &Label, sources: &SourceMap) -> Value {
    let (start, end) = ends(label.span, sources);
    let mut location = json!({
        "id": id,
        "physicalLocation": {
            "artifactLocation": { "uri": uri(sources.path(label.span.source)) },
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        },
    });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": label.text });
    }
    location
}

fn level(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A path as a URI reference (RFC 3986 §4.2): relative paths stay relative, other signs are percent-encoded.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(byte.into())
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(uri("flows/bank/main.flow"), "flows/bank/main.flow");
        assert_eq!(uri("my flows/смена.flow"), "my%20flows/%D1%81%D0%BC%D0%B5%D0%BD%D0%B0.flow");
        assert_eq!(uri("/srv/main.flow"), "file:///srv/main.flow");
    }
}
