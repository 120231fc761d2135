//! What contacts did, on disk: segments that one writer appends to, and that keep many contacts each.
//!
//! ```text
//! DATA/journals/00000007.segment   sealed: its last lines say where each contact's lines are
//! DATA/journals/00000008.segment   being written, and locked
//! ```
//!
//! A segment is sealed when it is large or old enough, and when the server stops; whatever a crash has left unsealed is cut
//! behind its last whole line and sealed at the next start. Nothing is ever appended to a segment that is sealed: a contact that
//! goes on goes on in the next one. The lines themselves are the engine's ([`crate::engine::SegmentLine`]).
//!
//! | file | job |
//! |---|---|
//! | `folder` | the names of segments, which are there, which may go |
//! | `index` | the last lines of a sealed segment |
//! | `writer` | the segment that is being written |
//! | `read` | all contacts of files and folders, one after another; one of them by its id |
//! | `forget` | takes contacts out, for a person who is erased |
//! | `single` | files of earlier versions, one a contact |

mod folder;
mod forget;
mod index;
mod read;
mod single;
mod writer;

use super::clock::Clock;
use super::private;
use crate::engine::{Journal, JournalEntry, JournalHeader, Mark, line};
use crate::program::Text;
use crate::time::DurationMs;
pub use forget::forget_journals;
use parking_lot::Mutex;
use read::Lines;
pub use read::{JournalReader, JournalText, find_journal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use writer::Writer;

/// How journals are kept.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct JournalSettings {
    /// A segment is sealed when it is larger than so many megabytes (10^6 bytes), 1 to 4000.
    pub segment_mb: u32,
    /// It is sealed when it is older than so many hours.
    pub segment_hours: u32,
    /// Sealed segments go so many days after their last line; they stay for ever where this is missing.
    pub keep_days: Option<u32>,
}

/// The folder of the journals.
#[derive(Clone, Debug)]
pub struct Journals {
    folder: PathBuf,
    writer: Arc<Mutex<Writer>>,
}

/// A contact's journal, being written.
#[derive(Debug)]
pub struct JournalFile {
    journals: Journals,
    contact: Text,
    /// Legs that wait for a step.
    legs: Vec<String>,
}

/// A journal that a crash left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOpen {
    /// A contact whose lines are in segments.
    Contact(Text),
    /// A file of an earlier version.
    File(PathBuf),
}

/// A journal that a crash left open, read.
pub struct Left<T> {
    /// Which.
    pub open: LeftOpen,
    /// It, `None` where not even its first line is whole; or why it cannot be read.
    pub journal: Result<Option<Journal>, String>,
    /// What was written down of its legs, in order.
    pub legs: Vec<T>,
}

fn whole(text: &str) -> Result<Option<Journal>, String> {
    match text.is_empty() {
        true => Ok(None),
        false => Journal::read(text).map(Some).map_err(|error| error.to_string()),
    }
}

impl Default for JournalSettings {
    fn default() -> JournalSettings {
        JournalSettings { segment_mb: 64, segment_hours: 24, keep_days: None }
    }
}

impl JournalSettings {
    fn bytes(&self) -> u64 {
        u64::from(self.segment_mb) * 1_000_000
    }

    fn age(&self) -> DurationMs {
        DurationMs::from_secs(u64::from(self.segment_hours) * 3600)
    }

    fn keep(&self) -> Option<DurationMs> {
        self.keep_days.map(|days| DurationMs::from_secs(u64::from(days) * 86_400))
    }
}

impl Journals {
    /// The folder below the data folder, made where it is missing. What a crash left unsealed is cut and sealed.
    ///
    /// # Errors
    /// Where the folder cannot be used; of the kind `WouldBlock` where another server writes there.
    pub fn new(data: &Path, settings: &JournalSettings, clock: Clock) -> io::Result<Journals> {
        let folder = data.join("journals");
        private::folder(&folder)?;
        let writer = Writer::new(&folder, settings.clone(), clock)?;
        Ok(Journals { folder, writer: Arc::new(Mutex::new(writer)) })
    }

    /// Begins a contact's journal.
    pub fn create(&self, header: &JournalHeader) -> io::Result<JournalFile> {
        let contact = header.contact.id.clone();
        self.writer.lock().append(&contact, &[(Mark::Begin, line(header).trim_end())])?;
        Ok(JournalFile { journals: self.clone(), contact, legs: Vec::new() })
    }

    /// Everything that the contact said is in the store.
    pub fn close(&self, contact: &str) -> io::Result<()> {
        self.writer.lock().append(contact, &[(Mark::Done, "")])
    }

    /// The same, written with the next lines of others, or by [`Journals::settle`]. Where a crash is sooner, the next start finds that
    /// the store has heard everything.
    ///
    /// # Errors
    /// Where 256 wait already, and the disk does not take them: the next start closes it.
    pub fn close_soon(&self, contact: &str) -> io::Result<()> {
        self.writer.lock().close_soon(contact.into())
    }

