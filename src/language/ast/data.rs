//! Records, kept values, lists, matches and chance as written.

use super::{Block, Body, Branch, Expr, Field, Name, Spanned, TypeName};
use crate::program::{Text, Value};
use crate::source::Span;
use crate::time::DurationMs;

/// `record NAME { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct RecordItem {
    pub name: Name,
    pub fields: Vec<Field>,
}

/// `keep NAME: TYPE = DEFAULT per caller …`.
#[derive(Clone, Debug)]
pub(in crate::language) struct KeepItem {
    pub name: Name,
    pub ty: TypeName,
    pub at_first: Option<Expr>,
    pub keeper: Name,
    pub lasts: Option<Lasts>,
}

/// How long something is kept.
#[derive(Clone, Debug)]
pub(in crate::language) enum Lasts {
    For(DurationMs),
    Until(NextClock),
}

/// `until 00:00 in "ZONE"`.
#[derive(Clone, Debug)]
pub(in crate::language) struct NextClock {
    /// Seconds from local midnight.
    pub second: u32,
    pub zone: Spanned<Text>,
}

/// `for each x in LIST at most N { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct ForEach {
    pub name: Name,
    pub list: Expr,
    pub at_most: Option<Spanned<u64>>,
    pub block: Block,
}

/// `match X { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Match {
    pub value: Expr,
    pub cases: Vec<MatchCase>,
    /// Whether a line of it could not be read.
    pub broken: bool,
}

/// One line of a `match`; without values it is `otherwise`.
#[derive(Clone, Debug)]
pub(in crate::language) struct MatchCase {
    pub span: Span,
    pub ranges: Option<Vec<MatchRange>>,
    pub branch: Branch,
}

/// A value, or all from one to another.
#[derive(Clone, Debug)]
pub(in crate::language) struct MatchRange {
    pub span: Span,
    pub first: Value,
    pub last: Option<Value>,
    /// Whether it is a bare word: a shift.
    pub is_name: bool,
}

/// One line of a `choose`.
#[derive(Clone, Debug)]
pub(in crate::language) struct DrawCase {
    pub weight: u64,
    pub branch: Branch,
}

/// `update client.tariff = "gold" { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Update {
    /// The record.
    pub of: Expr,
    pub field: Name,
    pub value: Expr,
    pub body: Body,
}

/// How `authenticate` proves who the caller is.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
pub(in crate::language) enum Proof {
    /// Nothing stands behind the word: `pin`.
    Alone,
    /// `challenge FIELD`.
    Field(Name),
    /// `code to PHONE`.
    To(Expr),
}

/// One test of `check` in the braces of a secret question.
#[derive(Clone, Debug)]
pub(in crate::language) enum SecretTest {
    /// `no_repeats 3`.
    NoRepeats(u8),
    /// `no_runs 4`.
    NoRuns(u8),
    /// `luhn`.
    Luhn,
    /// `words 3`.
    Words(u8),
    /// `differs from EXPR`.
    DiffersFrom(Expr),
}

/// A piece of a text in an expression.
#[derive(Clone, Debug)]
pub(in crate::language) enum TextPart {
    Words(Text),
    Value(Expr),
}
