//! Cases: how many were opened, how long they took, what is open and what is overdue.

use super::parts::{Part, at, counted, quarter, sheet};
use crate::crm::question::{Ask, By, Figure, Sheet};
use crate::store::database::{Answer, Param, Transaction, values};
use crate::time::Wall;

const DAY_MS: i64 = 86_400_000;

/// The column of a case by which it is split.
fn column(by: By) -> &'static str {
    match by {
        By::Topic | By::Owner | By::Priority | By::State | By::Mark => by.word(),
        By::Hour | By::Weekday | By::Day | By::Month => "opened",
        By::All | By::Channel | By::Direction | By::Outcome | By::Called | By::Program => "''",
        By::Identity | By::EndedBy | By::Times | By::Caller | By::Customer | By::Flow | By::Prompt => "''",
    }
}

fn unmarked(ask: &Ask) -> &'static str {
    if ask.without_marked { "AND mark IS NULL" } else { "" }
}

fn whole_and_parts(ask: &Ask, parts: impl Fn(&Ask) -> Answer<Vec<Part>>) -> Answer<(Part, Vec<Part>)> {
    let whole = parts(&ask.whole())?.pop().unwrap_or((By::All.nothing().into(), Vec::new()));
    Ok((whole, if ask.by == By::All { Vec::new() } else { parts(ask)? }))
}

/// Cases that were opened in a period.
pub(super) fn opened(tx: &Transaction<'_>, ask: &Ask) -> Answer<Sheet> {
    let parts = |ask: &Ask| {
        let unmarked = unmarked(ask);
        let part = if ask.by.clock().is_some() { quarter("opened") } else { column(ask.by).to_owned() };
        let sql = format!(
            "SELECT {part} AS part, count(*), count(*) FILTER (WHERE state = 'closed'),
                    count(*) FILTER (WHERE mark IS NOT NULL), count(*) FILTER (WHERE customer IS NULL)
             FROM matter WHERE opened >= ?1 AND opened < ?2 {unmarked} GROUP BY 1"
        );
        counted(tx, ask, &sql, values![ask.period.from, ask.period.to], 4)
    };
    let (whole, parts) = whole_and_parts(ask, parts)?;
    let heads = ["cases", "share", "closed", "marked", "of_nobody"];
    Ok(sheet(ask, &heads, parts, whole, |counts, whole| {
        vec![
            Figure::Count(at(counts, 0)),
            Figure::Share { part: at(counts, 0), whole: at(whole, 0) },
            Figure::Count(at(counts, 1)),
            Figure::Count(at(counts, 2)),
            Figure::Count(at(counts, 3)),
        ]
    }))
}

/// How long it took until the cases were closed that a period closed: of so many in order of length, the median is the
/// one in the middle (of two, the shorter), and 90 of a hundred took no longer than the 90th.
pub(super) fn closing(tx: &Transaction<'_>, ask: &Ask) -> Answer<Sheet> {
    let parts = |ask: &Ask| {
        let (part, unmarked) = (column(ask.by), unmarked(ask));
        let sql = format!(
            "WITH done AS (
                 SELECT {part} AS part, closed - opened AS length FROM matter
                 WHERE closed >= ?1 AND closed < ?2 AND state = 'closed' {unmarked}),
             ranked AS (
                 SELECT part, length, row_number() OVER (PARTITION BY part ORDER BY length) AS place,
                        count(*) OVER (PARTITION BY part) AS many FROM done)
             SELECT part, count(*), max(length) FILTER (WHERE place = (many + 1) / 2),
                    max(length) FILTER (WHERE place = (many * 9 + 9) / 10), max(length)
             FROM ranked GROUP BY part"
        );
        counted(tx, ask, &sql, values![ask.period.from, ask.period.to], 4)
    };
    let (whole, parts) = whole_and_parts(ask, parts)?;
    let heads = ["cases", "median_ms", "ninetieth_ms", "longest_ms"];
    Ok(sheet(ask, &heads, parts, whole, |counts, _| {
        let length = |index| Figure::length(Some(at(counts, index)).filter(|_| at(counts, 0) > 0));
        vec![Figure::Count(at(counts, 0)), length(1), length(2), length(3)]
    }))
}

/// Cases that are not closed now, by how long ago they were opened.
pub(super) fn open(tx: &Transaction<'_>, ask: &Ask) -> Answer<Sheet> {
    let ago = |days: i64| Param::from(Wall(ask.now.0.saturating_sub(days * DAY_MS)));
    let values = [ago(1), ago(3), ago(7), ago(30)];
    let parts = |ask: &Ask| {
        let (part, unmarked) = (column(ask.by), unmarked(ask));
        let sql = format!(
            "SELECT {part} AS part, count(*), count(*) FILTER (WHERE opened > ?1),
                    count(*) FILTER (WHERE opened > ?2 AND opened <= ?1),
                    count(*) FILTER (WHERE opened > ?3 AND opened <= ?2),
                    count(*) FILTER (WHERE opened > ?4 AND opened <= ?3), count(*) FILTER (WHERE opened <= ?4),
                    min(opened)
             FROM matter WHERE state <> 'closed' {unmarked} GROUP BY 1"
        );
        counted(tx, ask, &sql, &values, 7)
    };
    let (whole, parts) = whole_and_parts(ask, parts)?;
    let heads = ["open", "under_1_d", "1_to_3_d", "3_to_7_d", "7_to_30_d", "from_30_d", "oldest_ms"];
    Ok(sheet(ask, &heads, parts, whole, |counts, _| {
        let oldest = Some(at(counts, 6)).filter(|_| at(counts, 0) > 0);
        let counts = (0..6).map(|index| Figure::Count(at(counts, index)));
        counts.chain([Figure::length(oldest.map(|opened| since(ask.now, opened)))]).collect()
    }))
}

/// Cases of which a promise was due before now and not kept.
pub(super) fn overdue(tx: &Transaction<'_>, ask: &Ask) -> Answer<Sheet> {
    let parts = |ask: &Ask| {
        let (part, unmarked) = (column(ask.by), unmarked(ask));
        let sql = format!(
            "SELECT {part} AS part, count(*), min(due) FROM matter WHERE due < ?1 {unmarked} GROUP BY 1"
        );
        counted(tx, ask, &sql, values![ask.now], 2)
    };
    let (whole, parts) = whole_and_parts(ask, parts)?;
    Ok(sheet(ask, &["cases", "longest_ms"], parts, whole, |counts, _| {
        let due = Some(at(counts, 1)).filter(|_| at(counts, 0) > 0);
        vec![Figure::Count(at(counts, 0)), Figure::length(due.map(|due| since(ask.now, due)))]
    }))
}

fn since(now: Wall, then: u64) -> u64 {
    now.0.max(0).unsigned_abs().saturating_sub(then)
}
