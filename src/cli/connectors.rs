//! `callwright connectors`: the descriptions of foreign CRMs that come with the program, and whether another can be used.

use crate::connector::{Description, read_shipped, shipped, shipped_text};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Shows the connectors to foreign CRMs that come with the program; checks a description of your own.
///
/// `callwright connectors hubspot > own.yaml` is where a description of your own begins. docs/connectors.md says what
/// each line means.
#[derive(Debug, Args)]
pub struct ConnectorsArgs {
    /// Prints this one; without a name, all are listed.
    name: Option<String>,
    /// Reads a description and tells all that is wrong with it, each with its line.
    #[arg(long, value_name = "FILE.yaml", conflicts_with = "name")]
    check: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &ConnectorsArgs) -> Result<()> {
    let text = match (&args.name, &args.check) {
        (_, Some(file)) => check(file)?,
        (Some(name), None) => text_of(name)?.to_owned(),
        (None, None) => list()?,
    };
    say!("{}", text.trim_end());
    Ok(())
}

fn check(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let description = Description::read(&file.display().to_string(), &text)?;
    Ok(format!("{} can be used: {}\n", file.display(), abilities(&description).join(", ")))
}

fn text_of(name: &str) -> Result<&'static str> {
    match shipped_text(name) {
        Some(text) => Ok(text),
        None => {
            bail!("there is no connector `{name}`; there are {}", shipped().collect::<Vec<_>>().join(", "))
        }
    }
}

fn list() -> Result<String> {
    let mut text = String::new();
    for name in shipped() {
        let Some(description) = read_shipped(name) else { continue };
        let description = description?;
        writeln!(text, "{name}  {}", description.about)?;
        writeln!(text, "    {}", abilities(&description).join(", "))?;
        for (setting, what) in &description.settings {
            let default = what.default.as_ref().map(|value| format!(" (else {value})")).unwrap_or_default();
            writeln!(text, "    setting {setting}: {}{default}", what.about)?;
        }
        for (secret, about) in &description.secrets {
            let variable = format!("{name}_{secret}").to_uppercase();
            writeln!(text, "    secret {secret}: {about}; in {variable} unless the settings say where")?;
        }
    }
    Ok(text)
}

/// What a description can do, in the words of its keys.
fn abilities(description: &Description) -> Vec<&'static str> {
    let all = [
        ("by_number", description.by_number.is_some()),
        ("by_email", description.by_email.is_some()),
        ("by_field", description.by_field.is_some()),
        ("create_interaction", description.create_interaction.is_some()),
        ("create_case", description.create_case.is_some()),
        ("append_case", description.append_case.is_some()),
        ("set_case", description.set_case.is_some()),
        ("attach_recording", description.attach_recording.is_some()),
        ("send_sms", description.send_sms.is_some()),
    ];
    all.into_iter().filter(|(_, can)| *can).map(|(name, _)| name).collect()
}
