//! `said.csv` beside the recordings: the text that each was made of, so that one that says something else is seen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FILE: &str = "said.csv";

/// Texts by the key of their recording. A recording from elsewhere has none and is believed.
#[derive(Clone, Debug)]
pub struct Said {
    path: PathBuf,
    texts: BTreeMap<String, String>,
}

impl Said {
    /// Reads the table of a folder; empty where there is none yet.
    ///
    /// # Errors
    /// Where the file is there and cannot be read, or is no table of two columns.
    pub fn read(prompts: &Path) -> Result<Said, csv::Error> {
        let path = prompts.join(FILE);
        if !path.is_file() {
            return Ok(Said { path, texts: BTreeMap::new() });
        }
        let table = std::fs::File::open(&path)?;
        Said::of(path, table)
    }

    /// Reads a table of keys and texts, which stands in this file.
    ///
    /// # Errors
    /// Where it is no table of two columns.
    pub fn of(path: PathBuf, table: impl std::io::Read) -> Result<Said, csv::Error> {
        let texts = csv::Reader::from_reader(table).deserialize().collect::<Result<_, csv::Error>>()?;
        Ok(Said { path, texts })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a recording says, where it is another text than this.
    pub fn other_than(&self, key: &str, text: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str).filter(|said| *said != text)
    }

    /// Notes what a recording says.
    pub fn insert(&mut self, key: &str, text: &str) {
        self.texts.insert(key.to_owned(), text.to_owned());
    }

    /// The keys and texts, sorted by key.
    pub fn rows(&self) -> impl Iterator<Item = (&String, &String)> {
        self.texts.iter()
    }
}
