//! Findings for programs that read them: editors, CI, code-scanning pages. JSON of our own, and SARIF 2.1.0.
//!
//! docs/running.md has the shapes. Both count lines and columns from one and columns in characters; `end` is the
//! place behind the last character.

mod json;
mod sarif;

pub use json::document;
pub use sarif::log;

use crate::source::{Code, SourceMap, Span};

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Position {
    /// Counted from one.
    line: u32,
    /// In characters, counted from one.
    column: u32,
    /// In bytes of UTF-8, counted from zero.
    offset: u32,
}

/// Where a span begins, and the place behind its end; both within the text, at borders of characters.
fn ends(span: Span, sources: &SourceMap) -> (Position, Position) {
    let text = sources.text(span.source);
    let position = |byte: u32| {
        let offset = text.floor_char_boundary((byte as usize).min(text.len())) as u32;
        let (line, column) = sources.line_and_column(Span { start: offset, end: offset, ..span });
        Position { line, column, offset }
    };
    (position(span.start), position(span.end.max(span.start)))
}

/// What to type to learn more about a code.
pub fn pointer(code: Code) -> String {
    format!("callwright explain {code}")
}
