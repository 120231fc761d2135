//! A matter with a life of its own: opened by one contact, continued by others and by people, closed when it is settled.
//!
//! ```text
//!            a contact or a person settles it
//!   open ──────────────────────────────────────► closed
//!    │ ▲                                          │
//!    ▼ │ the customer makes contact               ▼ a person
//!   waiting ◄─────────────────────────────── reopened
//! ```
//!
//! What contacts do to it stands here, what people do in [`super::Act`]. The history only grows: who has it, how urgent
//! it is, what was promised and how it is marked are read from it, so that nothing of it is ever overwritten.

use super::act::Act;
use super::promise::{Priority, Promise};
use crate::program::{Moment, ObjectRef, Record, Text, Value, Zone};
use crate::time::Wall;
use serde::{Deserialize, Serialize};

/// A case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its number: later cases have larger ones.
    pub id: u64,
    /// What it is about, a word of the vocabulary.
    pub topic: Text,
    /// Whose it is; a case may belong to nobody known.
    pub customer: Option<Text>,
    /// The account, card or order it was opened about.
    pub about: Option<ObjectRef>,
    /// Where it stands.
    pub state: CaseState,
    /// When it was opened.
    pub opened: Wall,
    /// When it was closed last; missing while it is open.
    pub closed: Option<Wall>,
    /// What happened, oldest first. The first is the contact that opened it.
    pub history: Vec<CaseEvent>,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Somebody here has to do something.
    Open,
    /// The customer, or somebody else outside, has to do something.
    Waiting,
    /// It was settled, and somebody here has to do something again.
    Reopened,
    /// Settled.
    Closed,
}

/// Something that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEvent {
    /// When.
    pub at: Wall,
    /// In which contact; empty where a person did it outside of any.
    pub contact: Text,
    /// What.
    pub change: Change,
}

/// What can happen to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A contact is about it; the first such contact opened it.
    Contact {
        /// What the caller keyed in this contact.
        about: Option<ObjectRef>,
    },
    /// What came of it in this contact.
    Outcome {
        /// A word of the vocabulary.
        outcome: Text,
    },
    /// A sentence for whoever works on it next.
    Note {
        /// The sentence.
        text: Text,
    },
    /// Whose case it is became known.
    Customer {
        /// The customer's id.
        customer: Text,
    },
    /// It was settled.
    Closed,
    /// The contact that had settled it took that back.
    Reopened,
    /// A person did something to it.
    ByHand {
        /// Who.
        by: Text,
        /// What.
        act: Act,
    },
}

impl CaseState {
    /// All there are.
    pub const ALL: [CaseState; 4] =
        [CaseState::Open, CaseState::Waiting, CaseState::Reopened, CaseState::Closed];

    /// The word that databases and people read.
    pub fn word(self) -> &'static str {
        match self {
            CaseState::Open => "open",
            CaseState::Waiting => "waiting",
            CaseState::Reopened => "reopened",
            CaseState::Closed => "closed",
        }
    }

    /// The state with this word.
    pub fn from_word(word: &str) -> Option<CaseState> {
        CaseState::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether the matter is not settled.
    pub fn is_open(self) -> bool {
        match self {
            CaseState::Open | CaseState::Waiting | CaseState::Reopened => true,
            CaseState::Closed => false,
        }
    }
}

impl Case {
    /// A new case without a history.
    pub fn open(
        id: u64,
        topic: &str,
        customer: Option<Text>,
        about: Option<ObjectRef>,
        opened: Wall,
    ) -> Case {
        let state = CaseState::Open;
        Case { id, topic: topic.into(), customer, about, state, opened, closed: None, history: Vec::new() }
    }

    /// The case as a flow sees it: kind `case`, with `topic`, `state`, `opened` (a moment, on the clock of UTC),
    /// `contacts` (how many were about it) and `priority`; `owner`, `mood`, `mark`, `promised` (when the next promise is
    /// due) and `about_kind` and `about` where there is something to say.
    pub fn record(&self) -> Record {
        let moment = |at: Wall| Value::Moment(Moment::new(at, Zone::utc()));
        let mut record = Record::new("case", &self.id.to_string())
            .with("topic", Value::Text(self.topic.clone()))
            .with("state", Value::text(self.state.word()))
            .with("contacts", Value::Number(self.contacts().len().into()))
            .with("priority", Value::text(self.priority().word()))
            .with("opened", moment(self.opened));
        let words = [("owner", self.owner()), ("mood", self.mood()), ("mark", self.mark())];
        for (name, word) in words {
            if let Some(word) = word {
                record = record.with(name, Value::Text(word.clone()));
            }
        }
        if let Some(due) = self.next_due() {
            record = record.with("promised", moment(due));
        }
        match &self.about {
            Some(object) => record
                .with("about_kind", Value::Text(object.kind.clone()))
                .with("about", Value::Text(object.id.clone())),
            None => record,
        }
    }

    /// The contacts that were about it, in order, each once.
    pub fn contacts(&self) -> Vec<&Text> {
        let mut contacts = Vec::new();
        for event in &self.history {
            if matches!(event.change, Change::Contact { .. }) && !contacts.contains(&&event.contact) {
                contacts.push(&event.contact);
            }
        }
        contacts
    }

