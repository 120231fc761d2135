//! What is said: prompts in every language, as pieces of text and values between them.

use super::expr::Expr;
use super::form::Form;
use super::value::{Text, Type, Value};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A prompt of a program, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PromptId(pub u32);

/// One thing that can be said, in every language of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// The name a script says it by; also the name of its recording.
    pub name: Text,
    /// What it takes: names and types, in order.
    pub params: Vec<(Text, Type)>,
    /// One template for each language of the program, in the program's order.
    pub texts: Vec<Template>,
    /// Whether it is said aloud somewhere, so that a call needs its recordings: not where it is only ever sent.
    pub is_spoken: bool,
}

/// A prompt's text in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The language of the text: another than asked for where the program allows falling back.
    pub language: Text,
    /// Text and values in the order in which they are said.
    pub pieces: Vec<Piece>,
}

/// A stretch of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Words, as written.
    Words(Text),
    /// The argument at this position, in this form.
    Param(usize, Form),
}

/// A prompt with the arguments that a node says it with.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// What is said.
    pub prompt: PromptId,
    /// With which values, one for each parameter.
    pub args: Vec<Expr>,
    /// In which of the program's languages; in the contact's where it says none.
    pub language: Option<Text>,
}

/// A prompt with its values, in a language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken {
    /// The prompt's name.
    pub prompt: Text,
    /// Its values, one for each parameter.
    pub args: Vec<Value>,
    /// The language by its two letters.
    pub language: Text,
}

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.prompt)?;
        if !self.args.is_empty() {
            f.write_str("(")?;
            for (index, value) in self.args.iter().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                write!(f, "{comma}{value}")?;
            }
            f.write_str(")")?;
        }
        write!(f, " [{}]", self.language)
    }
}

impl Prompt {
    /// Whether it says of a parameter how far off it is, in any language.
    pub fn tells_distance(&self, index: usize) -> bool {
        let near = |piece: &Piece| matches!(piece, Piece::Param(at, form) if *at == index && form.near);
        self.texts.iter().any(|template| template.pieces.iter().any(near))
    }

    /// The text as a designer wrote it, with `{name}` where a value goes.
    pub fn written(&self, language_index: usize) -> String {
        let template = self.texts.get(language_index).or(self.texts.first());
        let pieces = template.map(|template| template.pieces.as_slice()).unwrap_or_default();
        let write = |piece: &Piece| match piece {
            Piece::Words(words) => words.to_string(),
            Piece::Param(index, form) => {
                let name = self.params.get(*index).map_or("?", |(name, _)| name);
                match form.to_string() {
                    form if form.is_empty() => format!("{{{name}}}"),
                    form => format!("{{{name}: {form}}}"),
                }
            }
        };
        pieces.iter().map(write).collect()
    }
}
