//! `callwright hours`: shows the year of a schedule, explains a moment, and sets hours by hand.

mod by_hand;
mod picture;
mod year;

use super::load::load;
use super::place::Place;
use crate::crm::ByHand;
use crate::program::{Moment, Override, Program, Schedule};
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
    /// Explains a moment: `2026-12-31T10:00`, by the schedule's own clock unless it has an offset. With `-` the moments are
    /// read from standard input, one a line, and each has its line: moment, schedule, what it says, when that changes.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// By whose clock to read hours that are declared `in any zone`.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub fn run(args: HoursArgs) -> Result<ExitCode> {
    if let Some(command) = args.by_hand {
        return by_hand::run(command, &args.place, Clock::start().wall());
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
    if args.at.as_deref() == Some("-") {
        return table(&schedules, now, &args);
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

/// A line for each moment of standard input and each schedule: the moment, the name, what it says, when that changes.
fn table(schedules: &[Schedule], now: Wall, args: &HoursArgs) -> Result<ExitCode> {
    for line in std::io::stdin().lines() {
        let line = line?;
        for schedule in schedules.iter().filter(|_| !line.trim().is_empty()) {
            let at = moment(schedule, Some(line.trim()), now)?;
            let (says, next, _) = standing(schedule, at, args);
            let next =
                next.map_or("-".to_owned(), |next| Moment::new(next, schedule.zone.clone()).to_string());
            say!("{}\t{}\t{says}\t{next}", Moment::new(at, schedule.zone.clone()), schedule.name);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a schedule says at a moment, when that changes, and what a person has set.
fn standing(schedule: &Schedule, at: Wall, args: &HoursArgs) -> (String, Option<Wall>, Option<ByHand>) {
    let by_hand = by_hand::set(&args.place, &schedule.name, at);
    match by_hand.as_ref().and_then(|line| line.set) {
        Some(set) => {
            let says = if set.open { "open" } else { "closed" };
            let next = schedule.next_turn(&schedule.zone, at, !set.open, Some(set));
            (says.to_owned(), next, by_hand)
        }
        None => {
            let says = schedule.shift_name(schedule.shift_in(&schedule.zone, at)).to_owned();
            (says, schedule.next_change_in(&schedule.zone, at), None)
        }
    }
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
    let (says, next, by_hand) = standing(schedule, at, args);
    let set = by_hand.as_ref().and_then(|line| line.set);
    let mut text = format!("{}: {says} at {}\n", schedule.name, why.local);
    if let Some(line) = &by_hand {
        let _ = writeln!(text, "  decides   by hand {}", by_hand::told(line, &schedule.zone));
    }
    for verdict in &why.verdicts {
        let mark = if verdict.wins && set.is_none() { "decides" } else { "       " };
        let name = if verdict.name.is_empty() { String::new() } else { format!("  ({})", verdict.name) };
        let _ =
            writeln!(text, "  {mark}   {:<8}{}: {}{name}", verdict.layer.word(), verdict.line, verdict.says);
    }
    if why.verdicts.is_empty() {
        let _ = writeln!(text, "  no line speaks about this day");
    }
    let _ = match (next, set) {
        (Some(next), _) => writeln!(text, "  next change {}", Moment::new(next, schedule.zone.clone())),
        (None, Some(Override { until: None, .. })) => {
            writeln!(text, "  it does not change before somebody clears it")
        }
        (None, _) => writeln!(text, "  it does not change within ten years"),
    };
    text
}
