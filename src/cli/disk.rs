//! A program's folder on disk.

use crate::source::{FileError, Files};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Hands out the files of one folder, and nothing outside it.
#[derive(Clone, Debug)]
pub struct DiskFiles {
    root: PathBuf,
}

impl DiskFiles {
    /// The program in this folder; the file `main.flow` in it may be named instead.
    pub fn new(path: impl Into<PathBuf>) -> DiskFiles {
        let path = path.into();
        let is_script = path.extension().is_some_and(|ending| ending == "flow");
        let parent = path.parent().map(Path::to_owned);
        DiskFiles { root: if is_script { parent.unwrap_or_default() } else { path } }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the program's recordings: `prompts` beside the scripts, else the nearest one above.
    pub fn prompts(&self) -> PathBuf {
        let start = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
        let candidates = start.ancestors().map(|folder| folder.join("prompts"));
        let mut found = candidates.filter(|folder| folder.is_dir());
        found.next().unwrap_or_else(|| self.root.join("prompts"))
    }

    fn path(&self, path: &str) -> Result<PathBuf, FileError> {
        let relative = Path::new(path);
        let stays =
            relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        match stays && !path.is_empty() {
            true => Ok(self.root.join(relative)),
            false => Err(FileError::Outside { path: path.to_owned() }),
        }
    }
}

impl Files for DiskFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        std::fs::read(self.path(path)?).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => FileError::NotFound { path: path.to_owned() },
            _ => FileError::Unreadable { path: path.to_owned(), reason: error.to_string() },
        })
    }

    fn scripts(&self) -> Result<Vec<String>, FileError> {
        let shown = self.root.display().to_string();
        let entries = std::fs::read_dir(&self.root).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => FileError::NotFound { path: shown.clone() },
            _ => FileError::Unreadable { path: shown.clone(), reason: error.to_string() },
        })?;
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut scripts: Vec<String> = names.filter(|name| name.ends_with(".flow")).collect();
        scripts.sort();
        Ok(scripts)
    }

    fn recordings(&self) -> BTreeSet<String> {
        let prompts = self.prompts();
        let mut found = BTreeSet::new();
        collect(&prompts, &prompts, &mut found);
        found
    }
}

/// The recordings below a folder, by their keys.
fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "wav")
            && let Ok(relative) = path.with_extension("").strip_prefix(root)
        {
            found.insert(relative.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_cannot_name_a_file_outside_its_folder() {
        let files = DiskFiles::new("flows/bank");
        for path in ["../secret", "/etc/passwd", "data/../../x", ""] {
            assert!(matches!(files.read(path), Err(FileError::Outside { .. })), "{path}");
        }
    }
}
