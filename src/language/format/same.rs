//! Whether two texts are one program in two layouts. The formatter asks this about everything that it makes; and what a
//! text says whatever its layout names a program's version.

use super::joints::{balance, without_free_ends};
use super::lexer::lex;
use super::token::{Kind, Token};

/// What a script says, without its layout and its remarks: its tokens, with `;` wherever a statement ends. Nothing where
/// its brackets or quotes are not closed.
pub(in crate::language) fn meaning(text: &str) -> Option<Vec<&str>> {
    let mut tokens = lex(text).ok()?;
    balance(&tokens).ok()?;
    // A remark holds lines apart that would be one without it.
    tokens.retain(|token| token.kind != Kind::Remark);
    Some(statements(&tokens))
}

/// Whether both texts have the same statements, and the same remarks between the same words.
pub(super) fn is_same(before: &[Token<'_>], after: &[Token<'_>]) -> bool {
    statements(before) == statements(after) && words(before) == words(after)
}

/// Every token and remark, without what ends lines.
fn words<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    tokens.iter().filter(|token| !ends_statement(token.kind)).map(|token| token.text).collect()
}

/// Every token with `;` wherever a statement ends, however that is written.
fn statements<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut walk = Walk { open: vec![Open::default()], kept: Vec::new() };
    for token in without_free_ends(tokens).iter().filter(|token| token.kind != Kind::Remark) {
        walk.take(token);
    }
    if walk.kept.last().is_some_and(|(kind, _)| *kind == Kind::Semicolon) {
        walk.kept.pop();
    }
    walk.kept.into_iter().map(|(_, text)| text).collect()
}

fn ends_statement(kind: Kind) -> bool {
    matches!(kind, Kind::End | Kind::Semicolon)
}

/// An open bracket.
#[derive(Default)]
struct Open<'a> {
    /// The word with which the statement begins that is being read.
    first: Option<&'a str>,
    is_round: bool,
    /// Whether translations stand in it, which need nothing between them.
    is_prompt: bool,
}

struct Walk<'a> {
    open: Vec<Open<'a>>,
    kept: Vec<(Kind, &'a str)>,
}

impl<'a> Walk<'a> {
    fn take(&mut self, token: &Token<'a>) {
        let last = self.kept.last().map_or(Kind::Semicolon, |(kind, _)| *kind);
        let Some(open) = self.open.last_mut() else { return };
        if ends_statement(token.kind) {
            let is_bare = matches!(last, Kind::Semicolon | Kind::BlockOpen | Kind::Comma) || open.is_round;
            open.first = None;
            if !is_bare {
                self.kept.push((Kind::Semicolon, ";"));
            }
            return;
        }
        let is_bare = token.kind == Kind::BlockClose || (open.is_prompt && token.kind == Kind::Word);
        if last == Kind::Semicolon && is_bare {
            self.kept.pop();
        }
        let is_prompt = open.first == Some("prompt");
        open.first = open.first.or(Some(token.text));
        match token.kind {
            Kind::BlockOpen => self.open.push(Open { is_prompt, ..Open::default() }),
            Kind::RoundOpen => self.open.push(Open { is_round: true, ..Open::default() }),
            Kind::BlockClose | Kind::RoundClose if self.open.len() > 1 => drop(self.open.pop()),
            _ => {}
        }
        self.kept.push((token.kind, token.text));
    }
}
