//! Scenarios are told one after another; on a terminal a bar shows how far they are.

use super::args::TestArgs;
use super::load::Suite;
use super::play::{Job, Played};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// Tells of scenarios as they come.
pub struct Teller<'a> {
    heading: Heading<'a>,
    bar: ProgressBar,
    is_silent: bool,
}

impl<'a> Teller<'a> {
    /// Nothing is told yet.
    pub fn new(suites: &[Suite], jobs: &[Job<'a>], args: &TestArgs) -> Teller<'a> {
        Teller { heading: Heading::new(suites), bar: bar(jobs.len(), args), is_silent: args.json }
    }

    /// Tells of the next one.
    pub fn scenario(&mut self, job: &Job<'a>, played: &Played) {
        self.bar.inc(1);
        if !self.is_silent {
            let heading = self.heading.of(job);
            self.bar.suspend(|| put!("{heading}{}", played.text));
        }
    }

    /// All is told.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// The name of each file, above its scenarios, where there are several programs.
pub struct Heading<'a> {
    names_files: bool,
    file: Option<&'a str>,
}

impl<'a> Heading<'a> {
    /// Nothing is told yet.
    pub fn new(suites: &[Suite]) -> Heading<'a> {
        Heading { names_files: suites.len() > 1, file: None }
    }

    /// What stands above a scenario.
    pub fn of(&mut self, job: &Job<'a>) -> String {
        let before = self.file.replace(job.path);
        match before {
            _ if !self.names_files || before == Some(job.path) => String::new(),
            None => format!("{}\n", job.path),
            Some(_) => format!("\n{}\n", job.path),
        }
    }
}

/// How far so many scenarios are, on a terminal.
pub fn bar(count: usize, args: &TestArgs) -> ProgressBar {
    let shows = std::io::stderr().is_terminal() && !args.json;
    let target = if shows { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(count as u64), target);
    match ProgressStyle::with_template("{bar:40} {pos} of {len} scenarios") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// How many passed and failed; with `--fail-fast`, how many were left out.
pub fn sum(jobs: &[Job<'_>], results: &[Played]) {
    let failed = results.iter().filter(|played| !played.passed()).count();
    let left_out = match jobs.len() - results.len() {
        0 => String::new(),
        some => format!(", {some} not run"),
    };
    say!("\n{} passed, {failed} failed{left_out}", results.len() - failed);
}
