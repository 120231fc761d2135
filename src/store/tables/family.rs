//! Customers that were merged: where an id leads, and who leads there.

use super::customers;
use crate::crm::{self, Customer, Merge, MergeError};
use crate::program::Text;
use crate::store::database::{Answer, Row, Transaction, values};
use std::collections::BTreeSet;

/// Where an id leads; itself for one that leads nowhere.
pub(in crate::store) fn standing(tx: &Transaction<'_>, id: &str) -> Answer<Text> {
    let sql = "SELECT merged_into FROM customer WHERE id = ?1 AND merged_into IS NOT NULL";
    crm::standing(id, |id| tx.one(sql, values![id], |row| row.get(0)))
}

/// Where several ids lead, each once.
pub(super) fn all_standing(tx: &Transaction<'_>, ids: &[Text]) -> Answer<BTreeSet<Text>> {
    ids.iter().map(|id| standing(tx, id)).collect()
}

/// A customer and all that lead to it, itself first.
pub(in crate::store) fn family(tx: &Transaction<'_>, standing: &str) -> Answer<Vec<Text>> {
    let sql = "SELECT id FROM customer WHERE merged_into = ?1 ORDER BY id";
    let mut family = vec![Text::from(standing)];
    let mut next = 0;
    while let Some(id) = family.get(next).cloned() {
        let more: Vec<Text> = tx.all(sql, values![&id], |row| row.get(0))?;
        family.extend(more);
        next += 1;
    }
    Ok(family)
}

/// A customer with what is known of those that were merged into it, and the ids of all; by the id of any.
pub(super) fn whole(tx: &Transaction<'_>, id: &str) -> Answer<Option<(Customer, Vec<Text>)>> {
    let standing = standing(tx, id)?;
    let Some(customer) = customers::customer(tx, &standing)? else { return Ok(None) };
    let family = family(tx, &standing)?;
    let mut others = Vec::new();
    for id in family.iter().skip(1) {
        others.extend(customers::customer(tx, id)?);
    }
    Ok(Some((customer.joined(others), family)))
}

/// Merges, or takes a merge back, and writes down who did.
pub(super) fn merge(tx: &Transaction<'_>, merge: &Merge) -> Answer<Result<(), MergeError>> {
    tx.in_turn("customer", "merge")?;
    let into = merge.into.as_ref().map(|into| standing(tx, into)).transpose()?;
    let target = into.as_ref().map(|into| customers::customer(tx, into)).transpose()?.flatten();
    if let Err(error) = merge.check(customers::customer(tx, &merge.from)?.as_ref(), target.as_ref()) {
        return Ok(Err(error));
    }
    let sql = "UPDATE customer SET merged_into = ?2 WHERE id = ?1";
    tx.execute(sql, values![&merge.from, into.as_ref()])?;
    let sql = "INSERT INTO merger (source, target, by, because, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let Merge { from, by, because, at, .. } = merge;
    tx.execute(sql, values![from, into.as_ref(), by, because, *at])?;
    Ok(Ok(()))
}

/// Every merge of a customer, the latest first.
pub(super) fn merges(tx: &Transaction<'_>, customer: &str) -> Answer<Vec<Merge>> {
    let sql = "SELECT source, target, by, because, at FROM merger WHERE source = ?1 OR target = ?1 ORDER BY id DESC";
    tx.all(sql, values![customer], |row: &Row<'_>| {
        let (from, into, by, because) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(Merge { from, into, by, because, at: row.get(4)? })
    })
}
