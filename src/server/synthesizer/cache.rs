//! Synthesized speech by its hash: in memory, and as WAV files below `DATA/speech`. Both are bounded; what was made
//! longest ago goes first.

use crate::media::{Clip, wav};
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::io::{Cursor, Result};
use std::path::PathBuf;
use std::time::SystemTime;

/// Clips in memory: some 60 MB where each lasts three seconds.
const CLIPS: usize = 1000;
/// Files on disk: some 500 MB.
const FILES: usize = 10_000;
/// Files are counted again after so many new ones.
const COUNTED_EVERY: usize = 1000;

#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    clips: HashMap<String, Clip>,
    order: VecDeque<String>,
    written: usize,
}

impl Cache {
    pub(super) fn new(folder: PathBuf) -> Result<Cache> {
        std::fs::create_dir_all(&folder)?;
        let cache = Cache { folder, memory: Mutex::default() };
        cache.prune()?;
        Ok(cache)
    }

    pub(super) fn remembered(&self, name: &str) -> Option<Clip> {
        self.memory.lock().clips.get(name).cloned()
    }

    pub(super) fn in_memory(&self) -> usize {
        self.memory.lock().clips.len()
    }

    /// In memory or on disk. A file that cannot be read is as good as none.
    pub(super) fn find(&self, name: &str) -> Option<Clip> {
        if let Some(clip) = self.remembered(name) {
            return Some(clip);
        }
        let clip = Clip::from_wav(&std::fs::read(self.file(name)).ok()?).ok()?;
        self.remember(name, &clip);
        Some(clip)
    }

    /// Keeps a clip in memory and on disk, there whole or not at all.
    pub(super) fn keep(&self, name: &str, clip: &Clip) -> Result<()> {
        let is_due = self.remember(name, clip).is_multiple_of(COUNTED_EVERY);
        let mut bytes = Cursor::new(Vec::new());
        wav::write(clip.samples(), &mut bytes).map_err(std::io::Error::other)?;
        let part = self.folder.join(format!("{name}.{:?}.part", std::thread::current().id()));
        std::fs::write(&part, bytes.get_ref())?;
        std::fs::rename(&part, self.file(name))?;
        if is_due { self.prune() } else { Ok(()) }
    }

    /// Returns how many were remembered so far.
    fn remember(&self, name: &str, clip: &Clip) -> usize {
        let mut memory = self.memory.lock();
        if memory.clips.insert(name.to_owned(), clip.clone()).is_none() {
            memory.order.push_back(name.to_owned());
        }
        if memory.order.len() > CLIPS
            && let Some(oldest) = memory.order.pop_front()
        {
            memory.clips.remove(&oldest);
        }
        memory.written += 1;
        memory.written
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.wav"))
    }

    /// Removes the oldest files beyond the limit.
    fn prune(&self) -> Result<()> {
        let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            files.push((entry.metadata()?.modified()?, entry.path()));
        }
        files.sort();
        let beyond = files.len().saturating_sub(FILES);
        files.iter().take(beyond).try_for_each(|(_, file)| std::fs::remove_file(file))
    }
}