    /// Writes down what waits for the next lines.
    ///
    /// # Errors
    /// Where the disk does not take it; it goes on waiting.
    pub fn settle(&self) -> io::Result<()> {
        self.writer.lock().settle()
    }

    /// Seals the segment that is being written; what comes later begins another one.
    pub fn seal(&self) -> io::Result<()> {
        self.writer.lock().seal()
    }

    /// Removes the segments whose last line is older; their names. One in which a contact began that is still open stays.
    pub fn remove_older(&self, length: DurationMs) -> Vec<String> {
        self.writer.lock().remove_older(length)
    }

    /// The journals of contacts that last, or that a crash left open, by name.
    pub fn left_open(&self) -> io::Result<Vec<LeftOpen>> {
        let contacts = self.writer.lock().open().map(LeftOpen::Contact).collect::<Vec<_>>();
        let files = single::left_open(&self.folder)?.into_iter().map(LeftOpen::File);
        Ok(contacts.into_iter().chain(files).collect())
    }

    /// A journal that is open, as far as it is whole; `None` where not even its first line is.
    ///
    /// # Errors
    /// A sentence, where it cannot be read.
    pub fn read(&self, open: &LeftOpen) -> Result<Option<Journal>, String> {
        let text = match open {
            LeftOpen::File(path) => single::read(path),
            LeftOpen::Contact(contact) => {
                let first = self.writer.lock().first_segment(contact);
                let found = read::contacts(&self.folder, &[(contact.clone(), first)].into());
                found.map(|mut found| found.remove(contact).unwrap_or_default().journal)
            }
        };
        whole(&text.map_err(|error| error.to_string())?)
    }

    /// The journals that a crash left open, as far as they are whole, and what was written down of their legs; all of them
    /// are read in one go.
    ///
    /// # Errors
    /// Where segments cannot be read.
    pub fn read_left_open<T: DeserializeOwned>(&self) -> io::Result<Vec<Left<T>>> {
        let wanted = self.writer.lock().begun();
        let mut found = read::contacts(&self.folder, &wanted)?;
        let left = |open: LeftOpen| {
            let lines = match &open {
                LeftOpen::Contact(contact) => Ok(found.remove(contact).unwrap_or_default()),
                LeftOpen::File(path) => {
                    single::read(path).map(|journal| Lines { journal, ..Lines::default() })
                }
            };
            let (journal, legs) = match lines {
                Ok(lines) => (whole(&lines.journal), lines.legs),
                Err(error) => (Err(error.to_string()), Vec::new()),
            };
            let legs = legs.iter().filter_map(|leg| serde_json::from_str(leg).ok()).collect();
            Left { open, journal, legs }
        };
        Ok(self.left_open()?.into_iter().map(left).collect())
    }

    /// Goes on with the journal of a contact, where it goes on itself.
    pub fn go_on(&self, contact: &str) -> JournalFile {
        JournalFile { journals: self.clone(), contact: contact.into(), legs: Vec::new() }
    }

    /// Goes on with a journal that was left open, behind what is whole of it, and closes it.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub fn complete(&self, open: &LeftOpen, more: &[JournalEntry]) -> io::Result<()> {
        match open {
            LeftOpen::File(path) => single::append(path, more),
            LeftOpen::Contact(contact) => {
                let mut file = self.go_on(contact);
                more.iter().try_for_each(|entry| file.append(entry))
            }
        }
    }

    /// What was left open and has been taken up is closed.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub fn close_left_open(&self, open: &LeftOpen) -> io::Result<()> {
        match open {
            LeftOpen::File(path) => single::close(&self.folder, path),
            LeftOpen::Contact(contact) => self.close(contact),
        }
    }

    /// Forgets one of which nothing was whole.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub fn forget(&self, open: &LeftOpen) -> io::Result<()> {
        match open {
            LeftOpen::File(path) => std::fs::remove_file(path),
            LeftOpen::Contact(contact) => self.close(contact),
        }
    }
}

impl JournalFile {
    /// A leg that is up, beside the journal: written with the next step, or by [`JournalFile::settle`].
    pub fn keep_leg(&mut self, leg: &impl Serialize) {
        self.legs.push(line(leg));
    }

    /// Writes down the legs that wait for a step.
    ///
    /// # Errors
    /// Where the disk does not take them: a crash would lose the call.
    pub fn settle(&mut self) -> io::Result<()> {
        if self.legs.is_empty() { Ok(()) } else { self.write(None) }
    }

    /// Writes a step. It survives the process from here on; a power failure is survived by what the store holds.
    pub fn append(&mut self, entry: &JournalEntry) -> io::Result<()> {
        self.write(Some(line(entry)))
    }

    fn write(&mut self, step: Option<String>) -> io::Result<()> {
        let legs = std::mem::take(&mut self.legs);
        let legs = legs.iter().map(|leg| (Mark::Leg, leg.trim_end()));
        let step = step.as_deref().map(|step| (Mark::Step, step.trim_end()));
        self.journals.writer.lock().append(&self.contact, &legs.chain(step).collect::<Vec<_>>())
    }
}
