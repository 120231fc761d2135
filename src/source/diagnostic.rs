//! What the compiler says about a script: code, place, reason, fix.

use super::{Code, Severity, SourceId, SourceMap, Span};
use std::collections::BTreeMap;
use std::fmt;

/// One finding about a script. Never a Rust error: a script with findings is a normal thing to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of mistake; given once, never reused.
    pub code: Code,
    /// What is wrong here: lower case, no full stop, the script's own words in back-ticks.
    pub message: String,
    /// The place, and what to say under it.
    pub primary: Label,
    /// Other places that explain this one.
    pub related: Vec<Label>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A stretch of text with a few words under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The stretch that is underlined.
    pub span: Span,
    /// The words under it; may be empty.
    pub text: String,
}

/// The findings of one run, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// Which of them are about a place, by their positions: a broken script has thousands.
    places: BTreeMap<(SourceId, u32, u32, Code), Vec<usize>>,
}

impl Diagnostic {
    /// A finding at a place, with nothing more to say yet.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            primary: Label { span, text: String::new() },
            related: Vec::new(),
            hint: None,
        }
    }

    /// Adds the words under the place.
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.primary.text = text.into();
        self
    }

    /// Adds another place.
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Adds the fix.
    pub fn hint(mut self, text: impl Into<String>) -> Diagnostic {
        self.hint = Some(text.into());
        self
    }

    /// Adds the fix, where there is one.
    pub fn maybe_hint(mut self, text: Option<String>) -> Diagnostic {
        self.hint = text.or(self.hint);
        self
    }
}

impl Diagnostics {
    /// Adds a finding, unless the same one was made at the same place before.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let Span { source, start, end } = diagnostic.primary.span;
        let at = self.places.entry((source, start, end, diagnostic.code)).or_default();
        if !at.iter().any(|index| self.list[*index].message == diagnostic.message) {
            at.push(self.list.len());
            self.list.push(diagnostic);
        }
    }

    /// Adds findings as [`Diagnostics::push`] does.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Whether any of them keeps the program from running.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.code.severity() == Severity::Error)
    }

    /// How many findings there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The findings, errors before warnings within each source, by place.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Brings the findings into reading order: by source, then by place.
    pub fn sort(&mut self) {
        self.list.sort_by_key(|diagnostic| {
            let span = diagnostic.primary.span;
            (span.source, span.start, span.end, diagnostic.code)
        });
        self.places.clear();
        for (index, diagnostic) in self.list.iter().enumerate() {
            let Span { source, start, end } = diagnostic.primary.span;
            self.places.entry((source, start, end, diagnostic.code)).or_default().push(index);
        }
    }

    /// One line a finding, for logs: `main.flow:3:5: error[E0201]: …`.
    pub fn summary<'a>(&'a self, sources: &'a SourceMap) -> impl fmt::Display + 'a {
        struct Summary<'a>(&'a Diagnostics, &'a SourceMap);
        impl fmt::Display for Summary<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for d in self.0.iter() {
                    let (line, column) = self.1.line_and_column(d.primary.span);
                    let path = self.1.path(d.primary.span.source);
                    let severity = d.code.severity();
                    writeln!(f, "{path}:{line}:{column}: {severity}[{}]: {}", d.code, d.message)?;
                }
                Ok(())
            }
        }
        Summary(self, sources)
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}
