//! What is to be done later: a row until it is done, or given up.

use super::interactions;
use crate::crm::{Beginning, Job, JobEvent, Posting};
use crate::program::{Entry, Text};
use crate::store::KeptJob;
use crate::store::database::{Answer, Row, Transaction, to_json, values};
use crate::time::Wall;

/// What is due, nobody is busy with, and belongs to a contact that is over.
const DUE: &str = "state = 'pending' AND due <= ?1 AND (claimed_until IS NULL OR claimed_until <= ?1)
    AND EXISTS (SELECT 1 FROM interaction WHERE interaction.id = job.contact AND ended IS NOT NULL)";

/// Puts a job in, if what was said is one; one that is known stays as it is.
pub(super) fn put(tx: &Transaction<'_>, posting: &Posting) -> Answer<()> {
    let Some(due) = Job::due(posting) else { return Ok(()) };
    let sql = "INSERT INTO job (contact, sequence, at, due, content, state)
               VALUES (?1, ?2, ?3, ?4, ?5, 'pending') ON CONFLICT DO NOTHING";
    let Posting { contact, sequence, at, entry } = posting;
    tx.execute(sql, values![contact, *sequence, *at, due, to_json(entry)?]).map(drop)
}

/// Whether there is anything to claim.
pub(in crate::store) fn any_due(tx: &Transaction<'_>, now: Wall) -> Answer<bool> {
    tx.exists(&format!("SELECT 1 FROM job WHERE {DUE} LIMIT 1"), values![now])
}

/// Takes jobs that are due, the earliest first; nobody else takes them until a moment.
pub(in crate::store) fn claim(tx: &Transaction<'_>, now: Wall, until: Wall, rows: usize) -> Answer<Vec<Job>> {
    let skip = tx.dialect().skip_locked();
    let sql = format!(
        "UPDATE job SET claimed_until = ?2
         WHERE id IN (SELECT id FROM job WHERE {DUE} ORDER BY due, id LIMIT ?3 {skip})
         RETURNING contact, sequence, at, content, due, begun, id"
    );
    let mut claimed = tx.all(&sql, values![now, until, rows], read)?;
    claimed.sort_by_key(|(id, job)| (job.due, *id));
    claimed.into_iter().map(|(_, job)| with_beginning(tx, job)).collect()
}

fn with_beginning(tx: &Transaction<'_>, job: Job) -> Answer<Job> {
    let of = interactions::interaction(tx, &job.posting.contact)?.map(|contact| contact.beginning);
    Ok(Job { of: of.unwrap_or(job.of), ..job })
}

/// What became of a job. What is done is gone; what was given up stays, without what it was to do.
pub(in crate::store) fn settle(
    tx: &Transaction<'_>,
    (contact, sequence): (&str, u64),
    event: &JobEvent,
) -> Answer<()> {
    let set = |what: &str| format!("{what} WHERE contact = ?1 AND sequence = ?2");
    let changed = match event {
        JobEvent::Held { until } => {
            tx.execute(&set("UPDATE job SET claimed_until = ?3"), values![contact, sequence, *until])
        }
        JobEvent::Begins { contact: begun } => {
            tx.execute(&set("UPDATE job SET begun = ?3"), values![contact, sequence, begun])
        }
        JobEvent::Done => tx.execute(&set("DELETE FROM job"), values![contact, sequence]),
        JobEvent::Dropped { reason } => tx.execute(
            &set("UPDATE job SET state = 'dropped', claimed_until = NULL, reason = ?3"),
            values![contact, sequence, reason],
        ),
    };
    changed.map(drop)
}

/// How many wait.
pub(in crate::store) fn waiting(tx: &Transaction<'_>) -> Answer<u64> {
    tx.only("SELECT count(*) FROM job WHERE state = 'pending'", &[], |row| row.get(0))
}

/// Those that were given up, and those that wait.
pub(in crate::store) fn kept(tx: &Transaction<'_>, rows: usize) -> Answer<Vec<KeptJob>> {
    let read = |row: &Row<'_>| {
        let (contact, sequence): (Text, u64) = (row.get(0)?, row.get(1)?);
        let what: Entry = row.json(2)?;
        let key = format!("{contact}/{sequence}").into();
        Ok(KeptJob { key, what: what.to_string().into(), due: row.get(3)?, reason: row.get(4)? })
    };
    let mut kept = Vec::new();
    for state in ["dropped", "pending"] {
        // The state is spelt out, not bound: only so do the partial indexes apply.
        let sql = format!(
            "SELECT contact, sequence, content, due, reason FROM job
             WHERE state = '{state}' ORDER BY due, id LIMIT ?1"
        );
        kept.extend(tx.all(&sql, values![rows - kept.len()], read)?);
    }
    Ok(kept)
}

/// Nobody is busy with anything any more.
pub(in crate::store) fn release(tx: &Transaction<'_>) -> Answer<()> {
    let sql = "UPDATE job SET claimed_until = NULL WHERE state = 'pending'";
    tx.execute(sql, &[]).map(drop)
}

/// Nothing more is done for a contact.
pub(super) fn forget(tx: &Transaction<'_>, contact: &str) -> Answer<()> {
    tx.execute("DELETE FROM job WHERE contact = ?1", values![contact]).map(drop)
}

fn read(row: &Row<'_>) -> Answer<(u64, Job)> {
    let posting =
        Posting { contact: row.get(0)?, sequence: row.get(1)?, at: row.get(2)?, entry: row.json(3)? };
    let of = Beginning::unknown(&posting.contact, posting.at);
    Ok((row.get(6)?, Job { posting, due: row.get(4)?, of, begun: row.get(5)? }))
}
