//! `callwright replay`: runs journals through the engine again.

use super::load::load;
use super::test::COULD_NOT;
use crate::engine::Journal;
use crate::simulator::{Outcome, replay};
use anyhow::Context;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs journals of contacts, simulated or real, through the engine again: `same`, or the first difference.
///
/// Exit status: 0 if all are the same, 1 if one differs, 2 if one could not be replayed.
#[derive(Args, Debug)]
pub struct ReplayArgs {
    /// The journals.
    #[arg(required = true)]
    pub journals: Vec<PathBuf>,
    /// The program's folder; `flows/NAME` with the name that the journal has, if it is left out.
    #[arg(long, value_name = "DIR")]
    pub program: Option<PathBuf>,
}

/// How a journal fared; the worse is the greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Same,
    Different,
    NotReplayed,
}

/// Runs the command.
pub fn run(args: ReplayArgs) -> anyhow::Result<ExitCode> {
    let mut worst = Verdict::Same;
    for path in &args.journals {
        let verdict = match one(path, args.program.as_deref()) {
            Ok(verdict) => verdict,
            Err(error) => {
                eprintln!("{}: {error:#}", path.display());
                Verdict::NotReplayed
            }
        };
        worst = worst.max(verdict);
    }
    Ok(match worst {
        Verdict::Same => ExitCode::SUCCESS,
        Verdict::Different => ExitCode::FAILURE,
        Verdict::NotReplayed => ExitCode::from(COULD_NOT),
    })
}

fn one(path: &Path, program: Option<&Path>) -> anyhow::Result<Verdict> {
    let bytes = std::fs::read(path).context("it cannot be read")?;
    let journal = Journal::read(&String::from_utf8_lossy(&bytes))?;
    let dir = match program {
        Some(dir) => dir.to_owned(),
        None => Path::new("flows").join(&*journal.header.program),
    };
    let (_, image) = load(&dir)?;
    let shown = path.display();
    match replay(&image, &journal) {
        Outcome::Same { steps } => {
            say!("same       {shown} ({steps} steps)");
            Ok(Verdict::Same)
        }
        Outcome::Different(difference) => {
            say!("different  {shown}, line {}, at {} ms", difference.line, difference.at.0);
            say!("  the journal says:\n{}  the engine does:\n{}", difference.expected, difference.found);
            Ok(Verdict::Different)
        }
        Outcome::OtherVersion { journal, program, time_zones } => {
            say!("other version  {shown}\n  made with {journal}\n  this is   {program}");
            if let Some((journal, program)) = time_zones {
                println!(
                    "  time zones of {journal}, here of {program}: the same hours may lie at other moments"
                );
            }
            Ok(Verdict::NotReplayed)
        }
    }
}
