//! Hashes of PINs and passphrases, lock-outs, and the audit of both.

use crate::crm::{Lockout, Tally, Verdict};
use crate::program::Text;
use crate::program::verb::Lock;
use crate::store::PinAttempt;
use crate::store::database::{Answer, Row, Transaction, values};
use crate::time::Wall;

/// Whose attempts are counted takes turns, so that guesses on several nodes are counted one by one.
const TABLE: &str = "lockout";

/// Which of a customer's hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Pin,
    Passphrase,
}

impl Held {
    fn table(self) -> &'static str {
        match self {
            Held::Pin => "pin",
            Held::Passphrase => "passphrase",
        }
    }
}

/// An attempt after it was counted, and before it was looked at.
pub(super) struct Counted {
    /// Its row in the audit.
    pub audit: i64,
    /// What the caller hears unless the PIN is right; a lock from before is final.
    pub verdict: Verdict,
    /// Whether the lock was there before.
    pub was_locked: bool,
    /// The customer's hash, where there is one.
    pub hash: Option<String>,
}

/// Counts an attempt as wrong, before anybody knows whether it is.
pub(super) fn count(
    tx: &Transaction<'_>,
    (customer, caller): (&str, Option<&Text>),
    held: Held,
    contact: &str,
    lock: &Lock,
    now: Wall,
) -> Answer<Counted> {
    tx.in_turn(TABLE, customer)?;
    if let Some(caller) = caller {
        tx.in_turn(TABLE, caller)?;
    }
    let mut tally = tally(tx, customer, caller)?;
    let was_locked = tally.check(now).is_some();
    let verdict = tally.count(now, lock);
    keep_tally(tx, customer, caller, &tally)?;
    let noted = if was_locked { "locked" } else { "counted" };
    let audit = note(tx, now, "verify", customer, Some(contact), noted)?;
    let sql = format!("SELECT hash FROM {} WHERE customer = ?1", held.table());
    let hash = tx.one(&sql, values![customer], |row| row.get(0))?;
    Ok(Counted { audit, verdict, was_locked, hash })
}

/// Writes down what an attempt was, and takes back what a right one was counted as.
pub(super) fn settle(
    tx: &Transaction<'_>,
    (customer, caller): (&str, Option<&Text>),
    audit: i64,
    verdict: Verdict,
    (lock, challenge): (&Lock, bool),
) -> Answer<()> {
    if verdict == Verdict::Right {
        tx.in_turn(TABLE, customer)?;
        if let Some(caller) = caller {
            tx.in_turn(TABLE, caller)?;
        }
        let mut tally = tally(tx, customer, caller)?;
        tally.right(lock, challenge);
        keep_tally(tx, customer, caller, &tally)?;
    }
    let word = match verdict {
        Verdict::Right => "right",
        Verdict::Wrong { .. } => "wrong",
        Verdict::Locked { .. } => "locked",
        Verdict::Failed => "failed",
    };
    // Whoever was locked out before is not settled: this lock fell by this attempt.
    let fell = matches!(verdict, Verdict::Locked { .. });
    let sql = "UPDATE audit SET verdict = ?2, fell = ?3 WHERE id = ?1";
    tx.execute(sql, values![audit, word, fell]).map(drop)
}

fn tally(tx: &Transaction<'_>, customer: &str, caller: Option<&Text>) -> Answer<Tally> {
    let caller = caller.map(|caller| lockout(tx, caller)).transpose()?;
    Ok(Tally { customer: lockout(tx, customer)?, caller })
}

fn keep_tally(tx: &Transaction<'_>, customer: &str, caller: Option<&Text>, tally: &Tally) -> Answer<()> {
    if let (Some(caller), Some(lockout)) = (caller, &tally.caller) {
        keep_lockout(tx, caller, lockout)?;
    }
    keep_lockout(tx, customer, &tally.customer)
}

pub(super) fn lockout(tx: &Transaction<'_>, customer: &str) -> Answer<Lockout> {
    let sql = "SELECT wrong_in_a_row, locked_until, forgotten_at FROM lockout WHERE customer = ?1";
    let read = |row: &Row<'_>| {
        let (wrong_in_a_row, locked_until, forgotten_at) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Lockout { wrong_in_a_row, locked_until, forgotten_at })
    };
    Ok(tx.one(sql, values![customer], read)?.unwrap_or_default())
}

fn keep_lockout(tx: &Transaction<'_>, customer: &str, lockout: &Lockout) -> Answer<()> {
    let sql = "INSERT INTO lockout VALUES (?1, ?2, ?3, ?4) ON CONFLICT (customer) DO UPDATE
               SET wrong_in_a_row = excluded.wrong_in_a_row, locked_until = excluded.locked_until,
                   forgotten_at = excluded.forgotten_at";
    let Lockout { wrong_in_a_row, locked_until, forgotten_at } = lockout;
    tx.execute(sql, values![customer, *wrong_in_a_row, *locked_until, *forgotten_at]).map(drop)
}

/// Releases a lock; `false` if nothing was counted.
pub(super) fn unlock(tx: &Transaction<'_>, customer: &str, now: Wall) -> Answer<bool> {
    tx.in_turn(TABLE, customer)?;
    if lockout(tx, customer)? == Lockout::default() {
        return Ok(false);
    }
    keep_lockout(tx, customer, &Lockout::default())?;
    note(tx, now, "unlock", customer, None, "done")?;
    Ok(true)
}

/// Sets a customer's hash; `false` for an unknown customer.
pub(super) fn set(tx: &Transaction<'_>, held: Held, customer: &str, hash: &str, now: Wall) -> Answer<bool> {
    let known = tx.exists("SELECT 1 FROM customer WHERE id = ?1", values![customer])?;
    if known {
        let table = held.table();
        let sql = format!(
            "INSERT INTO {table} VALUES (?1, ?2, ?3) ON CONFLICT (customer) DO UPDATE
             SET hash = excluded.hash, set_at = excluded.set_at"
        );
        tx.execute(&sql, values![customer, hash, now])?;
        note(tx, now, &format!("set_{table}"), customer, None, "done")?;
    }
    Ok(known)
}

/// Takes a customer's passphrase away; `false` where there was none.
pub(super) fn forget_passphrase(tx: &Transaction<'_>, customer: &str, now: Wall) -> Answer<bool> {
    let gone = tx.execute("DELETE FROM passphrase WHERE customer = ?1", values![customer])? > 0;
    if gone {
        note(tx, now, "forget_passphrase", customer, None, "done")?;
    }
    Ok(gone)
}

/// What happened to a customer's PIN and passphrase, the latest first.
pub(super) fn attempts(tx: &Transaction<'_>, customer: &str, rows: usize) -> Answer<Vec<PinAttempt>> {
    let sql = "SELECT at, what, contact, verdict FROM audit WHERE customer = ?1 ORDER BY id DESC LIMIT ?2";
    let read = |row: &Row<'_>| {
        Ok(PinAttempt { at: row.get(0)?, what: row.get(1)?, contact: row.get(2)?, verdict: row.get(3)? })
    };
    tx.all(sql, values![customer, rows], read)
}

fn note(
    tx: &Transaction<'_>,
    at: Wall,
    what: &str,
    customer: &str,
    contact: Option<&str>,
    verdict: &str,
) -> Answer<i64> {
    let sql = "INSERT INTO audit (at, what, customer, contact, verdict) VALUES (?1, ?2, ?3, ?4, ?5)
               RETURNING id";
    tx.only(sql, values![at, what, customer, contact, verdict], |row| row.get(0))
}
