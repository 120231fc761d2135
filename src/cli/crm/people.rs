//! `callwright crm`: what only a person may do with people's data, each written down with who did it.

use super::table::{moment, table};
use crate::crm::{Customer, Merge};
use crate::program::Text;
use crate::simulator::length;
use crate::store::{Desk, Kept, Look, Sensitive};
use crate::time::Wall;
use anyhow::{Result, bail};
use clap::Args;
use std::fmt::Write as _;

/// Who does it, and why.
#[derive(Debug, Args)]
pub(super) struct Reason {
    /// Who does it.
    #[arg(long, value_name = "NAME", env = "USER")]
    by: Option<String>,
    /// Why, for whoever asks later.
    #[arg(long, value_name = "REASON")]
    because: String,
}

/// Says that a customer is another.
#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// Who is no customer of its own.
    from: String,
    /// Who stands.
    into: String,
    #[command(flatten)]
    reason: Reason,
}

/// Takes a merge back.
#[derive(Debug, Args)]
pub(super) struct UnmergeArgs {
    /// Who is a customer of its own after all.
    from: String,
    #[command(flatten)]
    reason: Reason,
}

/// Prints everything that is kept of a person, as JSON.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The customer's id.
    id: String,
    #[command(flatten)]
    reason: Reason,
    /// With sensitive attributes, which are dots otherwise; needs the data key.
    #[arg(long)]
    with_sensitive: bool,
}

/// Says of what is older no more who it was.
#[derive(Debug, Args)]
pub(super) struct RetainArgs {
    /// Contacts that are over are kept for so long, `400d`.
    #[arg(long, value_name = "LENGTH")]
    contacts: Option<String>,
    /// Cases that are closed.
    #[arg(long, value_name = "LENGTH")]
    cases: Option<String>,
    /// The audit of PINs, and who looked.
    #[arg(long, value_name = "LENGTH")]
    audit: Option<String>,
    /// There is no way back; without it, what would go is only counted.
    #[arg(long)]
    yes: bool,
    /// Who does it.
    #[arg(long, value_name = "NAME", env = "USER")]
    by: Option<String>,
}

impl Reason {
    pub(super) fn look(&self, what: &str, customer: &str, at: Wall) -> Result<Look> {
        let by = name(self.by.as_deref())?;
        if self.because.trim().is_empty() {
            bail!("this needs a reason, for whoever asks later")
        }
        Ok(Look { at, by, what: what.into(), customer: customer.into(), because: self.because.trim().into() })
    }
}

/// A name; whoever has none is asked for one.
pub(super) fn name(by: Option<&str>) -> Result<Text> {
    match by.map(str::trim).filter(|by| !by.is_empty()) {
        Some(by) => Ok(by.into()),
        None => bail!("nobody says who does it; name yourself with --by"),
    }
}

/// Writes down that somebody saw a customer.
pub(super) fn note_look(
    desk: &dyn Desk,
    what: &str,
    customer: &str,
    by: Option<&str>,
    at: Wall,
) -> Result<()> {
    let by = by.map(str::trim).filter(|by| !by.is_empty()).unwrap_or("unknown");
    let (what, customer, by) = (what.into(), customer.into(), by.into());
    Ok(desk.looked(&Look { at, by, what, customer, because: "".into() })?)
}

pub(super) fn merge(desk: &dyn Desk, args: &MergeArgs, at: Wall) -> Result<String> {
    let look = args.reason.look("merge", &args.from, at)?;
    let (from, into) = (Text::from(&*args.from), Text::from(&*args.into));
    desk.merge(&Merge { from, into: Some(into), by: look.by, because: look.because, at })?;
    let standing = desk.standing(&args.from)?;
    Ok(format!("{} leads to {standing}; take it back with `crm unmerge {}`\n", args.from, args.from))
}

pub(super) fn unmerge(desk: &dyn Desk, args: &UnmergeArgs, at: Wall) -> Result<String> {
    let look = args.reason.look("unmerge", &args.from, at)?;
    let from = Text::from(&*args.from);
    desk.merge(&Merge { from, into: None, by: look.by, because: look.because, at })?;
    Ok(format!("{} is a customer of its own\n", args.from))
}

