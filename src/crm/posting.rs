//! The rules: what an entry of a contact does to interactions and cases, whatever holds them.
//!
//! - An entry has its effect once; the same contact and sequence again changes nothing.
//! - `case auto` takes the contact's own case on the topic, else the customer's open one, else a new one; `case new` a
//!   new one. A case without a named customer belongs to whoever the contact turned out to be, also if that is said
//!   later, and to nobody where nobody is known.
//! - A contact's case is closed when what came of its topic is `resolved`, whichever of the two is said first. If
//!   the same contact says otherwise later, the case is open again.
//! - A topic without an outcome of its own has the contact's as a whole.

use super::{Beginning, ByHand, Case, Change, Interaction, Kept, Written};
use crate::program::{CaseMode, Entry, ObjectRef, Text};
use crate::time::Wall;
use serde::{Deserialize, Serialize};

/// The outcome that closes a case.
pub const RESOLVED: &str = "resolved";

/// An entry on its way from a contact to the CRM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The contact that says it.
    pub contact: Text,
    /// Its number within the contact.
    pub sequence: u64,
    /// When it was said.
    pub at: Wall,
    /// What is said.
    pub entry: Entry,
}

/// Whatever holds interactions and cases.
pub trait Ledger {
    /// Why it could not.
    type Error;
    /// A contact's interaction.
    fn interaction(&self, contact: &str) -> Result<Option<Interaction>, Self::Error>;
    /// Keeps an interaction, new or changed.
    fn keep_interaction(&mut self, interaction: &Interaction) -> Result<(), Self::Error>;
    /// The cases that a contact is about, oldest first.
    fn cases_of_contact(&self, contact: &str) -> Result<Vec<Case>, Self::Error>;
    /// A customer's open case on a topic; the latest where there are several.
    fn open_case_on(&self, customer: &str, topic: &str) -> Result<Option<Case>, Self::Error>;
    /// The number for the next case.
    fn next_case(&self) -> Result<u64, Self::Error>;
    /// Keeps a case, new or changed.
    fn keep_case(&mut self, case: &Case) -> Result<(), Self::Error>;
    /// What is kept under a name for somebody, whether it has ended or not.
    fn kept(&self, name: &str, holder: &str) -> Result<Option<Kept>, Self::Error>;
    /// Keeps a value, new or changed.
    fn keep(&mut self, name: &str, holder: &str, kept: &Kept) -> Result<(), Self::Error>;
    /// Keeps hours that were set by hand.
    fn set_hours(&mut self, by_hand: &ByHand) -> Result<(), Self::Error>;
    /// Takes in what is to be done later.
    fn job(&mut self, posting: &Posting) -> Result<(), Self::Error>;
    /// Takes in what a backend shall be told, and what is sent to people.
    fn errand(&mut self, posting: &Posting) -> Result<(), Self::Error>;
}

impl Posting {
    /// The key by which it has its effect once: `contact/sequence`.
    pub fn key(&self) -> String {
        format!("{}/{}", self.contact, self.sequence)
    }

    /// The contact and the sequence that a key names.
    pub fn parse_key(key: &str) -> Option<(&str, u64)> {
        let (contact, sequence) = key.rsplit_once('/')?;
        Some((contact, sequence.parse().ok()?))
    }
}

/// Gives an entry its effect; nothing if it had it already.
pub fn post<L: Ledger>(ledger: &mut L, posting: &Posting) -> Result<(), L::Error> {
    let Posting { contact, sequence, at, entry } = posting;
    let mut interaction =
        ledger.interaction(contact)?.unwrap_or_else(|| Interaction::begin(Beginning::unknown(contact, *at)));
    if !interaction.write(Written { sequence: *sequence, at: *at, entry: entry.clone() }) {
        return Ok(());
    }
    ledger.keep_interaction(&interaction)?;
    match entry {
        Entry::Outcome { topic, .. } => outcome(ledger, &interaction, topic.as_deref(), *at),
        Entry::Case { mode, topic, customer, about } => {
            let customer = customer.clone().or_else(|| interaction.customer.clone());
            case(ledger, &interaction, Wanted { mode: *mode, topic, customer, about }, *at)
        }
        Entry::Note { text } => change_cases(ledger, contact, |case| {
            case.note(contact, *at, Change::Note { text: text.clone() });
        }),
        Entry::Identity { .. } => recognized(ledger, &interaction, *at),
        Entry::Keep { keep, of, value, until } => {
            ledger.keep(keep, of, &Kept { value: value.clone(), until: *until })
        }
        Entry::Count { keep, of, at_first, by, until } => {
            let kept = Kept::counted(ledger.kept(keep, of)?, *at_first, *by, *until, *at);
            ledger.keep(keep, of, &kept)
        }
        Entry::Tell { .. } | Entry::Sms { .. } | Entry::Email { .. } => ledger.errand(posting),
        Entry::Callback { .. } | Entry::Task { .. } => ledger.job(posting),
        Entry::Override { schedule, set } => ledger.set_hours(&ByHand {
            schedule: schedule.clone(),
            set: *set,
            by: contact.clone(),
            because: "".into(),
            at: *at,
        }),
    }
}

