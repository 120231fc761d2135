//! Cases and their histories.

use super::{dispatches, family};
use crate::crm::{Case, CaseEvent, CaseState};
use crate::program::{ObjectRef, Text};
use crate::store::database::{Answer, Param, Row, Transaction, to_json, values};
use crate::store::{CaseFilter, Standing};
use std::collections::BTreeMap;

const COLUMNS: &str = "SELECT id, topic, customer, about_kind, about_id, state, opened, closed FROM matter";

pub(super) fn case(tx: &Transaction<'_>, id: u64) -> Answer<Option<Case>> {
    one(tx, "WHERE id = ?1", values![id])
}

/// The latest case of some customers that is not closed.
pub(super) fn open_case_of(tx: &Transaction<'_>, customers: &[Text]) -> Answer<Option<Case>> {
    let open = "customer = ?1 AND state <> 'closed' ORDER BY id DESC LIMIT 1";
    latest(tx, customers, &format!("WHERE {open}"), None)
}

/// The latest case on a topic, of a customer and all that lead to it, that is not closed.
pub(super) fn open_case_on(tx: &Transaction<'_>, customer: &str, topic: &str) -> Answer<Option<Case>> {
    let standing = family::standing(tx, customer)?;
    let open = "WHERE customer = ?1 AND state <> 'closed' AND topic = ?2 ORDER BY id DESC LIMIT 1";
    latest(tx, &family::family(tx, &standing)?, open, Some(topic))
}

fn latest(
    tx: &Transaction<'_>,
    customers: &[Text],
    place: &str,
    topic: Option<&str>,
) -> Answer<Option<Case>> {
    let mut latest: Option<Case> = None;
    for customer in customers {
        let mut values = vec![Param::from(customer)];
        values.extend(topic.map(Param::from));
        let found = one(tx, place, &values)?;
        latest = latest.into_iter().chain(found).max_by_key(|case| case.id);
    }
    Ok(latest)
}

/// The cases that a contact is about, oldest first.
pub(super) fn cases_of_contact(tx: &Transaction<'_>, contact: &str) -> Answer<Vec<Case>> {
    // Most contacts are about none, and that is asked quickly.
    if !tx.exists("SELECT 1 FROM matter_event WHERE contact = ?1 LIMIT 1", values![contact])? {
        return Ok(Vec::new());
    }
    let place = "WHERE id IN (SELECT matter FROM matter_event WHERE contact = ?1) ORDER BY id";
    many(tx, place, values![contact])
}

/// Cases that fit before one, the latest first.
pub(super) fn like(
    tx: &Transaction<'_>,
    filter: &CaseFilter,
    after: Option<u64>,
    rows: usize,
) -> Answer<Vec<Case>> {
    let (mut conditions, mut values) =
        (vec!["id < ?1".to_owned()], vec![Param::from(after.unwrap_or(u64::MAX))]);
    let mut also = |condition: &str, value: Param<'static>| {
        values.push(value);
        conditions.push(format!("{condition} ?{}", values.len()));
    };
    let CaseFilter { customer: _, state, owner, topic, mark, due_before } = filter.clone();
    match state {
        Some(Standing::Unsettled) => also("state <>", Param::from("closed")),
        Some(Standing::In(state)) => also("state =", Param::from(state.word())),
        None => {}
    }
    for (condition, word) in [("owner =", owner), ("topic =", topic), ("mark =", mark)] {
        word.into_iter().for_each(|word| also(condition, Param::from(word.to_string())));
    }
    due_before.into_iter().for_each(|due| also("due <", Param::from(due)));
    if let Some(customer) = &filter.customer {
        let family = family::family(tx, &family::standing(tx, customer)?)?;
        let places = family.iter().map(|id| {
            values.push(Param::from(id.to_string()));
            format!("?{}", values.len())
        });
        let places: Vec<String> = places.collect();
        conditions.push(format!("customer IN ({})", places.join(", ")));
    }
    values.push(rows.into());
    let (conditions, limit) = (conditions.join(" AND "), values.len());
    many(tx, &format!("WHERE {conditions} ORDER BY id DESC LIMIT ?{limit}"), &values)
}

