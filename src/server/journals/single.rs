//! Journals of earlier versions: a file a contact, below `open` while the contact lasted.

use crate::engine::{JournalEntry, line};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Those that a crash left open, by name.
pub(super) fn left_open(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let open = folder.join("open");
    if !open.is_dir() {
        return Ok(Vec::new());
    }
    let files = std::fs::read_dir(open)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = files.collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}

/// The whole lines of one.
pub(super) fn read(path: &Path) -> io::Result<String> {
    let bytes = std::fs::read(path)?;
    Ok(String::from_utf8_lossy(&bytes[..whole(&bytes)]).into_owned())
}

/// Goes on behind the last whole line.
pub(super) fn append(path: &Path, more: &[JournalEntry]) -> io::Result<()> {
    let length = whole(&std::fs::read(path)?);
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.set_len(length as u64)?;
    more.iter().try_for_each(|entry| file.write_all(line(entry).as_bytes()))
}

/// Moves one out of `open`.
pub(super) fn close(folder: &Path, path: &Path) -> io::Result<()> {
    match path.file_name() {
        Some(name) => std::fs::rename(path, folder.join(name)),
        None => Ok(()),
    }
}

fn whole(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}
