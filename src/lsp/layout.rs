//! The one layout, on demand.

use super::workspace::Document;
use crate::language;
use lsp_types::{Position, Range, TextEdit};

/// What makes a document the text in the one layout; nothing where it is, or where it cannot be laid out.
pub(super) fn format(document: &Document) -> Result<Vec<TextEdit>, String> {
    let formatted = language::format(&document.text).map_err(|error| error.to_string())?;
    if formatted == document.text {
        return Ok(Vec::new());
    }
    let end = document.lines.position(&document.text, document.text.len());
    Ok(vec![TextEdit { range: Range { start: Position::default(), end }, new_text: formatted }])
}
