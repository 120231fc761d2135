//! What others are told: rows that each are a [`Progress`], put in with what they tell of, in one transaction.

use super::{cases, interactions};
use crate::crm::outbox::{Event, Policy, Progress, State};
use crate::crm::{Case, Dispatch, Report, Subject, Subscriber};
use crate::program::Text;
use crate::store::DispatchCounts;
use crate::store::database::{Answer, Row, Transaction, to_json, values};
use crate::time::Wall;
use std::collections::BTreeMap;

const COLUMNS: &str =
    "SELECT id, target, lane, subject, at, state, attempts, next_at, reason FROM dispatch AS item";

/// Who is told from now on.
pub(in crate::store) fn subscribe(tx: &Transaction<'_>, subscribers: &[Subscriber]) -> Answer<()> {
    // Two nodes that begin together say the same, one after the other.
    tx.in_turn("subscriber", "all")?;
    tx.execute("DELETE FROM subscriber", &[])?;
    for Subscriber { name, contacts, cases } in subscribers {
        let sql = "INSERT INTO subscriber VALUES (?1, ?2, ?3)";
        tx.execute(sql, values![name, i64::from(*contacts), i64::from(*cases)])?;
    }
    Ok(())
}

/// Whether anybody is told of contacts.
pub(super) fn somebody_hears_of_contacts(tx: &Transaction<'_>) -> Answer<bool> {
    tx.exists("SELECT 1 FROM subscriber WHERE contacts = 1", &[])
}

/// Tells of a contact once it is over and all that it said has had its effect; again, if more of it comes later.
pub(super) fn contact(tx: &Transaction<'_>, contact: &str, at: Wall) -> Answer<()> {
    if !somebody_hears_of_contacts(tx)? {
        return Ok(());
    }
    // Its end and its last entry may come at the same time, by two nodes: the later of them sees both.
    tx.in_turn("dispatch", contact)?;
    let over = "SELECT coalesce(customer, caller) FROM interaction WHERE id = ?1 AND ended IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.contact = ?1 AND state = 'pending')
                AND EXISTS (SELECT 1 FROM subscriber WHERE contacts = 1)";
    let Some(whose) = tx.one(over, values![contact], |row| row.get::<Option<Text>>(0))? else {
        return Ok(());
    };
    let lane = whose.unwrap_or_else(|| contact.into());
    put(tx, "contacts", &lane, &Subject::Contact(contact.into()), at)
}

/// Tells of a case whose history has grown.
pub(super) fn case(tx: &Transaction<'_>, case: &Case, from: usize) -> Answer<()> {
    let Some(last) = case.history.last().filter(|_| from < case.history.len()) else { return Ok(()) };
    put(tx, "cases", &lane_of(case), &Subject::Case { id: case.id, from, to: case.history.len() }, last.at)
}

/// What of a case arrives in order with what else of its customer, or of it alone.
pub(super) fn lane_of(case: &Case) -> Text {
    case.customer.clone().unwrap_or_else(|| format!("case/{}", case.id).into())
}

/// A row for everyone who wants to hear of it. Whoever has heard of the same before hears of it again.
fn put(tx: &Transaction<'_>, wanted: &str, lane: &str, subject: &Subject, at: Wall) -> Answer<()> {
    let sql = format!(
        "INSERT INTO dispatch (target, lane, subject, at, state, attempts, next_at)
         SELECT name, ?1, ?2, ?3, 'pending', 0, 0 FROM subscriber WHERE {wanted} = 1
         ON CONFLICT (target, subject) DO UPDATE
         SET state = 'pending', attempts = 0, next_at = 0, lane = excluded.lane
         WHERE dispatch.state = 'delivered'"
    );
    tx.execute(&sql, values![lane, to_json(subject)?, at]).map(drop)
}

/// What is due to a target and stands behind nothing of its lane.
pub(in crate::store) fn due(
    tx: &Transaction<'_>,
    target: &str,
    now: Wall,
    rows: usize,
) -> Answer<Vec<Dispatch>> {
    let sql = format!(
        "{COLUMNS} WHERE target = ?1 AND state = 'pending' AND next_at <= ?2 AND NOT EXISTS (
             SELECT 1 FROM dispatch AS earlier
             WHERE earlier.target = item.target AND earlier.lane = item.lane AND earlier.id < item.id
                   AND earlier.state = 'pending')
         ORDER BY id LIMIT ?3"
    );
    tx.all(&sql, values![target, now, rows], read)
}

