//! Cases and their histories.

use super::json::{json, limit, signed, to_json, unsigned, wall, word};
use crate::crm::{Case, CaseEvent, CaseState};
use crate::program::{ObjectRef, Text};
use crate::time::Wall;
use rusqlite::{Connection, OptionalExtension, Params, Result, Row};

const COLUMNS: &str = "SELECT id, topic, customer, about_kind, about_id, state, opened, closed FROM matter";

pub(super) fn case(connection: &Connection, id: u64) -> Result<Option<Case>> {
    one(connection, "WHERE id = ?1", [signed(id)])
}

/// A customer's latest open case.
pub(super) fn open_case_of(connection: &Connection, customer: &str) -> Result<Option<Case>> {
    one(connection, "WHERE customer = ?1 AND state = 'open' ORDER BY id DESC LIMIT 1", [customer])
}

/// A customer's latest open case on a topic.
pub(super) fn open_case_on(connection: &Connection, customer: &str, topic: &str) -> Result<Option<Case>> {
    let place = "WHERE customer = ?1 AND state = 'open' AND topic = ?2 ORDER BY id DESC LIMIT 1";
    one(connection, place, (customer, topic))
}

/// The cases that a contact is about, oldest first.
pub(super) fn cases_of_contact(connection: &Connection, contact: &str) -> Result<Vec<Case>> {
    let place = "WHERE id IN (SELECT matter FROM matter_event WHERE contact = ?1) ORDER BY id";
    many(connection, place, [contact])
}

/// Cases before one, the latest first; of one customer only where one is named.
pub(super) fn cases(
    connection: &Connection,
    of: Option<&str>,
    after: Option<u64>,
    rows: usize,
) -> Result<Vec<Case>> {
    let before = after.map_or(i64::MAX, signed);
    match of {
        Some(customer) => {
            // State by state, so that the index gives the order; the two together are cut to the page.
            let place = "WHERE customer = ?1 AND state = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4";
            let mut found = many(connection, place, (customer, "open", before, limit(rows)))?;
            found.extend(many(connection, place, (customer, "closed", before, limit(rows)))?);
            found.sort_by_key(|case| std::cmp::Reverse(case.id));
            found.truncate(rows);
            Ok(found)
        }
        None => many(connection, "WHERE id < ?1 ORDER BY id DESC LIMIT ?2", (before, limit(rows))),
    }
}

pub(super) fn next_id(connection: &Connection) -> Result<u64> {
    let sql = "SELECT coalesce(max(id), 0) + 1 FROM matter";
    connection.prepare_cached(sql)?.query_row([], |row| unsigned(row, 0))
}

/// Keeps a case, new or changed. Its history only grows, so only what is new of it is written.
pub(super) fn keep(connection: &Connection, case: &Case) -> Result<()> {
    let sql = "INSERT INTO matter VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE
               SET customer = excluded.customer, state = excluded.state, closed = excluded.closed";
    let (kind, about) = case.about.as_ref().map(|object| (&*object.kind, &*object.id)).unzip();
    let (id, customer, state) = (signed(case.id), case.customer.as_deref(), case.state.word());
    let closed = case.closed.map(|at| at.0);
    connection.prepare_cached(sql)?.execute((
        id,
        &*case.topic,
        customer,
        kind,
        about,
        state,
        case.opened.0,
        closed,
    ))?;
    let sql = "SELECT count(*) FROM matter_event WHERE matter = ?1";
    let known = connection.prepare_cached(sql)?.query_row([id], |row| unsigned(row, 0))?;
    let mut insert = connection.prepare_cached("INSERT INTO matter_event VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (position, event) in case.history.iter().enumerate().skip(known as usize) {
        let change = to_json(&event.change)?;
        insert.execute((id, limit(position), event.at.0, &*event.contact, change))?;
    }
    Ok(())
}

fn one(connection: &Connection, place: &str, values: impl Params) -> Result<Option<Case>> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} {place}"))?;
    let found = statement.query_row(values, read).optional()?;
    found.map(|case| with_history(connection, case)).transpose()
}

fn many(connection: &Connection, place: &str, values: impl Params) -> Result<Vec<Case>> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} {place}"))?;
    let found = statement.query_map(values, read)?;
    found.map(|case| with_history(connection, case?)).collect()
}

fn read(row: &Row<'_>) -> Result<Case> {
    let (kind, about): (Option<Text>, Option<Text>) = (row.get(3)?, row.get(4)?);
    Ok(Case {
        id: unsigned(row, 0)?,
        topic: row.get(1)?,
        customer: row.get(2)?,
        about: kind.zip(about).map(|(kind, id)| ObjectRef { kind, id }),
        state: word(row, 5, CaseState::from_word)?,
        opened: wall(row, 6)?,
        closed: row.get::<_, Option<i64>>(7)?.map(Wall),
        history: Vec::new(),
    })
}

fn with_history(connection: &Connection, mut case: Case) -> Result<Case> {
    let sql = "SELECT at, contact, content FROM matter_event WHERE matter = ?1 ORDER BY position";
    let mut statement = connection.prepare_cached(sql)?;
    let read =
        |row: &Row<'_>| Ok(CaseEvent { at: wall(row, 0)?, contact: row.get(1)?, change: json(row, 2)? });
    let events = statement.query_map([signed(case.id)], read)?;
    case.history = events.collect::<Result<Vec<CaseEvent>>>()?;
    Ok(case)
}
