//! The syntax tree: what a script says, with places, before any name is looked up.

mod data;
mod expr;
mod item;
mod promise;
mod statement;
mod waiting;

pub(super) use data::{
    DrawCase, ForEach, KeepItem, Lasts, Match, MatchCase, MatchRange, NextClock, Proof, RecordItem,
    SecretTest, TextPart, Update,
};
pub(super) use expr::{Expr, ExprKind, FromItem, Pattern};
pub(super) use item::{
    Backend, Calendar, CalendarDay, CalendarSource, Condition, Crm, Default, Field, Flow, Function, Hours,
    HoursLine, Item, LineDays, Numbers, NumbersSource, Object, Operation, ProgramItem, Prompt, Queue,
    QueueLine, Route, RouteRule, RouteTarget, Rules, Season, Segment, Tone, Translation, TypeName,
};
pub(super) use promise::{Bound, Goal, Promise};
pub(super) use statement::{
    Arm, ArmExit, Ask, Block, Body, Branch, CaseEntry, CheckKind, Choice, EntryType, FlowCall, Given,
    GlobalKey, GlobalKeys, If, Items, LegKind, LockLength, LockSetting, PlayExtent, RoomSetting, Setting,
    SettingKind, Statement, StatementKind, Utterance, Waiting, YesNo,
};
pub(super) use waiting::{
    Callback, Content, OverrideEnd, Review, ReviewChoice, ReviewWord, SendEmail, WhenTree,
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
