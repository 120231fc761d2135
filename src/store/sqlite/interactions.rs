//! Contacts and what they told the CRM.

use super::json::{json, limit, signed, to_json, unsigned, wall, word};
use crate::crm::{Beginning, EndedBy, Ending, Interaction, Written};
use crate::program::{Channel, Entry};
use crate::time::Wall;
use rusqlite::{Connection, OptionalExtension, Result, Row};

const COLUMNS: &str = "SELECT id, channel, shown, called, started, program, version,
                              ended, ended_by, cause, customer, verified FROM interaction";

/// A contact begins; what is known of it otherwise stays.
pub(super) fn begin(connection: &Connection, beginning: &Beginning) -> Result<()> {
    let sql = "INSERT INTO interaction
                   (id, channel, caller, shown, called, started, program, version, verified)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) ON CONFLICT (id) DO UPDATE
               SET channel = excluded.channel, caller = excluded.caller, shown = excluded.shown,
                   called = excluded.called, started = excluded.started, program = excluded.program,
                   version = excluded.version";
    let Beginning { contact, channel, from, to, started, program, version } = beginning;
    let number = from.number().map(|number| number.as_str());
    let values =
        (&**contact, channel.word(), number, to_json(from)?, &**to, started.0, &**program, &**version);
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// A contact ends; the first end counts.
pub(super) fn end(connection: &Connection, contact: &str, ending: &Ending) -> Result<()> {
    ensure(connection, contact, ending.at)?;
    let sql = "UPDATE interaction SET ended = ?2, ended_by = ?3, cause = ?4 WHERE id = ?1 AND ended IS NULL";
    let values = (contact, ending.at.0, ending.by.word(), &*ending.cause);
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

fn ensure(connection: &Connection, contact: &str, at: Wall) -> Result<()> {
    let known = connection.prepare_cached("SELECT 1 FROM interaction WHERE id = ?1")?.exists([contact])?;
    if known { Ok(()) } else { begin(connection, &Beginning::unknown(contact, at)) }
}

/// Keeps who the contact turned out to be and what it told.
pub(super) fn keep(connection: &Connection, interaction: &Interaction) -> Result<()> {
    let contact = interaction.id();
    ensure(connection, contact, interaction.beginning.started)?;
    let sql = "UPDATE interaction SET customer = ?2, verified = ?3 WHERE id = ?1";
    let identity = (&**contact, interaction.customer.as_deref(), interaction.verified);
    connection.prepare_cached(sql)?.execute(identity)?;
    let sql = "INSERT OR IGNORE INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let mut insert = connection.prepare_cached(sql)?;
    for Written { sequence, at, entry } in &interaction.entries {
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
        insert.execute((&**contact, signed(*sequence), at.0, topic, outcome, to_json(entry)?))?;
    }
    Ok(())
}

pub(super) fn interaction(connection: &Connection, contact: &str) -> Result<Option<Interaction>> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
    let found = statement.query_row([contact], read).optional()?;
    found.map(|interaction| with_entries(connection, interaction)).transpose()
}

/// Interactions before one, the latest first; of one customer only where one is named.
pub(super) fn interactions(
    connection: &Connection,
    of: Option<&str>,
    after: Option<&str>,
    rows: usize,
) -> Result<Vec<Interaction>> {
    let owner = if of.is_some() { "customer = ?1" } else { "?1 IS NULL" };
    let place = match after {
        Some(_) => "(started, id) < (SELECT started, id FROM interaction WHERE id = ?2)",
        None => "?2 IS NULL",
    };
    let sql = format!("{COLUMNS} WHERE {owner} AND {place} ORDER BY started DESC, id DESC LIMIT ?3");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map((of, after, limit(rows)), read)?;
    found.map(|interaction| with_entries(connection, interaction?)).collect()
}

fn read(row: &Row<'_>) -> Result<Interaction> {
    let beginning = Beginning {
        contact: row.get(0)?,
        channel: word(row, 1, Channel::from_word)?,
        from: json(row, 2)?,
        to: row.get(3)?,
        started: wall(row, 4)?,
        program: row.get(5)?,
        version: row.get(6)?,
    };
    let ending = match row.get::<_, Option<i64>>(7)? {
        Some(at) => Some(Ending { at: Wall(at), by: word(row, 8, EndedBy::from_word)?, cause: row.get(9)? }),
        None => None,
    };
    let (customer, verified) = (row.get(10)?, row.get(11)?);
    Ok(Interaction { beginning, ending, customer, verified, entries: Vec::new() })
}

fn with_entries(connection: &Connection, mut interaction: Interaction) -> Result<Interaction> {
    let sql = "SELECT sequence, at, content FROM entry WHERE contact = ?1 ORDER BY sequence";
    let mut statement = connection.prepare_cached(sql)?;
    let read =
        |row: &Row<'_>| Ok(Written { sequence: unsigned(row, 0)?, at: wall(row, 1)?, entry: json(row, 2)? });
    let entries = statement.query_map([&**interaction.id()], read)?;
    interaction.entries = entries.collect::<Result<Vec<Written>>>()?;
    Ok(interaction)
}
