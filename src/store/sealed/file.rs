//! A sealed file: a head, then pieces, each of which opens by itself, so that what a crash cut off is lost and no more.
//!
//! ```text
//! head    cwsealed 1 NAME-OF-KEY(16 letters) SALT(16 bytes)
//! piece   LENGTH(4 bytes, little endian; the highest bit marks the last piece)  sealed bytes and tag
//! ```
//!
//! A piece is sealed with its number as the nonce, and with the head, the file's name and its own length beside it: pieces
//! cannot be left out, moved, or taken into another file. A file without a last piece was cut short.

use super::keys::{DataKey, DataKeys, NAME, SALT, salt};
use ring::aead::{Aad, LessSafeKey, Nonce};
use std::io::{self, ErrorKind, Read, Write};

const PURPOSE: &[u8] = b"callwright file";
const MAGIC: &[u8; 9] = b"cwsealed\x01";
const HEAD: usize = MAGIC.len() + NAME + SALT;
/// The most that a piece holds, in bytes.
const PIECE: usize = 64 * 1024;
const TAG: usize = 16;
/// Marks the last piece in its length.
const LAST: u32 = 1 << 31;

/// Seals what is written into it. [`Write::flush`] seals what has come so far, so that it can be read after a crash;
/// [`SealWriter::finish`] marks the end.
pub struct SealWriter<W: Write> {
    out: W,
    pieces: Pieces,
    waiting: Vec<u8>,
}

/// Opens what was sealed.
pub struct SealReader<R: Read> {
    from: R,
    pieces: Pieces,
    /// What was opened and not yet read.
    opened: Vec<u8>,
    read: usize,
    ended: bool,
    cut_is_end: bool,
}

/// How pieces of one file are sealed.
struct Pieces {
    key: LessSafeKey,
    /// The head and the file's name.
    beside: Vec<u8>,
    number: u64,
}

impl DataKeys {
    /// Begins a sealed file. Its name is what it must be opened by; where it lies may change.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where there is no key, and whatever writing fails with.
    pub fn seal_file<W: Write>(&self, name: &str, mut out: W) -> io::Result<SealWriter<W>> {
        let no_key = || io::Error::new(ErrorKind::Unsupported, "there is no data key to seal it with");
        let key = self.current().ok_or_else(no_key)?;
        let salt = salt().ok_or_else(|| io::Error::other("the system gives no random numbers"))?;
        let head = [&MAGIC[..], key.name().as_bytes(), &salt].concat();
        let pieces = Pieces::new(key, &salt, &head, name)?;
        out.write_all(&head)?;
        Ok(SealWriter { out, pieces, waiting: Vec::with_capacity(PIECE + TAG) })
    }

    /// Opens a sealed file by its name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] for what is no sealed file, [`ErrorKind::Unsupported`] where its key is not among these, and
    /// whatever reading fails with.
    pub fn open_file<R: Read>(&self, name: &str, mut from: R) -> io::Result<SealReader<R>> {
        let mut head = [0; HEAD];
        from.read_exact(&mut head).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => invalid("it is no sealed file"),
            _ => error,
        })?;
        let rest = head.strip_prefix(&MAGIC[..]).ok_or_else(|| invalid("it is no sealed file"))?;
        let (key, salt) = rest.split_at(NAME);
        let key = std::str::from_utf8(key).map_err(|_| invalid("it is no sealed file"))?;
        let known = self.named(key).ok_or_else(|| {
            io::Error::new(ErrorKind::Unsupported, format!("the key {key} that opens it is not there"))
        })?;
        let salt: &[u8; SALT] = salt.try_into().map_err(|_| invalid("it is no sealed file"))?;
        let pieces = Pieces::new(known, salt, &head, name)?;
        Ok(SealReader { from, pieces, opened: Vec::new(), read: 0, ended: false, cut_is_end: false })
    }
}

impl DataKeys {
    /// What a file holds: opened by its name where it is sealed, as it is where it is not.
    ///
    /// # Errors
    /// Those of [`DataKeys::open_file`].
    pub fn open_or_read(&self, name: &str, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        if !bytes.starts_with(MAGIC) {
            return Ok(bytes);
        }
        let mut open = Vec::with_capacity(bytes.len());
        self.open_file(name, &bytes[..])?.read_to_end(&mut open)?;
        Ok(open)
    }
}

impl Pieces {
    fn new(key: &DataKey, salt: &[u8; SALT], head: &[u8], name: &str) -> io::Result<Pieces> {
        let key = key.derived(salt, PURPOSE).ok_or_else(|| io::Error::other("a key could not be derived"))?;
        Ok(Pieces { key, beside: [head, name.as_bytes()].concat(), number: 0 })
    }

    /// The nonce of the next piece, and what is authenticated beside it.
    fn next(&mut self, length: u32) -> (Nonce, Aad<Vec<u8>>) {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&self.number.to_le_bytes());
        self.number += 1;
        let beside = [&length.to_le_bytes()[..], &self.beside].concat();
        (Nonce::assume_unique_for_key(nonce), Aad::from(beside))
    }
}

impl<W: Write> SealWriter<W> {
    /// Seals the rest and marks the end. What is under it is flushed, not synced.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal(LAST)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn seal(&mut self, mark: u32) -> io::Result<()> {
        // A piece is never longer than `PIECE`.
        let length = u32::try_from(self.waiting.len()).unwrap_or(0) | mark;
        let (nonce, beside) = self.pieces.next(length);
        let sealed = self.pieces.key.seal_in_place_append_tag(nonce, beside, &mut self.waiting);
        sealed.map_err(|_| io::Error::other("a piece could not be sealed"))?;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.waiting.len());
        self.waiting.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        if self.waiting.len() == PIECE {
            self.seal(0)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.waiting.is_empty() {
            self.seal(0)?;
        }
        self.out.flush()
    }
}

