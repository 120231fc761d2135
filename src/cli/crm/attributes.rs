//! `callwright crm attributes`: brings customers' attributes to what the `crm` block says now.

use super::super::load::load;
use super::table::table;
use crate::program::{Text, Value, Vocabulary};
use crate::store::read_value;
use crate::store::{Desk, Misfit, Reshape};
use anyhow::{Result, bail};
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Lists attributes that are not what the program declares; `--convert` brings those to it that can be.
#[derive(Debug, Args)]
pub(super) struct AttributesArgs {
    /// The program whose `crm` block says the names and types.
    #[arg(long, value_name = "DIR")]
    program: PathBuf,
    /// An attribute that has another name now.
    #[arg(long, value_name = "OLD=NEW", value_parser = pair)]
    rename: Vec<(String, String)>,
    /// What customers get who have nothing of the name.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    fill: Vec<(String, String)>,
    /// Does what loses nothing by it; everything else stays as it is, and is listed.
    #[arg(long)]
    convert: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let (name, value) = parts.ok_or_else(|| "write the name, `=`, and what it becomes".to_owned())?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) fn run(desk: &dyn Desk, args: &AttributesArgs) -> Result<String> {
    let (_, image) = load(&args.program)?;
    let vocabulary = image.vocabulary.clone();
    let country = image.country.as_ref().map(ToString::to_string);
    let renamed = renamed(desk, &args.rename, &vocabulary)?;
    let filled = filled(&args.fill, &vocabulary, country.as_deref())?;
    let misfits = desk.reshape(&Reshape { vocabulary, country, renamed, filled }, !args.convert)?;
    Ok(told(&misfits, args.convert))
}

/// New names by the old ones: an attribute that is not declared any more becomes one that is.
fn renamed(
    desk: &dyn Desk,
    pairs: &[(String, String)],
    vocabulary: &Vocabulary,
) -> Result<BTreeMap<Text, Text>> {
    let sealed = desk.sealed_attributes()?;
    for (old, new) in pairs {
        if vocabulary.customer.contains_key(&**old) {
            bail!("`{old}` is declared, so it has its name still");
        }
        if sealed.contains(&**old) {
            bail!("`{old}` is sensitive: its values are sealed under this name, and keep it");
        }
        is_open(new, vocabulary)?;
    }
    Ok(pairs.iter().map(|(old, new)| (Text::from(&**old), Text::from(&**new))).collect())
}

fn filled(
    pairs: &[(String, String)],
    vocabulary: &Vocabulary,
    country: Option<&str>,
) -> Result<BTreeMap<Text, Value>> {
    let mut filled = BTreeMap::new();
    for (name, text) in pairs {
        is_open(name, vocabulary)?;
        let wanted = vocabulary.customer.get(&**name);
        match wanted.and_then(|wanted| read_value(text, wanted, country)) {
            Some(value) => drop(filled.insert(Text::from(&**name), value)),
            None => bail!("`{text}` is no {}", wanted.map(ToString::to_string).unwrap_or_default()),
        }
    }
    Ok(filled)
}

/// Declared, and not sensitive.
fn is_open(name: &str, vocabulary: &Vocabulary) -> Result<()> {
    if vocabulary.sensitive.contains(name) {
        bail!("`{name}` is sensitive: an import with --program brings its values");
    }
    if !vocabulary.customer.contains_key(name) {
        let known: Vec<&str> = vocabulary.customer.keys().map(|name| &**name).collect();
        bail!("the program declares no attribute `{name}`; there are {}", known.join(", "));
    }
    Ok(())
}

/// What is not of its type, and what became of it.
fn told(misfits: &[Misfit], converted: bool) -> String {
    let became = |misfit: &Misfit| match (&misfit.becomes, converted) {
        (Some(value), true) => format!("is now {value}"),
        (Some(value), false) => format!("can be {value}"),
        (None, _) => "stays as it is".to_owned(),
    };
    let row = |misfit: &Misfit| {
        let Misfit { customer, attribute, value, wanted, .. } = misfit;
        let words = [customer, attribute, value, wanted].map(ToString::to_string);
        [words.to_vec(), vec![became(misfit)]].concat()
    };
    let rows: Vec<Vec<String>> = misfits.iter().map(row).collect();
    match rows.is_empty() {
        true => "every attribute is of its type\n".to_owned(),
        false => table(&["CUSTOMER", "ATTRIBUTE", "VALUE", "DECLARED", "BECOMES"], &rows),
    }
}
