//! One simulated contact: what is known when it arrives, how it went, and how it ended.

use super::dealings::Dealings;
use super::drive::{Dialled, Finished};
use super::said::Said;
use crate::engine::{Contact, Journal, JournalEntry, Task};
use crate::program::verb::RejectReason;
use crate::program::{Caller, Channel, Entry, NodeId, Party, Phone, Text};
use crate::time::{DurationMs, Millis, Wall};
use std::collections::BTreeMap;
use std::fmt;

/// How a contact arrives in a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// When.
    pub at: Wall,
    /// On which channel.
    pub channel: Channel,
    /// From whom, as far as the network says.
    pub from: Caller,
    /// What was dialled or addressed.
    pub to: Text,
    /// The text with which it arrives.
    pub message: Option<Text>,
    /// The language it is in, as far as the channel says.
    pub language: Option<Text>,
    /// How urgent it is, as far as the channel says.
    pub priority: Option<Text>,
    /// Whether the network signs for the caller's number.
    pub attested: bool,
    /// Seed of its random choices.
    pub seed: u64,
    /// The flow that runs, where nobody calls.
    pub task: Option<Task>,
}

/// A contact that has been played.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactRun {
    /// What it did, replayable.
    pub journal: Journal,
    /// What was heard.
    pub said: Said,
    /// The flows that it went through, in order.
    pub path: Vec<Text>,
    /// What it told the CRM, in order.
    pub writes: Vec<Entry>,
    /// Whom it called, and what became of it.
    pub dialled: Vec<Dialled>,
    /// Whom the caller was connected with, by number or by name, and when.
    pub connected: Vec<(Millis, Text)>,
    /// What was said to those who were called, in order.
    pub whispered: Vec<Text>,
    /// What backends got, what went out, what was recorded, where it waited.
    pub dealings: Dealings,
    /// How it ended; missing where it was broken off.
    pub departure: Option<Departure>,
    /// How long it lasted.
    pub length: DurationMs,
    /// What the world had nothing declared for.
    pub remarks: Vec<String>,
    /// The node at which it stood last.
    pub stood: Option<NodeId>,
    /// Where the caller's steps and the contact parted.
    pub mismatch: Option<Mismatch>,
    /// What ran without a caller behind it, before the next contact.
    pub afterwards: Vec<ContactRun>,
    /// What was still to run when so much had run that it was broken off.
    pub endless: Option<Endless>,
}

impl ContactRun {
    /// What is left of a contact.
    pub(super) fn of(finished: Finished, mismatch: Option<Mismatch>) -> ContactRun {
        ContactRun {
            journal: finished.journal,
            said: finished.said,
            path: finished.path,
            writes: finished.writes,
            dialled: finished.dialled,
            connected: finished.connected,
            whispered: finished.whispered,
            dealings: finished.dealings,
            departure: finished.departure,
            length: finished.length,
            remarks: finished.remarks,
            stood: finished.stood,
            mismatch,
            afterwards: Vec::new(),
            endless: None,
        }
    }

    /// All that has run behind it, as if it were one contact; times count from this one's arrival.
    pub(super) fn behind(&self) -> ContactRun {
        let header = self.journal.header.clone();
        let arrived = header.contact.arrived;
        let mut all = ContactRun {
            journal: Journal { header, entries: Vec::new() },
            said: Said::default(),
            path: Vec::new(),
            writes: Vec::new(),
            dialled: Vec::new(),
            connected: Vec::new(),
            whispered: Vec::new(),
            dealings: Dealings::default(),
            departure: None,
            length: self.length,
            remarks: Vec::new(),
            stood: self.stood,
            mismatch: None,
            afterwards: Vec::new(),
            endless: None,
        };
        for task in &self.afterwards {
            let began = task.journal.header.contact.arrived;
            all.follow(task, DurationMs(u64::try_from(began.0.saturating_sub(arrived.0)).unwrap_or(0)));
        }
        all
    }

