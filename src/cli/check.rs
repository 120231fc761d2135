//! `callwright check`: compiles a program and says what is wrong with it.

use super::disk::DiskFiles;
use super::findings;
use super::load::{compile, load};
use crate::language::{self, Compiled};
use crate::source::{Code, Diagnostic, Diagnostics, SourceMap, Span};
use anyhow::Result;
use clap::Args;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Compiles a program and says what is wrong with it.
///
/// Findings are shown on standard error, each with its place, its code and what to do. Exit status: 0 if the program
/// compiles, with warnings or without; 2 if it does not, or if there is no such program.
#[derive(Args, Debug)]
#[command(after_help = "`callwright explain E0401` tells more about a code.")]
pub struct CheckArgs {
    /// The program's folder: `flows/bank`.
    program: PathBuf,
    /// Writes the findings to standard output as one JSON document.
    #[arg(long)]
    json: bool,
    /// Writes the findings to standard output as a SARIF 2.1.0 log.
    #[arg(long, conflicts_with = "json")]
    sarif: bool,
    /// Lists the keys that act only after a pause, and how long it is; and what is declared and used nowhere.
    #[arg(long)]
    notes: bool,
}

/// Runs the command.
pub fn run(args: &CheckArgs) -> Result<ExitCode> {
    let checked = if args.json || args.sarif { written(args) } else { told(args) };
    checked.or_else(|error| {
        eprintln!("{error:#}");
        Ok(ExitCode::from(2))
    })
}

/// For a person.
fn told(args: &CheckArgs) -> Result<ExitCode> {
    let (files, image) = load(&args.program)?;
    say!(
        "program {} version {}: {} flows, {} nodes, {} prompts in {}",
        image.name,
        image.version,
        image.flows.len(),
        image.nodes.len(),
        image.prompts.len(),
        image.languages.join(", "),
    );
    if args.notes {
        let unused = language::unused(&language::compile(&files));
        language::notes(&image).iter().chain(&unused).for_each(|note| say!("{note}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// What is said of a program that is not there: one finding, at the beginning of what was named.
fn absent(path: &Path, error: &anyhow::Error) -> Result<(DiskFiles, Compiled)> {
    let mut sources = SourceMap::default();
    let source = sources.add(path.to_string_lossy(), "");
    let span = Span { source, start: 0, end: 0 };
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(Diagnostic::new(Code::FileMissing, span, format!("{error:#}")));
    Ok((DiskFiles::new(path), Compiled { program: None, diagnostics, sources }))
}

/// For another program: nothing but the document on standard output.
fn written(args: &CheckArgs) -> Result<ExitCode> {
    let (_, compiled) = compile(&args.program).or_else(|error| absent(&args.program, &error))?;
    let document: Value = match args.sarif {
        true => findings::log(&compiled.diagnostics, &compiled.sources),
        false => {
            let program = args.program.to_string_lossy();
            findings::document(&program, &compiled.diagnostics, &compiled.sources)
        }
    };
    say!("{document:#}");
    Ok(ExitCode::from(if compiled.program.is_some() { 0 } else { 2 }))
}
