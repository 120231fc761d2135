//! `callwright hours`: shows the year of a schedule, explains a moment, and sets hours by hand.

mod by_hand;
mod picture;
mod year;

use super::load::load;
use crate::program::{Moment, Program, Schedule};
use crate::server::Clock;
use crate::time::Wall;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows when somebody is there, and why; opens and closes by hand.
///
/// With `--calendar` it prints the year of a schedule, day by day, holidays by their names, the days on which the clocks
/// change marked; `--svg` draws it. With `--at` it names the line that decides a moment, and those that do not. Without
/// either it says how all schedules of the program stand now.
#[derive(Args, Debug)]
#[command(subcommand_negates_reqs = true)]
pub struct HoursArgs {
    #[command(subcommand)]
    by_hand: Option<by_hand::Command>,
    /// The program's folder: `flows/bank`.
    #[arg(required = true)]
    program: Option<PathBuf>,
    /// The schedule; all of them where it is left out.
    name: Option<String>,
    /// Prints this year.
    #[arg(long, value_name = "YEAR", conflicts_with = "at")]
    calendar: Option<i16>,
    /// Draws the year as a picture into a file; this year, where no other is named.
    #[arg(long, value_name = "FILE", conflicts_with = "at")]
    svg: Option<PathBuf>,
    /// Explains a moment: `2026-12-31T10:00`, by the schedule's own clock unless it has an offset.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// By whose clock to read hours that are declared `in any zone`.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Folder with the database in which hours by hand are kept.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "callwright-data",
        env = "CALLWRIGHT_DATA",
        global = true
    )]
    data: PathBuf,
}

/// Runs the command.
pub fn run(args: HoursArgs) -> Result<ExitCode> {
    if let Some(command) = args.by_hand {
        return by_hand::run(command, &args.data, Clock::start().wall());
    }
    let Some(folder) = &args.program else { bail!("which program? `callwright hours flows/bank`") };
    let (_, image) = load(folder)?;
    let schedules = wanted(&image, args.name.as_deref(), args.zone.is_some())?;
    let schedules = schedules.into_iter().map(|schedule| read_in(schedule, args.zone.as_deref()));
    let schedules: Vec<Schedule> = schedules.collect::<Result<_>>()?;
    let now = Clock::start().wall();
    if let Some(file) = &args.svg {
        let [schedule] = schedules.as_slice() else { bail!("which schedule? one picture shows one") };
        let year = args.calendar.unwrap_or_else(|| schedule.zone.local(now).year());
        std::fs::write(file, picture::svg(schedule, year))
            .with_context(|| format!("{} cannot be written", file.display()))?;
        eprintln!("{}: {} in {year}", file.display(), schedule.name);
        return Ok(ExitCode::SUCCESS);
    }
    for schedule in &schedules {
        match args.calendar {
            Some(year) => print!("{}", year::text(schedule, year)),
            None => {
                let at = moment(schedule, args.at.as_deref(), now)?;
                print!("{}", explained(schedule, at, &args));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The schedule of that name, or all.
fn wanted<'p>(program: &'p Program, name: Option<&str>, zone: bool) -> Result<Vec<&'p Schedule>> {
    let Some(name) = name else {
        if program.schedules.is_empty() {
            bail!("{} declares no `hours` and no `shifts`", program.name);
        }
        // Hours in any zone say nothing before they are told whose clock is meant.
        return Ok(program.schedules.iter().filter(|schedule| zone || !schedule.any_zone).collect());
    };
    match program.schedules.iter().find(|schedule| &*schedule.name == name) {
        Some(schedule) => Ok(vec![schedule]),
        None => {
            let names: Vec<&str> = program.schedules.iter().map(|schedule| &*schedule.name).collect();
            bail!("{} has no schedule `{name}`; it has {}", program.name, names.join(", "))
        }
    }
}

/// The schedule by the clock that was asked for.
fn read_in(schedule: &Schedule, zone: Option<&str>) -> Result<Schedule> {
    let mut schedule = schedule.clone();
    match zone {
        Some(zone) if schedule.any_zone => schedule.zone = crate::program::Zone::new(zone)?,
        None if schedule.any_zone => {
            bail!("`{}` holds in any zone: say by whose clock, `--zone Europe/Moscow`", schedule.name)
        }
        Some(_) | None => {}
    }
    Ok(schedule)
}

fn moment(schedule: &Schedule, text: Option<&str>, now: Wall) -> Result<Wall> {
    let Some(text) = text else { return Ok(now) };
    match Moment::parse(text, Some(&schedule.zone)) {
        Some(moment) => Ok(moment.at),
        None => bail!("`{text}` is no moment: write `2026-12-31T10:00`, with an offset or without"),
    }
}

/// Why a schedule says what it says.
fn explained(schedule: &Schedule, at: Wall, args: &HoursArgs) -> String {
    let why = schedule.explain(&schedule.zone, at);
    let mut text = format!("{}: {} at {}\n", schedule.name, why.says, why.local);
    if let Some(told) = by_hand::told(&args.data, &schedule.name, at, &schedule.zone) {
        let _ = writeln!(text, "  by hand   {told}");
    }
    for verdict in &why.verdicts {
        let mark = if verdict.wins { "decides" } else { "       " };
        let name = if verdict.name.is_empty() { String::new() } else { format!("  ({})", verdict.name) };
        let _ =
            writeln!(text, "  {mark}   {:<8}{}: {}{name}", verdict.layer.word(), verdict.line, verdict.says);
    }
    if why.verdicts.is_empty() {
        let _ = writeln!(text, "  no line speaks about this day");
    }
    let _ = match why.next {
        Some(next) => writeln!(text, "  next change {}", Moment::new(next, schedule.zone.clone())),
        None => writeln!(text, "  it does not change within ten years"),
    };
    text
}
