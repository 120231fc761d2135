//! `callwright hours override`, `list` and `clear`: hours that a person sets.

use crate::cli::load::load;
use crate::cli::place::Place;
use crate::crm::ByHand;
use crate::program::{Moment, Override, Zone};
use crate::time::Wall;
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
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
    /// `2026-12-01T09:00`, with an offset or by the clock of the schedule or of `--zone`.
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
    /// The program's folder: its schedules are those that may be named, and times without an offset are by their clocks.
    #[arg(long, value_name = "DIR", env = "CALLWRIGHT_PROGRAM")]
    program: Option<PathBuf>,
}

/// Runs the command.
pub fn run(command: Command, place: &Place, now: Wall) -> Result<ExitCode> {
    match command {
        Command::Override(args) => {
            let own = known(args.why.program.as_deref(), &args.schedule)?;
            let zone = args.zone.as_deref().map(Zone::new).transpose()?.or(own);
            let until = args.time.as_deref().map(|time| until(time, zone.as_ref(), now)).transpose()?;
            let set = Override { open: args.state == "open", until };
            put(place, &args.why, &args.schedule, Some(set), now)?;
        }
        Command::Clear(args) => {
            known(args.why.program.as_deref(), &args.schedule)?;
            put(place, &args.why, &args.schedule, None, now)?;
        }
        Command::List => {
            let log = place.open()?.hours_log(LISTED)?;
            if log.is_empty() {
                println!("nothing was set by hand");
            }
            log.iter().for_each(|line| println!("{}", shown(line, now)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn put(place: &Place, why: &Why, schedule: &str, set: Option<Override>, now: Wall) -> Result<()> {
    let by_hand = ByHand {
        schedule: schedule.into(),
        set,
        by: why.by.as_str().into(),
        because: why.because.as_str().into(),
        at: now,
    };
    place.open()?.set_hours(&by_hand)?;
    println!("{}", shown(&by_hand, now));
    Ok(())
}

/// The end that was named; the error says how to name one.
fn until(time: &str, zone: Option<&Zone>, now: Wall) -> Result<Wall> {
    let Some(moment) = Moment::parse(time, zone).or_else(|| with_offset(time)) else {
        bail!(
            "`{time}` needs a clock: `--program DIR` for the schedule's own, `--zone Europe/Moscow`, or an offset, `2026-12-01T09:00+03:00`"
        );
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
pub fn set(place: &Place, schedule: &str, at: Wall) -> Option<ByHand> {
    if !place.is_there().ok()? {
        return None;
    }
    let known = place.open().ok()?.hours_by_hand().ok()?;
    let line = known.into_iter().find(|line| &*line.schedule == schedule)?;
    let holds = line.set.is_some_and(|set| at >= line.at && set.holds(at).is_some());
    holds.then_some(line)
}

/// A line with its end by the schedule's own clock.
pub fn told(line: &ByHand, zone: &Zone) -> String {
    let until =
        line.set.and_then(|set| set.until).map(|at| format!(" until {}", Moment::new(at, zone.clone())));
    let word = if line.set.is_some_and(|set| set.open) { "open" } else { "closed" };
    format!("{word}{}, by {}: {}", until.unwrap_or_default(), line.by, line.because)
}

/// Refuses a name that no schedule of the program has, and gives the clock of the one that has it.
fn known(program: Option<&Path>, name: &str) -> Result<Option<Zone>> {
    let Some(folder) = program else {
        eprintln!(
            "note: nobody checks that there is a schedule `{name}`; name its program: --program flows/office"
        );
        return Ok(None);
    };
    let (_, image) = load(folder)?;
    let Some(schedule) = image.schedules.iter().find(|schedule| &*schedule.name == name) else {
        let names: Vec<&str> = image.schedules.iter().map(|schedule| &*schedule.name).collect();
        bail!("{} has no schedule `{name}`; it has {}", folder.display(), names.join(", "))
    };
    if !schedule.shifts().is_empty() {
        bail!("`{name}` has shifts, which are neither open nor closed");
    }
    Ok((!schedule.any_zone).then(|| schedule.zone.clone()))
}
