//! Columns: of the rows of a table, and of the remarks behind lines.

use super::layout::{Row, WIDTH, width};

/// Where the remarks of a script stand, unless the code reaches further.
const REMARKS: usize = 40;
/// Behind longer code they stand at multiples of this, with two blanks before them at least.
const TAB: usize = 8;

/// Gives the rows of each table the same columns, if all of them fit.
pub(super) fn align_tables(rows: &mut [Row<'_>]) {
    let mut rest = rows;
    while !rest.is_empty() {
        let (table, behind) = rest.split_at_mut(table_length(rest));
        align(table);
        rest = behind;
    }
}

/// How many rows from here on belong to one table; remarks between them do not part them, blank lines do.
fn table_length(rows: &[Row<'_>]) -> usize {
    let Some(first) = rows.first().filter(|row| row.table.is_some()) else { return 1 };
    let is_remark = |row: &Row<'_>| row.columns.is_empty();
    let belongs = |row: &&Row<'_>| {
        !row.is_apart && row.indent == first.indent && (is_remark(row) || row.table == first.table)
    };
    1 + rows.iter().skip(1).take_while(belongs).count()
}

fn align(rows: &mut [Row<'_>]) {
    // The last column of a row needs no padding, and gives none to others.
    let mut widths: Vec<usize> = Vec::new();
    for row in rows.iter() {
        for (at, text) in row.columns.iter().take(row.columns.len().saturating_sub(1)).enumerate() {
            widths.resize(widths.len().max(at + 1), 0);
            widths[at] = widths[at].max(width(text));
        }
    }
    let end = |row: &Row<'_>| {
        let last = row.columns.len().saturating_sub(1);
        let before: usize = widths.iter().take(last).map(|width| width + 1).sum();
        row.indent + before + row.columns.last().map_or(0, |text| width(text))
    };
    if rows.iter().any(|row| end(row) > WIDTH) {
        return;
    }
    for row in rows {
        let last = row.columns.len().saturating_sub(1);
        for (text, wanted) in row.columns.iter_mut().take(last).zip(&widths) {
            text.push_str(&" ".repeat(wanted.saturating_sub(width(text))));
        }
    }
}

/// The text of the rows, with remarks that stand below each other in one column.
pub(super) fn join(rows: &[Row<'_>]) -> String {
    let mut text = String::new();
    let mut rest = rows;
    while !rest.is_empty() {
        let (group, behind) = rest.split_at(remarks_length(rest));
        let column = group.iter().map(remark_column).max().unwrap_or(0);
        let fits = |row: &Row<'_>, column: usize| column + row.remark.map_or(0, width) <= WIDTH;
        let is_shared = group.iter().all(|row| fits(row, column) || !fits(row, remark_column(row)));
        for row in group {
            push_row(&mut text, row, if is_shared { column } else { remark_column(row) });
        }
        rest = behind;
    }
    text
}

/// How many rows from here on have a remark behind them and stand equally deep. What closes a block is no part of what
/// follows.
fn remarks_length(rows: &[Row<'_>]) -> usize {
    let is_behind = |row: &Row<'_>| row.remark.is_some() && !row.columns.is_empty();
    let closes = |row: &Row<'_>| row.columns.first().is_some_and(|text| text.starts_with('}'));
    let Some(first) = rows.first().filter(|row| is_behind(row)) else { return 1 };
    let goes_on =
        |row: &Row<'_>| is_behind(row) && row.indent == first.indent && !closes(first) && !closes(row);
    let belongs = |row: &&Row<'_>| !row.is_apart && (row.hangs || goes_on(row));
    1 + rows.iter().skip(1).take_while(belongs).count()
}

/// The first column in which the remark behind this row may stand.
fn remark_column(row: &Row<'_>) -> usize {
    let code = row.indent + width(&row.columns.join(" "));
    if row.columns.is_empty() { 0 } else { REMARKS.max((code + 2).next_multiple_of(TAB)) }
}

fn push_row(text: &mut String, row: &Row<'_>, remark_column: usize) {
    if row.is_apart {
        text.push('\n');
    }
    let code = row.columns.join(" ");
    let is_alone = code.is_empty() && !row.hangs;
    let indent = if code.is_empty() && row.hangs { 0 } else { row.indent };
    text.push_str(&" ".repeat(indent));
    text.push_str(&code);
    if let Some(remark) = row.remark {
        let missing = remark_column.saturating_sub(indent + width(&code));
        text.push_str(&" ".repeat(if is_alone { 0 } else { missing }));
        text.push_str(remark);
    }
    text.push('\n');
}
