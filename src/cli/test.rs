//! `callwright test`: runs the scenarios beside a program in virtual time.

use super::load::load;
use crate::engine::Image;
use crate::simulator::{Scenario, ScenarioFile, TestRun, report, test};
use anyhow::Context;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Runs the scenarios beside a program: a line each, and the transcript of whatever fails.
///
/// Exit status: 0 if all passed, 1 if one failed, 2 if they could not be run.
#[derive(Args, Debug)]
pub struct TestArgs {
    /// The program's folder. Scenarios are `scenarios/*.yaml`, `scenarios.yaml` and `*.scenario.yaml` in it.
    pub program: PathBuf,
    /// Runs only the scenarios whose name holds this text.
    pub filter: Option<String>,
    /// Shows in transcripts by which exit each node was left.
    #[arg(long, short)]
    pub verbose: bool,
    /// Shows every transcript.
    #[arg(long)]
    pub transcript: bool,
    /// Writes the journal of every contact into this folder.
    #[arg(long, value_name = "DIR")]
    pub journals: Option<PathBuf>,
}

/// Exit status where scenarios could not be run.
pub(super) const COULD_NOT: u8 = 2;

/// Counts over all files.
#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
}

/// Runs the command.
pub fn run(args: TestArgs) -> anyhow::Result<ExitCode> {
    let (files, image) = load(&args.program)?;
    let paths = scenario_files(files.root())?;
    if paths.is_empty() {
        eprintln!("there are no scenarios in {}", args.program.display());
        return Ok(ExitCode::from(COULD_NOT));
    }
    let mut read = Vec::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        match ScenarioFile::read(&path.display().to_string(), &text, &image) {
            Ok(file) => read.push(file),
            Err(mistakes) => eprintln!("{mistakes}\n"),
        }
    }
    if read.len() < paths.len() {
        return Ok(ExitCode::from(COULD_NOT));
    }
    let mut counts = Counts::default();
    for file in &read {
        run_file(&args, &image, file, &mut counts)?;
    }
    say!("\n{} passed, {} failed", counts.passed, counts.failed);
    if counts.passed + counts.failed == 0 {
        eprintln!("no scenario has this in its name");
        return Ok(ExitCode::from(COULD_NOT));
    }
    Ok(if counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_file(
    args: &TestArgs,
    image: &Arc<Image>,
    file: &ScenarioFile,
    counts: &mut Counts,
) -> anyhow::Result<()> {
    let wanted = |scenario: &&Scenario| args.filter.as_ref().is_none_or(|text| scenario.name.contains(text));
    for scenario in file.scenarios.iter().filter(wanted) {
        let run = test(image, scenario);
        let place = format!("{}:{}", file.path, scenario.line);
        put!("{}", report(image, &file.path, &run, args.transcript, args.verbose));
        match run.passed() {
            true => counts.passed += 1,
            false => counts.failed += 1,
        }
        if let Some(dir) = &args.journals {
            write_journals(dir, &run).with_context(|| format!("the journals of {place}"))?;
        }
    }
    Ok(())
}

fn write_journals(dir: &Path, run: &TestRun) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)?;
    let plain = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = run.name.chars().map(plain).collect();
    run.contacts.iter().enumerate().try_for_each(|(index, contact)| {
        std::fs::write(dir.join(format!("{name}.{}.jsonl", index + 1)), contact.journal.write())
    })
}

/// The scenario files of a program's folder, in the order of their names.
fn scenario_files(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    if dir.join("scenarios").is_dir() {
        paths.extend(yaml_files(&dir.join("scenarios"), |_| true)?);
    }
    let beside = |name: &str| name == "scenarios.yaml" || name.ends_with(".scenario.yaml");
    paths.extend(yaml_files(dir, beside)?);
    Ok(paths)
}

fn yaml_files(dir: &Path, fits: impl Fn(&str) -> bool) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let yaml = name.ends_with(".yaml") || name.ends_with(".yml");
        if path.is_file() && yaml && fits(&name) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
