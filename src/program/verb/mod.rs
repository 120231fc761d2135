//! The verb catalogue: one file a verb, with its settings, its exits, its documentation and an example.
//!
//! The compiler reads the record to know which exits must be handled and on which channels the verb may stand; the
//! manual reads the same record. A new verb is a new file here and a new variant of [`Verb`]; every place that must
//! decide something about it then fails to compile until it does.

mod again;
mod answer;
mod ask;
mod authenticate;
mod call_flow;
mod case;
mod condition;
mod end;
mod find;
mod identify;
mod menu;
mod note;
mod outcome;
mod play;
mod request;
mod say;
mod set;
mod speak;
mod transfer;
mod wait;

pub use again::{Again, Repeat};
pub use answer::Answer;
pub use ask::{Ask, Hearing, Retries};
pub use authenticate::{Authenticate, Lock};
pub use call_flow::{Do, Goto, Return};
pub use case::Case;
pub use condition::If;
pub use end::{Hangup, Reject, RejectReason};
pub use find::Find;
pub use identify::Identify;
pub use menu::{Choice, KeyRange, Menu};
pub use note::Note;
pub use outcome::Outcome;
pub use play::{Play, Sound};
pub use request::Request;
pub use say::Say;
pub use set::Set;
pub use speak::Speak;
pub use transfer::Transfer;
pub use wait::Wait;

use super::channel::ChannelSet;

/// What happens at a node.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Verb {
    Again(Again),
    Answer(Answer),
    Ask(Ask),
    Authenticate(Authenticate),
    Case(Case),
    Do(Do),
    Find(Find),
    Goto(Goto),
    Hangup(Hangup),
    Identify(Identify),
    If(If),
    Menu(Menu),
    Note(Note),
    Outcome(Outcome),
    Play(Play),
    Reject(Reject),
    Repeat(Repeat),
    Request(Request),
    Return(Return),
    Say(Say),
    Set(Set),
    Speak(Speak),
    Transfer(Transfer),
    Wait(Wait),
}

/// A verb's record: what the compiler, the manual and an editor know of it.
#[derive(Debug)]
pub struct VerbSpec {
    /// The word a script writes.
    pub word: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// What its braces may set.
    pub settings: &'static [SettingSpec],
    /// How it can end beside being done, in the order in which the manual lists them.
    pub exits: &'static [ExitSpec],
    /// Where it may stand.
    pub channels: ChannelSet,
    /// A few lines that compile inside a flow of the manual's example program.
    pub example: &'static str,
}

/// A setting in a verb's record.
#[derive(Debug)]
pub struct SettingSpec {
    /// As it is written, with words in capitals where something is filled in.
    pub written: &'static str,
    /// What it sets.
    pub what: &'static str,
    /// What holds where it is left out; empty where there is nothing to say.
    pub default: &'static str,
}

/// An exit or a handler in a verb's record.
#[derive(Debug)]
pub struct ExitSpec {
    /// The word a script writes.
    pub word: &'static str,
    /// When it is taken.
    pub when: &'static str,
    /// Whether somebody must handle it: the statement, or a `default` block.
    pub needed: bool,
}

/// A setting, with what holds where it is left out.
pub(crate) const fn setting(written: &'static str, what: &'static str, default: &'static str) -> SettingSpec {
    SettingSpec { written, what, default }
}

/// An exit that must be handled.
pub(crate) const fn exit(word: &'static str, when: &'static str) -> ExitSpec {
    ExitSpec { word, when, needed: true }
}

/// A handler or an exit that may be left out.
pub(crate) const fn optional(word: &'static str, when: &'static str) -> ExitSpec {
    ExitSpec { word, when, needed: false }
}

impl Verb {
    /// The record of this verb.
    pub fn spec(&self) -> &'static VerbSpec {
        match self {
            Verb::Again(_) => &again::AGAIN,
            Verb::Answer(_) => &answer::SPEC,
            Verb::Ask(_) => &ask::SPEC,
            Verb::Authenticate(_) => &authenticate::SPEC,
            Verb::Case(_) => &case::SPEC,
            Verb::Do(_) => &call_flow::DO,
            Verb::Find(_) => &find::SPEC,
            Verb::Goto(_) => &call_flow::GOTO,
            Verb::Hangup(_) => &end::HANGUP,
            Verb::Identify(_) => &identify::SPEC,
            Verb::If(_) => &condition::SPEC,
            Verb::Menu(_) => &menu::SPEC,
            Verb::Note(_) => &note::SPEC,
            Verb::Outcome(_) => &outcome::SPEC,
            Verb::Play(_) => &play::SPEC,
            Verb::Reject(_) => &end::REJECT,
            Verb::Repeat(_) => &again::REPEAT,
            Verb::Request(_) => &request::SPEC,
            Verb::Return(_) => &call_flow::RETURN,
            Verb::Say(_) => &say::SPEC,
            Verb::Set(_) => &set::SPEC,
            Verb::Speak(_) => &speak::SPEC,
            Verb::Transfer(_) => &transfer::SPEC,
            Verb::Wait(_) => &wait::SPEC,
        }
    }

    /// Every record there is, in the order of their words.
    pub const CATALOGUE: &'static [&'static VerbSpec] = &[
        &again::AGAIN,
        &answer::SPEC,
        &ask::SPEC,
        &authenticate::SPEC,
        &case::SPEC,
        &call_flow::DO,
        &find::SPEC,
        &request::SPEC,
        &call_flow::GOTO,
        &end::HANGUP,
        &identify::SPEC,
        &condition::SPEC,
        &set::SPEC,
        &menu::SPEC,
        &note::SPEC,
        &outcome::SPEC,
        &play::SPEC,
        &end::REJECT,
        &again::REPEAT,
        &call_flow::RETURN,
        &say::SPEC,
        &speak::SPEC,
        &transfer::SPEC,
        &wait::SPEC,
    ];
}
