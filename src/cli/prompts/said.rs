//! `said.csv` beside the recordings: the text that each was made of, so that one that says something else is seen.

use anyhow::Context;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FILE: &str = "said.csv";

/// Texts by the key of their recording. A recording from elsewhere has none and is believed.
pub(super) struct Said {
    path: PathBuf,
    texts: BTreeMap<String, String>,
}

impl Said {
    /// Reads the table of a folder; empty where there is none yet.
    pub(super) fn read(prompts: &Path) -> anyhow::Result<Said> {
        let path = prompts.join(FILE);
        if !path.is_file() {
            return Ok(Said { path, texts: BTreeMap::new() });
        }
        let mut csv = csv::Reader::from_path(&path).with_context(|| path.display().to_string())?;
        let rows = csv.deserialize().collect::<Result<Vec<(String, String)>, csv::Error>>();
        let texts = rows.with_context(|| path.display().to_string())?.into_iter().collect();
        Ok(Said { path, texts })
    }

    /// Whether a recording is known to say something else.
    pub(super) fn differs(&self, key: &str, text: &str) -> bool {
        self.texts.get(key).is_some_and(|said| said != text)
    }

    /// Notes what a recording says.
    pub(super) fn insert(&mut self, key: &str, text: &str) {
        self.texts.insert(key.to_owned(), text.to_owned());
    }

    /// Writes the table, sorted by key.
    pub(super) fn write(&self) -> anyhow::Result<()> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["recording", "says"])?;
        for row in &self.texts {
            csv.serialize(row)?;
        }
        super::build::replace(&self.path, &csv.into_inner()?)
    }
}