    /// The contact that opened it; `None` for one that a person opened.
    pub fn opened_by(&self) -> Option<&Text> {
        self.history.first().map(|event| &event.contact).filter(|contact| !contact.is_empty())
    }

    /// The contact that closed it; `None` while it is open, and where a person closed it.
    pub fn closed_by(&self) -> Option<&Text> {
        let closes = |event: &&CaseEvent| match &event.change {
            Change::Closed => true,
            Change::ByHand { act, .. } => matches!(act, Act::Close { .. }),
            Change::Contact { .. } | Change::Outcome { .. } | Change::Note { .. } => false,
            Change::Customer { .. } | Change::Reopened => false,
        };
        let closing = self.history.iter().rfind(closes).filter(|_| !self.state.is_open())?;
        (closing.change == Change::Closed).then_some(&closing.contact)
    }

    /// Who has it; nobody where it was not given to anybody.
    pub fn owner(&self) -> Option<&Text> {
        match self.latest(|act| matches!(act, Act::Assign { .. })) {
            Some(Act::Assign { to }) => to.as_ref(),
            _ => None,
        }
    }

    /// How urgent it is.
    pub fn priority(&self) -> Priority {
        match self.latest(|act| matches!(act, Act::Rank { .. })) {
            Some(Act::Rank { priority }) => *priority,
            _ => Priority::Normal,
        }
    }

    /// In which mood the customer was when somebody noted it last.
    pub fn mood(&self) -> Option<&Text> {
        match self.latest(|act| matches!(act, Act::Note { mood: Some(_), .. })) {
            Some(Act::Note { mood, .. }) => mood.as_ref(),
            _ => None,
        }
    }

    /// Why it does not count as what it seems: `wrong_number`, `duplicate`, `test`, or words of somebody's own.
    pub fn mark(&self) -> Option<&Text> {
        match self.latest(|act| matches!(act, Act::Mark { .. } | Act::Unmark { .. })) {
            Some(Act::Mark { mark, .. }) => Some(mark),
            _ => None,
        }
    }

    /// What the customer was promised, in the order in which it was; the first has the number 1.
    pub fn promises(&self) -> Vec<Promise> {
        let mut promises: Vec<Promise> = Vec::new();
        for event in &self.history {
            match &event.change {
                Change::ByHand { by, act: Act::Promise { what, due } } => {
                    promises.push(Promise { what: what.clone(), due: *due, by: by.clone(), kept: None });
                }
                Change::ByHand { act: Act::Keep { promise }, .. } => {
                    let kept = promise.checked_sub(1).and_then(|index| promises.get_mut(index));
                    kept.into_iter().for_each(|promise| promise.kept = Some(event.at));
                }
                _ => {}
            }
        }
        promises
    }

    /// When the next promise is due, of those that were not kept; nothing is due of a case that is closed.
    pub fn next_due(&self) -> Option<Wall> {
        let open = self.promises().into_iter().filter(|promise| promise.kept.is_none());
        open.map(|promise| promise.due).min().filter(|_| self.state.is_open())
    }

    /// Whether a promise was not kept in time.
    pub fn is_overdue(&self, now: Wall) -> bool {
        self.next_due().is_some_and(|due| due < now)
    }

    /// Who worked on it by hand, in the order in which they first did.
    pub fn workers(&self) -> Vec<&Text> {
        let mut workers = Vec::new();
        for event in &self.history {
            if let Change::ByHand { by, .. } = &event.change
                && !workers.contains(&by)
            {
                workers.push(by);
            }
        }
        workers
    }

    fn latest(&self, fits: impl Fn(&Act) -> bool) -> Option<&Act> {
        self.history.iter().rev().find_map(|event| match &event.change {
            Change::ByHand { act, .. } if fits(act) => Some(act),
            _ => None,
        })
    }

    /// Adds to the history.
    pub fn note(&mut self, contact: &Text, at: Wall, change: Change) {
        self.history.push(CaseEvent { at, contact: contact.clone(), change });
    }

    /// A contact is about it: what waited for the customer waits no more.
    pub fn join(&mut self, contact: &Text, at: Wall, about: Option<ObjectRef>) {
        self.note(contact, at, Change::Contact { about });
        match self.state {
            CaseState::Waiting => self.state = CaseState::Open,
            CaseState::Open | CaseState::Reopened | CaseState::Closed => {}
        }
    }

    /// Takes in what came of it in a contact: `settled` closes it; if the contact that closed it now says otherwise,
    /// it is open again.
    pub fn settle(&mut self, contact: &Text, at: Wall, settled: bool) {
        match (self.state, settled) {
            (CaseState::Open | CaseState::Waiting | CaseState::Reopened, true) => {
                (self.state, self.closed) = (CaseState::Closed, Some(at));
                self.note(contact, at, Change::Closed);
            }
            (CaseState::Closed, false) if self.closed_by() == Some(contact) => {
                (self.state, self.closed) = (CaseState::Open, None);
                self.note(contact, at, Change::Reopened);
            }
            (CaseState::Open | CaseState::Waiting | CaseState::Reopened, false) => {}
            (CaseState::Closed, true | false) => {}
        }
    }
}
