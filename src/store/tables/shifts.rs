//! Whom of those who take calls a node is busy with, and for whom the others wait: rows that are good for seconds.

use crate::program::Text;
use crate::store::Wanted;
use crate::store::database::{Answer, Fault, Row, Transaction, values};
use crate::time::Wall;

/// Takes an operator for a node, unless another one has the operator, or waits with somebody who comes first. Then that this
/// node waits is noted, and the operator is not this node's.
pub(in crate::store) fn take(
    tx: &Transaction<'_>,
    wanted: &Wanted,
    now: Wall,
    (held_until, wanted_until): (Wall, Wall),
) -> Answer<bool> {
    let Wanted { operator, node, .. } = wanted;
    if comes_first(tx, wanted, now)? && holds(tx, wanted, now, held_until)? {
        let sql = "DELETE FROM operator_wanted WHERE operator = ?1 AND node = ?2";
        return tx.execute(sql, values![operator, node]).map(|_| true);
    }
    release(tx, operator, node)?;
    let sql = "INSERT INTO operator_wanted (operator, node, rank, priority, since, wanted_until)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (operator, node) DO UPDATE
               SET rank = ?3, priority = ?4, since = ?5, wanted_until = ?6";
    let priority = wanted.priority.to_string();
    tx.execute(sql, values![operator, node, wanted.rank, priority, wanted.since, wanted_until]).map(|_| false)
}

/// Whether nobody who waits elsewhere is served before.
fn comes_first(tx: &Transaction<'_>, wanted: &Wanted, now: Wall) -> Answer<bool> {
    let sql = "SELECT node, rank, priority, since FROM operator_wanted
               WHERE operator = ?1 AND node <> ?2 AND wanted_until > ?3";
    let Wanted { operator, node, .. } = wanted;
    let others = tx.all(sql, values![operator, node, now], |row| read(row, operator))?;
    Ok(others.iter().all(|other| !other.comes_before(wanted)))
}

fn read(row: &Row<'_>, operator: &Text) -> Answer<Wanted> {
    let priority: String = row.get(2)?;
    let priority = priority.parse().map_err(|error| Fault::unreadable(2, error))?;
    let operator = operator.clone();
    Ok(Wanted { operator, node: row.get(0)?, rank: row.get(1)?, priority, since: row.get(3)? })
}

/// Takes the row if it is free, its node's time is over, or it is this node's already.
fn holds(tx: &Transaction<'_>, wanted: &Wanted, now: Wall, until: Wall) -> Answer<bool> {
    let sql = "INSERT INTO operator_held (operator, node, held_until) VALUES (?1, ?2, ?3)
               ON CONFLICT (operator) DO UPDATE SET node = ?2, held_until = ?3
               WHERE operator_held.node = ?2 OR operator_held.held_until <= ?4";
    Ok(tx.execute(sql, values![&wanted.operator, &wanted.node, until, now])? == 1)
}

/// A node keeps those whom it has; what nobody waits for any more is forgotten.
pub(in crate::store) fn keep(tx: &Transaction<'_>, node: &str, now: Wall, until: Wall) -> Answer<()> {
    tx.execute("UPDATE operator_held SET held_until = ?2 WHERE node = ?1", values![node, until])?;
    tx.execute("DELETE FROM operator_wanted WHERE wanted_until <= ?1", values![now]).map(drop)
}

/// A node is done with an operator.
pub(in crate::store) fn release(tx: &Transaction<'_>, operator: &str, node: &str) -> Answer<()> {
    let sql = "DELETE FROM operator_held WHERE operator = ?1 AND node = ?2";
    tx.execute(sql, values![operator, node]).map(drop)
}

/// A node is done with everybody.
pub(in crate::store) fn release_all(tx: &Transaction<'_>, node: &str) -> Answer<()> {
    tx.execute("DELETE FROM operator_held WHERE node = ?1", values![node])?;
    tx.execute("DELETE FROM operator_wanted WHERE node = ?1", values![node]).map(drop)
}

/// An operator takes no calls until further notice.
pub(in crate::store) fn pause(tx: &Transaction<'_>, operator: &str, now: Wall) -> Answer<()> {
    let sql =
        "INSERT INTO operator_paused (operator, since) VALUES (?1, ?2) ON CONFLICT (operator) DO NOTHING";
    tx.execute(sql, values![operator, now]).map(drop)
}

/// An operator takes calls again.
pub(in crate::store) fn resume(tx: &Transaction<'_>, operator: &str) -> Answer<()> {
    tx.execute("DELETE FROM operator_paused WHERE operator = ?1", values![operator]).map(drop)
}

/// Who takes no calls, by name.
pub(in crate::store) fn paused(tx: &Transaction<'_>) -> Answer<Vec<Text>> {
    tx.all("SELECT operator FROM operator_paused ORDER BY operator", values![], |row| row.get(0))
}
