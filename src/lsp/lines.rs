//! Places as editors count them: lines and columns from zero, columns in bytes or in UTF-16 units.

use lsp_types::{Position, PositionEncodingKind, Range};

/// In what the columns of a line are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: what holds unless both sides agree on something else.
    Utf16,
}

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Encoding {
    /// The best of what an editor offers.
    pub(super) fn agreed(offered: &[PositionEncodingKind]) -> Encoding {
        if offered.contains(&PositionEncodingKind::UTF8) { Encoding::Utf8 } else { Encoding::Utf16 }
    }

    /// As the protocol names it.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn width(self, c: char) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
        }
    }
}

impl Lines {
    pub(super) fn new(text: &str, encoding: Encoding) -> Lines {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { starts: std::iter::once(0).chain(ends).collect(), encoding }
    }

    /// The place of a byte.
    pub(super) fn position(&self, text: &str, at: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = text.get(start..at.min(text.len())).unwrap_or_default();
        let column: usize = before.chars().map(|c| self.encoding.width(c)).sum();
        Position { line: line as u32, character: column as u32 }
    }

    /// The byte of a place; the end of the line or of the text where the place lies behind it.
    pub(super) fn offset(&self, text: &str, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize).copied() else { return text.len() };
        let mut left = position.character as usize;
        let line = text[start..].split(['\n', '\r']).next().unwrap_or_default();
        for (at, c) in line.char_indices() {
            let width = self.encoding.width(c);
            if left < width {
                return start + at;
            }
            left -= width;
        }
        start + line.len()
    }

    /// The places of a stretch of bytes.
    pub(super) fn range(&self, text: &str, bytes: std::ops::Range<usize>) -> Range {
        Range { start: self.position(text, bytes.start), end: self.position(text, bytes.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_its_byte_lead_to_each_other_in_both_ways_of_counting() {
        let text = "say \"зал 𝄞\"\r\nhangup\n";
        for (encoding, column) in [(Encoding::Utf8, 16), (Encoding::Utf16, 11)] {
            let lines = Lines::new(text, encoding);
            let quote = text.find("\"\r").expect("it is there");
            let position = Position { line: 0, character: column };
            assert_eq!(lines.position(text, quote), position, "{encoding:?}");
            assert_eq!(lines.offset(text, position), quote, "{encoding:?}");
        }
    }

    #[test]
    fn a_place_behind_the_end_is_the_end() {
        let text = "answer\nhangup";
        let lines = Lines::new(text, Encoding::Utf16);
        assert_eq!(lines.offset(text, Position { line: 0, character: 99 }), 6);
        assert_eq!(lines.offset(text, Position { line: 99, character: 0 }), text.len());
    }
}
