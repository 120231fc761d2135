//! Signs that nobody sees and that no script has: controls, and those that turn round the order in which a line is read.
//!
//! They are looked for in the whole text, texts and remarks included: what a person reads must be what the compiler
//! reads. Each is reported and replaced by blanks, so that nothing else is said about it.

use super::Reader;
use crate::source::{Code, Diagnostic, Span};
use std::borrow::Cow;

/// The same text without such signs, byte for byte as long.
pub(super) fn without_unseen<'t>(text: &'t str, reader: &mut Reader<'_>) -> Cow<'t, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for (at, sign) in text.char_indices() {
        if !is_unseen(sign) {
            plain.push(sign);
            continue;
        }
        let (start, length) = (at as u32, sign.len_utf8());
        let span = Span { source: reader.source, start, end: start + length as u32 };
        let message = format!("an invisible sign stands here (U+{:04X})", u32::from(sign));
        let hint = match sign.is_control() {
            true => "take it out: lines end with a line feed, and nothing else divides them",
            false => "take it out: it shows what follows in another order than it is read",
        };
        reader.diagnostics.push(Diagnostic::new(Code::Syntax, span, message).hint(hint));
        plain.extend(std::iter::repeat_n(' ', length));
    }
    Cow::Owned(plain)
}

/// A control other than a tab and line ends, or one of the directional overrides, embeddings and isolates (UAX #9).
fn is_unseen(sign: char) -> bool {
    (sign.is_ascii_control() && !matches!(sign, '\t' | '\n' | '\r'))
        || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
