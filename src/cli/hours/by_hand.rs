//! `callwright hours override`, `list` and `clear`: hours that a person sets.

use crate::crm::ByHand;
use crate::program::{Moment, Override, Zone};
use crate::store::{Options, SqliteStore, Store};
use crate::time::Wall;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use std::path::Path;
use std::process::ExitCode;

/// As many lines of the past are listed.
const LISTED: usize = 50;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Opens or closes a schedule, whatever its lines say: `callwright hours override office closed until 2026-12-01T09:00`.
    ///
    /// A running server knows within seconds; calls that are up keep what held when they came.
    Override(OverrideArgs),
    /// Lets the lines of a schedule decide again.
    Clear(ClearArgs),
    /// Lists what is set by hand, and what was: when, by whom and why.
    List,
}

#[derive(Debug, Args)]
pub struct OverrideArgs {
    /// The schedule.
    schedule: String,
    /// `open` or `closed`.
    #[arg(value_parser = ["open", "closed"])]
    state: String,
    /// `until`, and a time behind it; without it until it is cleared.
    #[arg(value_name = "until", value_parser = ["until"], requires = "time")]
    until: Option<String>,
    /// `2026-12-01T09:00`, with an offset or by the clock of `--zone`.
    #[arg(value_name = "TIME")]
    time: Option<String>,
    /// By whose clock the time is meant, where it has no offset.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    #[command(flatten)]
    why: Why,
}

#[derive(Debug, Args)]
pub struct ClearArgs {
    /// The schedule.
    schedule: String,
    #[command(flatten)]
    why: Why,
}

#[derive(Debug, Args)]
pub struct Why {
    /// Why: a sentence for those who ask later.
    #[arg(long, value_name = "REASON")]
    because: String,
    /// Who does it.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "somebody")]
    by: String,
}

/// Runs the command.
pub fn run(command: Command, data: &Path, now: Wall) -> Result<ExitCode> {
    match command {
        Command::Override(args) => {
            let until =
                args.time.as_deref().map(|time| until(time, args.zone.as_deref(), now)).transpose()?;
            let set = Override { open: args.state == "open", until };
            put(data, &args.why, &args.schedule, Some(set), now)?;
        }
        Command::Clear(args) => put(data, &args.why, &args.schedule, None, now)?,
        Command::List => {
            let log = store(data)?.hours_log(LISTED)?;
            if log.is_empty() {
                println!("nothing was set by hand");
            }
            log.iter().for_each(|line| println!("{}", shown(line, now)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn store(data: &Path) -> Result<SqliteStore> {
    std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
    Ok(SqliteStore::open(data.join("callwright.db"), Options::default())?)
}

fn put(data: &Path, why: &Why, schedule: &str, set: Option<Override>, now: Wall) -> Result<()> {
    let by_hand = ByHand {
        schedule: schedule.into(),
        set,
        by: why.by.as_str().into(),
        because: why.because.as_str().into(),
        at: now,
    };
    store(data)?.set_hours(&by_hand)?;
    println!("{}", shown(&by_hand, now));
    Ok(())
}

/// The end that was named; the error says how to name one.
fn until(time: &str, zone: Option<&str>, now: Wall) -> Result<Wall> {
    let zone = zone.map(Zone::new).transpose()?;
    let Some(moment) = Moment::parse(time, zone.as_ref()).or_else(|| with_offset(time)) else {
        bail!("`{time}` needs a clock: `--zone Europe/Moscow`, or an offset, `2026-12-01T09:00+03:00`");
    };
    if moment.at <= now {
        bail!("{moment} is over");
    }
    Ok(moment.at)
}

fn with_offset(time: &str) -> Option<Moment> {
    Moment::parse(time, Zone::new("UTC").ok().as_ref()).filter(|_| time.parse::<jiff::Timestamp>().is_ok())
}

fn shown(line: &ByHand, now: Wall) -> String {
    let holds = line.set.is_some_and(|set| set.holds(now).is_some());
    let set = match line.set {
        None => "by its lines".to_owned(),
        Some(Override { open, until }) => {
            let word = if open { "open" } else { "closed" };
            until.map_or_else(|| word.to_owned(), |until| format!("{word} until {}", utc(until)))
        }
    };
    let over = if line.set.is_some() && !holds { "  (over)" } else { "" };
    format!("{}  {} {set}{over}  by {}: {}", utc(line.at), line.schedule, line.by, line.because)
}

fn utc(at: Wall) -> String {
    let text = jiff::Timestamp::from_millisecond(at.0).map_or(at.0.to_string(), |at| at.to_string());
    text.split('.').next().map_or(text.clone(), |whole| whole.trim_end_matches('Z').to_owned() + "Z")
}

/// What is set by hand for a schedule at a moment, where there is a database; nothing where there is none.
pub fn told(data: &Path, schedule: &str, at: Wall, zone: &Zone) -> Option<String> {
    let path = data.join("callwright.db");
    if !path.exists() {
        return None;
    }
    let known = SqliteStore::open(&path, Options::default()).ok()?.hours_by_hand().ok()?;
    let line = known.into_iter().find(|line| &*line.schedule == schedule)?;
    let set = line.set.filter(|set| at >= line.at && set.holds(at).is_some())?;
    let word = if set.open { "open" } else { "closed" };
    let until = set.until.map(|at| format!(" until {}", Moment::new(at, zone.clone())));
    Some(format!(
        "{word}{}, by {}: {} (outranks all lines)",
        until.unwrap_or_default(),
        line.by,
        line.because
    ))
}
