//! Declarations as written.

use super::{Arm, Block, Branch, Expr, GlobalKeys, KeepItem, Name, Pattern, Promise, RecordItem, Spanned};
use crate::program::{DayRule, DaySpan, Method, Text, TonePart, YearDay};
use crate::source::Span;
use crate::time::DurationMs;
use jiff::civil::{Date, Weekday};

/// One declaration.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
pub(in crate::language) enum Item {
    Import(Spanned<Text>),
    Program(ProgramItem),
    Crm(Crm),
    Backend(Backend),
    Numbers(Numbers),
    Hours(Hours),
    Queue(Queue),
    Calendar(Calendar),
    Prompt(Prompt),
    Keys(GlobalKeys),
    Tone(Tone),
    Route(Route),
    Record(RecordItem),
    Keep(KeepItem),
    Flow(Flow),
    Function(Function),
    Promises(Vec<Promise>),
}

/// `program NAME { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct ProgramItem {
    pub name: Name,
    pub languages: Vec<Name>,
    /// Which language a missing text is taken from: (missing, taken from).
    pub fallbacks: Vec<(Name, Name)>,
    pub country: Option<Name>,
    /// Whose numbers are dialled by seven digits.
    pub area: Option<Name>,
    /// `allow WHAT to COUNTRIES`.
    pub allowed: Vec<(Name, Vec<Name>)>,
    /// The zone of `now` and `today`.
    pub zone: Option<Spanned<Text>>,
    pub defaults: Vec<Default>,
    /// Whether a line of it could not be read.
    pub broken: bool,
}

/// `default { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Default {
    pub span: Span,
    pub arms: Vec<Arm>,
    /// Whether a line of it could not be read.
    pub broken: bool,
}

/// `name: type`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Field {
    /// Where it is called sensitive.
    pub sensitive: Option<Span>,
    pub name: Name,
    pub ty: TypeName,
}

/// A type as written.
#[derive(Clone, Debug)]
pub(in crate::language) struct TypeName {
    pub span: Span,
    pub list: bool,
    pub verified: bool,
    pub attested: bool,
    pub word: Name,
    pub optional: bool,
}

/// `crm { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Crm {
    pub span: Span,
    pub customer: Vec<Field>,
    pub objects: Vec<Object>,
    pub segments: Vec<Segment>,
    pub topics: Vec<Name>,
    pub outcomes: Vec<Name>,
}

/// `object NAME { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Object {
    pub name: Name,
    pub fields: Vec<Field>,
}

/// `segment NAME when CONDITION`: customers of whom it holds.
#[derive(Clone, Debug)]
pub(in crate::language) struct Segment {
    pub name: Name,
    pub condition: Expr,
}

/// `backend NAME { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Backend {
    pub name: Name,
    pub operations: Vec<Operation>,
}

/// `get NAME(…) -> { … } at "…"`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Operation {
    pub method: Method,
    pub name: Name,
    pub params: Vec<Field>,
    pub reply: Vec<Field>,
    pub path: Spanned<Text>,
    pub within: Option<DurationMs>,
    pub statuses: Vec<Name>,
}

/// `numbers NAME …`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Numbers {
    pub name: Name,
    pub source: NumbersSource,
}

/// Where numbers come from.
#[derive(Clone, Debug)]
pub(in crate::language) enum NumbersSource {
    File(Spanned<Text>),
    Segment(Spanned<Text>),
    Patterns(Vec<Spanned<Pattern>>),
}

/// `hours NAME in "ZONE" { … }`, or `shifts NAME in "ZONE" { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Hours {
    pub name: Name,
    pub zone: Option<Spanned<Text>>,
    /// `in any zone`.
    pub any_zone: bool,
    /// Whether it is `shifts`: then every line names its shift.
    pub is_shifts: bool,
    pub lines: Vec<HoursLine>,
    pub seasons: Vec<Season>,
    /// `always open`, `always closed`: what holds until somebody sets something else by hand.
    pub always: Vec<Spanned<bool>>,
    /// The shift that holds where no line does.
    pub otherwise: Vec<Name>,
    /// Whether a line of it could not be read.
    pub broken: bool,
}