/// Which case a contact wants.
struct Wanted<'a> {
    mode: CaseMode,
    topic: &'a Text,
    customer: Option<Text>,
    about: &'a Option<ObjectRef>,
}

fn case<L: Ledger>(
    ledger: &mut L,
    interaction: &Interaction,
    wanted: Wanted<'_>,
    at: Wall,
) -> Result<(), L::Error> {
    let contact = interaction.id();
    let known = match wanted.mode {
        CaseMode::Auto => known_case(ledger, contact, &wanted)?,
        CaseMode::New => None,
    };
    let Wanted { topic, customer, about, .. } = wanted;
    let mut case = match known {
        Some(case) => case,
        None => Case::open(ledger.next_case()?, topic, customer.clone(), about.clone(), at),
    };
    if case.customer.is_none() {
        case.customer = customer;
    }
    let joined = Change::Contact { about: about.clone() };
    if case.history.iter().any(|event| event.contact == *contact && event.change == joined) {
        return ledger.keep_case(&case);
    }
    case.join(contact, at, about.clone());
    take_outcome(&mut case, interaction, at);
    ledger.keep_case(&case)
}

/// The contact's own case on the topic, else the customer's open one.
fn known_case<L: Ledger>(ledger: &L, contact: &str, wanted: &Wanted<'_>) -> Result<Option<Case>, L::Error> {
    let own = ledger.cases_of_contact(contact)?.into_iter().rfind(|case| {
        let another = matches!((&case.customer, &wanted.customer), (Some(a), Some(b)) if a != b);
        case.topic == *wanted.topic && !another
    });
    match (own, &wanted.customer) {
        (Some(own), _) => Ok(Some(own)),
        (None, Some(customer)) => ledger.open_case_on(customer, wanted.topic),
        (None, None) => Ok(None),
    }
}

fn outcome<L: Ledger>(
    ledger: &mut L,
    interaction: &Interaction,
    topic: Option<&str>,
    at: Wall,
) -> Result<(), L::Error> {
    let outcomes = interaction.outcomes();
    change_cases(ledger, interaction.id(), |case| {
        let concerned = match topic {
            Some(topic) => *case.topic == *topic,
            None => !outcomes.contains_key(&Some(case.topic.clone())),
        };
        if concerned {
            take_outcome(case, interaction, at);
        }
    })
}

/// Writes what came of the case's topic into its history, and closes or reopens it accordingly.
fn take_outcome(case: &mut Case, interaction: &Interaction, at: Wall) {
    if let Some(outcome) = interaction.outcome_for(&case.topic) {
        let settled = &*outcome == RESOLVED;
        case.note(interaction.id(), at, Change::Outcome { outcome });
        case.settle(interaction.id(), at, settled);
    }
}

/// The cases that this contact opened for nobody known now belong to whoever it turned out to be.
fn recognized<L: Ledger>(ledger: &mut L, interaction: &Interaction, at: Wall) -> Result<(), L::Error> {
    let Some(customer) = interaction.customer.clone() else { return Ok(()) };
    change_cases(ledger, interaction.id(), |case| {
        if case.customer.is_none() && case.opened_by() == Some(interaction.id()) {
            case.customer = Some(customer.clone());
            case.note(interaction.id(), at, Change::Customer { customer: customer.clone() });
        }
    })
}

fn change_cases<L: Ledger>(
    ledger: &mut L,
    contact: &str,
    change: impl Fn(&mut Case),
) -> Result<(), L::Error> {
    for mut case in ledger.cases_of_contact(contact)? {
        let before = case.clone();
        change(&mut case);
        if case != before {
            ledger.keep_case(&case)?;
        }
    }
    Ok(())
}

impl Case {
    /// Whether it is a customer's case on a topic, and not settled.
    pub fn is_open_on(&self, customer: &str, topic: &str) -> bool {
        let theirs = self.customer.as_deref() == Some(customer);
        theirs && &*self.topic == topic && self.state.is_open()
    }
}
