//! The segments of a folder: `00000001.segment`, `00000002.segment` and so on.

use std::io;
use std::path::{Path, PathBuf};

/// The ending of a segment's name.
pub(super) const ENDING: &str = "segment";

/// The number of a segment; a later one has a higher number.
pub(super) type Number = u64;

/// Where a segment is.
pub(super) fn path(folder: &Path, number: Number) -> PathBuf {
    folder.join(format!("{number:08}.{ENDING}"))
}

/// The segments that are there, the oldest first.
pub(super) fn segments(folder: &Path) -> io::Result<Vec<(Number, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_segment = path.extension().is_some_and(|ending| ending == ENDING);
        let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        found.extend(number.filter(|_| is_segment).map(|number: Number| (number, path)));
    }
    found.sort();
    Ok(found)
}
