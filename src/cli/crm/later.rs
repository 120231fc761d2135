//! `callwright crm later`: what is to be done later, and what was given up.

use super::table::{moment, table};
use crate::store::Store;
use anyhow::Result;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct LaterArgs {
    /// The most lines.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Prints JSON, with moments in milliseconds since 1970.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(store: &dyn Store, args: &LaterArgs) -> Result<String> {
    let kept = store.kept_jobs(args.limit)?;
    if args.json {
        return Ok(serde_json::to_string_pretty(&kept)? + "\n");
    }
    if kept.is_empty() {
        return Ok("nothing waits, and nothing was given up\n".to_owned());
    }
    let row = |job: &crate::store::KeptJob| {
        let given_up = job.reason.as_ref().map(|reason| format!("given up: {reason}"));
        vec![job.key.to_string(), moment(job.due), job.what.to_string(), given_up.unwrap_or_default()]
    };
    let rows: Vec<Vec<String>> = kept.iter().map(row).collect();
    Ok(table(&["KEY", "DUE (UTC)", "WHAT", "WHY NOT"], &rows))
}
