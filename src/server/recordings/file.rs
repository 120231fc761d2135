//! The files: made, written behind their header, finished, and repaired.

use super::name::RecordingName;
use crate::media::wav_stream::{self, HEADER_OCTETS};
use crate::store::DataKeys;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Where recordings lie. What is being written is in `open`.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// What seals what is over; without any it lies open.
    keys: DataKeys,
}

/// Where a recording goes that is over, and the name by which it opens there.
#[derive(Debug)]
struct Place {
    path: PathBuf,
    name: String,
    keys: DataKeys,
}

/// A recording that is being written.
#[derive(Debug)]
pub(super) struct OpenFile {
    file: File,
    open: PathBuf,
    kept: Place,
    channels: u16,
    /// Octets of sound so far, and those that the header knows of.
    octets: u64,
    known: u64,
    bytes: Vec<u8>,
}

impl Folder {
    pub fn new(path: &Path, keys: DataKeys) -> io::Result<Folder> {
        private_folder(&path.join("open"))?;
        Ok(Folder { path: path.to_owned(), keys })
    }

    /// A recording that is over, opened where it is sealed.
    pub fn read(&self, name: &RecordingName) -> io::Result<Vec<u8>> {
        self.keys.open_or_read(&name.to_string(), fs::read(self.kept(name))?)
    }

    /// Where a recording goes that is over.
    fn place(&self, name: &RecordingName) -> Place {
        Place { path: self.kept(name), name: name.to_string(), keys: self.keys.clone() }
    }

    /// Where a recording lies once it is over.
    pub fn kept(&self, name: &RecordingName) -> PathBuf {
        self.path.join(name.folder()).join(name.file())
    }

    /// Begins a file, with the header of an empty one.
    pub fn create(&self, name: &RecordingName, channels: u16) -> io::Result<OpenFile> {
        let beginning = self.path.join("open");
        let open = beginning.join(name.open_file());
        // Somebody may have deleted the folder.
        let file = private_folder(&beginning).and_then(|()| private_file(&open));
        let mut file =
            file.map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", open.display())))?;
        file.write_all(&wav_stream::header(channels, 0))?;
        Ok(OpenFile { file, open, kept: self.place(name), channels, octets: 0, known: 0, bytes: Vec::new() })
    }

    /// Makes whole what nobody finished; says what it was. What is too short to be heard is removed.
    pub fn repair(&self) -> io::Result<Vec<RecordingName>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path.join("open"))? {
            let path = entry?.path();
            let name = path.file_name().and_then(|file| file.to_str()).and_then(RecordingName::of_open);
            let Some(name) = name else { continue };
            if repair(&path)? {
                self.place(&name).take(&path)?;
                names.push(name);
            } else {
                fs::remove_file(&path)?;
            }
        }
        names.sort();
        Ok(names)
    }
}

impl OpenFile {
    /// Writes samples; a header that knows of them follows when it is a second behind.
    pub fn write(&mut self, samples: &[i16]) -> io::Result<()> {
        self.bytes.clear();
        wav_stream::octets(samples, &mut self.bytes);
        self.file.write_all(&self.bytes)?;
        self.octets += self.bytes.len() as u64;
        if self.octets - self.known >= second(self.channels) {
            self.write_header()?;
        }
        Ok(())
    }

    fn write_header(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&wav_stream::header(self.channels, self.octets))?;
        self.file.seek(SeekFrom::Start(HEADER_OCTETS + self.octets))?;
        self.known = self.octets;
        Ok(())
    }

    /// Finishes the file, cut to so many samples if that is said, and moves it to where it is kept.
    pub fn finish(mut self, samples: Option<u64>) -> io::Result<()> {
        if let Some(octets) = samples.map(|samples| samples * 2).filter(|octets| *octets < self.octets) {
            self.octets = octets;
            self.file.set_len(HEADER_OCTETS + octets)?;
        }
        self.write_header()?;
        self.file.sync_all()?;
        self.kept.take(&self.open)
    }

    /// Throws the file away.
    pub fn discard(self) -> io::Result<()> {
        fs::remove_file(self.open)
    }
}

/// Octets of a second: 8000 samples of 16 bits a channel.
fn second(channels: u16) -> u64 {
    16_000 * u64::from(channels)
}

/// Gives a file the header of its length; false if there is no sound in it.
fn repair(path: &Path) -> io::Result<bool> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let mut beginning = Vec::with_capacity(HEADER_OCTETS as usize);
    Read::by_ref(&mut file).take(HEADER_OCTETS).read_to_end(&mut beginning)?;
    let Some(header) = wav_stream::repaired(&beginning, length) else { return Ok(false) };
    let is_empty = header == wav_stream::header(u16::from_le_bytes([header[22], header[23]]), 0);
    if !is_empty {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&header)?;
        file.sync_all()?;
    }
    Ok(!is_empty)
}

impl Place {
    /// Takes in a file that is over: sealed where there is a key, and then nothing of it stays open.
    fn take(&self, from: &Path) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            private_folder(folder)?;
        }
        if self.keys.is_empty() {
            return fs::rename(from, &self.path);
        }
        let part = self.path.with_extension("part");
        let mut sealed = self.keys.seal_file(&self.name, private_file(&part)?)?;
        io::copy(&mut File::open(from)?, &mut sealed)?;
        sealed.finish()?.sync_all()?;
        fs::rename(&part, &self.path)?;
        fs::remove_file(from)
    }
}

/// Nobody but the server's user listens to what people said.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
