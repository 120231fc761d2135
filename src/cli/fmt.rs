//! `callwright fmt`: brings scripts into the one layout.

use crate::language;
use anyhow::{Context, Result, bail};
use clap::Args;
use similar::TextDiff;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Brings scripts into the one layout: exit status 1 if a script could not be read.
///
/// Only layout changes, never what a script says; remarks are kept. A script with a bracket or a quote that is not closed
/// is named and left as it is; the others are still brought into the layout.
#[derive(Args, Debug)]
pub struct FmtArgs {
    /// Scripts, and folders in which every `.flow` file is meant, however deep; `-` reads standard input and writes
    /// standard output.
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Changes nothing: lists the scripts that are not in the layout, with exit status 1 if there are any.
    #[arg(long)]
    check: bool,
    /// Changes nothing: shows what would change, with exit status 1 if anything would.
    #[arg(long)]
    diff: bool,
}

/// What came of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It was in the layout.
    Kept,
    /// It was not.
    Differs,
    /// It was left as it is, and why has been said.
    Refused,
}

/// Runs the command.
pub fn run(args: &FmtArgs) -> Result<ExitCode> {
    if args.paths.iter().any(|path| path == "-") {
        if args.paths.len() > 1 {
            bail!("`-` stands alone: standard input is one script");
        }
        return standard_input(args);
    }
    let mut is_good = true;
    for path in scripts(&args.paths)? {
        let verdict = script(&path, args)?;
        is_good &= match verdict {
            Verdict::Kept => true,
            Verdict::Differs => !args.only_looks(),
            Verdict::Refused => false,
        };
    }
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl FmtArgs {
    fn only_looks(&self) -> bool {
        self.check || self.diff
    }

    /// Shows what is asked for of a script that is not in the layout.
    fn show(&self, name: &str, text: &str, formatted: &str) -> Result<()> {
        let mut out = std::io::stdout().lock();
        if self.check {
            writeln!(out, "{name}")?;
        }
        if self.diff {
            let diff = TextDiff::from_lines(text, formatted);
            write!(out, "{}", diff.unified_diff().header(name, &format!("{name} (in the layout)")))?;
        }
        Ok(())
    }
}

/// The layout of a text; `None` where it has none, which has been said.
fn formatted(name: &str, text: &str) -> Option<String> {
    language::format(text).inspect_err(|error| eprintln!("{name}:{error}")).ok()
}

fn standard_input(args: &FmtArgs) -> Result<ExitCode> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
    let name = "<standard input>";
    let Some(formatted) = formatted(name, &text) else { return Ok(ExitCode::FAILURE) };
    if !args.only_looks() {
        std::io::stdout().write_all(formatted.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if formatted == text {
        return Ok(ExitCode::SUCCESS);
    }
    args.show(name, &text, &formatted)?;
    Ok(ExitCode::FAILURE)
}

fn script(path: &Path, args: &FmtArgs) -> Result<Verdict> {
    let name = path.display().to_string();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{name}: this cannot be read: {error}");
            return Ok(Verdict::Refused);
        }
    };
    let Some(formatted) = formatted(&name, &text) else { return Ok(Verdict::Refused) };
    if formatted == text {
        return Ok(Verdict::Kept);
    }
    args.show(&name, &text, &formatted)?;
    if !args.only_looks() {
        write(path, &formatted).with_context(|| format!("{name} cannot be written"))?;
    }
    Ok(Verdict::Differs)
}

/// Replaces a file as a whole: whoever reads it meanwhile gets the old text or the new one. Its permissions stay, and a
/// link goes on pointing where it points.
fn write(path: &Path, text: &str) -> Result<()> {
    let path = path.canonicalize()?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(name);
    let written = replace(&path, &beside, text);
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    Ok(written?)
}

fn replace(path: &Path, beside: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::File::create_new(beside)?;
    file.write_all(text.as_bytes())?;
    file.set_permissions(fs::metadata(path)?.permissions())?;
    file.sync_all()?;
    fs::rename(beside, path)
}

/// The scripts that are meant, each once, in the order of their names below each path.
fn scripts(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        let shown = path.display();
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => collect(path, &mut found)?,
            Ok(_) if is_script(path) => found.push(path.clone()),
            Ok(_) => bail!("`{shown}` is no folder and no `.flow` script"),
            Err(_) => bail!("there is no `{shown}`"),
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|path| seen.insert(path.clone()));
    Ok(found)
}

/// The scripts below a folder. Hidden folders and links to folders are passed over.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))?;
    let mut entries = entries.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = plain(entry.path());
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type()?.is_dir() {
            if !is_hidden {
                collect(&path, found)?;
            }
        } else if is_script(&path) && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

fn is_script(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("flow"))
}

/// A path as a person writes it: `main.flow`, not `./main.flow`.
fn plain(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map_or(path.clone(), Path::to_owned)
}
