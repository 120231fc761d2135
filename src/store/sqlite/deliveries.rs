//! The outbox: rows that each are a [`Progress`], and the rounds that deliver what is due.

use super::json::{from_json, limit, signed, to_json, unsigned, wall, word};
use super::ledger::Book;
use super::writer::in_savepoint;
use crate::crm::outbox::{Event, Jitter, Policy, Progress, State};
use crate::crm::{Posting, post};
use crate::program::{Entry, Text};
use crate::store::{Delivery, Parcel};
use crate::time::Wall;
use rusqlite::{Connection, Error, ErrorCode, OptionalExtension, Result, Row};

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

/// An entry whose turn has come.
struct Due {
    contact: Text,
    sequence: u64,
}

/// Puts an entry in, due at once whatever the contact's own clock says; one that is known stays as it is.
pub(super) fn enqueue(connection: &Connection, posting: &Posting) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO outbox (contact, sequence, at, content, state, attempts, next_at)
               VALUES (?1, ?2, ?3, ?4, 'pending', 0, 0)";
    let content = to_json(&posting.entry)?;
    let values = (&*posting.contact, signed(posting.sequence), posting.at.0, content);
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Delivers what is due, at most `rows`, each with its effect and its mark in one savepoint: in the order in which the
/// entries came, because what one contact resolved decides what the next one finds open; and by sequence within a
/// contact, also where the entries came in another order.
pub(super) fn deliver(
    connection: &Connection,
    now: Wall,
    rows: usize,
    jitter: Jitter,
    policy: &Policy,
) -> Result<Delivery> {
    let mut round = Delivery::default();
    for Due { contact, sequence } in due(connection, now, rows)? {
        // What came later but was said earlier goes first.
        while round.delivered + round.failed + round.dead < rows
            && let Some(mut head) = head(connection, &contact, sequence)?
            && head.progress.next_at <= now
        {
            attempt(connection, &mut head, now, jitter, policy)?;
            match head.progress.state {
                State::Delivered => round.delivered += 1,
                State::Pending => round.failed += 1,
                State::Dead => round.dead += 1,
            }
            if head.sequence == sequence {
                break;
            }
        }
    }
    round.next_at = next_at(connection)?;
    Ok(round)
}

/// What is due and stands behind nothing of its contact that is not.
fn due(connection: &Connection, now: Wall, rows: usize) -> Result<Vec<Due>> {
    let sql = "SELECT contact, sequence FROM outbox AS item INDEXED BY outbox_pending
               WHERE state = 'pending' AND next_at <= ?1 AND NOT EXISTS (
                   SELECT 1 FROM outbox AS earlier
                   WHERE earlier.contact = item.contact AND earlier.sequence < item.sequence
                         AND earlier.state = 'pending' AND earlier.next_at > ?1)
               ORDER BY id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map((now.0, limit(rows)), |row| {
        Ok(Due { contact: row.get(0)?, sequence: unsigned(row, 1)? })
    })?;
    found.collect()
}

/// The first entry of a contact that waits, up to this one.
fn head(connection: &Connection, contact: &str, up_to: u64) -> Result<Option<Stored>> {
    let sql = format!(
        "{COLUMNS} WHERE contact = ?1 AND sequence <= ?2 AND state = 'pending' ORDER BY sequence LIMIT 1"
    );
    connection.prepare_cached(&sql)?.query_row((contact, signed(up_to)), read).optional()
}

/// Gives one entry its effect and takes the step that follows. Fails only where the database as a whole does.
fn attempt(
    connection: &Connection,
    stored: &mut Stored,
    now: Wall,
    jitter: Jitter,
    policy: &Policy,
) -> Result<()> {
    let event = match in_savepoint(connection, |connection| apply(connection, stored)) {
        Ok(()) => Event::Delivered,
        Err(error) if is_the_disks(&error) => return Err(error),
        Err(error) => Event::Failed { reason: error.to_string().into(), jitter },
    };
    stored.progress.step(now, event, policy);
    keep_progress(connection, stored.id, &stored.progress)
}

fn apply(connection: &Connection, stored: &Stored) -> Result<()> {
    let entry: Entry = from_json(&stored.content, 4)?;
    let posting =
        Posting { contact: stored.contact.clone(), sequence: stored.sequence, at: stored.at, entry };
    post(&mut Book(connection), &posting)
}

/// Whether an error is the database's as a whole, not this entry's.
fn is_the_disks(error: &Error) -> bool {
    error.sqlite_error_code().is_some_and(|code| code != ErrorCode::ConstraintViolation)
}

fn keep_progress(connection: &Connection, id: i64, progress: &Progress) -> Result<()> {
    let sql = "UPDATE outbox SET state = ?2, attempts = ?3, next_at = ?4, reason = ?5 WHERE id = ?1";
    let Progress { state, attempts, next_at, reason } = progress;
    let values = (id, state.word(), attempts, next_at.0, reason.as_deref());
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// When an entry is due next; what waits behind another of its contact does not count.
fn next_at(connection: &Connection) -> Result<Option<Wall>> {
    let sql = "SELECT next_at FROM outbox AS item WHERE state = 'pending' AND NOT EXISTS (
             SELECT 1 FROM outbox AS earlier
             WHERE earlier.contact = item.contact AND earlier.sequence < item.sequence
                   AND earlier.state = 'pending')
         ORDER BY next_at, id LIMIT 1";
    connection.prepare_cached(sql)?.query_row([], |row| wall(row, 0)).optional()
}

/// Sends an entry again that is dead or waits.
pub(super) fn resend(
    connection: &Connection,
    contact: &str,
    sequence: u64,
    now: Wall,
    policy: &Policy,
) -> Result<bool> {
    let sql = format!("{COLUMNS} WHERE contact = ?1 AND sequence = ?2 AND state IN ('pending', 'dead')");
    let found = connection.prepare_cached(&sql)?.query_row((contact, signed(sequence)), read).optional()?;
    let Some(mut stored) = found else { return Ok(false) };
    stored.progress.step(now, Event::Resend, policy);
    keep_progress(connection, stored.id, &stored.progress)?;
    Ok(true)
}

/// Entries in a state, oldest first.
pub(super) fn list(connection: &Connection, state: State, rows: usize) -> Result<Vec<Parcel>> {
    // The state is spelt out, not bound: only so do the partial indexes apply.
    let sql = format!("{COLUMNS} WHERE state = '{}' ORDER BY id LIMIT ?1", state.word());
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([limit(rows)], |row| read(row).map(parcel))?;
    found.collect()
}

fn parcel(stored: Stored) -> Parcel {
    let shown = match serde_json::from_str::<Entry>(&stored.content) {
        Ok(entry) => entry.to_string(),
        Err(_) => stored.content,
    };
    Parcel {
        key: format!("{}/{}", stored.contact, stored.sequence).into(),
        at: stored.at,
        shown: shown.into(),
        progress: stored.progress,
    }
}

fn read(row: &Row<'_>) -> Result<Stored> {
    Ok(Stored {
        id: row.get(0)?,
        contact: row.get(1)?,
        sequence: unsigned(row, 2)?,
        at: wall(row, 3)?,
        content: row.get(4)?,
        progress: Progress {
            state: word(row, 5, State::from_word)?,
            attempts: row.get(6)?,
            next_at: wall(row, 7)?,
            reason: row.get(8)?,
        },
    })
}
