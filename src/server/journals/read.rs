//! Reading journals back, whatever they are kept in: segments, single files, folders of both.

use super::folder::{self, ENDING, Number};
use super::forget::is_forgotten;
use super::index::Index;
use super::single;
use crate::engine::{Mark, SegmentLine};
use crate::program::Text;
use crate::time::Wall;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// One contact's journal as text: its header and its steps, as [`crate::engine::Journal::read`] takes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalText {
    /// The contact's id; the name of the file, where it has one of its own.
    pub contact: String,
    /// Its lines.
    pub text: String,
    /// Whether the contact is over, and all that it said is in the store.
    pub is_closed: bool,
}

/// All contacts of some files and folders, each once it is complete; those that are not come last. Only the contacts that are
/// open are held, so that any number of segments can be gone through.
#[derive(Debug)]
pub struct JournalReader {
    files: VecDeque<PathBuf>,
    segment: Option<BufReader<File>>,
    line: Vec<u8>,
    open: HashMap<String, String>,
    bytes: u64,
    /// Lines that were torn, and steps of contacts whose beginning is in a segment that is not there.
    left_out: u64,
}

impl JournalReader {
    /// Of these files and folders, in this order.
    ///
    /// # Errors
    /// Where a folder cannot be listed.
    pub fn open(paths: &[PathBuf]) -> io::Result<JournalReader> {
        let mut files = VecDeque::new();
        for path in paths {
            match path.is_dir() {
                true => files.extend(files_of(path)?),
                false => files.push_back(path.clone()),
            }
        }
        let (segment, line, open) = (None, Vec::new(), HashMap::new());
        Ok(JournalReader { files, segment, line, open, bytes: 0, left_out: 0 })
    }

    /// The same, without segments in which nothing was written since a moment: who began before it is not wanted.
    ///
    /// # Errors
    /// Where a folder cannot be listed.
    pub fn since(paths: &[PathBuf], from: Wall) -> io::Result<JournalReader> {
        let mut reader = JournalReader::open(paths)?;
        let from = UNIX_EPOCH + Duration::from_millis(u64::try_from(from.0).unwrap_or(0));
        reader.files.retain(|path| {
            let written = path.metadata().and_then(|file| file.modified());
            path.extension().is_none_or(|ending| ending != ENDING) || written.map_or(true, |at| at >= from)
        });
        Ok(reader)
    }

    /// The bytes of all that is still to be read.
    pub fn size(&self) -> u64 {
        self.files.iter().filter_map(|path| path.metadata().ok()).map(|file| file.len()).sum()
    }

    /// The bytes that have been read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Lines that were torn, and steps of contacts whose beginning is missing.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    fn next_journal(&mut self) -> io::Result<Option<JournalText>> {
        loop {
            if let Some(found) = self.next_of_segment()? {
                return Ok(Some(found));
            }
            let Some(path) = self.files.pop_front() else { return Ok(self.next_open()) };
            match path.extension().is_some_and(|ending| ending == ENDING) {
                true => self.segment = Some(BufReader::with_capacity(1 << 18, File::open(&path)?)),
                false => {
                    let text = single::read(&path)?;
                    self.bytes += text.len() as u64;
                    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                    let is_closed = path.parent().is_none_or(|folder| !folder.ends_with("open"));
                    return Ok(Some(JournalText { contact: name, text, is_closed }));
                }
            }
        }
    }

    /// The next contact that is complete in the segment that is being read.
    fn next_of_segment(&mut self) -> io::Result<Option<JournalText>> {
        let Some(segment) = &mut self.segment else { return Ok(None) };
        loop {
            self.line.clear();
            if segment.read_until(b'\n', &mut self.line)? == 0 {
                self.segment = None;
                return Ok(None);
            }
            self.bytes += self.line.len() as u64;
            let line = self.line.strip_suffix(b"\n").and_then(SegmentLine::read);
            let Some(line) = line else {
                // The last line of a segment says where its index is.
                let is_end = self.line.starts_with(b"E ");
                self.left_out += u64::from(!is_end && !is_forgotten(&self.line));
                continue;
            };
            match (line.mark, self.open.get_mut(line.contact)) {
                (Mark::Begin, _) => {
                    let text = self.open.entry(line.contact.to_owned()).or_default();
                    push(text, line.json);
                }
                (Mark::Step, Some(text)) => push(text, line.json),
                (Mark::Step, None) => self.left_out += 1,
                (Mark::Done, _) => {
                    if let Some(text) = self.open.remove(line.contact) {
                        return Ok(Some(JournalText {
                            contact: line.contact.to_owned(),
                            text,
                            is_closed: true,
                        }));
                    }
                }
                (Mark::Leg | Mark::Index, _) => {}
            }
        }
    }

    fn next_open(&mut self) -> Option<JournalText> {
        let contact = self.open.keys().min()?.clone();
        let text = self.open.remove(&contact)?;
        Some(JournalText { contact, text, is_closed: false })
    }
}

