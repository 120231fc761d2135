//! The recordings of a program, decoded and encoded before the first call.

use super::said::Said;
use crate::engine::{Audio, Spoken};
use crate::media::playout::Sound;
use crate::media::{Clip, ClipError, tone};
use crate::program::{Program, Text, Tone};
use crate::speech::{self, Fragment, SpeechError};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The ring-back tone of most of Europe (ITU-T E.180): 425 Hz, one second in five.
const RING_BACK_HZ: f32 = 425.0;
/// The tone before a message: a pitch that no telephone uses for anything else.
const BEEP_HZ: f32 = 1000.0;
/// Its peak, about -17 dBm0.
const RING_BACK_AMPLITUDE: i16 = 4000;

/// The peak of each frequency of a declared tone, the same.
const TONE_AMPLITUDE: i16 = RING_BACK_AMPLITUDE;

/// All that a program can play, by the recording's key.
#[derive(Clone, Debug)]
pub struct Sounds {
    clips: HashMap<String, Clip>,
    tones: HashMap<Text, Clip>,
    ring_back: Clip,
    beep: Clip,
}

/// Why a program cannot speak here.
#[derive(Debug, Error)]
pub enum SoundsError {
    /// Recordings are not there.
    #[error("{} recordings are missing in {}:\n{}", missing.len(), folder.display(), listed(missing))]
    Missing {
        /// Where they were looked for.
        folder: PathBuf,
        /// Their files, below the folder.
        missing: Vec<String>,
    },
    /// Recordings of the same name say something else: they are another program's, or of an older text.
    #[error("recordings in {} say something else than the program:\n{}", folder.display(), other_lines(other))]
    Other {
        /// Where they lie.
        folder: PathBuf,
        /// Their files, what they say, and what they should.
        other: Vec<(String, String, String)>,
    },
    /// The table of what the recordings say cannot be read.
    #[error("{}: {reason}", file.display())]
    Table {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// A recording is there and cannot be used.
    #[error("{}: {source}", file.display())]
    Unusable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: ClipError,
    },
    /// A recording is there and cannot be read.
    #[error("{}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A prompt cannot be spoken from recordings at all.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Unspeakable(Vec<SpeechError>),
}

/// How many missing files are named before the rest is only counted.
const NAMED_MISSING: usize = 20;

fn other_lines(other: &[(String, String, String)]) -> String {
    let line =
        |(file, says, wanted): &(String, String, String)| format!("  {file} says «{says}», not «{wanted}»");
    let mut lines: Vec<String> = other.iter().take(NAMED_MISSING).map(line).collect();
    lines.push(
        "make a folder `prompts` beside the program, then: callwright prompts build PROGRAM".to_owned(),
    );
    lines.join("\n")
}

fn listed(missing: &[String]) -> String {
    let mut lines: Vec<String> = missing.iter().take(NAMED_MISSING).map(|file| format!("  {file}")).collect();
    if missing.len() > NAMED_MISSING {
        lines.push(format!("  and {} more", missing.len() - NAMED_MISSING));
    }
    lines.push("make them with: callwright prompts build PROGRAM".to_owned());
    lines.join("\n")
}

impl Sounds {
    /// Loads every recording that the program needs. One that is missing is an error that names it.
    pub fn load(program: &Program, folder: &Path) -> Result<Sounds, SoundsError> {
        let problems = speech::problems(program);
        if !problems.is_empty() {
            return Err(SoundsError::Unspeakable(problems));
        }
        check_texts(program, folder)?;
        let mut clips = HashMap::new();
        let mut missing = Vec::new();
        for recording in speech::recordings(program) {
            let file = folder.join(format!("{}.wav", recording.key));
            match std::fs::read(&file) {
                Ok(bytes) => {
                    let clip = Clip::from_wav(&bytes);
                    clips.insert(
                        recording.key,
                        clip.map_err(|source| SoundsError::Unusable { file, source })?,
                    );
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    missing.push(format!("{}.wav", recording.key));
                }
                Err(source) => return Err(SoundsError::Unreadable { file, source }),
            }
        }
        if !missing.is_empty() {
            return Err(SoundsError::Missing { folder: folder.to_owned(), missing });
        }
        let ring_back = tone::cadence(&[RING_BACK_HZ], RING_BACK_AMPLITUDE, 1000, 4000);
        let tones = program.tones.iter().map(|declared| (declared.name.clone(), clip_of(declared))).collect();
        let beep = tone::cadence(&[BEEP_HZ], RING_BACK_AMPLITUDE, 300, 50);
        Ok(Sounds { clips, tones, ring_back, beep })
    }

