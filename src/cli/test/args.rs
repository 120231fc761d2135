//! What `callwright test` is asked.

use clap::Args;
use std::path::PathBuf;

/// Runs scenarios: a line each, and for whatever fails its transcript, what differs, and the line of the script.
///
/// A path is a program's folder, with `scenarios/*.yaml`, `scenarios.yaml` and `*.scenario.yaml` in it; a folder of
/// programs; or a file of scenarios, whose program is the folder around it, else the one behind `flow:` in it.
///
/// Exit status: 0 if all passed, 1 if one failed or less is covered than `--min` wants, 2 if they could not be run.
#[derive(Args, Clone, Debug)]
pub struct TestArgs {
    /// Programs, folders of programs, files of scenarios.
    #[arg(default_value = ".", value_name = "PATHS")]
    pub paths: Vec<PathBuf>,
    /// Runs only the scenarios whose name holds this text; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub filter: Vec<String>,
    /// Plays every scenario again and again in a world that fails: each answer of the CRM, of backends, of those who are
    /// called and of the caller's media a fault, late, twice; each key lost, doubled, late by a timer's edge. Whatever
    /// fails, the contact ends, its outcomes are written once each, its journal replays, and no secret is out.
    #[arg(long, conflicts_with_all = ["coverage", "min", "junit", "journals", "transcript"])]
    pub faults: bool,
    /// Draws, for `--faults`, what fails together; the same seed fails the same.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How many runs of a scenario, for `--faults`, have several faults; before them each single fault has one.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub runs: u32,
    /// Prints the JSON Schema of scenarios, for editors; with a program's folder, one that knows its names.
    #[arg(long)]
    pub schema: bool,
    /// Fails a scenario that gives replies which nobody asks for.
    #[arg(long)]
    pub strict: bool,
    /// Runs again, without an end, what a changed file concerns.
    #[arg(long, conflicts_with_all = ["json", "schema"])]
    pub watch: bool,
    /// Ends behind the first scenario that fails.
    #[arg(long)]
    pub fail_fast: bool,
    /// Shows in transcripts by which exit each node was left.
    #[arg(long, short)]
    pub verbose: bool,
    /// Shows every transcript.
    #[arg(long)]
    pub transcript: bool,
    /// Tells which statements and exits of the programs no scenario has reached.
    #[arg(long)]
    pub coverage: bool,
    /// Fails where less than this part of a program's exits is taken, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min: Option<u8>,
    /// Writes one JSON document to standard output, and nothing else.
    #[arg(long)]
    pub json: bool,
    /// Writes a report in the JUnit format.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Writes the journal of every contact into this folder.
    #[arg(long, value_name = "DIR")]
    pub journals: Option<PathBuf>,
    /// How many scenarios run at once; as many as there are processors, if it is left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub jobs: Option<u8>,
}

impl TestArgs {
    /// How many threads run scenarios.
    pub fn threads(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.map_or_else(processors, usize::from).min(64)
    }

    /// Whether it is told what was reached.
    pub fn coverage(&self) -> bool {
        self.coverage || self.min.is_some()
    }

    /// Whether a scenario of this name runs.
    pub fn wants(&self, name: &str) -> bool {
        self.filter.is_empty() || self.filter.iter().any(|text| name.contains(text))
    }
}
