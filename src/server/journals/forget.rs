//! Takes contacts out of the journals of a person who is erased.
//!
//! Their lines become blanks of the same length, in their place: whatever stands beside them stays where indexes say that it is,
//! and a server that goes on writing behind them notices nothing. That a contact is over is still said, without who it was.

use super::folder::{self, ENDING};
use super::index::Index;
use crate::engine::{Mark, SegmentLine};
use crate::program::Text;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A line of somebody who is forgotten.
struct Line {
    at: u64,
    /// Without its line end.
    length: usize,
    contact: Text,
    mark: Mark,
}

/// Makes blanks of all that the journals below a folder have of these contacts, and says whose there was something. A contact
/// that still lasts keeps its journal: a crash would need it.
///
/// # Errors
/// Where a file cannot be read or written; said again it goes on from there.
pub fn forget_journals(folder: &Path, contacts: &BTreeSet<Text>) -> io::Result<BTreeSet<Text>> {
    if contacts.is_empty() || !folder.is_dir() {
        return Ok(BTreeSet::new());
    }
    let mut found = Vec::new();
    for (_, path) in folder::segments(folder)? {
        let lines = lines_of(&path, contacts)?;
        found.push((path, lines));
    }
    let all = || found.iter().flat_map(|(_, lines)| lines);
    let over: BTreeSet<Text> =
        all().filter(|line| line.mark == Mark::Done).map(|line| line.contact.clone()).collect();
    let mut gone = forget_files(folder, contacts)?;
    for (path, lines) in &found {
        let theirs = lines.iter().filter(|line| line.mark != Mark::Done && over.contains(&line.contact));
        let theirs: Vec<&Line> = theirs.collect();
        blank(path, &theirs)?;
        gone.extend(theirs.into_iter().map(|line| line.contact.clone()));
    }
    Ok(gone)
}

/// Whether a line is what is left of one that was forgotten.
pub(super) fn is_forgotten(line: &[u8]) -> bool {
    line.strip_suffix(b"\n").is_some_and(|line| !line.is_empty() && line.iter().all(|byte| *byte == b' '))
}

/// By the index where the segment has one, else line by line.
fn lines_of(segment: &Path, contacts: &BTreeSet<Text>) -> io::Result<Vec<Line>> {
    let mut lines = Vec::new();
    let mut bytes = Vec::new();
    let mut reader = BufReader::new(File::open(segment)?);
    let mut take = |bytes: &[u8], at: u64| {
        let line = bytes.strip_suffix(b"\n").and_then(SegmentLine::read);
        let line = line.filter(|line| line.mark != Mark::Index && contacts.contains(line.contact));
        lines.extend(line.map(|line| Line {
            at,
            length: bytes.len() - 1,
            contact: line.contact.into(),
            mark: line.mark,
        }));
    };
    match Index::read(segment)? {
        Some(index) => {
            for at in contacts.iter().filter_map(|contact| index.lines.get(contact)).flatten() {
                reader.seek(SeekFrom::Start(*at))?;
                bytes.clear();
                reader.read_until(b'\n', &mut bytes)?;
                take(&bytes, *at);
            }
        }
        None => {
            let mut at = 0;
            while reader.read_until(b'\n', &mut bytes)? > 0 {
                take(&bytes, at);
                at += bytes.len() as u64;
                bytes.clear();
            }
        }
    }
    Ok(lines)
}

fn blank(segment: &Path, lines: &[&Line]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    // Not to append: what is written goes where it is said.
    let mut file = OpenOptions::new().write(true).open(segment)?;
    for line in lines {
        file.seek(SeekFrom::Start(line.at))?;
        file.write_all(&vec![b' '; line.length])?;
    }
    file.sync_data()
}

/// The files of earlier versions, one a contact that is over.
fn forget_files(folder: &Path, contacts: &BTreeSet<Text>) -> io::Result<BTreeSet<Text>> {
    let mut gone = BTreeSet::new();
    for entry in std::fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() || path.extension().is_none_or(|ending| ending == ENDING) {
            continue;
        }
        let contact = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| contacts.get(stem));
        if let Some(contact) = contact {
            std::fs::remove_file(&path)?;
            gone.insert(contact.clone());
        }
    }
    Ok(gone)
}
