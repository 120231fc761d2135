//! Statements as written.

use super::{Default, Expr, Name, Spanned};
use crate::program::verb::{Lock, Retries};
use crate::program::{CaseMode, Key, Method, Text};
use crate::source::Span;
use crate::time::DurationMs;

/// A statement and where it stands.
#[derive(Clone, Debug)]
pub(in crate::language) struct Statement {
    pub span: Span,
    pub kind: StatementKind,
}

/// What a statement is.
#[derive(Clone, Debug)]
pub(in crate::language) enum StatementKind {
    Answer,
    Say {
        whole: bool,
        speech: Vec<Utterance>,
    },
    Play(Name),
    Wait(Expr),
    Ask(Ask),
    Menu {
        name: Option<Name>,
        body: Body,
    },
    Identify(Body),
    Find {
        object: Name,
        key: Expr,
        body: Body,
    },
    Authenticate {
        customer: Expr,
        method: Name,
        body: Body,
    },
    Request {
        method: Spanned<Method>,
        backend: Name,
        operation: Name,
        args: Vec<Expr>,
        body: Body,
    },
    Case(CaseEntry),
    Outcome {
        word: Name,
        topic: Option<Name>,
    },
    Note(Expr),
    Transfer {
        to: Expr,
        body: Body,
    },
    If(Box<If>),
    Let {
        name: Name,
        value: Given,
        body: Body,
    },
    Set {
        name: Name,
        value: Given,
        body: Body,
    },
    Do(FlowCall),
    Goto(FlowCall),
    Return(Option<Expr>),
    Again {
        at_most: Spanned<u64>,
        otherwise: Box<Branch>,
    },
    Repeat {
        at_most: Spanned<u64>,
        block: Block,
    },
    Speak(Expr),
    Hangup,
    Reject(Name),
    Default(Default),
    /// A mistake was reported here; what it would have done is not known.
    Broken,
}

/// Statements in braces.
#[derive(Clone, Debug)]
pub(in crate::language) struct Block {
    /// With its braces.
    pub span: Span,
    pub statements: Vec<Statement>,
}

/// Where an exit leads.
#[derive(Clone, Debug)]
pub(in crate::language) enum Branch {
    /// For good.
    Arrow(Box<Statement>),
    /// Through these and on behind the statement.
    Block(Block),
}

/// A prompt with its arguments.
#[derive(Clone, Debug)]
pub(in crate::language) struct Utterance {
    pub span: Span,
    pub prompt: Name,
    pub args: Vec<Expr>,
}

/// A flow with its arguments.
#[derive(Clone, Debug)]
pub(in crate::language) struct FlowCall {
    pub span: Span,
    pub flow: Name,
    pub args: Vec<Expr>,
}

/// What `let` and `set` give a variable.
#[derive(Clone, Debug)]
pub(in crate::language) enum Given {
    Expr(Expr),
    Flow(FlowCall),
}

/// `ask x: digits 4..8 until # { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Ask {
    pub span: Span,
    pub secret: bool,
    pub name: Name,
    pub entry: Name,
    pub range: Option<(Spanned<u64>, Spanned<u64>)>,
    pub until: Option<Key>,
    pub body: Body,
}

/// `case auto topic "…" of … about …`.
#[derive(Clone, Debug)]
pub(in crate::language) struct CaseEntry {
    pub mode: Option<CaseMode>,
    pub mode_word: Name,
    pub topic: Name,
    pub customer: Option<Expr>,
    pub about: Option<Expr>,
}

/// `if … { … } else { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct If {
    pub condition: Expr,
    /// The name for what was opened by `is some`.
    pub opened: Option<Name>,
    pub then: Branch,
    /// Another `if` is a block with only that in it.
    pub otherwise: Option<Branch>,
}

/// What stands in the braces of a verb.
#[derive(Clone, Debug)]
pub(in crate::language) struct Body {
    /// With its braces; where there are none, the end of the verb's line.
    pub span: Span,
    pub settings: Vec<Setting>,
    pub choices: Vec<Choice>,
    pub arms: Vec<Arm>,
    /// Whether a line of it could not be read.
    pub broken: bool,
}

/// One setting of a verb.
#[derive(Clone, Debug)]
pub(in crate::language) struct Setting {
    pub span: Span,
    pub kind: SettingKind,
}

/// What is set.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
pub(in crate::language) enum SettingKind {
    Say { first: Vec<Utterance>, then: Vec<Utterance> },
    Waiting(Waiting),
    FirstKey(DurationMs),
    BetweenKeys(DurationMs),
    Ring(DurationMs),
    Within(DurationMs),
    Retries(Retries),
    Attempts(u8),
    Lock(Lock),
    Ask(Ask),
}

/// `while waiting …`.
#[derive(Clone, Debug)]
pub(in crate::language) enum Waiting {
    Play(Name),
    Block(Block),
}

/// `1 "label" as x -> …`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Choice {
    pub span: Span,
    /// The keys, as written.
    pub keys: Span,
    pub first: Text,
    pub last: Text,
    pub label: Option<Text>,
    pub bind: Option<Name>,
    pub branch: Branch,
}

/// `busy, no_answer -> …`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Arm {
    pub span: Span,
    pub exits: Vec<ArmExit>,
    pub bind: Option<Name>,
    pub branch: Branch,
}

/// One exit of an arm: `no_input 2`.
#[derive(Clone, Debug)]
pub(in crate::language) struct ArmExit {
    pub word: Name,
    pub nth: Option<u8>,
}
