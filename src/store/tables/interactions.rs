//! Contacts and what they told the CRM.

use crate::crm::{Beginning, EndedBy, Ending, Interaction, Trail, Written};
use crate::program::{Address, Caller, Channel, Entry, Text};
use crate::store::database::{Answer, Param, Row, Transaction, from_json, to_json, values};
use crate::time::Wall;
use std::collections::{BTreeMap, BTreeSet};

const COLUMNS: &str = "SELECT id, channel, shown, called, started, program, version,
                              ended, ended_by, cause, customer, verified, trail, erased FROM interaction";

/// A contact begins; what is known of it otherwise stays.
pub(super) fn begin(tx: &Transaction<'_>, beginning: &Beginning) -> Answer<()> {
    insert(
        tx,
        beginning,
        "ON CONFLICT (id) DO UPDATE
         SET channel = excluded.channel, caller = excluded.caller, shown = excluded.shown,
             called = excluded.called, started = excluded.started, program = excluded.program,
             version = excluded.version
         WHERE interaction.erased = 0",
    )
}

fn insert(tx: &Transaction<'_>, beginning: &Beginning, known: &str) -> Answer<()> {
    let sql = format!(
        "INSERT INTO interaction
             (id, channel, caller, shown, called, started, program, version, verified)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) {known}"
    );
    let Beginning { contact, channel, from, to, started, program, version } = beginning;
    let caller = caller_of(from);
    let caller = caller.as_deref();
    let values = values![contact, channel.word(), caller, to_json(from)?, to, *started, program, version];
    tx.execute(&sql, values).map(drop)
}

/// A contact ends; the first end counts.
pub(super) fn end(tx: &Transaction<'_>, contact: &str, ending: &Ending) -> Answer<()> {
    ensure(tx, contact, ending.at)?;
    let sql = "UPDATE interaction SET ended = ?2, ended_by = ?3, cause = ?4 WHERE id = ?1 AND ended IS NULL";
    tx.execute(sql, values![contact, ending.at, ending.by.word(), &ending.cause]).map(drop)
}

/// A contact ends, having gone this way: as [`end`] and [`keep_trail`], in one statement where it has not ended before.
pub(super) fn finish(tx: &Transaction<'_>, contact: &str, ending: &Ending, trail: &Trail) -> Answer<()> {
    let sql = "UPDATE interaction
               SET ended = ?2, ended_by = ?3, cause = ?4, trail = ?5, direction = ?6, human = ?7
               WHERE id = ?1 AND ended IS NULL AND erased = 0";
    let (direction, human) = (trail.direction.word(), trail.human().word());
    let shown = to_json(trail)?;
    let values = values![contact, ending.at, ending.by.word(), &ending.cause, shown, direction, human];
    if tx.execute(sql, values)? == 0 {
        end(tx, contact, ending)?;
        keep_trail(tx, contact, trail)?;
    }
    Ok(())
}

/// A contact of which nothing is known, and which has begun and ended already, having gone this way: as [`begin`] and [`finish`], in
/// one statement. What is held of it now; nothing, and nothing is written, where it is known.
pub(super) fn whole(
    tx: &Transaction<'_>,
    beginning: &Beginning,
    ending: &Ending,
    trail: &Trail,
) -> Answer<Option<Interaction>> {
    let sql = "INSERT INTO interaction
                   (id, channel, caller, shown, called, started, program, version, verified,
                    ended, ended_by, cause, trail, direction, human)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, ?11, ?12, ?13, ?14)
               ON CONFLICT DO NOTHING";
    let Beginning { contact, channel, from, to, started, program, version } = beginning;
    let (caller, shown, by) = (caller_of(from), to_json(from)?, ending.by.word());
    let (way, direction, human) = (to_json(trail)?, trail.direction.word(), trail.human().word());
    let caller = caller.as_deref();
    let values = values![
        contact,
        channel.word(),
        caller,
        shown,
        to,
        *started,
        program,
        version,
        ending.at,
        by,
        &ending.cause,
        way,
        direction,
        human
    ];
    let is_new = tx.execute(sql, values)? > 0;
    let (ending, trail) = (Some(ending.clone()), Some(trail.clone()));
    Ok(is_new.then(|| Interaction { ending, trail, ..Interaction::begin(beginning.clone()) }))
}

/// The number or the address of whoever makes contact, in normal form; nothing of somebody who shows neither.
fn caller_of(from: &Caller) -> Option<String> {
    let number = from.number().map(|number| number.as_str().to_owned());
    number.or_else(|| Address::of(from).map(|address| address.as_str().to_owned()))
}

