//! What backends are told and people are sent: rows that each are a [`Progress`], tried until they are delivered or dead.

use super::interactions;
use crate::crm::outbox::{Event, Policy, Progress, State};
use crate::crm::{ERASED, Posting};
use crate::program::{Entry, Text};
use crate::store::Parcel;
use crate::store::database::{Answer, Row, Transaction, to_json, values};
use crate::time::{DurationMs, Wall};

const COLUMNS: &str = "contact, sequence, at, content, state, attempts, next_at, reason";

/// How long whoever takes errands has them for itself. Afterwards it may have died, and they are anybody's.
const LEASE: DurationMs = DurationMs::from_secs(60);

/// What is due and nobody is busy with.
const DUE: &str = "state = 'pending' AND next_at <= ?1 AND (claimed_until IS NULL OR claimed_until <= ?1)";

/// Puts an errand in, due at once; one that is known stays as it is.
pub(super) fn put(tx: &Transaction<'_>, posting: &Posting) -> Answer<()> {
    let sql = "INSERT INTO errand (contact, sequence, at, content, state, attempts, next_at)
               VALUES (?1, ?2, ?3, ?4, 'pending', 0, 0) ON CONFLICT DO NOTHING";
    let Posting { contact, sequence, at, entry } = posting;
    tx.execute(sql, values![contact, *sequence, *at, to_json(entry)?]).map(drop)
}

/// Whether there is anything to claim.
pub(super) fn any_due(tx: &Transaction<'_>, now: Wall) -> Answer<bool> {
    tx.exists(&format!("SELECT 1 FROM errand WHERE {DUE} LIMIT 1"), values![now])
}

/// Takes errands that are due, the oldest first; nobody else takes them before they are settled or the lease is over.
pub(super) fn claim(tx: &Transaction<'_>, now: Wall, rows: usize) -> Answer<Vec<Posting>> {
    let skip = tx.dialect().skip_locked();
    let sql = format!(
        "UPDATE errand SET claimed_until = ?2
         WHERE id IN (SELECT id FROM errand WHERE {DUE} ORDER BY next_at, id LIMIT ?3 {skip})
         RETURNING {COLUMNS}, id"
    );
    let read = |row: &Row<'_>| Ok((row.get::<u64>(8)?, read(row)?.0));
    let mut claimed = tx.all(&sql, values![now, now.after(LEASE), rows], read)?;
    claimed.sort_by_key(|(id, _)| *id);
    Ok(claimed.into_iter().map(|(_, posting)| posting).collect())
}

/// What became of an attempt.
pub(super) fn settle(
    tx: &Transaction<'_>,
    (contact, sequence): (&str, u64),
    now: Wall,
    event: &Event,
    policy: &Policy,
) -> Answer<()> {
    let held = tx.dialect().for_update();
    let sql = format!("SELECT {COLUMNS} FROM errand WHERE contact = ?1 AND sequence = ?2 {held}");
    let found = tx.one(&sql, values![contact, sequence], read)?;
    let Some((_, mut progress)) = found else { return Ok(()) };
    progress.step(now, event.clone(), policy);
    if progress.state != State::Pending && interactions::is_erased(tx, contact)? {
        return forget(tx, contact, sequence, progress.state);
    }
    let sql = "UPDATE errand
               SET state = ?3, attempts = ?4, next_at = ?5, reason = ?6, claimed_until = NULL
               WHERE contact = ?1 AND sequence = ?2";
    let Progress { state, attempts, next_at, reason } = &progress;
    let values = values![contact, sequence, state.word(), *attempts, *next_at, reason.as_ref()];
    tx.execute(sql, values).map(drop)
}

/// What was told of a contact that was erased: what waits is told yet, what was given up never will be.
pub(super) fn erase(tx: &Transaction<'_>, contact: &str) -> Answer<()> {
    let sql = "SELECT sequence, state FROM errand WHERE contact = ?1 AND state <> 'pending'";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.word(1, State::from_word)?));
    let over: Vec<(u64, State)> = tx.all(sql, values![contact], read)?;
    over.into_iter().try_for_each(|(sequence, state)| forget(tx, contact, sequence, state))
}

/// Only that there was something stays.
fn forget(tx: &Transaction<'_>, contact: &str, sequence: u64, state: State) -> Answer<()> {
    let state = if state == State::Dead { State::Dropped } else { state };
    let sql = "UPDATE errand SET state = ?3, content = ?4, reason = NULL, claimed_until = NULL
               WHERE contact = ?1 AND sequence = ?2";
    let erased = to_json(&Entry::Note { text: ERASED.into() })?;
    tx.execute(sql, values![contact, sequence, state.word(), &*erased]).map(drop)
}

/// Errands in a state, the oldest first.
pub(super) fn list(tx: &Transaction<'_>, state: State, rows: usize) -> Answer<Vec<Parcel>> {
    // Spelt out twice, and not bound: only so does the partial index apply.
    let sql = format!(
        "SELECT {COLUMNS} FROM errand WHERE state = '{}' AND state <> 'delivered' ORDER BY id LIMIT ?1",
        state.word()
    );
    tx.all(&sql, values![rows], |row| read(row).map(parcel))
}

fn parcel((posting, progress): (Posting, Progress)) -> Parcel {
    let to: Text = match &posting.entry {
        Entry::Tell { backend, .. } => backend.clone(),
        Entry::Sms { .. } => "sms".into(),
        Entry::Email { .. } => "email".into(),
        Entry::Outcome { .. }
        | Entry::Case { .. }
        | Entry::Note { .. }
        | Entry::Identity { .. }
        | Entry::Keep { .. }
        | Entry::Count { .. }
        | Entry::Callback { .. }
        | Entry::Task { .. }
        | Entry::Override { .. } => "crm".into(),
    };
    Parcel {
        key: posting.key().into(),
        to,
        at: posting.at,
        shown: posting.entry.to_string().into(),
        progress,
    }
}

/// What a person does to an errand that was not done; `false` where there is none such.
pub(super) fn by_hand(
    tx: &Transaction<'_>,
    key: (&str, u64),
    event: &Event,
    now: Wall,
    policy: &Policy,
) -> Answer<bool> {
    let sql = "SELECT 1 FROM errand WHERE contact = ?1 AND sequence = ?2 AND state <> 'delivered'";
    let there = tx.exists(sql, values![key.0, key.1])? && !interactions::is_erased(tx, key.0)?;
    if there {
        settle(tx, key, now, event, policy)?;
    }
    Ok(there)
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
