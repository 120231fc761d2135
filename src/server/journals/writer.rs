//! The segment that is being written.

use super::JournalSettings;
use super::folder::{self, Number};
use super::forget::is_forgotten;
use super::index::Index;
use crate::engine::{Mark, SegmentLine};
use crate::program::Text;
use crate::server::clock::Clock;
use crate::server::private;
use crate::store::identity::{Identity, identity, is_deleted};
use crate::time::{DurationMs, Wall};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// Contacts that are done and wait for a line: what is tried again while the disk is full stays small.
const MOST_DONE: usize = 256;

/// Appends lines, seals segments, and removes those that are old.
#[derive(Debug)]
pub(super) struct Writer {
    folder: PathBuf,
    settings: JournalSettings,
    clock: Clock,
    /// The segment that is being written; one begins with its first line.
    segment: Option<Segment>,
    next: Number,
    /// What is known of the segment; between two of them, the contacts that are open.
    index: Index,
    /// Contacts that are done, and whose line waits for others: whoever loses it finds again that they are.
    done: Vec<Text>,
    /// What is written next; its room is kept.
    text: String,
}

#[derive(Debug)]
struct Segment {
    file: File,
    path: PathBuf,
    identity: Option<Identity>,
    number: Number,
    /// How long it is, in whole lines.
    length: u64,
    began: Wall,
}

impl Writer {
    pub fn new(folder: &Path, settings: JournalSettings, clock: Clock) -> io::Result<Writer> {
        let (next, open) = seal_all(folder, clock.wall())?;
        let index = Index { open, ..Index::default() };
        let writer = Writer {
            folder: folder.to_owned(),
            settings,
            clock,
            segment: None,
            next,
            index,
            done: Vec::new(),
            text: String::new(),
        };
        writer.remove_old();
        Ok(writer)
    }

    /// The contacts that are open.
    pub fn open(&self) -> impl Iterator<Item = Text> {
        self.index.open.keys().cloned()
    }

    /// The segment in which an open contact began.
    pub fn first_segment(&self, contact: &str) -> Number {
        self.index.open.get(contact).copied().unwrap_or(0)
    }

    /// The contacts that are open, each with the segment in which it began.
    pub fn begun(&self) -> BTreeMap<Text, Number> {
        self.index.open.clone()
    }

    /// Appends lines of a contact in one go, behind what waits. What the disk takes only in part is cut off again.
    pub fn append(&mut self, contact: &str, lines: &[(Mark, &str)]) -> io::Result<()> {
        // Whether the segment was deleted is asked where a contact begins; whether it was moved away, once a second ([`Writer::settle`]).
        if lines.iter().any(|(mark, _)| *mark == Mark::Begin)
            && self.segment.as_ref().is_some_and(|segment| is_deleted(&segment.file))
        {
            self.leave_lost();
        }
        self.rotate()?;
        let done = std::mem::take(&mut self.done);
        let waiting = done.iter().map(|contact| done_line(contact));
        let lines = lines.iter().map(|(mark, json)| SegmentLine { mark: *mark, contact, json });
        let written = self.write(&waiting.chain(lines).collect::<Vec<_>>());
        if written.is_err() {
            self.done = done;
        }
        written
    }

    /// A contact is done: its line goes with the next that are appended, or by [`Writer::settle`].
    ///
    /// # Errors
    /// Where too many wait already and the disk does not take them: this contact stays open.
    pub fn close_soon(&mut self, contact: Text) -> io::Result<()> {
        if self.done.len() >= MOST_DONE {
            self.settle()?;
        }
        self.done.push(contact);
        Ok(())
    }

    /// Appends what waits.
    pub fn settle(&mut self) -> io::Result<()> {
        self.leave_lost();
        if self.done.is_empty() { Ok(()) } else { self.append("", &[]) }
    }

