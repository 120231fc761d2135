//! Signs that no line has outside its texts: typographic quotes and dashes, letters of other alphabets, blanks that are
//! none; and quotes that do not pair. Whatever else is wrong with such a line, it comes from them.

use std::ops::Range;

/// A stray sign: its bytes, what is said about it, and what to write instead.
pub(super) struct Stray {
    pub range: Range<usize>,
    pub message: String,
    pub hint: &'static str,
}

/// Signs that a word processor puts in place of others, and what is meant.
const TYPOGRAPHIC: [(&str, &str); 6] = [
    ("“”„‟«»‘’‚", "a text stands in straight quotes: `\"…\"`"),
    ("–—−‐‑", "write `-`"),
    ("→⇒➔", "write `->`"),
    ("…", "write `..`, or `...` behind the beginning of a number"),
    ("≤≥≠", "write `<=`, `>=` or `!=`"),
    ("×÷", "write `*` or `/`"),
];

/// The first stray sign of a text, line by line.
pub(super) fn stray(text: &str) -> Option<Stray> {
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        if let Some(mut found) = in_line(line.trim_end_matches(['\n', '\r'])) {
            found.range = begin + found.range.start..begin + found.range.end;
            return Some(found);
        }
        begin += line.len();
    }
    None
}

fn in_line(line: &str) -> Option<Stray> {
    let mut first = None;
    let mut quote = None;
    let mut signs = line.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '/' if line[at..].starts_with("//") => break,
            '"' => {
                quote = quote.or(Some(at));
                if !skip_text(&mut signs) {
                    return Some(unpaired(quote.unwrap_or(at)..line.len()));
                }
            }
            _ if sign.is_ascii() => {}
            _ => first = first.or(Some((at, sign))),
        }
    }
    first.map(|(at, sign)| no_sign_of_ours(line, at, sign))
}

/// Goes on behind the quote that ends a text; false where the line has none.
fn skip_text(signs: &mut std::str::CharIndices<'_>) -> bool {
    while let Some((_, sign)) = signs.next() {
        match sign {
            '"' => return true,
            '\\' => drop(signs.next()),
            _ => {}
        }
    }
    false
}

fn unpaired(range: Range<usize>) -> Stray {
    let message = "the quotes of this line do not pair".to_owned();
    Stray { range, message, hint: "a text begins and ends on one line; a quote inside it is written `\\\"`" }
}

fn no_sign_of_ours(line: &str, at: usize, sign: char) -> Stray {
    let range = at..at + sign.len_utf8();
    if let Some((_, hint)) = TYPOGRAPHIC.iter().find(|(signs, _)| signs.contains(sign)) {
        return Stray { range, message: format!("`{sign}` is no sign of the language"), hint };
    }
    if sign.is_alphabetic() {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let start = line[..at]
            .rfind(|c| !is_part(c))
            .map_or(0, |before| before + line[before..].chars().next().map_or(1, char::len_utf8));
        let end = line[at..].find(|c| !is_part(c)).map_or(line.len(), |behind| at + behind);
        let word = &line[start..end];
        let message = format!("`{sign}` in `{word}` is no Latin letter");
        return Stray {
            range: start..end,
            message,
            hint: "words and names are Latin letters, digits and `_`",
        };
    }
    let code = u32::from(sign);
    if sign.is_whitespace() || matches!(code, 0x200b..=0x200f | 0x2060 | 0xfeff) {
        let message = format!("an invisible sign stands here (U+{code:04X})");
        return Stray { range, message, hint: "write a plain blank in its place" };
    }
    let message = format!("`{sign}` is no sign of the language");
    Stray { range, message, hint: "other signs stand only in texts and remarks" }
}
