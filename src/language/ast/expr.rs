//! Expressions as written.

use super::{Name, TextPart};
use crate::program::{ArithmeticOp, CompareOp, NumberPattern, Text, Value};
use crate::source::Span;

/// An expression and where it stands.
#[derive(Clone, Debug)]
pub(in crate::language) struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub(in crate::language) enum ExprKind {
    /// A literal.
    Const(Value),
    /// `caller`.
    Caller,
    /// `called`.
    Called,
    /// A variable.
    Name(Text),
    /// A script function.
    Call(Name, Vec<Expr>),
    /// A field of a record.
    Field(Box<Expr>, Name),
    /// Both.
    And(Box<Expr>, Box<Expr>),
    /// Either.
    Or(Box<Expr>, Box<Expr>),
    /// The opposite.
    Not(Box<Expr>),
    /// Two values compared.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// Two values computed.
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
    /// `is open`, `is none` and so on.
    Is(Box<Expr>, Name),
    /// Membership in a set of numbers or in a list.
    In(Box<Expr>, Box<Expr>),
    /// Whether the caller is one of these.
    From(Vec<FromItem>),
    /// `if c then a else b`.
    Choose(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The first, or the second where the first is missing.
    Otherwise(Box<Expr>, Box<Expr>),
    /// Whether a text is in another.
    Contains(Box<Expr>, Box<Expr>),
    /// Whether one is the beginning of the other.
    StartsWith(Box<Expr>, Box<Expr>),
    /// An item of a list by its position.
    Index(Box<Expr>, Box<Expr>),
    /// A list as written.
    List(Vec<Expr>),
    /// A text with values in it.
    Filled(Vec<TextPart>),
    /// A mistake was reported here.
    Broken,
}

/// One thing behind `from`.
#[derive(Clone, Debug)]
pub(in crate::language) enum FromItem {
    /// A set of numbers, or `withheld`, `missing`, `invalid`.
    Name(Name),
    /// Numbers as written.
    Pattern(Pattern),
    /// An address, compared without regard to case.
    Address(Text),
}

/// Which numbers are meant; `None` where a mistake was reported.
pub(in crate::language) type Pattern = Option<NumberPattern>;
