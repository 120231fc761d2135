//! Who looked at whom.

use crate::store::Look;
use crate::store::database::{Answer, Row, Transaction, values};

const COLUMNS: &str = "SELECT at, by, what, customer, because FROM access";

pub(in crate::store) fn note(tx: &Transaction<'_>, look: &Look) -> Answer<()> {
    let sql = "INSERT INTO access (at, by, what, customer, because) VALUES (?1, ?2, ?3, ?4, ?5)";
    let Look { at, by, what, customer, because } = look;
    tx.execute(sql, values![*at, by, what, customer, because]).map(drop)
}

/// The latest first; at one customer only where one is named.
pub(super) fn list(tx: &Transaction<'_>, customer: Option<&str>, rows: usize) -> Answer<Vec<Look>> {
    match customer {
        Some(customer) => {
            let sql = format!("{COLUMNS} WHERE customer = ?1 ORDER BY id DESC LIMIT ?2");
            tx.all(&sql, values![customer, rows], read)
        }
        None => tx.all(&format!("{COLUMNS} ORDER BY id DESC LIMIT ?1"), values![rows], read),
    }
}

fn read(row: &Row<'_>) -> Answer<Look> {
    let (by, what, customer, because) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
    Ok(Look { at: row.get(0)?, by, what, customer, because })
}
