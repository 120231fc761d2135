//! `callwright crm report`: the questions that an operational CRM must answer.

mod leaving;
mod print;
mod when;

use crate::crm::question::{Ask, By, Period, Question, Scope};
use crate::program::Zone;
use crate::simulator::length;
use crate::store::Desk;
use crate::time::{DurationMs, Wall};
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use print::print;
use std::fmt::Write as _;
use std::path::Path;
use when::from_when;

/// Counts: contacts, containment, repeat callers, how long cases take. Without a question, lists them.
///
/// What each figure counts stands in docs/reports.md, in a sentence each.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// What is asked; without it, the questions are listed.
    #[arg(value_parser = question)]
    question: Option<Question>,
    /// The first moment of the period: `2026-11-01`, `2026-11-01 12:00`, `2026-11-01T00:00:00+03:00`, or `30d` for so long ago.
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
    /// The first moment that no longer belongs to it; now where nothing is said.
    #[arg(long, value_name = "WHEN", requires = "from")]
    to: Option<String>,
    /// Whose clock days and hours are of.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// By what the answer is split; a wrong word is told the right ones.
    #[arg(long, value_name = "WHAT", value_parser = by)]
    by: Option<By>,
    /// For `resolution`: within what time a second contact about a matter counts.
    #[arg(long, value_name = "LENGTH", default_value = "7d", value_parser = within)]
    within: DurationMs,
    /// Leaves out cases that are marked, and contacts that are about such cases alone.
    #[arg(long)]
    without_marked: bool,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Columns for people.
    Table,
    /// For a spreadsheet; shares are parts of one, lengths milliseconds.
    Csv,
    /// For programs; shares are parts of one, lengths and moments milliseconds.
    Json,
}

/// Answers a question.
pub(super) fn report(store: &dyn Desk, journals: &Path, args: &ReportArgs, now: Wall) -> Result<String> {
    let Some(question) = args.question else { return questions() };
    let ask = args.ask(question, now)?;
    let sheet = match question {
        Question::Leaving => leaving::leaving(journals, &ask)?,
        _ => store.answer(&ask)?,
    };
    print(&ask, &sheet, args.zone.as_deref(), args.format)
}

impl ReportArgs {
    fn ask(&self, question: Question, now: Wall) -> Result<Ask> {
        let zone = self.zone.as_deref().map(zone_of).transpose()?;
        let moment = |text: &Option<String>| {
            text.as_deref().map(|text| from_when(text, now, zone.as_ref())).transpose()
        };
        let (from, to) = (moment(&self.from)?, moment(&self.to)?);
        let period = from.map(|from| Period { from, to: to.unwrap_or(now) });
        let (within, without_marked) = (self.within, self.without_marked);
        Ok(Ask::new(question, self.by, Scope { period, zone, now, within, without_marked })?)
    }
}

fn zone_of(name: &str) -> Result<Zone> {
    Zone::new(name).with_context(|| "a zone is named like Europe/Moscow or UTC")
}

fn within(text: &str) -> Result<DurationMs, String> {
    length(text).ok_or_else(|| "write a length, such as 7d or 48h".to_owned())
}

fn question(word: &str) -> Result<Question, String> {
    let known = Question::ALL.map(Question::word);
    Question::from_word(word).ok_or_else(|| listed("questions", &known))
}

fn by(word: &str) -> Result<By, String> {
    By::from_word(word).ok_or_else(|| listed("splits", &By::ALL.map(By::word)))
}

fn listed(what: &str, known: &[&str]) -> String {
    format!("the {what} are {}", known.join(", "))
}

/// What can be asked, and by what it can be split.
fn questions() -> Result<String> {
    let mut text = String::new();
    for question in Question::ALL {
        let splits: Vec<&str> = question.splits().iter().map(|by| by.word()).collect();
        writeln!(text, "{:<12} {}", question.word(), question.about())?;
        writeln!(text, "{:<12}   --by {}", "", splits.join(", "))?;
    }
    Ok(text)
}
