//! Walks through the tokens of a script and keeps in mind which braces are open.

use super::expected::expected;
use super::place::{Place, verb};
use super::{Cursor, Declared, Expected, NameKind, Outline, Word};
use crate::language::format::token::{Kind, Token};
use std::ops::Range;

/// Braces that are open, and the line on which they were opened.
struct Open<'a> {
    place: Place,
    line: Vec<Token<'a>>,
}

pub(super) struct Walk<'t, 'a> {
    text: &'a str,
    tokens: &'t [Token<'a>],
    next: usize,
    open: Vec<Open<'a>>,
    /// The braces that are open innermost.
    place: Place,
    /// The line so far, in these braces.
    line: Vec<Token<'a>>,
    /// Round brackets that are open in it.
    depth: usize,
    /// The first of the names that the declaration at hand declares.
    first_of_item: usize,
    outline: Outline<'a>,
}

impl<'t, 'a> Walk<'t, 'a> {
    pub(super) fn new(text: &'a str, tokens: &'t [Token<'a>]) -> Walk<'t, 'a> {
        Walk {
            text,
            tokens,
            next: 0,
            open: Vec::new(),
            place: Place::File,
            line: Vec::new(),
            depth: 0,
            first_of_item: 0,
            outline: Outline::default(),
        }
    }

    /// How many tokens were taken.
    pub(super) fn at(&self) -> usize {
        self.next
    }

    /// Takes the next token; `false` at the end.
    pub(super) fn step(&mut self) -> bool {
        let Some(token) = self.tokens.get(self.next).copied() else { return false };
        self.next += 1;
        match token.kind {
            Kind::Remark => {}
            Kind::End => self.line_end(),
            Kind::Semicolon => self.end_line(),
            Kind::BlockOpen => self.open(token),
            Kind::BlockClose => self.close(token),
            Kind::Word => self.word(token),
            Kind::Text => self.quoted(token),
            Kind::RoundOpen => self.push(token, 1),
            Kind::RoundClose => self.push(token, -1),
            _ => self.push(token, 0),
        }
        true
    }

    pub(super) fn finish(mut self) -> Outline<'a> {
        self.end_item(self.text.len());
        self.outline
    }

