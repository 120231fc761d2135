//! An ear for the recordings of a folder or a program: what a far end really hears.

use crate::media::{Clip, Library, Recognized, Recognizer};
use anyhow::{Context, Result};
use std::path::Path;
use std::sync::Arc;

/// Recognizes recordings in what is heard.
pub struct Ear {
    recognizer: Recognizer,
}

impl Ear {
    /// An ear for these clips. One that is nothing but silence cannot be recognized and is left out.
    pub fn new<'a>(clips: impl Iterator<Item = (&'a str, &'a Clip)>) -> Ear {
        let mut library = Library::default();
        for (name, clip) in clips {
            // Silence has no name.
            let _ = library.add(name, clip);
        }
        Ear { recognizer: Recognizer::new(Arc::new(library)) }
    }

    /// An ear for the WAV files of a folder and the folders in it, named by their paths below it.
    pub fn of_folder(folder: &Path) -> Result<Ear> {
        let mut clips = Vec::new();
        collect(folder, "", &mut clips).with_context(|| folder.display().to_string())?;
        Ok(Ear::new(clips.iter().map(|(name, clip)| (name.as_str(), clip))))
    }

    /// Listens on; returns what has been heard to its end or cut, `~` behind what was cut.
    pub fn listen(&mut self, sound: &[i16]) -> Vec<String> {
        self.recognizer.push(sound).iter().map(shown).collect()
    }

    /// Returns what was still being heard at the end.
    pub fn finish(&mut self) -> Vec<String> {
        self.recognizer.finish().iter().map(shown).collect()
    }
}

fn shown(heard: &Recognized) -> String {
    let cut = if heard.complete { "" } else { "~" };
    format!("{}{cut}", heard.name)
}

fn collect(folder: &Path, above: &str, clips: &mut Vec<(String, Clip)>) -> Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name =
            format!("{above}{}", path.with_extension("").file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), clips)?;
        } else if path.extension().is_some_and(|ending| ending == "wav") {
            let clip = Clip::from_wav(&std::fs::read(&path)?).with_context(|| path.display().to_string())?;
            clips.push((name, clip));
        }
    }
    Ok(())
}
