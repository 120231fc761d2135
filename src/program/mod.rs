//! A compiled program: flows as nodes with exits, and everything they name. Checked, immutable, content-addressed.
//!
//! The compiler builds it, the engine runs it, the prover walks it. A [`Node`] is a verb and its exits; a flow is
//! where a walk over nodes begins. Nothing here knows how a script is written down.

mod address;
mod backend;
mod channel;
mod draw;
mod entry;
mod entry_kind;
mod expr;
mod expr_parts;
mod form;
mod keep;
mod key;
mod limits;
mod moment;
mod node;
mod number;
mod numbers;
mod party;
pub mod passphrase;
mod permission;
mod phone;
mod promise;
mod prompt;
mod queue;
mod record;
mod recording;
mod route;
mod route_verdict;
mod schedule;
mod secret;
mod secret_test;
mod segment;
mod tone;
mod value;
pub mod verb;
mod vocabulary;
mod zone;

pub use address::Address;
pub use backend::{Backend, Function, Method, Operation, OperationId};
pub use channel::{Channel, ChannelSet};
pub use draw::{draw, draw_below};
pub use entry::{CaseMode, Due, Entry, Message, ObjectRef, Override};
pub use entry_kind::{Check, DateFormat, EntryKind, Keyed, Misfit, Reading};
pub use expr::{ArithmeticOp, Builtin, CallerKind, CompareOp, ContactField, Expr, Turn};
pub use form::{Case, Form, FormError, GRAMMARS, Gender, Grammar};
pub use keep::{Keep, Keeper, Lasts, NextClock};
pub use key::Key;
pub use limits::Limits;
pub use moment::{Moment, weekday};
pub use node::{Arm, Exit, Flow, FlowId, Node, NodeId, Slot};
pub use number::{NumberKey, NumberPattern, NumberTable, PatternError, Shapes, ShortCode, ShortCodes};
pub use numbers::{NumberSet, NumbersId};
pub use party::Party;
pub use permission::{Abroad, Permission, Refusal};
pub use phone::{AreaError, Caller, NumberKind, Phone, Subscriber, dials_locally, is_number, load_numbering};
pub use promise::{Goal, Promise};
pub use prompt::{Piece, Prompt, PromptId, Spoken, Template, Utterance};
pub use queue::{Queue, QueueId, Strategy};
pub use record::Record;
pub use recording::Recording;
pub use route::{RouteEntry, Router, Target};
pub use route_verdict::RouteVerdict;
pub use schedule::{
    Calendar, Change, Dated, DayRule, DaySpan, DayView, Explanation, Fault, HORIZON_YEARS, Holiday,
    HolidayDays, Layer, LineRef, Lines, MONTHS, Observed, Plan, Recurring, Schedule, ScheduleId,
    ScheduleKind, Season, ShiftId, Timed, Verdict, WEEKDAYS, WeekLine, YearDay, weekday_word,
};
pub use secret::Secret;
pub use secret_test::{SecretTest, forms};
pub use segment::Segment;
pub use tone::{Tone, TonePart};
pub use value::{Currency, Money, Text, Trust, Type, Value};
pub use verb::Verb;
pub use vocabulary::{ObjectType, Vocabulary};
pub use zone::{ScheduleError, Zone};

use std::collections::BTreeMap;

/// A language by its two letters of ISO 639: `ru`.
pub type Language = Text;

/// Everything that a contact can go through.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The name behind `program`.
    pub name: Text,
    /// Hash of all that the program was made from, layout and remarks of its scripts left out; names the version in
    /// journals and in the CRM.
    pub version: Text,
    /// Hash of the same files to the byte, by which older journals name a version.
    pub bytes_version: Text,
    /// Version of the time-zone data its schedules were checked with.
    pub time_zones: Text,
    /// The languages it speaks; the first is the default.
    pub languages: Vec<Language>,
    /// Two letters of ISO 3166: the country whose national number forms its lines see; behind a blank the area whose
    /// numbers are dialled by seven digits (`US 256`).
    pub country: Option<Text>,
    /// Whom it may call.
    pub permission: Permission,
    /// The zone of `now` and `today`, where the program says one.
    pub zone: Option<Zone>,
    /// All nodes of all flows.
    pub nodes: Vec<Node>,
    /// All flows; [`FlowId`] is the position.
    pub flows: Vec<Flow>,
    /// Where each kind of contact enters.
    pub routes: Vec<RouteEntry>,
    /// The same rules, to be searched.
    pub router: Router,
    /// The flows that are started without a caller, in order of their ids.
    pub tasks: Vec<FlowId>,
    /// What is said; [`PromptId`] is the position.
    pub prompts: Vec<Prompt>,
    /// The tones it plays.
    pub tones: Vec<Tone>,
    /// When somebody is there; [`ScheduleId`] is the position.
    pub schedules: Vec<Schedule>,
    /// Where callers wait; [`QueueId`] is the position.
    pub queues: Vec<Queue>,
    /// Sets of phone numbers; [`NumbersId`] is the position.
    pub numbers: Vec<NumberSet>,
    /// The services it asks.
    pub backends: Vec<Backend>,
    /// The script functions it calls; an expression names them by position.
    pub functions: Vec<Function>,
    /// The CRM's vocabulary.
    pub vocabulary: Vocabulary,
    /// The records that replies hold, by name: their fields.
    pub records: BTreeMap<Text, Vec<(Text, Type)>>,
    /// The values that outlive a contact; a verb names them by position.
    pub keeps: Vec<Keep>,
    /// What it promises of its calls.
    pub promises: Vec<Promise>,
    /// Which customers belong to which segment.
    pub segments: Vec<Segment>,
}

impl Program {
    /// Whether a journal that names this version was made with this program, but for its layout and its remarks.
    pub fn is_version(&self, version: &str) -> bool {
        *self.version == *version || *self.bytes_version == *version
    }

    /// The node behind an id. Ids come from this program, so there always is one.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The flow behind an id.
    pub fn flow(&self, id: FlowId) -> &Flow {
        &self.flows[id.0 as usize]
    }

    /// The flow of that name.
    pub fn flow_named(&self, name: &str) -> Option<FlowId> {
        self.flows.iter().position(|flow| &*flow.name == name).map(|index| FlowId(index as u32))
    }

    /// The prompt behind an id.
    pub fn prompt(&self, id: PromptId) -> &Prompt {
        &self.prompts[id.0 as usize]
    }

    /// The prompt of that name.
    pub fn prompt_named(&self, name: &str) -> Option<PromptId> {
        self.prompts.iter().position(|prompt| &*prompt.name == name).map(|index| PromptId(index as u32))
    }

    /// A backend's operation.
    pub fn operation(&self, id: OperationId) -> (&Backend, &Operation) {
        let backend = &self.backends[id.backend as usize];
        (backend, &backend.operations[id.operation as usize])
    }

    /// The position of a language in [`Program::languages`]; the default's where it speaks no such language.
    pub fn language_index(&self, language: &str) -> usize {
        self.languages.iter().position(|known| &**known == language).unwrap_or(0)
    }
}