pub(super) fn export(desk: &dyn Desk, args: &ExportArgs, at: Wall) -> Result<String> {
    let what = if args.with_sensitive { "export with sensitive" } else { "export" };
    let look = args.reason.look(what, &args.id, at)?;
    let Some(mut dossier) = desk.dossier(&args.id)? else { bail!("there is no customer `{}`", args.id) };
    if args.with_sensitive {
        dossier.sensitive = opened(desk, &args.id)?;
    }
    desk.looked(&look)?;
    Ok(serde_json::to_string_pretty(&dossier)? + "\n")
}

/// A customer's sensitive attributes, all of them open.
pub(super) fn opened(desk: &dyn Desk, customer: &str) -> Result<Vec<Sensitive>> {
    let all = desk.sensitive(customer, true)?;
    if let Some(closed) = all.iter().find(|sensitive| sensitive.value.is_none()) {
        bail!(
            "`{}` does not open: name the data key by `data_key_from` in the settings, and those by --config",
            closed.field
        )
    }
    Ok(all)
}

/// Seals anew until nothing is left.
pub(super) fn rekey(desk: &dyn Desk) -> Result<String> {
    let mut count = 0;
    loop {
        match desk.rekey()? {
            0 => {
                return Ok(format!(
                    "{count} values sealed anew; no other key is needed for the database any more\n"
                ));
            }
            more => count += more,
        }
    }
}

pub(super) fn retain(desk: &dyn Desk, args: &RetainArgs, at: Wall) -> Result<String> {
    let kinds = [(&args.contacts, Kept::Contacts), (&args.cases, Kept::Cases), (&args.audit, Kept::Audit)];
    let mut text = String::new();
    for (kept, kind) in kinds {
        let Some(kept) = kept else { continue };
        let Some(length) = length(kept) else { bail!("`{kept}` is no length; `400d` is one") };
        let before = Wall(at.0.saturating_sub_unsigned(length.0));
        let count = match args.yes {
            false => desk.count_older(kind, before)?,
            true => forget(desk, kind, (before, kept), args.by.as_deref(), at)?,
        };
        writeln!(text, "{:<9} {count} before {}", kind.word(), moment(before))?;
    }
    match (text.is_empty(), args.yes) {
        (true, _) => bail!("say what is kept for how long: --contacts 400d, --cases 1100d, --audit 400d"),
        (false, true) => {}
        (false, false) => text += "say --yes to let them go\n",
    }
    Ok(text)
}

/// Forgets all of a kind that is older, a little at a time, as a running server does.
fn forget(
    desk: &dyn Desk,
    kind: Kept,
    (before, length): (Wall, &str),
    by: Option<&str>,
    at: Wall,
) -> Result<u64> {
    let by = by.map(str::trim).filter(|by| !by.is_empty()).unwrap_or("unknown").into();
    let (what, because) = (format!("retain {}", kind.word()).into(), format!("older than {length}").into());
    let look = Look { at, by, what, customer: "".into(), because };
    let mut count = 0;
    loop {
        match desk.forget(kind, before, &look)? {
            0 => return Ok(count),
            more => count += more,
        }
    }
}

pub(super) fn looks(desk: &dyn Desk, customer: Option<&str>, limit: usize) -> Result<String> {
    let row = |look: &Look| {
        let words = [&look.by, &look.what, &look.customer, &look.because].map(ToString::to_string);
        [vec![moment(look.at)], words.to_vec()].concat()
    };
    let rows: Vec<Vec<String>> = desk.looks(customer, limit)?.iter().map(row).collect();
    Ok(table(&["WHEN", "WHO", "DID", "CUSTOMER", "WHY"], &rows))
}

/// Customers that fit, and where there are none, that.
pub(super) fn found(customers: &[Customer], row: impl Fn(&Customer) -> Vec<String>) -> String {
    let rows: Vec<Vec<String>> = customers.iter().map(row).collect();
    match rows.is_empty() {
        true => "nobody\n".to_owned(),
        false => table(&["ID", "NAME", "PHONES", "ADDRESSES", "ATTRIBUTES"], &rows),
    }
}
