//! Cases and their histories.

use crate::crm::{Case, CaseEvent, CaseState};
use crate::program::{ObjectRef, Text};
use crate::store::database::{Answer, Param, Row, Transaction, to_json, values};

const COLUMNS: &str = "SELECT id, topic, customer, about_kind, about_id, state, opened, closed FROM matter";

pub(super) fn case(tx: &Transaction<'_>, id: u64) -> Answer<Option<Case>> {
    one(tx, "WHERE id = ?1", values![id])
}

/// A customer's latest open case.
pub(super) fn open_case_of(tx: &Transaction<'_>, customer: &str) -> Answer<Option<Case>> {
    one(tx, "WHERE customer = ?1 AND state = 'open' ORDER BY id DESC LIMIT 1", values![customer])
}

/// A customer's latest open case on a topic.
pub(super) fn open_case_on(tx: &Transaction<'_>, customer: &str, topic: &str) -> Answer<Option<Case>> {
    let place = "WHERE customer = ?1 AND state = 'open' AND topic = ?2 ORDER BY id DESC LIMIT 1";
    one(tx, place, values![customer, topic])
}

/// The cases that a contact is about, oldest first.
pub(super) fn cases_of_contact(tx: &Transaction<'_>, contact: &str) -> Answer<Vec<Case>> {
    let place = "WHERE id IN (SELECT matter FROM matter_event WHERE contact = ?1) ORDER BY id";
    many(tx, place, values![contact])
}

/// Cases before one, the latest first; of one customer only where one is named.
pub(super) fn cases(
    tx: &Transaction<'_>,
    of: Option<&str>,
    after: Option<u64>,
    rows: usize,
) -> Answer<Vec<Case>> {
    let before = after.unwrap_or(u64::MAX);
    match of {
        Some(customer) => {
            // State by state, so that the index gives the order; the two together are cut to the page.
            let place = "WHERE customer = ?1 AND state = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4";
            let mut found = many(tx, place, values![customer, "open", before, rows])?;
            found.extend(many(tx, place, values![customer, "closed", before, rows])?);
            found.sort_by_key(|case| std::cmp::Reverse(case.id));
            found.truncate(rows);
            Ok(found)
        }
        None => many(tx, "WHERE id < ?1 ORDER BY id DESC LIMIT ?2", values![before, rows]),
    }
}

pub(super) fn next_id(tx: &Transaction<'_>) -> Answer<u64> {
    tx.only(tx.dialect().next_case(), &[], |row| row.get(0))
}

/// Keeps a case, new or changed. Its history only grows, so only what is new of it is written.
pub(super) fn keep(tx: &Transaction<'_>, case: &Case) -> Answer<()> {
    let sql = "INSERT INTO matter VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE
               SET customer = excluded.customer, state = excluded.state, closed = excluded.closed";
    let (kind, about) = case.about.as_ref().map(|object| (&object.kind, &object.id)).unzip();
    let Case { id, topic, customer, state, opened, closed, .. } = case;
    let values = values![*id, topic, customer.as_ref(), kind, about, state.word(), *opened, *closed];
    tx.execute(sql, values)?;
    let sql = "SELECT count(*) FROM matter_event WHERE matter = ?1";
    let known: u64 = tx.only(sql, values![*id], |row| row.get(0))?;
    let sql = "INSERT INTO matter_event VALUES (?1, ?2, ?3, ?4, ?5)";
    for (position, event) in case.history.iter().enumerate().skip(known as usize) {
        tx.execute(sql, values![*id, position, event.at, &event.contact, to_json(&event.change)?])?;
    }
    Ok(())
}

fn one(tx: &Transaction<'_>, place: &str, values: &[Param<'_>]) -> Answer<Option<Case>> {
    let found = tx.one(&format!("{COLUMNS} {place}"), values, read)?;
    found.map(|case| with_history(tx, case)).transpose()
}

fn many(tx: &Transaction<'_>, place: &str, values: &[Param<'_>]) -> Answer<Vec<Case>> {
    let found = tx.all(&format!("{COLUMNS} {place}"), values, read)?;
    found.into_iter().map(|case| with_history(tx, case)).collect()
}

fn read(row: &Row<'_>) -> Answer<Case> {
    let (kind, about): (Option<Text>, Option<Text>) = (row.get(3)?, row.get(4)?);
    Ok(Case {
        id: row.get(0)?,
        topic: row.get(1)?,
        customer: row.get(2)?,
        about: kind.zip(about).map(|(kind, id)| ObjectRef { kind, id }),
        state: row.word(5, CaseState::from_word)?,
        opened: row.get(6)?,
        closed: row.get(7)?,
        history: Vec::new(),
    })
}

fn with_history(tx: &Transaction<'_>, mut case: Case) -> Answer<Case> {
    let sql = "SELECT at, contact, content FROM matter_event WHERE matter = ?1 ORDER BY position";
    let read = |row: &Row<'_>| Ok(CaseEvent { at: row.get(0)?, contact: row.get(1)?, change: row.json(2)? });
    case.history = tx.all(sql, values![case.id], read)?;
    Ok(case)
}