/// A line of hours or shifts.
#[derive(Clone, Debug)]
pub(in crate::language) struct HoursLine {
    pub span: Span,
    /// Whose it is; nobody's in `hours`.
    pub shift: Option<Name>,
    pub days: LineDays,
    /// What the day is called; empty where nobody says.
    pub called: Text,
    /// None where it is closed, and where a calendar brings the time.
    pub spans: Vec<Spanned<DaySpan>>,
}

/// What a line is about.
#[derive(Clone, Debug)]
pub(in crate::language) enum LineDays {
    Week(Vec<Weekday>),
    Recurring(DayRule),
    Dates(Date, Date),
    Calendar { name: Name, open: bool },
}

/// `season NAME jun 1 to aug 31 { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Season {
    pub name: Name,
    pub first: YearDay,
    pub last: YearDay,
    pub lines: Vec<HoursLine>,
}

/// `tone NAME { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Tone {
    pub name: Name,
    pub parts: Vec<Spanned<TonePart>>,
}

/// `queue NAME { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Queue {
    pub name: Name,
    pub lines: Vec<Spanned<QueueLine>>,
    /// Whether a line of it could not be read.
    pub broken: bool,
}

/// A line of a queue.
#[derive(Clone, Debug)]
pub(in crate::language) enum QueueLine {
    Strategy(Name),
    Music(Text),
    Members(Vec<Text>),
    Hours(Name),
    AtMost(u32),
    Ring(DurationMs),
    WrapUp(DurationMs),
    Timeout(DurationMs),
    Callbacks(Name),
}

/// `calendar NAME …`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Calendar {
    pub name: Name,
    pub source: CalendarSource,
}

/// Where days come from.
#[derive(Clone, Debug)]
pub(in crate::language) enum CalendarSource {
    File(Spanned<Text>),
    Days(Vec<CalendarDay>),
}

/// A line of a calendar.
#[derive(Clone, Debug)]
pub(in crate::language) struct CalendarDay {
    pub span: Span,
    /// A recurring day, or dates from one to another.
    pub days: LineDays,
    /// What it is called; empty where nobody says.
    pub called: Text,
}

/// `prompt NAME(…) { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Prompt {
    pub name: Name,
    pub params: Vec<Field>,
    pub texts: Vec<Translation>,
    /// Whether a line of it could not be read.
    pub broken: bool,
}

/// `ru "…"`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Translation {
    pub language: Name,
    pub text: Spanned<Text>,
}

/// `route NAME { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Route {
    pub name: Name,
    pub rules: Vec<RouteRule>,
    /// Whether a line of it could not be read.
    pub broken: bool,
}

/// One rule of a route; without channels it is `otherwise`.
#[derive(Clone, Debug)]
pub(in crate::language) struct RouteRule {
    pub span: Span,
    pub channels: Option<Vec<Name>>,
    pub targets: Vec<RouteTarget>,
    pub rules: Rules,
}

/// What was dialled or addressed.
#[derive(Clone, Debug)]
pub(in crate::language) enum RouteTarget {
    Address(Spanned<Text>),
    Number(Spanned<Pattern>),
    /// A set of numbers, or `emergency`.
    Name(Name),
}

/// What a rule does.
#[derive(Clone, Debug)]
pub(in crate::language) enum Rules {
    Arrow(Branch),
    Block(Vec<Condition>, bool),
}

/// One line inside a target; without a condition it is `otherwise`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Condition {
    pub span: Span,
    pub condition: Option<Expr>,
    pub arrow: Branch,
}

/// `flow NAME(…) -> TYPE { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Flow {
    pub name: Name,
    pub params: Vec<Field>,
    pub returns: Option<TypeName>,
    pub block: Block,
}

/// `function NAME(…) -> TYPE from "…"`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Function {
    pub name: Name,
    pub params: Vec<Field>,
    pub returns: TypeName,
    pub path: Spanned<Text>,
}
