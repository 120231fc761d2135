//! `callwright crm case`: what an operator does to a case.

use super::when::deadline;
use crate::crm::{Act, Case, Priority};
use crate::program::{Text, Zone};
use crate::store::Desk;
use crate::time::Wall;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

/// Does something to a case. Nothing is deleted: it is closed or marked, with a reason.
#[derive(Debug, Args)]
pub(super) struct CaseArgs {
    #[command(subcommand)]
    act: ActCommand,
}

/// Which case, and who does it.
#[derive(Debug, Args)]
struct Who {
    /// The case's number.
    #[arg(value_name = "CASE")]
    case: String,
    /// Who does it.
    #[arg(long, value_name = "NAME", env = "USER")]
    by: Option<String>,
}

/// Why, for whoever asks later.
#[derive(Debug, Args)]
struct Why {
    /// Why, for whoever asks later.
    #[arg(long, value_name = "REASON")]
    because: String,
}

#[derive(Debug, Subcommand)]
enum ActCommand {
    /// It is settled.
    Close {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
    },
    /// It was not settled after all.
    Reopen {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
    },
    /// Somebody outside has to do something first; `--because` says what is waited for.
    Wait {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
    },
    /// Nobody outside has to do anything any more.
    Resume {
        #[command(flatten)]
        who: Who,
    },
    /// Gives it to somebody, or back where nobody is named.
    Assign {
        #[command(flatten)]
        who: Who,
        /// Who has it from here on.
        #[arg(value_name = "NAME")]
        to: Option<String>,
    },
    /// How urgent it is: low, normal, high, urgent.
    Priority {
        #[command(flatten)]
        who: Who,
        /// How urgent.
        #[arg(value_parser = priority)]
        priority: Priority,
    },
    /// A sentence for whoever works on it next.
    Note {
        #[command(flatten)]
        who: Who,
        /// The sentence.
        text: String,
        /// In which mood the customer was, in a word; flows read it as `open_case.mood`.
        #[arg(long)]
        mood: Option<String>,
    },
    /// The customer is promised something; what is not kept in time is overdue.
    Promise {
        #[command(flatten)]
        who: Who,
        /// What.
        what: String,
        /// By when: `2d`, `4h`, `fri`, `fri 12:00`, `2026-11-27 12:00`.
        #[arg(long = "until", value_name = "WHEN")]
        until: String,
        /// Whose clock that is.
        #[arg(long, value_name = "ZONE", default_value = "UTC")]
        zone: String,
    },
    /// A promise was kept.
    Kept {
        #[command(flatten)]
        who: Who,
        /// Its number, from 1; the only open one where none is named.
        promise: Option<usize>,
    },
    /// It is not what it seems: `wrong_number`, `duplicate`, `test`, or a word of your own. It stays and is counted.
    Mark {
        #[command(flatten)]
        who: Who,
        /// What it is.
        mark: String,
        #[command(flatten)]
        why: Why,
    },
    /// It is what it seems after all.
    Unmark {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
    },
    /// It belongs to this customer, or to nobody known where none is named.
    Belongs {
        #[command(flatten)]
        who: Who,
        /// The customer's id.
        customer: Option<String>,
        #[command(flatten)]
        why: Why,
    },
}

/// Does it and says how the case stands then.
pub(super) fn run(desk: &dyn Desk, args: &CaseArgs, now: Wall) -> Result<Case> {
    let who = args.act.who();
    let id = who.case.trim_start_matches('#').parse().ok();
    let Some(case) = id.map(|id| desk.case(id)).transpose()?.flatten() else {
        bail!("there is no case `{}`", who.case)
    };
    let act = args.act.read(desk, &case, now)?;
    Ok(desk.act(case.id, &act, who.by.as_deref().unwrap_or_default(), now)?)
}

impl ActCommand {
    fn who(&self) -> &Who {
        match self {
            ActCommand::Close { who, .. } | ActCommand::Reopen { who, .. } | ActCommand::Wait { who, .. } => {
                who
            }
            ActCommand::Resume { who } | ActCommand::Assign { who, .. } => who,
            ActCommand::Priority { who, .. } | ActCommand::Note { who, .. } => who,
            ActCommand::Promise { who, .. } | ActCommand::Kept { who, .. } => who,
            ActCommand::Mark { who, .. } | ActCommand::Unmark { who, .. } => who,
            ActCommand::Belongs { who, .. } => who,
        }
    }

    fn read(&self, desk: &dyn Desk, case: &Case, now: Wall) -> Result<Act> {
        let text = |words: &String| Text::from(words.trim());
        Ok(match self {
            ActCommand::Close { why, .. } => Act::Close { because: text(&why.because) },
            ActCommand::Reopen { why, .. } => Act::Reopen { because: text(&why.because) },
            ActCommand::Wait { why, .. } => Act::Wait { because: text(&why.because) },
            ActCommand::Resume { .. } => Act::Resume,
            ActCommand::Assign { to, .. } => Act::Assign { to: to.as_ref().map(text) },
            ActCommand::Priority { priority, .. } => Act::Rank { priority: *priority },
            ActCommand::Note { text: words, mood, .. } => {
                Act::Note { text: text(words), mood: mood.as_ref().map(text) }
            }
            ActCommand::Promise { what, until, zone, .. } => {
                let zone = Zone::new(zone).with_context(|| format!("`{zone}` is no zone"))?;
                Act::Promise { what: text(what), due: deadline(until, now, &zone)? }
            }
            ActCommand::Kept { promise, .. } => {
                Act::Keep { promise: promise.map_or_else(|| open_promise(case), Ok)? }
            }
            ActCommand::Mark { mark, why, .. } => Act::Mark { mark: text(mark), because: text(&why.because) },
            ActCommand::Unmark { why, .. } => Act::Unmark { because: text(&why.because) },
            ActCommand::Belongs { customer, why, .. } => {
                let customer = customer.as_deref().map(|id| known(desk, id)).transpose()?;
                Act::Belong { customer, because: text(&why.because) }
            }
        })
    }
}

fn known(desk: &dyn Desk, id: &str) -> Result<Text> {
    let standing = desk.standing(id)?;
    match desk.customer(&standing)? {
        Some(customer) => Ok(customer.id),
        None => bail!("there is no customer `{id}`"),
    }
}

fn open_promise(case: &Case) -> Result<usize> {
    let promises = case.promises();
    let mut open = promises.iter().enumerate().filter(|(_, promise)| promise.kept.is_none());
    match (open.next(), open.next()) {
        (Some((index, _)), None) => Ok(index + 1),
        (None, _) => bail!("no promise of this case is open"),
        (Some(_), Some(_)) => bail!("several promises of this case are open; name one by its number"),
    }
}

fn priority(word: &str) -> Result<Priority, String> {
    let known = Priority::ALL.map(Priority::word).join(", ");
    Priority::from_word(word).ok_or_else(|| format!("there are {known}"))
}
