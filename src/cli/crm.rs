//! `callwright crm`: looks into the CRM, brings customers into it, and does what only a person may.
//!
//! It opens the database beside a running server; both may use it at once. Moments are shown in UTC.

use super::load::load;
use super::place::Place;
use crate::crm::outbox::State;
use crate::crm::{Case, CaseState, Change, Customer, Interaction};
use crate::program::{Caller, Text, Vocabulary};
use crate::store::{Import, Listing, Page, Parcel, Store};
use crate::time::{DurationMs, Wall};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    /// Lists cases, the latest first: whose they are, what about, and how long they have been open.
    Cases(ListArgs),
    /// Shows one customer, contact or case with all that is known of it.
    Show {
        /// A customer's id, a contact's id, or a case's number.
        id: String,
    },
    /// Brings customers in from a CSV file; with a mistake anywhere in it, nothing is brought in.
    ///
    /// Columns, in any order: id, name (both required), phones (separated by `;`), language, pin, object:KIND (keys of
    /// what the customer owns, separated by `;`: `object:account`); any other column is an attribute, of the type behind
    /// a colon if there is one: `contract_end:date`. A known id is updated. PINs are hashed at once.
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
    /// Releases a customer who is locked out after wrong PINs.
    Unlock {
        /// The customer's id.
        id: String,
    },
    /// Lists what waits for delivery and what was given up.
    Outbox {
        /// Delivers this entry again, `contact/sequence`.
        #[arg(long, value_name = "KEY")]
        resend: Option<String>,
        /// The most of each kind.
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
}

#[derive(Debug, Args)]
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
}

/// Does what the arguments say.
pub fn run(args: CrmArgs) -> Result<()> {
    let now = Wall(jiff::Timestamp::now().as_millisecond());
    let text = answer(&args, now)?;
    match std::io::stdout().write_all(text.as_bytes()) {
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
    let done = store.import(&import, now)?;
    let (added, updated, objects, pins) = (done.added, done.updated, done.objects, done.pins);
    Ok(format!("{added} customers added, {updated} updated, {objects} objects, {pins} PINs\n"))
}

fn answer(args: &CrmArgs, now: Wall) -> Result<String> {
    let opened = open(args)?;
    let store = &*opened;
    match &args.command {
        Command::Customers(list) => customers(store, list, now),
        Command::Interactions(list) => interactions(store, list),
        Command::Cases(list) => cases(store, list, now),
        Command::Show { id } => show(store, id, now),
        Command::Import { file, country, program } => {
            let image = program.as_deref().map(load).transpose()?.map(|(_, image)| image);
            let vocabulary =
                image.as_ref().map_or_else(Vocabulary::default, |image| image.vocabulary.clone());
            let country = country.as_deref().or(image.as_ref().and_then(|image| image.country.as_deref()));
            import_file(store, file, &vocabulary, country, now)
        }
        Command::Unlock { id } => unlock(store, id, now),
        Command::Outbox { resend: Some(key), .. } => resend(store, key, now),
        Command::Outbox { resend: None, limit } => outbox(store, *limit, now),
    }
}

/// Only an import makes a database.
fn open(args: &CrmArgs) -> Result<Arc<dyn Store>> {
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
        let mut text = table(heads, &rows);
        if let Some(next) = &listing.next {
            writeln!(text, "more: --after {next}")?;
        }
        Ok(text)
    }
}

fn customers(store: &dyn Store, list: &ListArgs, now: Wall) -> Result<String> {
    let listing = match &list.of {
        Some(id) => Listing { items: store.customer(id)?.into_iter().collect(), next: None },
        None => store.customers(&list.page())?,
    };
    let heads = ["ID", "NAME", "PHONES", "LANGUAGE", "ATTRIBUTES", "LATEST CASE"];
    list.print(&listing, &heads, |customer| {
        let latest = store.cases(Some(&customer.id), &Page::first(1))?.items;
        let latest = latest.first().map(|case| format!("{}, {}", case.topic, standing(case, now)));
        let language = customer.language.as_deref().unwrap_or_default().to_owned();
        let (id, name) = (customer.id.to_string(), customer.name.to_string());
        Ok(vec![id, name, phones(customer), language, attributes(customer), latest.unwrap_or_default()])
    })
}

fn interactions(store: &dyn Store, list: &ListArgs) -> Result<String> {
    let listing = store.interactions(list.of.as_deref(), &list.page())?;
    let heads = ["CONTACT", "STARTED", "LASTED", "CHANNEL", "FROM", "TO", "OUTCOMES", "ENDED BY"];
    list.print(&listing, &heads, |contact| {
        let beginning = &contact.beginning;
        Ok(vec![
            contact.id().to_string(),
            moment(beginning.started),
            lasted(contact),
            beginning.channel.to_string(),
            who_called(store, contact)?,
            beginning.to.to_string(),
            outcomes(contact),
            contact.ending.as_ref().map(|ending| ending.by.word().to_owned()).unwrap_or_default(),
        ])
    })
}

