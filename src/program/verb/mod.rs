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
mod call_out;
mod callback;
mod case;
mod choose;
mod condition;
mod conference;
mod effect;
mod end;
mod find;
mod for_each;
mod hand_over;
mod identify;
mod judge;
mod keep;
mod later;
mod menu;
mod note;
mod outcome;
mod override_hours;
mod play;
mod queue;
mod reask;
mod record;
mod record_call;
mod redirect;
mod request;
mod ring;
mod said;
mod say;
mod send;
mod send_digits;
mod set;
mod speak;
mod tell;
mod transcribe;
mod transfer;
mod update;
mod wait;

pub use again::{Again, Repeat};
pub use answer::Answer;
pub use ask::{Ask, Hearing, Retries};
pub use authenticate::{Authenticate, Lock, Proof};
pub use call_flow::{Do, Goto, Return};
pub use call_out::CallOut;
pub use callback::Callback;
pub use case::Case;
pub use choose::{Choose, Pick};
pub use condition::If;
pub use conference::{Conference, RoomTerm, RoomTerms};
pub use end::{Hangup, Reject, RejectReason};
pub use find::Find;
pub use for_each::{Break, ForEach};
pub use hand_over::HandOver;
pub use identify::Identify;
pub use judge::{Judge, SecretCheck};
pub use keep::{Count, Recall, SetKept};
pub use later::{AfterCall, Later, When};
pub use menu::{Choice, Each, KeyRange, Menu};
pub use note::Note;
pub use outcome::Outcome;
pub use override_hours::{OverrideHours, Until};
pub use play::{Extent, Play, Sound};
pub use queue::Queue;
pub use reask::Reask;
pub use record::{EndKey, Record};
pub use record_call::{RecordCall, StopRecording};
pub use redirect::Redirect;
pub use request::Request;
pub use ring::{EarlyMedia, Ring};
pub use say::Say;
pub use send::{Content, SendEmail, SendSms};
pub use send_digits::SendDigits;
pub use set::Set;
pub use speak::Speak;
pub use tell::Tell;
pub use transcribe::Transcribe;
pub use transfer::{Accept, HuntOrder, Transfer};
pub use update::Update;
pub use wait::Wait;

use super::channel::ChannelSet;

