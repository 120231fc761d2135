//! How `callwright crm` shows what it found: columns, CSV, JSON, ages and moments.

use crate::crm::{Case, CaseState};
use crate::time::Wall;
use anyhow::Result;

/// Columns as wide as their widest cell; a column without any cell is left out.
pub(in crate::cli) fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let widest =
        |index: usize| rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.chars().count()).max();
    let widths: Vec<(usize, &str, usize)> = heads
        .iter()
        .enumerate()
        .map(|(index, head)| (index, *head, widest(index).unwrap_or(0)))
        .filter(|(_, _, width)| *width > 0 || rows.is_empty())
        .map(|(index, head, width)| (index, head, width.max(head.len())))
        .collect();
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).map(|(cell, (_, _, width))| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = line(widths.iter().map(|(_, head, _)| *head).collect());
    for row in &rows {
        text += &line(widths.iter().map(|(index, _, _)| row.get(*index).map_or("", |cell| cell)).collect());
    }
    text
}

/// What somebody else has written, on one line: whatever would move the cursor, colour a line or turn it round is shown as
/// its escape. Callers choose their names.
pub(super) fn plain(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() || turns(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

/// The same as CSV, with all columns. A cell that a spreadsheet would reckon with is told apart by a quote: what callers
/// say of themselves is data.
pub(super) fn csv(heads: &[&str], rows: &[Vec<String>]) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(heads.iter().map(|head| head.to_lowercase()))?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless(cell)))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// A telephone number begins with a plus and is none of these.
fn harmless(cell: &str) -> String {
    let is_number = |cell: &str| cell.chars().skip(1).all(|sign| sign.is_ascii_digit() || sign == ' ');
    let reckons = cell.starts_with(['=', '+', '-', '@', '\t']) && !is_number(cell);
    if reckons { format!("'{cell}") } else { cell.to_owned() }
}

/// Where a case stands and for how long.
pub(super) fn standing(case: &Case, now: Wall) -> String {
    match (case.state, case.closed) {
        (state @ (CaseState::Open | CaseState::Waiting | CaseState::Reopened), _) => {
            format!("{} {}", state.word(), age(case.opened, now))
        }
        (CaseState::Closed, Some(closed)) => format!("closed after {}", age(case.opened, closed)),
        (CaseState::Closed, None) => "closed".to_owned(),
    }
}

/// A length in its largest unit: `3 d`.
pub(super) fn age(from: Wall, to: Wall) -> String {
    let seconds = (to.0.saturating_sub(from.0)).max(0) / 1000;
    let units = [(86_400, "d"), (3600, "h"), (60, "min")];
    let unit = units.into_iter().find(|(size, _)| seconds >= *size);
    unit.map_or_else(|| format!("{seconds} s"), |(size, name)| format!("{} {name}", seconds / size))
}

/// A moment in UTC.
pub(super) fn moment(at: Wall) -> String {
    let read = jiff::Timestamp::from_millisecond(at.0);
    read.map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        let ages = [40_000, 125_000, 7_300_000, 270_000_000].map(|ms| age(Wall(0), Wall(ms)));
        assert_eq!(ages, ["40 s", "2 min", "2 h", "3 d"]);
    }

    #[test]
    fn a_table_leaves_out_what_nobody_has() {
        let rows = [vec!["c1".to_owned(), String::new(), "Анна".to_owned()]];
        assert_eq!(table(&["ID", "LANGUAGE", "NAME"], &rows), "ID  NAME\nc1  Анна\n");
    }

    #[test]
    fn a_name_neither_colours_nor_turns_what_is_shown() {
        let rows = [vec!["c1".to_owned(), "\u{1b}[2J\u{202e}Bob\r\nc2  Eve".to_owned()]];
        let text = table(&["ID", "NAME"], &rows);
        assert_eq!(text, "ID  NAME\nc1  \\u{1b}[2J\\u{202e}Bob\\r\\nc2  Eve\n");
    }

    #[test]
    fn a_name_is_no_formula_in_a_spreadsheet() {
        let rows = [vec!["=HYPERLINK(\"x\")".to_owned(), "+7 843 292 11 08".to_owned()]];
        let text = csv(&["NAME", "PHONES"], &rows).expect("text");
        assert_eq!(text, "name,phones\n\"'=HYPERLINK(\"\"x\"\")\",+7 843 292 11 08\n");
    }
}
