//! `callwright crm passphrase`: a person sets a customer's passphrase, or takes it away.
//!
//! It is read from the keyboard without being shown, or from the standard input; never from the command's arguments, which
//! other users of the machine can see.

use super::people::note_look;
use crate::program::passphrase::{passphrase, weakness};
use crate::program::{Secret, Text};
use crate::store::Desk;
use crate::time::Wall;
use anyhow::{Context, Result, bail};
use clap::Args;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use std::io::{IsTerminal, stdin};

/// Sets a customer's passphrase: asks for it without showing it, or takes the first line of the standard input.
#[derive(Debug, Args)]
pub(super) struct PassphraseArgs {
    /// The customer's id.
    id: String,
    /// Takes the passphrase away: nothing that the customer writes proves anything until there is another.
    #[arg(long)]
    forget: bool,
    /// Who does it.
    #[arg(long, value_name = "NAME", env = "USER")]
    by: Option<String>,
}

pub(super) fn run(store: &dyn Desk, args: &PassphraseArgs, now: Wall) -> Result<String> {
    let id = store.standing(&args.id)?;
    let customer = store.customer(&id)?.with_context(|| format!("there is no customer `{}`", args.id))?;
    if args.forget {
        let told = match store.forget_passphrase(&id, now)? {
            true => format!("{id} has no passphrase any more\n"),
            false => return Ok(format!("{id} had no passphrase\n")),
        };
        note_look(store, "forget_passphrase", &id, args.by.as_deref(), now)?;
        return Ok(told);
    }
    let phrase = passphrase(typed(&id)?.expose());
    if let Some(weakness) = weakness(&phrase, &customer.name) {
        bail!("it was not set: {weakness}");
    }
    store.set_passphrase(&id, &phrase, now)?;
    note_look(store, "set_passphrase", &id, args.by.as_deref(), now)?;
    Ok(format!("the passphrase of {id} is set\n"))
}

/// What is typed, twice where nobody can see it.
fn typed(id: &Text) -> Result<Secret> {
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().read_line(&mut line).context("cannot read the passphrase from the standard input")?;
        return Ok(Secret::new(line));
    }
    let first = hidden(&format!("passphrase of {id}: "))?;
    if passphrase(first.expose()) != passphrase(hidden("once more: ")?.expose()) {
        bail!("it was not set: the two are not the same");
    }
    Ok(first)
}

/// A line from the keyboard that is not shown.
fn hidden(prompt: &str) -> Result<Secret> {
    eprint!("{prompt}");
    enable_raw_mode()?;
    let line = line();
    disable_raw_mode()?;
    eprintln!();
    line
}

fn line() -> Result<Secret> {
    let mut line = String::new();
    loop {
        let Event::Key(KeyEvent { code, modifiers, kind: KeyEventKind::Press, .. }) = read()? else {
            continue;
        };
        match code {
            KeyCode::Enter => return Ok(Secret::new(line)),
            KeyCode::Esc => bail!("it was not set"),
            KeyCode::Char('c' | 'd') if modifiers.contains(KeyModifiers::CONTROL) => bail!("it was not set"),
            KeyCode::Backspace => drop(line.pop()),
            KeyCode::Char(sign) => line.push(sign),
            _ => {}
        }
    }
}
