//! What is counted by parts: the rows of a question whose first column is a part and whose others are counts.

use crate::crm::question::{Ask, By, ClockPart, Figure, QUARTER_MS, Sheet};
use crate::program::Text;
use crate::store::database::{Answer, Param, Row, Transaction};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A part and what was counted of it.
pub(super) type Part = (Text, Vec<u64>);

/// Counts parts. The question's first column is a text or nothing; for a split by the clock, a number of quarters of an
/// hour. Parts of the clock come in its order and without gaps, others the most frequent first.
pub(super) fn counted(
    tx: &Transaction<'_>,
    ask: &Ask,
    sql: &str,
    values: &[Param<'_>],
    counts: usize,
) -> Answer<Vec<Part>> {
    match ask.by.clock() {
        Some(part) => by_clock(tx, ask, part, sql, values, counts),
        None => by_word(tx, ask.by, sql, values, counts),
    }
}

fn by_word(
    tx: &Transaction<'_>,
    by: By,
    sql: &str,
    values: &[Param<'_>],
    counts: usize,
) -> Answer<Vec<Part>> {
    let mut parts = tx.all(sql, values, |row| {
        let word = row.get::<Option<Text>>(0)?.filter(|word| !word.is_empty());
        Ok((word.unwrap_or_else(|| by.nothing().into()), numbers(row, counts)?))
    })?;
    parts.sort_by_key(|(word, counts)| (Reverse(counts.first().copied()), word.clone()));
    Ok(parts)
}

fn by_clock(
    tx: &Transaction<'_>,
    ask: &Ask,
    part: ClockPart,
    sql: &str,
    values: &[Param<'_>],
    counts: usize,
) -> Answer<Vec<Part>> {
    let mut parts: BTreeMap<Text, Vec<u64>> = BTreeMap::new();
    tx.each(sql, values, |row| {
        let sums = parts.entry(part.name(row.get(0)?, &ask.zone)).or_insert_with(|| vec![0; counts]);
        for (sum, count) in sums.iter_mut().zip(numbers(row, counts)?) {
            *sum = sum.saturating_add(count);
        }
        Ok(())
    })?;
    let all = part.all(ask.period, &ask.zone).into_iter();
    Ok(all.map(|name| parts.remove_entry(&name).unwrap_or((name, vec![0; counts]))).collect())
}

fn numbers(row: &Row<'_>, counts: usize) -> Answer<Vec<u64>> {
    (1..=counts).map(|column| Ok(row.get::<Option<u64>>(column)?.unwrap_or(0))).collect()
}

/// The quarter of an hour of a column of moments, for a split by the clock.
pub(super) fn quarter(column: &str) -> String {
    format!("{column} / {QUARTER_MS}")
}

/// A sheet of parts under heads; without a split the total alone, which is what everything is counted as once.
pub(super) fn sheet(
    ask: &Ask,
    heads: &[&'static str],
    parts: Vec<Part>,
    whole: Part,
    figures: impl Fn(&[u64], &[u64]) -> Vec<Figure>,
) -> Sheet {
    let row = |(word, counts): &Part| [vec![Figure::Word(word.clone())], figures(counts, &whole.1)].concat();
    let rows: Vec<Vec<Figure>> = match ask.by {
        By::All => vec![row(&whole)],
        _ => parts.iter().map(row).collect(),
    };
    let total = (ask.by != By::All).then(|| row(&whole));
    let heads = [&[ask.by.word()], heads].concat();
    Sheet { heads, rows, total, counted: whole.1.first().copied().unwrap_or(0) }
}

/// The count at a place; zero where there is none.
pub(super) fn at(counts: &[u64], index: usize) -> u64 {
    counts.get(index).copied().unwrap_or(0)
}
