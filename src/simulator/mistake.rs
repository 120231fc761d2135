//! Mistakes in a scenario: the place underlined, what is wrong, and the fix.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt;
use std::ops::Range;

/// One mistake. The message is lower case, with the scenario's own words in back-ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
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
    list: Vec<Mistake>,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Mistake {
        Mistake { span, message: message.into(), hint: None }
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
        Mistakes { path: path.into(), text: text.into(), list: Vec::new() }
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
        let before = self.text.get(..byte).unwrap_or(&self.text);
        before.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1
    }

    fn render(&self, mistake: &Mistake) -> String {
        let start = self.text.floor_char_boundary(mistake.span.start.min(self.text.len()));
        let end = self.text.floor_char_boundary(mistake.span.end.min(self.text.len())).max(start);
        let snippet = Snippet::source(&*self.text)
            .path(&*self.path)
            .annotation(AnnotationKind::Primary.span(start..end));
        let title = Level::ERROR.primary_title(&*mistake.message);
        let group = Group::with_title(title).element(snippet);
        match &mistake.hint {
            Some(hint) => Renderer::plain().render(&[group.element(Level::HELP.message(&**hint))]),
            None => Renderer::plain().render(&[group]),
        }
    }
}

/// All of them as a person reads them, one blank line between two.
impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rendered: Vec<String> = self.list.iter().map(|mistake| self.render(mistake)).collect();
        f.write_str(&rendered.join("\n\n"))
    }
}

impl std::error::Error for Mistakes {}
