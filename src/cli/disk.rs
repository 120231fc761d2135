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

impl DiskFiles {
    /// Where a file really lies, which must be in the folder: a link may lead anywhere.
    fn within(&self, path: &str) -> std::io::Result<Option<PathBuf>> {
        let Ok(named) = self.path(path) else { return Ok(None) };
        let here = if self.root.as_os_str().is_empty() { Path::new(".") } else { &*self.root };
        let (root, found) = (here.canonicalize()?, named.canonicalize()?);
        Ok(found.starts_with(root).then_some(found))
    }
}

impl Files for DiskFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let shown = || path.to_owned();
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => FileError::NotFound { path: shown() },
            _ => FileError::Unreadable { path: shown(), reason: error.to_string() },
        };
        match self.within(path).map_err(failed)? {
            Some(found) => std::fs::read(found).map_err(failed),
            None => Err(FileError::Outside { path: shown() }),
        }
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

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() -> Result<(), Box<dyn std::error::Error>> {
        let folder = std::env::temp_dir().join(format!("callwright-disk-{}", std::process::id()));
        let (inside, outside) = (folder.join("program"), folder.join("other.flow"));
        std::fs::create_dir_all(&inside)?;
        std::fs::write(&outside, "secret")?;
        std::fs::write(inside.join("own.flow"), "own")?;
        std::os::unix::fs::symlink(&outside, inside.join("out.flow"))?;
        std::os::unix::fs::symlink("own.flow", inside.join("in.flow"))?;
        let files = DiskFiles::new(&inside);
        assert_eq!(files.read("in.flow"), Ok(b"own".to_vec()));
        assert_eq!(files.read("out.flow"), Err(FileError::Outside { path: "out.flow".to_owned() }));
        std::fs::remove_dir_all(&folder)?;
        Ok(())
    }
}