fn cases(store: &dyn Store, list: &ListArgs, now: Wall) -> Result<String> {
    let listing = store.cases(list.of.as_deref(), &list.page())?;
    let heads = ["CASE", "TOPIC", "CUSTOMER", "ABOUT", "STATE", "CONTACTS", "OPENED", "OPENED BY"];
    list.print(&listing, &heads, |case| {
        Ok(vec![
            case.id.to_string(),
            case.topic.to_string(),
            name_of(store, case.customer.as_deref())?,
            case.about.as_ref().map(|object| format!("{} {}", object.kind, object.id)).unwrap_or_default(),
            standing(case, now),
            case.contacts().len().to_string(),
            moment(case.opened),
            case.opened_by().map(ToString::to_string).unwrap_or_default(),
        ])
    })
}

fn show(store: &dyn Store, id: &str, now: Wall) -> Result<String> {
    if let Some(customer) = store.customer(id)? {
        return show_customer(store, &customer, now);
    }
    if let Some(contact) = store.interaction(id)? {
        return show_contact(store, &contact);
    }
    let number = id.trim_start_matches('#').parse().ok();
    if let Some(case) = number.map(|number| store.case(number)).transpose()?.flatten() {
        return show_case(store, &case, now);
    }
    bail!("there is no customer, contact or case `{id}`")
}

fn show_customer(store: &dyn Store, customer: &Customer, now: Wall) -> Result<String> {
    let mut text = format!("customer {}  {}\n", customer.id, customer.name);
    for (name, value) in [("phones", phones(customer)), ("attributes", attributes(customer))] {
        writeln!(text, "  {name:<11} {value}")?;
    }
    for object in store.objects_of(&customer.id)? {
        writeln!(text, "  {:<11} {}", object.kind, object.id)?;
    }
    let lockout = store.lockout(&customer.id)?;
    if let Some(until) = lockout.check(now) {
        writeln!(text, "  locked out until {}, {} wrong PINs", moment(until), lockout.wrong_in_a_row)?;
    }
    for attempt in store.pin_attempts(&customer.id, 5)? {
        let contact = attempt.contact.map(|contact| format!(" in {contact}")).unwrap_or_default();
        writeln!(text, "  {}  PIN {} {}{contact}", moment(attempt.at), attempt.what, attempt.verdict)?;
    }
    let list = ListArgs { limit: 10, after: None, of: Some(customer.id.to_string()), json: false };
    let (cases, interactions) = (cases(store, &list, now)?, interactions(store, &list)?);
    Ok(format!("{text}\n{cases}\n{interactions}"))
}

fn show_contact(store: &dyn Store, contact: &Interaction) -> Result<String> {
    let beginning = &contact.beginning;
    let mut text = format!("{} {}\n", beginning.channel, contact.id());
    let ending =
        contact.ending.as_ref().map(|ending| format!("{}, by the {}", ending.cause, ending.by.word()));
    let lines = [
        ("from", who_called(store, contact)?),
        ("to", beginning.to.to_string()),
        ("started", moment(beginning.started)),
        ("lasted", lasted(contact)),
        ("ended", ending.unwrap_or_default()),
        ("program", format!("{} {}", beginning.program, beginning.version)),
    ];
    for (name, value) in lines {
        writeln!(text, "  {name:<8} {value}")?;
    }
    for written in &contact.entries {
        writeln!(text, "  {}  {}", moment(written.at), written.entry)?;
    }
    Ok(text)
}

fn show_case(store: &dyn Store, case: &Case, now: Wall) -> Result<String> {
    let whose = name_of(store, case.customer.as_deref())?;
    let mut text = format!("case {}  {}  {}  {whose}\n", case.id, case.topic, standing(case, now));
    for event in &case.history {
        let what = match &event.change {
            Change::Contact { about: Some(object) } => format!("contact about {} {}", object.kind, object.id),
            Change::Contact { about: None } => "contact".to_owned(),
            Change::Outcome { outcome } => format!("outcome {outcome}"),
            Change::Note { text } => format!("note \"{text}\""),
            Change::Customer { customer } => format!("customer {customer}"),
            Change::Closed => "closed".to_owned(),
            Change::Reopened => "reopened".to_owned(),
            Change::ByHand { act, .. } => act.to_string(),
        };
        let who = if let Change::ByHand { by, .. } = &event.change { by } else { &event.contact };
        writeln!(text, "  {}  {who}  {what}", moment(event.at))?;
    }
    Ok(text)
}

fn unlock(store: &dyn Store, id: &str, now: Wall) -> Result<String> {
    if store.unlock(id, now)? {
        return Ok(format!("{id} may try again\n"));
    }
    match store.customer(id)? {
        Some(_) => Ok(format!("{id} was not locked out\n")),
        None => bail!("there is no customer `{id}`"),
    }
}

