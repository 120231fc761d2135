//! What is assumed where a journal lacks an answer.

use crate::engine::{Image, Reply};
use crate::program::{Operation, Record, Text};
use crate::simulator::{Assumed, Given, World};
use anyhow::{Context, anyhow, bail};
use std::path::Path;
use std::sync::Arc;

/// Reads `--assume` and `--given`.
pub(super) fn assumed(image: &Image, words: &[String], given: Option<&Path>) -> anyhow::Result<Assumed> {
    let replies = words.iter().map(|word| reply(image, word)).collect::<anyhow::Result<_>>()?;
    let Some(path) = given else { return Ok(Assumed { replies, world: None }) };
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let given = Given::read_file(&path.display().to_string(), &text, image);
    let mut world = World::default();
    world.take(&given.map_err(|mistakes| anyhow!("{mistakes}"))?);
    Ok(Assumed { replies, world: Some(world) })
}

/// `bank.balance=not_found`
fn reply(image: &Image, word: &str) -> anyhow::Result<(Text, Text, Reply)> {
    let usage = || format!("`{word}` is no assumption; write `--assume BACKEND.OPERATION=REPLY`");
    let (name, reply) = word.split_once('=').with_context(usage)?;
    let (backend, operation) = name.split_once('.').with_context(usage)?;
    let declared = image.backends.iter().find(|known| *known.name == *backend);
    let declared = declared.with_context(|| format!("the program has no backend `{backend}`"))?;
    let found = declared.operations.iter().find(|known| *known.name == *operation);
    let found = found.with_context(|| format!("`{backend}` has no operation `{operation}`"))?;
    Ok((declared.name.clone(), found.name.clone(), reply_of(found, name, reply)?))
}

fn reply_of(operation: &Operation, name: &str, word: &str) -> anyhow::Result<Reply> {
    if word == "failed" {
        return Ok(Reply::Failed);
    }
    if word == "ok" && operation.reply.is_empty() {
        return Ok(Reply::Ok(Arc::new(Record::new(name, ""))));
    }
    if word == "ok" {
        bail!("a good reply of `{name}` has fields: write it in a file for `--given`");
    }
    match operation.statuses.iter().find(|status| ***status == *word) {
        Some(status) => Ok(Reply::Status(status.clone())),
        None => {
            let statuses = operation.statuses.iter().map(|status| &**status);
            let known: Vec<&str> = ["ok", "failed"].into_iter().chain(statuses).collect();
            bail!("`{name}` never replies `{word}`; it has {}", known.join(", "))
        }
    }
}
