//! Mistakes in a scenario: the place underlined, what is wrong, and the fix; told as those of scripts are.

use crate::source::{Code, Diagnostic, Diagnostics, SourceMap, Span, Style, render};
use std::fmt;
use std::ops::Range;

/// One mistake. The message is lower case, with the scenario's own words in back-ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What kind of mistake.
    pub code: Code,
    /// The bytes that are underlined.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The mistakes of one file, with its text, so that they can be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    path: String,
    text: String,
    /// The bytes at which its lines end.
    ends: Vec<usize>,
    list: Vec<Mistake>,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(code: Code, span: Range<usize>, message: impl Into<String>) -> Mistake {
        Mistake { code, span, message: message.into(), hint: None }
    }

    /// Adds the fix, where there is one.
    pub fn hint(mut self, text: impl Into<Option<String>>) -> Mistake {
        self.hint = text.into().or(self.hint);
        self
    }
}

impl Mistakes {
    /// None yet, in this file.
    pub fn of(path: &str, text: &str) -> Mistakes {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at);
        Mistakes { path: path.into(), text: text.into(), ends: ends.collect(), list: Vec::new() }
    }

    /// Adds one.
    pub fn push(&mut self, mistake: Mistake) {
        self.list.push(mistake);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.list.iter()
    }

    /// The line on which a byte stands, counted from one.
    pub fn line(&self, byte: usize) -> u32 {
        self.ends.partition_point(|end| *end < byte) as u32 + 1
    }

    /// All of them as the compiler's findings are, with their only source.
    pub fn diagnostics(&self) -> (Diagnostics, SourceMap) {
        let mut sources = SourceMap::default();
        let source = sources.add(&*self.path, &*self.text);
        let mut all = Diagnostics::default();
        for mistake in &self.list {
            let start = self.text.floor_char_boundary(mistake.span.start.min(self.text.len()));
            let end = self.text.floor_char_boundary(mistake.span.end.min(self.text.len())).max(start);
            let span = Span { source, start: start as u32, end: end as u32 };
            let told = Diagnostic::new(mistake.code, span, &*mistake.message);
            all.push(told.maybe_hint(mistake.hint.clone()));
        }
        (all, sources)
    }

    /// All of them as a person reads them, one blank line between two.
    pub fn report(&self, style: Style) -> String {
        let (diagnostics, sources) = self.diagnostics();
        render(&diagnostics, &sources, style)
    }
}

/// All of them as a person reads them, without colours.
impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report(Style::Plain))
    }
}

impl std::error::Error for Mistakes {}