    fn write(&mut self, lines: &[SegmentLine<'_>]) -> io::Result<()> {
        self.text.clear();
        let mut begins = Vec::with_capacity(lines.len());
        for line in lines {
            begins.push(self.text.len() as u64);
            line.write_to(&mut self.text);
        }
        let now = self.clock.wall();
        let segment = match &mut self.segment {
            Some(segment) => segment,
            None => self.segment.insert(Segment::create(&self.folder, &mut self.next, now)?),
        };
        if let Err(error) = segment.file.write_all(self.text.as_bytes()) {
            if segment.file.set_len(segment.length).is_err() {
                // What follows would stand behind half a line: it goes into another segment.
                self.leave();
            }
            return Err(error);
        }
        self.index.until = now;
        for (line, begin) in lines.iter().zip(begins) {
            self.index.keep(line, segment.length + begin, segment.number);
        }
        segment.length += self.text.len() as u64;
        Ok(())
    }

    /// Ends the segment: it is not written to any more.
    pub fn seal(&mut self) -> io::Result<()> {
        let done = std::mem::take(&mut self.done);
        if !done.is_empty()
            && let Err(error) = self.write(&done.iter().map(|contact| done_line(contact)).collect::<Vec<_>>())
        {
            self.done = done;
            return Err(error);
        }
        let Some(mut segment) = self.segment.take() else { return Ok(()) };
        let open = self.index.open.clone();
        let index = std::mem::replace(&mut self.index, Index { open, ..Index::default() });
        segment.file.write_all(index.write(segment.length).as_bytes())?;
        // Nobody waits for the disk: a crash before it is done finds the segment unsealed.
        std::thread::spawn(move || segment.file.sync_data());
        self.remove_old();
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        let Some(segment) = &self.segment else { return Ok(()) };
        let age = self.clock.wall().0.saturating_sub(segment.began.0);
        let is_old = DurationMs(u64::try_from(age).unwrap_or(0)) >= self.settings.age();
        if segment.length >= self.settings.bytes() || is_old { self.seal() } else { Ok(()) }
    }

    /// What is written to a segment that somebody has deleted or moved away goes with the process: another one begins.
    fn leave_lost(&mut self) {
        let Some(segment) = self.segment.as_ref().filter(|segment| !segment.is_there()) else { return };
        tracing::error!(
            segment = %segment.path.display(),
            "a segment of journals was deleted or moved away while it was written, and what contacts that last had done until \
             then with it; another one begins"
        );
        self.leave();
    }

    fn leave(&mut self) {
        self.segment = None;
        self.index.lines.clear();
    }

    fn remove_old(&self) {
        if let Some(keep) = self.settings.keep() {
            let _ = self.remove_older(keep);
        }
    }

    /// Removes the segments whose last line is too old, from the oldest on, as long as no open contact has lines there.
    pub fn remove_older(&self, keep: DurationMs) -> Vec<String> {
        let needed = self.index.open.values().min().copied().unwrap_or(Number::MAX);
        let mut gone = Vec::new();
        for (number, path) in folder::segments(&self.folder).unwrap_or_default() {
            let Ok(Some(index)) = Index::read(&path) else { return gone };
            if number >= needed || index.until.after(keep) > self.clock.wall() {
                return gone;
            }
            if let Err(error) = std::fs::remove_file(&path) {
                tracing::warn!(segment = %path.display(), %error, "an old segment of journals cannot be removed");
                return gone;
            }
            gone.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
        gone
    }
}

fn done_line(contact: &str) -> SegmentLine<'_> {
    SegmentLine { mark: Mark::Done, contact, json: "" }
}

impl Segment {
    fn create(folder: &Path, next: &mut Number, now: Wall) -> io::Result<Segment> {
        // Somebody may have deleted the folder.
        private::folder(folder)?;
        let path = folder::path(folder, *next);
        let file = OpenOptions::new().append(true).create_new(true).open(&path)?;
        lock(&file)?;
        let number = *next;
        *next += 1;
        let identity = identity(&path);
        Ok(Segment { file, path, identity, number, length: 0, began: now })
    }

    /// Whether it still is where it was made.
    fn is_there(&self) -> bool {
        identity(&self.path) == self.identity
    }
}

/// The lock goes with the file, so that a crash releases it.
fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => {
            io::Error::new(io::ErrorKind::WouldBlock, "another server writes its journals there")
        }
        TryLockError::Error(error) => error,
    })
}

/// Seals what is not sealed. Returns the number of the next segment, and the contacts that are open.
fn seal_all(folder: &Path, now: Wall) -> io::Result<(Number, BTreeMap<Text, Number>)> {
    let mut index = Index::default();
    let mut next = 1;
    for (number, path) in folder::segments(folder)? {
        index = match Index::read(&path)? {
            Some(index) => index,
            None => seal_one(&path, number, Index { lines: Default::default(), until: now, ..index })?,
        };
        next = number + 1;
    }
    Ok((next, index.open))
}

/// Cuts a segment behind its last whole line and seals it. A damaged line in between stays, and nobody reads it.
fn seal_one(path: &Path, number: Number, mut index: Index) -> io::Result<Index> {
    let mut file = OpenOptions::new().read(true).append(true).open(path)?;
    lock(&file)?;
    let (mut at, mut whole, mut damaged) = (0, 0, 0);
    let mut reader = BufReader::new(&file);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes)? > 0 {
        let line = bytes.strip_suffix(b"\n").and_then(SegmentLine::read);
        match line {
            Some(line) if line.mark != Mark::Index => {
                index.keep(&line, at, number);
                whole = at + bytes.len() as u64;
            }
            Some(_) | None => damaged += u64::from(!is_forgotten(&bytes)),
        }
        at += bytes.len() as u64;
        bytes.clear();
    }
    if damaged > 0 {
        tracing::warn!(segment = %path.display(), damaged, "lines of journals were torn and are left out");
    }
    file.set_len(whole)?;
    file.write_all(index.write(whole).as_bytes())?;
    file.sync_data()?;
    Ok(index)
}
