//! Finds and reads the scripts of a program: `main.flow`, or the only one there is, and what it imports.

use super::ast::{Item, Name, Spanned};
use super::format::same::meaning;
use super::parse::parse_file;
use crate::program::{Text, Zone};
use crate::source::{Code, Diagnostic, Diagnostics, FileError, Files, SourceId, SourceMap, Span, closest};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The script with which a program begins.
const MAIN: &str = "main.flow";
/// What to do about a file that is not there.
const PATHS: &str = "a path begins at the program's folder, and the file must lie in it";

/// Everything that was read.
pub(super) struct Loaded<'a> {
    files: &'a dyn Files,
    /// The scripts.
    pub sources: SourceMap,
    /// What was found.
    pub diagnostics: Diagnostics,
    /// The declarations of all scripts, imports left out.
    pub items: Vec<Item>,
    /// The day on which this happens.
    pub today: Date,
    /// Words in lines that could not be read.
    pub mentioned: BTreeSet<String>,
    /// What such lines would have named.
    pub lost: BTreeSet<String>,
    /// Whether a script that is imported could not be had: it may declare any name.
    pub import_lost: bool,
    /// How many names were compared with unknown ones.
    compared: usize,
    /// Every file that was read.
    read: BTreeMap<String, Hashes>,
}

/// What names a file's content.
struct Hashes {
    /// As it is, to the byte.
    bytes: [u8; 32],
    /// Of a script: without its layout and its remarks.
    meaning: [u8; 32],
}

/// Reads a program's scripts, each once.
pub(super) fn load(files: &dyn Files, today: Date) -> Loaded<'_> {
    let mut loaded = Loaded {
        files,
        sources: SourceMap::default(),
        diagnostics: Diagnostics::default(),
        items: Vec::new(),
        today,
        mentioned: BTreeSet::new(),
        lost: BTreeSet::new(),
        import_lost: false,
        compared: 0,
        read: BTreeMap::new(),
    };
    match main_script(files) {
        Ok(path) => loaded.script(&path, None),
        Err(message) => {
            let source = loaded.sources.add(MAIN, "");
            let span = Span { source, start: 0, end: 0 };
            loaded.diagnostics.push(Diagnostic::new(Code::FileMissing, span, message));
        }
    }
    loaded
}

fn main_script(files: &dyn Files) -> Result<String, String> {
    let scripts = files.scripts().map_err(|error| error.to_string())?;
    match scripts.as_slice() {
        [] => Err("there is no script here: a program begins in `main.flow`".to_owned()),
        [only] => Ok(only.clone()),
        several if several.iter().any(|path| path == MAIN) => Ok(MAIN.to_owned()),
        _ => Err(format!("there are several scripts and none is called `{MAIN}`")),
    }
}

impl Loaded<'_> {
    /// Reads a script and, after it, what it imports.
    fn script(&mut self, path: &str, asked_at: Option<Span>) {
        let mut waiting = vec![(path.to_owned(), asked_at)];
        let mut next = 0;
        while let Some((path, asked_at)) = waiting.get(next).cloned() {
            next += 1;
            if self.sources.find(&path).is_some() {
                continue;
            }
            let Some(source) = self.add_script(&path, asked_at) else {
                self.import_lost = true;
                continue;
            };
            let text = self.sources.text(source).clone();
            let parsed = parse_file(&text, source, &mut self.diagnostics);
            self.mentioned.extend(parsed.mentioned);
            self.lost.extend(parsed.lost);
            self.import_lost |= parsed.import_lost;
            for item in parsed.items {
                match item {
                    Item::Import(path) => waiting.push((path.value.to_string(), Some(path.span))),
                    other => self.items.push(other),
                }
            }
        }
    }

    fn add_script(&mut self, path: &str, asked_at: Option<Span>) -> Option<SourceId> {
        let bytes = match self.bytes(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let span = match asked_at {
                    Some(span) => span,
                    None => Span { source: self.sources.add(path, ""), start: 0, end: 0 },
                };
                let near = self.files.scripts().unwrap_or_default();
                let is_missing = matches!(error, FileError::NotFound { .. });
                let near = closest(path, near.iter().map(String::as_str)).filter(|_| is_missing);
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                let finding = Diagnostic::new(Code::FileMissing, span, error.to_string()).hint(PATHS);
                self.diagnostics.push(finding.maybe_hint(hint));
                return None;
            }
        };
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to() as u32;
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let source = self.sources.add(path, text);
                let span = Span { source, start: at, end: at + 1 };
                let message = format!("`{path}` is not text in UTF-8");
                self.diagnostics.push(Diagnostic::new(Code::FileContent, span, message));
                return None;
            }
        };
        // A byte order mark says nothing about UTF-8.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        if let (Some(tokens), Some(hashes)) = (meaning(text), self.read.get_mut(path)) {
            hashes.meaning = hash_of(tokens.into_iter().map(str::as_bytes));
        }
        Some(self.sources.add(path, text))
    }

    fn bytes(&mut self, path: &str) -> Result<Vec<u8>, FileError> {
        let bytes = self.files.read(path)?;
        let hash = Sha256::digest(&bytes).into();
        self.read.insert(path.to_owned(), Hashes { bytes: hash, meaning: hash });
        Ok(bytes)
    }

    /// The names of all recordings, without their folders.
    pub fn recordings(&self) -> BTreeSet<String> {
        let all = self.files.recordings();
        all.iter().map(|key| key.rsplit('/').next().unwrap_or(key).to_owned()).collect()
    }

    /// The text of a file that a declaration names; `None`, and reported, where it cannot be had.
    pub fn data(&mut self, path: &Spanned<Text>) -> Option<String> {
        let found = self.bytes(&path.value).map_err(|error| (Code::FileMissing, error.to_string()));
        let text = found.and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|_| (Code::FileContent, format!("`{}` is not text in UTF-8", path.value)))
        });
        match text {
            Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()),
            Err((code, message)) => {
                let hint = (code == Code::FileMissing).then(|| PATHS.to_owned());
                self.diagnostics.push(Diagnostic::new(code, path.span, message).maybe_hint(hint));
                None
            }
        }
    }

    /// Names what everything that was read says: layout and remarks of scripts have no part in it.
    pub fn version(&self) -> String {
        self.named(|hashes| &hashes.meaning)
    }

    /// Names everything that was read, to the byte.
    pub fn bytes_version(&self) -> String {
        self.named(|hashes| &hashes.bytes)
    }

    /// The first 16 hex digits of a hash over paths, contents, and the version of the time-zone data, by which the same
    /// hours may lie at other moments.
    fn named(&self, of: impl Fn(&Hashes) -> &[u8; 32]) -> String {
        let mut hash = Sha256::new();
        hash.update(Zone::database());
        for (path, hashes) in &self.read {
            hash.update((path.len() as u64).to_be_bytes());
            hash.update(path.as_bytes());
            hash.update(of(hashes));
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reports an unknown name, with the closest known one, unless it stands in a line that could not be read.
    pub fn unknown<'n>(&mut self, what: &str, name: &Name, known: impl IntoIterator<Item = &'n str>) {
        if self.import_lost || self.lost.contains(&*name.text) {
            return;
        }
        let (_, hint) = crate::language::offer::offer(what, &name.text, known, &mut self.compared);
        let message = format!("there is no {what} `{}`", name.text);
        self.diagnostics.push(Diagnostic::new(Code::UnknownName, name.span, message).maybe_hint(hint));
    }
}

/// A hash over parts, each with its length.
fn hash_of<'a>(parts: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
