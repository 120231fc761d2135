//! `callwright explore`: walks every state that a program can reach, and shows a shortest call for what is wrong.

mod json;
mod lengths;
mod text;
mod write;

use super::disk::DiskFiles;
use super::load::{load, style};
use crate::explore::{Batch, Explorer, Part, Report, Search, Verdict, judge};
use crate::program::Program;
use crate::server::Clock;
use crate::source::Style;
use crate::time::Wall;
use anyhow::Result;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lengths::Measured;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Walks every state that a program can reach, and shows a shortest call for what is wrong.
///
/// Every exit of every verb is taken, every key pressed, every condition goes both ways. Told are contacts that end without
/// an outcome or with two, ends that nobody handles, loops and calls without end, and secrets where none may be.
/// docs/explore.md says what this proves and what it cannot.
///
/// Exit status: 0 if nothing was found and every state was looked at, 1 if something was found, 2 if the program does not
/// compile, 3 if nothing was found as far as was looked: `--max-states` was met.
#[derive(Args, Debug)]
pub struct ExploreArgs {
    /// The program's folder: `flows/bank`.
    pub program: PathBuf,
    /// The most states that are looked at; a state takes 100 to 500 bytes.
    #[arg(long, value_name = "N", default_value_t = 2_000_000)]
    pub max_states: usize,
    /// Writes what was found to standard output as one JSON document.
    #[arg(long)]
    pub json: bool,
    /// Writes each finding as a scenario that `callwright test` plays into this folder.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Writes a small set of scenarios that takes every exit at least once into this folder.
    #[arg(long, value_name = "DIR")]
    pub generate: Option<PathBuf>,
    /// Lists the lines that no way comes to.
    #[arg(long)]
    pub unreached: bool,
}

/// The exit status where nothing was found, and not every state was looked at.
const CUT_SHORT: u8 = 3;

/// Fewer states than these are expanded before a second thread has begun.
const WORTH_SHARING: usize = 400;

/// Runs the command.
pub fn run(args: &ExploreArgs) -> Result<ExitCode> {
    let (files, image) = load(&args.program)?;
    let now = Clock::start().wall();
    let mut report = report(&image, now, args.max_states);
    let verdicts = promises(&image, &files, now, args.max_states);
    report.findings.extend(verdicts.iter().filter_map(|verdict| verdict.broken.clone()));
    let told = write::findings(&image, files.root(), &report, args.out.as_deref())?;
    match args.json {
        true => {
            say!(
                "{:#}",
                json::document(
                    &args.program.to_string_lossy(),
                    &image,
                    files.root(),
                    &report,
                    &told,
                    &verdicts
                )
            );
        }
        false => {
            put!("{}", text::findings(&image, files.root(), &report, &told));
            if args.unreached {
                put!("{}", text::unreached(&image, files.root(), &report));
            }
            put!("{}", text::promises(&image, files.root(), &verdicts));
            say!("{}", text::summary(&image, &report));
        }
    }
    if let Some(folder) = &args.generate {
        let explorer = Explorer::new(&image, now);
        let search = explore(&explorer, args.max_states);
        eprintln!("{}", write::generate(&image, files.root(), &explorer, &search, folder)?);
    }
    let is_complete = report.is_complete && verdicts.iter().all(|verdict| verdict.is_complete);
    Ok(match (report.findings.is_empty(), is_complete) {
        (true, true) => ExitCode::SUCCESS,
        (false, _) => ExitCode::FAILURE,
        (true, false) => ExitCode::from(CUT_SHORT),
    })
}

/// What is found while hours turn whenever they like; if something is, which of it comes about while they stand still.
fn report(program: &Program, now: Wall, max_states: usize) -> Report {
    let explorer = Explorer::new(program, now);
    if !explorer.asks_the_clock() {
        return explore(&explorer, max_states).report();
    }
    let turning = explore(&Explorer::new(program, now).turning(), max_states).report();
    if turning.findings.is_empty() {
        return turning;
    }
    let mut report = explore(&explorer, max_states).report();
    report.add_turning(turning);
    report
}

/// Every promise of the program, with what became of it.
fn promises(program: &Program, files: &DiskFiles, now: Wall, max_states: usize) -> Vec<Verdict> {
    let measured = Measured::of(program, files);
    let share = |search: &mut Search| layer(search, threads());
    let one = |promise| measured.with(|lengths| judge(program, promise, now, max_states, lengths, share));
    (0..program.promises.len()).map(one).collect()
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The search, its layers shared out to the processor's cores.
fn explore<'e>(explorer: &'e Explorer, max_states: usize) -> Search<'e> {
    let mut search = explorer.search(max_states);
    let bar = progress();
    while !search.is_done() {
        let batches = layer(&mut search, threads());
        search.take(batches);
        bar.set_message(format!("{} states, {} wait", search.states(), search.waiting()));
    }
    bar.finish_and_clear();
    search
}

fn layer(search: &mut Search, threads: usize) -> Vec<Batch> {
    if search.round_len() < WORTH_SHARING || threads == 1 {
        return search.parts(1).into_iter().map(Part::expand).collect();
    }
    std::thread::scope(|scope| {
        let mut parts = search.parts(threads).into_iter();
        let own = parts.next();
        let running: Vec<_> = parts.map(|part| scope.spawn(move || part.expand())).collect();
        let mut batches: Vec<Batch> = own.map(Part::expand).into_iter().collect();
        let failed = |failure| resume_unwind(failure);
        batches.extend(running.into_iter().map(|batch| batch.join().unwrap_or_else(failed)));
        batches
    })
}

/// What a person at a terminal sees meanwhile; nothing in a file or a pipe.
fn progress() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if style() == Style::Plain {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let template = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
    bar.set_style(template.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
