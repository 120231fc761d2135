//! Braces first: a brace that is never closed would take the rest of the file with it.
//!
//! A declaration begins at the first column, so that a brace still open there was forgotten above. The declaration with
//! the forgotten brace is reported and blanked out; everything else is read as usual.

use super::{DEEPEST, Reader, SPLIT};
use crate::source::{Code, Diagnostic, Span};

/// Words with which a declaration begins, and no statement: `queue` and `keys` begin both.
const DECLARATIONS: [&str; 15] = [
    "import", "program", "crm", "backend", "numbers", "hours", "calendar", "prompt", "route", "flow",
    "function", "shifts", "promise", "keep", "tone",
];

/// What is open, and where.
struct Open {
    bracket: u8,
    at: usize,
}

/// The same text with balanced brackets; what was blanked out has been reported.
pub(super) fn balance(text: &str, reader: &mut Reader<'_>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut open: Vec<Open> = Vec::new();
    let mut too_deep = false;
    let mut stray = None;
    let mut begin = 0;
    let mut at = 0;
    while at < bytes.len() {
        if at_line_start(&bytes, at) && begins_declaration(&bytes[at..]) {
            blank_unclosed(&mut bytes, begin, at, &mut open, too_deep, reader);
            (begin, too_deep) = (at, false);
        }
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = line_end(&bytes, at),
            b'"' => at = string_end(&bytes, at),
            bracket @ (b'{' | b'(' | b'[') => {
                open.push(Open { bracket, at });
                if open.len() == DEEPEST + 1 && !too_deep {
                    too_deep = true;
                    let message = format!("more than {DEEPEST} brackets within each other");
                    reader
                        .diagnostics
                        .push(Diagnostic::new(Code::Syntax, reader.at(at), message).hint(SPLIT));
                }
            }
            closing @ (b'}' | b')' | b']') if !close(closing, &mut open) => {
                bytes[at] = b' ';
                // Of several in a row, which one forgotten `{` leaves behind, the first says it.
                if stray.is_none_or(|last: usize| !bytes[last..at].trim_ascii().is_empty()) {
                    reader.report(Code::Syntax, reader.at(at), "this `}` closes nothing");
                }
                stray = Some(at);
            }
            _ => {}
        }
        at += 1;
    }
    let end = bytes.len();
    blank_unclosed(&mut bytes, begin, end, &mut open, too_deep, reader);
    String::from_utf8(bytes).unwrap_or_default()
}

/// Takes a closing bracket; whether it closes something. One that is no brace, without its partner, is left to the
/// grammar, which says more.
fn close(closing: u8, open: &mut Vec<Open>) -> bool {
    let partner = match closing {
        b'}' => b'{',
        b']' => b'[',
        _ => b'(',
    };
    if closing == b'}' {
        while open.last().is_some_and(|open| open.bracket != b'{') {
            open.pop();
        }
    }
    if open.last().is_some_and(|open| open.bracket == partner) {
        open.pop();
        return true;
    }
    closing != b'}'
}

/// Reports the outermost brace that is still open where the next declaration begins, and blanks that declaration.
fn blank_unclosed(
    bytes: &mut [u8],
    begin: usize,
    end: usize,
    open: &mut Vec<Open>,
    too_deep: bool,
    reader: &mut Reader<'_>,
) {
    // A text may nest without end; its closing brackets are blanked with it.
    let unclosed = open.iter().rev().find(|open| open.bracket == b'{').map(|open| open.at);
    open.clear();
    if let Some(at) = unclosed
        && !too_deep
    {
        let found = Diagnostic::new(Code::Syntax, reader.at(at), "this `{` is never closed");
        reader.diagnostics.push(found.hint("write the missing `}`"));
    }
    if unclosed.is_none() && !too_deep {
        return;
    }
    let lost = String::from_utf8_lossy(&bytes[begin..end]).into_owned();
    reader.mention(&lost);
    reader.lose(&lost);
    bytes[begin..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

fn at_line_start(bytes: &[u8], at: usize) -> bool {
    at == 0 || bytes[at - 1] == b'\n'
}

fn begins_declaration(rest: &[u8]) -> bool {
    DECLARATIONS.iter().any(|word| {
        let after = rest.get(word.len());
        rest.starts_with(word.as_bytes()) && after.is_some_and(|b| matches!(b, b' ' | b'\t' | b'{' | b'"'))
    })
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |offset| at + offset - 1)
}

/// The position of the quote that ends a text, or of the quote that begins it where the line has no other.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'\\' if bytes.get(end + 1) != Some(&b'\n') => end += 1,
            b'"' => return end,
            b'\n' => return at,
            _ => {}
        }
        end += 1;
    }
    at
}

impl Reader<'_> {
    fn at(&self, at: usize) -> Span {
        Span { source: self.source, start: at as u32, end: at as u32 + 1 }
    }
}
