//! Hours set by hand: a row each time, of which the latest holds.

use crate::crm::ByHand;
use crate::program::Override;
use crate::store::database::{Answer, Row, Transaction, values};
use crate::time::Wall;

const COLUMNS: &str = "SELECT schedule, open, until, by, because, at FROM hours_by_hand";

pub(super) fn set(tx: &Transaction<'_>, by_hand: &ByHand) -> Answer<()> {
    let sql =
        "INSERT INTO hours_by_hand (schedule, open, until, by, because, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let ByHand { schedule, set, by, because, at } = by_hand;
    let (open, until) = (set.map(|set| set.open), set.and_then(|set| set.until));
    tx.execute(sql, values![schedule, open, until, by, because, *at]).map(drop)
}

/// The latest of each schedule.
pub(super) fn latest(tx: &Transaction<'_>) -> Answer<Vec<ByHand>> {
    let sql = format!(
        "{COLUMNS} WHERE id IN (SELECT max(id) FROM hours_by_hand GROUP BY schedule) ORDER BY schedule"
    );
    tx.all(&sql, &[], read)
}

/// The latest of all, so many.
pub(super) fn log(tx: &Transaction<'_>, rows: usize) -> Answer<Vec<ByHand>> {
    tx.all(&format!("{COLUMNS} ORDER BY id DESC LIMIT ?1"), values![rows], read)
}

fn read(row: &Row<'_>) -> Answer<ByHand> {
    let (open, until): (Option<bool>, Option<Wall>) = (row.get(1)?, row.get(2)?);
    let set = open.map(|open| Override { open, until });
    Ok(ByHand { schedule: row.get(0)?, set, by: row.get(3)?, because: row.get(4)?, at: row.get(5)? })
}
