//! After a crash: what contacts had said reaches the CRM, those whose far ends may still be there are asked, and the others
//! that were cut short are ended.
//!
//! A journal that is open is replayed. What it wrote goes into the outbox again, where the same key has its effect once.
//! If the contact had not ended and cannot go on, it ends now as if the caller had left: its hang-up handler says what came of
//! it. A journal of another program version cannot be replayed; its contact is ended as abandoned, unless an outcome was set.
//! So is a contact of the database whose journal is gone: the folder was deleted, or its disk took no line.

use super::call::hand_over::gone_where_it_was_sent;
use super::call::standing::StandingLeg;
use super::clock::Clock;
use super::ending;
use super::journals::{Left, LeftOpen};
use super::ledger::Office;
use super::trail::Follower;
use crate::crm::{Beginning, ContactNews, EndedBy, Ending, Posting};
use crate::engine::{Action, Event, Image, Journal, JournalEntry, Session, restore_keys};
use crate::program::{Entry, Text};
use crate::store::{Store, StoreError};
use crate::time::{DurationMs, Millis, Wall};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The engine's number of the caller's leg.
const CALLER: u16 = 0;

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Contacts that had ended; what they said is in the outbox now, if it was not before.
    pub ended: usize,
    /// Contacts that were cut short and have been ended.
    pub cut_short: usize,
    /// Contacts that were cut short and whose far ends are asked whether they are still there.
    pub asked: usize,
    /// Journals that could not be taken up; they stay where they are, and the log says why.
    pub failed: usize,
}

/// A contact that was cut short and can go on, if its far end is still there.
pub(super) struct Survivor {
    open: LeftOpen,
    /// What it did.
    pub journal: Journal,
    /// Where it stands.
    pub session: Session,
    /// The caller's leg.
    pub caller: StandingLeg,
    /// The leg of whoever had taken the call.
    pub other: Option<StandingLeg>,
    /// Other legs that were up: nobody goes on with them.
    pub others: Vec<StandingLeg>,
}

/// What a crash has left.
#[derive(Default)]
pub(super) struct Remains {
    pub recovered: Recovered,
    /// Contacts that may go on, in the order in which they came.
    pub survivors: Vec<Survivor>,
    /// Legs of contacts that cannot: their far ends are told.
    pub orphans: Vec<StandingLeg>,
}

/// Takes up every journal that is open.
pub(super) fn take_up(office: &Office, image: &Arc<Image>, now: Wall) -> Remains {
    let mut remains = Remains::default();
    let all = match office.journals.read_left_open() {
        Ok(all) => all,
        Err(error) => {
            tracing::error!(%error, "what was left open cannot be read");
            return remains;
        }
    };
    for left in all {
        let open = left.open.clone();
        if let Err(reason) = take_up_one(office, image, left, now, &mut remains) {
            tracing::error!(journal = ?open, reason, "a journal cannot be taken up");
            remains.recovered.failed += 1;
        }
    }
    if let Err(error) = end_without_journal(office, now, &mut remains) {
        tracing::error!(%error, "contacts without a journal cannot be ended");
    }
    remains.survivors.sort_by_key(|survivor| survivor.journal.header.contact.arrived);
    remains.recovered.asked = remains.survivors.len();
    remains
}

fn take_up_one(
    office: &Office,
    image: &Arc<Image>,
    left: Left<StandingLeg>,
    now: Wall,
    remains: &mut Remains,
) -> Result<(), String> {
    let Left { open, journal, legs } = left;
    let Some(journal) = journal? else {
        // The process died before the first line was whole: nothing had been done yet.
        office.journals.forget(&open).map_err(|error| error.to_string())?;
        remains.recovered.cut_short += 1;
        return Ok(());
    };
    let mut legs = last_of_each(legs);
    if journal.entries.iter().any(|entry| entry.actions.contains(&Action::Ended)) {
        finish(office, &open, journal, Vec::new(), now)?;
        remains.recovered.ended += 1;
        return Ok(());
    }
    let session = if legs.contains_key(&CALLER) { survives(image, &journal) } else { None };
    match session.and_then(|session| Some((session, legs.remove(&CALLER)?))) {
        Some((session, caller)) => {
            let other = session.other_side().and_then(|leg| legs.remove(&leg.0));
            // An operator's leg was written down twice: as the one that rang, and as the one that speaks.
            let is_other = |leg: &StandingLeg| {
                other.as_ref().is_some_and(|other| other.standing.is_same_leg(&leg.standing))
            };
            let others = legs.into_values().filter(|leg| !is_other(leg)).collect();
            remains.survivors.push(Survivor { open, journal, session, caller, other, others });
        }
        None => {
            let last = end(image, &journal, None);
            finish(office, &open, journal, last, now)?;
            remains.orphans.extend(legs.into_values());
            remains.recovered.cut_short += 1;
        }
    }
    Ok(())
}

