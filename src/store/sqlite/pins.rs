//! PIN hashes, lock-outs, and the audit of both.

use super::json::{limit, wall};
use crate::crm::{Lockout, Verdict};
use crate::program::verb::Lock;
use crate::store::PinAttempt;
use crate::time::Wall;
use rusqlite::{Connection, OptionalExtension, Result, Row};

/// An attempt after it was counted, and before it was looked at.
pub(super) struct Counted {
    /// Its row in the audit.
    pub audit: i64,
    /// What the caller hears unless the PIN is right; a lock from before is final.
    pub verdict: Verdict,
    /// Whether the lock was there before.
    pub was_locked: bool,
    /// What was counted before.
    pub before: Lockout,
    /// The customer's hash, where there is one.
    pub hash: Option<String>,
}

/// Counts an attempt as wrong, before anybody knows whether it is.
pub(super) fn count(
    connection: &Connection,
    customer: &str,
    contact: &str,
    lock: &Lock,
    now: Wall,
) -> Result<Counted> {
    let mut lockout = lockout(connection, customer)?;
    let before = lockout;
    let was_locked = lockout.check(now).is_some();
    let verdict = lockout.wrong(now, lock);
    keep_lockout(connection, customer, &lockout)?;
    let noted = if was_locked { "locked" } else { "counted" };
    let audit = note(connection, now, "verify", customer, Some(contact), noted)?;
    let sql = "SELECT hash FROM pin WHERE customer = ?1";
    let hash = connection.prepare_cached(sql)?.query_row([customer], |row| row.get(0)).optional()?;
    Ok(Counted { audit, verdict, was_locked, before, hash })
}

/// Writes down what an attempt was. A right one takes back all that were counted; a right answer to a challenge, where
/// `before` is given, only itself: a field of the customer shows nothing about wrong PINs.
pub(super) fn settle(
    connection: &Connection,
    customer: &str,
    audit: i64,
    verdict: Verdict,
    before: Option<Lockout>,
) -> Result<()> {
    if verdict == Verdict::Right {
        keep_lockout(connection, customer, &before.unwrap_or_default())?;
    }
    let word = match verdict {
        Verdict::Right => "right",
        Verdict::Wrong { .. } => "wrong",
        Verdict::Locked { .. } => "locked",
        Verdict::Failed => "failed",
    };
    let sql = "UPDATE audit SET verdict = ?2 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((audit, word)).map(drop)
}

pub(super) fn lockout(connection: &Connection, customer: &str) -> Result<Lockout> {
    let sql = "SELECT wrong_in_a_row, locked_until, forgotten_at FROM lockout WHERE customer = ?1";
    let read = |row: &Row<'_>| {
        let locked_until = row.get::<_, Option<i64>>(1)?.map(Wall);
        let forgotten_at = row.get::<_, Option<i64>>(2)?.map(Wall);
        Ok(Lockout { wrong_in_a_row: row.get(0)?, locked_until, forgotten_at })
    };
    let known = connection.prepare_cached(sql)?.query_row([customer], read).optional()?;
    Ok(known.unwrap_or_default())
}

fn keep_lockout(connection: &Connection, customer: &str, lockout: &Lockout) -> Result<()> {
    let sql = "INSERT INTO lockout VALUES (?1, ?2, ?3, ?4) ON CONFLICT (customer) DO UPDATE
               SET wrong_in_a_row = excluded.wrong_in_a_row, locked_until = excluded.locked_until,
                   forgotten_at = excluded.forgotten_at";
    let Lockout { wrong_in_a_row, locked_until, forgotten_at } = lockout;
    let values =
        (customer, wrong_in_a_row, locked_until.map(|until| until.0), forgotten_at.map(|until| until.0));
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Releases a lock; `false` if nothing was counted.
pub(super) fn unlock(connection: &Connection, customer: &str, now: Wall) -> Result<bool> {
    if lockout(connection, customer)? == Lockout::default() {
        return Ok(false);
    }
    keep_lockout(connection, customer, &Lockout::default())?;
    note(connection, now, "unlock", customer, None, "done")?;
    Ok(true)
}

/// Sets a customer's hash; `false` for an unknown customer.
pub(super) fn set(connection: &Connection, customer: &str, hash: &str, now: Wall) -> Result<bool> {
    let known = connection.prepare_cached("SELECT 1 FROM customer WHERE id = ?1")?.exists([customer])?;
    if known {
        let sql = "INSERT OR REPLACE INTO pin VALUES (?1, ?2, ?3)";
        connection.prepare_cached(sql)?.execute((customer, hash, now.0))?;
        note(connection, now, "set_pin", customer, None, "done")?;
    }
    Ok(known)
}

/// What happened to a customer's PIN, the latest first.
pub(super) fn attempts(connection: &Connection, customer: &str, rows: usize) -> Result<Vec<PinAttempt>> {
    let sql = "SELECT at, what, contact, verdict FROM audit WHERE customer = ?1 ORDER BY id DESC LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        let (what, contact, verdict) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(PinAttempt { at: wall(row, 0)?, what, contact, verdict })
    };
    let found = statement.query_map((customer, limit(rows)), read)?;
    found.collect()
}

fn note(
    connection: &Connection,
    at: Wall,
    what: &str,
    customer: &str,
    contact: Option<&str>,
    verdict: &str,
) -> Result<i64> {
    let sql = "INSERT INTO audit (at, what, customer, contact, verdict) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.insert((at.0, what, customer, contact, verdict))
}
