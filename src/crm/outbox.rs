//! The outbox: entries on their way to a CRM, each delivered until it has arrived, in order within a contact.
//!
//! A machine over items; a durable copy of each is the store's. An item is a [`Progress`] of its own, a machine that
//! the store's database drives row by row; [`Outbox`] drives many of them against a CRM that answers later.
//!
//! A dead item steps aside: what its contact said afterwards is delivered, and when a person sends the dead one again,
//! its sequence still puts it at its own place. Jitter comes in as an argument.

use super::Posting;
use crate::program::Text;
use crate::time::{DurationMs, Wall};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How often, and how soon, a delivery is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Wait after the first failure; it doubles with each further one.
    pub first_wait: DurationMs,
    /// The longest wait.
    pub longest_wait: DurationMs,
    /// After so many failures an item is dead.
    pub attempts: u32,
}

/// A share of the wait that is left to chance, in thousandths: 0 to 1000. More counts as 1000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Jitter(pub u16);

/// An entry and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What is delivered.
    pub posting: Posting,
    /// How far it has come.
    pub progress: Progress,
}

/// How far an item has come: a machine of its own, one row of a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Where it stands.
    pub state: State,
    /// Failures since it was put in or sent again.
    pub attempts: u32,
    /// When it is tried next; has no meaning once it is delivered or dead.
    pub next_at: Wall,
    /// Why the last attempt failed.
    pub reason: Option<Text>,
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for its turn or for its next attempt.
    Pending,
    /// Has had its effect.
    Delivered,
    /// Given up, until a person sends it again.
    Dead,
    /// A person wants it no more, and said why.
    Dropped,
}

/// What happens to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The CRM has taken it.
    Delivered,
    /// The CRM has not.
    Failed {
        /// Why, for people.
        reason: Text,
        /// How the wait is spread.
        jitter: Jitter,
    },
    /// Whoever was asked cannot tell whether it has, or is away as a whole.
    Missed {
        /// Why, for people.
        reason: Text,
        /// How the wait is spread.
        jitter: Jitter,
        /// The next attempt comes no sooner.
        after: Option<DurationMs>,
        /// Whether it is this item's failure: one that is not never makes it dead.
        counts: bool,
    },
    /// It is not wanted, however often it is tried.
    Refused {
        /// Why, for people.
        reason: Text,
    },
    /// A person sends it again.
    Resend,
    /// A person wants it no more.
    Drop {
        /// Why, and who.
        reason: Text,
    },
}

impl Policy {
    /// One second, doubling up to five minutes: twenty attempts outlast an hour of the CRM's absence.
    pub const DEFAULT: Policy = Policy {
        first_wait: DurationMs::from_secs(1),
        longest_wait: DurationMs::from_secs(300),
        attempts: 20,
    };

    /// The wait after so many failures: half of it certain, half by chance, so that what failed together does not
    /// come back together.
    pub fn wait(&self, failures: u32, jitter: Jitter) -> DurationMs {
        let doublings = failures.saturating_sub(1).min(32);
        let whole = self.first_wait.0.saturating_mul(1 << doublings).min(self.longest_wait.0);
        let half = whole / 2;
        let chance = (whole - half).saturating_mul(u64::from(jitter.0.min(1000))) / 1000;
        DurationMs(half + chance)
    }
}

impl Default for Policy {
    fn default() -> Policy {
        Policy::DEFAULT
    }
}

impl State {
    /// All there are.
    pub const ALL: [State; 4] = [State::Pending, State::Delivered, State::Dead, State::Dropped];

    /// The word that databases and people read.
    pub fn word(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Delivered => "delivered",
            State::Dead => "dead",
            State::Dropped => "dropped",
        }
    }

    /// The state with this word.
    pub fn from_word(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl Item {
    /// An entry that has just been put in, due at once.
    pub fn new(posting: Posting, now: Wall) -> Item {
        Item { posting, progress: Progress::new(now) }
    }
}

impl Progress {
    /// Of an item that has just been put in: due at once.
    pub fn new(now: Wall) -> Progress {
        Progress { state: State::Pending, attempts: 0, next_at: now, reason: None }
    }

    /// One transition. A late answer to something settled changes nothing, but for one: a dead item that arrived
    /// after all is delivered.
    pub fn step(&mut self, now: Wall, event: Event, policy: &Policy) {
        match self.state {
            State::Pending => match event {
                Event::Delivered => self.state = State::Delivered,
                Event::Failed { reason, jitter } => self.fail(now, reason, jitter, policy),
                Event::Missed { reason, jitter, after, counts: true } => {
                    self.fail(now, reason, jitter, policy);
                    self.no_sooner(now, after);
                }
                Event::Missed { reason, jitter, after, counts: false } => {
                    (self.reason, self.next_at) = (Some(reason), now.after(policy.wait(1, jitter)));
                    self.no_sooner(now, after);
                }
                Event::Refused { reason } => {
                    (self.state, self.reason) = (State::Dead, Some(reason));
                    self.attempts = self.attempts.saturating_add(1);
                }
                Event::Resend => self.next_at = now,
                Event::Drop { reason } => self.drop(reason),
            },
            State::Dead => match event {
                Event::Delivered => self.state = State::Delivered,
                Event::Failed { .. } | Event::Missed { .. } | Event::Refused { .. } => {}
                Event::Resend => self.revive(now),
                Event::Drop { reason } => self.drop(reason),
            },
            State::Dropped => match event {
                Event::Delivered => self.state = State::Delivered,
                Event::Failed { .. } | Event::Missed { .. } | Event::Refused { .. } | Event::Drop { .. } => {}
                Event::Resend => self.revive(now),
            },
            State::Delivered => match event {
                Event::Delivered | Event::Failed { .. } | Event::Missed { .. } => {}
                Event::Refused { .. } | Event::Resend | Event::Drop { .. } => {}
            },
        }
    }

    fn fail(&mut self, now: Wall, reason: Text, jitter: Jitter, policy: &Policy) {
        self.attempts = self.attempts.saturating_add(1);
        self.reason = Some(reason);
        self.next_at = now.after(policy.wait(self.attempts, jitter));
        if self.attempts >= policy.attempts {
            self.state = State::Dead;
        }
    }

    fn no_sooner(&mut self, now: Wall, after: Option<DurationMs>) {
        self.next_at = after.map_or(self.next_at, |after| self.next_at.max(now.after(after)));
    }

    fn drop(&mut self, reason: Text) {
        (self.state, self.reason) = (State::Dropped, Some(reason));
    }

    fn revive(&mut self, now: Wall) {
        self.state = State::Pending;
        self.attempts = 0;
        self.next_at = now;
    }
}

/// Many items, at most one of each contact under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    policy: Policy,
    contacts: BTreeMap<Text, Lane>,
}

