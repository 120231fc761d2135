//! Making recordings: synthesize, trim, bring to one loudness, write.

use super::espeak::{self, Voice};
use super::{State, sounds, state, wav_path};
use crate::media::{level, wav};
use crate::server::{Said, Synthesizer};
use crate::speech::Recording;
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Cursor;
use std::path::Path;

/// Who speaks.
pub(super) enum Speaker {
    /// espeak-ng, with these voices.
    Espeak(Vec<Voice>),
    /// The synthesizer of a server's settings.
    Configured(Synthesizer),
}

/// Makes what is missing, or everything where `again` says so.
pub(super) fn build(
    needed: Vec<Recording>,
    prompts: &Path,
    speaker: &Speaker,
    again: bool,
) -> anyhow::Result<()> {
    let mut said = Said::read(prompts)?;
    let count = needed.len();
    let wanted = |recording: &Recording| again || state(recording, prompts, &said) != State::Ready;
    let work: Vec<Recording> = needed.into_iter().filter(wanted).collect();
    if work.is_empty() {
        say!("all {count} recordings are there");
        return Ok(());
    }
    let speaks = work.iter().any(|recording| recording.language.is_some());
    if let (true, Speaker::Espeak(_)) = (speaks, speaker) {
        espeak::check()?;
    }
    let made = make_all(&work, prompts, speaker, &mut said);
    write_said(&said)?;
    let missing = made?;
    say!("made in {}: {} of {count} recordings", prompts.display(), work.len() - missing.len());
    match missing.as_slice() {
        [] => Ok(()),
        keys => bail!("not speech, and not made here; put WAV files there: {}", keys.join(", ")),
    }
}

/// Returns the keys of what cannot be made.
fn make_all(
    work: &[Recording],
    prompts: &Path,
    speaker: &Speaker,
    said: &mut Said,
) -> anyhow::Result<Vec<String>> {
    let bar = ProgressBar::new(work.len() as u64);
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?);
    let mut missing = Vec::new();
    for recording in work {
        bar.set_message(recording.key.clone());
        let samples =
            samples(recording, speaker).with_context(|| format!("recording `{}`", recording.key))?;
        match samples {
            Some(samples) => {
                write(&wav_path(prompts, &recording.key), &samples)?;
                said.insert(&recording.key, &recording.text);
            }
            None => missing
                .push(format!("{}.wav", wav_path(prompts, &recording.key).with_extension("").display())),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(missing)
}

fn samples(recording: &Recording, speaker: &Speaker) -> anyhow::Result<Option<Vec<i16>>> {
    match (&recording.language, speaker) {
        (None, _) => Ok(sounds::make(&recording.key)),
        (Some(language), Speaker::Configured(synthesizer)) => {
            Ok(Some(synthesizer.say(&recording.text, language)?.samples().to_vec()))
        }
        (Some(language), Speaker::Espeak(voices)) => {
            let voice = espeak::voice(voices, language);
            let spoken = espeak::speak(&recording.key, &recording.text, voice)?;
            Ok(Some(level::levelled(level::trimmed(&spoken))))
        }
    }
}

fn write(path: &Path, samples: &[i16]) -> anyhow::Result<()> {
    let mut bytes = Cursor::new(Vec::new());
    wav::write(samples, &mut bytes)?;
    replace(path, bytes.get_ref())
}

pub(super) fn write_said(said: &Said) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["recording", "says"])?;
    for row in said.rows() {
        csv.serialize(row)?;
    }
    replace(said.path(), &csv.into_inner()?)
}

/// Writes a file whole or not at all.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let failed = || format!("writing `{}`", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(failed)?;
    }
    // Not `with_extension`: the dot in `balance_is.1.wav` would be taken for one.
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    std::fs::write(&part, bytes).with_context(failed)?;
    std::fs::rename(&part, path).with_context(failed)
}
