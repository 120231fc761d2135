//! Where the CRM is, for the commands that look into it: the database of a server's settings, or a folder's file.

use crate::server::{Config, DATABASE, Recorder, data_keys, open_database};
use crate::store::{Desk, Options};
use anyhow::{Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;

/// The folder of the journals, beside the database.
const JOURNALS: &str = "journals";

/// Where the CRM is.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// Folder with the database, `callwright.db`.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "callwright-data",
        env = "CALLWRIGHT_DATA",
        global = true
    )]
    data: PathBuf,
    /// The server's settings: the database that they name, and the folder. They win over `--data`.
    #[arg(long, value_name = "FILE", env = "CALLWRIGHT_CONFIG", global = true)]
    config: Option<PathBuf>,
}

impl Place {
    /// Opens it, and makes it where there is none.
    pub fn open(&self) -> Result<Arc<dyn Desk>> {
        Ok(open_database(&self.settings()?, Options::default())?)
    }

    /// Opens what must be there: whoever asks in the wrong folder is told so.
    pub fn open_known(&self) -> Result<Arc<dyn Desk>> {
        if !self.is_there()? {
            let path = self.settings()?.data.join(DATABASE);
            bail!(
                "there is no database `{}`; name its folder with --data, or import customers",
                path.display()
            );
        }
        self.open()
    }

    /// Where the journals of contacts are.
    pub fn journals(&self) -> Result<PathBuf> {
        Ok(self.settings()?.data.join(JOURNALS))
    }

    /// Whether there is a file, or a database that the settings name.
    pub fn is_there(&self) -> Result<bool> {
        let settings = self.settings()?;
        Ok(settings.database.is_some() || settings.data.join(DATABASE).exists())
    }

    /// The recordings there.
    pub fn recorder(&self) -> Result<Recorder> {
        let settings = self.settings()?;
        Ok(Recorder::new(&settings.data, data_keys(&settings)?))
    }

    fn settings(&self) -> Result<Config> {
        match &self.config {
            Some(file) => Ok(Config::read(file)?),
            None => Ok(Config { data: self.data.clone(), ..Config::default() }),
        }
    }
}
