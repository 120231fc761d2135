//! From a program's folder to something that runs.

use super::disk::DiskFiles;
use crate::engine::Image;
use crate::language;
use crate::source::{Style, render};
use anyhow::{Context, Result, bail};
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

/// Compiles a program. What the compiler finds goes to standard error; with errors in it, this fails.
pub fn load(path: &Path) -> Result<(DiskFiles, Arc<Image>)> {
    let files = DiskFiles::new(path);
    let folder = files.root();
    if !folder.as_os_str().is_empty() && !folder.is_dir() {
        match folder.exists() {
            true => bail!("`{}` is no folder and no `.flow` script", folder.display()),
            false => bail!("there is no folder `{}`", folder.display()),
        }
    }
    let compiled = language::compile(&files);
    if !compiled.diagnostics.is_empty() {
        eprintln!("{}", render(&compiled.diagnostics, &compiled.sources.under(folder), style()));
    }
    let Some(program) = compiled.program else {
        let errors = compiled.diagnostics.iter().count();
        let plural = if errors == 1 { "finding" } else { "findings" };
        bail!("{} does not compile: {errors} {plural}", path.display());
    };
    let image = Image::new(program).context("a script function cannot be loaded")?;
    Ok((files, image))
}

/// Colours for a person, none for a file or a pipe, or where `NO_COLOR` is set.
pub fn style() -> Style {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if std::io::stderr().is_terminal() && !plain { Style::Ansi } else { Style::Plain }
}
