//! The outbox: rows that each are a [`Progress`], and the rounds that deliver what is due.

use super::dispatches;
use super::ledger::Book;
use crate::crm::outbox::{Event, Jitter, Policy, Progress, State};
use crate::crm::{ERASED, Interaction, Posting, post};
use crate::program::{Entry, Text};
use crate::store::database::{Answer, Param, Row, Transaction, from_json, to_json, values};
use crate::store::{Delivery, OutboxStanding, Parcel};
use crate::time::Wall;

const COLUMNS: &str =
    "SELECT id, contact, sequence, at, content, state, attempts, next_at, reason FROM outbox";

/// A row, with the entry not yet read: one that cannot be read must not hold up the others.
struct Stored {
    id: i64,
    contact: Text,
    sequence: u64,
    at: Wall,
    content: String,
    progress: Progress,
}

/// When entries are given their effect, and what happens to those that cannot have it.
#[derive(Clone)]
pub(super) struct Round {
    pub now: Wall,
    pub jitter: Jitter,
    pub policy: Policy,
}

/// An entry whose turn has come.
struct Due {
    contact: Text,
    sequence: u64,
}

/// Puts an entry in, due at once whatever the contact's own clock says; one that is known stays as it is.
pub(super) fn enqueue(tx: &Transaction<'_>, posting: &Posting) -> Answer<()> {
    let sql = "INSERT INTO outbox (contact, sequence, at, content, state, attempts, next_at)
               VALUES (?1, ?2, ?3, ?4, 'pending', 0, 0) ON CONFLICT DO NOTHING";
    let Posting { contact, sequence, at, entry } = posting;
    tx.execute(sql, values![contact, *sequence, *at, to_json(entry)?]).map(drop)
}

/// Puts an entry in and delivers it in one go, where nothing of its contact waits before it; one that is known stays as it
/// is. For a database with one writer, who sees all that came before. Whether it waits now. `fresh` is what is held of a contact that
/// was put in a moment ago.
pub(super) fn take_in(
    tx: &Transaction<'_>,
    posting: &Posting,
    fresh: &mut Option<Interaction>,
    round: &Round,
) -> Answer<bool> {
    let Posting { contact, sequence, at, entry } = posting;
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE contact = ?1 AND sequence = ?2),
                      EXISTS (SELECT 1 FROM outbox WHERE contact = ?1 AND state = 'pending')";
    let (known, behind) =
        tx.only(sql, values![contact, *sequence], |row| Ok((row.get::<bool>(0)?, row.get::<bool>(1)?)))?;
    if known || behind {
        enqueue(tx, posting)?;
        return Ok(behind);
    }
    let mut progress = Progress::new(Wall(0));
    let (event, erased) = effect(tx, round.jitter, |tx| apply(tx, posting, fresh))?;
    progress.step(round.now, event, &round.policy);
    let content = if erased { to_json(&Entry::Note { text: ERASED.into() })? } else { to_json(entry)? };
    let sql = "INSERT INTO outbox (contact, sequence, at, content, state, attempts, next_at, reason)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let Progress { state, attempts, next_at, reason } = &progress;
    let reason = reason.as_ref();
    tx.execute(sql, values![contact, *sequence, *at, content, state.word(), *attempts, *next_at, reason])?;
    Ok(progress.state == State::Pending)
}

/// Delivers what is due, at most `rows`, each with its effect and its mark in one savepoint: in the order in which the
/// entries came, because what one contact resolved decides what the next one finds open; and by sequence within a
/// contact, also where the entries came in another order. While another node delivers, this one has nothing to do.
pub(super) fn deliver(
    tx: &Transaction<'_>,
    now: Wall,
    rows: usize,
    jitter: Jitter,
    policy: &Policy,
) -> Answer<Delivery> {
    let mut round = Delivery::default();
    if !tx.in_turn_if_free("outbox", "delivery")? {
        return Ok(round);
    }
    let somebody_is_told = dispatches::somebody_hears_of_contacts(tx)?;
    for Due { contact, sequence } in due(tx, now, rows)? {
        // What came later but was said earlier goes first.
        while round.delivered + round.failed + round.dead < rows
            && let Some(mut head) = head(tx, &contact, sequence)?
            && head.progress.next_at <= now
        {
            attempt(tx, &mut head, now, jitter, policy)?;
            if somebody_is_told && head.progress.state != State::Pending {
                dispatches::contact(tx, &head.contact, now)?;
            }
            match head.progress.state {
                State::Delivered => round.delivered += 1,
                State::Pending => round.failed += 1,
                State::Dead | State::Dropped => round.dead += 1,
            }
            if head.sequence == sequence {
                break;
            }
        }
    }
    round.next_at = next_at(tx)?;
    Ok(round)
}