/// What happens to an outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// An entry to deliver; one that is known is not taken twice.
    Enqueue(Posting),
    /// Something happened to the item of that contact and sequence.
    Item(Text, u64, Event),
    /// A deadline has passed.
    Wake,
}

/// What the driver must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Hand this to the CRM, and report [`Event::Delivered`] or [`Event::Failed`].
    Deliver(Posting),
    /// Tell a person that this was given up.
    Dead(Posting),
}

/// The items of one contact, by sequence, and which of them is under way.
#[derive(Clone, Debug, Default, PartialEq)]
struct Lane {
    items: BTreeMap<u64, Item>,
    under_way: Option<u64>,
}

impl Outbox {
    /// An empty one.
    pub fn new(policy: Policy) -> Outbox {
        Outbox { policy, contacts: BTreeMap::new() }
    }

    /// One step; whatever is due is handed out with it.
    #[must_use]
    pub fn step(&mut self, now: Wall, input: Input) -> Vec<Output> {
        let mut outputs = match input {
            Input::Enqueue(posting) => self.enqueue(now, posting),
            Input::Item(contact, sequence, event) => self.report(now, &contact, sequence, event),
            Input::Wake => Vec::new(),
        };
        outputs.extend(self.contacts.values_mut().filter_map(|lane| lane.next_due(now)).map(Output::Deliver));
        outputs
    }

    /// When [`Input::Wake`] is wanted at the latest.
    pub fn next_deadline(&self) -> Option<Wall> {
        let waiting = self.contacts.values().filter(|lane| lane.under_way.is_none());
        waiting.filter_map(|lane| lane.head().map(|item| item.progress.next_at)).min()
    }

    /// Every item that it holds, by contact and sequence.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.contacts.values().flat_map(|lane| lane.items.values())
    }

    /// Forgets contacts of which everything is delivered; an entry of theirs would be taken as new again, so the driver
    /// calls this when the contact is over.
    pub fn forget_delivered(&mut self) {
        self.contacts
            .retain(|_, lane| lane.items.values().any(|item| item.progress.state != State::Delivered));
    }

    fn enqueue(&mut self, now: Wall, posting: Posting) -> Vec<Output> {
        let lane = self.contacts.entry(posting.contact.clone()).or_default();
        lane.items.entry(posting.sequence).or_insert_with(|| Item::new(posting, now));
        Vec::new()
    }

    fn report(&mut self, now: Wall, contact: &str, sequence: u64, event: Event) -> Vec<Output> {
        let Some(lane) = self.contacts.get_mut(contact) else { return Vec::new() };
        let Some(item) = lane.items.get_mut(&sequence) else { return Vec::new() };
        let before = item.progress.state;
        let answered = !matches!(event, Event::Resend | Event::Drop { .. });
        item.progress.step(now, event, &self.policy);
        if answered && lane.under_way == Some(sequence) {
            lane.under_way = None;
        }
        let died = before == State::Pending && item.progress.state == State::Dead;
        died.then(|| Output::Dead(item.posting.clone())).into_iter().collect()
    }
}

impl Lane {
    /// The first item that is neither delivered nor dead: the only one that may be under way.
    fn head(&self) -> Option<&Item> {
        self.items.values().find(|item| item.progress.state == State::Pending)
    }

    fn next_due(&mut self, now: Wall) -> Option<Posting> {
        let free = self.under_way.is_none();
        let head = self.head().filter(|item| free && item.progress.next_at <= now)?.posting.clone();
        self.under_way = Some(head.sequence);
        Some(head)
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
