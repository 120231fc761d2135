//! Diagnostics as a person reads them: the place underlined, the code, the fix.

use super::{Diagnostic, Diagnostics, Label, Severity, SourceMap, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No colour: for files, tests and pipes.
    Plain,
    /// ANSI colours: for terminals.
    Ansi,
}

/// All findings with their places underlined, one blank line between two of them.
pub fn render(diagnostics: &Diagnostics, sources: &SourceMap, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Ansi => Renderer::styled(),
    };
    let rendered: Vec<String> = diagnostics.iter().map(|d| one(d, sources, &renderer)).collect();
    rendered.join("\n\n")
}

fn one(diagnostic: &Diagnostic, sources: &SourceMap, renderer: &Renderer) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let code = diagnostic.code.to_string();
    let title = level.primary_title(&diagnostic.message).id(&code);
    let mut group = Group::with_title(title).element(snippet(
        &diagnostic.primary,
        AnnotationKind::Primary,
        sources,
        diagnostic.related.iter().filter(|label| label.span.source == diagnostic.primary.span.source),
    ));
    for label in diagnostic.related.iter().filter(|l| l.span.source != diagnostic.primary.span.source) {
        group = group.element(snippet(label, AnnotationKind::Context, sources, std::iter::empty()));
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.message(hint));
    }
    renderer.render(&[group])
}

fn snippet<'a>(
    label: &'a Label,
    kind: AnnotationKind,
    sources: &'a SourceMap,
    related: impl Iterator<Item = &'a Label>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text: &str = sources.text(label.span.source);
    let path: &str = sources.path(label.span.source);
    let place = range(label, text);
    let others: Vec<_> = related.map(|other| (range(other, text), &*other.text)).collect();
    let first = others.iter().map(|(other, _)| other.start).fold(place.start, usize::min);
    let last = others.iter().map(|(other, _)| other.end).fold(place.end, usize::max);
    // Only the lines between them: a broken script has thousands of findings, and each would be taken apart whole.
    let begin = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
    let (line, _) = sources.line_and_column(Span { start: begin as u32, end: begin as u32, ..label.span });
    let moved = |range: Range<usize>| range.start - begin..range.end - begin;
    Snippet::source(&text[begin..end])
        .path(path)
        .line_start(line as usize)
        .annotation(kind.span(moved(place)).label(&*label.text))
        .annotations(
            others.into_iter().map(|(other, words)| AnnotationKind::Context.span(moved(other)).label(words)),
        )
}

/// The label's bytes, moved to character borders and into the text.
fn range(label: &Label, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary((label.span.start as usize).min(text.len()));
    let end = text.floor_char_boundary((label.span.end as usize).min(text.len()));
    start..end.max(start)
}
