//! The recordings of a program, decoded and encoded before the first call.

use super::said::Said;
use super::synthesizer::{SynthesisError, Synthesizer};
use crate::engine::{Audio, Spoken};
use crate::media::playout::Sound;
use crate::media::{Clip, ClipError, level, tone};
use crate::program::{Language, Program, Text, Tone};
use crate::speech::{self, Fragment, Recording, SpeechError};
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
    synthesizer: Option<Synthesizer>,
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
    #[error("{}", unspeakable_lines(.0))]
    Unspeakable(Vec<SpeechError>),
    /// What is missing could not be synthesized either.
    #[error("{recording}.wav is missing, and cannot be synthesized: {source}")]
    NotSynthesized {
        /// The recording.
        recording: String,
        /// Why.
        source: SynthesisError,
    },
}

/// Recordings that are synthesized at the same time when a server starts.
const AT_A_TIME: usize = 4;

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

fn unspeakable_lines(problems: &[SpeechError]) -> String {
    let mut lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    if problems.iter().any(needs_synthesizer) {
        lines.push("configure one in the settings: `speech: { engine: espeak-ng }`".to_owned());
    }
    lines.join("\n")
}

fn needs_synthesizer(problem: &SpeechError) -> bool {
    matches!(problem, SpeechError::NeedsSynthesizer { .. })
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
    /// Loads every recording that the program needs. What is missing is said by the synthesizer where there is one, else it
    /// is an error that names it. Waits for both.
    pub fn load(
        program: &Program,
        folder: &Path,
        synthesizer: Option<&Synthesizer>,
    ) -> Result<Sounds, SoundsError> {
        let mut problems = speech::problems(program);
        problems.retain(|problem| synthesizer.is_none() || !needs_synthesizer(problem));
        if !problems.is_empty() {
            return Err(SoundsError::Unspeakable(problems));
        }
        let needed: Vec<Recording> = speech::recordings(program).collect();
        check_texts(&needed, folder)?;
        let (mut clips, mut missing) = read_all(needed, folder)?;
        if let Some(synthesizer) = synthesizer {
            let (spoken, others): (Vec<Recording>, Vec<Recording>) =
                missing.into_iter().partition(|recording| recording.language.is_some());
            clips.extend(synthesize(&spoken, synthesizer)?);
            missing = others;
        }
        if !missing.is_empty() {
            let missing = missing.into_iter().map(|recording| format!("{}.wav", recording.key)).collect();
            return Err(SoundsError::Missing { folder: folder.to_owned(), missing });
        }
        let ring_back = tone::cadence(&[RING_BACK_HZ], RING_BACK_AMPLITUDE, 1000, 4000);
        let tones = program.tones.iter().map(|declared| (declared.name.clone(), clip_of(declared))).collect();
        let beep = tone::cadence(&[BEEP_HZ], RING_BACK_AMPLITUDE, 300, 50);
        Ok(Sounds { clips, tones, ring_back, beep, synthesizer: synthesizer.cloned() })
    }

    /// How many recordings there are, and how much room they take, in bytes.
    pub fn size(&self) -> (usize, usize) {
        (self.clips.len(), self.clips.values().map(Clip::bytes).sum())
    }

    /// Who says free text, where somebody does.
    pub fn synthesizer(&self) -> Option<&Synthesizer> {
        self.synthesizer.as_ref()
    }

    /// The free texts in this that have to be synthesized before it can be played, and their languages.
    pub fn unsaid(&self, program: &Program, audio: &Audio) -> Vec<(Text, Language)> {
        let Audio::Speech(spoken) = audio else { return Vec::new() };
        let fragments = spoken.iter().filter_map(|one| fragments(program, one)?.ok());
        let text = |fragment| match fragment {
            Fragment::Text { text, language } if self.remembered(&text, &language).is_none() => {
                Some((text, language))
            }
            Fragment::Text { .. } | Fragment::Recording(_) | Fragment::Pause(_) => None,
        };
        fragments.flatten().filter_map(text).collect()
    }

    fn remembered(&self, text: &str, language: &str) -> Option<Clip> {
        self.synthesizer.as_ref().and_then(|synthesizer| synthesizer.remembered(text, language))
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
            // A message is read from the disk when it is played.
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

    /// A prompt is said whole or not at all.
    fn spoken(&self, program: &Program, spoken: &Spoken) -> Result<Vec<Sound>, SpeechError> {
        let mut sounds = Vec::new();
        for fragment in fragments(program, spoken).transpose()?.unwrap_or_default() {
            match fragment {
                Fragment::Recording(key) => sounds.extend(self.clip(&key)),
                Fragment::Pause(length) => {
                    sounds.push(Sound::Silence(u32::try_from(length.0).unwrap_or(u32::MAX)));
                }
                Fragment::Text { text, language } => match self.remembered(&text, &language) {
                    Some(clip) => sounds.push(Sound::Clip(clip)),
                    None => return Err(SpeechError::NotSynthesized { prompt: spoken.prompt.clone() }),
                },
            }
        }
        Ok(sounds)
    }

    fn clip(&self, key: &str) -> Option<Sound> {
        self.clips.get(key).cloned().map(Sound::Clip)
    }
}

/// What a prompt is made of; none where the program has no such prompt.
fn fragments(program: &Program, spoken: &Spoken) -> Option<Result<Vec<Fragment>, SpeechError>> {
    let prompt = program.prompt_named(&spoken.prompt)?;
    let language = program.language_index(&spoken.language);
    Some(speech::fragments(program, prompt, &spoken.args, language))
}

/// Recordings by key, and those that have no file.
type Found = (HashMap<String, Clip>, Vec<Recording>);

fn read_all(needed: Vec<Recording>, folder: &Path) -> Result<Found, SoundsError> {
    let mut clips = HashMap::new();
    let mut missing = Vec::new();
    for recording in needed {
        let file = folder.join(format!("{}.wav", recording.key));
        match std::fs::read(&file) {
            Ok(bytes) => {
                let clip = Clip::from_wav(&bytes).map_err(|source| SoundsError::Unusable { file, source })?;
                let clip = if is_joined(&recording.key) { between_others(clip) } else { clip };
                clips.insert(recording.key, clip);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => missing.push(recording),
            Err(source) => return Err(SoundsError::Unreadable { file, source }),
        }
    }
    Ok((clips, missing))
}

/// Whether a recording is heard between others: a word, or a piece of a prompt.
fn is_joined(key: &str) -> bool {
    key.contains("/words/") || key.rsplit_once('.').is_some_and(|(_, piece)| piece.parse::<u32>().is_ok())
}

fn between_others(clip: Clip) -> Clip {
    level::joined(clip.samples()).map_or(clip, |samples| Clip::from_samples(&samples))
}

/// What is missing, in the synthesizer's voice; several at a time.
fn synthesize(missing: &[Recording], synthesizer: &Synthesizer) -> Result<Vec<(String, Clip)>, SoundsError> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    tracing::warn!(
        count = missing.len(),
        first = missing[0].key,
        "recordings are missing and are synthesized"
    );
    let say = |recording: &Recording| {
        let language = recording.language.as_deref().unwrap_or_default();
        let said = synthesizer.say(&recording.text, language);
        let failed = |source| SoundsError::NotSynthesized { recording: recording.key.clone(), source };
        Ok((recording.key.clone(), said.map_err(failed)?))
    };
    let share = missing.len().div_ceil(AT_A_TIME);
    std::thread::scope(|scope| {
        let shares = missing.chunks(share).map(|share| {
            scope.spawn(move || share.iter().map(say).collect::<Result<Vec<(String, Clip)>, SoundsError>>())
        });
        let shares: Vec<_> = shares.collect();
        let mut spoken = Vec::new();
        for share in shares {
            spoken.extend(share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(spoken)
    })
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
fn check_texts(needed: &[Recording], folder: &Path) -> Result<(), SoundsError> {
    let said = Said::read(folder)
        .map_err(|error| SoundsError::Table { file: folder.join("said.csv"), reason: error.to_string() })?;
    let differs = |needed: &Recording| {
        let says = said.other_than(&needed.key, &needed.text)?.to_owned();
        Some((format!("{}.wav", needed.key), says, needed.text.clone()))
    };
    let other: Vec<(String, String, String)> = needed.iter().filter_map(differs).collect();
    if other.is_empty() { Ok(()) } else { Err(SoundsError::Other { folder: folder.to_owned(), other }) }
}
