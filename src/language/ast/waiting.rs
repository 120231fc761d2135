//! Waiting as written: callbacks, messages, flows that run later.

use super::{Expr, Name, Spanned, Utterance};
use crate::program::Text;
use crate::source::Span;
use crate::time::DurationMs;

/// `callback to … keeping place in … at …`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Callback {
    pub to: Option<Expr>,
    pub keeping_place: bool,
    pub queue: Option<Name>,
    pub at: Option<WhenTree>,
}

/// `send email to … subject … say … attach …`.
#[derive(Clone, Debug)]
pub(in crate::language) struct SendEmail {
    pub to: Expr,
    pub subject: Option<Expr>,
    pub content: Content,
    pub attach: Option<Expr>,
}

/// What a message says.
#[derive(Clone, Debug)]
pub(in crate::language) enum Content {
    Say(Vec<Utterance>),
    Text(Expr),
}

/// When a flow runs.
#[derive(Clone, Debug)]
pub(in crate::language) enum WhenTree {
    Afterwards,
    In(Expr),
    /// A time of day in a zone, or a moment.
    At(Expr, Option<Spanned<Text>>),
}

/// How long an override holds.
#[derive(Clone, Debug)]
pub(in crate::language) enum OverrideEnd {
    NextChange,
    For(Expr),
    Until(Expr),
}

/// `review { … }`: what the caller may do with a message.
#[derive(Clone, Debug)]
pub(in crate::language) struct Review {
    pub span: Span,
    pub say: Vec<Utterance>,
    pub first_key: Option<DurationMs>,
    pub choices: Vec<ReviewChoice>,
    /// Whether a line of it could not be read.
    pub broken: bool,
}

/// `1 "listen" listen`.
#[derive(Clone, Debug)]
pub(in crate::language) struct ReviewChoice {
    pub keys: Span,
    pub key: Text,
    pub label: Option<Text>,
    pub word: ReviewWord,
}

/// What a key does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::language) enum ReviewWord {
    Listen,
    Keep,
    Again,
}