impl<R: Read> SealReader<R> {
    /// Takes a file that was cut short for one that ends there: what a crash left of a recording.
    pub fn up_to_the_cut(mut self) -> SealReader<R> {
        self.cut_is_end = true;
        self
    }

    /// Opens the next piece.
    fn open(&mut self) -> io::Result<()> {
        let mut length = [0; 4];
        if !self.fill(&mut length)? {
            return self.cut();
        }
        let length = u32::from_le_bytes(length);
        let size = (length & !LAST) as usize;
        if size > PIECE {
            return Err(invalid("a piece of it is longer than any"));
        }
        let mut sealed = vec![0; size + TAG];
        if !self.fill(&mut sealed)? {
            return self.cut();
        }
        let (nonce, beside) = self.pieces.next(length);
        let opened = self.pieces.key.open_in_place(nonce, beside, &mut sealed);
        opened.map_err(|_| invalid("a piece of it is not what was sealed there"))?;
        sealed.truncate(size);
        (self.opened, self.read, self.ended) = (sealed, 0, length & LAST != 0);
        Ok(())
    }

    /// `false` where the file ends before.
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<bool> {
        match self.from.read_exact(bytes) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn cut(&mut self) -> io::Result<()> {
        self.ended = true;
        match self.cut_is_end {
            true => Ok(()),
            false => Err(io::Error::new(ErrorKind::UnexpectedEof, "it was cut short")),
        }
    }
}

impl<R: Read> Read for SealReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.read == self.opened.len() && !self.ended {
            self.open()?;
        }
        let rest = self.opened.get(self.read..).unwrap_or_default();
        let count = rest.len().min(bytes.len());
        if let (Some(to), Some(from)) = (bytes.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.read += count;
        Ok(count)
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "call-1/caller.wav";

    fn keys() -> DataKeys {
        DataKeys::parse(&"5c".repeat(32)).expect("a key")
    }

    fn sound(length: usize) -> Vec<u8> {
        (0..length).map(|index| (index * 31 % 251) as u8).collect()
    }

    fn sealed(sound: &[u8]) -> Vec<u8> {
        let mut writer = keys().seal_file(FILE, Vec::new()).expect("a file");
        writer.write_all(sound).expect("room in memory");
        writer.finish().expect("an end")
    }

    fn read(bytes: &[u8], name: &str) -> io::Result<Vec<u8>> {
        let mut read = Vec::new();
        keys().open_file(name, bytes)?.read_to_end(&mut read).map(|_| read)
    }

    #[test]
    fn what_was_sealed_is_read_back_whatever_its_length() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 17] {
            let sound = sound(length);
            assert_eq!(read(&sealed(&sound), FILE).ok().as_ref(), Some(&sound), "{length} bytes");
        }
    }

    #[test]
    fn no_stretch_of_the_sound_stands_in_the_file() {
        let sound = sound(4000);
        let sealed = sealed(&sound);
        assert!(!sealed.windows(16).any(|window| sound.windows(16).any(|open| open == window)));
    }

    #[test]
    fn a_file_opens_by_its_own_name_alone() {
        let read = read(&sealed(b"hello"), "call-2/caller.wav");
        assert_eq!(read.map_err(|error| error.kind()), Err(ErrorKind::InvalidData));
    }

    #[test]
    fn a_crash_takes_what_was_not_flushed_and_no_more() {
        let mut writer = keys().seal_file(FILE, Vec::new()).expect("a file");
        writer.write_all(b"the first second").expect("room in memory");
        writer.flush().expect("room in memory");
        writer.write_all(b"the second one").expect("room in memory");
        let left = writer.out.clone();
        assert_eq!(read(&left, FILE).map_err(|error| error.kind()), Err(ErrorKind::UnexpectedEof));
        let mut found = Vec::new();
        let reader = keys().open_file(FILE, &left[..]).expect("a file");
        reader.up_to_the_cut().read_to_end(&mut found).expect("what is left");
        assert_eq!(found, b"the first second");
    }

    #[test]
    fn pieces_that_are_changed_swapped_or_left_out_do_not_open() {
        let whole = sealed(&sound(2 * PIECE + 5));
        let piece = 4 + PIECE + TAG;
        let (head, rest) = whole.split_at(HEAD);
        let swapped = [head, &rest[piece..2 * piece], &rest[..piece], &rest[2 * piece..]].concat();
        let left_out = [head, &rest[piece..]].concat();
        let mut changed = whole.clone();
        changed[HEAD + 100] ^= 1;
        for bytes in [swapped, left_out, changed] {
            assert_eq!(read(&bytes, FILE).map_err(|error| error.kind()), Err(ErrorKind::InvalidData));
        }
    }

    #[test]
    fn another_key_is_named_and_rubbish_is_refused() {
        let other = DataKeys::parse(&"5d".repeat(32)).expect("a key");
        let error = other.open_file(FILE, &sealed(b"hello")[..]).err().map(|error| error.kind());
        assert_eq!(error, Some(ErrorKind::Unsupported));
        assert_eq!(read(b"RIFF", FILE).map_err(|error| error.kind()), Err(ErrorKind::InvalidData));
    }
}
