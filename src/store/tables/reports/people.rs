//! Who came back: repeat callers, and matters that needed no second contact.

use super::contacts::{BY_START, UNMARKED};
use super::parts::{Part, at, counted, sheet};
use crate::crm::question::{Ask, By, Figure, Sheet};
use crate::store::database::{Answer, Row, Transaction, values};
use crate::time::Wall;

/// Where customers lead that were merged; only those are looked at.
const STANDS: &str = "chain (id, leads, length) AS (
        SELECT id, merged_into, 1 FROM customer WHERE merged_into IS NOT NULL
        UNION ALL
        SELECT chain.id, next.merged_into, chain.length + 1 FROM chain JOIN customer AS next ON next.id = chain.leads
        WHERE next.merged_into IS NOT NULL AND chain.length < 32),
    stands (id, root) AS (
        SELECT chain.id, chain.leads FROM chain JOIN customer AS last ON last.id = chain.leads
        WHERE last.merged_into IS NULL)";

/// The most callers that are listed.
const LISTED: usize = 100;

/// Who made contact how many times.
pub(super) fn repeat(tx: &Transaction<'_>, ask: &Ask) -> Answer<Sheet> {
    let unmarked = if ask.without_marked { UNMARKED } else { "" };
    let by_start = tx.dialect().indexed_by(BY_START);
    // Whoever shows neither a customer's number nor an address cannot be told from others.
    let callers = format!(
        "WITH RECURSIVE {STANDS}, made AS (
             SELECT CASE WHEN contact.customer IS NOT NULL THEN coalesce(stands.root, contact.customer)
                         WHEN contact.caller IS NOT NULL THEN contact.caller
                         WHEN contact.channel <> 'call' AND contact.shown LIKE '{{%' THEN contact.shown END AS who,
                    contact.started AS started
             FROM interaction AS contact {by_start} LEFT JOIN stands ON stands.id = contact.customer
             WHERE contact.started >= ?1 AND contact.started < ?2 AND contact.channel <> 'task'
                   AND contact.direction = 'in' {unmarked}),
         callers AS (SELECT who, count(*) AS times, min(started) AS first, max(started) AS last FROM made
                     WHERE who IS NOT NULL GROUP BY who)"
    );
    let sql = format!(
        "{callers} SELECT CASE WHEN times < 5 THEN CAST(times AS TEXT) ELSE '5 and more' END AS part, count(*),
                          CAST(sum(times) AS BIGINT), count(*) FILTER (WHERE times > 1)
         FROM callers GROUP BY part"
    );
    let period = values![ask.period.from, ask.period.to];
    let mut parts = counted(tx, ask, &sql, period, 3)?;
    parts.sort_by(|a, b| a.0.cmp(&b.0));
    let whole = sum(&parts);
    if ask.by == By::Caller {
        return most_frequent(tx, ask, &callers, &whole);
    }
    let heads = ["callers", "share", "contacts", "repeated"];
    Ok(sheet(ask, &heads, parts, whole, |counts, whole| {
        vec![
            Figure::Count(at(counts, 0)),
            Figure::Share { part: at(counts, 0), whole: at(whole, 0) },
            Figure::Count(at(counts, 1)),
            Figure::Count(at(counts, 2)),
        ]
    }))
}

fn sum(parts: &[Part]) -> Part {
    let sum = |index: usize| parts.iter().map(|(_, counts)| at(counts, index)).sum();
    (By::All.nothing().into(), vec![sum(0), sum(1), sum(2)])
}

/// Those who made contact more than once, the most frequent first.
fn most_frequent(tx: &Transaction<'_>, ask: &Ask, callers: &str, whole: &Part) -> Answer<Sheet> {
    let sql = format!(
        "{callers} SELECT who, times, first, last FROM callers WHERE times > 1 ORDER BY times DESC, who LIMIT ?3"
    );
    let read = |row: &Row<'_>| {
        let moment = |column| row.get::<Wall>(column).map(Figure::Moment);
        Ok(vec![Figure::Word(row.get(0)?), Figure::Count(row.get(1)?), moment(2)?, moment(3)?])
    };
    let rows = tx.all(&sql, values![ask.period.from, ask.period.to, LISTED], read)?;
    let heads = vec![ask.by.word(), "contacts", "first", "last"];
    Ok(Sheet { heads, rows, total: None, counted: at(&whole.1, 0) })
}

/// Matters, each a topic about which a customer made contact first, and how many of them needed no second contact.
pub(super) fn resolution(tx: &Transaction<'_>, ask: &Ask) -> Answer<Sheet> {
    let parts = |ask: &Ask| matters(tx, ask);
    let whole = parts(&ask.whole())?.pop().unwrap_or((ask.whole().by.nothing().into(), Vec::new()));
    let parts = if ask.by == By::All { Vec::new() } else { parts(ask)? };
    let heads = ["matters", "resolved", "resolution", "came_back", "too_early"];
    Ok(sheet(ask, &heads, parts, whole, |counts, _| {
        let (resolved, came_back) = (at(counts, 1), at(counts, 2));
        vec![
            Figure::Count(at(counts, 0)),
            Figure::Count(resolved),
            Figure::Share { part: resolved, whole: resolved + came_back },
            Figure::Count(came_back),
            Figure::Count(at(counts, 3)),
        ]
    }))
}

fn matters(tx: &Transaction<'_>, ask: &Ask) -> Answer<Vec<Part>> {
    let unmarked = if ask.without_marked { UNMARKED } else { "" };
    let by_start = tx.dialect().indexed_by(BY_START);
    let part = if ask.by == By::All { "''" } else { "topic" };
    let sql = format!(
        "WITH RECURSIVE {STANDS}, said AS (
             SELECT DISTINCT contact.id AS id, contact.started AS started, entry.topic AS topic,
                    coalesce(stands.root, contact.customer) AS who
             FROM interaction AS contact {by_start}
             JOIN entry ON entry.contact = contact.id AND entry.topic IS NOT NULL
             LEFT JOIN stands ON stands.id = contact.customer
             WHERE contact.started >= ?3 AND contact.started < ?4 AND contact.customer IS NOT NULL
                   AND contact.channel <> 'task' AND contact.direction = 'in' {unmarked}),
         turns AS (
             SELECT topic, started, started - lag(started) OVER who_and_what AS since,
                    lead(started) OVER who_and_what - started AS until
             FROM said WINDOW who_and_what AS (PARTITION BY who, topic ORDER BY started, id)),
         matters AS (
             SELECT {part} AS part, started, coalesce(until < ?5, 1 = 0) AS came_back FROM turns
             WHERE started >= ?1 AND started < ?2 AND (since IS NULL OR since >= ?5))
         SELECT part, count(*), count(*) FILTER (WHERE NOT came_back AND started <= ?6),
                count(*) FILTER (WHERE came_back), count(*) FILTER (WHERE NOT came_back AND started > ?6)
         FROM matters GROUP BY part"
    );
    let within = i64::try_from(ask.within.0).unwrap_or(i64::MAX);
    let (earliest, latest) = (ask.period.from.0.saturating_sub(within), ask.period.to.after(ask.within));
    let judged = ask.now.0.saturating_sub(within);
    let values = values![ask.period.from, ask.period.to, earliest, latest, within, judged];
    counted(tx, ask, &sql, values, 4)
}