fn ensure(tx: &Transaction<'_>, contact: &str, at: Wall) -> Answer<()> {
    let known = tx.exists("SELECT 1 FROM interaction WHERE id = ?1", values![contact])?;
    // Its beginning may arrive at the same moment: that one counts.
    if known { Ok(()) } else { insert(tx, &Beginning::unknown(contact, at), "ON CONFLICT DO NOTHING") }
}

/// Whether nobody may know any more who it was.
pub(super) fn is_erased(tx: &Transaction<'_>, contact: &str) -> Answer<bool> {
    tx.exists("SELECT 1 FROM interaction WHERE id = ?1 AND erased = 1", values![contact])
}

/// Contacts of a number or an address in which nobody found out who it was.
pub(super) fn of_nobody(tx: &Transaction<'_>, caller: &str) -> Answer<Vec<Text>> {
    let sql = "SELECT id FROM interaction WHERE caller = ?1 AND customer IS NULL ORDER BY id";
    tx.all(sql, values![caller], |row| row.get(0))
}

/// Contacts that have begun and not ended, the oldest first.
pub(super) fn without_end(tx: &Transaction<'_>) -> Answer<Vec<Text>> {
    tx.all("SELECT id FROM interaction WHERE ended IS NULL ORDER BY started, id", &[], |row| row.get(0))
}

/// Takes away who it was, and what it was told.
pub(super) fn erase(tx: &Transaction<'_>, contact: &mut Interaction) -> Answer<()> {
    contact.erase();
    let sql = "UPDATE interaction SET caller = NULL, shown = ?2, trail = NULL, erased = 1 WHERE id = ?1";
    tx.execute(sql, values![contact.id(), to_json(&contact.beginning.from)?])?;
    for written in &contact.entries {
        let sql = "UPDATE entry SET content = ?3 WHERE contact = ?1 AND sequence = ?2";
        tx.execute(sql, values![contact.id(), written.sequence, to_json(&written.entry)?])?;
    }
    Ok(())
}

/// Keeps who the contact turned out to be and what it told, beside what the database is known to hold of it.
pub(super) fn keep(
    tx: &Transaction<'_>,
    interaction: &Interaction,
    known: Option<&Interaction>,
) -> Answer<()> {
    let contact = interaction.id();
    if known.is_none() {
        ensure(tx, contact, interaction.beginning.started)?;
    }
    let who = |interaction: &Interaction| (interaction.customer.clone(), interaction.verified);
    if known.is_none_or(|known| who(known) != who(interaction)) {
        let sql = "UPDATE interaction SET customer = ?2, verified = ?3 WHERE id = ?1";
        tx.execute(sql, values![contact, interaction.customer.as_ref(), interaction.verified])?;
    }
    let told: BTreeSet<u64> =
        known.iter().flat_map(|known| &known.entries).map(|written| written.sequence).collect();
    let sql = "INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    let new = interaction.entries.iter().filter(|written| !told.contains(&written.sequence));
    for Written { sequence, at, entry } in new {
        let (topic, outcome) = match entry {
            Entry::Outcome { topic, outcome } => (topic.as_deref(), Some(&**outcome)),
            Entry::Case { topic, .. } => (Some(&**topic), None),
            Entry::Note { .. }
            | Entry::Identity { .. }
            | Entry::Keep { .. }
            | Entry::Count { .. }
            | Entry::Tell { .. } => (None, None),
            Entry::Callback { .. } | Entry::Sms { .. } | Entry::Email { .. } => (None, None),
            Entry::Task { .. } | Entry::Override { .. } => (None, None),
        };
        tx.execute(sql, values![contact, *sequence, *at, topic, outcome, to_json(entry)?])?;
    }
    Ok(())
}

pub(super) fn interaction(tx: &Transaction<'_>, contact: &str) -> Answer<Option<Interaction>> {
    Ok(held(tx, contact)?.map(|(interaction, _)| interaction))
}

/// A contact's interaction, and whether nobody may know any more who it was.
pub(super) fn held(tx: &Transaction<'_>, contact: &str) -> Answer<Option<(Interaction, bool)>> {
    let found = tx.one(&format!("{COLUMNS} WHERE id = ?1"), values![contact], |row| {
        Ok((read(row)?, row.get::<bool>(13)?))
    })?;
    found.map(|(interaction, erased)| Ok((with_entries(tx, interaction)?, erased))).transpose()
}

