//! Hours set by hand: a row each time, of which the latest holds.

use super::json::{limit, wall};
use crate::crm::ByHand;
use crate::program::Override;
use crate::time::Wall;
use rusqlite::{Connection, Result, Row};

const COLUMNS: &str = "SELECT schedule, open, until, by, because, at FROM hours_by_hand";

pub(super) fn set(connection: &Connection, by_hand: &ByHand) -> Result<()> {
    let sql =
        "INSERT INTO hours_by_hand (schedule, open, until, by, because, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let ByHand { schedule, set, by, because, at } = by_hand;
    let open = set.map(|set| set.open);
    let until = set.and_then(|set| set.until).map(|until| until.0);
    connection.prepare_cached(sql)?.execute((&**schedule, open, until, &**by, &**because, at.0)).map(drop)
}

/// The latest of each schedule.
pub(super) fn latest(connection: &Connection) -> Result<Vec<ByHand>> {
    let sql = format!(
        "{COLUMNS} WHERE id IN (SELECT max(id) FROM hours_by_hand GROUP BY schedule) ORDER BY schedule"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map((), read)?;
    found.collect()
}

/// The latest of all, so many.
pub(super) fn log(connection: &Connection, rows: usize) -> Result<Vec<ByHand>> {
    let sql = format!("{COLUMNS} ORDER BY id DESC LIMIT ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map((limit(rows),), read)?;
    found.collect()
}

fn read(row: &Row<'_>) -> Result<ByHand> {
    let text = |index: usize| row.get::<_, String>(index).map(Into::into);
    let (open, until): (Option<bool>, Option<i64>) = (row.get(1)?, row.get(2)?);
    let set = open.map(|open| Override { open, until: until.map(Wall) });
    Ok(ByHand { schedule: text(0)?, set, by: text(3)?, because: text(4)?, at: wall(row, 5)? })
}