    /// What another contact did is added behind it.
    fn follow(&mut self, other: &ContactRun, later: DurationMs) {
        let entries = other.journal.entries.iter().cloned();
        let entries = entries.map(|entry| JournalEntry { at: entry.at + later, ..entry });
        self.journal.entries.extend(entries);
        self.said.extend(&other.said, later);
        self.path.extend(other.path.iter().cloned());
        self.writes.extend(other.writes.iter().cloned());
        let dialled = other.dialled.iter().cloned();
        self.dialled.extend(dialled.map(|call| Dialled { at: call.at + later, ..call }));
        self.whispered.extend(other.whispered.iter().cloned());
        self.dealings.extend(&other.dealings, later);
    }
}

/// A flow that runs again and again without a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endless {
    /// The flow that was to run next.
    pub flow: Text,
    /// How often it had run.
    pub times: usize,
    /// How many flows had run in all.
    pub of: usize,
}

/// How a contact ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Departure {
    /// The program hung up.
    System,
    /// The caller hung up.
    Caller,
    /// Whoever the caller was connected with hung up, and nothing followed.
    Callee,
    /// The program turned the contact away, and these words were shown.
    Rejected(RejectReason, Option<Text>),
    /// The program told the caller's network whom to call instead.
    Redirected(Party),
    /// The caller's side calls somebody else.
    HandedOver,
}

/// The point at which something else happened than was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// When, since the contact arrived.
    pub at: DurationMs,
    /// The line of the scenario.
    pub line: u32,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub but: String,
    /// The node of the program that did it, or at which the contact stood.
    pub node: Option<NodeId>,
    /// Where a list differs: its lines, with what is missing and what is there instead.
    pub diff: Vec<DiffLine>,
}

/// A line of what was expected beside what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// In which of the two it is.
    pub side: Side,
    /// An entry of the list.
    pub text: String,
    /// When it was found, since the contact arrived.
    pub at: Option<DurationMs>,
    /// The node that did it.
    pub node: Option<NodeId>,
}

/// In which of two lists an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Expected, and found.
    Both,
    /// Expected, and not found.
    Missing,
    /// Found, and not expected.
    Extra,
}

impl Arrival {
    /// The contact that arrives so. `country` reads a national number.
    pub fn contact(&self, id: &str, country: Option<&str>) -> Contact {
        let to_number = Phone::parse(&self.to, country);
        Contact {
            id: id.into(),
            channel: self.channel,
            from: self.from.clone(),
            to: dialled(&self.to),
            to_number,
            message: self.message.clone(),
            language: self.language.clone(),
            priority: self.priority.clone(),
            attested: self.attested,
            segment: None,
            segments: Vec::new(),
            arrived: self.at,
            seed: self.seed,
            overrides: BTreeMap::new(),
            task: self.task.clone(),
        }
    }
}

impl Departure {
    /// The departure as it is compared with what is expected: the words of a `reject` count only where some are.
    pub(super) fn beside(&self, expected: &str) -> String {
        match self {
            Departure::Rejected(reason, Some(_)) if !expected.contains('"') => format!("reject {reason}"),
            other => other.to_string(),
        }
    }
}

/// A number as it is dialled, without the blanks, hyphens and brackets that people write; an address as it stands.
fn dialled(text: &Text) -> Text {
    let is_number = text.chars().all(|sign| sign.is_ascii_digit() || "+*# -()".contains(sign));
    if !is_number {
        return text.clone();
    }
    text.chars().filter(|sign| !" -()".contains(*sign)).collect::<String>().into()
}

/// As a scenario expects it: `system`, `caller`, `callee`, `reject decline`, `reject decline "…"`, `redirect sip:…`, `handed over`.
impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Departure::System => f.write_str("system"),
            Departure::Caller => f.write_str("caller"),
            Departure::Callee => f.write_str("callee"),
            Departure::Rejected(reason, None) => write!(f, "reject {reason}"),
            Departure::Rejected(reason, Some(words)) => {
                write!(f, "reject {reason} \"{}\"", words.escape_debug())
            }
            Departure::Redirected(to) => write!(f, "redirect {to}"),
            Departure::HandedOver => f.write_str("handed over"),
        }
    }
}
