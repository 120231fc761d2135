//! After a crash: what contacts had said reaches the CRM, and those that were cut short are ended there.
//!
//! A journal that is open is replayed. What it wrote goes into the outbox again, where the same key has its effect once.
//! If the contact had not ended, it ends now as if the caller had left: its hang-up handler says what came of it. A
//! journal of another program version cannot be replayed; its contact is ended as abandoned, unless an outcome was set.

use super::journals::LeftOpen;
use super::ledger::Office;
use super::trail::Follower;
use crate::crm::{Beginning, EndedBy, Ending, Posting};
use crate::engine::{Action, Event, Image, Journal, JournalEntry, Session, restore_keys};
use crate::program::Entry;
use crate::store::{Store, StoreError};
use crate::time::{DurationMs, Millis, Wall};
use std::sync::Arc;

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Contacts that had ended; what they said is in the outbox now, if it was not before.
    pub ended: usize,
    /// Contacts that were cut short and have been ended.
    pub cut_short: usize,
    /// Journals that could not be taken up; they stay where they are, and the log says why.
    pub failed: usize,
}

/// Takes up every journal that is open.
pub(super) fn take_up(office: &Office, image: &Arc<Image>, now: Wall) -> Recovered {
    let mut recovered = Recovered::default();
    for open in office.journals.left_open().unwrap_or_default() {
        match take_up_one(office, image, &open, now) {
            Ok(true) => recovered.ended += 1,
            Ok(false) => recovered.cut_short += 1,
            Err(reason) => {
                tracing::error!(journal = ?open, reason, "a journal cannot be taken up");
                recovered.failed += 1;
            }
        }
    }
    recovered
}

/// Returns whether the contact had ended by itself.
fn take_up_one(office: &Office, image: &Arc<Image>, open: &LeftOpen, now: Wall) -> Result<bool, String> {
    let Some(mut journal) = office.journals.read(open)? else {
        // The process died before the first line was whole: nothing had been done yet.
        office.journals.forget(open).map_err(|error| error.to_string())?;
        return Ok(false);
    };
    let had_ended = journal.entries.iter().any(|entry| entry.actions.contains(&Action::Ended));
    let last = if had_ended { Vec::new() } else { end(image, &journal) };
    office.journals.complete(open, &last).map_err(|error| error.to_string())?;
    journal.entries.extend(last);
    let (by, cause) = if had_ended { (EndedBy::Program, "normal") } else { (EndedBy::Fault, "restart") };
    let ending = Ending { at: now, by, cause: cause.into() };
    post_all(&*office.store, &journal, &ending).map_err(|error| error.to_string())?;
    office.journals.close_left_open(open).map_err(|error| error.to_string())?;
    Ok(had_ended)
}

/// The step that ends a contact which a crash cut short, at the moment of its last one: a replay sees no deadline
/// between. Behind the arrival, where not even that was written.
fn end(image: &Arc<Image>, journal: &Journal) -> Vec<JournalEntry> {
    let at = journal.entries.last().map_or(DurationMs::ZERO, |entry| entry.at);
    let event = Event::HungUp { cause: "restart".into() };
    if !image.is_version(&journal.header.version) {
        return vec![JournalEntry::new(at, Some(&event), &abandon(journal))];
    }
    let (mut session, arrival) = replayed(image, journal);
    let actions = session.step(Millis(at.0), event.clone());
    let first = JournalEntry::new(DurationMs::ZERO, None, &arrival);
    let mut entries = if journal.entries.is_empty() { vec![first] } else { Vec::new() };
    entries.push(JournalEntry::new(at, Some(&event), &actions));
    // A message that was being left goes on alone; nobody answers it any more, so that its deadlines end it.
    while let Some((due, _)) = session.next_deadline() {
        let actions = session.step(due, Event::Tick);
        entries.push(JournalEntry::new(due.since(Millis::ZERO), Some(&Event::Tick), &actions));
    }
    entries
}

/// The session as it was, and what it did at its arrival.
fn replayed(image: &Arc<Image>, journal: &Journal) -> (Session, Vec<Action>) {
    let mut entries = journal.entries.clone();
    restore_keys(&mut entries);
    let (mut session, arrival) = Session::start(image.clone(), journal.header.contact.clone(), Millis::ZERO);
    for entry in entries {
        if let Some(event) = entry.event {
            let _ = session.step(Millis(entry.at.0), event);
        }
    }
    (session, arrival)
}

fn abandon(journal: &Journal) -> Vec<Action> {
    let writes = || journal.entries.iter().flat_map(|entry| &entry.actions).filter_map(written);
    let has_outcome = writes().any(|(_, entry)| matches!(entry, Entry::Outcome { .. }));
    let next = writes().map(|(id, _)| id.0).max().unwrap_or(0) + 1;
    let abandoned = Entry::Outcome { outcome: "abandoned".into(), topic: None };
    let write = Action::Write { id: crate::engine::ActionId(next), entry: abandoned };
    let outcome = if has_outcome { None } else { Some(write) };
    outcome.into_iter().chain([Action::Ended]).collect()
}

fn written(action: &Action) -> Option<(crate::engine::ActionId, &Entry)> {
    match action {
        Action::Write { id, entry } => Some((*id, entry)),
        _ => None,
    }
}

/// Tells the store all that a journal has; what it has heard already changes nothing.
pub(super) fn post_all(store: &dyn Store, journal: &Journal, ending: &Ending) -> Result<(), StoreError> {
    let header = &journal.header;
    let contact = &header.contact;
    store.begin_interaction(&Beginning {
        contact: contact.id.clone(),
        channel: contact.channel,
        from: contact.from.clone(),
        to: contact.to.clone(),
        started: contact.arrived,
        program: header.program.clone(),
        version: header.version.clone(),
    })?;
    for entry in &journal.entries {
        for (id, said) in entry.actions.iter().filter_map(written) {
            let at = contact.arrived.after(entry.at);
            let posting =
                Posting { contact: contact.id.clone(), sequence: id.0.into(), at, entry: said.clone() };
            store.enqueue(&posting)?;
        }
    }
    store.keep_trail(&contact.id, &Follower::of(&journal.entries))?;
    store.end_interaction(&contact.id, ending)
}
