//! `callwright crm`: looks into the CRM, brings customers into it, and does what only a person may.
//!
//! It opens the database beside a running server; both may use it at once. Moments are shown in UTC.

mod attributes;
mod case;
mod erase;
mod later;
mod lists;
mod outbox;
mod passphrase;
mod people;
mod recording;
mod report;
mod segment;
mod show;
pub(super) mod table;
mod when;

use super::load::load;

use super::place::Place;
use crate::crm::{CALLER, CaseState, caller_key};
use crate::program::{Caller, Text, Vocabulary};
use crate::store::{Desk, Import, Listing, Page, Standing, Store};
use crate::time::Wall;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use lists::{cases, customers, interactions, row_of};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use table::{csv, table};

/// Looks into the CRM: customers, contacts, cases and what waits for delivery.
#[derive(Debug, Args)]
pub struct CrmArgs {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists customers, by id.
    Customers(ListArgs),
    /// Lists contacts, the latest first: who called, when, and what came of it.
    Interactions(ListArgs),
    /// Lists cases, the latest first: whose they are, what about, how long they have been open, and who has them.
    Cases(CasesArgs),
    /// Shows one customer, contact or case with all that is known of it. Who looked at a customer is written down.
    Show {
        /// A customer's id, a contact's id, or a case's number.
        id: String,
        /// Who looks.
        #[arg(long, value_name = "NAME", env = "USER")]
        by: Option<String>,
        /// Shows sensitive attributes too, which needs the data key; that it was asked is written down.
        #[arg(long, requires = "because")]
        sensitive: bool,
        /// Why, for whoever asks later.
        #[arg(long, value_name = "REASON")]
        because: Option<String>,
    },
    /// Finds customers by a number, an address, an account or whatever else they are looked up by, or a part of the name.
    Find {
        /// What is known: `+7 965 629-57-19`, `anna@example.com`, `4081712345`, `Anna`.
        words: String,
        /// Country whose national number forms are meant, two letters of ISO 3166.
        #[arg(long, value_name = "RU")]
        country: Option<String>,
        /// Who looks.
        #[arg(long, value_name = "NAME", env = "USER")]
        by: Option<String>,
    },
    Case(case::CaseArgs),
    /// Says that a customer is another: its id, numbers and things lead to the one that stands. Nothing is moved or lost.
    Merge(people::MergeArgs),
    /// Takes a merge back.
    Unmerge(people::UnmergeArgs),
    /// Prints everything that is kept of a person, as JSON. That it was done is written down.
    Export(people::ExportArgs),
    /// Takes away everything that says who a customer was, journals and recordings too; what happened is still counted.
    Erase(erase::EraseArgs),
    /// Says of contacts, cases and audits that are old no more who it was.
    Retain(people::RetainArgs),
    Recording(recording::RecordingArgs),
    /// Seals anew, with the first of the data keys, what others of them sealed; then those are needed no more.
    Rekey,
    /// Lists who looked at customers, or did something to their data, the latest first.
    Looks {
        /// Only at this customer.
        id: Option<String>,
        /// The most lines.
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    Attributes(attributes::AttributesArgs),
    /// Brings customers in from a CSV file; with a mistake anywhere in it, nothing is brought in.
    ///
    /// Columns, in any order: id, name (both required), phones (separated by `;`), language, pin, passphrase, object:KIND (keys
    /// of what the customer owns, separated by `;`: `object:account`); any other column is an attribute, of the type
    /// behind a colon if there is one: `contract_end:date`. A known id is updated. PINs and passphrases are hashed at once.
    Import {
        /// The file.
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// Country whose national number forms the file uses, two letters of ISO 3166.
        #[arg(long, value_name = "RU")]
        country: Option<String>,
        /// The program whose `crm` block says what the columns are: types of attributes, keys of objects, the country.
        #[arg(long, value_name = "DIR")]
        program: Option<PathBuf>,
    },
    Passphrase(passphrase::PassphraseArgs),
    /// Releases a customer, or a caller, who is locked out after wrong PINs or passphrases.
    Unlock {
        /// The customer's id, or the caller's number or address.
        id: String,
        /// Who does it.
        #[arg(long, value_name = "NAME", env = "USER")]
        by: Option<String>,
    },
    /// Lists what waits for delivery and what was given up; shows, resends and drops.
    Outbox(outbox::OutboxArgs),
    /// Lists what is to be done later, and what of it was given up and why.
    Later(later::LaterArgs),
    Report(report::ReportArgs),
    Segment(segment::SegmentArgs),
}

#[derive(Debug, Default, Args)]
struct ListArgs {
    /// The most lines.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Goes on behind this key, which the page before names at its end.
    #[arg(long, value_name = "KEY")]
    after: Option<String>,
    /// Only of this customer.
    #[arg(long, value_name = "ID")]
    of: Option<String>,
    /// Prints JSON, with moments in milliseconds since 1970.
    #[arg(long)]
    json: bool,
    /// Prints CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

#[derive(Debug, Default, Args)]
struct CasesArgs {
    #[command(flatten)]
    list: ListArgs,
    /// Only where they stand so: open, waiting, reopened, closed, or `unsettled` for all but closed.
    #[arg(long, value_parser = state)]
    state: Option<Standing>,
    /// Only of this owner.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only on this topic.
    #[arg(long)]
    topic: Option<String>,
    /// Only marked so.
    #[arg(long)]
    mark: Option<String>,
    /// Only where a promise was not kept in time.
    #[arg(long)]
    overdue: bool,
}

fn state(word: &str) -> Result<Standing, String> {
    let known = || CaseState::ALL.map(CaseState::word).join(", ");
    match word {
        "unsettled" => Ok(Standing::Unsettled),
        _ => CaseState::from_word(word)
            .map(Standing::In)
            .ok_or_else(|| format!("there are {}, unsettled", known())),
    }
}

/// The most customers that are found.
const FOUND: usize = 50;

/// Does what the arguments say.
pub fn run(args: CrmArgs) -> Result<()> {
    let now = Wall(jiff::Timestamp::now().as_millisecond());
    let told = match &args.command {
        Command::Recording(wanted) => recording::read(&*open(&args)?, &args.place.recorder()?, wanted, now)?,
        _ => answer(&args, now)?.into_bytes(),
    };
    match std::io::stdout().write_all(&told) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Brings a file's customers in and says what was done; all mistakes of the file are in the error.
pub fn import_file(
    store: &dyn Store,
    file: &Path,
    vocabulary: &Vocabulary,
    country: Option<&str>,
    now: Wall,
) -> Result<String> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let text = String::from_utf8(bytes).with_context(|| format!("`{}` is not UTF-8", file.display()))?;
    let import = match Import::read(&text, vocabulary, country) {
        Ok(import) => import,
        Err(errors) => {
            let lines: Vec<String> = errors.iter().map(|error| format!("  {error}")).collect();
            bail!("`{}` was not imported:\n{}", file.display(), lines.join("\n"))
        }
    };
    store.seal_attributes(&vocabulary.sensitive, now)?;
    let done = store.import(&import, now)?;
    let (added, updated, objects, pins) = (done.added, done.updated, done.objects, done.pins);
    let phrases = match done.passphrases {
        0 => String::new(),
        count => format!(", {count} passphrases"),
    };
    Ok(format!("{added} customers added, {updated} updated, {objects} objects, {pins} PINs{phrases}\n"))
}

fn answer(args: &CrmArgs, now: Wall) -> Result<String> {
    let opened = open(args)?;
    let (store, place) = (&*opened, &args.place);
    match &args.command {
        Command::Customers(list) => customers(store, list, now),
        Command::Interactions(list) => interactions(store, list),
        Command::Cases(args) => cases(store, args, now),
        Command::Show { id, by, sensitive, because } => {
            let looker =
                show::Looker { by: by.as_deref(), because: because.as_deref(), sensitive: *sensitive };
            show::show(store, id, &looker, now)
        }
        Command::Find { words, country, by } => {
            let found = store.seek(words, country.as_deref(), FOUND)?;
            for customer in &found {
                people::note_look(store, "find", &customer.id, by.as_deref(), now)?;
            }
            Ok(people::found(&found, |customer| row_of(customer)[..5].to_vec()))
        }
        Command::Case(args) => show::show_case(store, &case::run(store, args, now)?, now),
        Command::Merge(args) => people::merge(store, args, now),
        Command::Unmerge(args) => people::unmerge(store, args, now),
        Command::Export(args) => people::export(store, args, now),
        Command::Erase(args) => erase::erase(store, place, args, now),
        // Its bytes are no text: they are written as they are.
        Command::Recording(_) => Ok(String::new()),
        Command::Rekey => people::rekey(store),
        Command::Retain(args) => people::retain(store, args, now),
        Command::Looks { id, limit } => people::looks(store, id.as_deref(), *limit),
        Command::Attributes(args) => attributes::run(store, args),
        Command::Import { file, country, program } => {
            let image = program.as_deref().map(load).transpose()?.map(|(_, image)| image);
            let vocabulary =
                image.as_ref().map_or_else(Vocabulary::default, |image| image.vocabulary.clone());
            let country = country.as_deref().or(image.as_ref().and_then(|image| image.country.as_deref()));
            import_file(store, file, &vocabulary, country, now)
        }
        Command::Passphrase(args) => passphrase::run(store, args, now),
        Command::Unlock { id, by } => unlock(store, id, by.as_deref(), now),
        Command::Outbox(args) => outbox::run(store, args, now),
        Command::Segment(args) => segment::segment(store, args, now),
        Command::Later(args) => later::run(store, args),
        Command::Report(args) => report::report(store, &place.journals()?, args, now),
    }
}

/// Only an import makes a database.
fn open(args: &CrmArgs) -> Result<Arc<dyn Desk>> {
    match args.command {
        Command::Import { .. } => args.place.open(),
        _ => args.place.open_known(),
    }
}

impl ListArgs {
    fn page(&self) -> Page {
        Page { after: self.after.as_deref().map(Text::from), limit: self.limit }
    }

