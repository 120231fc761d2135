//! What a CRM is asked of a month: contacts, containment, repeat callers and the like. The questions and the shape of
//! their answers, no database.
//!
//! What each figure counts stands in the manual, `docs/reports.md`, in one sentence; the store counts.

mod ask;
mod by;
mod clock;
mod sheet;

pub use ask::{Ask, AskError, Period, Scope};
pub use by::By;
pub use clock::{ClockPart, QUARTER_MS};
pub use sheet::{Figure, Sheet};

/// What can be asked: of the store, but for [`Question::Leaving`], which the contacts' journals answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// How many contacts there were.
    Contacts,
    /// How many of them ended without an operator.
    Containment,
    /// How far contacts came, and where they ended.
    Leaving,
    /// How many matters needed no second contact.
    Resolution,
    /// Who made contact more than once.
    Repeat,
    /// How long cases took until they were closed.
    Closing,
    /// Attempts to prove who one is, and lock-outs.
    Lockouts,
    /// Cases that were opened.
    Cases,
    /// Cases that are not closed, by their age.
    Open,
    /// Cases of which a promise was not kept in time.
    Overdue,
}

impl Question {
    /// All there are.
    pub const ALL: [Question; 10] = [
        Question::Contacts,
        Question::Containment,
        Question::Leaving,
        Question::Resolution,
        Question::Repeat,
        Question::Closing,
        Question::Lockouts,
        Question::Cases,
        Question::Open,
        Question::Overdue,
    ];

    /// The word by which people ask.
    pub fn word(self) -> &'static str {
        match self {
            Question::Contacts => "contacts",
            Question::Containment => "containment",
            Question::Leaving => "leaving",
            Question::Resolution => "resolution",
            Question::Repeat => "repeat",
            Question::Closing => "closing",
            Question::Lockouts => "lockouts",
            Question::Cases => "cases",
            Question::Open => "open",
            Question::Overdue => "overdue",
        }
    }

    /// The question with this word.
    pub fn from_word(word: &str) -> Option<Question> {
        Question::ALL.into_iter().find(|question| question.word() == word)
    }

    /// What it asks, in a line.
    pub fn about(self) -> &'static str {
        match self {
            Question::Contacts => "contacts by channel, topic, hour, outcome",
            Question::Containment => "contacts that ended without an operator",
            Question::Leaving => "where callers leave: how many came to each place, and ended there",
            Question::Resolution => "matters that needed no second contact",
            Question::Repeat => "customers and numbers that made contact more than once",
            Question::Closing => "how long cases took until they were closed",
            Question::Lockouts => "attempts to prove who one is, and lock-outs",
            Question::Cases => "cases that were opened, by topic, owner, mark",
            Question::Open => "cases that are not closed now, by age and owner",
            Question::Overdue => "cases of which a promise is overdue now",
        }
    }

    /// Whether it is of a period; else it is of this moment.
    pub fn is_of_a_period(self) -> bool {
        match self {
            Question::Contacts | Question::Containment | Question::Resolution | Question::Repeat => true,
            Question::Leaving | Question::Closing | Question::Lockouts | Question::Cases => true,
            Question::Open | Question::Overdue => false,
        }
    }

    /// By what its answer can be split; by the first, where nobody says.
    pub fn splits(self) -> &'static [By] {
        match self {
            Question::Contacts | Question::Containment => &[
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
            ],
            Question::Leaving => &[By::Flow, By::Prompt],
            Question::Resolution => &[By::Topic, By::All],
            Question::Repeat => &[By::Times, By::Caller],
            Question::Closing => &[By::Topic, By::All, By::Owner, By::Priority, By::Mark],
            Question::Lockouts => &[By::All, By::Hour, By::Weekday, By::Day, By::Month, By::Customer],
            Question::Cases => &[
                By::Topic,
                By::All,
                By::Owner,
                By::Priority,
                By::State,
                By::Mark,
                By::Hour,
                By::Weekday,
                By::Day,
                By::Month,
            ],
            Question::Open | Question::Overdue => {
                &[By::Owner, By::All, By::Topic, By::Priority, By::State, By::Mark]
            }
        }
    }
}