/// What happens at a node.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Verb {
    AfterCall(AfterCall),
    Again(Again),
    Answer(Answer),
    Ask(Ask),
    Authenticate(Authenticate),
    Break(Break),
    Case(Case),
    Choose(Choose),
    Count(Count),
    CallOut(CallOut),
    Callback(Callback),
    Conference(Conference),
    Do(Do),
    EarlyMedia(EarlyMedia),
    Find(Find),
    ForEach(ForEach),
    Goto(Goto),
    HandOver(HandOver),
    Hangup(Hangup),
    Identify(Identify),
    If(If),
    Judge(Judge),
    Menu(Menu),
    Note(Note),
    Outcome(Outcome),
    Pick(Pick),
    Play(Play),
    Reask(Reask),
    Recall(Recall),
    Later(Later),
    OverrideHours(OverrideHours),
    Queue(Queue),
    Record(Record),
    RecordCall(RecordCall),
    Redirect(Redirect),
    Reject(Reject),
    Repeat(Repeat),
    Request(Request),
    Return(Return),
    Ring(Ring),
    Say(Say),
    SendDigits(SendDigits),
    SendEmail(SendEmail),
    SendSms(SendSms),
    Set(Set),
    SetKept(SetKept),
    Speak(Speak),
    Tell(Tell),
    StopRecording(StopRecording),
    Transcribe(Transcribe),
    Transfer(Transfer),
    Update(Update),
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
    /// The channels on which it can run as it stands.
    pub fn channels(&self) -> ChannelSet {
        match self {
            Verb::Ask(ask) => ask.channels(),
            Verb::Authenticate(authenticate) => authenticate.channels(),
            other => other.spec().channels,
        }
    }

    /// The record of this verb.
    pub fn spec(&self) -> &'static VerbSpec {
        match self {
            Verb::AfterCall(_) => &later::AFTER_CALL,
            Verb::Again(_) => &again::AGAIN,
            Verb::Answer(_) => &answer::SPEC,
            Verb::Ask(_) => &ask::SPEC,
            Verb::Authenticate(_) => &authenticate::SPEC,
            Verb::Break(_) => &for_each::BREAK,
            Verb::Case(_) => &case::SPEC,
            Verb::Choose(_) => &choose::SPEC,
            Verb::Count(_) => &keep::COUNT,
            Verb::CallOut(_) => &call_out::SPEC,
            Verb::Callback(_) => &callback::SPEC,
            Verb::Conference(_) => &conference::SPEC,
            Verb::Do(_) => &call_flow::DO,
            Verb::EarlyMedia(_) => &ring::EARLY_MEDIA,
            Verb::Find(_) => &find::SPEC,
            Verb::ForEach(_) => &for_each::FOR_EACH,
            Verb::Goto(_) => &call_flow::GOTO,
            Verb::HandOver(_) => &hand_over::SPEC,
            Verb::Hangup(_) => &end::HANGUP,
            Verb::Identify(_) => &identify::SPEC,
            Verb::If(_) => &condition::SPEC,
            Verb::Judge(_) => &judge::SPEC,
            Verb::Menu(_) => &menu::SPEC,
            Verb::Note(_) => &note::SPEC,
            Verb::Outcome(_) => &outcome::SPEC,
            // It stands in `let x = any(…)`, or before the statement that says so.
            Verb::Pick(_) => &set::SPEC,
            Verb::Play(_) => &play::SPEC,
            Verb::Reask(_) => &reask::SPEC,
            Verb::Recall(_) => &keep::RECALL,
            Verb::Later(Later { when: When::Afterwards, .. }) => &later::AFTERWARDS,
            Verb::Later(_) => &later::TIMER,
            Verb::OverrideHours(_) => &override_hours::SPEC,
            Verb::Queue(_) => &queue::SPEC,
            Verb::Record(_) => &record::SPEC,
            Verb::RecordCall(_) => &record_call::RECORD,
            Verb::Redirect(_) => &redirect::SPEC,
            Verb::Reject(_) => &end::REJECT,
            Verb::Repeat(_) => &again::REPEAT,
            Verb::Request(_) => &request::SPEC,
            Verb::Return(_) => &call_flow::RETURN,
            Verb::Ring(_) => &ring::RING,
            Verb::Say(_) => &say::SPEC,
            Verb::SendDigits(_) => &send_digits::SPEC,
            Verb::SendEmail(_) => &send::EMAIL,
            Verb::SendSms(_) => &send::SMS,
            Verb::Set(_) => &set::SPEC,
            Verb::SetKept(_) => &keep::SET,
            Verb::Speak(_) => &speak::SPEC,
            Verb::Tell(_) => &tell::SPEC,
            Verb::StopRecording(_) => &record_call::STOP,
            Verb::Transcribe(_) => &transcribe::SPEC,
            Verb::Transfer(_) => &transfer::SPEC,
            Verb::Update(_) => &update::SPEC,
            Verb::Wait(_) => &wait::SPEC,
        }
    }

    /// Every record there is, in the order of their words.
    pub const CATALOGUE: &'static [&'static VerbSpec] = &[
        &later::AFTER_CALL,
        &later::AFTERWARDS,
        &again::AGAIN,
        &answer::SPEC,
        &ask::SPEC,
        &authenticate::SPEC,
        &for_each::BREAK,
        &case::SPEC,
        &choose::SPEC,
        &keep::COUNT,
        &call_out::SPEC,
        &callback::SPEC,
        &conference::SPEC,
        &call_flow::DO,
        &ring::EARLY_MEDIA,
        &find::SPEC,
        &for_each::FOR_EACH,
        &request::SPEC,
        &call_flow::GOTO,
        &hand_over::SPEC,
        &end::HANGUP,
        &identify::SPEC,
        &condition::SPEC,
        &keep::RECALL,
        &later::TIMER,
        &set::SPEC,
        &menu::SPEC,
        &note::SPEC,
        &outcome::SPEC,
        &override_hours::SPEC,
        &play::SPEC,
        &reask::SPEC,
        &queue::SPEC,
        &record::SPEC,
        &record_call::RECORD,
        &redirect::SPEC,
        &end::REJECT,
        &again::REPEAT,
        &call_flow::RETURN,
        &ring::RING,
        &say::SPEC,
        &keep::SET,
        &speak::SPEC,
        &tell::SPEC,
        &send_digits::SPEC,
        &send::EMAIL,
        &send::SMS,
        &record_call::STOP,
        &transcribe::SPEC,
        &transfer::SPEC,
        &update::SPEC,
        &wait::SPEC,
    ];
}