/// How much waits, how much was given up, and how old the oldest is that waits; entries for the CRM and errands together.
pub(in crate::store) fn standing(tx: &Transaction<'_>) -> Answer<OutboxStanding> {
    let sql = "SELECT (SELECT count(*) FROM outbox WHERE state = 'pending')
                        + (SELECT count(*) FROM errand WHERE state = 'pending'),
                      (SELECT count(*) FROM outbox WHERE state = 'dead')
                        + (SELECT count(*) FROM errand WHERE state = 'dead'),
                      (SELECT min(at) FROM outbox WHERE state = 'pending'),
                      (SELECT min(at) FROM errand WHERE state = 'pending')";
    tx.only(sql, &[], |row: &Row<'_>| {
        let (said, errand): (Option<Wall>, Option<Wall>) = (row.get(2)?, row.get(3)?);
        let oldest = said.into_iter().chain(errand).min();
        Ok(OutboxStanding { pending: row.get(0)?, dead: row.get(1)?, oldest })
    })
}

/// What is due and stands behind nothing of its contact that is not.
fn due(tx: &Transaction<'_>, now: Wall, rows: usize) -> Answer<Vec<Due>> {
    let indexed = tx.dialect().indexed_by("outbox_pending");
    let sql = format!(
        "SELECT contact, sequence FROM outbox AS item {indexed}
         WHERE state = 'pending' AND next_at <= ?1 AND NOT EXISTS (
             SELECT 1 FROM outbox AS earlier
             WHERE earlier.contact = item.contact AND earlier.sequence < item.sequence
                   AND earlier.state = 'pending' AND earlier.next_at > ?1)
         ORDER BY id LIMIT ?2"
    );
    tx.all(&sql, values![now, rows], |row| Ok(Due { contact: row.get(0)?, sequence: row.get(1)? }))
}

/// The first entry of a contact that waits, up to this one.
fn head(tx: &Transaction<'_>, contact: &str, up_to: u64) -> Answer<Option<Stored>> {
    let sql = format!(
        "{COLUMNS} WHERE contact = ?1 AND sequence <= ?2 AND state = 'pending' ORDER BY sequence LIMIT 1"
    );
    tx.one(&sql, values![contact, up_to], read)
}

/// Gives one entry its effect and takes the step that follows. Fails only where the database as a whole does.
fn attempt(
    tx: &Transaction<'_>,
    stored: &mut Stored,
    now: Wall,
    jitter: Jitter,
    policy: &Policy,
) -> Answer<()> {
    let (event, erased) = effect(tx, jitter, |tx| {
        let entry: Entry = from_json(&stored.content, 4)?;
        let (contact, sequence, at) = (stored.contact.clone(), stored.sequence, stored.at);
        apply(tx, &Posting { contact, sequence, at, entry }, &mut None)
    })?;
    if erased {
        forget(tx, "id = ?2", stored.id.into())?;
    }
    stored.progress.step(now, event, policy);
    keep_progress(tx, stored.id, &stored.progress)
}

