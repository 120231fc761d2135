//! `callwright scenario from`: a scenario of a recorded contact.

use super::load::load;
use super::replay;
use super::test::COULD_NOT;
use crate::engine::Journal;
use crate::simulator::{Comparison, Recounting, ScenarioFile, recount, test};
use anyhow::{Context, anyhow};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Writes scenarios.
#[derive(Args, Debug)]
pub struct ScenarioArgs {
    #[command(subcommand)]
    command: ScenarioCommand,
}

#[derive(Subcommand, Debug)]
enum ScenarioCommand {
    From(FromArgs),
}

/// Makes a scenario of a recorded contact: the world that it met, what the caller did and heard, how it ended.
///
/// The digits of secrets are made up: the journal does not have them. The scenario is played before it is written; where it
/// does not do what the journal says, or cannot, that is said on standard error.
///
/// Exit status: 0 if the scenario does what the journal says, 1 if it differs, 2 if there is none.
#[derive(Args, Debug)]
pub struct FromArgs {
    /// The journal: a segment, a single file, or a folder as `DATA/journals`.
    #[arg(required = true)]
    pub journals: Vec<PathBuf>,
    /// Which contact, where there are several.
    #[arg(long, value_name = "ID")]
    pub contact: Option<String>,
    /// The program's folder; `flows/NAME` with the name that the journal has, if it is left out.
    #[arg(long, value_name = "DIR")]
    pub program: Option<PathBuf>,
    /// What the scenario is called.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// Replaces the numbers and names of people.
    #[arg(long)]
    pub anonymous: bool,
    /// Where it is written; standard output if it is left out.
    #[arg(long, short, value_name = "FILE.yaml")]
    pub out: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: ScenarioArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        ScenarioCommand::From(args) => from(&args),
    }
}

fn from(args: &FromArgs) -> anyhow::Result<ExitCode> {
    let journal: Journal = replay::one(&args.journals, args.contact.as_deref())?;
    let folder = args.program.clone().unwrap_or_else(|| Path::new("flows").join(&*journal.header.program));
    let (_, image) = load(&folder)?;
    let how = Recounting { name: args.name.clone(), anonymous: args.anonymous };
    let recounted = recount(&image, &journal, &how).map_err(|reason| anyhow!(reason))?;
    match &args.out {
        Some(path) => {
            std::fs::write(path, &recounted.yaml).with_context(|| path.display().to_string())?;
        }
        None => put!("{}", recounted.yaml),
    }
    recounted.limits.iter().for_each(|limit| eprintln!("not given: {limit}"));
    let passes = match ScenarioFile::read("the scenario", &recounted.yaml, &image) {
        Ok(file) => file.scenarios.iter().all(|scenario| test(&image, scenario).passed()),
        Err(mistakes) => {
            eprintln!("{mistakes}");
            return Ok(ExitCode::from(COULD_NOT));
        }
    };
    if !passes {
        eprintln!("`callwright test` does not pass it as it stands: it has to be finished by hand");
    }
    Ok(match recounted.differs {
        Comparison::Same if passes => ExitCode::SUCCESS,
        Comparison::Same => ExitCode::FAILURE,
        Comparison::Noticed(change) | Comparison::Unnoticed(change) => {
            eprintln!("the journal and the scenario differ: {}", change.kind);
            ExitCode::FAILURE
        }
    })
}