fn outbox(store: &dyn Store, limit: usize, now: Wall) -> Result<String> {
    let counts = store.counts()?;
    let mut text = format!("{} pending, {} dead\n", counts.pending, counts.dead);
    let mut items = store.outbox(State::Dead, limit)?;
    items.extend(store.outbox(State::Pending, limit)?);
    if items.is_empty() {
        return Ok(text);
    }
    let row = |item: &Parcel| {
        let progress = &item.progress;
        let reason = progress.reason.as_deref().unwrap_or_default().to_owned();
        let (state, attempts) = (progress.state.word().to_owned(), progress.attempts.to_string());
        vec![item.key.to_string(), state, age(item.at, now), attempts, item.shown.to_string(), reason]
    };
    let rows: Vec<Vec<String>> = items.iter().map(row).collect();
    text += &table(&["KEY", "STATE", "AGE", "FAILURES", "ENTRY", "REASON"], &rows);
    if counts.dead > 0 {
        text += "send a dead one again: --resend KEY\n";
    }
    Ok(text)
}

fn resend(store: &dyn Store, key: &str, now: Wall) -> Result<String> {
    match store.resend(key, now)? {
        true => Ok(format!("{key} is delivered next\n")),
        false => bail!("nothing with the key `{key}` waits or is dead"),
    }
}

fn phones(customer: &Customer) -> String {
    let numbers: Vec<&str> = customer.phones.iter().map(|phone| phone.as_str()).collect();
    numbers.join(" ")
}

fn attributes(customer: &Customer) -> String {
    let pairs: Vec<String> =
        customer.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(" ")
}

fn outcomes(contact: &Interaction) -> String {
    let outcomes = contact.outcomes().into_iter().map(|(topic, outcome)| match topic {
        Some(topic) => format!("{topic}: {outcome}"),
        None => outcome.to_string(),
    });
    outcomes.collect::<Vec<_>>().join(", ")
}

/// The customer's name, whether it was proven, and the number.
fn who_called(store: &dyn Store, contact: &Interaction) -> Result<String> {
    let number = match &contact.beginning.from {
        Caller::Missing => "no number".to_owned(),
        from => from.to_string(),
    };
    if contact.customer.is_none() {
        return Ok(number);
    }
    let proven = if contact.verified { "verified, " } else { "" };
    Ok(format!("{} ({proven}{number})", name_of(store, contact.customer.as_deref())?))
}

/// A customer's name; the id where the CRM knows no such customer.
fn name_of(store: &dyn Store, id: Option<&str>) -> Result<String> {
    let Some(id) = id else { return Ok("nobody known".to_owned()) };
    Ok(store.customer(id)?.map_or_else(|| id.to_owned(), |customer| customer.name.to_string()))
}

fn standing(case: &Case, now: Wall) -> String {
    match (case.state, case.closed) {
        (state @ (CaseState::Open | CaseState::Waiting | CaseState::Reopened), _) => {
            format!("{} {}", state.word(), age(case.opened, now))
        }
        (CaseState::Closed, Some(closed)) => format!("closed after {}", age(case.opened, closed)),
        (CaseState::Closed, None) => "closed".to_owned(),
    }
}

fn lasted(contact: &Interaction) -> String {
    match &contact.ending {
        Some(ending) => {
            let whole = (ending.at.0 - contact.beginning.started.0).max(0) / 1000;
            DurationMs::from_secs(whole.unsigned_abs()).to_string()
        }
        None => "not ended".to_owned(),
    }
}

/// A length in its largest unit: `3 d`.
fn age(from: Wall, to: Wall) -> String {
    let seconds = (to.0.saturating_sub(from.0)).max(0) / 1000;
    let units = [(86_400, "d"), (3600, "h"), (60, "min")];
    let unit = units.into_iter().find(|(size, _)| seconds >= *size);
    unit.map_or_else(|| format!("{seconds} s"), |(size, name)| format!("{} {name}", seconds / size))
}

fn moment(at: Wall) -> String {
    let read = jiff::Timestamp::from_millisecond(at.0);
    read.map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

/// Columns as wide as their widest cell; a column without any cell is left out.
fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let widest =
        |index: usize| rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.chars().count()).max();
    let widths: Vec<(usize, &str, usize)> = heads
        .iter()
        .enumerate()
        .map(|(index, head)| (index, *head, widest(index).unwrap_or(0)))
        .filter(|(_, _, width)| *width > 0 || rows.is_empty())
        .map(|(index, head, width)| (index, head, width.max(head.len())))
        .collect();
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).map(|(cell, (_, _, width))| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = line(widths.iter().map(|(_, head, _)| *head).collect());
    for row in rows {
        text += &line(widths.iter().map(|(index, _, _)| row.get(*index).map_or("", |cell| cell)).collect());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        let ages = [40_000, 125_000, 7_300_000, 270_000_000].map(|ms| age(Wall(0), Wall(ms)));
        assert_eq!(ages, ["40 s", "2 min", "2 h", "3 d"]);
    }

    #[test]
    fn a_table_leaves_out_what_nobody_has() {
        let rows = [vec!["c1".to_owned(), String::new(), "Анна".to_owned()]];
        assert_eq!(table(&["ID", "LANGUAGE", "NAME"], &rows), "ID  NAME\nc1  Анна\n");
    }
}
