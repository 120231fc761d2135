//! The open documents, and the programs that they belong to.

use super::lines::{Encoding, Lines};
use crate::language::{self, Compiled};
use crate::source::{FileError, Files};
use lsp_types::{TextDocumentContentChangeEvent, Uri};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use url::Url;

/// Hands out the files of a program's folder.
pub type OpenFolder = fn(&Path) -> Box<dyn Files>;

/// A script that is open in the editor.
#[derive(Debug)]
pub(super) struct Document {
    /// As the editor has it now.
    pub text: String,
    /// Where its lines begin.
    pub lines: Lines,
    /// Its number in the editor's count of changes.
    pub version: i32,
}

/// The open documents, and how to read the files that are not open.
pub(super) struct Workspace {
    documents: BTreeMap<String, Document>,
    open_folder: OpenFolder,
    /// How columns are counted.
    pub encoding: Encoding,
}

/// A text of a program, open or not.
pub(super) struct Script {
    /// The file.
    pub uri: Uri,
    /// Its content.
    pub text: String,
    /// Where its lines begin.
    pub lines: Lines,
}

impl Workspace {
    pub(super) fn new(open_folder: OpenFolder, encoding: Encoding) -> Workspace {
        Workspace { documents: BTreeMap::new(), open_folder, encoding }
    }

    pub(super) fn document(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(uri.as_str())
    }

    /// The open documents by the folders of their programs.
    pub(super) fn folders(&self) -> BTreeSet<PathBuf> {
        self.documents.keys().filter_map(|uri| folder_of(&path_of(uri)?)).collect()
    }

    /// The open documents that are files.
    pub(super) fn open_scripts(&self) -> impl Iterator<Item = Uri> {
        self.documents.keys().filter_map(|uri| Uri::from_str(uri).ok())
    }

    pub(super) fn open(&mut self, uri: &Uri, text: String, version: i32) {
        let lines = Lines::new(&text, self.encoding);
        self.documents.insert(uri.as_str().to_owned(), Document { text, lines, version });
    }

    pub(super) fn close(&mut self, uri: &Uri) {
        self.documents.remove(uri.as_str());
    }

    /// Applies what was typed.
    pub(super) fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let encoding = self.encoding;
        let Some(document) = self.documents.get_mut(uri.as_str()) else { return };
        document.version = version;
        for change in changes {
            match change.range {
                None => document.text = change.text,
                Some(range) => {
                    let start = document.lines.offset(&document.text, range.start);
                    let end = document.lines.offset(&document.text, range.end).max(start);
                    document.text.replace_range(start..end, &change.text);
                }
            }
            document.lines = Lines::new(&document.text, encoding);
        }
    }

    /// Compiles the program in a folder, with the open documents as they are in the editor.
    pub(super) fn compile(&self, folder: &Path) -> Compiled {
        language::compile(&self.files(folder))
    }

    /// The scripts of the program to which a document belongs: that document first.
    pub(super) fn program(&self, uri: &Uri) -> Vec<Script> {
        let Some(document) = self.document(uri) else { return Vec::new() };
        let mut scripts =
            vec![Script { uri: uri.clone(), text: document.text.clone(), lines: document.lines.clone() }];
        if let Some(folder) = path_of(uri.as_str()).and_then(|path| folder_of(&path)) {
            let sources = self.compile(&folder).sources;
            let others = sources.iter().filter_map(|(path, text)| Some((uri_of(&folder.join(path))?, text)));
            scripts.extend(others.filter(|(other, _)| other != uri).map(|(uri, text)| Script {
                uri,
                text: text.to_owned(),
                lines: Lines::new(text, self.encoding),
            }));
        }
        scripts
    }

    fn files(&self, folder: &Path) -> Overlay<'_> {
        let open = self.documents.iter().filter_map(|(uri, document)| {
            let path = path_of(uri)?;
            let inside = path.strip_prefix(folder).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
            Some((inside, document.text.as_str()))
        });
        Overlay { disk: (self.open_folder)(folder), open: open.collect() }
    }
}

/// A program's folder with the texts that are open in the editor over it.
struct Overlay<'a> {
    disk: Box<dyn Files>,
    open: BTreeMap<String, &'a str>,
}

impl Files for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        match self.open.get(path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => self.disk.read(path),
        }
    }

    fn scripts(&self) -> Result<Vec<String>, FileError> {
        let mut scripts: BTreeSet<String> = self.disk.scripts().unwrap_or_default().into_iter().collect();
        scripts.extend(self.open.keys().filter(|path| is_script(path) && !path.contains('/')).cloned());
        Ok(scripts.into_iter().collect())
    }

    fn recordings(&self) -> BTreeSet<String> {
        self.disk.recordings()
    }
}

fn is_script(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "flow")
}

/// The folder of the program to which a script belongs: the nearest with a `main.flow`, else its own.
pub(super) fn folder_of(script: &Path) -> Option<PathBuf> {
    let own = script.parent()?;
    let with_main = own.ancestors().find(|folder| folder.join("main.flow").is_file());
    Some(with_main.unwrap_or(own).to_owned())
}

/// The path that an editor names; none where it is no file.
pub(super) fn path_of(uri: &str) -> Option<PathBuf> {
    Url::parse(uri).ok()?.to_file_path().ok()
}

/// The name of a file for an editor.
pub(super) fn uri_of(path: &Path) -> Option<Uri> {
    Uri::from_str(Url::from_file_path(path).ok()?.as_str()).ok()
}
