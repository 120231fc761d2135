//! How long what a caller hears is: recordings as they are, everything else by the simulator's rule.

use crate::cli::disk::DiskFiles;
use crate::explore::Lengths;
use crate::program::verb::{Play, Sound};
use crate::program::{Program, PromptId, Verb};
use crate::simulator::World;
use crate::time::DurationMs;
use std::collections::BTreeMap;
use std::path::Path;

/// Lengths that were measured.
pub struct Measured {
    prompts: Vec<DurationMs>,
    sounds: BTreeMap<String, DurationMs>,
}

impl Measured {
    /// Looks at the recordings of a program. A prompt that says values is put together from several, and estimated.
    pub fn of(program: &Program, files: &DiskFiles) -> Measured {
        let folder = files.prompts();
        let of_prompt = |name: &str| {
            let languages = program.languages.iter();
            languages.filter_map(|language| recording(&folder.join(&**language), name)).max()
        };
        let prompts = program.prompts.iter();
        let prompts = prompts.map(|prompt| of_prompt(&prompt.name).unwrap_or(World::PROMPT)).collect();
        let mut sounds = BTreeMap::new();
        for node in &program.nodes {
            if let Verb::Play(Play { sound: Sound::Recording(name), .. }) = &node.verb {
                sounds.extend(recording(&folder, name).map(|length| (name.to_string(), length)));
            }
        }
        Measured { prompts, sounds }
    }

    /// Calls `judge` with the lengths.
    pub fn with<T>(&self, judge: impl FnOnce(&Lengths) -> T) -> T {
        let prompt = |id: PromptId| self.prompts.get(id.0 as usize).copied().unwrap_or(World::PROMPT);
        let sound = |name: &str| self.sounds.get(name).copied().unwrap_or(World::SOUND);
        judge(&Lengths { prompt: &prompt, sound: &sound })
    }
}

/// How long a recording is; nothing where there is none.
fn recording(folder: &Path, name: &str) -> Option<DurationMs> {
    let reader = hound::WavReader::open(folder.join(format!("{name}.wav"))).ok()?;
    let (samples, rate) = (u64::from(reader.duration()), u64::from(reader.spec().sample_rate));
    Some(DurationMs((samples * 1000).checked_div(rate)?))
}
