//! `callwright crm recording`: a recording, opened, for whoever may listen to it. The look is written down first.

use super::people::Reason;
use crate::program::Text;
use crate::server::Recorder;
use crate::store::Desk;
use crate::time::Wall;
use anyhow::{Context, Result, bail};
use clap::Args;

/// Writes a recording to standard output, opened where it is sealed. That it was done is written down.
#[derive(Debug, Args)]
pub(super) struct RecordingArgs {
    /// Its name: `c-5f1c…/call-1.wav`.
    name: String,
    #[command(flatten)]
    reason: Reason,
}

/// What is in it.
pub(super) fn read(desk: &dyn Desk, recorder: &Recorder, args: &RecordingArgs, at: Wall) -> Result<Vec<u8>> {
    let contact = args.name.split('/').next().unwrap_or_default();
    let Some(interaction) = desk.interaction(contact)? else { bail!("there is no contact `{contact}`") };
    let bytes =
        recorder.open(&args.name).with_context(|| format!("the recording `{}` cannot be read", args.name))?;
    let customer = interaction.customer.unwrap_or_else(|| Text::from(""));
    desk.looked(&args.reason.look(&format!("recording {}", args.name), &customer, at)?)?;
    Ok(bytes)
}
