//! What a script declares and names, for editors. It is read from tokens alone, so that it is known of scripts which
//! somebody is still writing, too, where the grammar sees only mistakes.

mod expected;
mod names;
mod place;
mod walk;

pub use expected::Expected;
pub use names::{Declared, NameKind};
pub use place::Place;

use super::format::lexer::lex_unfinished;
use super::format::token::{Kind, Token};
use crate::program::verb::VerbSpec;
use std::ops::Range;
use walk::Walk;

/// The names in a script.
#[derive(Clone, Debug, Default)]
pub struct Outline<'a> {
    /// What it declares, in the order of the text.
    pub declared: Vec<Declared<'a>>,
    /// Its words outside of remarks, those within `{…}` of texts among them, and its topics.
    pub words: Vec<Word<'a>>,
}

/// A word that may be a name.
#[derive(Clone, Debug)]
pub struct Word<'a> {
    /// As it is written; a topic without its quotes.
    pub text: &'a str,
    /// Its bytes.
    pub at: Range<usize>,
    /// What may stand where it stands.
    pub expected: Expected,
}

/// What surrounds a byte of a script.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    /// In which braces it stands.
    pub place: Place,
    /// The tokens of its line before it, without the word that it touches.
    pub before: Vec<&'a str>,
    /// The word that ends at it or goes on behind it; empty where there is none.
    pub word: Range<usize>,
    /// What may stand there.
    pub expected: Expected,
    /// Whether it stands in a text, outside of `{…}`, or in a remark: there are no names.
    pub is_plain: bool,
}

/// What a script declares and names.
pub fn outline(text: &str) -> Outline<'_> {
    let tokens = lex_unfinished(text);
    let mut walk = Walk::new(text, &tokens);
    while walk.step() {}
    walk.finish()
}

/// The record of the verb with which a line begins, given its words: of `send sms to caller` that of `send sms`.
pub fn verb_of(line: &[&str]) -> Option<&'static VerbSpec> {
    place::verb(line)
}

/// What surrounds a byte of a script.
pub fn cursor(text: &str, at: usize) -> Cursor<'_> {
    let tokens = lex_unfinished(text);
    let touches = |token: &Token<'_>| match token.kind {
        Kind::Word | Kind::Text => token.at < at && at <= token.at + token.text.len(),
        // A remark goes on to the end of its line, whatever blanks are behind it.
        Kind::Remark => token.at < at && text.get(token.at..at).is_some_and(|piece| !piece.contains('\n')),
        _ => false,
    };
    let end = tokens.iter().position(|token| token.at >= at || touches(token)).unwrap_or(tokens.len());
    let mut walk = Walk::new(text, &tokens);
    while walk.at() < end && walk.step() {}
    walk.cursor(at, tokens.get(end).filter(|token| touches(token)))
}
