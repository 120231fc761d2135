//! What backends are told: rows that each are a [`Progress`], tried until they are delivered or dead.

use super::json::{from_json, limit, signed, to_json, unsigned, wall, word};
use crate::crm::Posting;
use crate::crm::outbox::{Event, Policy, Progress, State};
use crate::time::Wall;
use rusqlite::{Connection, OptionalExtension, Result, Row};

const COLUMNS: &str = "SELECT contact, sequence, at, content, state, attempts, next_at, reason FROM errand";

/// Puts an errand in, due at once; one that is known stays as it is.
pub(super) fn put(connection: &Connection, posting: &Posting) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO errand (contact, sequence, at, content, state, attempts, next_at)
               VALUES (?1, ?2, ?3, ?4, 'pending', 0, 0)";
    let values = (&*posting.contact, signed(posting.sequence), posting.at.0, to_json(&posting.entry)?);
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Errands that are due, the oldest first.
pub(super) fn due(connection: &Connection, now: Wall, rows: usize) -> Result<Vec<Posting>> {
    let sql = format!("{COLUMNS} WHERE state = 'pending' AND next_at <= ?1 ORDER BY id LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map((now.0, limit(rows)), |row| read(row).map(|(posting, _)| posting))?;
    found.collect()
}

/// What became of an attempt.
pub(super) fn settle(
    connection: &Connection,
    (contact, sequence): (&str, u64),
    now: Wall,
    event: Event,
    policy: &Policy,
) -> Result<()> {
    let sql = format!("{COLUMNS} WHERE contact = ?1 AND sequence = ?2");
    let found = connection.prepare_cached(&sql)?.query_row((contact, signed(sequence)), read).optional()?;
    let Some((_, mut progress)) = found else { return Ok(()) };
    progress.step(now, event, policy);
    let sql = "UPDATE errand SET state = ?3, attempts = ?4, next_at = ?5, reason = ?6
               WHERE contact = ?1 AND sequence = ?2";
    let Progress { state, attempts, next_at, reason } = &progress;
    let values = (contact, signed(sequence), state.word(), attempts, next_at.0, reason.as_deref());
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

fn read(row: &Row<'_>) -> Result<(Posting, Progress)> {
    let content: String = row.get(3)?;
    let posting = Posting {
        contact: row.get(0)?,
        sequence: unsigned(row, 1)?,
        at: wall(row, 2)?,
        entry: from_json(&content, 3)?,
    };
    let progress = Progress {
        state: word(row, 4, State::from_word)?,
        attempts: row.get(5)?,
        next_at: wall(row, 6)?,
        reason: row.get(7)?,
    };
    Ok((posting, progress))
}