/// The last contact of some customers that is over.
pub(super) fn last_of(tx: &Transaction<'_>, customers: &[Text]) -> Answer<Option<Interaction>> {
    let place = "WHERE customer = ?1 AND ended IS NOT NULL ORDER BY started DESC, id DESC LIMIT 1";
    let mut last: Option<Interaction> = None;
    for customer in customers {
        let found = tx.one(&format!("{COLUMNS} {place}"), values![customer], read)?;
        let started = |contact: &Interaction| (contact.beginning.started, contact.id().clone());
        last = last.into_iter().chain(found).max_by_key(started);
    }
    last.map(|interaction| with_entries(tx, interaction)).transpose()
}

/// Interactions before one, the latest first; of some customers only where any are named.
pub(super) fn interactions(
    tx: &Transaction<'_>,
    of: &[Text],
    after: Option<&str>,
    rows: usize,
) -> Answer<Vec<Interaction>> {
    let (mut conditions, mut values) = (Vec::new(), Vec::new());
    if let Some(after) = after {
        values.push(Param::from(after));
        conditions.push("(started, id) < (SELECT started, id FROM interaction WHERE id = ?1)".to_owned());
    }
    let places: Vec<String> = of
        .iter()
        .map(|id| {
            values.push(Param::from(id));
            format!("?{}", values.len())
        })
        .collect();
    match places.as_slice() {
        [] => {}
        [only] => conditions.push(format!("customer = {only}")),
        several => conditions.push(format!("customer IN ({})", several.join(", "))),
    }
    let place = if conditions.is_empty() { "1 = 1".to_owned() } else { conditions.join(" AND ") };
    values.push(rows.into());
    let limit = values.len();
    let sql = format!("{COLUMNS} WHERE {place} ORDER BY started DESC, id DESC LIMIT ?{limit}");
    let mut found = tx.all(&sql, &values, read)?;
    let ids: Vec<&Text> = found.iter().map(Interaction::id).collect();
    let mut entries = entries(tx, &tx.dialect().is_in("contact", "?1"), &to_json(&ids)?)?;
    for interaction in &mut found {
        interaction.entries = entries.remove(interaction.id()).unwrap_or_default();
    }
    Ok(found)
}

/// What a contact went through.
pub(super) fn keep_trail(tx: &Transaction<'_>, contact: &str, trail: &Trail) -> Answer<()> {
    let sql = "UPDATE interaction SET trail = ?2, direction = ?3, human = ?4 WHERE id = ?1 AND erased = 0";
    let values = values![contact, to_json(trail)?, trail.direction.word(), trail.human().word()];
    tx.execute(sql, values).map(drop)
}

fn read(row: &Row<'_>) -> Answer<Interaction> {
    let beginning = Beginning {
        contact: row.get(0)?,
        channel: row.word(1, channel)?,
        from: row.json(2)?,
        to: row.get(3)?,
        started: row.get(4)?,
        program: row.get(5)?,
        version: row.get(6)?,
    };
    let ending = match row.get::<Option<Wall>>(7)? {
        Some(at) => Some(Ending { at, by: row.word(8, EndedBy::from_word)?, cause: row.get(9)? }),
        None => None,
    };
    let (customer, verified) = (row.get(10)?, row.get(11)?);
    let trail: Option<String> = row.get(12)?;
    let trail = trail.map(|trail| from_json(&trail, 12)).transpose()?;
    Ok(Interaction { beginning, ending, customer, verified, entries: Vec::new(), trail })
}

fn with_entries(tx: &Transaction<'_>, mut interaction: Interaction) -> Answer<Interaction> {
    let mut entries = entries(tx, "contact = ?1", interaction.id())?;
    interaction.entries = entries.remove(interaction.id()).unwrap_or_default();
    Ok(interaction)
}

/// What the contacts at a place told the CRM, each in its order.
fn entries(tx: &Transaction<'_>, place: &str, value: &str) -> Answer<BTreeMap<Text, Vec<Written>>> {
    let sql = format!("SELECT contact, sequence, at, content FROM entry WHERE {place}");
    let mut entries: BTreeMap<Text, Vec<Written>> = BTreeMap::new();
    tx.each(&sql, values![value], |row| {
        let written = Written { sequence: row.get(1)?, at: row.get(2)?, entry: row.json(3)? };
        entries.entry(row.get(0)?).or_default().push(written);
        Ok(())
    })?;
    entries.values_mut().for_each(|entries| entries.sort_by_key(|written| written.sequence));
    Ok(entries)
}

/// The channel of a word; also that of a flow that ran without a caller, which no script names.
fn channel(word: &str) -> Option<Channel> {
    Channel::from_word(word).or_else(|| (word == Channel::Task.word()).then_some(Channel::Task))
}
