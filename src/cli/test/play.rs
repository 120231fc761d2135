//! One scenario, played on whatever thread there is.

use super::args::TestArgs;
use super::load::Suite;
use crate::simulator::{ContactRun, Coverage, Mismatch, Report, Scenario, TestRun, Unasked, test};
use anyhow::{Context, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// A scenario that is to be played.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The program's position among the suites.
    pub suite: usize,
    pub of: &'a Suite,
    /// The path of its file.
    pub path: &'a str,
    pub scenario: &'a Scenario,
}

/// What has become of it.
#[derive(Debug)]
pub struct Played {
    /// What was not as expected, with the number of the contact, counted from one.
    pub failures: Vec<(usize, Mismatch)>,
    /// How it is told to a person.
    pub text: String,
    pub coverage: Coverage,
    /// How long it took, in real time.
    pub took: Duration,
    /// Replies that nobody asked for, where that is a failure.
    pub unasked: Vec<Unasked>,
    /// Why it could not go on: a mistake of this program, not of the scenario.
    pub panic: Option<String>,
}

impl Played {
    /// Whether all was as expected.
    pub fn passed(&self) -> bool {
        self.failures.is_empty() && self.unasked.is_empty() && self.panic.is_none()
    }
}

/// All scenarios that are wanted, in order.
pub fn jobs<'a>(suites: &'a [Suite], args: &TestArgs) -> Vec<Job<'a>> {
    let files = suites
        .iter()
        .enumerate()
        .flat_map(|(index, suite)| suite.files.iter().map(move |file| (index, suite, file)));
    let all = files.flat_map(|(suite, of, file)| {
        file.scenarios.iter().map(move |scenario| Job { suite, of, path: &file.path, scenario })
    });
    all.filter(|job| args.wants(&job.scenario.name)).collect()
}

/// Plays a scenario.
///
/// # Errors
/// Where its journals cannot be written.
pub fn one(job: &Job<'_>, args: &TestArgs) -> Result<Played> {
    let began = Instant::now();
    let run = match catch_unwind(AssertUnwindSafe(|| test(&job.of.image, job.scenario))) {
        Ok(run) => run,
        Err(panic) => return Ok(broken(job, panic.as_ref(), began.elapsed())),
    };
    let took = began.elapsed();
    let report = Report {
        program: &job.of.image,
        folder: &job.of.folder,
        transcripts: args.transcript,
        verbose: args.verbose,
    };
    let mut coverage = Coverage::default();
    if args.coverage() {
        coverage.add(&job.of.image, &run);
    }
    if let Some(folder) = &args.journals {
        let place = || format!("the journals of {}:{}", job.path, job.scenario.line);
        write_journals(folder, &run).with_context(place)?;
    }
    let mut text = report.scenario(job.path, &run);
    let unasked = if args.strict { run.unasked } else { Vec::new() };
    if run.failures.is_empty() && !unasked.is_empty() {
        text = text.replacen("ok    ", "FAILED", 1);
    }
    Ok(Played { failures: run.failures, text, coverage, took, unasked, panic: None })
}

/// What a panic says.
pub fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it says nothing".into())
}

fn broken(job: &Job<'_>, panic: &(dyn std::any::Any + Send), took: Duration) -> Played {
    let words = words(panic);
    let name = &job.scenario.name;
    let place = format!("{}:{}", job.path, job.scenario.line);
    let text =
        format!("FAILED {name}\n    callwright itself broke down: {words}\n                 at {place}\n\n");
    Played {
        failures: Vec::new(),
        text,
        coverage: Coverage::default(),
        took,
        unasked: Vec::new(),
        panic: Some(words),
    }
}

fn write_journals(folder: &Path, run: &TestRun) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let plain = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = run.name.chars().map(plain).collect();
    let write = |number: String, contact: &ContactRun| {
        std::fs::write(folder.join(format!("{name}.{number}.jsonl")), contact.journal.write())
    };
    for (index, contact) in run.contacts.iter().enumerate() {
        write(format!("{}", index + 1), contact)?;
        for (later, task) in contact.afterwards.iter().enumerate() {
            write(format!("{}.{}", index + 1, later + 1), task)?;
        }
    }
    Ok(())
}
