//! By what the answer to a question can be split.

use super::clock::ClockPart;

/// By what a figure is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Not at all.
    All,
    /// The channel of a contact.
    Channel,
    /// Who called whom.
    Direction,
    /// What it is about.
    Topic,
    /// What came of it.
    Outcome,
    /// The hour of the day, on a zone's clock.
    Hour,
    /// The day of the week.
    Weekday,
    /// The day.
    Day,
    /// The month.
    Month,
    /// The number or address that was called.
    Called,
    /// The program that took it.
    Program,
    /// Whether it was known who it was.
    Identity,
    /// Who ended it.
    EndedBy,
    /// The flow.
    Flow,
    /// The flow and the prompt that was said last in it.
    Prompt,
    /// How many times somebody made contact.
    Times,
    /// The customer, else the number.
    Caller,
    /// The customer.
    Customer,
    /// Who has the case.
    Owner,
    /// How urgent it is.
    Priority,
    /// Where it stands.
    State,
    /// How it is marked.
    Mark,
}

impl By {
    /// All there are.
    pub const ALL: [By; 22] = [
        By::All,
        By::Channel,
        By::Direction,
        By::Topic,
        By::Outcome,
        By::Hour,
        By::Weekday,
        By::Day,
        By::Month,
        By::Called,
        By::Program,
        By::Identity,
        By::EndedBy,
        By::Flow,
        By::Prompt,
        By::Times,
        By::Caller,
        By::Customer,
        By::Owner,
        By::Priority,
        By::State,
        By::Mark,
    ];

    /// The word by which people ask for it, and the head of its column.
    pub fn word(self) -> &'static str {
        match self {
            By::All => "all",
            By::Channel => "channel",
            By::Direction => "direction",
            By::Topic => "topic",
            By::Outcome => "outcome",
            By::Hour => "hour",
            By::Weekday => "weekday",
            By::Day => "day",
            By::Month => "month",
            By::Called => "called",
            By::Program => "program",
            By::Identity => "identity",
            By::EndedBy => "ended_by",
            By::Flow => "flow",
            By::Prompt => "prompt",
            By::Times => "times",
            By::Caller => "caller",
            By::Customer => "customer",
            By::Owner => "owner",
            By::Priority => "priority",
            By::State => "state",
            By::Mark => "mark",
        }
    }

    /// The one with this word.
    pub fn from_word(word: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.word() == word)
    }

    /// What stands where there is nothing to split by: a contact without a topic, a case without an owner.
    pub fn nothing(self) -> &'static str {
        match self {
            By::Owner => "nobody",
            By::Mark => "not marked",
            By::EndedBy => "not ended",
            By::All => "all",
            By::Channel | By::Direction | By::Called | By::Program | By::Identity => "none",
            By::Topic | By::Outcome | By::Flow | By::Prompt => "none",
            By::Times | By::Caller | By::Customer => "none",
            By::Hour | By::Weekday | By::Day | By::Month | By::Priority | By::State => "none",
        }
    }

    /// Which part of the clock it is; needs a zone.
    pub fn clock(self) -> Option<ClockPart> {
        match self {
            By::Hour => Some(ClockPart::Hour),
            By::Weekday => Some(ClockPart::Weekday),
            By::Day => Some(ClockPart::Day),
            By::Month => Some(ClockPart::Month),
            By::All | By::Channel | By::Direction | By::Topic | By::Outcome | By::Called => None,
            By::Program | By::Identity | By::EndedBy | By::Times | By::Caller | By::Customer => None,
            By::Owner | By::Priority | By::State | By::Mark | By::Flow | By::Prompt => None,
        }
    }
}
