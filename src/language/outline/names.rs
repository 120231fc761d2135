//! Names that a script declares.

use std::ops::Range;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum NameKind {
    Program,
    Flow,
    Prompt,
    Numbers,
    Hours,
    Calendar,
    Queue,
    Backend,
    Operation,
    Status,
    Function,
    Record,
    Keep,
    Tone,
    Route,
    Object,
    Field,
    Topic,
    Outcome,
    Parameter,
    Variable,
}

/// A name where it is declared.
#[derive(Clone, Debug)]
pub struct Declared<'a> {
    /// What it stands for.
    pub kind: NameKind,
    /// The name; a topic without its quotes.
    pub name: &'a str,
    /// Its bytes.
    pub at: Range<usize>,
    /// The bytes of its declaration: a whole flow, one operation, one field.
    pub whole: Range<usize>,
    /// Where it is known: the bytes of its flow or prompt; everywhere where that is missing.
    pub within: Option<Range<usize>>,
    /// What it is part of: the backend of an operation, the record of a field.
    pub of: Option<&'a str>,
}

impl NameKind {
    /// What a person calls it.
    pub fn word(self) -> &'static str {
        match self {
            NameKind::Program => "program",
            NameKind::Flow => "flow",
            NameKind::Prompt => "prompt",
            NameKind::Numbers => "numbers",
            NameKind::Hours => "hours",
            NameKind::Calendar => "calendar",
            NameKind::Queue => "queue",
            NameKind::Backend => "backend",
            NameKind::Operation => "operation",
            NameKind::Status => "status",
            NameKind::Function => "function",
            NameKind::Record => "record",
            NameKind::Keep => "kept value",
            NameKind::Tone => "tone",
            NameKind::Route => "route",
            NameKind::Object => "object",
            NameKind::Field => "field",
            NameKind::Topic => "topic",
            NameKind::Outcome => "outcome",
            NameKind::Parameter => "parameter",
            NameKind::Variable => "variable",
        }
    }

    /// What a declaration at the beginning of a line declares.
    pub(super) fn declared_by(word: &str) -> Option<NameKind> {
        Some(match word {
            "program" => NameKind::Program,
            "flow" => NameKind::Flow,
            "prompt" => NameKind::Prompt,
            "numbers" => NameKind::Numbers,
            "hours" | "shifts" => NameKind::Hours,
            "calendar" => NameKind::Calendar,
            "queue" => NameKind::Queue,
            "backend" => NameKind::Backend,
            "function" => NameKind::Function,
            "record" => NameKind::Record,
            "keep" => NameKind::Keep,
            "tone" => NameKind::Tone,
            "route" => NameKind::Route,
            _ => return None,
        })
    }
}
