//! Cuts a text into tokens. It knows how things are written, not what may stand where, so that it also takes
//! statements which the grammar learns later.

use super::FormatError;
use super::token::{Kind, Token};

/// Signs of several characters before those of which they begin.
const SIGNS: [&str; 18] =
    ["->", "=>", "==", "!=", "<=", ">=", "...", "..", ".", ":", "=", "<", ">", "+", "-", "/", "?", "%"];

/// The tokens of a text.
pub(super) fn lex(text: &str) -> Result<Vec<Token<'_>>, FormatError> {
    let mut lexer = Lexer { text, at: 0, line: 1, column: 1, is_lenient: false, tokens: Vec::new() };
    while lexer.token()? {}
    Ok(lexer.tokens)
}

/// The tokens of a text that somebody is still writing: a text without its closing quote ends with its line.
pub(in crate::language) fn lex_unfinished(text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, at: 0, line: 1, column: 1, is_lenient: true, tokens: Vec::new() };
    while lexer.token().unwrap_or(false) {}
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    column: usize,
    /// Whether a text may lack its closing quote.
    is_lenient: bool,
    tokens: Vec<Token<'a>>,
}

impl<'a> Lexer<'a> {
    /// Takes the next token; `false` at the end of the text.
    fn token(&mut self) -> Result<bool, FormatError> {
        let blanks = count(self.rest(), |c| c == ' ' || c == '\t');
        self.at += blanks;
        self.column += blanks;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(false) };
        let is_glued = blanks == 0 && self.column > 1;
        let (kind, length) = self.measure(first, rest, is_glued)?;
        let (line, column) = (self.line, self.column);
        let text = rest.get(..length).unwrap_or(rest);
        let at = self.at;
        self.at += length;
        self.column += text.chars().count();
        if kind == Kind::End {
            self.line += 1;
            self.column = 1;
        }
        let text = if kind == Kind::Remark { text.trim_end() } else { text };
        self.tokens.push(Token { kind, text, at, line, column, is_glued });
        Ok(true)
    }

    /// What begins here, and how many bytes of it there are.
    fn measure(&self, first: char, rest: &str, is_glued: bool) -> Result<(Kind, usize), FormatError> {
        let one = |kind| Ok((kind, 1));
        match first {
            '\r' if rest.starts_with("\r\n") => Ok((Kind::End, 2)),
            '\n' | '\r' => one(Kind::End),
            '/' if rest.starts_with("//") => Ok((Kind::Remark, count(rest, |c| c != '\n' && c != '\r'))),
            '"' => match quoted(rest) {
                Some(length) => Ok((Kind::Text, length)),
                None if self.is_lenient => Ok((Kind::Text, count(rest, |c| c != '\n' && c != '\r'))),
                None => Err(FormatError::OpenText { line: self.line, column: self.column }),
            },
            '+' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => Ok((Kind::Phone, phone(rest))),
            '*' | '#' if is_glued && self.is_behind_operand() => one(Kind::Keys),
            '*' | '#' => Ok((Kind::Keys, keys(rest).unwrap_or(1))),
            '0'..='9' => Ok(keys(rest).map_or_else(|| number(rest), |length| (Kind::Keys, length))),
            c if is_word(c) => Ok((Kind::Word, count(rest, is_word))),
            ',' => one(Kind::Comma),
            ';' => one(Kind::Semicolon),
            '(' => one(Kind::RoundOpen),
            ')' => one(Kind::RoundClose),
            '{' => one(Kind::BlockOpen),
            '}' => one(Kind::BlockClose),
            other => Ok(match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (Kind::Sign, sign.len()),
                None => (Kind::Other, other.len_utf8()),
            }),
        }
    }

    /// Whether what was read last is something that can be multiplied.
    fn is_behind_operand(&self) -> bool {
        let last = self.tokens.last().map(|token| token.kind);
        matches!(last, Some(Kind::Word | Kind::Number | Kind::Text | Kind::RoundClose))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

/// The bytes of the characters at the beginning for which this holds.
fn count(text: &str, holds: impl Fn(char) -> bool) -> usize {
    text.find(|c| !holds(c)).unwrap_or(text.len())
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// The length of a text in double quotes, which ends on its line. Values in it may hold texts of their own:
/// `"{first("4081", 2)}"`.
fn quoted(text: &str) -> Option<usize> {
    with_values(text).or_else(|| plain(text))
}

/// A text whose braces are those of values.
fn with_values(text: &str) -> Option<usize> {
    // Whether each open bracket is the quote of a text; the outermost is.
    let mut open = vec![true];
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        let is_text = *open.last()?;
        match c {
            '\n' | '\r' => return None,
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            // `"{name otherwise \"you\"}"`: quotes that are written as in a text end none.
            '\\' => return None,
            '"' if is_text => drop(open.pop()),
            '"' => open.push(true),
            '{' => open.push(false),
            '}' if !is_text => drop(open.pop()),
            _ => {}
        }
        if open.is_empty() {
            return Some(at + 1);
        }
    }
    None
}

fn plain(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' | '\r' => return None,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The length of a phone number: blanks, hyphens and brackets may stand between its digits, not behind them. Classes and
/// sets count as digits, as in `+1 NXX 976-[0-4]XXX`.
fn phone(text: &str) -> usize {
    let ends_here = |at: usize| !text[at..].starts_with(is_word);
    let first = 1 + places(&text[1..]);
    let (mut at, mut end) = (first, first);
    while let Some(length) = group(&text[at..]) {
        at += length;
        if ends_here(at) {
            end = at;
        }
    }
    end
}

/// The length of the next digits of a phone number with what stands before them.
fn group(text: &str) -> Option<usize> {
    let gap = count(text, |c| c == ' ' || c == '-');
    let rest = &text[gap..];
    if let Some(inner) = rest.strip_prefix('(') {
        let digits = places(inner);
        return (digits > 0 && inner[digits..].starts_with(')')).then_some(gap + digits + 2);
    }
    let digits = places(rest);
    (digits > 0).then_some(gap + digits)
}

/// The length of digits, classes of digits and sets of them.
fn places(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let set = rest.strip_prefix('[').and_then(|inside| {
            let length = count(inside, |c| c.is_ascii_digit() || c == '-' || c == ' ');
            (length > 0 && inside[length..].starts_with(']')).then_some(length + 2)
        });
        match set.unwrap_or_else(|| count(rest, |c| c.is_ascii_digit() || matches!(c, 'X' | 'Z' | 'N'))) {
            0 => return at,
            length => at += length,
        }
    }
}

/// The length of a run of keys with `*` or `#` among them, which is not the beginning of something else.
fn keys(text: &str) -> Option<usize> {
    let length = count(text, |c| c.is_ascii_digit() || c == '*' || c == '#');
    let is_run = text[..length].contains(['*', '#']) && !text[length..].starts_with(is_word);
    is_run.then_some(length)
}

/// A number with its unit, a date, or a time of day.
fn number(text: &str) -> (Kind, usize) {
    if let Some(length) = date(text).or_else(|| tones(text)) {
        return (Kind::Number, length);
    }
    let mut kind = Kind::Number;
    let mut at = count(text, is_word);
    while let Some(after) = text[at..].strip_prefix(['.', ':'])
        && after.starts_with(is_digit)
    {
        if text[at..].starts_with(':') {
            kind = Kind::Clock;
        }
        at += 1 + count(after, is_word);
    }
    (kind, at)
}

/// The length of `425+350Hz`: tones that sound together.
fn tones(text: &str) -> Option<usize> {
    let length = count(text, |c| c.is_ascii_digit() || c == '+');
    let end = length + "Hz".len();
    let is_tones = text[length..].starts_with("Hz") && !text[end..].starts_with(is_word);
    is_tones.then_some(end)
}

/// The length of `2026-12-31`.
fn date(text: &str) -> Option<usize> {
    let year = count(text, is_digit);
    let month = count(text[year..].strip_prefix('-')?, is_digit);
    let at = year + 1 + month;
    let day = count(text[at..].strip_prefix('-')?, is_digit);
    let end = at + 1 + day;
    let is_date = year == 4 && (1..=2).contains(&month) && (1..=2).contains(&day);
    (is_date && !text[end..].starts_with(is_word)).then_some(end)
}
