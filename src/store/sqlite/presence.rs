//! Whether the files that are open are still those that their paths name.
//!
//! SQLite writes on into a file that somebody has deleted, and mixes its log with a file that somebody has put in the place of
//! the one that is open. Both look like success until the process ends. So the paths are looked at around every change: what is
//! no longer ours is an error, and whoever wanted to write keeps what was to be written.

use crate::store::StoreError;
use crate::store::identity::{Identity, identity};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What SQLite keeps beside a database for as long as it is open: the write-ahead log and its index.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// The files of an open database, as they were when it was opened.
#[derive(Clone, Debug)]
pub(super) struct Presence {
    path: PathBuf,
    files: Vec<(PathBuf, Identity)>,
}

impl Presence {
    /// Remembers a database that has just been opened, and switched to its write-ahead log.
    pub fn of(path: &Path) -> Presence {
        let beside = BESIDE.into_iter().map(|end| PathBuf::from(with_end(path, end)));
        let all = [path.to_path_buf()].into_iter().chain(beside);
        let files = all.filter_map(|file| identity(&file).map(|identity| (file, identity))).collect();
        Presence { path: path.to_path_buf(), files }
    }

    /// The database's own path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// # Errors
    /// [`StoreError::Gone`] where a path leads nowhere any more, or to another file.
    pub fn check(&self) -> Result<(), StoreError> {
        let is_ours = |(file, known): &(PathBuf, Identity)| identity(file).as_ref() == Some(known);
        match self.files.iter().find(|file| !is_ours(file)) {
            Some((file, _)) => Err(StoreError::Gone { path: file.clone() }),
            None => Ok(()),
        }
    }
}

fn with_end(path: &Path, end: &str) -> OsString {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name
}
