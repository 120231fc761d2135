//! Diagnostics as a person reads them: the place underlined, the code, the fix.

use super::{Diagnostic, Diagnostics, Label, Severity, SourceMap};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

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
    Snippet::source(text)
        .path(path)
        .annotation(kind.span(range(label, text)).label(&*label.text))
        .annotations(
            related.map(|other| AnnotationKind::Context.span(range(other, text)).label(&*other.text)),
        )
}

/// The label's bytes, moved to character borders and into the text.
fn range(label: &Label, text: &str) -> std::ops::Range<usize> {
    let start = text.floor_char_boundary((label.span.start as usize).min(text.len()));
    let end = text.floor_char_boundary((label.span.end as usize).min(text.len()));
    start..end.max(start)
}
