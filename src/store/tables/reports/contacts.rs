//! Contacts: how many, by what, and how many ended without an operator.

use super::parts::{Part, at, counted, quarter, sheet};
use crate::crm::question::{Ask, By, Figure, Sheet};
use crate::store::database::{Answer, Transaction, values};

/// What lies in a period is found by this.
pub(super) const BY_START: &str = "interaction_by_start";

/// The topics of a contact: of its cases and its outcomes.
const TOPICS: &str = "LEFT JOIN entry ON entry.contact = contact.id AND entry.topic IS NOT NULL";

/// The outcomes of a contact that stand: the latest of each topic, and of the contact as a whole.
const OUTCOMES: &str =
    "LEFT JOIN entry ON entry.contact = contact.id AND entry.outcome IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM entry AS later WHERE later.contact = entry.contact AND later.sequence > entry.sequence
           AND later.outcome IS NOT NULL AND coalesce(later.topic, '') = coalesce(entry.topic, ''))";

/// Whoever was handed over to another exchange has no leg here, but spoke with somebody there.
const HUMAN: &str = "CASE WHEN counted.human = 'unasked' AND EXISTS (
        SELECT 1 FROM entry AS handed WHERE handed.contact = counted.id AND handed.outcome = 'handed_over')
    THEN 'reached' ELSE counted.human END";

/// A contact that is about marked cases alone is marked itself.
pub(super) const UNMARKED: &str = "AND (
    NOT EXISTS (SELECT 1 FROM matter_event JOIN matter ON matter.id = matter_event.matter
                WHERE matter_event.contact = contact.id AND matter.mark IS NOT NULL)
    OR EXISTS (SELECT 1 FROM matter_event JOIN matter ON matter.id = matter_event.matter
               WHERE matter_event.contact = contact.id AND matter.mark IS NULL))";

/// How many contacts there were.
pub(super) fn contacts(tx: &Transaction<'_>, ask: &Ask) -> Answer<Sheet> {
    let measures = [
        "count(*)",
        "count(*) FILTER (WHERE customer IS NOT NULL)",
        "count(*) FILTER (WHERE verified = 1)",
        "count(ended)",
        "CAST(sum(ended - started) AS BIGINT)",
    ];
    let heads = ["contacts", "share", "known", "verified", "average_ms"];
    count(tx, ask, "", &measures, &heads, |counts, whole| {
        vec![
            Figure::Count(at(counts, 0)),
            Figure::Share { part: at(counts, 0), whole: at(whole, 0) },
            Figure::Count(at(counts, 1)),
            Figure::Count(at(counts, 2)),
            Figure::average(at(counts, 4), at(counts, 3)),
        ]
    })
}

/// How many contacts that are over ended without an operator.
pub(super) fn containment(tx: &Transaction<'_>, ask: &Ask) -> Answer<Sheet> {
    let human =
        ["unasked", "sought", "reached"].map(|word| format!("count(*) FILTER (WHERE {HUMAN} = '{word}')"));
    let measures = ["count(*)", &human[0], &human[1], &human[2]];
    let only = "AND contact.ended IS NOT NULL AND contact.direction = 'in'";
    let heads = ["contacts", "contained", "containment", "in_vain", "operator"];
    count(tx, ask, only, &measures, &heads, |counts, _| {
        vec![
            Figure::Count(at(counts, 0)),
            Figure::Count(at(counts, 1)),
            Figure::Share { part: at(counts, 1), whole: at(counts, 0) },
            Figure::Count(at(counts, 2)),
            Figure::Count(at(counts, 3)),
        ]
    })
}

fn count(
    tx: &Transaction<'_>,
    ask: &Ask,
    only: &str,
    measures: &[&str],
    heads: &[&'static str],
    figures: impl Fn(&[u64], &[u64]) -> Vec<Figure>,
) -> Answer<Sheet> {
    let parts = |ask: &Ask| parts(tx, ask, only, measures);
    let whole = parts(&ask.whole())?.pop().unwrap_or((ask.whole().by.nothing().into(), Vec::new()));
    let parts = if ask.by == By::All { Vec::new() } else { parts(ask)? };
    Ok(sheet(ask, heads, parts, whole, figures))
}

/// What is counted of contacts by parts. A contact that belongs to a part twice is counted there once.
fn parts(tx: &Transaction<'_>, ask: &Ask, only: &str, measures: &[&str]) -> Answer<Vec<Part>> {
    let (part, join) = split(ask.by);
    let distinct = if join.is_empty() { "" } else { "DISTINCT" };
    let unmarked = if ask.without_marked { UNMARKED } else { "" };
    let by_start = tx.dialect().indexed_by(BY_START);
    let (counts, measures) = (measures.len(), measures.join(", "));
    let sql = format!(
        "WITH counted AS (
             SELECT {distinct} contact.id, {part} AS part, contact.started, contact.ended, contact.customer,
                    contact.verified, contact.human
             FROM interaction AS contact {by_start} {join}
             WHERE contact.started >= ?1 AND contact.started < ?2 AND contact.channel <> 'task' {only} {unmarked})
         SELECT part, {measures} FROM counted GROUP BY part"
    );
    counted(tx, ask, &sql, values![ask.period.from, ask.period.to], counts)
}

/// The part to which a contact belongs, and what has to be joined for it.
fn split(by: By) -> (String, &'static str) {
    let column = |column: &str| (format!("contact.{column}"), "");
    match by {
        By::Channel | By::Direction | By::Called | By::Program => column(by.word()),
        By::EndedBy => column("ended_by"),
        By::Topic => ("entry.topic".to_owned(), TOPICS),
        By::Outcome => ("entry.outcome".to_owned(), OUTCOMES),
        By::Identity => {
            let known = "CASE WHEN contact.customer IS NULL THEN 'unknown'
                              WHEN contact.verified = 1 THEN 'verified' ELSE 'claimed' END";
            (known.to_owned(), "")
        }
        By::Hour | By::Weekday | By::Day | By::Month => (quarter("contact.started"), ""),
        By::All | By::Times | By::Caller | By::Customer | By::Flow | By::Prompt => ("''".to_owned(), ""),
        By::Owner | By::Priority | By::State | By::Mark => ("''".to_owned(), ""),
    }
}
