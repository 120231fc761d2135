//! Recordings that lie in the data folder, for whoever is sent them: a foreign CRM, an e-mail.
//!
//! ```text
//! DATA/recordings/CONTACT/call-1.wav      a side, or both, of a call
//! DATA/recordings/CONTACT/message-7.wav   what a caller said after the tone, by the action that recorded it
//! DATA/recordings/open/CONTACT.call-1.wav while it is being written
//! ```
//!
//! A file that is sealed ([`crate::store::sealed`]) is opened by the data keys; its name there is `CONTACT/call-1.wav`.

use crate::connector::Recorded;
use crate::media::wav;
use crate::store::DataKeys;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What is sent is held in memory: a recording that is larger, an hour of a call, is left out, and the log says so.
const LARGEST: u64 = 60 * 1_000_000;

/// Where the recordings of a deployment are, and what opens them. Clones share it.
#[derive(Clone, Debug)]
pub struct Recorder {
    folder: PathBuf,
    keys: DataKeys,
}

impl Recorder {
    /// The recordings below a data folder.
    pub fn new(data: &Path, keys: DataKeys) -> Recorder {
        Recorder { folder: data.join("recordings"), keys }
    }

    /// Whether a recording of this contact is still being written.
    pub fn is_writing(&self, contact: &str) -> bool {
        let prefix = format!("{contact}.");
        let Ok(entries) = std::fs::read_dir(self.folder.join("open")) else { return false };
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
    }

    /// All of a contact's, by their names; one that cannot be read is left out, and the log says so.
    pub fn of_contact(&self, contact: &str) -> Vec<Recorded> {
        if !is_plain(contact) {
            return Vec::new();
        }
        let entries = std::fs::read_dir(self.folder.join(contact)).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| name.ends_with(".wav")).collect();
        names.sort_unstable();
        let read = |name: &String| match self.read(contact, name) {
            Ok(recorded) => Some(recorded),
            Err(error) => {
                tracing::warn!(contact, recording = name, %error, "a recording cannot be sent");
                None
            }
        };
        names.iter().filter_map(read).collect()
    }

    /// A recording by the name that the CRM has for it, `CONTACT/call-1.wav`; opened where it is sealed.
    ///
    /// # Errors
    /// Where there is none of this name, and where it cannot be read or opened.
    pub fn open(&self, name: &str) -> io::Result<Vec<u8>> {
        let (contact, file) = name.split_once('/').unwrap_or_default();
        if !is_plain(contact) || !file.strip_suffix(".wav").is_some_and(is_plain) {
            return Err(ErrorKind::NotFound.into());
        }
        self.keys.open_or_read(name, std::fs::read(self.folder.join(contact).join(file))?)
    }

    /// Removes all of a contact's, and says how many there were. What is still being written stays.
    ///
    /// # Errors
    /// Where the folder cannot be read or removed; said again it goes on from there.
    pub fn forget(&self, contact: &str) -> io::Result<usize> {
        let folder = self.folder.join(contact);
        if !is_plain(contact) || !folder.is_dir() {
            return Ok(0);
        }
        let count = std::fs::read_dir(&folder)?.count();
        std::fs::remove_dir_all(folder)?;
        Ok(count)
    }

    /// The message that a flow knows by this name: the contact's id and the number of the action that recorded it.
    ///
    /// # Errors
    /// Where there is none, or where it cannot be read.
    pub fn message(&self, id: &str) -> io::Result<Recorded> {
        let (contact, action) = id.rsplit_once('-').unwrap_or_default();
        if !is_plain(contact) || !is_plain(action) {
            return Err(ErrorKind::NotFound.into());
        }
        self.read(contact, &format!("message-{action}.wav"))
    }

    fn read(&self, contact: &str, file: &str) -> io::Result<Recorded> {
        let path = self.folder.join(contact).join(file);
        if std::fs::metadata(&path)?.len() > LARGEST {
            return Err(io::Error::new(ErrorKind::FileTooLarge, "it is larger than what is sent"));
        }
        let bytes = self.keys.open_or_read(&format!("{contact}/{file}"), std::fs::read(&path)?)?;
        let seconds = wav::header(&bytes).map_or(0, |header| header.seconds.into());
        let (kind, base64) = ("audio/wav".to_owned(), BASE64_STANDARD.encode(&bytes));
        Ok(Recorded { name: format!("{contact}-{file}"), kind, seconds, base64 })
    }
}

/// What may stand in a path.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let recorder = Recorder::new(Path::new("/nowhere"), DataKeys::default());
        for id in ["../../etc/passwd-1", "a/b-1", "-1", "", "c.d-1", "c-5f1c-../x"] {
            assert!(recorder.message(id).is_err_and(|error| error.kind() == ErrorKind::NotFound), "{id}");
        }
        assert!(recorder.of_contact("../..").is_empty());
    }
}
