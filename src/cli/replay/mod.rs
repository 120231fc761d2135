//! `callwright replay`: runs journals through the engine again.

mod against;
mod verify;

use crate::engine::Journal;
use crate::server::{JournalReader, JournalText, find_journal};
use anyhow::{Context, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs journals of contacts, simulated or real, through the engine again: on their own program, or on another one.
///
/// Without `--against` every step must be as the journal says: `same`, or the first difference. With it, the callers' keys and all
/// answers are played to the other program, and contacts are grouped by what their callers would have noticed first.
///
/// Exit status: 0 if all are the same, 1 if one differs (with `--against`: if a caller would have noticed), 2 if one could not
/// be replayed.
#[derive(Args, Debug)]
pub struct ReplayArgs {
    /// The journals: segments, single files, or folders of them as `DATA/journals`.
    #[arg(required = true)]
    pub journals: Vec<PathBuf>,
    /// The folder of the program that the journals were made with; `flows/NAME` with the name that they have, if it is left
    /// out.
    #[arg(long, value_name = "DIR")]
    pub program: Option<PathBuf>,
    /// Only this contact.
    #[arg(long, value_name = "ID")]
    pub contact: Option<String>,
    #[command(flatten)]
    more: against::AgainstArgs,
}

/// Runs the command.
pub fn run(args: ReplayArgs) -> anyhow::Result<ExitCode> {
    match &args.more.against {
        Some(dir) => against::run(&args, dir),
        None => verify::run(&args),
    }
}

/// The bytes of all of them.
fn size(paths: &[PathBuf]) -> anyhow::Result<u64> {
    Ok(JournalReader::open(paths)?.size())
}

/// The journals that are asked for, one after another.
fn journals(
    paths: &[PathBuf],
    contact: Option<&str>,
) -> anyhow::Result<Box<dyn Iterator<Item = std::io::Result<JournalText>>>> {
    if let Some(missing) = paths.iter().find(|path| !path.exists()) {
        bail!("there is no `{}`", missing.display());
    }
    let Some(contact) = contact else { return Ok(Box::new(JournalReader::open(paths)?)) };
    let text = find_journal(paths, contact).context("the journals cannot be read")?;
    let text = text.with_context(|| format!("contact `{contact}` is not in these journals"))?;
    let found = JournalText { contact: contact.to_owned(), text, is_closed: true };
    Ok(Box::new(std::iter::once(Ok(found))))
}

/// One contact's journal out of files and folders: the one that is named, or the only one that is there.
pub(super) fn one(paths: &[PathBuf], contact: Option<&str>) -> anyhow::Result<Journal> {
    let mut found = journals(paths, contact)?;
    let first = found.next().context("there is no journal in there")??;
    if contact.is_none()
        && let Some(second) = found.next()
    {
        bail!("there are several contacts: choose one by `--contact {}`, or another id", second?.contact);
    }
    Ok(Journal::read(&first.text)?)
}