/// Takes those that nobody has taken since they were seen, until a moment.
pub(in crate::store) fn claim(tx: &Transaction<'_>, seen: &[Dispatch], until: Wall) -> Answer<Vec<Dispatch>> {
    let sql = "UPDATE dispatch SET next_at = ?3 WHERE id = ?1 AND next_at = ?2 AND state = 'pending'";
    let mut claimed = Vec::new();
    for dispatch in seen {
        if tx.execute(sql, values![dispatch.id, dispatch.progress.next_at, until])? == 1 {
            claimed.push(dispatch.clone());
        }
    }
    Ok(claimed)
}

/// What became of one; `false` where there is none of this number, or it was delivered before.
pub(in crate::store) fn settle(
    tx: &Transaction<'_>,
    id: u64,
    event: &Event,
    now: Wall,
    policy: &Policy,
) -> Answer<bool> {
    let held = tx.dialect().for_update();
    let Some(mut dispatch) = tx.one(&format!("{COLUMNS} WHERE id = ?1 {held}"), values![id], read)? else {
        return Ok(false);
    };
    if dispatch.progress.state == State::Delivered {
        return Ok(false);
    }
    dispatch.progress.step(now, event.clone(), policy);
    // A lane may be somebody's number, and is of no use any more once it is delivered.
    let lane = if dispatch.progress.state == State::Delivered { "" } else { &*dispatch.lane };
    let sql =
        "UPDATE dispatch SET state = ?2, attempts = ?3, next_at = ?4, reason = ?5, lane = ?6 WHERE id = ?1";
    let Progress { state, attempts, next_at, reason } = &dispatch.progress;
    tx.execute(sql, values![id, state.word(), *attempts, *next_at, reason.as_ref(), lane])?;
    Ok(true)
}

/// Keeps what a target has made.
pub(in crate::store) fn learn(tx: &Transaction<'_>, target: &str, news: &[(Text, Text)]) -> Answer<()> {
    let sql = "INSERT INTO learned VALUES (?1, ?2, ?3)
               ON CONFLICT (target, name) DO UPDATE SET value = excluded.value";
    news.iter().try_for_each(|(name, value)| tx.execute(sql, values![target, name, value]).map(drop))
}

/// What is known of these names.
pub(in crate::store) fn learned(
    tx: &Transaction<'_>,
    target: &str,
    names: &[Text],
) -> Answer<BTreeMap<Text, Text>> {
    let sql = "SELECT value FROM learned WHERE target = ?1 AND name = ?2";
    let mut known = BTreeMap::new();
    for name in names {
        let value = tx.one(sql, values![target, name], |row| row.get(0))?;
        known.extend(value.map(|value| (name.clone(), value)));
    }
    Ok(known)
}

/// A contact with its cases.
pub(in crate::store) fn report(tx: &Transaction<'_>, contact: &str) -> Answer<Option<Report>> {
    let Some(interaction) = interactions::interaction(tx, contact)? else { return Ok(None) };
    Ok(Some(Report { interaction, cases: cases::cases_of_contact(tx, contact)? }))
}

/// Dispatches in a state, oldest first.
pub(in crate::store) fn list(tx: &Transaction<'_>, state: State, rows: usize) -> Answer<Vec<Dispatch>> {
    // The state is spelt out, not bound: only so do the partial indexes apply.
    let index = match state {
        State::Pending => tx.dialect().indexed_by("dispatch_pending"),
        State::Dead => tx.dialect().indexed_by("dispatch_dead"),
        State::Delivered | State::Dropped => String::new(),
    };
    let sql = format!("{COLUMNS} {index} WHERE state = '{}' ORDER BY id LIMIT ?1", state.word());
    tx.all(&sql, values![rows], read)
}

/// How many wait and how many were given up.
pub(in crate::store) fn counts(tx: &Transaction<'_>) -> Answer<DispatchCounts> {
    let count = |sql| tx.only(sql, &[], |row| row.get(0));
    Ok(DispatchCounts {
        pending: count("SELECT count(*) FROM dispatch WHERE state = 'pending'")?,
        dead: count("SELECT count(*) FROM dispatch WHERE state = 'dead'")?,
    })
}

/// The dispatch of a number.
pub(in crate::store) fn dispatch(tx: &Transaction<'_>, id: u64) -> Answer<Option<Dispatch>> {
    tx.one(&format!("{COLUMNS} WHERE id = ?1"), values![id], read)
}

fn read(row: &Row<'_>) -> Answer<Dispatch> {
    Ok(Dispatch {
        id: row.get(0)?,
        target: row.get(1)?,
        lane: row.get(2)?,
        subject: row.json(3)?,
        at: row.get(4)?,
        progress: Progress {
            state: row.word(5, State::from_word)?,
            attempts: row.get(6)?,
            next_at: row.get(7)?,
            reason: row.get(8)?,
        },
    })
}