impl Iterator for JournalReader {
    type Item = io::Result<JournalText>;

    fn next(&mut self) -> Option<io::Result<JournalText>> {
        self.next_journal().transpose()
    }
}

/// One contact's journal out of files and folders; sealed segments are not read through for it.
///
/// # Errors
/// Where something cannot be read.
pub fn find_journal(paths: &[PathBuf], contact: &str) -> io::Result<Option<String>> {
    let mut text = String::new();
    for path in paths {
        let files = if path.is_dir() { files_of(path)? } else { vec![path.clone()] };
        for file in files {
            match file.extension().is_some_and(|ending| ending == ENDING) {
                true => lines_of(&file, contact, &mut text)?,
                false if file.file_stem().is_some_and(|stem| stem == contact) => {
                    return single::read(&file).map(Some);
                }
                false => {}
            }
        }
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// What segments have of one contact: the lines of its journal, and beside them those of its legs.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub journal: String,
    pub legs: Vec<String>,
}

/// The lines of contacts, each of which began in a segment. Each segment is looked at once.
pub(super) fn contacts(folder: &Path, wanted: &BTreeMap<Text, Number>) -> io::Result<BTreeMap<Text, Lines>> {
    let mut found: BTreeMap<Text, Lines> = BTreeMap::new();
    let oldest = wanted.values().min().copied().unwrap_or(Number::MAX);
    for (number, path) in folder::segments(folder)?.into_iter().filter(|(number, _)| *number >= oldest) {
        let here = wanted.iter().filter(|(_, first)| **first <= number).map(|(contact, _)| contact);
        each_line_of(&path, here, |line| {
            let lines = found.entry(line.contact.into()).or_default();
            match line.mark {
                Mark::Begin | Mark::Step => push(&mut lines.journal, line.json),
                Mark::Leg => lines.legs.push(line.json.to_owned()),
                Mark::Done | Mark::Index => {}
            }
        })?;
    }
    Ok(found)
}

/// Adds what a segment has of a contact's journal.
fn lines_of(segment: &Path, contact: &str, text: &mut String) -> io::Result<()> {
    each_line_of(segment, std::iter::once(&contact.into()), |line| match line.mark {
        Mark::Begin | Mark::Step => push(text, line.json),
        Mark::Leg | Mark::Done | Mark::Index => {}
    })
}

/// Goes through what a segment has of some contacts, of each in order.
fn each_line_of<'a>(
    segment: &Path,
    contacts: impl Iterator<Item = &'a Text>,
    mut found: impl FnMut(&SegmentLine),
) -> io::Result<()> {
    let index = Index::read(segment)?;
    let mut reader = BufReader::new(File::open(segment)?);
    let mut bytes = Vec::new();
    let Some(index) = index else {
        let wanted: BTreeSet<&Text> = contacts.collect();
        while reader.read_until(b'\n', &mut bytes)? > 0 {
            let line = bytes.strip_suffix(b"\n").and_then(SegmentLine::read);
            line.iter().filter(|line| wanted.contains(&Text::from(line.contact))).for_each(&mut found);
            bytes.clear();
        }
        return Ok(());
    };
    for contact in contacts {
        for at in index.lines.get(contact).into_iter().flatten() {
            reader.seek(SeekFrom::Start(*at))?;
            bytes.clear();
            reader.read_until(b'\n', &mut bytes)?;
            let line = bytes.strip_suffix(b"\n").and_then(SegmentLine::read);
            line.iter().filter(|line| line.contact == &**contact).for_each(&mut found);
        }
    }
    Ok(())
}

fn push(text: &mut String, json: &str) {
    text.push_str(json);
    text.push('\n');
}

/// The journals of a folder: its segments first, then single files, then those that were open.
fn files_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = folder::segments(folder)?.into_iter().map(|(_, path)| path).collect();
    let mut single: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        single.extend(Some(path).filter(|path| path.extension().is_some_and(|ending| ending == "jsonl")));
    }
    single.sort();
    files.extend(single);
    files.extend(single::left_open(folder)?);
    Ok(files)
}
