//! Where a blank stands between two tokens of a line.

use super::token::{Kind, Token};
use super::tree::{Line, Part};

/// Words behind which a round bracket opens an expression and not arguments.
const BEFORE_EXPRESSION: [&str; 22] = [
    "if", "and", "or", "not", "then", "else", "return", "in", "is", "to", "of", "with", "from", "wait",
    "note", "about", "until", "within", "after", "every", "speak", "when",
];

/// Words behind which a name is called or declared, so that a round bracket behind the name belongs to it.
const BEFORE_NAME: [&str; 11] =
    ["prompt", "flow", "function", "get", "post", "do", "goto", "say", "play", "whole", "then"];

/// Statements of which an expression is the main part: a hyphen in them subtracts.
const COMPUTING: [&str; 7] = ["let", "set", "if", "else", "return", "wait", "repeat"];

/// Words between which a hyphen stands for all that lies between them.
const CALENDAR: [&str; 19] = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug",
    "sep", "oct", "nov", "dec",
];

/// For each part of a line, whether a blank stands before it.
pub(super) fn blanks(line: &Line<'_>) -> Vec<bool> {
    let spacing = Spacing { parts: &line.parts, is_computing: COMPUTING.contains(&line.first_word()) };
    let mut round = 0_usize;
    let mut blanks = Vec::with_capacity(line.parts.len());
    for (at, part) in line.parts.iter().enumerate() {
        blanks.push(at > 0 && spacing.has_blank(at, round));
        match part.token().map(|token| token.kind) {
            Some(Kind::RoundOpen) => round += 1,
            Some(Kind::RoundClose) => round = round.saturating_sub(1),
            _ => {}
        }
    }
    blanks
}

struct Spacing<'t, 'a> {
    parts: &'t [Part<'a>],
    is_computing: bool,
}

impl<'a> Spacing<'_, 'a> {
    /// Whether a blank stands before this part, which is not the first.
    fn has_blank(&self, at: usize, round: usize) -> bool {
        match (self.parts.get(at.wrapping_sub(1)), self.parts.get(at)) {
            (Some(Part::Token(left)), Some(Part::Token(right))) => self.between(at, left, right, round),
            (Some(Part::Token(left)), Some(Part::Block(_))) => left.kind != Kind::RoundOpen,
            (Some(Part::Block(_)), Some(Part::Token(right))) => !clings(right),
            _ => true,
        }
    }

    fn between(&self, at: usize, left: &Token<'a>, right: &Token<'a>, round: usize) -> bool {
        match (left.kind, right.kind) {
            (Kind::Other, _) if left.text == "[" || (left.text == "]" && clings(right)) => false,
            (_, Kind::Other) if right.text == "]" => false,
            (Kind::Other, _) | (_, Kind::Other) => !right.is_glued,
            // Close together they would be something else.
            _ if merges(left, right) => true,
            // A range of phone numbers is long.
            _ if left.kind == Kind::Phone && right.is_sign("..") => true,
            _ if left.is_sign("..") && right.kind == Kind::Phone => true,
            _ if clings(right) => false,
            (Kind::RoundOpen, _) => false,
            (_, Kind::RoundOpen) => !self.has_arguments(at),
            _ if is_tight(left) || is_tight(right) => false,
            _ if right.is_sign("-") => !self.spans(at, round),
            _ if left.is_sign("-") => !self.spans(at - 1, round) && !self.negates(at - 1, right),
            _ => true,
        }
    }

    /// Whether the opening bracket here belongs to the name before it.
    fn has_arguments(&self, at: usize) -> bool {
        let Some(name) = self.token_before(at) else { return false };
        let Some(bracket) = self.parts.get(at).and_then(Part::token) else { return false };
        if name.kind != Kind::Word || BEFORE_EXPRESSION.contains(&name.text) {
            return name.kind == Kind::RoundClose && bracket.is_glued;
        }
        match at.checked_sub(1).and_then(|name| self.token_before(name)) {
            Some(before) if before.kind != Kind::Word => true,
            Some(before) if BEFORE_NAME.contains(&before.text) => true,
            Some(before) if BEFORE_EXPRESSION.contains(&before.text) => true,
            // A setting of which the language learns later, with an expression or with arguments.
            _ => bracket.is_glued,
        }
    }

    /// Whether the hyphen here means all that lies between its neighbours, as in `mon-fri 09:00-18:00`.
    fn spans(&self, at: usize, round: usize) -> bool {
        let (Some(left), Some(right)) = (self.token_before(at), self.token_at(at + 1)) else { return false };
        let is_day = |token: &Token<'_>| token.kind == Kind::Word && CALENDAR.contains(&token.text);
        let is_span =
            (left.kind == Kind::Clock && right.kind == Kind::Clock) || (is_day(left) && is_day(right));
        let is_name = |token: &Token<'_>| matches!(token.kind, Kind::Word | Kind::Number | Kind::Clock);
        let is_close = right.is_glued && self.token_at(at).is_some_and(|hyphen| hyphen.is_glued);
        let is_written_so = is_close && is_name(left) && is_name(right);
        is_span || (!self.is_computing && round == 0 && is_written_so)
    }

    /// Whether the hyphen here belongs to what stands behind it alone.
    fn negates(&self, at: usize, right: &Token<'a>) -> bool {
        let is_operand = matches!(right.kind, Kind::Word | Kind::Number | Kind::RoundOpen);
        is_operand
            && self.token_before(at).is_none_or(|left| match left.kind {
                Kind::Sign => !left.is_sign("?"),
                Kind::Comma | Kind::RoundOpen => true,
                Kind::Word => BEFORE_EXPRESSION.contains(&left.text),
                _ => false,
            })
    }

    fn token_at(&self, at: usize) -> Option<&Token<'a>> {
        self.parts.get(at).and_then(Part::token)
    }

    fn token_before(&self, at: usize) -> Option<&Token<'a>> {
        self.token_at(at.checked_sub(1)?)
    }
}

/// Whether nothing stands before this token.
fn clings(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Comma | Kind::RoundClose)
        || token.is_sign(":")
        || token.is_sign("?")
        || is_tight(token)
}

/// Whether these two, close together, would be read as something else.
fn merges(left: &Token<'_>, right: &Token<'_>) -> bool {
    let is_number = matches!(right.kind, Kind::Number | Kind::Clock | Kind::Keys);
    is_tight(left) && right.text.starts_with('.') || left.is_sign(".") && is_number
}

/// Whether nothing stands on either side of this token.
fn is_tight(token: &Token<'_>) -> bool {
    token.is_sign(".") || token.is_sign("..")
}
