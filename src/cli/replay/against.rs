//! Recorded contacts on another program: who would have noticed, grouped by what differs first.

mod answers;
mod print;
mod tally;

use super::ReplayArgs;
use crate::cli::load::{compile, load};
use crate::cli::test::COULD_NOT;
use crate::engine::{Image, Journal};
use crate::server::JournalText;
use crate::simulator::{Assumed, compare, rerun};
use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use tally::Tally;

/// What `--against` takes beside it.
#[derive(Args, Debug)]
pub struct AgainstArgs {
    /// Runs every contact on this program instead, and groups those whose callers would have noticed by what differs first.
    #[arg(long, value_name = "DIR")]
    pub against: Option<PathBuf>,
    /// Shows the first contact of the N largest groups, old and new side by side.
    #[arg(long, value_name = "N", requires = "against", default_value_t = 0)]
    pub show: usize,
    /// Shows the first contact of this group, side by side; groups are named in the list.
    #[arg(long, value_name = "GROUP", requires = "against")]
    pub open: Option<String>,
    /// What a backend replies where a journal lacks it: `bank.balance=not_found`, `=failed`, `=ok` where it has no fields.
    #[arg(long, value_name = "BACKEND.OPERATION=REPLY", requires = "against")]
    pub assume: Vec<String>,
    /// What the world answers where a journal lacks it, as behind `given` in a scenario.
    #[arg(long, value_name = "FILE.yaml", requires = "against")]
    pub given: Option<PathBuf>,
    /// Writes what was found as JSON.
    #[arg(long, requires = "against")]
    pub json: bool,
    /// How many contacts run at a time; as many as there are cores, if it is left out.
    #[arg(long, value_name = "N", requires = "against")]
    pub jobs: Option<usize>,
}

/// Contacts that are handed on in one go.
const BATCH: usize = 64;
/// Batches that wait for each job.
const WAITING: usize = 4;

type Batch = Vec<(usize, JournalText)>;

/// What every job needs.
struct Bench {
    old: Option<Arc<Image>>,
    new: Arc<Image>,
    assumed: Assumed,
}

/// Runs the command.
pub(super) fn run(args: &ReplayArgs, dir: &Path) -> anyhow::Result<ExitCode> {
    let (_, new) = load(dir)?;
    let more = &args.more;
    let assumed = answers::assumed(&new, &more.assume, more.given.as_deref())?;
    let old = old_program(args, &new);
    let bench = Bench { old, new, assumed };
    let jobs = more.jobs.unwrap_or_else(cores).max(1);
    let tally = run_all(args, &bench, jobs)?;
    match more.json {
        true => say!("{}", tally.json()),
        false => print::print(&tally, &bench, more),
    }
    if let Some(group) = &more.open
        && !tally.has(group)
    {
        eprintln!("there is no group `{group}`");
        return Ok(ExitCode::from(COULD_NOT));
    }
    Ok(match (tally.noticed(), tally.could_not()) {
        (_, true) => ExitCode::from(COULD_NOT),
        (0, false) => ExitCode::SUCCESS,
        (_, false) => ExitCode::FAILURE,
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The program that the journals were made with, so that its lines can be named; without it they are not.
fn old_program(args: &ReplayArgs, new: &Image) -> Option<Arc<Image>> {
    let folder = args.program.clone().unwrap_or_else(|| Path::new("flows").join(&*new.name));
    if args.program.is_none() && !folder.is_dir() {
        return None;
    }
    let (_, compiled) = compile(&folder).ok()?;
    compiled.program.and_then(|program| Image::new(program).ok())
}

fn run_all(args: &ReplayArgs, bench: &Bench, jobs: usize) -> anyhow::Result<Tally> {
    let size = super::size(&args.journals)?;
    let bar = progress(size);
    let (sender, receiver) = sync_channel::<Batch>(jobs * WAITING);
    let receiver = Mutex::new(receiver);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(|| work(bench, &receiver))).collect();
        let read = hand_out(args, sender, &bar);
        let mut tally = Tally::default();
        for worker in workers {
            tally.add(worker.join().map_err(|_| anyhow::anyhow!("a job has failed"))?);
        }
        bar.finish_and_clear();
        read.map(|()| tally)
    })
}

fn progress(size: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta} {msg}");
    ProgressBar::new(size).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn hand_out(args: &ReplayArgs, sender: SyncSender<Batch>, bar: &ProgressBar) -> anyhow::Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    for (number, found) in super::journals(&args.journals, args.contact.as_deref())?.enumerate() {
        let found = found.context("the journals cannot be read")?;
        bar.inc(found.text.len() as u64);
        batch.push((number, found));
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            sender.send(full).ok().context("a job has failed")?;
        }
    }
    sender.send(batch).ok().context("a job has failed")
}

fn work(bench: &Bench, receiver: &Mutex<Receiver<Batch>>) -> Tally {
    let mut tally = Tally::default();
    loop {
        // Whoever panicked while holding it has left it as it was.
        let received = receiver.lock().unwrap_or_else(std::sync::PoisonError::into_inner).recv();
        let Ok(batch) = received else { return tally };
        for (number, found) in batch {
            one(bench, number, found, &mut tally);
        }
    }
}

fn one(bench: &Bench, number: usize, found: JournalText, tally: &mut Tally) {
    let journal = match Journal::read(&found.text) {
        Ok(journal) => journal,
        Err(error) => return tally.unreadable(number, &found.contact, &error.to_string()),
    };
    // A file of its own that was cut off is closed, and its contact not over.
    if !is_over(&journal) {
        return tally.unfinished();
    }
    let again = rerun(&bench.new, &journal, &bench.assumed);
    let old = bench.old.as_ref().filter(|old| old.is_version(&journal.header.version));
    let compared = compare(old, &journal, &bench.new, &again.journal);
    tally.take(number, found, compared, again.lacks);
}

fn is_over(journal: &Journal) -> bool {
    journal.entries.iter().any(|entry| entry.actions.contains(&crate::engine::Action::Ended))
}
