//! The journals' files: one a contact, open while it lasts.
//!
//! `DATA/journals/open/ID.jsonl` moves to `DATA/journals/ID.jsonl` once everything that the contact said is durable in
//! the store. What lies in `open` at a start belongs to contacts that a crash cut short.

use crate::engine::{JournalEntry, JournalHeader, line};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder.
#[derive(Clone, Debug)]
pub struct Journals {
    closed: PathBuf,
    open: PathBuf,
}

/// A contact's journal, being written.
#[derive(Debug)]
pub struct JournalFile {
    file: File,
}

impl Journals {
    /// The folder below the data folder, made where it is missing.
    pub fn new(data: &Path) -> io::Result<Journals> {
        let closed = data.join("journals");
        let open = closed.join("open");
        std::fs::create_dir_all(&open)?;
        Ok(Journals { closed, open })
    }

    /// Begins a contact's journal.
    pub fn create(&self, header: &JournalHeader) -> io::Result<JournalFile> {
        let path = self.open_path(&header.contact.id);
        let mut file = OpenOptions::new().append(true).create_new(true).open(path)?;
        file.write_all(line(header).as_bytes())?;
        Ok(JournalFile { file })
    }

    /// Goes on with a journal that a crash left open, behind its first `whole` bytes: what follows is a torn line.
    pub fn reopen(&self, contact: &str, whole: usize) -> io::Result<JournalFile> {
        let file = OpenOptions::new().append(true).open(self.open_path(contact))?;
        file.set_len(whole as u64)?;
        Ok(JournalFile { file })
    }

    /// Everything that the contact said is in the store.
    pub fn close(&self, contact: &str) -> io::Result<()> {
        std::fs::rename(self.open_path(contact), self.closed_path(contact))
    }

    /// The journals that are open, by name.
    pub fn left_open(&self) -> io::Result<Vec<PathBuf>> {
        let files = std::fs::read_dir(&self.open)?.map(|entry| entry.map(|entry| entry.path()));
        let mut paths: Vec<PathBuf> = files.collect::<Result<_, _>>()?;
        paths.sort();
        Ok(paths)
    }

    /// Where a contact's journal lies once it is closed.
    pub fn closed_path(&self, contact: &str) -> PathBuf {
        self.closed.join(format!("{contact}.jsonl"))
    }

    fn open_path(&self, contact: &str) -> PathBuf {
        self.open.join(format!("{contact}.jsonl"))
    }
}

impl JournalFile {
    /// Writes a step. It survives the process from here on; a power failure is survived by what the store holds.
    pub fn append(&mut self, entry: &JournalEntry) -> io::Result<()> {
        self.file.write_all(line(entry).as_bytes())
    }
}
