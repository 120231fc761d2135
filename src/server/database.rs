//! The CRM's database: the one that the settings name, else the file in the data folder.

use super::config::{Config, ConfigError, DatabaseConfig};
use super::private;
use crate::store::{Desk, Options, SqliteStore, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// The file in the data folder.
pub const FILE: &str = "callwright.db";

/// Why a deployment's database cannot be opened.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// The settings do not say where it is.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The folder for the file cannot be made.
    #[error("cannot make the folder `{}`: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens it, and makes what is missing of it. Blocks; a server of PostgreSQL that cannot be reached is an error here.
pub fn open(config: &Config, mut options: Options) -> Result<Arc<dyn Desk>, DatabaseError> {
    if options.keys.is_empty() {
        options.keys = super::keys::data_keys(config)?;
    }
    match &config.database {
        Some(database) => postgres(database, options),
        None => Ok(Arc::new(sqlite(&config.data, options)?)),
    }
}

/// Finds what would keep it from being opened, without trying.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    config.database.as_ref().map_or(Ok(()), check_address)
}

fn sqlite(data: &Path, options: Options) -> Result<SqliteStore, DatabaseError> {
    let file = data.join(FILE);
    private::folder(data)
        .and_then(|()| private::file(&file))
        .map_err(|source| DatabaseError::Folder { path: data.to_path_buf(), source })?;
    Ok(SqliteStore::open(file, options)?)
}

#[cfg(feature = "postgres")]
fn postgres(database: &DatabaseConfig, options: Options) -> Result<Arc<dyn Desk>, DatabaseError> {
    Ok(Arc::new(crate::store::PostgresStore::open(&address(database)?, options)?))
}

#[cfg(feature = "postgres")]
fn check_address(database: &DatabaseConfig) -> Result<(), ConfigError> {
    address(database).map(drop)
}

#[cfg(feature = "postgres")]
fn address(database: &DatabaseConfig) -> Result<crate::store::DatabaseUrl, ConfigError> {
    let DatabaseConfig { url_from, ca } = database;
    let fault = |reason: String| ConfigError::Database { reason };
    let text = std::env::var(url_from)
        .map_err(|_| fault(format!("the environment variable `{url_from}` is not set")))?;
    crate::store::DatabaseUrl::parse(&text, ca.as_deref())
        .map_err(|error| fault(format!("the environment variable `{url_from}`: {error}")))
}

#[cfg(not(feature = "postgres"))]
fn postgres(database: &DatabaseConfig, _: Options) -> Result<Arc<dyn Desk>, DatabaseError> {
    check_address(database)?;
    Err(DatabaseError::Store(StoreError::Closed))
}

#[cfg(not(feature = "postgres"))]
fn check_address(_: &DatabaseConfig) -> Result<(), ConfigError> {
    let reason = "this program was built without PostgreSQL, the feature `postgres`".to_owned();
    Err(ConfigError::Database { reason })
}
