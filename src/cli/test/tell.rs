//! Scenarios are told one after another; on a terminal a bar shows how far they are.

use super::args::TestArgs;
use super::load::Suite;
use super::play::{Job, Played};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// Tells of scenarios as they come.
pub struct Teller<'a> {
    /// Whether files are named: there are several programs.
    names_files: bool,
    file: Option<&'a str>,
    bar: ProgressBar,
    is_silent: bool,
}

impl<'a> Teller<'a> {
    /// Nothing is told yet.
    pub fn new(suites: &[Suite], jobs: &[Job<'a>], args: &TestArgs) -> Teller<'a> {
        let shows = std::io::stderr().is_terminal() && !args.json;
        let target = if shows { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(jobs.len() as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} scenarios") {
            bar.set_style(style);
        }
        Teller { names_files: suites.len() > 1, file: None, bar, is_silent: args.json }
    }

    /// Tells of the next one.
    pub fn scenario(&mut self, job: &Job<'a>, played: &Played) {
        self.bar.inc(1);
        if self.is_silent {
            return;
        }
        let heading = self.names_files && self.file != Some(job.path);
        let first = self.file.is_none();
        self.file = Some(job.path);
        self.bar.suspend(|| {
            if heading {
                put!("{}{}\n", if first { "" } else { "\n" }, job.path);
            }
            put!("{}", played.text);
        });
    }

    /// All is told.
    pub fn end(&self) {
        self.bar.finish_and_clear();
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
