//! The syntax tree: what a script says, with places, before any name is looked up.

mod expr;
mod item;
mod statement;

pub(super) use expr::{Expr, ExprKind, FromItem, Pattern};
pub(super) use item::{
    Backend, Calendar, CalendarSource, ClosedDays, Condition, Crm, Dated, Default, Field, Flow, Function,
    Hours, Item, Numbers, NumbersSource, Object, Operation, ProgramItem, Prompt, Route, RouteRule,
    RouteTarget, Rules, Translation, TypeName, Weekly,
};
pub(super) use statement::{
    Arm, ArmExit, Ask, Block, Body, Branch, CaseEntry, Choice, FlowCall, Given, If, Setting, SettingKind,
    Statement, StatementKind, Utterance, Waiting,
};

use crate::program::Text;
use crate::source::Span;

/// A word and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// The word.
    pub text: Text,
    /// Where.
    pub span: Span,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub span: Span,
}