    /// A listing as JSON or as a table, with a last line that says how it goes on.
    fn print<T: Serialize>(
        &self,
        listing: &Listing<T>,
        heads: &[&str],
        row: impl FnMut(&T) -> Result<Vec<String>>,
    ) -> Result<String> {
        if self.json {
            return Ok(serde_json::to_string_pretty(listing)? + "\n");
        }
        let rows = listing.items.iter().map(row).collect::<Result<Vec<_>>>()?;
        if self.csv {
            return csv(heads, &rows);
        }
        let mut text = table(heads, &rows);
        if let Some(next) = &listing.next {
            writeln!(text, "more: --after {next}")?;
        }
        Ok(text)
    }
}

/// Whether it is written as a number or an address is, and no id.
fn is_place(id: &str) -> bool {
    !id.starts_with(CALLER) && (id.starts_with('+') || id.contains(['@', ':']))
}

fn unlock(store: &dyn Desk, id: &str, by: Option<&str>, now: Wall) -> Result<String> {
    let id = match caller_key(&Caller::parse(id, None)) {
        Some(caller) if is_place(id) && store.customer(id)?.is_none() => caller,
        Some(_) | None => store.standing(id)?,
    };
    if store.unlock(&id, now)? {
        people::note_look(store, "unlock", &id, by, now)?;
        return Ok(format!("{id} may try again\n"));
    }
    match store.customer(&id)? {
        Some(_) => Ok(format!("{id} was not locked out\n")),
        None if id.starts_with(CALLER) => Ok(format!("{id} was not locked out\n")),
        None => bail!("there is no customer `{id}`"),
    }
}