/// What came of giving an entry its effect, and whether its contact was erased. Fails only where the database as a whole
/// does.
fn effect(
    tx: &Transaction<'_>,
    jitter: Jitter,
    apply: impl FnMut(&Transaction<'_>) -> Answer<bool>,
) -> Answer<(Event, bool)> {
    match tx.undoable(apply) {
        Ok(erased) => Ok((Event::Delivered, erased)),
        Err(error) if !error.is_of_a_row() => Err(error),
        Err(error) => Ok((Event::Failed { reason: error.to_string().into(), jitter }, false)),
    }
}

/// Gives an entry its effect; whether its contact was erased. What is held of a fresh one is known without asking, unless this fails.
fn apply(tx: &Transaction<'_>, posting: &Posting, fresh: &mut Option<Interaction>) -> Answer<bool> {
    if let Some(known) = fresh.take() {
        let mut book = Book::with(tx, &posting.contact, known);
        post(&mut book, posting)?;
        *fresh = book.into_known();
        return Ok(false);
    }
    let mut book = Book::of(tx, &posting.contact)?;
    post(&mut book, posting)?;
    Ok(book.is_erased())
}

/// What was said by a contact that was erased, once it has had its effect, or will never have it.
pub(super) fn erase(tx: &Transaction<'_>, contact: &Text) -> Answer<()> {
    forget(tx, "contact = ?2 AND state <> 'pending'", contact.into())
}

fn forget(tx: &Transaction<'_>, place: &str, of: Param<'_>) -> Answer<()> {
    let erased = to_json(&Entry::Note { text: ERASED.into() })?;
    let sql = format!("UPDATE outbox SET content = ?1, reason = NULL WHERE {place}");
    tx.execute(&sql, &[Param::from(&*erased), of]).map(drop)
}

fn keep_progress(tx: &Transaction<'_>, id: i64, progress: &Progress) -> Answer<()> {
    let sql = "UPDATE outbox SET state = ?2, attempts = ?3, next_at = ?4, reason = ?5 WHERE id = ?1";
    let Progress { state, attempts, next_at, reason } = progress;
    tx.execute(sql, values![id, state.word(), *attempts, *next_at, reason.as_ref()]).map(drop)
}

/// When an entry is due next; what waits behind another of its contact does not count.
fn next_at(tx: &Transaction<'_>) -> Answer<Option<Wall>> {
    let sql = "SELECT next_at FROM outbox AS item WHERE state = 'pending' AND NOT EXISTS (
             SELECT 1 FROM outbox AS earlier
             WHERE earlier.contact = item.contact AND earlier.sequence < item.sequence
                   AND earlier.state = 'pending')
         ORDER BY next_at, id LIMIT 1";
    tx.one(sql, &[], |row| row.get(0))
}

/// Whether anything waits, due or not.
pub(super) fn any_pending(tx: &Transaction<'_>) -> Answer<bool> {
    tx.exists("SELECT 1 FROM outbox WHERE state = 'pending' LIMIT 1", &[])
}

/// What a person does to an entry that has not had its effect; `false` where there is none such.
pub(super) fn by_hand(
    tx: &Transaction<'_>,
    (contact, sequence): (&str, u64),
    event: &Event,
    now: Wall,
    policy: &Policy,
) -> Answer<bool> {
    let held = tx.dialect().for_update();
    let sql = format!("{COLUMNS} WHERE contact = ?1 AND sequence = ?2 AND state <> 'delivered' {held}");
    let Some(mut stored) = tx.one(&sql, values![contact, sequence], read)? else { return Ok(false) };
    stored.progress.step(now, event.clone(), policy);
    keep_progress(tx, stored.id, &stored.progress)?;
    Ok(true)
}

/// Entries in a state, oldest first.
pub(super) fn list(tx: &Transaction<'_>, state: State, rows: usize) -> Answer<Vec<Parcel>> {
    // The state is spelt out, not bound: only so do the partial indexes apply.
    let sql = format!("{COLUMNS} WHERE state = '{}' ORDER BY id LIMIT ?1", state.word());
    tx.all(&sql, values![rows], |row| read(row).map(parcel))
}

fn parcel(stored: Stored) -> Parcel {
    let shown = match serde_json::from_str::<Entry>(&stored.content) {
        Ok(entry) => entry.to_string(),
        Err(_) => stored.content,
    };
    Parcel {
        key: format!("{}/{}", stored.contact, stored.sequence).into(),
        to: "crm".into(),
        at: stored.at,
        shown: shown.into(),
        progress: stored.progress,
    }
}

fn read(row: &Row<'_>) -> Answer<Stored> {
    Ok(Stored {
        id: row.get(0)?,
        contact: row.get(1)?,
        sequence: row.get(2)?,
        at: row.get(3)?,
        content: row.get(4)?,
        progress: Progress {
            state: row.word(5, State::from_word)?,
            attempts: row.get(6)?,
            next_at: row.get(7)?,
            reason: row.get(8)?,
        },
    })
}