/// Ends contacts of which the database knows a beginning and no journal knows anything. Where one could not be taken up, the
/// next start may.
fn end_without_journal(office: &Office, now: Wall, remains: &mut Remains) -> Result<(), StoreError> {
    if remains.recovered.failed > 0 {
        return Ok(());
    }
    let store = &*office.store;
    let goes_on: BTreeSet<&Text> =
        remains.survivors.iter().map(|survivor| &survivor.journal.header.contact.id).collect();
    for id in store.without_end()?.iter().filter(|id| !goes_on.contains(id)) {
        let Some(contact) = store.interaction(id)? else { continue };
        if !contact.entries.iter().any(|written| matches!(written.entry, Entry::Outcome { .. })) {
            let sequence = contact.entries.iter().map(|written| written.sequence).max().unwrap_or(0) + 1;
            let posting = Posting { contact: id.clone(), sequence, at: now, entry: abandoned() };
            let share = vec![ContactNews::Said(posting)].into();
            store
                .take_news(vec![share], now, Clock::jitter(now))
                .into_iter()
                .try_for_each(|taken| taken.map(drop))?;
        }
        store.end_interaction(id, &Ending { at: now, by: EndedBy::Fault, cause: "restart".into() })?;
        tracing::warn!(contact = &**id, "a contact has no journal: it is ended in the CRM");
        remains.recovered.cut_short += 1;
    }
    Ok(())
}

fn abandoned() -> Entry {
    Entry::Outcome { outcome: "abandoned".into(), topic: None }
}

/// What is known of each leg, as it was written down last.
fn last_of_each(legs: Vec<StandingLeg>) -> BTreeMap<u16, StandingLeg> {
    legs.into_iter().map(|leg| (leg.leg, leg)).collect()
}

/// The session of a contact that can go on.
fn survives(image: &Arc<Image>, journal: &Journal) -> Option<Session> {
    let has_version = image.is_version(&journal.header.version);
    let session = has_version.then(|| replayed(image, journal).0);
    session.filter(Session::can_be_taken_up)
}

/// Ends a contact that could have gone on, where waiting is allowed.
pub(super) async fn finish_later(office: &Office, survivor: Survivor, now: Wall) {
    let (office, contact) = (office.clone(), survivor.journal.header.contact.id.clone());
    let finished = tokio::task::spawn_blocking(move || {
        let Survivor { open, journal, session, caller, .. } = survivor;
        let gone = gone_where_it_was_sent(&journal.entries, &session.awaited(), &caller);
        let last = end(session.image(), &journal, gone);
        finish(&office, &open, journal, last, now)
    });
    let problem = match finished.await {
        Ok(Ok(())) => return,
        Ok(Err(problem)) => problem,
        Err(panic) => panic.to_string(),
    };
    tracing::error!(contact = &*contact, problem, "a contact that a crash cut short could not be ended");
}

/// Writes the last steps of a journal, which may be none, and has the CRM told all of it.
fn finish(
    office: &Office,
    open: &LeftOpen,
    mut journal: Journal,
    last: Vec<JournalEntry>,
    now: Wall,
) -> Result<(), String> {
    let ending = if last.is_empty() {
        let lasted = journal.entries.last().map_or(DurationMs::ZERO, |entry| entry.at);
        let (by, cause) = ending::told(&journal.entries);
        Ending { at: journal.header.contact.arrived.after(lasted), by, cause }
    } else {
        Ending { at: now, by: EndedBy::Fault, cause: "restart".into() }
    };
    office.journals.complete(open, &last).map_err(|error| error.to_string())?;
    journal.entries.extend(last);
    post_all(&*office.store, &journal, &ending).map_err(|error| error.to_string())?;
    office.journals.close_left_open(open).map_err(|error| error.to_string())
}

/// The step that ends a contact which a crash cut short, at the moment of its last one: a replay sees no deadline
/// between. Behind the arrival, where not even that was written, and behind what is known of the caller.
fn end(image: &Arc<Image>, journal: &Journal, known: Option<Event>) -> Vec<JournalEntry> {
    let at = journal.entries.last().map_or(DurationMs::ZERO, |entry| entry.at);
    let event = Event::HungUp { cause: "restart".into() };
    if !image.is_version(&journal.header.version) {
        return vec![JournalEntry::new(at, Some(&event), &abandon(journal))];
    }
    let (mut session, arrival) = replayed(image, journal);
    let first = JournalEntry::new(DurationMs::ZERO, None, &arrival);
    let mut entries = if journal.entries.is_empty() { vec![first] } else { Vec::new() };
    for event in known.into_iter().chain([event]) {
        if session.is_over() {
            break;
        }
        let actions = session.step(Millis(at.0), event.clone());
        entries.push(JournalEntry::new(at, Some(&event), &actions));
    }
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
    let write = Action::Write { id: crate::engine::ActionId(next), entry: abandoned() };
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
    let mut news = vec![ContactNews::Began(Beginning {
        contact: contact.id.clone(),
        channel: contact.channel,
        from: contact.from.clone(),
        to: contact.to.clone(),
        started: contact.arrived,
        program: header.program.clone(),
        version: header.version.clone(),
    })];
    for entry in &journal.entries {
        for (id, said) in entry.actions.iter().filter_map(written) {
            let at = contact.arrived.after(entry.at);
            let posting =
                Posting { contact: contact.id.clone(), sequence: id.0.into(), at, entry: said.clone() };
            news.push(ContactNews::Said(posting));
        }
    }
    let trail = Box::new(Follower::of(&journal.entries));
    news.push(ContactNews::Ended { contact: contact.id.clone(), ending: ending.clone(), trail });
    let taken = store.take_news(vec![news.into()], ending.at, Clock::jitter(ending.at));
    taken.into_iter().try_for_each(|taken| taken.map(drop))
}
