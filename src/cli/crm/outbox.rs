//! `callwright crm outbox`: what waits for delivery and what was given up, why, and what a person does about it.

use super::table::{age, table};
use crate::crm::Dispatch;
use crate::crm::outbox::{Event, Progress, State};
use crate::program::Text;
use crate::store::{Parcel, Store};
use crate::time::Wall;
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::fmt::Write as _;

/// What is done when nothing else is said: a list.
#[derive(Debug, Args)]
pub(super) struct OutboxArgs {
    #[command(subcommand)]
    command: Option<Command>,
    /// Delivers this entry again; as `resend KEY`.
    #[arg(long, value_name = "KEY", hide = true)]
    resend: Option<String>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// The most of each kind.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Prints JSON, with moments in milliseconds since 1970.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists what was given up and what waits, the oldest first.
    List(ListArgs),
    /// Shows one with the reason of its last failure, and what usually helps.
    Show {
        /// The key: `contact/sequence` for the built-in CRM, backends and messages, `target#number` for a connector or a webhook.
        key: String,
    },
    /// Delivers again: these, or everything that was given up.
    Resend {
        /// The keys.
        #[arg(required_unless_present = "dead")]
        keys: Vec<String>,
        /// Everything that was given up.
        #[arg(long)]
        dead: bool,
    },
    /// Gives one up for good. It stays in the database, with who dropped it and why.
    Drop {
        /// The key.
        key: String,
        /// Why.
        #[arg(long, value_name = "WORDS")]
        because: String,
        /// Who.
        #[arg(long, env = "USER", default_value = "somebody")]
        by: String,
    },
}

/// A line of the list.
#[derive(Debug, Serialize)]
struct Line {
    key: Text,
    /// To whom: `crm` is the built-in one, `sms` and `email` are people.
    to: Text,
    what: Text,
    at: Wall,
    progress: Progress,
}

/// Resending goes on until nothing dead is left that was dead before; so many at a time.
const AT_ONCE: usize = 1000;

/// Does what the arguments say.
pub(super) fn run(store: &dyn Store, args: &OutboxArgs, now: Wall) -> Result<String> {
    match (&args.command, &args.resend) {
        (None, Some(key)) => resend(store, std::slice::from_ref(key), now),
        (None, None) => list(store, &args.list, now),
        (Some(Command::List(args)), _) => list(store, args, now),
        (Some(Command::Show { key }), _) => show(store, key, now),
        (Some(Command::Resend { dead: true, .. }), _) => {
            let keys: Vec<String> =
                lines(store, State::Dead, AT_ONCE)?.iter().map(|line| line.key.to_string()).collect();
            resend(store, &keys, now)
        }
        (Some(Command::Resend { keys, dead: false }), _) => resend(store, keys, now),
        (Some(Command::Drop { key, because, by }), _) => {
            let reason = format!("{because} ({by})").into();
            match store.change_outbox(key, Event::Drop { reason }, now)? {
                true => Ok(format!("{key} is given up for good\n")),
                false => nothing(key),
            }
        }
    }
}

fn lines(store: &dyn Store, state: State, limit: usize) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = store.outbox(state, limit)?.into_iter().map(of_parcel).collect();
    lines.extend(store.dispatches(state, limit)?.into_iter().map(of_dispatch));
    Ok(lines)
}

fn list(store: &dyn Store, args: &ListArgs, now: Wall) -> Result<String> {
    let mut found = lines(store, State::Dead, args.limit)?;
    found.extend(lines(store, State::Pending, args.limit)?);
    if args.json {
        return Ok(serde_json::to_string_pretty(&found)? + "\n");
    }
    let (counts, dispatches) = (store.counts()?, store.dispatch_counts()?);
    let (pending, dead) = (counts.pending + dispatches.pending, counts.dead + dispatches.dead);
    let mut text = format!("{pending} pending, {dead} dead\n");
    if found.is_empty() {
        return Ok(text);
    }
    let row = |line: &Line| {
        let progress = &line.progress;
        let reason = progress.reason.as_deref().unwrap_or_default().to_owned();
        let (state, attempts) = (progress.state.word().to_owned(), progress.attempts.to_string());
        let age = age(line.at, now);
        vec![line.key.to_string(), line.to.to_string(), state, age, attempts, line.what.to_string(), reason]
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    let heads = ["KEY", "TO", "STATE", "AGE", "FAILURES", "WHAT", "REASON"];
    text += &table(&heads, &rows);
    if dead > 0 {
        text += "why: outbox show KEY; again: outbox resend KEY; no more: outbox drop KEY --because WORDS\n";
    }
    Ok(text)
}

fn show(store: &dyn Store, key: &str, now: Wall) -> Result<String> {
    let Some(line) = find(store, key)? else { return nothing(key) };
    let Line { to, what, at, progress, .. } = &line;
    let mut text = format!("{key}  {what}\n");
    writeln!(text, "  to        {to}")?;
    writeln!(text, "  said      {} ago", age(*at, now))?;
    writeln!(text, "  state     {}, {} failures", progress.state.word(), progress.attempts)?;
    if progress.state == State::Pending {
        writeln!(text, "  next try  in {}", age(now, progress.next_at))?;
    }
    if let Some(reason) = &progress.reason {
        writeln!(text, "  reason    {reason}")?;
        writeln!(text, "  {}", advice(reason))?;
    }
    Ok(text)
}

fn find(store: &dyn Store, key: &str) -> Result<Option<Line>> {
    if let Some(id) = Dispatch::parse_key(key) {
        return Ok(store.dispatch(id)?.map(of_dispatch));
    }
    for state in [State::Dead, State::Pending, State::Dropped] {
        let parcels = store.outbox(state, usize::MAX)?;
        if let Some(parcel) = parcels.into_iter().find(|parcel| &*parcel.key == key) {
            return Ok(Some(of_parcel(parcel)));
        }
    }
    Ok(None)
}

fn resend(store: &dyn Store, keys: &[String], now: Wall) -> Result<String> {
    let mut text = String::new();
    for key in keys {
        match store.resend(key, now)? {
            true => writeln!(text, "{key} is delivered next")?,
            false => return nothing(key),
        }
    }
    Ok(if text.is_empty() { "nothing is dead\n".to_owned() } else { text })
}

fn nothing(key: &str) -> Result<String> {
    bail!("nothing with the key `{key}` waits or is dead")
}

/// What usually helps, by the status that a service answered.
fn advice(reason: &str) -> &'static str {
    let status = reason.strip_prefix("it answered ").and_then(|rest| rest.get(..3)).unwrap_or_default();
    match status {
        "401" | "403" => {
            "the secret does not hold, or may not do this: it goes on by itself once that is put right"
        }
        "400" | "422" => {
            "a field or a value is not taken: compare the description with the fields there, then resend"
        }
        "404" | "410" => "what it is about is not there any more: resend to try again, or drop it",
        "409" => "it is there already, and was not found by its key: look there before you resend",
        "408" | "425" | "429" | "502" | "503" | "504" => {
            "the service is away or busy: it is tried again by itself"
        }
        "500" => "the service failed at this: its own log says why",
        _ => "after whatever it was is put right: resend",
    }
}

fn of_parcel(parcel: Parcel) -> Line {
    let Parcel { key, to, at, shown, progress } = parcel;
    Line { key, to, what: shown, at, progress }
}

fn of_dispatch(dispatch: Dispatch) -> Line {
    let (key, what) = (dispatch.key().into(), dispatch.subject.to_string().into());
    Line { key, to: dispatch.target, what, at: dispatch.at, progress: dispatch.progress }
}
