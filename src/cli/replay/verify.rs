//! Journals against the program that they were made with: the engine does the same, step by step.

use super::{ReplayArgs, journals};
use crate::cli::load::load;
use crate::cli::test::COULD_NOT;
use crate::engine::{Image, Journal};
use crate::server::JournalText;
use crate::simulator::{Outcome, replay};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// How a journal fared; the worse is the greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Same,
    Different,
    NotReplayed,
}

/// The programs that journals name, each loaded once; an error as the sentence that it is.
struct Programs<'a> {
    folder: Option<&'a Path>,
    loaded: BTreeMap<PathBuf, Result<Arc<Image>, String>>,
}

/// Runs the command. Of a folder only what is not the same is printed, and a count.
pub(super) fn run(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let mut programs = Programs { folder: args.program.as_deref(), loaded: BTreeMap::new() };
    let is_single = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "jsonl");
    let shows_all = args.contact.is_some() || args.journals.iter().all(is_single);
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for found in journals(&args.journals, args.contact.as_deref())? {
        let found = found?;
        let verdict = one(&mut programs, &found, shows_all).unwrap_or_else(|reason| {
            eprintln!("{}: {reason}", found.contact);
            Verdict::NotReplayed
        });
        *counts.entry(verdict).or_default() += 1;
    }
    if !shows_all {
        let count = |verdict| counts.get(&verdict).copied().unwrap_or(0);
        let (same, different) = (count(Verdict::Same), count(Verdict::Different));
        say!("{same} same, {different} different, {} not replayed", count(Verdict::NotReplayed));
    }
    Ok(match counts.keys().next_back() {
        Some(Verdict::Same) => ExitCode::SUCCESS,
        Some(Verdict::Different) => ExitCode::FAILURE,
        Some(Verdict::NotReplayed) => ExitCode::from(COULD_NOT),
        None => {
            eprintln!("there are no journals");
            ExitCode::from(COULD_NOT)
        }
    })
}

impl Programs<'_> {
    fn get(&mut self, name: &str) -> Result<Arc<Image>, String> {
        let folder = self.folder.map_or_else(|| Path::new("flows").join(name), Path::to_owned);
        let loaded = self.loaded.entry(folder);
        let loaded = loaded.or_insert_with_key(|folder| match load(folder) {
            Ok((_, image)) => Ok(image),
            Err(error) => Err(format!("{error:#}")),
        });
        loaded.clone()
    }
}

fn one(programs: &mut Programs, found: &JournalText, shows_all: bool) -> Result<Verdict, String> {
    let journal = Journal::read(&found.text).map_err(|error| error.to_string())?;
    let image = programs.get(&journal.header.program)?;
    let shown = &found.contact;
    match replay(&image, &journal) {
        Outcome::Same { steps } => {
            if shows_all {
                say!("same       {shown} ({steps} steps)");
            }
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
                say!("  time zones of {journal}, here of {program}: the same hours may lie at other moments");
            }
            Ok(Verdict::NotReplayed)
        }
    }
}
