//! The findings of a program, told to the editor.

use super::lines::Lines;
use super::workspace::{Workspace, path_of, uri_of};
use crate::language::Compiled;
use crate::source::{Diagnostic as Finding, Label, Severity, SourceMap};
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString,
    PublishDiagnosticsParams, Uri,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the editor shows as the origin of a finding.
const SOURCE: &str = "callwright";

/// The findings of the program in a folder, by file; an open script that the program does not import is told so.
pub(super) fn findings(folder: &Path, workspace: &Workspace) -> Vec<PublishDiagnosticsParams> {
    let Compiled { diagnostics, sources, .. } = workspace.compile(folder);
    let mut files: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for (path, _) in sources.iter() {
        files.insert(path.to_owned(), Vec::new());
    }
    let shown = Shown { folder, sources: &sources, lines: lines(&sources, workspace) };
    for finding in &diagnostics {
        let path = sources.path(finding.primary.span.source).to_string();
        files.entry(path).or_default().extend(shown.finding(finding));
    }
    let uri = |path: &str| uri_of(&folder.join(path));
    files.into_iter().filter_map(|(path, list)| Some(published(uri(&path)?, list, workspace))).collect()
}

/// What is published for the open scripts of a folder that its program does not import.
pub(super) fn strays(known: &BTreeSet<String>, workspace: &Workspace) -> Vec<PublishDiagnosticsParams> {
    let strays = workspace.open_scripts().filter(|uri| !known.contains(uri.as_str()));
    strays.filter_map(|uri| Some(published(uri.clone(), vec![stray(&uri)?], workspace))).collect()
}

fn stray(uri: &Uri) -> Option<Diagnostic> {
    path_of(uri.as_str())?;
    Some(Diagnostic {
        severity: Some(DiagnosticSeverity::INFORMATION),
        source: Some(SOURCE.to_owned()),
        message: "no program has this script: `main.flow` beside it does not import it".to_owned(),
        ..Diagnostic::default()
    })
}

fn published(uri: Uri, diagnostics: Vec<Diagnostic>, workspace: &Workspace) -> PublishDiagnosticsParams {
    let version = workspace.document(&uri).map(|document| document.version);
    PublishDiagnosticsParams { uri, diagnostics, version }
}

fn lines(sources: &SourceMap, workspace: &Workspace) -> Vec<Lines> {
    sources.iter().map(|(_, text)| Lines::new(text, workspace.encoding)).collect()
}

struct Shown<'a> {
    folder: &'a Path,
    sources: &'a SourceMap,
    lines: Vec<Lines>,
}

impl Shown<'_> {
    fn finding(&self, finding: &Finding) -> Option<Diagnostic> {
        let related = finding.related.iter().filter_map(|label| self.related(label)).collect();
        Some(Diagnostic {
            range: self.location(&finding.primary)?.range,
            severity: Some(match finding.code.severity() {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
            }),
            code: Some(NumberOrString::String(finding.code.number().to_owned())),
            source: Some(SOURCE.to_owned()),
            message: message(finding),
            related_information: Some(related),
            ..Diagnostic::default()
        })
    }

    fn related(&self, label: &Label) -> Option<DiagnosticRelatedInformation> {
        Some(DiagnosticRelatedInformation { location: self.location(label)?, message: label.text.clone() })
    }

    fn location(&self, label: &Label) -> Option<Location> {
        let source = label.span.source;
        let text = self.sources.text(source);
        let lines = self.lines.get(source.0 as usize)?;
        let bytes = label.span.start as usize..label.span.end as usize;
        let path = self.folder.join(&**self.sources.path(source));
        Some(Location { uri: uri_of(&path)?, range: lines.range(text, bytes) })
    }
}

/// Reason, words at the place and fix, each on a line of its own.
fn message(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    if !finding.primary.text.is_empty() {
        text = format!("{text}\n{}", finding.primary.text);
    }
    match &finding.hint {
        Some(hint) => format!("{text}\nhelp: {hint}"),
        None => text,
    }
}