    /// What a leg plays for this; what cannot be said is left out, and its reason returned beside the rest.
    pub fn sequence(&self, program: &Program, audio: &Audio) -> (Vec<Sound>, Vec<SpeechError>) {
        let mut problems = Vec::new();
        let sounds = match audio {
            Audio::RingBack => vec![Sound::Clip(self.ring_back.clone())],
            Audio::Tone(name) => self.tones.get(name).cloned().map(Sound::Clip).into_iter().collect(),
            // Keys are sent, not played.
            Audio::Keys(_) => Vec::new(),
            Audio::Beep => vec![Sound::Clip(self.beep.clone())],
            // Nobody records yet, so that there is no message either.
            Audio::Message(_) => Vec::new(),
            Audio::Sound(name) => self.clip(&format!("sounds/{name}")).into_iter().collect(),
            Audio::Speech(spoken) => {
                let said = spoken.iter().map(|one| self.spoken(program, one));
                said.flat_map(|one| {
                    one.unwrap_or_else(|error| {
                        problems.push(error);
                        Vec::new()
                    })
                })
                .collect()
            }
        };
        (sounds, problems)
    }

    /// The recordings by key, for an ear that is to recognize them.
    pub fn clips(&self) -> impl Iterator<Item = (&str, &Clip)> {
        self.clips.iter().map(|(key, clip)| (key.as_str(), clip))
    }

    fn spoken(&self, program: &Program, spoken: &Spoken) -> Result<Vec<Sound>, SpeechError> {
        let Some(prompt) = program.prompt_named(&spoken.prompt) else { return Ok(Vec::new()) };
        let language = program.language_index(&spoken.language);
        let fragments = speech::fragments(program, prompt, &spoken.args, language)?;
        Ok(fragments.into_iter().filter_map(|fragment| self.fragment(&fragment)).collect())
    }

    fn fragment(&self, fragment: &Fragment) -> Option<Sound> {
        match fragment {
            Fragment::Recording(key) => self.clip(key),
            Fragment::Pause(length) => Some(Sound::Silence(u32::try_from(length.0).unwrap_or(u32::MAX))),
        }
    }

    fn clip(&self, key: &str) -> Option<Sound> {
        self.clips.get(key).cloned().map(Sound::Clip)
    }
}

/// A declared tone, once through.
fn clip_of(declared: &Tone) -> Clip {
    let part = |part: &crate::program::TonePart| {
        let hertz: Vec<f32> = part.frequencies_hz.iter().map(|hertz| f32::from(*hertz)).collect();
        let length_ms = u32::try_from(part.length.0).unwrap_or(u32::MAX);
        match hertz.is_empty() {
            true => tone::cadence(&[], 0, 0, length_ms),
            false => tone::cadence(&hertz, TONE_AMPLITUDE, length_ms, 0),
        }
    };
    let samples: Vec<i16> = declared.parts.iter().flat_map(|one| part(one).samples().to_vec()).collect();
    Clip::from_samples(&samples)
}

/// Nobody hears another program's prompt because it has the same name.
fn check_texts(program: &Program, folder: &Path) -> Result<(), SoundsError> {
    let said = Said::read(folder)
        .map_err(|error| SoundsError::Table { file: folder.join("said.csv"), reason: error.to_string() })?;
    let other: Vec<(String, String, String)> = speech::recordings(program)
        .filter_map(|needed| {
            let says = said.other_than(&needed.key, &needed.text)?.to_owned();
            Some((format!("{}.wav", needed.key), says, needed.text))
        })
        .collect();
    if other.is_empty() { Ok(()) } else { Err(SoundsError::Other { folder: folder.to_owned(), other }) }
}
