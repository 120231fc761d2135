//! espeak-ng, run as a program of its own for each recording.

use crate::media::Clip;
use anyhow::{Context, anyhow, bail};
use std::io::Write;
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = "espeak-ng";
/// Words a minute: a little slower than the default of 175, for the telephone.
const SPEED: &str = "150";

/// What the synthesizer is told where it would say a word badly, by the recording's key; in double brackets are its
/// own phonemes. «и» alone is too short to be heard.
const PRONOUNCED: [(&str, &str); 1] = [("ru/words/and", "[[i:]]")];

/// The voice for a language.
#[derive(Clone, Debug)]
pub(super) struct Voice {
    language: String,
    name: String,
}

impl Voice {
    /// Reads `ru=ru-lv`.
    pub(super) fn parse(text: &str) -> Result<Voice, String> {
        match text.split_once('=') {
            Some((language, name)) if !language.is_empty() && !name.is_empty() => {
                Ok(Voice { language: language.to_owned(), name: name.to_owned() })
            }
            _ => Err("expected a language and its voice, as in `ru=ru-lv`".to_owned()),
        }
    }
}

/// The voice to use for a language; named as the language where none was chosen.
pub(super) fn voice<'a>(voices: &'a [Voice], language: &'a str) -> &'a str {
    voices.iter().rfind(|voice| voice.language == language).map_or(language, |voice| &voice.name)
}

/// Whether the synthesizer is installed.
pub(super) fn check() -> anyhow::Result<()> {
    let found = Command::new(PROGRAM).arg("--version").output();
    match found {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err(anyhow!(
            "`{PROGRAM}` is not installed, and it makes the recordings; install it with \
             `apt-get install espeak-ng`, `dnf install espeak-ng` or `brew install espeak-ng`, \
             or put recordings of a studio there (`callwright prompts list --csv`)"
        )),
    }
}

/// Speaks a text; 8 kHz, as loud and as long as the synthesizer makes it.
pub(super) fn speak(key: &str, text: &str, voice: &str) -> anyhow::Result<Vec<i16>> {
    let folder = std::env::temp_dir().join(format!("callwright-prompts-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("spoken.wav");
    let spoken = run(pronounced(key, text), voice, &file);
    let bytes = std::fs::read(&file);
    std::fs::remove_dir_all(&folder)?;
    let output = spoken?;
    if !output.status.success() {
        bail!("{PROGRAM} with the voice `{voice}`: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(Clip::from_wav(&bytes?)?.samples().to_vec())
}

/// The text goes in by the standard input, where nothing in it is an option.
fn run(text: &str, voice: &str, file: &std::path::Path) -> anyhow::Result<Output> {
    let mut child = Command::new(PROGRAM)
        .args(["-v", voice, "-s", SPEED, "-b", "1", "--stdin", "-w"])
        .arg(file)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("running {PROGRAM}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes())?;
    }
    Ok(child.wait_with_output()?)
}

fn pronounced<'a>(key: &str, text: &'a str) -> &'a str {
    PRONOUNCED.iter().find(|(word, _)| *word == key).map_or(text, |(_, sound)| sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_belongs_to_a_language_and_the_last_one_counts() {
        let voices = ["ru=ru-lv", "en=en-us", "en=en-gb"].map(|text| Voice::parse(text).unwrap());
        assert_eq!(voice(&voices, "en"), "en-gb");
        assert_eq!(voice(&voices, "pl"), "pl");
        assert!(Voice::parse("ru").is_err());
    }
}
