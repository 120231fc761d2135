//! Statements as written.

use super::{
    Callback, Content, Default, DrawCase, Expr, ForEach, Match, Name, NextClock, OverrideEnd, Proof, Review,
    SecretTest, SendEmail, Spanned, TypeName, Update, WhenTree,
};
use crate::program::verb::{EndKey, HuntOrder, Retries};
use crate::program::{CaseMode, Check, Key, Method, Text};
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
    Play {
        sound: Name,
        extent: PlayExtent,
        body: Body,
    },
    Wait(Expr),
    Ask(Box<Ask>),
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
        proof: Proof,
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
    Leg(LegKind),
    Queue {
        queue: Name,
        body: Body,
    },
    Record {
        name: Name,
        body: Body,
    },
    Callback(Callback),
    SendSms {
        to: Expr,
        content: Content,
    },
    SendEmail(Box<SendEmail>),
    AfterCall(FlowCall),
    Later {
        when: WhenTree,
        call: FlowCall,
    },
    Transcribe {
        recording: Expr,
        within: Option<DurationMs>,
        body: Body,
    },
    Override {
        schedule: Name,
        word: Name,
        end: Option<OverrideEnd>,
    },
    If(Box<If>),
    Let {
        name: Name,
        ty: Option<TypeName>,
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
    ForEach(ForEach),
    Break,
    Continue,
    Match(Match),
    Choose(Vec<DrawCase>),
    Count {
        name: Name,
        by: Option<Expr>,
    },
    Update(Update),
    Tell {
        backend: Name,
        operation: Name,
        args: Vec<Expr>,
    },
    Speak(Expr),
    Hangup,
    Reject(Name, Option<Spanned<Text>>),
    Default(Default),
    /// `-> again` in the braces of a verb; `-> listen`, which is silent.
    Reask {
        silent: bool,
    },
    Keys(GlobalKeys),
    /// A mistake was reported here; what it would have done is not known.
    Broken,
}

/// A statement about legs: who is called, and what is done with a call.
#[derive(Clone, Debug)]
pub(in crate::language) enum LegKind {
    Transfer { to: Vec<Expr>, order: Option<HuntOrder>, body: Body },
    Ring,
    EarlyMedia,
    Redirect(Expr),
    HandOver { to: Expr, body: Body },
    SendDigits(Expr),
    Conference { room: Expr, body: Body },
    CallOut { to: Expr, body: Body },
    RecordCall,
    StopRecording,
}

/// For how long a sound is played, as written.
#[derive(Clone, Debug)]
pub(in crate::language) enum PlayExtent {
    Once,
    For(Expr),
    UntilHungUp,
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
    /// The language in which it is said, where that is not the contact's.
    pub language: Option<Name>,
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

/// `keys { 0 -> operators }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct GlobalKeys {
    pub span: Span,
    pub lines: Vec<GlobalKey>,
}

/// One line of it.
#[derive(Clone, Debug)]
pub(in crate::language) struct GlobalKey {
    pub key: Name,
    pub branch: Branch,
}

/// `ask x: digits 4..8 until # { … }`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Ask {
    pub span: Span,
    pub secret: bool,
    pub name: Name,
    pub entry: EntryType,
    pub body: Body,
}

/// What `ask` takes.
#[derive(Clone, Debug)]
pub(in crate::language) struct EntryType {
    pub word: Name,
    pub range: Option<(Spanned<u64>, Spanned<u64>)>,
    pub currency: Option<Name>,
    pub format: Option<Name>,
    pub yes_no: YesNo,
    pub until: Option<Key>,
    /// The list behind `one of`.
    pub list: Option<Items>,
}

/// `yes 1 no 2`.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::language) struct YesNo {
    pub yes: Option<Key>,
    pub no: Option<Key>,
}

/// Items of a list to choose from: `LIST at most 3 as key say P(key, item)`.
#[derive(Clone, Debug)]
pub(in crate::language) struct Items {
    pub list: Expr,
    pub at_most: Option<Spanned<u64>>,
    pub key: Option<Name>,
    pub say: Vec<Utterance>,
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
    /// Whether a line of it could not be read that may have been an exit or a choice.
    pub broken: bool,
    /// Whether a setting of it could not be read.
    pub lacks_setting: bool,
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
    Say {
        first: Vec<Utterance>,
        then: Vec<Utterance>,
        every: Option<DurationMs>,
    },
    Waiting(Waiting),
    FirstKey(DurationMs),
    BetweenKeys(DurationMs),
    Ring(DurationMs),
    Within(DurationMs),
    Retries(Retries),
    Attempts(u8),
    Lock(LockSetting),
    SecretCheck(Vec<SecretTest>),
    SayCode(Name),
    CountsOnce,
    Ask(Ask),
    Check(CheckKind),
    Pattern(Name),
    ReadBack {
        say: Vec<Utterance>,
        keys: YesNo,
    },
    Speech(DurationMs),
    /// What whoever answers is told, and what behind the acceptance.
    Whisper {
        first: Vec<Utterance>,
        then: Vec<Utterance>,
    },
    /// The key that takes the call, any where it is missing, and the time for it.
    Accept {
        key: Option<Key>,
        within: Option<DurationMs>,
    },
    NextSay(Vec<Utterance>),
    /// What whoever answers is told that did not take the call in time.
    UnacceptedSay(Vec<Utterance>),
    CallerId(Expr),
    Detect,
    Room(RoomSetting),
    Priority(Expr),
    Timeout(DurationMs),
    Beep,
    Max(DurationMs),
    Min(DurationMs),
    Silence(DurationMs),
    Until(EndKey),
    Review(Review),
}

/// What is checked.
#[derive(Clone, Debug)]
pub(in crate::language) enum CheckKind {
    Validator(Check),
    Condition(Expr),
}

/// `lock 30m after 5`, `lock until 00:00 in "ZONE" after 3`.
#[derive(Clone, Debug)]
pub(in crate::language) struct LockSetting {
    pub after: u32,
    pub length: LockLength,
}

/// How long a lock holds.
#[derive(Clone, Debug)]
pub(in crate::language) enum LockLength {
    For(DurationMs),
    Until(NextClock),
}

/// A setting of `conference`.
#[derive(Clone, Debug)]
pub(in crate::language) enum RoomSetting {
    Role { moderator: bool, when: Option<Expr> },
    AtMost(Expr),
    WaitForModerator(Option<Expr>),
    Muted(Option<Expr>),
    EndsWithModerator(Option<Expr>),
    Record { after: Option<DurationMs>, when: Option<Expr> },
    Music(Text),
    Announce(Expr),
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
    /// Its keys, its words or its list, as written.
    pub keys: Span,
    /// The first and the last of its keys.
    pub range: Option<(Text, Text)>,
    pub label: Option<Text>,
    pub words: Vec<Text>,
    pub bind: Option<Name>,
    /// The name of the item, and the list that it is out of.
    pub each: Option<(Name, Items)>,
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