    /// What surrounds a byte behind the tokens that were taken; `touched` is the token in which it lies.
    pub(super) fn cursor(self, at: usize, touched: Option<&Token<'a>>) -> Cursor<'a> {
        let before: Vec<&str> = self.line.iter().map(|token| token.text).collect();
        let mut cursor = Cursor {
            place: self.place,
            expected: expected(self.place, &before, self.depth),
            before,
            word: at..at,
            is_plain: false,
        };
        match touched {
            Some(token) if token.kind == Kind::Word => cursor.word = token.at..token.at + token.text.len(),
            Some(token) if token.kind == Kind::Remark => cursor.is_plain = true,
            Some(token) => {
                let inside = &self.text[token.at..at];
                cursor.is_plain =
                    !is_in_value(inside) && cursor.expected != Expected::Names(&[NameKind::Topic]);
                if is_in_value(inside) {
                    cursor.expected = Expected::Value;
                    cursor.before.push("{");
                    cursor.word = word_around(self.text, at);
                }
            }
            None => {}
        }
        cursor
    }

    fn push(&mut self, token: Token<'a>, depth: isize) {
        self.depth = self.depth.saturating_add_signed(depth);
        self.line.push(token);
    }

    fn line_end(&mut self) {
        let goes_on = self.line.last().is_some_and(|token| token.kind == Kind::Comma);
        let is_list = matches!(self.place, Place::Fields) || self.line.len() == 1 && goes_on;
        if self.depth == 0 && (!goes_on || is_list) {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        self.line.clear();
        self.depth = 0;
        if self.open.is_empty() {
            let end = self.tokens.get(self.next.saturating_sub(1)).map_or(self.text.len(), |token| token.at);
            self.end_item(end);
        }
    }

    fn open(&mut self, token: Token<'a>) {
        self.bind_of_arm();
        let words: Vec<&str> = self.line.iter().map(|token| token.text).collect();
        let inner = self.place.opened_by(&words);
        self.line.push(token);
        let line = std::mem::take(&mut self.line);
        self.open.push(Open { place: self.place, line });
        self.place = inner;
        self.depth = 0;
    }

    fn close(&mut self, token: Token<'a>) {
        self.line.clear();
        let Some(open) = self.open.pop() else { return };
        self.place = open.place;
        self.line = open.line;
        self.depth = 0;
        if self.open.is_empty() {
            self.line.clear();
            self.end_item(token.at + token.text.len());
        }
    }

    /// Gives the names of the declaration that ends here their bounds.
    fn end_item(&mut self, end: usize) {
        let item = self.first_of_item;
        self.first_of_item = self.outline.declared.len();
        let Some(start) = self.outline.declared.get(item).map(|declared| declared.whole.start) else {
            return;
        };
        for declared in &mut self.outline.declared[item..] {
            match declared.kind {
                NameKind::Parameter | NameKind::Variable => declared.within = Some(start..end),
                NameKind::Operation | NameKind::Status | NameKind::Field | NameKind::Topic => {}
                NameKind::Object | NameKind::Outcome => {}
                _ => declared.whole.end = end,
            }
        }
    }

    fn word(&mut self, token: Token<'a>) {
        let before: Vec<&str> = self.line.iter().map(|token| token.text).collect();
        let mut expected = expected(self.place, &before, self.depth);
        let is_listed = |word: &str| {
            before.first() == Some(&word)
                && matches!(before.last(), Some(last) if *last == word || *last == ",")
        };
        if matches!(self.place, Place::Crm) && is_listed("outcomes") {
            self.declare(NameKind::Outcome, token.text, token);
            expected = Expected::NewName;
        } else if matches!(self.place, Place::Declaration(NameKind::Backend)) && is_listed("statuses") {
            self.declare(NameKind::Status, token.text, token);
            expected = Expected::NewName;
        } else if expected == Expected::NewName {
            self.new_name(token, &before);
        }
        let at = token.at..token.at + token.text.len();
        self.outline.words.push(Word { text: token.text, at, expected });
        self.line.push(token);
    }

    fn new_name(&mut self, token: Token<'a>, before: &[&str]) {
        let first = before.first().copied().unwrap_or_default();
        let kind = match self.place {
            Place::File if before.len() == 1 => NameKind::declared_by(first),
            Place::File => Some(NameKind::Parameter),
            Place::Fields => Some(NameKind::Field),
            Place::Crm => Some(NameKind::Object),
            Place::Declaration(NameKind::Backend) if self.depth == 0 => Some(NameKind::Operation),
            Place::Declaration(_) => Some(NameKind::Parameter),
            _ if first == "menu" => None,
            _ => Some(NameKind::Variable),
        };
        if let Some(kind) = kind {
            self.declare(kind, token.text, token);
        }
    }

    fn declare(&mut self, kind: NameKind, name: &'a str, token: Token<'a>) {
        let at = token.at..token.at + token.text.len();
        let start = match kind {
            NameKind::Field | NameKind::Topic | NameKind::Outcome | NameKind::Status => at.start,
            _ => self.line.first().map_or(at.start, |first| first.at),
        };
        let line_end = self.text[at.end..].find('\n').map_or(self.text.len(), |end| at.end + end);
        let of = self.owner();
        self.outline.declared.push(Declared { kind, name, at, whole: start..line_end, within: None, of });
    }

    /// The second word of the outermost line whose braces are open, and of `object` and operations that of theirs.
    fn owner(&self) -> Option<&'a str> {
        let line = &self.open.last()?.line;
        line.get(1).filter(|token| token.kind == Kind::Word).or(line.first()).map(|token| token.text)
    }

    /// The name behind an exit: `connected agent {`.
    fn bind_of_arm(&mut self) {
        let is_arm = matches!(self.place, Place::Verb(_)) && self.depth == 0;
        let [.., exit, name] = self.line.as_slice() else { return };
        let (exit, name) = (*exit, *name);
        let words = exit.kind == Kind::Word && name.kind == Kind::Word && !exit.is_word("while");
        let line: Vec<&str> = self.line.iter().map(|token| token.text).collect();
        if is_arm && words && verb(&line).is_none_or(|spec| spec.word == "record") && !exit.is_word("as") {
            self.declare(NameKind::Variable, name.text, name);
        }
    }

    /// A text: a topic, or words with values in them.
    fn quoted(&mut self, token: Token<'a>) {
        let before: Vec<&str> = self.line.iter().map(|token| token.text).collect();
        let inner = token.text.trim_matches('"');
        let at = token.at + 1..token.at + 1 + inner.len();
        if matches!(self.place, Place::Crm) && before.first() == Some(&"topics") {
            self.declare(NameKind::Topic, inner, Token { text: inner, at: at.start, ..token });
        }
        if before.last() == Some(&"topic") {
            let expected = Expected::Names(&[NameKind::Topic]);
            self.outline.words.push(Word { text: inner, at, expected });
        } else {
            self.values(token);
        }
        self.line.push(token);
    }

    /// The names in the `{…}` of a text.
    fn values(&mut self, token: Token<'a>) {
        let mut depth = 0_usize;
        let mut word: Option<usize> = None;
        for (at, c) in token.text.char_indices() {
            let is_word = depth > 0 && (c.is_ascii_alphanumeric() || c == '_');
            if let (Some(start), false) = (word, is_word) {
                let range: Range<usize> = token.at + start..token.at + at;
                let text = &token.text[start..at];
                self.outline.words.push(Word { text, at: range, expected: Expected::Value });
                word = None;
            }
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ if is_word && word.is_none() => word = Some(at),
                _ => {}
            }
        }
    }
}

/// Whether a text whose beginning this is goes on within `{…}`.
fn is_in_value(beginning: &str) -> bool {
    match (beginning.rfind('{'), beginning.rfind('}')) {
        (Some(open), Some(close)) => open > close,
        (open, _) => open.is_some(),
    }
}

/// The word that touches a byte.
fn word_around(text: &str, at: usize) -> Range<usize> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let start = text[..at]
        .rfind(|c| !is_word(c))
        .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(|c| !is_word(c)).map_or(text.len(), |after| at + after);
    start..end
}
