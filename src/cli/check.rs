//! `callwright check`: compiles a program and says what is wrong with it.

use super::load::load;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Compiles a program and says what is wrong with it: exit status 0 if nothing is, 2 if it does not compile.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The program's folder: `flows/bank`.
    program: PathBuf,
}

/// Runs the command.
pub fn run(args: &CheckArgs) -> Result<ExitCode> {
    let (_, image) = match load(&args.program) {
        Ok(loaded) => loaded,
        Err(error) => {
            eprintln!("{error:#}");
            return Ok(ExitCode::from(2));
        }
    };
    println!(
        "program {} version {}: {} flows, {} nodes, {} prompts in {}",
        image.name,
        image.version,
        image.flows.len(),
        image.nodes.len(),
        image.prompts.len(),
        image.languages.join(", "),
    );
    Ok(ExitCode::SUCCESS)
}
