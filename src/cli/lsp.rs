//! `callwright lsp`: the language server, started by an editor.

use super::disk::DiskFiles;
use crate::lsp;
use crate::source::Files;
use anyhow::{Context, Result};
use clap::Args;
use lsp_server::Connection;
use std::path::Path;

/// Serves an editor over standard input and output, by the Language Server Protocol.
///
/// Findings while you write, what a verb does and what it still lacks, names to go to, the one layout. Your editor starts
/// it; docs/editors.md says how.
#[derive(Args, Debug)]
pub struct LspArgs {
    /// Taken and passed over: some editors add it.
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Runs the command.
pub fn run(_: &LspArgs) -> Result<()> {
    let (connection, threads) = Connection::stdio();
    let served = lsp::serve(&connection, open_folder);
    // The threads end when nobody holds the connection any longer.
    drop(connection);
    served.context("the language server has stopped")?;
    threads.join().context("standard input and output cannot be closed")
}

fn open_folder(folder: &Path) -> Box<dyn Files> {
    Box::new(DiskFiles::new(folder))
}
