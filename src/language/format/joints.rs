//! Where a line end ends nothing: inside round brackets, behind a comma, beside `and` and `or`, before the `else` of an `if`.

use super::FormatError;
use super::token::{Kind, Token};

/// Brackets within each other; the language takes no more either.
const DEEPEST: usize = 64;

/// An open bracket, or the whole text.
struct Open {
    kind: Kind,
    /// Whether every line in it but the last ends with a comma.
    is_list: bool,
    /// `if`s of the statement without their `else`.
    ifs: usize,
}

/// Makes sure that every bracket has its partner.
pub(super) fn balance(tokens: &[Token<'_>]) -> Result<(), FormatError> {
    let mut open: Vec<&Token<'_>> = Vec::new();
    for token in tokens {
        let Token { line, column, .. } = *token;
        match token.kind {
            Kind::BlockOpen | Kind::RoundOpen if open.len() == DEEPEST => {
                return Err(FormatError::TooDeep { line, column, deepest: DEEPEST });
            }
            Kind::BlockOpen | Kind::RoundOpen => open.push(token),
            Kind::BlockClose | Kind::RoundClose => match open.pop() {
                Some(opening) if is_pair(opening.kind, token.kind) => {}
                Some(opening) if token.kind == Kind::BlockClose => return Err(unclosed(opening)),
                _ => return Err(FormatError::Stray { line, column, bracket: token.text.to_owned() }),
            },
            Kind::Semicolon => match open.last() {
                Some(opening) if opening.kind == Kind::RoundOpen => return Err(unclosed(opening)),
                _ => {}
            },
            _ => {}
        }
    }
    open.first().map_or(Ok(()), |opening| Err(unclosed(opening)))
}

fn is_pair(open: Kind, close: Kind) -> bool {
    (open == Kind::BlockOpen) == (close == Kind::BlockClose)
}

fn unclosed(opening: &Token<'_>) -> FormatError {
    let Token { line, column, text, .. } = *opening;
    FormatError::Unclosed { line, column, bracket: text.to_owned() }
}

/// The tokens without the line ends that end nothing.
///
/// A block in which every line but the last ends with a comma is a list that somebody wrote one below the other, and
/// stays one.
pub(super) fn without_free_ends<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let lists = lists(tokens);
    let following = following(tokens);
    let mut open = vec![Open { kind: Kind::BlockOpen, is_list: false, ifs: 0 }];
    let mut kept: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    for (at, (token, next)) in tokens.iter().zip(following).enumerate() {
        if ends_statement(token) && is_free(kept.last(), next, open.last()) {
            continue;
        }
        match token.kind {
            Kind::BlockOpen | Kind::RoundOpen => {
                let is_list = lists.binary_search(&at).is_ok();
                open.push(Open { kind: token.kind, is_list, ifs: 0 });
            }
            Kind::BlockClose | Kind::RoundClose => drop(open.pop()),
            _ => {}
        }
        if let Some(open) = open.last_mut() {
            match token.kind {
                Kind::End | Kind::Semicolon => open.ifs = 0,
                Kind::Word if token.text == "if" => open.ifs += 1,
                Kind::Word if token.text == "else" => open.ifs = open.ifs.saturating_sub(1),
                _ => {}
            }
        }
        kept.push(*token);
    }
    kept
}

fn ends_statement(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::End | Kind::Semicolon)
}

/// For each token the next one, itself included, that ends no statement.
fn following<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<Option<&'t Token<'a>>> {
    let mut next = None;
    let mut following: Vec<Option<&Token<'a>>> = Vec::with_capacity(tokens.len());
    for token in tokens.iter().rev() {
        next = if ends_statement(token) { next } else { Some(token) };
        following.push(next);
    }
    following.reverse();
    following
}

/// Whether a line end between these two tokens ends nothing.
fn is_free(last: Option<&Token<'_>>, next: Option<&Token<'_>>, open: Option<&Open>) -> bool {
    let (Some(last), Some(next), Some(open)) = (last, next, open) else { return false };
    match last.kind {
        // A remark begins or ends a line.
        Kind::Remark => false,
        _ if next.kind == Kind::Remark => false,
        // Digits would go on with the number.
        Kind::Phone if !matches!(next.kind, Kind::Comma | Kind::RoundClose) => false,
        _ if open.kind == Kind::RoundOpen => true,
        Kind::Comma => !open.is_list && next.kind != Kind::BlockClose,
        _ if joins(last) || joins(next) => true,
        _ => open.ifs > 0 && next.is_word("else"),
    }
}

/// Whether a condition goes on at this word.
fn joins(token: &Token<'_>) -> bool {
    token.is_word("and") || token.is_word("or")
}

/// The positions of the opening braces of lists.
fn lists(tokens: &[Token<'_>]) -> Vec<usize> {
    struct Frame {
        at: usize,
        kind: Kind,
        last: Kind,
        has_ended: bool,
        broken: usize,
        is_list: bool,
    }
    let mut frames: Vec<Frame> = Vec::new();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let closes = matches!(token.kind, Kind::BlockClose | Kind::RoundClose);
        if closes
            && let Some(frame) = frames.pop()
            && frame.kind == Kind::BlockOpen
            && frame.is_list
            && frame.broken > 0
        {
            found.push(frame.at);
        }
        if let Some(frame) = frames.last_mut() {
            match token.kind {
                Kind::End | Kind::Semicolon => frame.has_ended = true,
                Kind::Remark => {}
                _ if closes => frame.last = token.kind,
                kind => {
                    if frame.has_ended && frame.last != Kind::BlockOpen {
                        frame.is_list &= frame.last == Kind::Comma;
                        frame.broken += 1;
                    }
                    (frame.last, frame.has_ended) = (kind, false);
                }
            }
        }
        if matches!(token.kind, Kind::BlockOpen | Kind::RoundOpen) {
            let (kind, last) = (token.kind, Kind::BlockOpen);
            frames.push(Frame { at, kind, last, has_ended: false, broken: 0, is_list: true });
        }
    }
    found.sort_unstable();
    found
}
