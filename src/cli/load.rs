//! From a program's folder to something that runs.

use super::disk::DiskFiles;
use super::findings::pointer;
use crate::engine::Image;
use crate::language::{self, Compiled};
use crate::server::Clock;
use crate::source::{Code, Diagnostics, Style};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

/// Compiles a program and keeps what was found; the scripts have the paths under which a person opens them.
pub fn compile(path: &Path) -> Result<(DiskFiles, Compiled)> {
    let files = DiskFiles::new(path);
    let folder = files.root();
    if !folder.as_os_str().is_empty() && !folder.is_dir() {
        match folder.exists() {
            true => bail!("`{}` is no folder and no `.flow` script", folder.display()),
            false => bail!("there is no folder `{}`", folder.display()),
        }
    }
    let compiled = language::compile_on(&files, today());
    let sources = compiled.sources.under(folder);
    Ok((files, Compiled { sources, ..compiled }))
}

/// The day that it is, in UTC: from then on schedules are proved.
fn today() -> jiff::civil::Date {
    let now = jiff::Timestamp::from_millisecond(Clock::start().wall().0);
    now.map_or(language::SOME_DAY, |now| now.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// Compiles a program. What the compiler finds goes to standard error; with errors in it, this fails.
pub fn load(path: &Path) -> Result<(DiskFiles, Arc<Image>)> {
    let (told, prepared) = prepare(path);
    eprint!("{told}");
    prepared
}

/// The same, with what is to go to standard error.
pub fn prepare(path: &Path) -> (String, Result<(DiskFiles, Arc<Image>)>) {
    match compile(path) {
        Ok((files, compiled)) => {
            let told = match compiled.diagnostics.is_empty() {
                true => String::new(),
                false => format!("{}\n\n{}\n", compiled.report(style()), more(&compiled.diagnostics)),
            };
            (told, image(path, files, compiled))
        }
        Err(error) => (String::new(), Err(error)),
    }
}

fn image(path: &Path, files: DiskFiles, compiled: Compiled) -> Result<(DiskFiles, Arc<Image>)> {
    let Some(program) = compiled.program else {
        let errors = compiled.diagnostics.iter().count();
        let plural = if errors == 1 { "finding" } else { "findings" };
        bail!("{} does not compile: {errors} {plural}", path.display());
    };
    let image = Image::new(program).context("a script function cannot be loaded")?;
    Ok((files, image))
}

/// Where more is written about the findings: `callwright explain E0401 tells more`, and the other codes, each once.
pub fn more(diagnostics: &Diagnostics) -> String {
    let codes: BTreeSet<Code> = diagnostics.iter().map(|found| found.code).collect();
    let mut codes = codes.into_iter();
    let first = codes.next().map(pointer).unwrap_or_default();
    let others: Vec<&str> = codes.map(Code::number).collect();
    match others.is_empty() {
        true => format!("{first} tells more"),
        false => format!("{first} tells more; so for {}", others.join(", ")),
    }
}

/// Colours for a person, none for a file or a pipe, or where `NO_COLOR` is set.
pub fn style() -> Style {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if std::io::stderr().is_terminal() && !plain { Style::Ansi } else { Style::Plain }
}
