//! One simulated contact: what is known when it arrives, how it went, and how it ended.

use super::drive::Dialled;
use super::said::Said;
use crate::engine::{Contact, Journal};
use crate::program::verb::RejectReason;
use crate::program::{Caller, Channel, Entry, Phone, Text};
use crate::time::{DurationMs, Wall};
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
    /// Seed of its random choices.
    pub seed: u64,
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
    /// How it ended; missing where it was broken off.
    pub departure: Option<Departure>,
    /// How long it lasted.
    pub length: DurationMs,
    /// What the world had nothing declared for.
    pub remarks: Vec<String>,
    /// Where the caller's steps and the contact parted.
    pub mismatch: Option<Mismatch>,
}

/// How a contact ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// The program hung up.
    System,
    /// The caller hung up.
    Caller,
    /// Whoever the caller was connected with hung up, and nothing followed.
    Callee,
    /// The program turned the contact away.
    Rejected(RejectReason),
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
}

impl Arrival {
    /// The contact that arrives so. `country` reads a national number.
    pub fn contact(&self, id: &str, country: Option<&str>) -> Contact {
        let to_number = Phone::parse(&self.to, country);
        Contact {
            id: id.into(),
            channel: self.channel,
            from: self.from.clone(),
            to: to_number.as_ref().map_or(self.to.clone(), |number| number.as_str().into()),
            to_number,
            arrived: self.at,
            seed: self.seed,
        }
    }
}

/// As a scenario expects it: `system`, `caller`, `callee`, `reject decline`.
impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Departure::System => f.write_str("system"),
            Departure::Caller => f.write_str("caller"),
            Departure::Callee => f.write_str("callee"),
            Departure::Rejected(reason) => write!(f, "reject {reason}"),
        }
    }
}
