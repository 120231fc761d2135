//! `callwright crm erase`: everything that says who a customer was goes, in the database and in the files beside it.

use super::Place;
use super::people::Reason;
use crate::server::forget_journals;
use crate::store::{Desk, Dossier};
use crate::time::Wall;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fmt::Write as _;

/// Takes away everything that says who a customer was.
#[derive(Debug, Args)]
pub(super) struct EraseArgs {
    /// The customer's id.
    id: String,
    #[command(flatten)]
    reason: Reason,
    /// There is no way back; without it, what would go is only told.
    #[arg(long)]
    yes: bool,
}

/// What went of the files beside the database.
#[derive(Default)]
struct Files {
    /// Contacts whose journals went.
    journals: usize,
    recordings: usize,
}

pub(super) fn erase(desk: &dyn Desk, place: &Place, args: &EraseArgs, at: Wall) -> Result<String> {
    let look = args.reason.look("erase", &args.id, at)?;
    let Some(dossier) = desk.dossier(&args.id)? else { bail!("there is no customer `{}`", args.id) };
    if !args.yes {
        let (contacts, cases, objects) = (dossier.contacts.len(), dossier.cases.len(), dossier.objects.len());
        return Ok(format!(
            "{} would be nobody: {contacts} contacts, {cases} cases, {objects} objects; say --yes\n",
            args.id
        ));
    }
    // The files first: as long as the database knows whose they are, what fails here can be said again.
    let files = forget(place, &dossier)?;
    let erased = desk.erase(&args.id, &look)?;
    let (contacts, cases, objects) = (erased.contacts.len(), erased.cases, erased.objects);
    let mut text =
        format!("{} is nobody now: {contacts} contacts, {cases} cases, {objects} objects\n", args.id);
    writeln!(
        text,
        "journals of {} contacts and {} recordings here are gone",
        files.journals, files.recordings
    )?;
    let last: Vec<&str> =
        dossier.contacts.iter().filter(|one| one.ending.is_none()).map(|one| &**one.id()).collect();
    if !last.is_empty() {
        writeln!(
            text,
            "these are not over; when they are, say it again for their files: {}",
            last.join(" ")
        )?;
    }
    Ok(text)
}

/// Takes a person's contacts out of the journals, and removes their recordings.
fn forget(place: &Place, dossier: &Dossier) -> Result<Files> {
    let contacts = dossier.over();
    let journals =
        forget_journals(&place.journals()?, &contacts).context("the journals cannot be changed")?;
    let recorder = place.recorder()?;
    let mut files = Files { journals: journals.len(), ..Files::default() };
    for contact in &contacts {
        let gone = recorder.forget(contact);
        files.recordings += gone.with_context(|| format!("the recordings of `{contact}` stay"))?;
    }
    Ok(files)
}