/// The latest case of each of some customers and of those that lead to it.
pub(super) fn latest_of_each(tx: &Transaction<'_>, customers: &[Text]) -> Answer<BTreeMap<Text, Case>> {
    let own = tx.dialect().is_in("id", "?1");
    let sql = format!(
        "WITH RECURSIVE family (root, id) AS (
             SELECT id, id FROM customer WHERE {own}
             UNION
             SELECT family.root, customer.id FROM family JOIN customer ON customer.merged_into = family.id)
         SELECT family.root, max(matter.id) FROM family JOIN matter ON matter.customer = family.id
         GROUP BY family.root"
    );
    let latest: Vec<(Text, u64)> =
        tx.all(&sql, values![to_json(&customers)?], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let ids: Vec<u64> = latest.iter().map(|(_, id)| *id).collect();
    let place = format!("WHERE {}", tx.dialect().number_is_in("id", "?1"));
    let found = many(tx, &place, values![to_json(&ids)?])?;
    let cases: BTreeMap<u64, Case> = found.into_iter().map(|case| (case.id, case)).collect();
    Ok(latest.into_iter().filter_map(|(customer, id)| Some((customer, cases.get(&id)?.clone()))).collect())
}

pub(super) fn next_id(tx: &Transaction<'_>) -> Answer<u64> {
    tx.only(tx.dialect().next_case(), &[], |row| row.get(0))
}

/// Keeps a case, new or changed. Its history only grows, so only what is new of it is written.
pub(super) fn keep(tx: &Transaction<'_>, case: &Case) -> Answer<()> {
    let sql = "INSERT INTO matter (id, topic, customer, about_kind, about_id, state, opened, closed,
                                   priority, owner, mark, due)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO UPDATE
               SET customer = excluded.customer, state = excluded.state, closed = excluded.closed,
                   priority = excluded.priority, owner = excluded.owner, mark = excluded.mark, due = excluded.due";
    let (kind, about) = case.about.as_ref().map(|object| (&object.kind, &object.id)).unzip();
    let Case { id, topic, customer, state, opened, closed, .. } = case;
    let mut values =
        values![*id, topic, customer.as_ref(), kind, about, state.word(), *opened, *closed].to_vec();
    let said = values![case.priority().word(), case.owner(), case.mark(), case.next_due()];
    values.extend_from_slice(said);
    tx.execute(sql, &values)?;
    let sql = "SELECT count(*) FROM matter_event WHERE matter = ?1";
    let known: u64 = tx.only(sql, values![*id], |row| row.get(0))?;
    let sql = "INSERT INTO matter_event VALUES (?1, ?2, ?3, ?4, ?5)";
    for (position, event) in case.history.iter().enumerate().skip(known as usize) {
        tx.execute(sql, values![*id, position, event.at, &event.contact, to_json(&event.change)?])?;
    }
    dispatches::case(tx, case, known as usize)
}

fn one(tx: &Transaction<'_>, place: &str, values: &[Param<'_>]) -> Answer<Option<Case>> {
    let found = tx.one(&format!("{COLUMNS} {place}"), values, read)?;
    found.map(|case| with_history(tx, case)).transpose()
}

fn many(tx: &Transaction<'_>, place: &str, values: &[Param<'_>]) -> Answer<Vec<Case>> {
    let mut found = tx.all(&format!("{COLUMNS} {place}"), values, read)?;
    if found.is_empty() {
        return Ok(found);
    }
    let ids: Vec<u64> = found.iter().map(|case| case.id).collect();
    let place = tx.dialect().number_is_in("matter", "?1");
    let mut histories = histories(tx, &place, to_json(&ids)?.into())?;
    for case in &mut found {
        case.history = histories.remove(&case.id).unwrap_or_default();
    }
    Ok(found)
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
    case.history = histories(tx, "matter = ?1", case.id.into())?.remove(&case.id).unwrap_or_default();
    Ok(case)
}

/// The histories of the cases at a place, each in its order.
fn histories(tx: &Transaction<'_>, place: &str, value: Param<'_>) -> Answer<BTreeMap<u64, Vec<CaseEvent>>> {
    let sql = format!("SELECT matter, position, at, contact, content FROM matter_event WHERE {place}");
    let mut histories: BTreeMap<u64, Vec<(u64, CaseEvent)>> = BTreeMap::new();
    tx.each(&sql, &[value], |row| {
        let event = CaseEvent { at: row.get(2)?, contact: row.get(3)?, change: row.json(4)? };
        histories.entry(row.get(0)?).or_default().push((row.get(1)?, event));
        Ok(())
    })?;
    let in_order = histories.into_iter().map(|(case, mut events)| {
        events.sort_by_key(|(position, _)| *position);
        (case, events.into_iter().map(|(_, event)| event).collect())
    });
    Ok(in_order.collect())
}
