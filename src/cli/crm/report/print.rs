//! An answer as a table for people, as CSV and as JSON.

use super::Format;
use crate::cli::crm::table::{csv, moment, table};
use crate::crm::question::{Ask, Figure, Question, Sheet};
use crate::program::Zone;
use crate::time::{DurationMs, Wall};
use anyhow::Result;
use serde_json::{Map, Value, json};

/// An answer. `zone` is the one that was named, whose clock is shown.
pub(super) fn print(ask: &Ask, sheet: &Sheet, zone: Option<&str>, format: Format) -> Result<String> {
    match format {
        Format::Table => Ok(people(ask, sheet, zone)),
        Format::Csv => {
            let rows: Vec<Vec<String>> = sheet.rows.iter().map(|row| row.iter().map(raw).collect()).collect();
            csv(&sheet.heads, &rows)
        }
        Format::Json => Ok(serde_json::to_string_pretty(&programs(ask, sheet, zone))? + "\n"),
    }
}

fn people(ask: &Ask, sheet: &Sheet, zone: Option<&str>) -> String {
    let period = match ask.question.is_of_a_period() {
        true => format!(
            " from {} until {} ({})",
            clock(ask.period.from, &ask.zone),
            clock(ask.period.to, &ask.zone),
            zone.unwrap_or("UTC")
        ),
        false => String::new(),
    };
    let marked = if ask.without_marked { ", without what is marked" } else { "" };
    if sheet.counted == 0 {
        return format!("{}{period}{marked}\n", nothing(ask.question));
    }
    let heads: Vec<String> = sheet.heads.iter().map(|head| head_of(head)).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let rows = sheet.rows.iter().chain(&sheet.total);
    let rows: Vec<Vec<String>> =
        rows.map(|row| row.iter().map(|figure| shown(figure, &ask.zone)).collect()).collect();
    format!("{}{period}{marked}\n{}", ask.question.word(), table(&heads, &rows))
}

fn head_of(head: &str) -> String {
    head.trim_end_matches("_ms").replace('_', " ").to_uppercase()
}

/// What is said where there is nothing to count.
fn nothing(question: Question) -> &'static str {
    match question {
        Question::Contacts => "there were no contacts",
        Question::Containment => "no contact ended that began",
        Question::Leaving => "there are no journals of contacts that ended and began",
        Question::Resolution => "no known customer named a topic that was not named shortly before",
        Question::Repeat => "nobody made contact who can be told from others",
        Question::Closing => "no case was closed",
        Question::Lockouts => "nobody tried to prove who it was",
        Question::Cases => "no case was opened",
        Question::Open => "no case is open",
        Question::Overdue => "no promise is overdue",
    }
}

fn clock(at: Wall, zone: &Zone) -> String {
    zone.local(at).strftime("%Y-%m-%d %H:%M").to_string()
}

fn shown(figure: &Figure, zone: &Zone) -> String {
    match figure {
        Figure::Word(word) => word.to_string(),
        Figure::Count(count) => count.to_string(),
        Figure::Share { whole: 0, .. } | Figure::Nothing => String::new(),
        Figure::Share { part, whole } => format!("{:.1} %", 100.0 * *part as f64 / *whole as f64),
        Figure::Length(length) => length_of(*length),
        Figure::Moment(at) => clock(*at, zone),
    }
}

/// A length in its two largest units: `2 d 4 h`.
fn length_of(length: DurationMs) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")];
    let Some(first) = units.iter().position(|(size, _)| length.0 >= *size) else { return "0 s".to_owned() };
    let mut rest = length.0;
    let mut parts = Vec::new();
    for (size, name) in units.iter().skip(first).take(2) {
        if rest >= *size {
            parts.push(format!("{} {name}", rest / size));
        }
        rest %= size;
    }
    parts.join(" ")
}

fn raw(figure: &Figure) -> String {
    match figure {
        Figure::Word(word) => word.to_string(),
        Figure::Count(count) => count.to_string(),
        Figure::Share { whole: 0, .. } | Figure::Nothing => String::new(),
        Figure::Share { part, whole } => format!("{:.4}", *part as f64 / *whole as f64),
        Figure::Length(length) => length.0.to_string(),
        Figure::Moment(at) => moment(*at),
    }
}

fn programs(ask: &Ask, sheet: &Sheet, zone: Option<&str>) -> Value {
    let mut answer = Map::new();
    answer.insert("question".to_owned(), json!(ask.question.word()));
    answer.insert("by".to_owned(), json!(ask.by.word()));
    if ask.question.is_of_a_period() {
        answer.insert("from".to_owned(), json!(ask.period.from.0));
        answer.insert("to".to_owned(), json!(ask.period.to.0));
    }
    answer.insert("zone".to_owned(), json!(zone));
    answer.insert("without_marked".to_owned(), json!(ask.without_marked));
    answer.insert("counted".to_owned(), json!(sheet.counted));
    let object = |row: &Vec<Figure>| -> Value {
        let pairs = sheet.heads.iter().zip(row).map(|(head, figure)| ((*head).to_owned(), value(figure)));
        Value::Object(pairs.collect())
    };
    answer.insert("rows".to_owned(), sheet.rows.iter().map(object).collect());
    if let Some(total) = &sheet.total {
        answer.insert("total".to_owned(), object(total));
    }
    Value::Object(answer)
}

fn value(figure: &Figure) -> Value {
    match figure {
        Figure::Word(word) => json!(&**word),
        Figure::Count(count) => json!(count),
        Figure::Share { whole: 0, .. } | Figure::Nothing => Value::Null,
        Figure::Share { part, whole } => json!((*part as f64 / *whole as f64 * 10_000.0).round() / 10_000.0),
        Figure::Length(length) => json!(length.0),
        Figure::Moment(at) => json!(at.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_told_in_its_two_largest_units() {
        let lengths = [0, 999, 61_000, 3_600_000, 187_200_000].map(|ms| length_of(DurationMs(ms)));
        assert_eq!(lengths, ["0 s", "0 s", "1 min 1 s", "1 h", "2 d 4 h"]);
    }

    #[test]
    fn a_share_of_nothing_is_no_share() {
        let zone = Zone::new("UTC").expect("a zone");
        let shown = |figure| shown(figure, &zone);
        let none = Figure::Share { part: 0, whole: 0 };
        assert_eq!((shown(&none), raw(&none), value(&none)), (String::new(), String::new(), Value::Null));
        let third = Figure::Share { part: 1, whole: 3 };
        assert_eq!((shown(&third), raw(&third)), ("33.3 %".to_owned(), "0.3333".to_owned()));
    }

    #[test]
    fn a_moment_is_told_on_the_clock_that_was_asked_for() {
        let moscow = Zone::new("Europe/Moscow").expect("a zone");
        let at = Figure::Moment(Wall(1_795_159_800_000));
        assert_eq!(shown(&at, &moscow), "2026-11-20 10:30");
        assert_eq!((raw(&at), value(&at)), ("2026-11-20 07:30:00".to_owned(), json!(1_795_159_800_000_i64)));
    }
}
