//! Promises as written.

use super::{Expr, Name, Spanned};
use crate::source::Span;
use crate::time::DurationMs;

/// One line of a `promise` block.
#[derive(Clone, Debug)]
pub(in crate::language) struct Promise {
    pub span: Span,
    /// Of which contacts it speaks; of all where it is missing.
    pub condition: Option<Expr>,
    pub always: bool,
    pub goal: Goal,
    pub bounds: Vec<Bound>,
}

/// What is to come about, or not.
#[derive(Clone, Debug)]
pub(in crate::language) enum Goal {
    Human,
    Transfer,
    Queue,
    Ends,
    Reaches(Name),
    Outcome(Name, Option<Name>),
}

/// What stands behind it.
#[derive(Clone, Debug)]
pub(in crate::language) enum Bound {
    /// `within 60s`.
    Time(Spanned<DurationMs>),
    /// `and 4 keys`.
    Keys(Spanned<u64>),
    /// `outside office`.
    Outside(Name),
    /// `while office is open`.
    While(Expr),
    /// `before verified`.
    Unverified(Span),
}
