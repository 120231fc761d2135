//! The provider that hands files to the compiler.

use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Hands out the files of one program, by paths relative to its folder, with `/` between their parts.
pub trait Files {
    /// The whole content of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError>;

    /// The scripts of the program's folder (`*.flow`), sorted by name.
    fn scripts(&self) -> Result<Vec<String>, FileError>;

    /// The recordings there are, as `language/name` without the ending: `ru/welcome`.
    fn recordings(&self) -> BTreeSet<String>;
}

/// Why a file could not be had.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FileError {
    /// There is no such file.
    #[error("there is no file `{path}`")]
    NotFound {
        /// As it was asked for.
        path: String,
    },
    /// It exists and cannot be read.
    #[error("`{path}` cannot be read: {reason}")]
    Unreadable {
        /// As it was asked for.
        path: String,
        /// In the system's words.
        reason: String,
    },
    /// A script may only name files inside its own folder.
    #[error("`{path}` leaves the program's folder")]
    Outside {
        /// As it was asked for.
        path: String,
    },
}

/// Files held in memory: for tests, editors and embedders.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
    recordings: BTreeSet<String>,
}

impl MemoryFiles {
    /// A program of one script, `main.flow`.
    pub fn script(text: &str) -> MemoryFiles {
        MemoryFiles::default().with("main.flow", text)
    }

    /// The same files and one more.
    pub fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> MemoryFiles {
        self.files.insert(path.to_owned(), content.into());
        self
    }

    /// The same files and one more recording, named `language/name`.
    pub fn with_recording(mut self, name: &str) -> MemoryFiles {
        self.recordings.insert(name.to_owned());
        self
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.files.get(path).cloned().ok_or_else(|| FileError::NotFound { path: path.to_owned() })
    }

    fn scripts(&self) -> Result<Vec<String>, FileError> {
        Ok(self.files.keys().filter(|path| path.ends_with(".flow")).cloned().collect())
    }

    fn recordings(&self) -> BTreeSet<String> {
        self.recordings.clone()
    }
}
