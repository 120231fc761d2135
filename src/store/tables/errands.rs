//! What backends are told: rows that each are a [`Progress`], tried until they are delivered or dead.

use crate::crm::Posting;
use crate::crm::outbox::{Event, Policy, Progress, State};
use crate::store::database::{Answer, Row, Transaction, to_json, values};
use crate::time::Wall;

const COLUMNS: &str = "SELECT contact, sequence, at, content, state, attempts, next_at, reason FROM errand";

/// Puts an errand in, due at once; one that is known stays as it is.
pub(super) fn put(tx: &Transaction<'_>, posting: &Posting) -> Answer<()> {
    let sql = "INSERT INTO errand (contact, sequence, at, content, state, attempts, next_at)
               VALUES (?1, ?2, ?3, ?4, 'pending', 0, 0) ON CONFLICT DO NOTHING";
    let Posting { contact, sequence, at, entry } = posting;
    tx.execute(sql, values![contact, *sequence, *at, to_json(entry)?]).map(drop)
}

/// Errands that are due, the oldest first.
pub(super) fn due(tx: &Transaction<'_>, now: Wall, rows: usize) -> Answer<Vec<Posting>> {
    let sql = format!("{COLUMNS} WHERE state = 'pending' AND next_at <= ?1 ORDER BY id LIMIT ?2");
    tx.all(&sql, values![now, rows], |row| read(row).map(|(posting, _)| posting))
}

/// What became of an attempt.
pub(super) fn settle(
    tx: &Transaction<'_>,
    (contact, sequence): (&str, u64),
    now: Wall,
    event: &Event,
    policy: &Policy,
) -> Answer<()> {
    let sql = format!("{COLUMNS} WHERE contact = ?1 AND sequence = ?2");
    let found = tx.one(&sql, values![contact, sequence], read)?;
    let Some((_, mut progress)) = found else { return Ok(()) };
    progress.step(now, event.clone(), policy);
    let sql = "UPDATE errand SET state = ?3, attempts = ?4, next_at = ?5, reason = ?6
               WHERE contact = ?1 AND sequence = ?2";
    let Progress { state, attempts, next_at, reason } = &progress;
    let values = values![contact, sequence, state.word(), *attempts, *next_at, reason.as_ref()];
    tx.execute(sql, values).map(drop)
}

fn read(row: &Row<'_>) -> Answer<(Posting, Progress)> {
    let posting =
        Posting { contact: row.get(0)?, sequence: row.get(1)?, at: row.get(2)?, entry: row.json(3)? };
    let progress = Progress {
        state: row.word(4, State::from_word)?,
        attempts: row.get(5)?,
        next_at: row.get(6)?,
        reason: row.get(7)?,
    };
    Ok((posting, progress))
}
